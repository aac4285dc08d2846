from allmende.entries.forms import EntryForm
from allmende.entries.urls import entry_urls
from allmende.modules.directory.models import OrganisationProfile

urlpatterns = entry_urls(OrganisationProfile, EntryForm)
