"""A town is set up as its people would: init, texts, invitations on paper, by link and by mail, opened, lost, restored."""

import email
import email.policy
import re
import shutil
import time
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from checks import Watch, axe_everywhere
from devices import code_of
from machine import Machine
from playwright.sync_api import Browser, Page, expect
from postgres import free_port
from walks import LINK, MAIL_TAKES, code_in, follow, go, heading, press, says

COMPULSORY = ("impressum", "datenschutz", "barrierefreiheit")


class PostOffice:
    """A real mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd finds it by this name
        letter = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def text_to(self, mail: str, words: str = "") -> str:
        until = time.monotonic() + MAIL_TAKES
        while time.monotonic() < until:
            for letter in reversed(self.letters):
                text = letter.get_body(("plain",)).get_content()
                if letter["To"] == mail and words in text + letter["Subject"]:
                    return text
            time.sleep(0.2)
        raise AssertionError(
            f"no letter to {mail} with {words!r}; there are {[one['Subject'] for one in self.letters]}"
        )

    def link_to(self, mail: str, words: str = "") -> str:
        return LINK.findall(self.text_to(mail, words))[0].rstrip(".")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    office = PostOffice()
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    office.address = f"smtp://127.0.0.1:{controller.port}"
    yield office
    controller.stop()


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Any]:
    """``somebody(address, width=390, …)``: a stranger with a browser of their own."""
    contexts, watches = [], []

    def sit_down(address: str, *, width: int = 1280, scheme: str = "light", javascript: bool = True) -> Page:
        context = browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="de",
            java_script_enabled=javascript,
        )  # fmt: skip
        context.set_default_timeout(10_000)
        contexts.append(context)
        watches.append(Watch(address))
        watches[-1].attach(context)
        return context.new_page()

    yield sit_down
    for context in contexts:
        context.close()
    assert [(watch.foreign, watch.complaints) for watch in watches] == [([], [])] * len(watches)


def test_a_town_comes_to_life_is_lost_and_comes_back(tmp_path, office, somebody):
    port = free_port()
    machine = Machine(tmp_path / "first", mail=office.address)
    told = machine.run(
        "init", "--name", "Neustadt", "--land", "Bayern", "--address", f"http://127.0.0.1:{port}", "--admin-mail",
        "amt@neustadt.example", "--no-input",
    )  # fmt: skip

    with machine.serving(port) as address:
        admin = somebody(address)
        secret = sign_in_first(admin, told.split()[-1])
        refused_at_opening(admin)
        for kind in COMPULSORY:
            publish(admin, kind)
        go(admin, "/amt/oeffnen/")
        press(admin, "Auf Einladung öffnen")
        come_in_by_letter(admin, somebody(address, width=390, scheme="dark", javascript=False), office)
        come_in_by_link(admin, somebody(address, width=390), office)
        come_in_by_mail(admin, somebody(address, scheme="dark", javascript=False), office)
        release_all(admin)
        assert somebody(address).goto("/verzeichnis/").status == 403
        go(admin, "/amt/oeffnen/")
        press(admin, "Jetzt öffnen")
        before = what_a_guest_finds(somebody(address, javascript=False))
        archive = Path(machine.run("backup", str(tmp_path)).splitlines()[-1])

    assert before == (["Chor Harmonie", "Imkerverein", "TSV Neustadt"], True)
    shutil.rmtree(machine.data)
    again = Machine(tmp_path / "second", mail=office.address)
    again.run("restore", str(archive))
    with again.serving(port) as address:
        assert what_a_guest_finds(somebody(address, javascript=False)) == before
        back = somebody(address)
        sign_in(back, "amt@neustadt.example", secret, office)
        assert heading(back) == "Guten Tag, Renate Vogt"


def sign_in_first(admin: Page, link: str) -> str:
    """By the link of ``init``; a second factor is asked of whoever administers. Gives the secret of the app."""
    go(admin, urlsplit(link).path)
    admin.get_by_label("Ihr Name").fill("Renate Vogt")
    press(admin, "Jetzt anmelden")
    follow(admin, "App einrichten")
    secret = admin.locator(".set-up__secret").inner_text()
    admin.get_by_label("Code aus der App").fill(code_of(secret))
    press(admin, "Fertig")
    follow(admin, "weiter")
    assert heading(admin) == "Einstellungen"
    return secret


def refused_at_opening(admin: Page) -> None:
    """In the settings, too, with the texts that are missing by name."""
    go(admin, "/amt/einstellungen/")
    admin.get_by_label("Geöffnet").check()
    press(admin, "Speichern")
    expect(admin.locator(".error-summary")).to_contain_text("Impressum")
    go(admin, "/amt/oeffnen/")
    expect(admin.get_by_role("button", name="Jetzt öffnen")).to_have_count(0)
    assert axe_everywhere(admin) == []


def publish(admin: Page, kind: str) -> None:
    """Fill every gap of the delivered text, look it through, publish it."""
    go(admin, f"/amt/einstellungen/texte/{kind}/")
    gaps = admin.locator("main form input[type=text]")
    for number in range(gaps.count()):
        gaps.nth(number).fill("Rathausplatz 1" if number == 0 else f"Angabe {number}")
    press(admin, "Speichern und ansehen")
    assert axe_everywhere(admin) == []
    press(admin, "Veröffentlichen")
    says(admin, "Veröffentlicht")


def invite(admin: Page, label: str, *, mail: str = "") -> None:
    go(admin, "/amt/einladungen/")
    admin.get_by_label("Wofür ist sie?").fill(label)
    admin.get_by_label("E-Mail-Adresse").fill(mail)
    press(admin, "Einladung anlegen")
    assert axe_everywhere(admin) == []


def come_in_by_letter(admin: Page, choir: Page, office: PostOffice) -> None:
    invite(admin, "Brief an die Chöre")
    code = admin.locator("dd b").inner_text()
    paper = admin.context.request.get(f"{admin.url}brief.pdf").body()
    assert paper.startswith(b"%PDF")

    go(choir, "/einladung/")
    choir.get_by_label("Code aus dem Brief").fill(code.lower().replace("-", " "))
    press(choir, "Weiter")
    introduce(choir, "Chor Harmonie", "Oda Flink", "oda@chor.example", office)


def come_in_by_link(admin: Page, keeper: Page, office: PostOffice) -> None:
    invite(admin, "Link für die Imker")
    link = admin.locator("dd a").inner_text()

    go(keeper, urlsplit(link).path)
    assert axe_everywhere(keeper) == []
    introduce(keeper, "Imkerverein", "Emil Wabe", "emil@imker.example", office)


def introduce(guest: Page, organisation: str, name: str, mail: str, office: PostOffice) -> None:
    """Three fields, and a link that proves the address."""
    guest.get_by_label("Name Ihrer Organisation").fill(organisation)
    guest.get_by_label("Ihr Name").fill(name)
    guest.get_by_label("Ihre E-Mail-Adresse").fill(mail)
    press(guest, "Link schicken")
    expect(guest.get_by_role("heading", name="Sehen Sie in Ihr Postfach")).to_be_visible()
    go(guest, urlsplit(office.link_to(mail, "Neustadt")).path)
    press(guest, "Einladung annehmen")
    show(guest, organisation)


def come_in_by_mail(admin: Page, trainer: Page, office: PostOffice) -> None:
    mail = "tara@tsv.example"
    invite(admin, "E-Mail an den TSV", mail=mail)
    go(trainer, urlsplit(office.link_to(mail)).path)
    trainer.get_by_label("Name Ihrer Organisation").fill("TSV Neustadt")
    trainer.get_by_label("Ihr Name").fill("Tara Lauf")
    press(trainer, "Einladung annehmen")
    show(trainer, "TSV Neustadt")


def show(member: Page, organisation: str) -> None:
    """Whoever is in says a word about the organisation and hands it in."""
    assert heading(member).startswith("Guten Tag")
    follow(member, f"„{organisation}“ hat in Neustadt noch kein Profil")
    member.get_by_label("Kurz gesagt").fill("Wir sind für alle da.")
    press(member, "Speichern und ansehen")
    press(member, re.compile("Veröffentlichen|Zur Prüfung"))
    assert heading(member) == organisation


def release_all(admin: Page) -> None:
    go(admin, "/amt/pruefen/")
    assert admin.locator(".queue__row").count() == 3
    assert axe_everywhere(admin) == []
    for _ in range(3):
        press(admin, "Freigeben")


def what_a_guest_finds(guest: Page) -> tuple[list[str], bool]:
    """The organisations of the directory; does the imprint name the street?"""
    go(guest, "/verzeichnis/")
    names = sorted(guest.locator(".card__title").all_inner_texts())
    go(guest, "/impressum/")
    return names, "Rathausplatz 1" in guest.locator("main").inner_text()


def sign_in(person: Page, mail: str, secret: str, office: PostOffice) -> None:
    go(person, "/anmelden/")
    person.get_by_label("E-Mail-Adresse").fill(mail)
    press(person, "Code schicken")
    person.get_by_label("Code aus der E-Mail").fill(code_in(office.text_to(mail, "Code zum Anmelden")))
    press(person, "Weiter")
    person.get_by_label("Code").fill(code_of(secret, steps_ahead=1))
    press(person, "Anmelden")
