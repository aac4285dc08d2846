"""Every kind, in every channel of a thematic portal: what has a topic of it, and nothing else."""

import pytest
from contract.samples import body, guest_pages, own_lists
from django.db.models import F

from allmende.entries import actions
from allmende.entries.kinds import kinds
from allmende.entries.models import Entry, EntryTopic
from allmende.portal.actions import open_portal
from allmende.regions.models import Region

pytestmark = pytest.mark.django_db

INSIDE, OUTSIDE = "Zwetschgenfest der Quittenfreunde", "Hutzelbrot der Mispelgilde"


def make_portal(region, *entries: Entry) -> None:
    """A portal with these entries in it; a form filled in before knows nothing of it."""
    topics = [{"slug": "obst", "name": "Obst"}, {"slug": "nuss", "name": "Nuss"}]
    portal = open_portal(region, name="Streuobst", path="streuobst", topics=topics, by=None)
    fruit = portal.scheme.topics.get(slug="obst")
    for entry in entries:
        actions.set_topics(entry, [fruit], main=None, schemes={fruit.scheme_id})
        actions.relist([entry.pk])


def in_portal(pages) -> list[str]:
    return [f"/streuobst{page}" for page in sorted(pages)]


@pytest.mark.parametrize("kind", list(kinds()))
def test_every_channel_of_a_portal_shows_its_own_alone(client, make_entry, region, kind):
    inside, _outside = make_entry(kind, INSIDE), make_entry(kind, OUTSIDE)
    make_portal(region, inside)

    found = {page: body(client.get(page)) for page in in_portal(guest_pages(kind))}

    assert [page for page, told in found.items() if OUTSIDE in told] == []
    assert [page for page in in_portal(own_lists(kind)) if INSIDE not in found[page]] == []


@pytest.mark.parametrize("kind", list(kinds()))
def test_the_portal_of_a_closed_region_is_in_no_channel(client, make_entry, region, kind):
    entry = make_entry(kind, INSIDE)
    make_portal(region, entry)
    Region.objects.filter(pk=region.pk).update(stage=Region.Stage.PREPARING)

    answers = [client.get(page) for page in in_portal({*guest_pages(kind), entry.url, "/impressum/"})]

    assert {answer.status_code for answer in answers} == {404}
    assert [one for one in answers if INSIDE in body(one) or "Streuobst" in body(one)] == []


@pytest.mark.parametrize("kind", list(kinds()))
def test_rows_of_the_portals_topics_know_what_lists_need(make_entry, region, kind):
    make_portal(region, make_entry(kind, INSIDE))

    rows = EntryTopic.objects.filter(topic__slug="obst", kind=kind, published_at=F("entry__published_at"))

    assert rows.count() == 1
