from django.http import HttpResponse
from django.urls import path

from allmende.portal import views

app_name = "portal"
urlpatterns = [
    path("", views.home, name="home"),
]
