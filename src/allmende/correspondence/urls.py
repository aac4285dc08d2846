from django.urls import path

from allmende.correspondence import views

app_name = "correspondence"
urlpatterns = [
    path("nachrichten/<int:pk>/", views.thread, name="thread"),
    path("nachrichten/<int:pk>/adresse/", views.relay, name="relay"),
    path("nachrichten/antwort/<str:token>/", views.by_link, name="by_link"),
    path("nachrichten/bestaetigen/<str:token>/", views.confirm, name="confirm"),
]
