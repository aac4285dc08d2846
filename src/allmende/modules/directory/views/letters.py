"""Writing to an organisation or a person: the same page for both, signed in or as a guest."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allmende.core.limits import hit, hit_mailbox, who_asks
from allmende.core.once import form_token, kept_form, once
from allmende.correspondence.models import Message
from allmende.entries.models import Entry
from allmende.modules.directory.forms import MessageForm
from allmende.regions.forms import ask_netiquette, keep_consent

Send = Callable[..., Message]


def letter_page(request: Any, to: Entry, send: Send) -> HttpResponse:
    form = MessageForm(request.POST or kept_form(request), person=request.user)
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and form.is_valid():
        hit("message", who_asks(request), "20/h")
        hit_mailbox(form.cleaned_data.get("mail", ""))
        return once(request, lambda: _sent(request, to, form, send))
    facts = {"profile": to, "form": form, "form_token": form_token()}
    return render(request, "directory/message.html", facts, status=400 if form.errors else 200)


def _sent(request: Any, to: Entry, form: MessageForm, send: Send) -> str:
    keep_consent(form, by=request.user)
    sent = form.save(send, language=get_language() or "de")
    if sent.passed_on_at:
        text = _("Ihre Nachricht ist unterwegs. Sobald %(name)s antwortet, bekommen Sie eine E-Mail.")
    else:
        text = _("Fast geschafft: Bitte öffnen Sie unsere E-Mail und bestätigen Sie. Dann geht alles an %(name)s.")
    messages.success(request, text % {"name": to.title})
    return str(to.url)
