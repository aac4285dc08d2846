from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allmende.core.modules import ModuleConfig, Suggestion


class DirectoryConfig(ModuleConfig):
    name = "allmende.modules.directory"
    label = "directory"
    title = _("Organisationen")
    summary = _("Vereine, Initiativen und Einrichtungen: wer was tut und wie Sie mitmachen.")
    icon = "people"
    prefix = "verzeichnis"
    position = 10
    kinds = ["directory.OrganisationProfile", "directory.ContactPerson"]

    def suggestions(self, region: Any, person: Any) -> list[Suggestion]:
        """To show oneself as a contact person, unless one does already."""
        from allmende.modules.directory.queries import own_person  # noqa: PLC0415  # apps.py is read before the models

        if own_person(region, person) is not None:
            return []
        return [
            Suggestion(
                _("Als Ansprechperson zeigen?"),
                _("Sie kennen sich mit etwas aus? Dann finden andere Sie und schreiben Ihnen über diese Seite."),
                _("Mein Profil anlegen"),
                reverse("directory:person-new"),
                "person",
            )
        ]

    def ready(self) -> None:
        from allmende.modules.directory import receivers  # noqa: F401, PLC0415  # connects itself

    def propose_organisation(self, region: Any, name: str, *, by: Any, source: str) -> Any:
        from allmende.modules.directory.actions import propose  # noqa: PLC0415  # apps.py is read before the models

        return propose(region, name, by=by, source=source)
