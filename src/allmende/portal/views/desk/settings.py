"""The settings of the region, one page a tab."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from allmende.core.modules import modules
from allmende.core.once import form_token, kept_form, once
from allmende.entries.actions import READY_SCHEMES, add_ready_scheme
from allmende.portal.forms import FactsForm, LookForm, ModuleForm, TopicFormSet, WordsForm, save_topic_forms, topic_rows
from allmende.portal.look import look_facts
from allmende.portal.permissions import can_change_settings
from allmende.portal.queries import module_switches, schemes
from allmende.portal.views.desk.frame import staff_only

TABS = [
    ("portal:settings", gettext_lazy("Angaben")),
    ("portal:look", gettext_lazy("Aussehen")),
    ("portal:modules", gettext_lazy("Bausteine")),
    ("portal:words", gettext_lazy("Worte")),
    ("portal:topics", gettext_lazy("Themen")),
    ("portal:portals", gettext_lazy("Themenportale")),
    ("portal:texts", gettext_lazy("Rechtstexte")),
]


def settings_page(
    request: Any, tab: str, facts: dict[str, Any], *, bad: bool = False, template: str = ""
) -> HttpResponse:
    frame = {
        "tabs": [{"label": label, "url": reverse(name), "active": name == tab} for name, label in TABS],
        "form_token": form_token(),
    }
    name = template or tab.partition(":")[2]
    return render(request, f"portal/desk/{name}.html", frame | facts, status=400 if bad else 200)


def _saved(request: Any, save: Callable[..., Any], tab: str) -> HttpResponse:
    def do() -> str:
        save(by=request.user)
        messages.success(request, _("Gespeichert. Es gilt sofort."))
        return reverse(tab)

    return once(request, do)


@staff_only(can_change_settings)
def facts(request: Any) -> HttpResponse:
    form = FactsForm(request.POST or kept_form(request), region=request.region)
    if request.method == "POST" and form.is_valid():
        try:
            return _saved(request, form.save, "portal:settings")
        except ValidationError as error:  # it may not open yet
            form.add_error("stage", error)
    return settings_page(request, "portal:settings", {"form": form}, bad=form.is_bound and bool(form.errors))


@staff_only(can_change_settings)
def look(request: Any) -> HttpResponse:
    """Colours, logo, picture; the button "Vorschau" only shows what the colours would give."""
    form = LookForm(request.POST or None, request.FILES or None, site=request.region)
    if request.method == "POST" and "preview" not in request.POST and form.is_valid():
        try:
            return _saved(request, form.save, "portal:look")
        except ValidationError as error:
            form.add_error(None, error)
    colors = [form[name].value() or "" for name in ("brand", "accent")]
    bad = request.method == "POST" and "preview" not in request.POST
    return settings_page(request, "portal:look", {"form": form, "preview": look_facts(*colors)}, bad=bad)


@require_safe
@staff_only(can_change_settings)
def look_preview(request: Any) -> HttpResponse:
    """The piece of the page that follows the colour fields while somebody chooses."""
    facts = {"preview": look_facts(request.GET.get("brand", ""), request.GET.get("accent", ""))}
    return render(request, "portal/desk/look_preview.html", facts)


@staff_only(can_change_settings)
def module_switchboard(request: Any) -> HttpResponse:
    switches, sent = module_switches(request.region), request.POST if request.method == "POST" else None
    forms = [
        ModuleForm(sent, region=request.region, module=module, switch=switches.get(module.slug)) for module in modules()
    ]
    forms.sort(key=lambda form: form.initial["position"])
    valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        return _saved(request, partial(_save_all, forms), "portal:modules")
    return settings_page(request, "portal:modules", {"forms": forms}, bad=request.method == "POST")


def _save_all(forms: list[ModuleForm], *, by: Any) -> None:
    for form in forms:
        form.save(by=by)


@staff_only(can_change_settings)
def words(request: Any) -> HttpResponse:
    form = WordsForm(request.POST if request.method == "POST" else None, region=request.region)
    if request.method == "POST" and form.is_valid():
        return _saved(request, form.save, "portal:words")
    return settings_page(request, "portal:words", {"form": form}, bad=form.is_bound)


@staff_only(can_change_settings)
def topics(request: Any) -> HttpResponse:
    """Each scheme with its topics; a ready set that is not there yet comes with one button."""
    found, ready = schemes(request.region), request.POST.get("ready")
    if request.method == "POST" and ready in READY_SCHEMES:
        return _saved(request, partial(add_ready_scheme, request.region, ready), "portal:topics")
    sets = [(scheme, _topic_set(request, scheme)) for scheme in found]
    sent = next((pair for pair in sets if pair[1].is_bound), None)
    if request.method == "POST":
        if sent is None:
            raise Http404
        if sent[1].is_valid():
            return _saved(request, lambda by: save_topic_forms(*sent, by=by), "portal:topics")
    present = {scheme.slug for scheme in found}
    shown = {
        "sets": sets,
        "offers_town": not any(scheme.is_main for scheme in found),
        "offers_climate": "klima" not in present,
    }
    return settings_page(request, "portal:topics", shown, bad=request.method == "POST")


def _topic_set(request: Any, scheme: Any) -> Any:
    sent = request.method == "POST" and request.POST.get("do") == scheme.slug
    return TopicFormSet(
        request.POST if sent else None, initial=topic_rows(list(scheme.topics.all())), prefix=scheme.slug
    )
