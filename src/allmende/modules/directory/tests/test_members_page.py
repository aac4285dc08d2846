import re

import pytest

from allmende.accounts.models import Membership
from allmende.core.models import Mail
from allmende.regions.models import Invitation

pytestmark = pytest.mark.django_db
SENT = {"form_token": ""}


@pytest.fixture
def profile(make_profile, tsv):
    return make_profile("TSV Lindach 1921", organisation=tsv)


@pytest.fixture
def page(profile) -> str:
    return f"/verzeichnis/{profile.pk}/mitglieder/"


def roles(tsv) -> dict[str, str]:
    return dict(tsv.memberships.order_by("user__name").values_list("user__name", "role"))


def membership(user) -> int:
    return Membership.objects.get(user=user).pk


def link_in(mail) -> str:
    return re.search(r"http://testserver(/einladung/annehmen/\S+)", mail.body).group(1)


def said(answer, browser) -> list[str]:
    return [str(message) for message in browser.get(answer.url).context["messages"]]


@pytest.mark.parametrize(
    ("visible", "status"),
    [
        (False, {"guest": 302, "charlie": 404, "bob": 200, "alice": 200, "editor": 404}),
        (True, {"guest": 302, "charlie": 200, "bob": 200, "alice": 200, "editor": 200}),
    ],
)
def test_who_sees_the_members(sign_in, profile, page, alice, bob, charlie, editor, visible, status):
    type(profile).objects.filter(pk=profile.pk).update(members_visible=visible)
    people = {"guest": None, "charlie": charlie, "bob": bob, "alice": alice, "editor": editor}

    assert {name: sign_in(person).get(page).status_code for name, person in people.items()} == status


def test_the_public_page_names_members_only_if_they_want_it(client, profile):
    address = f"/verzeichnis/{profile.pk}/"
    hidden = client.get(address).content.decode()
    type(profile).objects.filter(pk=profile.pk).update(members_visible=True)

    shown = client.get(address).content.decode()

    assert ("Alice" in hidden, "Alice" in shown, "alice@" in shown) == (False, True, False)


def test_somebody_is_invited_by_mail_and_belongs_to_it_by_a_button(sign_in, tsv, page, alice, charlie):
    answer = sign_in(alice).post(page, {"do": "mail", "mail-mail": "Charlie@lindach.example", "mail-role": "admin"})
    before = roles(tsv)

    sign_in(charlie).post(link_in(Mail.objects.get()), SENT)

    assert answer.status_code == 302
    assert before == {"Alice": "owner", "Bob": "member"}
    assert roles(tsv) == {"Alice": "owner", "Bob": "member", "Charlie": "admin"}


def test_who_has_no_account_gets_the_same_mail_and_one_with_it(sign_in, tsv, page, alice, charlie):
    browser, found = sign_in(alice), []

    for name in ("charlie", "dora"):
        answer = browser.post(page, {"do": "mail", "mail-mail": f"{name}@lindach.example", "mail-role": "member"})
        found.append([words.replace(name, "x") for words in said(answer, browser)])
    sign_in(None).post(link_in(Mail.objects.get(to="dora@lindach.example")), {"name": "Dora"})

    assert found == [["Die Einladung ist unterwegs an x@lindach.example."]] * 2
    assert roles(tsv) == {"Alice": "owner", "Bob": "member", "Dora": "member"}


def test_a_member_is_not_invited_again(sign_in, page, alice):
    answer = sign_in(alice).post(page, {"do": "mail", "mail-mail": "bob@lindach.example", "mail-role": "admin"})

    assert answer.context["mail_form"].errors == {"mail": ["Diese Person gehört schon dazu."]}
    assert Mail.objects.count() == 0


