"""Forms that survive people: sent twice they act once, and their text survives a session that ran out."""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.core.models import FormToken

FIELD = "form_token"
REMEMBER = timedelta(days=7)
LONGEST_TOKEN = 64
KEPT = "kept_forms"
KEPT_FORMS = 3
KEPT_TEXT = 300_000  # characters in all: more than any form of ours takes
KEPT_OF_STRANGERS = 20_000  # of who is not signed in: anybody may send as often as they like
SECRETS = ("password", "passwort", "csrfmiddlewaretoken", FIELD, "code", "token", "secret")

TOO_LONG_TO_KEEP = _(
    "Ihr Text ist zu lang, um ihn bis nach der Anmeldung aufzuheben. Gehen Sie in Ihrem Browser einen Schritt zurück: "
    "Dort steht er noch. Kopieren Sie ihn, bevor Sie sich anmelden."
)

View = Callable[..., HttpResponse]


def form_token() -> str:
    """Return a fresh token; a template puts it into the hidden field ``form_token``."""
    return secrets.token_urlsafe(16)


def once(request: HttpRequest, do: Callable[[], str]) -> HttpResponseRedirect:
    """Run ``do`` and redirect to the address that it returns; the same form sent again leads there without running.

    ``do`` runs in one transaction with the note that it ran; when it raises, nothing is noted. Of two that come at the
    same moment the second waits for the first. The same form is: same token, same page, same person, same content.
    Who goes back, changes the text and sends again, means it. A form without a token just runs.
    """
    token = _fingerprint(request)
    if not token:
        with transaction.atomic():
            return HttpResponseRedirect(do())
    try:
        with transaction.atomic():
            note = FormToken.objects.create(token=token)
            note.url = do()
            note.save(update_fields=["url"])
    except IntegrityError:
        sent_before = FormToken.objects.filter(token=token).exclude(url="").first()
        if sent_before is None:
            raise  # the conflict came out of ``do``
        return HttpResponseRedirect(sent_before.url)
    return HttpResponseRedirect(note.url)


def forget_old_forms() -> int:
    """Delete the notes of forms that nobody sends again any more; return how many."""
    return FormToken.objects.filter(made_at__lt=timezone.now() - REMEMBER).delete()[0]


def keep_form(request: HttpRequest) -> bool:
    """Keep the text fields of the form in the session, for the page at this path. False if it is too long, or empty.

    Older forms make room for it. Of people who are not signed in less is kept.
    """
    text = _typed(request)
    most = KEPT_TEXT if getattr(getattr(request, "user", None), "is_authenticated", False) else KEPT_OF_STRANGERS
    if not text or len(text) > most:
        return False
    others = [(path, kept) for path, kept in request.session.get(KEPT, {}).items() if path != request.path]
    newest = others[-(KEPT_FORMS - 1) :]
    while sum(len(kept) for _path, kept in newest) + len(text) > most:
        newest.pop(0)
    request.session[KEPT] = {**dict(newest), request.path: text}
    return True


def _typed(request: HttpRequest) -> str:
    fields = QueryDict(mutable=True)
    for name, values in request.POST.lists():
        if not _is_secret(name):
            fields.setlist(name, values)
    return fields.urlencode()


def kept_form(request: HttpRequest) -> QueryDict | None:
    """Hand out, once, what was typed at this path before the session ran out. The form shows it; nothing is sent.

    A form that was sent without anything in it is handed out as it is: it gets its errors.
    """
    if request.method == "POST":
        return request.POST
    forms = request.session.get(KEPT, {})
    if request.path not in forms:
        return None
    text = forms.pop(request.path)
    request.session[KEPT] = forms
    return QueryDict(text)


def sign_in_required(view: View) -> View:
    """Lead strangers to the sign-in and back; what they had typed waits for them (``kept_form``), or they are told."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.method == "POST" and not keep_form(request) and _typed(request):
            messages.warning(request, TOO_LONG_TO_KEEP)
        return redirect_to_login(request.get_full_path())

    return guarded


def _fingerprint(request: HttpRequest) -> str:
    token = request.POST.get(FIELD, "")
    if not token or len(token) > LONGEST_TOKEN:
        return ""
    user = getattr(request, "user", None)
    parts = [token, request.path, str(getattr(user, "pk", "")), _content(request)]
    return hashlib.sha256("\0".join(parts).encode(errors="replace")).hexdigest()


def _content(request: HttpRequest) -> str:
    fields = [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    files = [(name, file.name, file.size) for name, uploads in request.FILES.lists() for file in uploads]
    return repr((sorted(fields), sorted(files)))


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in SECRETS)
