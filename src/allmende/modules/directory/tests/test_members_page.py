import pytest

from allmende.accounts.models import Membership, User
from allmende.core.models import Mail

pytestmark = pytest.mark.django_db


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


def test_an_owner_adds_somebody_with_an_account(sign_in, tsv, page, alice, charlie):
    browser = sign_in(alice)

    answer = browser.post(page, {"do": "add", "mail": "Charlie@lindach.example", "role": "admin"})

    assert said(answer, browser) == ["Gespeichert."]
    assert roles(tsv) == {"Alice": "owner", "Bob": "member", "Charlie": "admin"}


def test_a_new_member_learns_who_added_them_and_how_to_leave(sign_in, tsv, profile, page, alice, charlie):
    browser = sign_in(alice)

    for role in ("admin", "member"):  # the second time they belong to it already
        browser.post(page, {"do": "add", "mail": "charlie@lindach.example", "role": role})

    mail = Mail.objects.get()
    assert (mail.to, mail.subject) == ("charlie@lindach.example", "Sie gehören jetzt dazu: TSV Lindach 1921")
    assert [
        words in mail.body for words in ("Alice hat Sie", "Ihre Aufgabe: Verwaltung", "Organisation verlassen")
    ] == [
        True,
        True,
        True,
    ]
    assert f"http://testserver{page}\n" in mail.body
    assert "Organisation verlassen" in sign_in(charlie).get(page).content.decode()


def test_who_has_no_account_is_not_added(sign_in, tsv, page, alice):
    browser = sign_in(alice)

    answer = browser.post(page, {"do": "add", "mail": "niemand@lindach.example", "role": "member"})

    assert said(answer, browser) == ["Zu dieser Adresse gibt es noch kein Konto."]
    assert User.objects.count() == 2


def test_addresses_cannot_be_tried_for_ever(sign_in, page, alice):
    browser = sign_in(alice)

    statuses = [
        browser.post(page, {"do": "add", "mail": f"person{number}@lindach.example", "role": "member"}).status_code
        for number in range(31)
    ]

    assert statuses == [302] * 30 + [429]


@pytest.mark.parametrize(
    ("values", "field"),
    [({"mail": ""}, "mail"), ({"mail": "x"}, "mail"), ({"role": "owner"}, "role"), ({"role": "x"}, "role")],
)
def test_what_is_wrong_is_said_in_place(sign_in, page, alice, values, field):
    answer = sign_in(alice).post(page, {"do": "add", "mail": "charlie@lindach.example", "role": "member", **values})

    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]


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
        for do in ("remove", "admin", "hand_over", "add")
    ]

    assert statuses == [403] * 4
    assert roles(tsv) == {"Alice": "owner", "Bob": "member"}


@pytest.mark.parametrize("mail", ["alice@lindach.example", "niemand@lindach.example"])
def test_who_may_add_nobody_does_not_learn_who_has_an_account(sign_in, profile, page, bob, charlie, mail):
    type(profile).objects.filter(pk=profile.pk).update(members_visible=True)
    asked = {"do": "add", "mail": mail, "role": "member"}

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
