"""Two people, one entry, the same moment: one of them is told that the other was faster."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from allmende.conftest import at_once
from allmende.core.models import Mail
from allmende.entries import actions
from allmende.entries.models import Entry, Move, Status, Topic
from allmende.entries.tests.filling import shown
from allmende.modules.directory.models import OrganisationProfile

pytestmark = pytest.mark.django_db(transaction=True)


def as_read(entry) -> OrganisationProfile:
    return OrganisationProfile.objects.select_related("region").get(pk=entry.pk)


@pytest.fixture
def waiting(make_profile, tsv):
    entry = make_profile("TSV", organisation=tsv, public=False)
    actions.wait_for_check(entry)
    return entry


def test_one_releases_and_one_returns(waiting, editor, admin):
    mine, theirs = as_read(waiting), as_read(waiting)

    results = at_once(
        lambda: actions.release(mine, by=editor).after,
        lambda: actions.return_to_author(theirs, by=admin, note="Bitte ändern").after,
    )

    assert sorted(results) in (["moved", "public"], ["draft", "moved"])
    assert Entry.objects.get().status in results
    assert Move.objects.filter(entry=waiting.pk, before="waiting").count() == 1
    assert Mail.objects.count() == 1


def test_two_release_at_once(waiting, editor, admin):
    mine, theirs = as_read(waiting), as_read(waiting)

    results = at_once(lambda: actions.release(mine, by=editor).after, lambda: actions.release(theirs, by=admin).after)

    assert sorted(results) == ["moved", "public"]
    assert Mail.objects.count() == 1


def test_two_edit_the_same_version(make_profile, tsv, alice, beth):
    entry = make_profile("TSV", organisation=tsv)
    mine, theirs = as_read(entry), as_read(entry)

    results = at_once(
        lambda: actions.edit(mine, {"title": "Von Alice"}, by=alice, version=1).title,
        lambda: actions.edit(theirs, {"title": "Von Beth"}, by=beth, version=1).title,
    )

    assert results.count("stale") == 1
    assert as_read(entry).title in results
    assert as_read(entry).version == 2


def test_an_edit_does_not_bring_back_what_was_hidden(make_profile, tsv, alice, moderator):
    entry = make_profile("TSV", organisation=tsv)
    mine, theirs = as_read(entry), as_read(entry)

    at_once(
        lambda: actions.edit(mine, {"title": "Neu"}, by=alice), lambda: actions.hide(theirs, by=moderator, note="x")
    )

    found = as_read(entry)
    assert (found.title, found.status, found.listed) == ("Neu", Status.HIDDEN, False)


def test_the_first_two_topics_at_once(make_profile, tsv, alice, beth):
    entry = make_profile("TSV", organisation=tsv, public=False)
    sport, culture = Topic.objects.get(slug="sport"), Topic.objects.get(slug="kultur")

    at_once(
        lambda: actions.edit(as_read(entry), {"topics": [], "main_topic": sport}, by=alice),
        lambda: actions.edit(as_read(entry), {"topics": [], "main_topic": culture}, by=beth),
    )

    assert entry.topic_rows.filter(main=True).count() == 1


def test_the_same_form_twice_within_a_moment_makes_one_entry(region, tsv, alice):
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = browsers[0].get("/verzeichnis/neu/")
    form = shown(page.context["form"], acting_as="me", title="Lesekreis", form_token=page.context["form_token"])

    answers = at_once(*(lambda browser=browser: browser.post("/verzeichnis/neu/", form) for browser in browsers))

    assert [answer.status_code for answer in answers] == [302, 302]
    assert answers[0].url == answers[1].url
    assert OrganisationProfile.objects.filter(title="Lesekreis").count() == 1


def test_the_page_tells_who_comes_second(waiting, editor, admin):
    browsers = {}
    for name, person in (("release", editor), ("return", admin)):
        browsers[name] = Client()
        browsers[name].force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = f"/verzeichnis/{waiting.pk}"

    answers = at_once(
        lambda: browsers["release"].post(f"{page}/freigeben/", {"form_token": "a", "note": ""}),
        lambda: browsers["return"].post(f"{page}/zurueckgeben/", {"form_token": "b", "note": "Bitte ändern"}),
    )

    codes = sorted(answer.status_code for answer in answers)
    assert codes in ([302, 400], [302, 404])  # 404: the second one looked when it was over already
    assert Move.objects.filter(entry=waiting.pk, before="waiting").count() == 1


def test_two_ask_the_same_person_at_once_whether_all_is_still_right(make_profile, tsv):
    long_ago = timezone.now() - timedelta(days=100)
    profile = make_profile("TSV", organisation=tsv)
    Entry.objects.filter(pk=profile.pk).update(confirmed_at=long_ago, updated_at=long_ago)

    at_once(actions.ask_whether_current, actions.ask_whether_current)

    assert Mail.objects.count() == 1
