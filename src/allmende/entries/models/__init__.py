"""The envelope that everything people put on the platform shares."""

from allmende.entries.models.entry import (
    Accessible,
    Check,
    Entry,
    Precision,
    Status,
    Visibility,
)
from allmende.entries.models.imports import ImportLine, ImportName, ImportRun
from allmende.entries.models.moves import Move
from allmende.entries.models.rows import ExactPlace, Facet
from allmende.entries.models.spans import Span
from allmende.entries.models.topics import EntryTopic, Topic, TopicScheme

__all__ = [
    "Accessible",
    "Check",
    "Entry",
    "EntryTopic",
    "ExactPlace",
    "Facet",
    "ImportLine",
    "ImportName",
    "ImportRun",
    "Move",
    "Precision",
    "Span",
    "Status",
    "Topic",
    "TopicScheme",
    "Visibility",
]
