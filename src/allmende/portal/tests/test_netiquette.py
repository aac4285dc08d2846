"""The netiquette is ticked before the first contribution, wherever that is made."""

import pytest

from allmende.core.models import Mail
from allmende.correspondence.models import Message
from allmende.entries.models import Entry
from allmende.entries.tests.filling import shown
from allmende.moderation.models import Flag
from allmende.modules.directory.forms import ProfileForm
from allmende.modules.directory.models import OrganisationProfile
from allmende.regions.actions import agree, draft_text, publish_text
from allmende.regions.models import Consent, LegalText

pytestmark = pytest.mark.django_db

Kind = LegalText.Kind
BOX = "Ich habe die Netiquette gelesen und halte mich daran"


@pytest.fixture
def netiquette(region):
    return publish(region, "Freundlich bleiben")


def publish(region, body):
    text = draft_text(region, Kind.NETIQUETTE, body, by=None)
    publish_text(text, by=None)
    return text


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile(organisation=tsv, relay_mail="tsv@lindach.example")


@pytest.fixture
def places(profile, region, charlie):
    """Each place where people write: its address, what one sends, what comes of it."""
    entry = shown(ProfileForm(region=region, person=charlie), title="Neue Nachbarn")
    return {
        "entry": ("/verzeichnis/neu/", entry, lambda: OrganisationProfile.objects.filter(title="Neue Nachbarn")),
        "message": (profile.page("message"), {"subject": "Frage", "body": "Wann?"}, Message.objects.all),
        "flag": (f"/melden/{profile.pk}/", {"reason": "wrong", "text": "Die Zeiten sind alt."}, Flag.objects.all),
    }


@pytest.mark.parametrize("place", ["entry", "message", "flag"])
def test_without_a_netiquette_nothing_is_asked(sign_in, charlie, places, place):
    address, sent, found = places[place]

    assert BOX not in sign_in(charlie).get(address).text
    assert sign_in(charlie).post(address, sent).status_code == 302
    assert (found().count(), Consent.objects.count()) == (1, 0)


@pytest.mark.parametrize("place", ["entry", "message", "flag"])
def test_the_first_contribution_asks_and_stores(sign_in, charlie, places, place, netiquette):
    address, sent, found = places[place]
    page = sign_in(charlie).get(address).text
    refused = sign_in(charlie).post(address, sent)
    unwritten = found().count()

    taken = sign_in(charlie).post(address, {**sent, "netiquette_1": "on"})

    assert (BOX in page, '<a href="/netiquette/" target="_blank"' in page) == (True, True)
    assert (refused.status_code, unwritten) == (400, 0)
    assert "Bitte lesen Sie die Netiquette" in refused.text
    assert (taken.status_code, found().count()) == (302, 1)
    assert [(one.user, one.text) for one in Consent.objects.all()] == [(charlie, netiquette)]


@pytest.mark.parametrize("place", ["entry", "message", "flag"])
def test_the_second_contribution_does_not(sign_in, charlie, places, place, netiquette):
    address, sent, _found = places[place]
    agree(netiquette, by=charlie)

    assert BOX not in sign_in(charlie).get(address).text
    assert sign_in(charlie).post(address, sent).status_code == 302


def test_a_new_version_is_asked_again_and_an_older_box_does_not_count(sign_in, charlie, places, netiquette, region):
    address, sent, found = places["message"]
    agree(netiquette, by=charlie)
    newer = publish(region, "Noch freundlicher bleiben")

    refused = sign_in(charlie).post(address, {**sent, "netiquette_1": "on"})
    taken = sign_in(charlie).post(address, {**sent, "netiquette_2": "on"})

    assert (refused.status_code, taken.status_code, found().count()) == (400, 302, 1)
    assert Consent.objects.filter(user=charlie, text=newer).count() == 1


@pytest.mark.parametrize("place", ["message", "flag"])
def test_guests_tick_each_time(client, places, place, netiquette):
    address, sent, found = places[place]
    guest = {**sent, "name": "Gerda Gast", "mail": "gast@lindach.example"}

    assert client.post(address, guest).status_code == 400
    assert client.post(address, {**guest, "netiquette_1": "on"}).status_code == 302
    assert BOX in client.get(address).text
    assert (found().count(), Consent.objects.count()) == (1, 0)


def test_whoever_is_written_to_agrees_with_the_first_answer(sign_in, charlie, alice, places, netiquette):
    address, sent, _found = places["message"]
    agree(netiquette, by=charlie)
    sign_in(charlie).post(address, sent)
    thread = f"/nachrichten/{Message.objects.get().thread_id}/"

    assert BOX not in sign_in(charlie).get(thread).text
    assert BOX in sign_in(alice).get(thread).text
    assert sign_in(alice).post(thread, {"body": "Um fünf."}).status_code == 400
    assert sign_in(alice).post(thread, {"body": "Um fünf.", "netiquette_1": "on"}).status_code == 302
    assert Message.objects.count() == 2


def test_editing_asks_nothing(sign_in, alice, profile, netiquette):
    assert BOX not in sign_in(alice).get(profile.page("edit")).text


def test_a_form_sent_twice_agrees_once(sign_in, charlie, places, netiquette):
    address, sent, found = places["message"]
    form = {**sent, "netiquette_1": "on", "form_token": "gleich"}

    for _ in range(2):
        assert sign_in(charlie).post(address, form).status_code == 302

    assert (found().count(), Consent.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert Mail.objects.filter(to="tsv@lindach.example").count() == 1
