from django.urls import path

from allmende.entries.pages import Kind
from allmende.entries.urls import entry_urls
from allmende.modules.directory.forms import ProfileFilter, ProfileForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.modules.directory.views import members, pages

urlpatterns = [
    path("<int:pk>/nachricht/", pages.message, name="message"),
    path("<int:pk>/mitglieder/", members.members, name="members"),
    path("<int:pk>/dabei/", members.join, name="join"),
    *entry_urls(Kind(OrganisationProfile, ProfileForm, ProfileFilter, pages.facts_of_page)),
]
