from django.urls import path

from allmende.moderation.views import barriers, flags

app_name = "moderation"
urlpatterns = [
    path("melden/<int:pk>/", flags.flag, name="flag"),
    path("melden/bestaetigen/<str:token>/", flags.confirm, name="confirm"),
    path("amt/meldungen/", flags.queue, name="queue"),
    path("amt/meldungen/<int:pk>/", flags.decide, name="decide"),
    path("barriere-melden/", barriers.report, name="report_barrier"),
    path("barriere-melden/bestaetigen/<str:token>/", barriers.confirm, name="confirm_barrier"),
    path("amt/barrieren/", barriers.queue, name="barriers"),
    path("amt/barrieren/<int:pk>/", barriers.answer, name="answer_barrier"),
]
