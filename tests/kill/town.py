"""What the test of kills asks of the town that is killed: ``python town.py prepare FOLDER EVENTS MAILS``, ``… check``.

It runs in processes of its own, on the database of the town, and answers with JSON.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import django

ORGANISERS = 12


def calendar(events: int) -> str:
    blocks = [
        "\r\n".join(
            (
                "BEGIN:VEVENT",
                f"UID:probe-{number}@probe",
                f"SUMMARY:Fest {number}",
                f"DTSTART;TZID=Europe/Berlin:{2027 + number // 8000}{1 + number % 12:02}{1 + number % 28:02}T193000",
                f"LOCATION:Haus {number % 40}",
                f"DESCRIPTION:Text {number}\\nVeranstalter: Verein {chr(65 + number % ORGANISERS) * 5}",
                "CATEGORIES:Kultur",
                "END:VEVENT",
            )
        )
        for number in range(events)
    ]
    return "\r\n".join(["BEGIN:VCALENDAR", *blocks, "END:VCALENDAR", ""])


def prepare(events: int, mails: int) -> dict[str, object]:
    """A region, an import that is due, and mails that are."""
    from django.db import transaction

    from allmende.accounts.models import User
    from allmende.core.outbox import enqueue
    from allmende.entries.imports import actions, go_on
    from allmende.regions.actions import add_region, give_role

    region = add_region("probe", name="Probe", land="DE-BY", contact_mail="post@probe.example", by=None, stage="open")
    editor = User.objects.create_user("redaktion@probe.example", name="Redaktion")
    give_role(editor, "editor", region=region, by=None)
    run = actions.begin_upload(
        region, "event", name="probe.ics", content=calendar(events).encode(), source="probe", by=editor
    )
    actions.choose_columns(run, {}, by=editor)
    go_on(run)
    actions.begin(run, by=editor)
    with transaction.atomic():
        for number in range(mails):
            enqueue(to=f"mensch{number}@probe.example", subject=f"Post {number}", body="Guten Tag")
    return {"state": run.state}


def check() -> dict[str, object]:
    """Everything that must be whole once the run is done."""
    from django.db.models import Count

    from allmende.accounts.models import Organisation
    from allmende.core.models import LogEntry, Mail
    from allmende.entries.imports.queries import counts_of
    from allmende.entries.models import Entry, ImportLine, ImportRun, Span
    from allmende.modules.events.models import Event

    run = ImportRun.objects.get()
    events = Entry.objects.filter(kind="event")
    profiles = Entry.objects.filter(kind="organisation")
    logged = LogEntry.objects.filter(verb="created")
    return {
        "state": run.state,
        "done": [run.done, run.total],
        "counts": counts_of(run),
        "events": [events.count(), Event.objects.count(), events.values("foreign_id").distinct().count()],
        "public": events.filter(status="public", listed=True, published_at__isnull=False).count(),
        "spans": [Span.objects.count(), events.annotate(n=Count("spans")).exclude(n=1).count()],
        "moves": [events.annotate(n=Count("moves")).exclude(n=1).count()],
        "lines": [run.lines.count(), ImportLine.objects.values("entry").distinct().count()],
        "log": [
            logged.filter(model="events.Event").count(),
            logged.filter(model="events.Event").values("key").distinct().count(),
        ],
        "organisations": [
            Organisation.objects.count(),
            profiles.count(),
            profiles.filter(status="waiting").annotate(n=Count("moves")).filter(n=1).count(),
            events.filter(organisation=None).count(),
        ],
        "mails": dict(Counter(Mail.objects.values_list("state", flat=True))),
    }


def main() -> None:
    command, *numbers = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
    django.setup()
    answer = prepare(*map(int, numbers)) if command == "prepare" else check()
    Path("/dev/stdout").write_text(json.dumps(answer))


if __name__ == "__main__":
    main()
