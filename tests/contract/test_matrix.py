# ruff: noqa: F811  (a fixture asks for others by their names)
"""Every address, asked as everybody: ``matrix.py`` says what they get."""

from copy import deepcopy
from io import BytesIO

import pytest
from contract import samples
from contract.matrix import FURTHER, GROUPS, NO_STEP, ROLES, TABLE, expected
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from allmende.accounts.actions import add_member, found_organisation, new_circle
from allmende.conftest import bring_in, person  # noqa: F401  # a fixture
from allmende.core.models import Mail
from allmende.core.modules import modules
from allmende.core.outbox import enqueue
from allmende.core.tokens import issue
from allmende.correspondence.actions import LINK_LIFETIME, write_to_organisation
from allmende.correspondence.models import Message, Side
from allmende.entries import actions, imports
from allmende.entries.kinds import kinds, url_name
from allmende.entries.models import Entry, Visibility
from allmende.entries.pages import STEPS
from allmende.moderation.actions import flag, report_barrier
from allmende.portal.actions import FIRST_ADMIN, WAY_IN, open_portal
from allmende.regions.actions import (
    announce_absence,
    apply,
    draft_text,
    give_role,
    invite,
    prepare_account,
    publish_text,
    request_recognition,
)
from allmende.regions.models import LegalText, Region, Role
from allmende.regions.queries.prepared import TAKEOVER

STATES = ["draft", "waiting", "public", "hidden", "archived"]
VISIBLE_TO = {"for-signed-in": Visibility.SIGNED_IN, "for-circle": Visibility.CIRCLE, "by-link": Visibility.LINK}
KEY = "ein-schluessel"
SENT = {"form_token": ""}  # a form in which nothing is filled in
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
MISSING = 987_654_321
NEWCOMER = {"mail": "neu@lindach.example", "name": "Neu", "organisation_name": ""}
LIST_OF_CLUBS = "Name;Kurz gesagt\nChor Harmonie;Wir singen\n;Ohne Namen\n"


# The town


def belong(organisation, people) -> None:
    for one, role in people.items():
        add_member(organisation, one, role=role, by=None)


def entries_in_all_states(kind, region, alice, people, editor) -> dict[str, Entry]:
    """Entered by alice, the owner; all but one in the district of the editor who looks after a single one."""
    here, elsewhere = region.districts.order_by("slug")
    found = {}
    for word in [*STATES, *VISIBLE_TO, "elsewhere"]:
        organisation = found_organisation(f"{kind} {word}", by=alice)
        belong(organisation, people)
        entry = samples.make(
            kind,
            f"Verein {word}",
            region=region,
            by=alice,
            organisation=organisation,
            public=word not in {"draft", "waiting", "elsewhere"},
        )
        entry.region, entry.district = region, elsewhere if word == "elsewhere" else here
        Entry.objects.filter(pk=entry.pk).update(district=entry.district)
        found[word] = entry
    for word in ("waiting", "elsewhere"):
        actions.wait_for_check(found[word])
    actions.hide(found["hidden"], by=editor, note="Stimmt nicht.")
    actions.archive(found["archived"], by=alice)
    Entry.objects.filter(pk=found["public"].pk).update(checked_at=None)  # there is something to tick off
    for word, visibility in VISIBLE_TO.items():
        circle = new_circle("Chor") if visibility == Visibility.CIRCLE else None
        actions.edit(found[word], {"visibility": visibility, "circle": circle}, by=None)
    Entry.objects.filter(pk=found["by-link"].pk).update(link_key=KEY)
    return found


def picture_of(entry: Entry, by) -> dict[str, object]:
    content = BytesIO()
    Image.new("RGB", (640, 480), "#1f5c4a").save(content, "JPEG")
    actions.set_picture(entry, SimpleUploadedFile("bild.jpg", content.getvalue(), "image/jpeg"), by=by, alt="Bild")
    return {"token": entry.picture.token, "width": entry.picture.widths[0]}


def letter(organisation, region, *, relay: str = "", **sender) -> Message:
    text = {"subject": "Frage", "body": "Wann kann ich kommen?", "name": organisation.name}
    return write_to_organisation(organisation, region=region, relay=relay, **text, **sender)


def refused_mail(to: str, region) -> Mail:
    mail = enqueue(to=to, subject="Hallo", body="b", region_id=region and region.pk)
    Mail.objects.filter(pk=mail.pk).update(state=Mail.REFUSED, settled_at=timezone.now(), body="")
    return mail


@pytest.fixture
def beth(region):
    return person("beth")


@pytest.fixture
def club_admin(region):
    return person("clubadmin")


@pytest.fixture
def district_editor(region):
    user = person("bezirk")
    give_role(user, Role.Name.EDITOR, region=region, by=None, district=region.districts.order_by("slug").first())
    return user


@pytest.fixture
def data_protection(region):
    user = person("datenschutz")
    give_role(user, Role.Name.DATA_PROTECTION, region=region, by=None)
    return user