def test_a_link_lets_in_as_many_as_it_says_and_shows_who_came(sign_in, tsv, page, alice, charlie, editor):
    sign_in(alice).post(page, {"do": "link", "link-uses_allowed": "1", "link-days": "7"})
    way = Invitation.objects.get()
    address = f"/einladung/{way.code}/"

    shown = sign_in(alice).get(page).content.decode()
    first, second = (sign_in(person).post(address, SENT).status_code for person in (charlie, editor))

    assert f'value="http://testserver{address}"' in shown
    assert (first, second) == (302, 410)
    assert roles(tsv)["Charlie"] == "member"
    assert "Gekommen: Charlie" in sign_in(alice).get(page).content.decode()


def test_a_link_that_was_withdrawn_opens_nothing(sign_in, tsv, page, alice, charlie):
    browser = sign_in(alice)
    browser.post(page, {"do": "link", "link-uses_allowed": "5", "link-days": "7"})
    way = Invitation.objects.get()
    browser.post(page, {"do": "revoke", "invitation": way.pk})

    answer = sign_in(charlie).post(f"/einladung/{way.code}/", SENT)

    assert answer.status_code == 410
    assert "Charlie" not in roles(tsv)


def test_editors_see_no_invitation_of_members(sign_in, page, alice, editor):
    sign_in(alice).post(page, {"do": "link", "link-uses_allowed": "5", "link-days": "7"})
    way = Invitation.objects.get()
    browser = sign_in(editor)

    assert way.code not in browser.get("/amt/einladungen/").content.decode()
    assert browser.get(f"/amt/einladungen/{way.pk}/").status_code == 404


def test_an_organisation_s_moderator_invites_members_and_changes_no_role(sign_in, tsv, page, alice, bob, charlie):
    sign_in(alice).post(page, {"do": "moderator", "membership": membership(bob)})
    browser = sign_in(bob)

    as_member = browser.post(page, {"do": "mail", "mail-mail": "charlie@lindach.example", "mail-role": "member"})
    as_admin = browser.post(page, {"do": "mail", "mail-mail": "dora@lindach.example", "mail-role": "admin"})
    change = browser.post(page, {"do": "member", "membership": membership(alice)})

    assert (as_member.status_code, as_admin.status_code, change.status_code) == (302, 400, 403)
    assert roles(tsv) == {"Alice": "owner", "Bob": "moderator"}


def test_addresses_cannot_be_written_to_for_ever(sign_in, page, alice):
    browser = sign_in(alice)

    statuses = [
        browser.post(page, {"do": "mail", "mail-mail": "dora@lindach.example", "mail-role": "member"}).status_code
        for _number in range(6)
    ]

    assert statuses == [302] * 5 + [429]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"mail": ""}, "mail"), ({"mail": "x"}, "mail"), ({"role": "owner"}, "role"), ({"role": "x"}, "role")],
)
def test_what_is_wrong_is_said_in_place(sign_in, page, alice, values, field):
    given = {"mail": "charlie@lindach.example", "role": "member", **values}

    answer = sign_in(alice).post(page, {"do": "mail"} | {f"mail-{name}": value for name, value in given.items()})

    assert answer.status_code == 400
    assert list(answer.context["mail_form"].errors) == [field]


def test_roles_are_changed_handed_over_and_taken(sign_in, tsv, page, alice, bob):
    browser, found = sign_in(alice), []

    for do in ("admin", "member", "hand_over"):
        browser.post(page, {"do": do, "membership": membership(bob)})
        found.append(roles(tsv))
    browser.post(page, {"do": "remove", "membership": membership(alice)})
    found.append(roles(tsv))

    assert found == [
        {"Alice": "owner", "Bob": "admin"}, {"Alice": "owner", "Bob": "member"}, {"Alice": "admin", "Bob": "owner"}, {"Bob": "owner"},
    ]  # fmt: skip


def test_the_last_owner_is_told_why_they_cannot_leave(sign_in, tsv, page, alice):
    browser = sign_in(alice)

    answer = browser.post(page, {"do": "remove", "membership": membership(alice)})

    assert said(answer, browser)[0].startswith("Bitte übergeben Sie zuerst die Hauptverantwortung")
    assert roles(tsv)["Alice"] == "owner"


