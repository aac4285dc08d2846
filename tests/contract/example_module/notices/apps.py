from django.utils.translation import gettext_lazy as _

from allmende.core.modules import ModuleConfig


class NoticesConfig(ModuleConfig):
    name = "allmende.modules.notices"
    label = "notices"
    title = _("Aushänge")
    summary = _("Gesucht, gefunden, abzugeben: das schwarze Brett des Ortes.")
    icon = "flag"
    prefix = "aushaenge"
    position = 50
    kinds = ["notices.Notice"]
