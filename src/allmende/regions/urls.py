from django.urls import path

from allmende.regions import views

app_name = "regions"
urlpatterns = [
    path("theme/<str:digest>.css", views.theme_css, name="theme"),
    path("sprache/", views.language, name="language"),
    path("karte/kacheln/<str:scheme>/<int:z>/<int:x>/<int:y>.svg", views.tile, name="tile"),
    path("karte/ortsteile.json", views.district_areas, name="districts"),
    path("karte/adresse/", views.find_address, name="address"),
]
