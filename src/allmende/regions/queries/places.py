from django.db.models import QuerySet

from allmende.core.text import fold
from allmende.regions.models import District, Region, Street


def districts(region: Region) -> list[District]:
    """Read once per region object, in the region's order."""
    known: list[District] | None = getattr(region, "_districts", None)
    if known is None:
        known = list(District.objects.filter(region=region))
        region._districts = known  # type: ignore[attr-defined]  # a request's memory, not a field  # noqa: SLF001
    return known


def find_addresses(region: Region, text: str, limit: int = 8) -> QuerySet[Street]:
    """Streets and houses whose folded name begins with the text; houses after their street."""
    beginning = fold(text)
    if not beginning:
        return Street.objects.none()
    return (
        Street.objects.filter(region=region, folded__startswith=beginning)
        .select_related("district")
        .order_by("folded", "pk")[:limit]
    )


def address_point(region: Region, text: str) -> tuple[float | None, float | None]:
    """Latitude and longitude of an address that the region's list knows, else (None, None)."""
    found = Street.objects.filter(region=region, folded=fold(text)).first() if text.strip() else None
    return (found.lat, found.lon) if found else (None, None)
