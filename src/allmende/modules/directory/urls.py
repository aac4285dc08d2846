from django.urls import path

from allmende.entries.pages import Kind
from allmende.entries.urls import entry_urls
from allmende.modules.directory import views
from allmende.modules.directory.forms import ProfileFilter, ProfileForm
from allmende.modules.directory.models import OrganisationProfile

urlpatterns = [
    path("<int:pk>/nachricht/", views.message, name="message"),
    path("<int:pk>/mitglieder/", views.members, name="members"),
    *entry_urls(Kind(OrganisationProfile, ProfileForm, ProfileFilter, views.facts_of_page)),
]
