import time
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone

from allmende.core.models import FormToken, Lease
from allmende.core.once import (
    TOO_LONG_TO_KEEP,
    forget_old_forms,
    form_token,
    keep_form,
    kept_form,
    once,
    sign_in_required,
)

pytestmark = pytest.mark.django_db


def post(path: str = "/veranstaltungen/neu/", **fields: Any) -> HttpRequest:
    request = RequestFactory().post(path, fields)
    request.user = AnonymousUser()
    request.session = SessionStore()
    return request


def create(name: str = "Sommerfest") -> str:
    return f"/veranstaltungen/{Lease.objects.create(name=name).name}/"


def test_the_same_form_sent_twice_is_stored_once():
    token = form_token()

    answers = [once(post(form_token=token, title="a"), lambda name=name: create(name)) for name in ("first", "second")]

    assert [answer.url for answer in answers] == ["/veranstaltungen/first/"] * 2
    assert list(Lease.objects.values_list("name", flat=True)) == ["first"]


@pytest.mark.parametrize(
    "other",
    [
        {"form_token": "another", "title": "a"},
        {"form_token": "one", "title": "b"},  # went back, changed the text, sent it again
        {"form_token": "one", "title": "a", "path": "/verzeichnis/neu/"},
        {"title": "a"},
    ],
)
def test_another_form_is_stored_by_itself(other):
    once(post(form_token="one", title="a"), lambda: create("first"))

    once(post(**other), lambda: create("second"))

    assert Lease.objects.count() == 2


def test_another_persons_form_is_their_own():
    once(post(form_token="one"), lambda: create("first"))
    request = post(form_token="one")
    request.user = type("Person", (), {"pk": 7})()

    answer = once(request, lambda: create("second"))

    assert answer.url == "/veranstaltungen/second/"


def test_a_form_without_a_token_just_runs():
    for name in ("first", "second"):
        once(post(title="a"), lambda name=name: create(name))

    assert Lease.objects.count() == 2
    assert FormToken.objects.count() == 0


def test_what_fails_may_be_sent_again():
    token = form_token()

    def fail() -> str:
        create("half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        once(post(form_token=token), fail)
    answer = once(post(form_token=token), create)

    assert answer.url == "/veranstaltungen/Sommerfest/"
    assert list(Lease.objects.values_list("name", flat=True)) == ["Sommerfest"]


def test_a_conflict_inside_is_not_taken_for_a_second_sending():
    create()

    with pytest.raises(IntegrityError), transaction.atomic():
        once(post(form_token=form_token()), create)


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_the_second_waits_and_is_led_to_the_same_page():
    token, start, urls = form_token(), Barrier(2), []

    def slowly() -> str:
        time.sleep(0.2)
        return create(f"entry-{len(urls)}")

    def send() -> None:
        start.wait()
        urls.append(once(post(form_token=token, title="a"), slowly).url)
        connection.close()

    threads = [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert urls == ["/veranstaltungen/entry-0/"] * 2
    assert Lease.objects.count() == 1


def test_notes_of_forms_are_forgotten_after_a_week():
    FormToken.objects.create(token="old", made_at=timezone.now() - timedelta(days=8))
    FormToken.objects.create(token="new")

    assert forget_old_forms() == 1
    assert FormToken.objects.get().token == "new"


@sign_in_required
def page(request: HttpRequest) -> HttpResponse:
    kept = kept_form(request)
    return HttpResponse(kept.urlencode() if kept else "empty")


class Alice:
    is_authenticated = True
    pk = 7


def test_a_stranger_is_led_to_the_sign_in_and_back(settings):
    settings.LOGIN_URL = "/anmelden/"
    request = RequestFactory().get("/veranstaltungen/neu/?tag=1")
    request.user, request.session = AnonymousUser(), SessionStore()

    answer = page(request)

    assert answer.url == "/anmelden/?next=/veranstaltungen/neu/%3Ftag%3D1"
    assert dict(request.session) == {}


def test_what_was_typed_waits_behind_the_sign_in(settings):
    settings.LOGIN_URL = "/anmelden/"
    request = post(title="Sömmerfest", topics=["1", "2"], form_token="x", csrfmiddlewaretoken="y", new_password="z")

    answer = page(request)
    back = RequestFactory().get("/veranstaltungen/neu/")
    back.user, back.session = Alice(), request.session
    shown = [page(back).content.decode() for _ in range(2)]

    assert answer.url == "/anmelden/?next=/veranstaltungen/neu/"
    assert shown == ["title=S%C3%B6mmerfest&topics=1&topics=2", "empty"]


def test_a_form_waits_for_its_own_page_only():
    request = post(title="a")
    keep_form(request)
    other = RequestFactory().get("/verzeichnis/neu/")
    other.session = request.session

    assert kept_form(other) is None


@pytest.mark.parametrize(("person", "most"), [(AnonymousUser(), 20_000), (Alice(), 300_000)])
def test_too_long_a_text_is_not_kept(person, most):
    fitting, longer = post(title="a" * (most - len("title="))), post(title="a" * (most - len("title=") + 1))
    fitting.user = longer.user = person

    assert [keep_form(fitting), keep_form(longer)] == [True, False]
    assert dict(longer.session) == {}


def test_of_a_stranger_no_more_is_kept_however_many_forms_they_send():
    session = SessionStore()
    for number in range(3):
        request = post(f"/{number}/", title="a" * 9000)
        request.session = session
        keep_form(request)

    assert list(session["kept_forms"]) == ["/1/", "/2/"]


def test_who_has_to_sign_in_is_told_that_a_long_text_will_not_wait(client, region):
    said = []
    for text in ("a" * 20_001, "kurz"):
        answer = client.post("/veranstaltungen/neu/", {"title": text}, follow=True)
        said.append([str(message) for message in answer.context["messages"]])

    assert said == [[str(TOO_LONG_TO_KEEP)], []]


def test_only_the_three_newest_forms_are_kept():
    session = SessionStore()
    for number in range(5):
        request = post(f"/{number}/", title=str(number))
        request.session = session
        keep_form(request)

    assert list(session["kept_forms"]) == ["/2/", "/3/", "/4/"]
