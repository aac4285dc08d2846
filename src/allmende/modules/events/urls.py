from django.urls import path

from allmende.entries.forms import DatedFilter
from allmende.entries.pages import Kind
from allmende.entries.urls import entry_urls
from allmende.modules.events import views
from allmende.modules.events.forms import EventForm
from allmende.modules.events.models import Event

kind = Kind(Event, EventForm, DatedFilter, views.facts_of_page)
urlpatterns = [
    path("kalender/", views.month, {"kind": kind}, name="month"),
    path("<int:pk>/absage/", views.cancellation, name="cancel"),
    *entry_urls(kind),
]
