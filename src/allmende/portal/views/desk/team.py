"""Who of the team is away, and who may not write just now."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.once import form_token, once
from allmende.portal.forms import AbsenceForm, SuspensionForm
from allmende.portal.permissions import can_manage_people, can_see_desk
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.actions import end_absence, lift
from allmende.regions.permissions import can_announce_absence, is_platform_admin
from allmende.regions.queries import absences_in, suspensions_in


@staff_only(can_see_desk)
def absences(request: Any) -> HttpResponse:
    """Who is or will be away, with their deputies; one's own is announced here, an admin announces anybody's."""
    region, person = request.region, request.user
    sent = request.method == "POST"
    if sent and request.POST.get("do") == "back":
        return once(request, lambda: _back(request))
    form = AbsenceForm(request.POST if sent else None, region=region, by=person)
    if sent and form.is_valid():
        try:
            return once(request, lambda: _announced(request, form))
        except ValidationError as error:
            form.add_error(None, error)
    rows = [{"absence": one, "mine": can_announce_absence(person, one.user, region)} for one in absences_in(region)]
    facts = {"rows": rows, "form": form, "form_token": form_token()}
    return render(request, "portal/desk/absences.html", facts, status=400 if form.errors else 200)


def _announced(request: Any, form: AbsenceForm) -> str:
    user = form.save()
    messages.success(request, _("Eingetragen: %(name)s ist weg.") % {"name": user.name})
    return reverse("portal:absences")


def _back(request: Any) -> str:
    absence = _row(request, absences_in(request.region))
    if not can_announce_absence(request.user, absence.user, request.region):
        raise Http404
    end_absence(absence, by=request.user)
    messages.success(request, _("%(name)s ist wieder da.") % {"name": absence.user.name})
    return reverse("portal:absences")


@staff_only(can_manage_people)
def suspensions(request: Any) -> HttpResponse:
    """Who may not write in the region; for the platform, also whose account is blocked."""
    region, person = request.region, request.user
    sent = request.method == "POST"
    if sent and request.POST.get("do") == "lift":
        return once(request, lambda: _lifted(request))
    form = SuspensionForm(request.POST if sent else None, region=region, by=person)
    if sent and form.is_valid():
        return once(request, lambda: _suspended(request, form))
    blocked = suspensions_in(None) if is_platform_admin(person) else []
    facts = {"rows": [*suspensions_in(region), *blocked], "form": form, "form_token": form_token()}
    return render(request, "portal/desk/suspensions.html", facts, status=400 if form.errors else 200)


def _suspended(request: Any, form: SuspensionForm) -> str:
    user = form.save()
    messages.success(request, _("%(name)s weiß Bescheid und darf nicht mehr schreiben.") % {"name": user.name})
    return reverse("portal:suspensions")


def _lifted(request: Any) -> str:
    place = None if request.POST.get("everywhere") and is_platform_admin(request.user) else request.region
    suspension = _row(request, suspensions_in(place))
    lift(suspension, by=request.user, told_by=request.region)
    messages.success(request, _("%(name)s darf wieder schreiben.") % {"name": suspension.user.name})
    return reverse("portal:suspensions")


def _row(request: Any, rows: Any) -> Any:
    number = request.POST.get("pk", "")
    found = rows.filter(pk=number).first() if number.isascii() and number.isdigit() and len(number) < 19 else None
    if found is None:
        raise Http404
    return found
