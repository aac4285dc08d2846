from django.urls import path

from allmende.interfaces.views import imports

app_name = "interfaces"
urlpatterns = [
    path("amt/import/", imports.overview, name="imports"),
    path("amt/import/neu/<slug:kind>/", imports.new, name="import_new"),
    path("amt/import/vorlage/<slug:kind>.<slug:ending>", imports.template, name="import_template"),
    path("amt/import/<int:pk>/", imports.run, name="import_run"),
    path("amt/import/<int:pk>/spalten/", imports.columns, name="import_columns"),
    path("amt/import/<int:pk>/namen/", imports.names, name="import_names"),
    path("amt/import/<int:pk>/starten/", imports.start, name="import_start"),
    path("amt/import/<int:pk>/zuruecknehmen/", imports.undo, name="import_undo"),
    path("amt/import/<int:pk>/verwerfen/", imports.discard, name="import_discard"),
    path("amt/import/<int:pk>/abgelehnt.csv", imports.refused, name="import_refused"),
]
