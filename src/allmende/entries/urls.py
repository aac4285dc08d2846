"""Addresses of a kind's pages (``entry_urls``), and those that all kinds share."""

from django.urls import URLPattern, path

from allmende.entries.forms import DatedFilter, EntryFilter, EntryForm
from allmende.entries.models import Entry
from allmende.entries.pages import Kind
from allmende.entries.views import browse, decide, pictures, read, write

app_name = "entries"
urlpatterns = [
    path("bilder/<str:token>/<int:width>.webp", pictures.picture, name="picture"),
]


def entry_urls(
    model: type[Entry], form: type[EntryForm], *, filters: type[EntryFilter] | None = None, name: str = ""
) -> list[URLPattern]:
    """The pages that every kind has; a module puts them into its urlpatterns. ``name`` for a module's further kinds."""
    kind = Kind(model, form, filters or (DatedFilter if model.has_dates else EntryFilter))
    before, facts = f"{name}-" if name else "", {"kind": kind}
    return [
        path("", browse.listing, facts, name=f"{before}list"),
        path("karte/", browse.on_map, facts, name=f"{before}map"),
        path("karte/punkte.json", browse.points, facts, name=f"{before}points"),
        path("neu/", write.new, facts, name=f"{before}new"),
        path("<int:pk>/", read.detail, facts, name=f"{before}detail"),
        path("<int:pk>/vorschau/", read.preview, facts, name=f"{before}preview"),
        path("<int:pk>/bearbeiten/", write.edit, facts, name=f"{before}edit"),
        path("<int:pk>/<str:step>/", decide.step, facts, name=f"{before}step"),
    ]


