from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from allmende.accounts.actions import claim_guests
from allmende.accounts.queries import number_to_claim, open_applications_of
from allmende.core.limits import hit, who_asks
from allmende.core.modules import Suggestion
from allmende.core.once import form_token, once, sign_in_required
from allmende.entries.cards import cards
from allmende.entries.models import Entry
from allmende.entries.pages import possible_steps, step_url
from allmende.entries.permissions import can_create, can_edit
from allmende.entries.queries import own_entries, specific, with_card_parts
from allmende.moderation.queries import reports_by
from allmende.portal.queries import my_organisations, my_threads, older, returned_notes, waiting_numbers
from allmende.regions.actions import withdraw_application
from allmende.regions.permissions import is_staff
from allmende.regions.queries import switchboard

ENTRIES, THREADS, REPORTS = 12, 6, 6
PAGE = 20


@require_safe
@sign_in_required
def mine(request: Any) -> HttpResponse:
    """What somebody has here, and what waits for them."""
    region, person = request.region, request.user
    threads = my_threads(region, person, THREADS + 1)
    entries, next_url = _entries(request)
    organisations = my_organisations(region, person)
    facts = {
        "organisations": organisations,
        "entries": entries,
        "next_url": next_url,
        "threads": threads[:THREADS],
        "more_threads": len(threads) > THREADS,
        "unread": sum(thread.unread for thread in threads),
        "waiting": waiting_numbers(region, person) if is_staff(person, region) else None,
        "new_links": _new_links(request),
        "suggestions": _suggestions(request),
        "drafts": [row for row in entries if row["step"]],
        "applications": open_applications_of(person, region.pk),
        "reports": reports_by(region, person, REPORTS),
        "to_claim": number_to_claim(person),
        "form_token": form_token(),
        "stale": [row for row in entries if row["confirm_url"]],
        "without_profile": [one for one in organisations if one.profile is None and one.may_edit],
    }
    return render(request, "portal/mine.html", facts)


@require_POST
@sign_in_required
def claim(request: Any) -> HttpResponse:
    """Take over what the person wrote as a guest."""
    hit("claim", who_asks(request), "20/h")
    return once(request, lambda: _claimed(request))


def _claimed(request: Any) -> str:
    number = claim_guests(request.user)
    if number:
        text = ngettext(
            "Übernommen: ein Beitrag gehört jetzt zu Ihrem Konto.",
            "Übernommen: %(number)d Beiträge gehören jetzt zu Ihrem Konto.",
            number,
        )
        messages.success(request, text % {"number": number})
    else:
        messages.info(request, _("Hier gibt es nichts mehr zu übernehmen."))
    return reverse("portal:mine")


@require_POST
@sign_in_required
def withdraw(request: Any, pk: int) -> HttpResponse:
    """Take back what the person asked of an organisation."""
    hit("withdraw", who_asks(request), "60/h")
    return once(request, lambda: _withdrawn(request, pk))


def _withdrawn(request: Any, pk: int) -> str:
    application = open_applications_of(request.user, request.region.pk).filter(pk=pk).first()
    try:
        if application is not None:
            withdraw_application(application, by=request.user)
    except ValidationError:
        application = None
    if application is None:
        messages.info(request, _("Diese Anfrage wartet nicht mehr."))
    else:
        text = _("Zurückgezogen. „%(name)s“ sieht Ihre Anfrage nicht mehr.")
        messages.success(request, text % {"name": application.organisation.name})
    return reverse("portal:mine")


@require_safe
@sign_in_required
def threads(request: Any) -> HttpResponse:
    """All messages of the person and of their organisations, the newest first."""
    found = my_threads(request.region, request.user, PAGE + 1, request.GET.get("next", ""))
    following = f"{request.path}?next={found[PAGE - 1].thread.pk}" if len(found) > PAGE else ""
    return render(request, "portal/threads.html", {"threads": found[:PAGE], "next_url": following})


def _entries(request: Any) -> tuple[list[dict[str, Any]], str]:
    region, person = request.region, request.user
    page = older(own_entries(region, person), "updated_at", request.GET.get("next", ""))
    rows = list(with_card_parts(page)[: ENTRIES + 1])
    shown = specific(rows[:ENTRIES])
    for entry in shown:
        entry.region = region
    notes = returned_notes(shown)
    following = f"{reverse('portal:mine')}?next={shown[-1].pk}#eintraege" if len(rows) > ENTRIES else ""
    return [
        _row(person, entry, card, notes) for entry, card in zip(shown, cards(shown, region), strict=True)
    ], following


TONES = {"draft": "quiet", "waiting": "warn", "public": "good", "hidden": "bad", "archived": "quiet"}


def _row(person: Any, entry: Entry, card: dict[str, Any], notes: dict[int, str]) -> dict[str, Any]:
    steps = possible_steps(person, entry)
    submit = "einreichen" in steps
    return {
        **card,
        "status": entry.get_status_display(),
        "tone": TONES[entry.status],
        "updated_at": entry.updated_at,
        "edit_url": entry.page("edit") if can_edit(person, entry) else "",
        "step": entry.page("preview") if submit else "",
        "submit_url": step_url(entry, "einreichen") if submit else "",
        "confirm_url": step_url(entry, "bestaetigen") if "bestaetigen" in steps else "",
        "note": notes.get(entry.pk, ""),
    }


def _suggestions(request: Any) -> list[Suggestion]:
    region, person = request.region, request.user
    if not can_create(person, region):
        return []
    return [one for module in switchboard(region).on for one in module.suggestions(region, person)]


def _new_links(request: Any) -> list[dict[str, Any]]:
    if not can_create(request.user, request.region):
        return []
    return [
        {
            "label": _("%(kind)s eintragen") % {"kind": module.kind_models()[0]._meta.verbose_name},
            "url": reverse(f"{module.slug}:new"),
        }
        for module in switchboard(request.region).on
        if module.nav and module.kind_models()
    ]
