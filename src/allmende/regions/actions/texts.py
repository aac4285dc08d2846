"""The texts that a region owes its people: drafted, published, agreed to. A published version is never changed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.accounts.actions import require
from allmende.accounts.models import User
from allmende.core.log import record
from allmende.regions.models import Consent, LegalText, Region
from allmende.regions.permissions import can_administer


@transaction.atomic
def draft_text(region: Region, kind: str, body: str, *, by: User | None) -> LegalText:
    """Write the draft of the next version; there is one of a kind. Raises PermissionDenied. ``by`` None is a demo."""
    _lock(region, by=by)
    rows = LegalText.objects.filter(region=region, kind=kind)
    draft = rows.filter(published_at=None).first()
    if draft is None:
        newest = rows.order_by("-version").first()
        draft = LegalText(region=region, kind=kind, version=newest.version + 1 if newest else 1)
    draft.body, draft.by, draft.created_at = body, by, timezone.now()
    draft.save()
    return draft


@transaction.atomic
def drop_draft(draft: LegalText, *, by: User) -> None:
    """What is in force stays. Raises PermissionDenied."""
    _lock(draft.region, by=by)
    LegalText.objects.filter(pk=draft.pk, published_at=None).delete()


@transaction.atomic
def publish_text(text: LegalText, *, by: User | None) -> None:
    """From now on this version holds.

    Raises PermissionDenied, or ValidationError: ``gaps`` (something is still to be filled in), ``same`` (nothing is
    new), ``changed`` (somebody has published it or written on since ``text`` was read).
    """
    region = _lock(text.region, by=by)
    _refuse_gaps(text)
    now, rows = timezone.now(), LegalText.objects.filter(region=region, kind=text.kind)
    before = rows.filter(published_at__isnull=False).order_by("-version").first()
    if before is not None and before.body == text.body:
        raise ValidationError(_("An diesem Text hat sich nichts geändert."), code="same")
    if not rows.filter(pk=text.pk, published_at=None, created_at=text.created_at).update(published_at=now):
        raise ValidationError(
            _("Der Entwurf hat sich inzwischen geändert. Bitte lesen Sie ihn noch einmal."), "changed"
        )
    text.published_at = now
    region.texts_in_force = sorted({*region.texts_in_force, text.kind})
    region.save(update_fields=["texts_in_force"])
    text.region.texts_in_force = region.texts_in_force
    new = {"kind": text.kind, "version": text.version}
    record("text published", text, by=by, new=new, region_id=region.pk)


def _refuse_gaps(text: LegalText) -> None:
    count = len(text.gaps)
    if count or not text.body.strip():
        message = ngettext(
            "Der Text hat noch eine Lücke. Bitte füllen Sie sie aus.",
            "Der Text hat noch %(count)d Lücken. Bitte füllen Sie sie aus.",
            max(count, 1),
        )
        raise ValidationError(message % {"count": count}, code="gaps")


def _lock(region: Region, *, by: User | None) -> Region:
    """One writer of a region's texts at a time."""
    if by is not None:
        require(can_administer(by, region))
    return Region.objects.select_for_update().get(pk=region.pk)


@transaction.atomic
def agree(text: LegalText, *, by: User) -> None:
    """Note that somebody agreed to this version; once is enough."""
    Consent.objects.get_or_create(user=by, text=text)
