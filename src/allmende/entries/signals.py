"""Sent on commit, so that floors above and modules can follow."""

from django.dispatch import Signal

entry_published = Signal()  # entry: it became public for the first time
entry_changed = Signal()  # entry: what people see of it changed
