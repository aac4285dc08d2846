import os
import signal

from django.core.wsgi import get_wsgi_application

from allmende.core.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")

# A worker whose master was killed would go on answering, for ever; it does not always listen to SIGTERM.
die_with_parent(signal.SIGKILL)
application = get_wsgi_application()
