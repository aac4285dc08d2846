"""The doors for reading entries. Region and person come first."""

from allmende.entries.queries.children import specific
from allmende.entries.queries.current import Letter, Line, letter_by
from allmende.entries.queries.doors import (
    browsable_entries,
    card_topics,
    edited_since_check,
    entry_for,
    exact_place,
    moves_of,
    own_entries,
    profile_of,
    released_first,
    visible_entries,
    waiting_entries,
    with_card_parts,
)
from allmende.entries.queries.filters import Criteria, filtered
from allmende.entries.queries.lists import Page, coming, counts_by_kind, is_key, next_spans, page_of, related
from allmende.entries.queries.lots import in_lots, listed_entries, with_dates_in
from allmende.entries.queries.map import grouped_points
from allmende.entries.queries.marks import mark, mark_of, mark_of_one, topic_names
from allmende.entries.queries.pictures import picture_for
from allmende.entries.queries.topics import (
    card_topic,
    portal_topics,
    portals_with,
    shown_topics,
    site_topics,
    topics_of,
)

__all__ = [
    "Criteria",
    "Letter",
    "Line",
    "Page",
    "browsable_entries",
    "card_topic",
    "card_topics",
    "coming",
    "counts_by_kind",
    "edited_since_check",
    "entry_for",
    "exact_place",
    "filtered",
    "grouped_points",
    "in_lots",
    "is_key",
    "letter_by",
    "listed_entries",
    "mark",
    "mark_of",
    "mark_of_one",
    "moves_of",
    "next_spans",
    "own_entries",
    "page_of",
    "picture_for",
    "portal_topics",
    "portals_with",
    "profile_of",
    "related",
    "released_first",
    "shown_topics",
    "site_topics",
    "specific",
    "topic_names",
    "topics_of",
    "visible_entries",
    "waiting_entries",
    "with_card_parts",
    "with_dates_in",
]
