import json
import logging
from ipaddress import ip_network
from typing import Any

import pytest
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from allmende.core.limits import hit
from allmende.core.logs import Json, WithRequestId, redact, request_id

pytestmark = pytest.mark.django_db

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)


def page(request: HttpRequest, token: str = "") -> HttpResponse:
    return HttpResponse(f"{request.id} {request.is_secure()} {request.META.get('HTTP_X_FORWARDED_FOR', '-')}")


def embedded(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("map")
    response.frame_ancestors = "https://town.example"
    return response


def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse("picture", headers={"Cache-Control": "public"})


def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("title", ""))


@csrf_exempt
def machine(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.loads(request.body)["title"])


def inquiry(request: HttpRequest) -> HttpResponse:
    hit("inquiry", "account 1", "1/h")
    return HttpResponse("sent")


def refused_by_the_database(request: HttpRequest) -> HttpResponse:
    raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")


def half_a_character(request: HttpRequest) -> HttpResponse:
    return HttpResponse("\ud800".encode())


urlpatterns = [
    path("page/", page),
    path("page/<token>/", page),
    path("embedded/", embedded),
    path("kept/", kept),
    path("form/", form),
    path("machine/", machine),
    path("inquiry/", inquiry),
    path("data/", refused_by_the_database),
    path("half/", half_a_character),
]
handler400 = "allmende.core.errors.bad_request"


@pytest.fixture
def site(settings: Any) -> Client:
    """The machinery alone, without regions and people."""
    settings.ROOT_URLCONF = __name__
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.TRUSTED_PROXIES = (ip_network("10.0.0.0/8"),)
    settings.MIDDLEWARE = [
        "allmende.core.middleware.RequestIdMiddleware",
        "allmende.core.middleware.SecurityHeadersMiddleware",
        "allmende.core.middleware.BadInputMiddleware",
        "allmende.core.middleware.WriteLimitMiddleware",
    ]
    return Client(raise_request_exception=False)


def test_every_answer_has_an_id_of_ours_and_none_from_outside(site):
    answers = [site.get("/page/", HTTP_X_REQUEST_ID="forged") for _ in range(2)]

    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert [answer.content.decode().split()[0] for answer in answers] == ids
    assert [len(identity) for identity in ids] == [9, 9]
    assert ids[0] != ids[1]
    assert request_id.get() == ""


