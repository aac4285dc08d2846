import pytest
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from django.utils import translation

from allmende.accounts.models import Guest
from allmende.core.models import Mail
from allmende.notifications.actions import notify

pytestmark = pytest.mark.django_db


class Thing:
    title = "Tee & Kuchen <für alle>"


def send(region, recipient, **more) -> Mail:
    return notify(
        recipient,
        "entries/hidden",
        region=region,
        entry=Thing(),
        note="Grund & Sache",
        link="http://x.example/",
        **more,
    )


def test_a_mail_greets_says_and_signs(region, alice):
    region.contact_phone = "0921 12345"
    mail = send(region, alice)

    assert (mail.to, mail.sender_name, mail.reply_to, mail.region_id) == (
        alice.email,
        "Lindach",
        "rathaus@lindach.example",
        region.pk,
    )
    assert mail.subject == "Verborgen: Tee & Kuchen <für alle>"
    assert mail.body.startswith("Guten Tag Alice,\n\nIhr Eintrag „Tee & Kuchen <für alle>“ ist nicht mehr zu sehen.")
    assert "Grund & Sache" in mail.body
    assert mail.body.rstrip().endswith(
        "Freundliche Grüße\nLindach\nFragen? Rufen Sie an: 0921 12345, rathaus@lindach.example"
    )


def test_the_towns_own_signature_stands_instead(region, alice):
    region.mail_signature = "Ihr Rathaus-Team\nZimmer 7"

    assert "Ihr Rathaus-Team\nZimmer 7" in send(region, alice).body


@pytest.mark.parametrize(
    ("recipient", "greeting"),
    [
        (Guest(mail="d@gast.example"), "Guten Tag,"),
        (Guest(mail="d@gast.example", name="Dora"), "Guten Tag Dora,"),
        ("d@gast.example", "Guten Tag,"),
    ],
)
def test_whose_name_is_unknown_is_greeted_without(region, recipient, greeting):
    assert send(region, recipient).body.splitlines()[0] == greeting


@pytest.mark.parametrize(
    ("own", "page", "word"), [("", "en", "Verborgen"), ("de", "en", "Verborgen"), ("en", "de", "Hidden")]
)
def test_a_mail_speaks_the_language_of_its_reader_not_of_who_caused_it(region, alice, own, page, word):
    alice.language = own

    with translation.override(page):
        assert send(region, alice).subject.partition(":")[0] == word


@pytest.mark.parametrize("recipient", ["", Guest(mail="")])
def test_who_has_no_address_gets_nothing(region, recipient):
    assert send(region, recipient) is None
    assert Mail.objects.count() == 0


def test_no_mail_is_written_for_what_is_rolled_back(region, alice):
    from django.db import transaction

    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012  # the rollback is what is tested
        send(region, alice)
        raise RuntimeError

    assert Mail.objects.count() == 0


def mail_templates() -> list[str]:
    return sorted(
        f"{path.parent.parent.name}/mail/{path.name}"
        for folder in get_app_template_dirs("templates")
        if "allmende" in str(folder)
        for path in folder.glob("*/mail/*.txt")
    )


def test_there_are_mails():
    assert len(mail_templates()) > 10


@pytest.mark.parametrize("name", mail_templates())
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_mail_has_a_subject_of_one_line_and_a_body(region, name, language):
    with translation.override(language):
        subject, body = (
            get_template(name).render({"region": region, "part": part, "number": 2}).strip()
            for part in ("subject", "body")
        )

    assert subject != ""
    assert "\n" not in subject
    assert len(body) > 80


@pytest.mark.parametrize("name", mail_templates())
def test_every_mail_is_translated(region, name):
    texts = []
    for language in ("de", "en"):
        with translation.override(language):
            texts.append(get_template(name).render({"region": region, "part": "body", "number": 2}))

    assert texts[0] != texts[1]
