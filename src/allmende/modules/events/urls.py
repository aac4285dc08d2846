from allmende.entries.forms import EntryForm
from allmende.entries.urls import entry_urls
from allmende.modules.events.models import Event

urlpatterns = entry_urls(Event, EntryForm)
