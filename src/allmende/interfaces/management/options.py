"""What several commands ask alike."""

from django.core.management.base import CommandError, CommandParser

from allmende.regions.models import Region
from allmende.regions.queries import home_region, region_by_slug


def add_region(parser: CommandParser) -> None:
    parser.add_argument("--region", default="", help="short name of the region (the first one)")


def region_named(slug: str) -> Region:
    """The region, the home region without a name. Raises CommandError."""
    region = region_by_slug(slug) if slug else home_region()
    if region is None:
        raise CommandError(
            f"There is no region {slug!r}." if slug else "There is no region yet: allmende init", returncode=2
        )
    return region
