from django.urls import path

from allmende.portal.views import demo, first, home, invitations, mine
from allmende.portal.views.desk import claims, log, mails, people, second_factor, settings, team, texts, work
from allmende.portal.views.desk import invitations as desk_invitations

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("regionen/", home.regions, name="regions"),
    path("suche/", home.find, name="search"),
    path("konto/", mine.mine, name="mine"),
    path("konto/uebernehmen/", mine.claim, name="claim"),
    path("konto/nachrichten/", mine.threads, name="my_threads"),
    path("konto/erste-anmeldung/<str:token>/", first.first_sign_in, name="first_sign_in"),
    path("konto/mit-link/<str:token>/", first.way_in, name="way_in"),
    path("einladung/", invitations.typed_code, name="invitation_code"),
    path("einladung/annehmen/<str:token>/", invitations.invited, name="invited"),
    path("einladung/<slug:code>/", invitations.invitation, name="invitation"),
    path("demo/", demo.demo, name="demo"),
    path("demo/post/", demo.post, name="post"),
    path("demo/post/<str:name>/<int:number>/", demo.attachment, name="attachment"),
    path("amt/", work.overview, name="desk"),
    path("amt/pruefen/", work.queue, name="queue"),
    path("amt/geaendert/", work.edited, name="edited"),
    path("amt/nachrichten/", work.messages, name="messages"),
    path("amt/protokoll/", log.log, name="log"),
    path("amt/post/", mails.mails, name="mails"),
    path("amt/post/<int:pk>/", mails.mail, name="mail"),
    path("amt/menschen/", people.people, name="people"),
    path("amt/zweiter-faktor/", second_factor.second_factor, name="second_factor"),
    path("amt/menschen/pausen/", team.suspensions, name="suspensions"),
    path("amt/abwesenheit/", team.absences, name="absences"),
    path("amt/uebernahmen/", claims.claims, name="claims"),
    path("amt/einladungen/", desk_invitations.invitations, name="invitations"),
    path("amt/einladungen/<int:pk>/", desk_invitations.uses, name="invitation_uses"),
    path("amt/einladungen/<int:pk>/brief.pdf", desk_invitations.letter, name="invitation_letter"),
    path("amt/einstellungen/", settings.facts, name="settings"),
    path("amt/einstellungen/aussehen/", settings.look, name="look"),
    path("amt/einstellungen/aussehen/vorschau/", settings.look_preview, name="look_preview"),
    path("amt/einstellungen/bausteine/", settings.module_switchboard, name="modules"),
    path("amt/einstellungen/worte/", settings.words, name="words"),
    path("amt/einstellungen/themen/", settings.topics, name="topics"),
    path("amt/einstellungen/texte/", texts.texts, name="texts"),
    path("amt/einstellungen/texte/<slug:kind>/", texts.edit, name="text"),
    path("amt/einstellungen/texte/<slug:kind>/ansehen/", texts.look_through, name="text_preview"),
    path("amt/oeffnen/", texts.launch, name="launch"),
]
