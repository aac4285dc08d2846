"""What the log's verbs and things are called before people."""

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _

from allmende.core.modules import module_of

VERBS: dict[str, Any] = {
    "created": _("angelegt"),
    "edited": _("geändert"),
    "checked": _("als geprüft abgehakt"),
    "confirmed": _("als noch richtig bestätigt"),
    "deleted": _("gelöscht"),
    "status waiting": _("zur Prüfung gegeben"),
    "status public": _("veröffentlicht"),
    "status draft": _("zurückgegeben"),
    "status hidden": _("verborgen"),
    "status archived": _("ins Archiv gelegt"),
    "state cancelled": _("abgesagt"),
    "flagged": _("gemeldet"),
    "flag upheld": _("Meldung berechtigt: verborgen"),
    "flag mended": _("Meldung berechtigt: berichtigt"),
    "flag dismissed": _("Meldung nicht berechtigt"),
    "barrier reported": _("Barriere gemeldet"),
    "barrier answered": _("Barriere: geantwortet"),
    "account deleted": _("Konto gelöscht"),
    "guest claimed": _("Beiträge als Gast übernommen"),
    "first sign-in": _("zum ersten Mal angemeldet"),
    "second factor reset": _("zweiten Faktor zurückgesetzt"),
    "address corrected": _("E-Mail-Adresse berichtigt"),
    "way in sent": _("Link zum Anmelden geschickt"),
    "invitation sent again": _("Einladung noch einmal geschickt"),
    "message written": _("Nachricht geschrieben"),
    "relay changed": _("Adresse für Nachrichten nachgetragen"),
    "recognition requested": _("Anerkennung beantragt"),
    "recognition withdrawn": _("Antrag auf Anerkennung zurückgezogen"),
    "recognition recognised": _("fürs Gemeinwohl anerkannt"),
    "recognition refused": _("Anerkennung abgelehnt"),
    "recognition expired": _("Anerkennung abgelaufen"),
    "looked at proof": _("Nachweis angesehen"),
    "account made": _("Konto angelegt"),
    "account prepared": _("Konto für jemand anderen angelegt"),
    "takeover sent": _("Link zum Übernehmen geschickt"),
    "account taken over": _("Konto übernommen"),
    "account erased": _("Konto gelöscht, das niemand übernommen hat"),
    "claimed": _("möchte eine Organisation übernehmen"),
    "applied": _("möchte zu einer Organisation gehören"),
    "application decided": _("Anfrage beantwortet"),
    "application withdrawn": _("Anfrage zurückgezogen"),
    "role given": _("Aufgabe gegeben"),
    "role taken": _("Aufgabe weggenommen"),
    "admitted": _("Zutritt gegeben"),
    "dismissed": _("Zutritt weggenommen"),
    "region added": _("Region angelegt"),
    "region changed": _("Einstellungen geändert"),
    "portal added": _("Themenportal angelegt"),
    "portal changed": _("Themenportal geändert"),
    "text published": _("Rechtstext veröffentlicht"),
    "topics": _("Themen geändert"),
    "organisation founded": _("Organisation angelegt"),
    "organisation handed over": _("Organisation übergeben"),
    "member added": _("Mitglied aufgenommen"),
    "member removed": _("Mitglied ausgetragen"),
    "role changed": _("Aufgabe eines Mitglieds geändert"),
    "organisation proposed": _("Organisation vorgeschlagen"),
    "organisation dissolved": _("Organisation aufgelöst"),
    "renamed": _("umbenannt"),
    "installed": _("eingerichtet"),
    "imported": _("eingelesen"),
    "import failed": _("Einlesen abgebrochen"),
    "import to be undone": _("Zurücknehmen begonnen"),
    "import undone": _("Einlesen zurückgenommen"),
}
THINGS: dict[str, Any] = {
    "regions.Region": _("Einstellungen"),
    "regions.Portal": _("Themenportale"),
    "regions.LegalText": _("Rechtstexte"),
    "regions.Recognition": _("Anerkennung fürs Gemeinwohl"),
    "regions.Role": _("Aufgaben von Menschen"),
    "entries.TopicScheme": _("Themen"),
    "correspondence.Thread": _("Nachrichten"),
    "accounts.User": _("Konten"),
    "accounts.Organisation": _("Organisationen und Mitglieder"),
    "moderation.Flag": _("Meldungen"),
    "moderation.BarrierReport": _("Barrieren"),
    "entries.ImportRun": _("Importe"),
}


def verb_name(verb: str) -> str:
    """A verb that nobody has named stands as it is."""
    if verb.startswith("module ") and (module := module_of(verb.removeprefix("module "))):
        return str(_("Baustein „%(title)s“ eingestellt") % {"title": module.title})
    if verb == "state ":
        return str(_("findet doch statt"))
    return str(VERBS.get(verb, verb))


def thing_name(label: str) -> str:
    """What a model is called; of kinds of entries their own name."""
    if label in THINGS:
        return str(THINGS[label])
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label
