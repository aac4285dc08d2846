from django.urls import path

from allmende.regions.models import LegalText
from allmende.regions.views import frame, maps, recognition, texts

app_name = "regions"
urlpatterns = [
    path("theme/<str:digest>.css", frame.theme_css, name="theme"),
    path("sprache/", frame.language, name="language"),
    path("karte/kacheln/<str:scheme>/<int:z>/<int:x>/<int:y>.svg", maps.tile, name="tile"),
    path("karte/ortsteile.json", maps.district_areas, name="districts"),
    path("karte/adresse/", maps.find_address, name="address"),
    path("anerkennung/<int:pk>/", recognition.recognition, name="recognition"),
    path("anerkennung/nachweis/<int:pk>/", recognition.proof, name="proof"),
    *(path(f"{kind}/", texts.text, {"kind": kind}, name=kind) for kind in LegalText.Kind.values),
    *(
        path(f"{kind}/<int:version>/", texts.text, {"kind": kind}, name=f"{kind}_version")
        for kind in LegalText.Kind.values
    ),
]
