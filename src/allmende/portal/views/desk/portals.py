"""The thematic portals of the region: what there is, a new one, and each one's settings."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.once import kept_form, once
from allmende.portal.forms import NewPortalForm, PortalForm
from allmende.portal.look import look_facts
from allmende.portal.permissions import can_change_settings
from allmende.portal.queries import portals_at_the_desk, schemes
from allmende.portal.views.desk.frame import staff_only
from allmende.portal.views.desk.settings import settings_page
from allmende.regions.actions import update_portal
from allmende.regions.models import Portal

TAB = "portal:portals"


@staff_only(can_change_settings)
def portals(request: Any) -> HttpResponse:
    region = request.region
    form = NewPortalForm(request.POST or kept_form(request), region=region, schemes=schemes(region))
    if request.method == "POST" and form.is_valid():
        try:
            return once(request, lambda: _made(request, form))
        except ValidationError as error:  # somebody was quicker
            form.add_error(None, error)
    rows = [(portal, portal.url("portal:home")) for portal in portals_at_the_desk(region)]
    return settings_page(request, TAB, {"form": form, "rows": rows}, bad=form.is_bound and bool(form.errors))


def _made(request: Any, form: NewPortalForm) -> str:
    portal = form.save(by=request.user)
    messages.success(request, _("Das Portal steht. Geben Sie ihm jetzt ein Gesicht: Leitsatz, Farben und ein Bild."))
    return reverse("portal:portal", args=[portal.pk])


@staff_only(can_change_settings)
def portal(request: Any, pk: int) -> HttpResponse:
    """Everything about one; the button "Vorschau" only shows what the colours would give."""
    shown = portals_at_the_desk(request.region).filter(pk=pk).first()
    if shown is None:
        raise Http404
    if request.POST.get("do") in {"on", "off"}:
        return once(request, lambda: _switched(request, shown, on=request.POST["do"] == "on"))
    form = PortalForm(request.POST or None, request.FILES or None, site=shown)
    preview = "preview" in request.POST
    if request.method == "POST" and not preview and form.is_valid():
        try:
            return once(request, lambda: _changed(request, form))
        except ValidationError as error:
            form.add_error("host" if getattr(error, "code", "") in {"host", "taken"} else None, error)
    colors = [form[name].value() or "" for name in ("brand", "accent")]
    facts = {"form": form, "shown": shown, "url": shown.url("portal:home"), "preview": look_facts(*colors)}
    return settings_page(request, TAB, facts, bad=request.method == "POST" and not preview, template="portal")


def _switched(request: Any, shown: Portal, *, on: bool) -> str:
    update_portal(shown, {"on": on}, by=request.user)
    told = (
        _("Das Portal ist wieder da.") if on else _("Das Portal ist ausgeschaltet. Seine Einträge stehen weiter hier.")
    )
    messages.success(request, told)
    return reverse(TAB)


def _changed(request: Any, form: PortalForm) -> str:
    form.save(by=request.user)
    messages.success(request, _("Gespeichert. Es gilt sofort."))
    return reverse("portal:portal", args=[form.portal.pk])
