from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from allmende.entries.models import Check, Entry


class Notice(Entry):
    kind_slug: ClassVar[str] = "notice"
    icon: ClassVar[str] = "flag"
    default_check: ClassVar[str] = Check.FIRST

    wanted = models.BooleanField(_("Ich suche etwas"), default=False)

    class Meta:
        verbose_name = _("Aushang")
        verbose_name_plural = _("Aushänge")

    def facets(self) -> set[str]:
        return {"wanted"} if self.wanted else set()
