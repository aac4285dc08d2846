"""When an entry is checked: before it is public, or after."""

from typing import Any

from allmende.accounts.models import User
from allmende.core.modules import ModuleConfig
from allmende.entries.kinds import module_for
from allmende.entries.models import Check, Entry, Status
from allmende.regions.permissions import can_edit_content
from allmende.regions.queries import switchboard


def check_setting(entry: Entry) -> str:
    """The strictest of the region's setting for the module (else the kind's default) and those of the topics."""
    module: ModuleConfig = module_for(entry.kind)
    options: dict[str, Any] = switchboard(entry.region).options.get(module.slug, {})
    wanted = {options.get("check") or entry.kind_model.default_check}
    wanted |= {row.topic.check_when for row in entry.topic_rows.select_related("topic") if row.topic.check_when}
    return next(rule for rule in (Check.BEFORE, Check.FIRST, Check.AFTER) if rule in wanted)


def check_rule(entry: Entry, *, by: User) -> str:
    """BEFORE or AFTER for this entry by this person; what editors enter needs no check."""
    if can_edit_content(by, entry.region, entry.district_id):
        return Check.AFTER
    setting = check_setting(entry)
    if setting == Check.FIRST:
        return Check.AFTER if _had_public_entry(entry, by) else Check.BEFORE
    if setting == Check.AFTER and entry.kind_model.trusts_released_organisations_only and not _is_released(entry):
        return Check.BEFORE
    return setting


def _had_public_entry(entry: Entry, by: User) -> bool:
    others = Entry.objects.filter(region=entry.region_id, published_at__isnull=False).exclude(pk=entry.pk)
    mine = others.filter(organisation=entry.organisation_id) if entry.organisation_id else others.filter(user=by)
    return mine.exclude(status=Status.HIDDEN).exists()


def _is_released(entry: Entry) -> bool:
    """Does the entry stand in the name of an organisation whose profile is public in this region?"""
    return (
        entry.organisation_id is not None
        and Entry.objects.filter(
            region=entry.region_id, organisation=entry.organisation_id, kind="organisation", status=Status.PUBLIC
        ).exists()
    )
