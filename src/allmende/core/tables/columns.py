"""Which column of a table is which field."""

from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.fuzz import ratio

from allmende.core.text import fold

_ALIKE = 85  # one typing mistake in seven letters


def match_columns(header: Sequence[str], known: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Return the field of each column that is recognised; ``known`` has the synonyms of each field.

    First columns that are the field's name or a synonym once folded ("E-Mail" is "e mail"), from the left; then, for
    fields still open, the column that resembles one most (85 of 100 or more). Every field is given once.
    """
    names = {field: {fold(name) for name in (field, *synonyms)} for field, synonyms in known.items()}
    pairs = [(_likeness(column, names[field]), column, field) for column in header for field in names]
    matched: dict[str, str] = {}
    for likeness, column, field in sorted(pairs, key=lambda pair: -pair[0]):  # sorting keeps the order of equals
        if likeness >= _ALIKE and column not in matched and field not in matched.values():
            matched[column] = field
    return {column: matched[column] for column in header if column in matched}


def _likeness(column: str, names: set[str]) -> float:
    folded = fold(column)
    return max((ratio(folded, name) for name in names), default=0.0)
