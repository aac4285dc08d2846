from django.utils.translation import gettext_lazy as _

from allmende.core.modules import ModuleConfig


class EventsConfig(ModuleConfig):
    name = "allmende.modules.events"
    label = "events"
    title = _("Veranstaltungen")
    summary = _("Was im Ort los ist: Feste, Treffen, Kurse, Konzerte.")
    icon = "calendar"
    prefix = "veranstaltungen"
    position = 20
    kinds = ["events.Event"]
