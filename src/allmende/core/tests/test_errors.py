from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client
from django.urls import path

from allmende.core import errors
from allmende.core.errors import BadInput
from allmende.core.once import kept_form

pytestmark = pytest.mark.django_db


def fail(request: HttpRequest, how: str) -> HttpResponse:
    raise {"bad": BadInput, "denied": PermissionDenied, "missing": Http404, "broken": RuntimeError}[how]("for a test")


def form(request: HttpRequest) -> HttpResponse:
    get_token(request)
    if request.method == "POST":
        request.session["sent"] = True
        return HttpResponse("stored")
    request.session["seen"] = True
    kept = kept_form(request)
    return HttpResponse(kept["title"] if kept else "empty")


urlpatterns = [path("fail/<how>/", fail), path("form/", form)]
handler400 = "allmende.core.errors.bad_request"
handler403 = "allmende.core.errors.permission_denied"
handler404 = "allmende.core.errors.not_found"
handler500 = "allmende.core.errors.server_error"


@pytest.fixture
def site(settings: Any) -> Client:
    settings.ROOT_URLCONF = __name__
    settings.CSRF_FAILURE_VIEW = "allmende.core.errors.csrf_failure"
    settings.MIDDLEWARE = [
        "allmende.core.middleware.RequestIdMiddleware",
        "allmende.core.middleware.SecurityHeadersMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "allmende.core.middleware.WriteLimitMiddleware",
    ]
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.parametrize(("how", "status"), [("bad", 400), ("denied", 403), ("missing", 404), ("broken", 500)])
def test_every_error_has_a_page_with_a_reference_number(site, how, status):
    answer = site.get(f"/fail/{how}/")

    assert answer.status_code == status
    assert answer.headers["X-Request-Id"] in answer.content.decode()
    assert "for a test" not in answer.content.decode()
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_when_not_even_the_error_page_can_be_drawn_a_bare_one_comes(site, monkeypatch):
    def no_template(*_: Any, **__: Any) -> None:
        raise OSError("no disk")

    monkeypatch.setattr(errors, "render", no_template)

    answer = site.get("/fail/broken/")

    assert answer.status_code == 500
    assert answer.content.decode() == errors.BARE.format(reference=answer.headers["X-Request-Id"])


def test_a_form_that_was_open_too_long_keeps_its_text(site):
    site.get("/form/")

    answer = site.post("/form/", {"title": "Sommerfest", "csrfmiddlewaretoken": "old"})
    shown = [site.get("/form/").content.decode() for _ in range(2)]

    assert answer.status_code == 403
    assert shown == ["Sommerfest", "empty"]


def test_a_form_that_another_site_sent_is_not_kept(site):
    site.get("/form/")

    site.post("/form/", {"title": "Geld her"}, HTTP_SEC_FETCH_SITE="cross-site")

    assert site.get("/form/").content.decode() == "empty"


def test_a_form_without_a_session_begins_none(site):
    answer = site.post("/form/", {"title": "Geld her"})

    assert answer.status_code == 403
    assert "sessionid" not in answer.cookies


def test_forms_that_are_refused_count_as_writes(site, settings):
    settings.WRITE_LIMITS = ("2/h",)

    statuses = [site.post("/form/", {"title": "a"}).status_code for _ in range(3)]

    assert statuses == [403, 403, 429]
