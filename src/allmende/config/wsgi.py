import os

from django.core.wsgi import get_wsgi_application

from allmende.core.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")

die_with_parent()  # a worker whose master was killed would go on answering with an old version
application = get_wsgi_application()
