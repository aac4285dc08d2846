"""Whom an entry is for: one short list, the same in every region, so that entries can be compared."""

from django.utils.translation import gettext_lazy as _

TARGET_GROUPS = [
    ("everyone", _("Alle")),
    ("children", _("Kinder")),
    ("youth", _("Jugendliche")),
    ("young_adults", _("Junge Erwachsene")),
    ("families", _("Familien")),
    ("seniors", _("Ältere Menschen")),
    ("newcomers", _("Neu im Ort")),
    ("disabled", _("Menschen mit Behinderung")),
]
NAMES = dict(TARGET_GROUPS)
