from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_in(apps, schema_editor):
    """Of what stands in an organisation's name already, whoever first gave it out of the draft counts as the author."""
    handed_in = apps.get_model("entries", "Move").objects.filter(
        entry=OuterRef("pk"), field="status", before="draft", by__isnull=False
    )
    entries = apps.get_model("entries", "Entry").objects.filter(organisation__isnull=False, entered_by=None)
    entries.update(entered_by=Subquery(handed_in.order_by("pk").values("by")[:1]))


class Migration(migrations.Migration):

    dependencies = [('entries', '0006_who_entered_it')]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
