from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from allmende.core.once import form_token, kept_form, once, sign_in_required
from allmende.entries.actions import StaleVersion
from allmende.entries.maps import map_facts
from allmende.entries.models import Status
from allmende.entries.pages import Kind
from allmende.entries.permissions import can_create, can_edit
from allmende.entries.views.read import found, is_elsewhere
from allmende.regions.forms import ask_netiquette, keep_consent
from allmende.regions.portals import in_town


@sign_in_required
def new(request: Any, kind: Kind) -> HttpResponse:
    if not can_create(request.user, request.region):
        raise PermissionDenied
    form = kind.form(
        request.POST or kept_form(request), request.FILES or None, region=request.region, person=request.user
    )
    ask_netiquette(form, request.region, request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _to_next_page(request, _first_saved(request, form)))
        except ValidationError as error:
            form.add_error(None, error)
    return _page(request, kind, form, None)


def _first_saved(request: Any, form: Any) -> Any:
    keep_consent(form, by=request.user)
    return form.save(by=request.user)


@sign_in_required
def edit(request: Any, kind: Kind, pk: int) -> HttpResponse:
    entry = found(request, kind, pk)
    if not can_edit(request.user, entry):
        raise Http404
    if request.method == "GET" and is_elsewhere(request, entry):
        return redirect(in_town(request))
    form = kind.form(
        request.POST or kept_form(request),
        request.FILES or None,
        instance=entry,
        region=request.region,
        person=request.user,
    )
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _to_next_page(request, form.save(by=request.user)))
        except StaleVersion as stale:
            form = _against_present(request, kind, pk, stale)
    # A form that was filled in has changed its instance: the page shows what is stored.
    return _page(request, kind, form, found(request, kind, pk) if form.is_bound else entry)


def _to_next_page(request: Any, entry: Any) -> str:
    """A draft goes on to "so sehen es andere" or rests; what is public shows its new face."""
    if entry.status == Status.DRAFT:
        if request.POST.get("action") == "draft":
            messages.success(request, _("Ihr Entwurf ist gespeichert. Sie finden ihn unter „Mein Bereich“."))
            return str(entry.url)
        return str(entry.page("preview"))
    messages.success(request, _("Gespeichert. Die Änderung ist sofort zu sehen."))
    return str(entry.url)


def _against_present(request: Any, kind: Kind, pk: int, stale: StaleVersion) -> Any:
    """What the person typed, now measured against the present version: sending it again overwrites knowingly."""
    present = found(request, kind, pk)
    data = request.POST.copy()
    data["version"] = str(present.version)
    form = kind.form(data, instance=present, region=request.region, person=request.user)
    form.add_error(None, stale)
    return form


def _page(request: Any, kind: Kind, form: Any, entry: Any) -> HttpResponse:
    facts = map_facts(request.region) | {
        "form": form,
        "kind": kind,
        "module": kind.face(request.region),
        "entry": entry,
        "hints": entry.hints() if entry else [],
        "title": _("„%(title)s“ bearbeiten") % {"title": entry.title} if entry else form.new_title,
        "lead": "" if entry else form.lead,
        "form_token": form_token(),
        "back_url": entry.url if entry else kind.url("list"),
    }
    return render(
        request,
        kind.template("form"),
        facts,
        status=400 if form.is_bound and form.errors and request.method == "POST" else 200,
    )
