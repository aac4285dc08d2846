from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from allmende.entries.forms import EntryForm, bounded
from allmende.modules.notices.models import Notice


class NoticeForm(EntryForm):
    new_title: ClassVar = _("Aushang schreiben")

    class Meta:
        model = Notice
        fields = ["title", "visibility", "wanted", "summary", "body", "district"]
        formfield_callback = bounded
