import pytest

from allmende.regions.actions import admit
from allmende.regions.models import Region, Role
from allmende.regions.permissions import is_invited

PEOPLE = 23


def names(region):
    return sorted(Role.objects.filter(region=region).values_list("user__name", "name"))


def test_an_admin_gives_a_role_by_mail_address(sign_in, region, admin, charlie):
    answer = sign_in(admin).post("/amt/menschen/", {"do": "give", "mail": "Charlie@Lindach.example", "name": "editor"})

    assert (answer.status_code, answer.url) == (302, "/amt/menschen/")
    assert names(region) == [("Admin", "region_admin"), ("Charlie", "editor")]


def test_an_address_without_account_is_told(sign_in, region, admin):
    answer = sign_in(admin).post("/amt/menschen/", {"do": "give", "mail": "niemand@lindach.example", "name": "editor"})

    assert answer.status_code == 400
    assert list(answer.context["role_form"].errors) == ["mail"]
    assert names(region) == [("Admin", "region_admin")]


def test_nobody_becomes_platform_admin_here(sign_in, region, admin, charlie):
    answer = sign_in(admin).post("/amt/menschen/", {"do": "give", "mail": charlie.email, "name": "platform_admin"})

    assert answer.status_code == 400
    assert Role.objects.filter(user=charlie).count() == 0


def test_a_role_is_taken_away(sign_in, region, admin, editor):
    answer = sign_in(admin).post("/amt/menschen/", {"do": "take", "pk": Role.objects.get(user=editor).pk})

    assert answer.status_code == 302
    assert names(region) == [("Admin", "region_admin")]


def test_the_last_admin_cannot_go(sign_in, region, admin):
    answer = sign_in(admin).post("/amt/menschen/", {"do": "take", "pk": Role.objects.get(user=admin).pk})

    assert [str(message) for message in answer.context["messages"]] == ["Eine Person muss die Verwaltung behalten."]
    assert names(region) == [("Admin", "region_admin")]


def test_who_gives_up_the_own_role_is_led_out_of_the_desk(sign_in, region, admin, charlie):
    browser = sign_in(admin)
    browser.post("/amt/menschen/", {"do": "give", "mail": charlie.email, "name": "region_admin"})

    answer = browser.post("/amt/menschen/", {"do": "take", "pk": Role.objects.get(user=admin).pk})

    assert answer.url == "/konto/"


def test_a_role_of_another_region_is_out_of_reach(sign_in, admin, charlie, other_region):
    role = Role.objects.create(user=charlie, region=other_region, name="editor")

    answer = sign_in(admin).post("/amt/menschen/", {"do": "take", "pk": role.pk})

    assert answer.status_code == 404
    assert Role.objects.filter(pk=role.pk).exists()


@pytest.mark.parametrize("pk", ["", "x", "-1", "9" * 30, "²"])
def test_a_number_that_is_none_is_404(sign_in, admin, pk):
    assert sign_in(admin).post("/amt/menschen/", {"do": "take", "pk": pk}).status_code == 404


def test_an_unknown_step_is_404(sign_in, admin):
    assert sign_in(admin).post("/amt/menschen/", {"do": "fly", "pk": "1"}).status_code == 404


def test_the_same_form_twice_gives_the_role_once(sign_in, region, admin, charlie):
    browser, form = sign_in(admin), {"do": "give", "mail": charlie.email, "name": "editor", "form_token": "once"}

    urls = [browser.post("/amt/menschen/", form).url for _ in range(2)]

    assert urls == ["/amt/menschen/", "/amt/menschen/"]
    assert names(region) == [("Admin", "region_admin"), ("Charlie", "editor")]


def test_people_are_let_into_a_region_on_invitation_and_out_again(sign_in, region, admin, charlie):
    Region.objects.filter(pk=region.pk).update(stage="invited")
    region.refresh_from_db()
    browser = sign_in(admin)

    browser.post("/amt/menschen/", {"do": "admit", "admit-mail": charlie.email})
    assert is_invited(charlie, region)

    browser.post("/amt/menschen/", {"do": "dismiss", "pk": charlie.pk})
    assert not is_invited(charlie, region)


def test_an_open_region_asks_for_no_invited(sign_in, region, admin, charlie):
    admit(charlie, to=region, by=admin)

    answer = sign_in(admin).get("/amt/menschen/")

    assert (answer.context["invited"], list(answer.context["admitted"])) == (False, [])


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_for_1_and_3_roles(
    sign_in, region, admin, alice, bob, charlie, django_assert_num_queries, number
):
    for user in [alice, bob, charlie][:number]:
        Role.objects.create(user=user, region=region, name="editor")
    browser = sign_in(admin)

    with django_assert_num_queries(PEOPLE):
        browser.get("/amt/menschen/")
