import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.accounts.models import Organisation, User
from allmende.core.models import Mail
from allmende.regions.actions import add_region, invite
from allmende.regions.models import Invitation, Region
from allmende.regions.permissions import is_invited


@pytest.fixture
def auenstedt(region):
    """Open to the invited alone, under a path."""
    other = add_region("auenstedt", name="Auenstedt", land="DE-ST", contact_mail="rathaus@auenstedt.example", by=None)
    other.stage = Region.Stage.INVITED
    other.save()
    return other


@pytest.fixture
def way(auenstedt):
    until = timezone.now() + timedelta(days=30)
    return invite(auenstedt, label="Brief", by=None, founds=True, uses_allowed=5, expires_at=until, code="AUEN-2345")


def link_in(mail):
    return re.search(r"http://testserver(/einladung/annehmen/\S+)", mail.body).group(1)


def test_an_unknown_organisation_is_in_within_three_pages_and_three_fields(client, auenstedt, way):
    typed = client.post("/einladung/", {"code": "auen 2345"})
    first = client.get(typed.url)
    fields = {"organisation_name": "Ruderclub", "name": "Rita", "mail": "rita@ruder.example"}
    posted = client.post(typed.url, fields, follow=True)
    second = client.get(link_in(Mail.objects.get()))
    inside = client.post(link_in(Mail.objects.get()), {"organisation_name": "Ruderclub"})

    assert "Willkommen in Auenstedt" in first.content.decode()
    assert "Sehen Sie in Ihr Postfach" in posted.content.decode()
    assert "rita@ruder.example" in second.content.decode()
    assert inside.url == "http://testserver/auenstedt/konto/"
    rita = User.objects.get(email="rita@ruder.example")
    assert rita.name == "Rita"
    assert Organisation.objects.get().memberships.get().user == rita
    assert client.get("/auenstedt/konto/").status_code == 200


def test_nothing_is_made_before_the_link_is_pressed(client, way):
    client.post("/einladung/AUEN-2345/", {"organisation_name": "R", "name": "Rita", "mail": "rita@ruder.example"})
    client.get(link_in(Mail.objects.get()))

    assert (User.objects.count(), Organisation.objects.count(), way.uses.count()) == (0, 0, 0)


def test_an_address_with_an_account_is_not_told_from_one_without(client, way, charlie):
    fields = {"organisation_name": "R", "name": "C"}
    known = client.post("/einladung/AUEN-2345/", {**fields, "mail": charlie.email})
    unknown = client.post("/einladung/AUEN-2345/", {**fields, "mail": "neu@lindach.example"})

    assert known.url == unknown.url


def test_an_address_with_an_account_signs_in_first(client, sign_in, way, charlie):
    client.post("/einladung/AUEN-2345/", {"organisation_name": "R", "name": "C", "mail": charlie.email})
    link = link_in(Mail.objects.get())

    stranger = client.post(link, {"organisation_name": "R"})
    sign_in(charlie).post(link, {"organisation_name": "R"})

    assert stranger.url.startswith("/anmelden/?next=/einladung/annehmen/")
    assert way.uses.get().user == charlie


def test_somebody_elses_link_opens_nothing(client, sign_in, way, alice, charlie):
    client.post("/einladung/AUEN-2345/", {"organisation_name": "R", "name": "C", "mail": charlie.email})

    answer = sign_in(alice).post(link_in(Mail.objects.get()), {"organisation_name": "R"})

    assert answer.status_code == 403
    assert way.uses.count() == 0


def test_whoever_is_signed_in_comes_in_with_one_button(sign_in, auenstedt, way, charlie):
    sign_in(charlie).post("/einladung/AUEN-2345/", {"organisation_name": "Chor"})

    assert is_invited(charlie, auenstedt)


def test_the_region_stays_unknown_to_who_only_guesses_its_path(client, way):
    answer = client.get("/auenstedt/einladung/AUEN-9999/")

    assert answer.status_code == 404
    assert "Auenstedt" not in answer.content.decode()


