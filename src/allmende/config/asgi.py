"""What ``allmende serve`` runs: the WSGI application, behind buffers that slow clients cannot hold up."""

from allmende.config.wsgi import application as wsgi_application
from allmende.core.buffering import Buffered

# One thread would be a little faster, but then one slow page holds up everybody; many would wait for one database.
application = Buffered(wsgi_application, threads=4)
