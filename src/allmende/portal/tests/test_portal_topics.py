"""Entering in a thematic portal, and how its topics and the region's live side by side."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from allmende.core.models import Mail
from allmende.core.once import form_token
from allmende.entries import actions
from allmende.entries.models import Entry, EntryTopic, Status, Topic, TopicScheme
from allmende.portal.actions import open_portal
from allmende.portal.tests.conftest import put_in
from allmende.regions.actions import update_portal
from allmende.regions.models import Portal


def event_form(**changes):
    return {
        "title": "Sonnenstrom", "start_day": "2027-06-01", "start_time": "10:00", "acting_as": "me",
        "visibility": "public", "accessible": "unknown", "form_token": form_token(),
    } | changes  # fmt: skip


def topics_of(entry):
    return sorted(
        (row.topic.slug, row.main) for row in EntryTopic.objects.filter(entry=entry.pk).select_related("topic")
    )


def test_entering_in_the_portal_takes_a_topic_of_it(sign_in, alice, energy, sport):
    browser = sign_in(alice)

    without = browser.post("/klima/veranstaltungen/neu/", event_form())
    foreign = browser.post("/klima/veranstaltungen/neu/", event_form(topics=[sport.pk]))
    sent = browser.post("/klima/veranstaltungen/neu/", event_form(topics=[energy.pk]))

    assert (without.status_code, foreign.status_code, sent.status_code) == (400, 400, 302)
    assert "topics" in without.context["form"].errors
    assert sent["Location"].startswith("/klima/veranstaltungen/")
    assert topics_of(Entry.objects.get()) == [("energie", True)]


def test_a_portal_with_one_topic_sets_it_without_asking(sign_in, alice, region):
    open_portal(region, name="Radstadt", path="rad", topics=[{"slug": "rad", "name": "Rad"}], by=None)
    browser = sign_in(alice)

    asked = browser.get("/rad/veranstaltungen/neu/").context["form"].fields
    browser.post("/rad/veranstaltungen/neu/", event_form())

    assert {"topics", "main_topic", "portal_topics"} & set(asked) == set()
    assert topics_of(Entry.objects.get()) == [("rad", True)]


def test_the_regions_form_offers_the_topics_of_its_portals(sign_in, alice, energy, sport):
    browser = sign_in(alice)

    labels = [
        label for _key, label in browser.get("/veranstaltungen/neu/").context["form"].fields["portal_topics"].choices
    ]
    browser.post("/veranstaltungen/neu/", event_form(main_topic=sport.pk, portal_topics=[energy.pk]))

    assert labels == ["Energie", "Mobilität"]
    assert topics_of(Entry.objects.get()) == [("energie", False), ("sport", True)]


def test_the_regions_form_tells_the_portals_apart(sign_in, alice, region, portal):
    browser = sign_in(alice)
    with_one = browser.get("/veranstaltungen/neu/").context["form"].fields["portal_topics"]
    open_portal(region, name="Radstadt", path="rad", topics=[{"slug": "rad", "name": "Rad"}], by=None)
    with_two = browser.get("/veranstaltungen/neu/").context["form"].fields["portal_topics"]

    assert str(with_one.label) == "Auch in „Lindach fürs Klima“ zeigen?"
    assert [label for _key, label in with_two.choices] == [
        "Energie (Lindach fürs Klima)", "Mobilität (Lindach fürs Klima)", "Rad (Radstadt)"
    ]  # fmt: skip


def test_a_region_without_a_portal_asks_nothing_about_portals(sign_in, alice, region):
    assert "portal_topics" not in sign_in(alice).get("/veranstaltungen/neu/").context["form"].fields


def test_topics_of_a_portal_that_is_off_are_not_offered_and_not_lost(
    sign_in, alice, admin, portal, energy, sport, make_event
):
    event = make_event("Sonnenstrom", by=alice, main_topic=sport)
    put_in(event, energy)
    update_portal(portal, {"on": False}, by=admin)

    sign_in(alice).post(f"/veranstaltungen/{event.pk}/bearbeiten/", event_form(main_topic=sport.pk))

    assert topics_of(event) == [("energie", False), ("sport", True)]


def test_editing_in_one_form_takes_nothing_from_the_other_scheme(sign_in, alice, energy, sport, make_event):
    mobility = Topic.objects.get(slug="mobilitaet")
    event = make_event("Sonnenstrom", by=alice, main_topic=sport, topics=[Topic.objects.get(slug="kultur")])
    put_in(event, energy)
    browser = sign_in(alice)

    browser.post(f"/klima/veranstaltungen/{event.pk}/bearbeiten/", event_form(topics=[mobility.pk]))
    in_portal = topics_of(event)
    browser.post(f"/veranstaltungen/{event.pk}/bearbeiten/", event_form(portal_topics=[mobility.pk]))

    assert in_portal == [("kultur", False), ("mobilitaet", False), ("sport", True)]
    assert topics_of(event) == [("mobilitaet", False)]


def test_the_regions_form_keeps_what_it_was_shown(sign_in, alice, energy, sport, make_event):
    event = make_event("Sonnenstrom", by=alice, main_topic=sport)
    put_in(event, energy)
    browser = sign_in(alice)

    form = browser.get(f"/veranstaltungen/{event.pk}/bearbeiten/").context["form"]
    chosen = {name: form[name].value() for name in ("main_topic", "portal_topics")}
    browser.post(f"/veranstaltungen/{event.pk}/bearbeiten/", event_form(**chosen))

    assert topics_of(event) == [("energie", False), ("sport", True)]


def test_a_main_topic_of_the_portal_stays_while_the_region_chooses_none(sign_in, alice, energy, make_event):
    event = make_event("Sonnenstrom", by=alice)
    put_in(event, energy, main=energy)

    sign_in(alice).post(f"/veranstaltungen/{event.pk}/bearbeiten/", event_form(portal_topics=[energy.pk]))

    assert topics_of(event) == [("energie", True)]


def test_an_import_takes_nothing_from_a_portal(region, energy, sport, make_event):
    event = make_event("Sonnenstrom", main_topic=sport)
    put_in(event, energy)

    actions.edit(event, {"topics": [], "main_topic": None}, by=None)

    assert topics_of(event) == [("energie", False)]


def test_a_topic_of_the_portal_may_ask_for_a_check_before(sign_in, alice, tsv, make_profile, energy):
    make_profile(organisation=tsv)
    Topic.objects.filter(pk=energy.pk).update(check_when="before")
    browser = sign_in(alice)
    browser.post("/klima/veranstaltungen/neu/", event_form(topics=[energy.pk], acting_as=tsv.pk))
    event = Entry.objects.get(kind="event")

    browser.post(f"/klima/veranstaltungen/{event.pk}/einreichen/", {"form_token": form_token()})

    event.refresh_from_db()
    assert event.status == Status.WAITING


def test_links_in_mails_are_the_regions(sign_in, alice, editor, energy):
    browser = sign_in(alice)
    browser.post("/klima/veranstaltungen/neu/", event_form(topics=[energy.pk]))
    event = Entry.objects.get()
    browser.post(f"/klima/veranstaltungen/{event.pk}/einreichen/", {"form_token": form_token()})
    sign_in(editor).post(f"/klima/veranstaltungen/{event.pk}/freigeben/", {"form_token": form_token()})

    bodies = "\n".join(Mail.objects.values_list("body", flat=True))
    assert f"http://testserver/veranstaltungen/{event.pk}/" in bodies
    assert "/klima/" not in bodies


def test_a_scheme_belongs_to_one_portal(region, portal):
    other = Portal.objects.create(region=region, name="Anderes")

    with pytest.raises(IntegrityError), transaction.atomic():
        TopicScheme.objects.create(region=region, slug="neu", name="Neu", portal=portal)
    with pytest.raises(ValidationError, match="gehören schon"):
        actions.give_scheme(other, portal.scheme, by=None)


def test_neither_the_main_topics_nor_another_regions_go_to_a_portal(region, other_region, portal):
    foreign = actions.add_scheme(other_region, slug="x", name="X", topics=[], is_main=False, by=None)
    other = Portal.objects.create(region=region, name="Anderes")

    for scheme in (foreign, TopicScheme.objects.get(slug="haupt")):
        with pytest.raises(ValidationError, match="gehören schon"):
            actions.give_scheme(other, scheme, by=None)
