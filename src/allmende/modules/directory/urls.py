from django.urls import include, path
from django.utils.translation import gettext_lazy as _

from allmende.entries.pages import Kind
from allmende.entries.urls import entry_urls
from allmende.modules.directory.forms import ProfileFilter, ProfileForm
from allmende.modules.directory.forms.persons import ContactPersonForm, PersonFilter
from allmende.modules.directory.models import ContactPerson, OrganisationProfile
from allmende.modules.directory.views import members, pages, persons

people = [
    path("<int:pk>/nachricht/", persons.message, name="person-message"),
    *entry_urls(
        Kind(
            ContactPerson,
            ContactPersonForm,
            PersonFilter,
            persons.facts_of_person,
            persons.person_cards,
            title=_("Menschen finden"),
            summary=_("Hier stehen Menschen, die sich auskennen und sich gern fragen lassen. Schreiben Sie ihnen."),
        ),
        name="person",
    ),
]
urlpatterns = [
    path("menschen/", include(people)),
    path("<int:pk>/nachricht/", pages.message, name="message"),
    path("<int:pk>/mitglieder/", members.members, name="members"),
    path("<int:pk>/dabei/", members.join, name="join"),
    *entry_urls(Kind(OrganisationProfile, ProfileForm, ProfileFilter, pages.facts_of_page)),
]
