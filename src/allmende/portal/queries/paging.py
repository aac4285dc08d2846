"""Lists that go on behind a row, whose id is the key: never by OFFSET."""

from typing import TypeVar

from django.db.models import Model, Q, QuerySet

AnyRow = TypeVar("AnyRow", bound=Model)


def older(rows: QuerySet[AnyRow], column: str, key: str) -> QuerySet[AnyRow]:
    """Newest first by ``column``, behind the row whose id is ``key``; from the beginning for a key that is none."""
    return _behind(rows, column, key, "lt").order_by(f"-{column}", "-pk")


def newer(rows: QuerySet[AnyRow], column: str, key: str) -> QuerySet[AnyRow]:
    """Oldest first, likewise."""
    return _behind(rows, column, key, "gt").order_by(column, "pk")


def _behind(rows: QuerySet[AnyRow], column: str, key: str, side: str) -> QuerySet[AnyRow]:
    if not (key.isascii() and key.isdigit() and len(key) < 19):  # what fits into 64 bits
        return rows
    # The row may have left the list since (released in between); its place in the order is still good.
    last = rows.model._default_manager.filter(pk=int(key)).values_list(column, flat=True).first()
    if last is None:
        return rows
    return rows.filter(Q(**{f"{column}__{side}": last}) | Q(**{column: last, f"pk__{side}": int(key)}))
