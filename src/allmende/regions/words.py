"""Words of the place. Delivered texts use these keys, so that a Stadtteil is never called Ortsteil."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.regions.models import Region

DEFAULTS: dict[str, tuple[Promise | str, Promise | str]] = {
    # key: (label in the settings, delivered word)
    "district": (_("Ein Teil des Ortes heißt"), _("Ortsteil")),
    "districts": (_("Mehrere heißen"), _("Ortsteile")),
    "municipality": (_("Der Ort ist eine"), _("Gemeinde")),
    "town_hall": (_("Die Verwaltung heißt"), _("Rathaus")),
    "whole_town": (_("Überall im Ort heißt"), _("Im ganzen Ort")),
}


def words_of(region: Region | None) -> dict[str, Any]:
    """Every key with the region's own word, else the delivered one in the reader's language."""
    own = region.words if region else {}
    return {key: own.get(key) or delivered for key, (_label, delivered) in DEFAULTS.items()}
