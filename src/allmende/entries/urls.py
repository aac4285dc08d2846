"""Addresses of a kind's pages (``entry_urls``), and those that all kinds share."""

from django.urls import URLPattern, path

from allmende.entries.pages import Kind
from allmende.entries.views import browse, calendar, current, decide, export, pictures, read, write

app_name = "entries"
urlpatterns = [
    path("noch-aktuell/<str:token>/", current.still_current, name="still_current"),
    path("noch-aktuell/<str:token>/<int:pk>/", current.gone, name="gone"),
    path("bilder/<str:token>/<int:width>.webp", pictures.picture, name="picture"),
]


def entry_urls(kind: Kind, *, name: str = "") -> list[URLPattern]:
    """The pages that every kind has; a module puts them into its urlpatterns. ``name`` for a module's further kinds."""
    before, given = f"{name}-" if name else "", {"kind": kind}
    dated = [
        path("kalender.ics", calendar.feed, given, name=f"{before}feed"),
        path("<int:pk>/termin.ics", calendar.one, given, name=f"{before}ics"),
    ]
    placed = [
        path("karte/", browse.on_map, given, name=f"{before}map"),
        path("karte/punkte.json", browse.points, given, name=f"{before}points"),
    ]
    return [
        *(dated if kind.model.has_dates else []),
        *(placed if kind.model.has_place else []),
        path("", browse.listing, given, name=f"{before}list"),
        path("export.<slug:ending>", export.download, given, name=f"{before}export"),
        path("neu/", write.new, given, name=f"{before}new"),
        path("<int:pk>/", read.detail, given, name=f"{before}detail"),
        path("<int:pk>/vorschau/", read.preview, given, name=f"{before}preview"),
        path("<int:pk>/bearbeiten/", write.edit, given, name=f"{before}edit"),
        path("<int:pk>/<str:step>/", decide.step, given, name=f"{before}step"),
    ]