@pytest.fixture
def deputy(region, admin):
    """Has no task but for an editor who is away today."""
    user, away, today = person("vertretung"), person("urlaub"), timezone.localdate()
    give_role(away, Role.Name.EDITOR, region=region, by=None)
    announce_absence(away, region=region, starts_on=today, ends_on=today, deputy=user, by=admin)
    return user


@pytest.fixture
def things(
    region, alice, beth, bob, club_admin, charlie, moderator, editor, admin, platform, tsv, make_profile, bring_in
):
    """What the words in the table mean: for each kind of entry, and for all."""
    people = {beth: "moderator", bob: "member", club_admin: "admin"}
    belong(tsv, people)
    Region.objects.filter(pk=region.pk).update(has_basemap=True)
    entries = {kind: entries_in_all_states(kind, region, alice, people, editor) for kind in kinds()}
    event = entries["event"]
    silent = make_profile("Dorfladen").organisation
    to_tsv = letter(tsv, region, relay="vorstand@tsv.example", by=charlie)
    to_silent = letter(silent, region, by=charlie)
    by_guest = letter(tsv, region, relay="vorstand@tsv.example", guest_mail="dora@gast.example", guest_name="Dora")
    side = Side.objects.get(thread=to_tsv.thread, organisation=tsv)
    flagged = flag(event["public"], reason="wrong", text="Stimmt nicht.", by=charlie)
    by_dora = flag(event["public"], reason="wrong", text="Stimmt nicht.", mail="dora@gast.example", name="Dora")
    barrier = report_barrier(region, text="Der Knopf hat keinen Namen.", by=charlie)
    barrier_by_dora = report_barrier(region, text="Zu wenig Kontrast.", mail="dora@gast.example")
    uploaded, looked_at = (
        imports.actions.begin_upload(
            region, "organisation", name="liste.csv", content=LIST_OF_CLUBS.encode(), source=source, by=editor
        )
        for source in ("eins", "zwei")
    )
    imports.actions.choose_columns(looked_at, looked_at.columns, by=editor)
    imports.go_on(looked_at)
    done = bring_in("organisation", LIST_OF_CLUBS, source="drei", by=editor)

    for kind in LegalText.Kind:
        publish_text(draft_text(region, kind, "Ein Text", by=None), by=None)
    draft_text(region, "impressum", "Ein Entwurf", by=None)
    way = invite(region, label="Brief", by=admin, uses_allowed=99, expires_at=timezone.now() + LINK_LIFETIME)

    portal = open_portal(region, name="Klima", path="klima", topics=actions.CLIMATE_TOPICS, by=None)

    asked_about = entries["organisation"]["public"]
    paper = ContentFile(b"%PDF-1.7 %%EOF", name="bescheid.pdf")
    requested = request_recognition(tsv, region=region, reason="Sport für alle.", proof=paper, by=alice)

    applied = apply(tsv, charlie, region=region, text="Ich.", claims=False, link="/")
    prepared = prepare_account(region, mail="hedwig@amann.example", name="Hedwig", by=editor).user

    def link(purpose: str, row) -> dict[str, str]:
        return {"token": issue(purpose, str(row.pk), lifetime=LINK_LIFETIME)}

    shared = {
        "missing": {"pk": MISSING},
        "with-key": {},
        "wrong-link": {"token": "erfunden"},
        **{ending: {"ending": ending} for ending in ("csv", "xlsx", "json", "pdf")},
        **{step: {"step": step} for step in STEPS},
        **{f"of-{word}": picture_of(event[word], alice) for word in ("public", "draft", "hidden")},
        "no-width": {"width": 7},
        "first": {"version": 1},
        "second": {"version": 2},
        "imprint": {"kind": "impressum"},
        "no-text": {"kind": "agb"},
        "to-tsv": {"pk": to_tsv.thread_id},
        "to-silent": {"pk": to_silent.thread_id},
        "mailed-link": link("thread", side),
        "letter-link": link("message", by_guest),
        "flagged": {"pk": flagged.pk},
        "flag-link": link("flag", by_dora),
        "a-barrier": {"pk": barrier.pk},
        "unconfirmed-barrier": {"pk": barrier_by_dora.pk},
        "barrier-link": link("barrier", barrier_by_dora),
        "key-link": link(FIRST_ADMIN, admin),
        "way-link": {"token": issue(WAY_IN, str(bob.pk), lifetime=LINK_LIFETIME, data={"mail": bob.email})},
        "refused": {"pk": refused_mail(charlie.email, region).pk},
        "of-nobody": {"pk": refused_mail("dora@gast.example", None).pk},
        "an-application": {"pk": applied.pk},
        "takeover-link": {
            "token": issue(TAKEOVER, str(prepared.pk), lifetime=LINK_LIFETIME, data={"mail": prepared.email})
        },
        "letter-code": {"code": way.code},
        "wrong-code": {"code": "AUEN-9999"},
        "invited-link": {"token": issue("invitation", str(way.pk), lifetime=LINK_LIFETIME, data=NEWCOMER)},
        "an-invitation": {"pk": way.pk},
        "a-portal": {"pk": portal.pk},
        "current-link": {
            "token": issue(
                "current",
                f"{region.pk}:user:{alice.pk}",
                lifetime=LINK_LIFETIME,
                data={"entries": [asked_about.pk]},
            )
        },
        "asked-about": {"pk": asked_about.pk},
        "of-tsv": {"pk": tsv.pk},
        "a-request": {"pk": requested.pk},
        "of-organisations": {"kind": "organisation"},
        "of-nothing": {"kind": "nichts"},
        "uploaded": {"pk": uploaded.pk},
        "looked-at": {"pk": looked_at.pk},
        "done": {"pk": done.pk},
        "a-mail": {"name": "1", "number": 0},
        "a-digest": {"digest": "abc"},
        "a-tile": {"scheme": "light", "z": 14, "x": 8720, "y": 5560},
        "no-tile": {"scheme": "pink", "z": 14, "x": 8720, "y": 5560},
    }
    return {kind: {word: {"pk": entry.pk} for word, entry in found.items()} | shared for kind, found in entries.items()}


