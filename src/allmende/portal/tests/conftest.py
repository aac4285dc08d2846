"""A thematic portal of Lindach with two topics, and what is put into it."""

import pytest

from allmende.entries import actions
from allmende.entries.models import Topic
from allmende.portal.actions import open_portal


@pytest.fixture
def portal(region):
    topics = [{"slug": "energie", "name": "Energie"}, {"slug": "mobilitaet", "name": "Mobilität"}]
    return open_portal(region, name="Lindach fürs Klima", path="klima", topics=topics, by=None)


@pytest.fixture
def energy(portal):
    return Topic.objects.get(slug="energie")


@pytest.fixture
def sport(region):
    return Topic.objects.get(slug="sport")


def put_in(entry, *topics, main=None):
    actions.set_topics(entry, topics, main=main, schemes={topic.scheme_id for topic in topics})
    actions.relist([entry.pk])
