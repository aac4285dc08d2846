from typing import Any

from django.utils.translation import gettext_lazy as _

from allmende.core.modules import ModuleConfig


class DirectoryConfig(ModuleConfig):
    name = "allmende.modules.directory"
    label = "directory"
    title = _("Organisationen")
    summary = _("Vereine, Initiativen und Einrichtungen: wer was tut und wie Sie mitmachen.")
    icon = "people"
    prefix = "verzeichnis"
    position = 10
    kinds = ["directory.OrganisationProfile"]

    def ready(self) -> None:
        from allmende.modules.directory import receivers  # noqa: F401, PLC0415  # connects itself

    def propose_organisation(self, region: Any, name: str, *, by: Any, source: str) -> Any:
        from allmende.modules.directory.actions import propose  # noqa: PLC0415  # apps.py is read before the models

        return propose(region, name, by=by, source=source)