# The table, spelled out


def names() -> set[str]:
    return {name for name, _given in samples.named_patterns()}


def rows() -> dict[tuple[str, str], tuple[str, str]]:
    """(name of the address, words) -> answers; the rows of "kind:" once for each kind that has such a page."""
    steps = {f"kind:step {state} {step}": NO_STEP for state in STATES for step in STEPS}
    found = {}
    for key, answers in (steps | TABLE).items():
        name, _, words = key.partition(" ")
        space, _, page = name.rpartition(":")
        for kind in kinds() if space == "kind" else [""]:
            full = url_name(kind, page) if kind else name
            if full in names() or not kind:
                found[full, words] = tuple(map(by_one, answers)) if kind and kinds()[kind].personal else answers
    return found


def by_one(answer: str) -> str:
    """What somebody writes about themselves is theirs alone, also if they belong to an organisation."""
    return answer.replace("own:", "author:").replace("people:", "author:")


def address(name: str, words: str, things) -> str:
    own = [module.kind_slugs()[0] for module in modules() if name.startswith(f"{module.slug}:")]
    known = things[kind_in(name) or (own or ["event"])[0]]
    arguments = {}
    for word in words.split():
        arguments |= known[word]
    return reverse(name, kwargs=arguments) + (f"?key={KEY}" if "with-key" in words else "")


def kind_in(name: str) -> str:
    """A module's further kind stands in the name: "directory:person-list"."""
    kind = name.partition(":")[2].partition("-")[0]
    return kind if kind in kinds() else ""


def answer_of(browser: Client, method: str, page: str) -> str:
    """What a request gets; what it did is taken back, a sign-in or sign-out too."""
    cookies = deepcopy(browser.cookies)
    with transaction.atomic():
        answer = getattr(browser, method)(page, SENT if method == "post" else None)
        if answer.streaming:
            b"".join(answer.streaming_content)
        transaction.set_rollback(True)
    browser.cookies = cookies
    to_sign_in = answer.status_code == 302 and answer["Location"].startswith(
        f"{reverse('account_request_login_code')}?"
    )
    return "sign-in" if to_sign_in else str(answer.status_code)


def test_every_address_has_a_name_and_a_row():
    known = {name for name, _words in rows()}

    assert [name for name in names() if not name.rpartition(":")[2]] == []
    assert sorted(names() - known) == []
    assert sorted(known - names()) == []


def test_every_group_of_the_table_is_known():
    used = {part.partition(":")[0] for answers in TABLE.values() for answer in answers for part in answer.split()[1:]}

    assert used - set(GROUPS) == set()
    assert {role for group in GROUPS.values() for role in group} == {*ROLES, *FURTHER}


def is_open_to_all(answer: str) -> bool:
    """Everybody who is signed in gets the same, and it is not that there is nothing for them."""
    status, *others = answer.split()
    return not others or (status != "404" and {other.partition(":")[0] for other in others} == {"guest"})


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES + FURTHER)
def test_everybody_gets_what_the_table_says(role, things, request):
    browser = Client(raise_request_exception=False)
    if role != "guest":
        browser.force_login(
            request.getfixturevalue(role), backend="allauth.account.auth_backends.AuthenticationBackend"
        )
    found, wanted = {}, {}
    for (name, words), (get, post) in rows().items():
        if role in FURTHER and is_open_to_all(get) and is_open_to_all(post):
            continue
        page = address(name, words, things)
        for method, answer in (("get", get), ("post", post)):
            found[name, words, method] = answer_of(browser, method, page)
            wanted[name, words, method] = expected(answer, role)

    assert {key: status for key, status in found.items() if status != wanted[key]} == {}
    assert [key for key, status in found.items() if status.startswith("5") and key[0] != "ready"] == []