@pytest.mark.parametrize("change", [{"revoked_at": timezone.now()}, {"expires_at": timezone.now() - timedelta(1)}])
def test_one_that_is_over_says_so(client, way, change):
    Invitation.objects.update(**change)

    answer = client.get("/einladung/AUEN-2345/")

    assert answer.status_code == 410
    assert "gilt nicht mehr" in answer.content.decode()


def test_guessing_codes_ends_after_twenty(client, region):
    answers = [client.post("/einladung/", {"code": f"AUEN-{number:04}"}).status_code for number in range(21)]

    assert answers == [400] * 20 + [429]


def test_guessing_addresses_ends_after_twenty(client, region):
    answers = [client.get(f"/einladung/AUEN-{number:04}/").status_code for number in range(21)]

    assert answers == [404] * 20 + [429]


def test_a_wrong_mail_address_is_explained_and_nothing_lost(client, way):
    answer = client.post("/einladung/AUEN-2345/", {"organisation_name": "Chor", "name": "Rita", "mail": "rita@"})

    assert answer.status_code == 400
    assert 'value="Chor"' in answer.content.decode()


def make(client, **given):
    fields = {"label": "Brief", "what": "founds", "uses_allowed": "3", "last_day": timezone.localdate() + timedelta(9)}
    return client.post(reverse("portal:invitations"), fields | given)


def test_an_editor_makes_a_letter(sign_in, region, editor):
    answer = make(sign_in(editor))

    way = Invitation.objects.get()
    assert answer.url == f"/amt/einladungen/{way.pk}/"
    assert (way.founds, way.uses_allowed, way.by) == (True, 3, editor)
    letter = sign_in(editor).get(f"/amt/einladungen/{way.pk}/brief.pdf")
    assert letter.content.startswith(b"%PDF-1.7")
    assert b"pdfuaid:part" in letter.content  # says of itself that it is PDF/UA


def test_a_letter_in_english_for_who_reads_english(sign_in, region, editor):
    make(sign_in(editor))
    way = Invitation.objects.get()

    page = sign_in(editor).get(f"/amt/einladungen/{way.pk}/brief.pdf", headers={"accept-language": "en"})

    assert page.status_code == 200


def test_editors_are_not_offered_tasks(sign_in, editor):
    answer = make(sign_in(editor), what="role", role="region_admin")

    assert answer.status_code == 400
    assert not Invitation.objects.exists()


def test_admins_give_a_task_by_mail(sign_in, admin, region):
    make(sign_in(admin), what="role", role="moderator", mail="neu@lindach.example")

    way = Invitation.objects.get()
    assert (way.role, way.mail, way.uses_allowed) == ("moderator", "neu@lindach.example", 1)
    assert sign_in(admin).get(f"/amt/einladungen/{way.pk}/brief.pdf").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"uses_allowed": "0"},
        {"uses_allowed": "999999"},
        {"last_day": "2020-01-01"},
        {"last_day": "9999-12-31"},
        {"what": "claims"},
        {"what": "role"},
        {"label": "\u202e"},
        {"mail": "nicht@"},
    ],
)
def test_wrong_wishes_are_explained(sign_in, admin, wrong):
    assert make(sign_in(admin), **wrong).status_code == 400
    assert not Invitation.objects.exists()


def test_an_invitation_is_revoked_on_its_page(sign_in, region, editor, charlie):
    make(sign_in(editor))
    way = Invitation.objects.get()

    sign_in(editor).post(f"/amt/einladungen/{way.pk}/")

    assert sign_in(charlie).get(f"/einladung/{way.code}/").status_code == 410


def test_another_regions_invitations_are_not_there(sign_in, admin, way):
    assert sign_in(admin).get(f"/amt/einladungen/{way.pk}/").status_code == 404
