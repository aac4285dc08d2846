import pytest
from django.core.exceptions import PermissionDenied

from allmende.core.models import LogEntry
from allmende.entries import actions
from allmende.entries.models import Entry, Move
from allmende.modules.events.actions import cancel, reinstate
from allmende.modules.events.models import Event

pytestmark = pytest.mark.django_db


def fresh(event) -> Event:
    return Event.objects.select_related("region").get(pk=event.pk)


@pytest.fixture
def event(make_event, tsv):
    return make_event("Sommerfest", organisation=tsv)


def test_calling_off_and_on_again(sign_in, event, alice):
    browser, page = sign_in(alice), f"/veranstaltungen/{event.pk}/"

    off = browser.post(f"{page}absage/", {"form_token": "a"})
    cancelled = browser.get(page).content.decode()
    on = browser.post(f"{page}absage/", {"form_token": "b"})

    assert (off.url, on.url) == (page, page)
    assert "Diese Veranstaltung ist abgesagt." in cancelled
    assert fresh(event).state == ""
    assert list(Move.objects.filter(field="state").values_list("before", "after")) == [
        ("", "cancelled"),
        ("cancelled", ""),
    ]


def test_the_button_sent_twice_calls_off_once(sign_in, event, alice):
    browser = sign_in(alice)

    for _ in range(2):
        browser.post(f"/veranstaltungen/{event.pk}/absage/", {"form_token": "a"})

    assert fresh(event).state == "cancelled"


def test_the_button_carries_a_token(sign_in, event, alice):
    assert (
        'name="form_token"'
        in sign_in(alice).get(f"/veranstaltungen/{event.pk}/").content.decode().partition("/absage/")[2]
    )


@pytest.mark.parametrize(
    ("who", "status"),
    [("charlie", 404), ("moderator", 404), ("bob", 404), ("beth", 302), ("editor", 302), ("admin", 302)],
)
def test_who_calls_off(request, sign_in, event, who, status):
    answer = sign_in(request.getfixturevalue(who)).post(f"/veranstaltungen/{event.pk}/absage/", {"form_token": "a"})

    assert answer.status_code == status
    assert (fresh(event).state == "cancelled") == (status == 302)


def test_a_guest_is_led_to_the_sign_in(client, event):
    answer = client.post(f"/veranstaltungen/{event.pk}/absage/", {"form_token": "a"})

    assert answer.url == f"/anmelden/?next=/veranstaltungen/{event.pk}/absage/"


def test_looking_calls_nothing_off(sign_in, event, alice):
    assert sign_in(alice).get(f"/veranstaltungen/{event.pk}/absage/").status_code == 405
    assert fresh(event).state == ""


@pytest.mark.parametrize("status", ["draft", "waiting", "hidden", "archived"])
def test_only_what_is_public_is_called_off(event, alice, status):
    Entry.objects.filter(pk=event.pk).update(status=status, listed=False)

    with pytest.raises(PermissionDenied):
        cancel(fresh(event), by=alice)


def test_two_who_call_off_at_once(event, alice, beth):
    mine, theirs = fresh(event), fresh(event)
    cancel(mine, by=alice)

    with pytest.raises(actions.MovedMeanwhile):
        cancel(theirs, by=beth)


def test_a_page_that_was_opened_before_somebody_called_off_does_not_call_on_again(sign_in, event, alice, beth):
    page = f"/veranstaltungen/{event.pk}/"
    opened = sign_in(alice).get(page).content.decode()
    cancel(fresh(event), by=beth)

    sign_in(alice).post(f"{page}absage/", {"form_token": "a", "state": ""})

    assert 'name="state" value=""' in opened
    assert fresh(event).state == "cancelled"


def test_on_again_only_what_was_called_off(event, alice):
    with pytest.raises(PermissionDenied):
        reinstate(fresh(event), by=alice)


def test_the_calendar_says_cancelled(client, event, alice):
    cancel(fresh(event), by=alice)

    text = b"".join(client.get(f"/veranstaltungen/{event.pk}/termin.ics").streaming_content).decode()

    assert "STATUS:CANCELLED" in text


def test_its_people_read_that_it_was_called_off_and_on_again(sign_in, event, alice):
    cancel(fresh(event), by=alice)
    reinstate(fresh(event), by=alice)

    told = [row["text"] for row in sign_in(alice).get(fresh(event).url).context["history"]]

    assert told[-2:] == [f"Abgesagt · {alice.name}", f"Findet statt · {alice.name}"]


def test_the_log_tells_who_called_off(event, alice):
    cancel(fresh(event), by=alice, note="Sturm")

    row = LogEntry.objects.latest("pk")

    assert (row.verb, row.reason, row.actor_id) == ("state cancelled", "Sturm", str(alice.pk))
