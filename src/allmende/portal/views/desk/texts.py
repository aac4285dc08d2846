"""The region's legal texts: written from the delivered ones, looked through, published; and the opening they allow."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allmende.core.html import markdown
from allmende.core.once import form_token, kept_form, once
from allmende.portal.differences import changed_lines
from allmende.portal.forms import TextForm
from allmende.portal.forms.texts import stamp
from allmende.portal.permissions import can_change_settings
from allmende.portal.views.desk.frame import staff_only
from allmende.portal.views.desk.settings import settings_page
from allmende.regions.actions import drop_draft, publish_text, update_region
from allmende.regions.models import LegalText, Region
from allmende.regions.queries import draft_of, missing_texts, text_in_force, text_states
from allmende.regions.texts import delivered_text, mark_gaps

Kind = LegalText.Kind


@require_safe
@staff_only(can_change_settings)
def texts(request: Any) -> HttpResponse:
    """Every text with where it stands."""
    return settings_page(request, "portal:texts", {"states": text_states(request.region)})


@staff_only(can_change_settings)
def edit(request: Any, kind: str) -> HttpResponse:
    """The draft, else what is in force, else the delivered text; ``?vorlage`` begins with that one again."""
    found = _kind(kind)
    body = _beginning(request.region, found, afresh="vorlage" in request.GET)
    form = TextForm(request.POST or kept_form(request), region=request.region, kind=found, body=body)
    if request.method == "POST" and form.is_valid():
        return once(request, lambda: _drafted(request, form))
    facts = {
        "form": form,
        "kind": found,
        "in_force": text_in_force(request.region, found),
        "afresh": "vorlage" in request.GET,
    }
    bad = form.is_bound and bool(form.errors) and request.method == "POST"
    return settings_page(request, "portal:texts", facts, bad=bad, template="text")


def _beginning(region: Region, kind: LegalText.Kind, *, afresh: bool) -> str:
    text = None if afresh else draft_of(region, kind) or text_in_force(region, kind)
    return text.body if text else delivered_text(region, kind)


def _drafted(request: Any, form: TextForm) -> str:
    form.save(by=request.user)
    messages.success(request, _("Der Entwurf ist gespeichert. Noch gilt er nicht."))
    return reverse("portal:text_preview", args=[form.kind])


@staff_only(can_change_settings)
def look_through(request: Any, kind: str) -> HttpResponse:
    """The draft as everybody would read it, what it changes, and the button that publishes it."""
    found = _kind(kind)
    draft, in_force = draft_of(request.region, found), text_in_force(request.region, found)
    if draft is None:
        return redirect("portal:text", found)
    if request.method == "POST":
        try:
            return once(request, partial(_decided, request, draft))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            draft = draft_of(request.region, found) or draft
    facts = {
        "kind": found,
        "draft": draft,
        "stamp": stamp(draft),
        "body": mark_gaps(markdown(draft.body, top=4)),
        "in_force": in_force,
        "changes": changed_lines(in_force.body, draft.body) if in_force else [],
    }
    return settings_page(request, "portal:texts", facts, bad=request.method == "POST", template="text_preview")


def _decided(request: Any, draft: LegalText) -> str:
    if request.POST.get("do") == "drop":
        drop_draft(draft, by=request.user)
        messages.success(request, _("Der Entwurf ist verworfen."))
        return reverse("portal:texts")
    if request.POST.get("seen") != stamp(draft):
        message = _("Der Entwurf hat sich inzwischen geändert. Bitte lesen Sie ihn noch einmal.")
        raise ValidationError(message, code="changed")
    publish_text(draft, by=request.user)
    messages.success(request, _("Veröffentlicht. Die neue Fassung gilt ab jetzt."))
    return reverse("portal:texts")


@staff_only(can_change_settings)
def launch(request: Any) -> HttpResponse:
    """What a region owes its people before it opens, and the button that opens it."""
    region = request.region
    if region.is_open:
        return redirect("portal:desk")
    if request.method == "POST":
        try:
            return once(request, partial(_small_circle if request.POST.get("do") == "invited" else _opened, request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    facts = {"states": text_states(region), "missing": missing_texts(region), "form_token": form_token()}
    return render(request, "portal/desk/launch.html", facts, status=400 if request.method == "POST" else 200)


def _opened(request: Any) -> str:
    update_region(request.region, {"stage": Region.Stage.OPEN}, by=request.user)
    messages.success(request, _("%(name)s ist geöffnet. Willkommen!") % {"name": request.region.name})
    return reverse("portal:home")


def _small_circle(request: Any) -> str:
    update_region(request.region, {"stage": Region.Stage.INVITED}, by=request.user)
    messages.success(request, _("Wer eine Einladung hat, kommt jetzt herein. Alle anderen sehen noch nichts."))
    return reverse("portal:invitations")


def _kind(kind: str) -> LegalText.Kind:
    if kind not in Kind.values:
        raise Http404
    return Kind(kind)