@pytest.mark.parametrize(("peer", "seen"), [("198.51.100.7", "False -"), ("10.0.0.1", "True 203.0.113.9")])
def test_only_trusted_proxies_are_believed(site, peer, seen):
    answer = site.get("/page/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="203.0.113.9", HTTP_X_FORWARDED_PROTO="https")

    assert answer.content.decode().partition(" ")[2] == seen


def test_nothing_foreign_is_loaded_and_nobody_frames_us(site):
    headers = site.get("/page/").headers

    assert headers["Content-Security-Policy"] == POLICY + "'none'"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == (
        "camera=(), display-capture=(), geolocation=(self), microphone=(), payment=(), usb=()"
    )


def test_pages_of_somebody_are_kept_by_nobody_else(site):
    guest = site.get("/page/").headers
    site.cookies["sessionid"] = "a"
    own, chosen = site.get("/page/").headers, site.get("/kept/").headers

    assert "Cache-Control" not in guest
    assert (own["Cache-Control"], chosen["Cache-Control"]) == ("private, no-cache", "public")


def test_a_page_may_say_who_may_embed_it(site):
    headers = site.get("/embedded/").headers

    assert headers["Content-Security-Policy"] == POLICY + "https://town.example"
    assert "X-Frame-Options" not in headers


@pytest.mark.parametrize(
    "address",
    ["/page/?q=%00", "/page/?q=%ED%A0%80", "/page/?q=%FF", "/page/%00/"],
)
def test_what_is_no_text_in_an_address_is_refused(site, address):
    answer = site.get(address)

    assert answer.status_code == 400
    assert answer.headers["X-Request-Id"] in answer.content.decode()


@pytest.mark.parametrize(
    "address", ["/page/Straße/", "/page/%C3%9C/?q=%C3%9C", "/page/?q=Ü+%F0%9F%8C%B3", "/page/%ED%A0%80/"]
)
def test_what_is_text_in_an_address_arrives(site, address):
    assert site.get(address).status_code == 200


@pytest.mark.parametrize("body", ["title=%00", "title=%ED%A0%80", "title=a%FFb"])
def test_what_is_no_text_in_a_form_is_refused(site, body):
    answer = site.post("/form/", body, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_what_is_no_form_is_refused_with_words(site, kind):
    answer = site.post("/form/", '{"title": "Sommerfest"}', content_type=kind)

    assert answer.status_code == 415
    assert "Das war kein Formular" in answer.content.decode()


def test_what_is_no_page_may_take_what_it_likes(site):
    answer = site.post("/machine/", '{"title": "Sommerfest"}', content_type="application/json")

    assert (answer.status_code, answer.content.decode()) == (200, "Sommerfest")


@pytest.mark.parametrize("text", ["Straße + Übung", "👩‍🚒", "a=b&c", "٣"])
def test_what_is_text_arrives(site, text):
    from urllib.parse import urlencode

    answer = site.post("/form/", urlencode({"title": text}), content_type="application/x-www-form-urlencoded")

    assert (answer.status_code, answer.content.decode()) == (200, text)


@pytest.mark.parametrize("address", ["/data/", "/half/"])
def test_what_the_database_refuses_is_no_fault_of_ours(site, address):
    assert site.get(address).status_code == 400


def test_five_megabytes_of_text_are_too_much(site):
    answer = site.post("/form/", "title=" + "a" * 5_000_000, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413


def test_every_write_counts_and_reading_does_not(site, settings):
    settings.WRITE_LIMITS = ("2/h",)

    writes = [site.post("/form/").status_code for _ in range(3)]
    elsewhere = site.post("/form/", REMOTE_ADDR="198.51.100.8").status_code
    reading = site.get("/form/").status_code

    assert writes == [200, 200, 429]
    assert (elsewhere, reading) == (200, 200)


def test_too_many_says_when_to_come_back(site):
    site.get("/inquiry/")

    answer = site.get("/inquiry/")

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert answer.headers["X-Request-Id"] in answer.content.decode()


def test_the_line_about_a_request_names_the_page_and_no_address(site, caplog):
    with caplog.at_level(logging.INFO, "allmende.request"):
        answer = site.get("/page/geheim-4711/?mail=alice@lindach.example")

    (record,) = [record for record in caplog.records if record.name == "allmende.request"]
    assert record.getMessage() == "GET page/<token>/ 200"
    assert (record.route, record.status, answer.status_code) == ("page/<token>/", 200, 200)


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("to alice.b+c@post.lindach.example.", "to …@…."),
        ("GET /suche/?q=scheidung&page=2 done", "GET /suche/?… done"),
        ("from 198.51.100.7:4711", "from …:4711"),
        ("from 2001:db8:1:2:aaaa::1", "from …"),
        ("/gast/0hZ4p1xQz9vK3mT7rYw2sA/ opened", "/gast/…/ opened"),
        ("DETAIL: Key (email)=(alice) already exists", "DETAIL: Key (email)=(…) already exists"),
        ("listening at 127.0.0.1:8000", "listening at 127.0.0.1:8000"),
        (
            "Work core.send_due did 12 at 2026-11-21T18:03:31+00:00",
            "Work core.send_due did 12 at 2026-11-21T18:03:31+00:00",
        ),
        ("veranstaltungen/<int:pk>/ 200", "veranstaltungen/<int:pk>/ 200"),
    ],
)
def test_no_log_line_tells_of_people(line, redacted):
    assert redact(line) == redacted


def test_a_log_line_is_json_with_the_id_of_the_request():
    inside = request_id.set("ABCD-2345")
    record = logging.makeLogRecord(
        {"name": "x", "levelname": "INFO", "msg": "sent to %s", "args": ("a@b.example",), "count": 3}
    )
    WithRequestId().filter(record)

    line = json.loads(Json().format(record))

    request_id.reset(inside)
    assert line.pop("time") != ""
    assert line == {"level": "INFO", "logger": "x", "message": "sent to …@…", "request_id": "ABCD-2345", "count": 3}


@pytest.mark.parametrize("reason", ["DisallowedHost", "TooManyFieldsSent", "RequestDataTooBig", "csrf"])
def test_what_anybody_can_send_is_no_error_of_ours(reason):
    assert not logging.getLogger(f"django.security.{reason}").isEnabledFor(logging.ERROR)
