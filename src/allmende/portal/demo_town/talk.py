"""What people of the demo town wrote to one another, and which entries they flagged."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from allmende.core.tokens import issue
from allmende.correspondence.actions import LINK_LIFETIME, answer, confirm, mark_read, write_to_organisation
from allmende.correspondence.models import Message, Side, Thread
from allmende.correspondence.queries import other_side
from allmende.entries.actions import edit
from allmende.entries.demo import Town, local
from allmende.entries.models import Entry
from allmende.moderation import actions as moderation
from allmende.moderation.models import BarrierReport, Flag

REASONS = {reason.value for reason in Flag.Reason}


def load(town: Town) -> None:
    threads, flags = town.facts.get("threads", []), town.facts.get("flags", [])
    for row in threads:
        add_thread(town, row)
    for row in flags:
        add_flag(town, row)
    for row in town.facts.get("barriers", []):
        add_barrier(town, row)
    for row in town.facts.get("edits", []):
        add_edit(town, row)
    town.tell(f"{len(threads)} Gespräche, {len(flags)} Meldungen")


def add_thread(town: Town, row: dict[str, Any]) -> None:
    profile = town.entries["organisation", row["organisation"]]
    organisation = town.organisations[row["organisation"]]
    person, guest = town.people.get(row["account"] or ""), row["guest"] or {}
    first, *others = row["messages"]
    message = write_to_organisation(
        organisation, region=town.region, relay=profile.contact_mail(), name=profile.title, subject=row["subject"],
        body=first["text"], about=f"entry:{profile.pk}", by=person, guest_mail=guest.get("mail", ""),
        guest_name=guest.get("name", ""),
    )  # fmt: skip
    if guest:
        confirm(issue("message", str(message.pk), lifetime=LINK_LIFETIME))
    written = [message, *(answer(_side(message.side, other), body=other["text"]) for other in others)]
    for said, source in zip(written, row["messages"], strict=True):
        _date(town, said, source)
    if others and others[-1]["side"] == "organisation":
        mark_read(other_side(message.side))


def _side(citizen: Side, row: dict[str, Any]) -> Side:
    citizen.refresh_from_db()
    return citizen if row["side"] == "citizen" else other_side(citizen)


def _date(town: Town, message: Message, row: dict[str, Any]) -> None:
    day = timezone.localdate(timezone=town.region.zone) - timedelta(days=row["days_ago"])
    then: datetime = local(town, day, row["time"])
    Message.objects.filter(pk=message.pk).update(created_at=then, passed_on_at=then)
    Thread.objects.filter(pk=message.thread_id).update(updated_at=then)
    Side.objects.filter(pk=message.side_id).update(read_at=then)


def add_flag(town: Town, row: dict[str, Any]) -> None:
    guest, then = row["guest"] or {}, timezone.now() - timedelta(days=row["days_ago"])
    reason = row["reason"] if row["reason"] in REASONS else Flag.Reason.WRONG
    entry = town.entries[row["kind"], row["entry"]]
    new = moderation.flag(entry, reason=reason, text=row["text"], by=town.people.get(row["account"] or ""), **guest)
    if guest:
        moderation.confirm(issue("flag", str(new.pk), lifetime=LINK_LIFETIME))
    Flag.objects.filter(pk=new.pk).update(created_at=then, due_at=then + moderation.ANSWER_WITHIN)


def add_barrier(town: Town, row: dict[str, Any]) -> None:
    """A report of a guest. Who has an account at the same address may take it over: it was confirmed just now."""
    then = timezone.now() - timedelta(days=row["days_ago"])
    new = moderation.report_barrier(town.region, page=row["page"], text=row["text"], **row["guest"])
    moderation.confirm_barrier(issue("barrier", str(new.pk), lifetime=LINK_LIFETIME))
    due = then + moderation.barriers.ANSWER_WITHIN
    BarrierReport.objects.filter(pk=new.pk).update(created_at=then, due_at=due)


def add_edit(town: Town, row: dict[str, Any]) -> None:
    """A later change by its owner, which the editors have not seen yet."""
    entry = edit(town.entries[row["kind"], row["entry"]], row["values"], by=town.people[row["account"]])
    Entry.objects.filter(pk=entry.pk).update(updated_at=timezone.now() - timedelta(hours=row["hours_ago"]))
