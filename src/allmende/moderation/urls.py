from django.urls import path

from allmende.moderation import views

app_name = "moderation"
urlpatterns = [
    path("melden/<int:pk>/", views.flag, name="flag"),
    path("melden/bestaetigen/<str:token>/", views.confirm, name="confirm"),
    path("amt/meldungen/", views.queue, name="queue"),
    path("amt/meldungen/<int:pk>/", views.decide, name="decide"),
]