def test_a_member_who_leaves_lands_on_a_page_that_they_may_see(sign_in, profile, tsv, page, bob):
    browser = sign_in(bob)

    answer = browser.post(page, {"do": "remove", "membership": membership(bob)})

    assert roles(tsv) == {"Alice": "owner"}
    assert answer.url == f"/verzeichnis/{profile.pk}/"
    assert browser.get(answer.url).status_code == 200


@pytest.mark.parametrize("do", ["remove", "admin", "hand_over"])
def test_a_member_changes_nobody(sign_in, tsv, page, alice, bob, do):
    answer = sign_in(bob).post(page, {"do": do, "membership": membership(alice)})

    assert answer.status_code == 403
    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


def test_a_stranger_who_sees_the_members_changes_nobody(sign_in, profile, tsv, page, bob, charlie):
    type(profile).objects.filter(pk=profile.pk).update(members_visible=True)

    statuses = [
        sign_in(charlie)
        .post(page, {"do": do, "membership": membership(bob), "mail": charlie.email, "role": "admin"})
        .status_code
        for do in ("remove", "admin", "hand_over", "mail", "link", "revoke", "accept")
    ]

    assert statuses == [403] * 7
    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


@pytest.mark.parametrize("mail", ["alice@lindach.example", "niemand@lindach.example"])
def test_who_may_add_nobody_does_not_learn_who_has_an_account(sign_in, profile, page, bob, charlie, mail):
    type(profile).objects.filter(pk=profile.pk).update(members_visible=True)
    asked = {"do": "mail", "mail-mail": mail, "mail-role": "member"}

    assert [sign_in(person).post(page, asked).status_code for person in (bob, charlie)] == [403, 403]


@pytest.mark.parametrize("number", ["", "0", "x", "-1", "9" * 30, "9" * 5000, "²"])
def test_a_member_that_does_not_exist_is_not_found(sign_in, page, alice, number):
    assert sign_in(alice).post(page, {"do": "remove", "membership": number}).status_code == 404


def test_members_of_another_organisation_are_out_of_reach(sign_in, page, alice, charlie):
    from allmende.accounts.actions import found_organisation

    found_organisation("Chor", by=charlie)

    assert sign_in(alice).post(page, {"do": "remove", "membership": membership(charlie)}).status_code == 404


@pytest.mark.parametrize("do", ["", "x", "owner"])
def test_what_cannot_be_done_is_not_saved(sign_in, tsv, page, alice, bob, do):
    answer = sign_in(alice).post(page, {"do": do, "membership": membership(bob)})

    assert answer.status_code == 404
    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


def test_a_profile_without_an_organisation_has_no_members(sign_in, profile, page, alice):
    type(profile).objects.filter(pk=profile.pk).update(organisation=None, user=alice)

    assert sign_in(alice).get(page).status_code == 404


def buttons(browser, page) -> list[str]:
    return sorted(set(re.findall(r'name="do" value="(\w+)"', browser.get(page).content.decode())))


def test_nobody_is_shown_a_button_that_would_be_refused(sign_in, tsv, page, alice, bob, charlie):
    Membership.objects.create(organisation=tsv, user=charlie, role="member")
    of_owner = buttons(sign_in(alice), page)
    Membership.objects.filter(user=bob).update(role="admin")
    of_admin = buttons(sign_in(bob), page)
    shown = sign_in(bob).get(page).content.decode()
    Membership.objects.filter(user=bob).update(role="moderator")

    assert of_owner == ["admin", "hand_over", "link", "mail", "moderator", "remove"]
    assert of_admin == ["admin", "link", "mail", "moderator", "remove"]
    assert shown.count('value="remove"') == 2  # oneself and charlie, not who has the main responsibility
    assert buttons(sign_in(bob), page) == ["link", "mail", "remove"]
