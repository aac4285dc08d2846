"""The log: who changed what, when and why. It is only ever added to."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from allmende.core.logs import request_id
from allmende.core.models import LogEntry


def record(
    verb: str,
    thing: Model | str,
    *,
    by: Model | str | None,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
    region_id: int | None = None,
) -> LogEntry:
    """Add to the log, in the caller's transaction, that ``by`` (a person; None for the machine) did ``verb``.

    ``thing`` is a row or a plain name. ``old`` and ``new`` hold what changed, in values that JSON knows (also dates,
    decimals and lazy texts); never a code, a token or a password.
    """
    model, key = _named(thing)
    return LogEntry.objects.create(
        region_id=region_id,
        actor_id=str(by.pk) if isinstance(by, Model) else "",
        actor=str(by or "")[:200],
        verb=verb[:50],
        model=model,
        key=key,
        old=dict(old) if old is not None else None,
        new=dict(new) if new is not None else None,
        reason=str(reason),
        request_id=request_id.get(),
    )


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return of both only what differs; a key that ``old`` lacks counts as None there."""
    differing = [key for key in new if old.get(key) != new[key]]
    return {key: old.get(key) for key in differing}, {key: new[key] for key in differing}


def _named(thing: Model | str) -> tuple[str, str]:
    if isinstance(thing, Model):
        label = getattr(thing, "log_label", thing._meta.label)  # an entry is called by its kind, however it was read
        return label, str(thing.pk)
    return "", str(thing)[:64]
