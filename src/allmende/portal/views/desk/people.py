from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.core.once import form_token, once
from allmende.portal.forms import AdmitForm, RoleForm
from allmende.portal.permissions import can_manage_people
from allmende.portal.queries import the_admitted
from allmende.portal.views.desk.frame import staff_only
from allmende.regions.actions import dismiss, take_role
from allmende.regions.models import Region, Role
from allmende.regions.queries import roles_in, unheld_tasks


@staff_only(can_manage_people)
def people(request: Any) -> HttpResponse:
    """Who may do what in the region: given by mail address, taken with a button."""
    do = request.POST.get("do", "")
    role_form = RoleForm(request.POST if do == "give" else None, region=request.region)
    admit_form = AdmitForm(request.POST if do == "admit" else None, region=request.region, prefix="admit")
    if request.method == "POST" and (url := _done(request, do, role_form, admit_form)) is not None:
        return url
    region = request.region
    facts = {
        "roles": roles_in(region),
        "role_form": role_form,
        "unheld": [Role.Name(name).label for name in unheld_tasks(region)],
        "invited": region.stage == Region.Stage.INVITED,
        "admitted": the_admitted(region) if region.stage == Region.Stage.INVITED else [],
        "admit_form": admit_form,
        "form_token": form_token(),
    }
    return render(
        request, "portal/desk/people.html", facts, status=400 if role_form.errors or admit_form.errors else 200
    )


def _done(request: Any, do: str, role_form: RoleForm, admit_form: AdmitForm) -> HttpResponse | None:
    """The answer to what was sent; None if a form has to be shown again."""
    form = {"give": role_form, "admit": admit_form}.get(do)
    if form is not None:
        return once(request, lambda: _saved(request, form)) if form.is_valid() else None
    try:
        return once(request, lambda: _taken(request, do))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return None


def _saved(request: Any, form: Any) -> str:
    user = form.save(by=request.user)
    messages.success(request, _("Gespeichert: %(name)s.") % {"name": user.name})
    return reverse("portal:people")


def _taken(request: Any, do: str) -> str:
    rows: dict[str, Callable[[Region], QuerySet[Any]]] = {"take": roles_in, "dismiss": the_admitted}
    number = request.POST.get("pk", "")
    if do not in rows or not (number.isascii() and number.isdigit() and len(number) < 19):  # 64 bits
        raise Http404
    found = rows[do](request.region).filter(pk=number).first()
    if found is None:
        raise Http404
    if do == "take":
        take_role(found, by=request.user)
        messages.success(request, _("%(name)s hat diese Aufgabe nicht mehr.") % {"name": found.user.name})
    else:
        dismiss(found, from_=request.region, by=request.user)
        messages.success(request, _("%(name)s hat keinen Zutritt mehr.") % {"name": found.name})
    return (
        reverse("portal:people") if can_manage_people(_fresh(request.user), request.region) else reverse("portal:mine")
    )


def _fresh(user: Any) -> Any:
    """Who took away their own right is led out of the desk: what the request remembers of roles is old."""
    user.__dict__.pop("_staff_roles", None)
    return user
