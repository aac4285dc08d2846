"""A passkey, made and used in a real Chromium whose debugger plays the device; an app beside it; a code when both fail.

Browsers let passkeys live at names alone, so this walk calls the server ``localhost``.
"""

import re
from collections.abc import Iterator

import pytest
from checks import Watch, axe_everywhere
from devices import code_of, plug_in, refuse
from playwright.sync_api import Browser, Page, expect
from walks import follow, go, heading, letter_to, new_mail, press, says


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    named = address.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=named, locale="de")
    context.set_default_timeout(15_000)
    watch = Watch(named).attach(context)
    yield context.new_page()
    context.close()
    assert watch.foreign == []
    assert watch.complaints == []


@pytest.fixture
def device(page: Page) -> dict:
    return plug_in(page)


def new_account(page: Page, mail: str) -> None:
    go(page, "/registrieren/")
    page.get_by_label("Ihr Name").fill("Ines Probst")
    page.get_by_label("E-Mail-Adresse").fill(mail)
    press(page, "Konto anlegen")
    page.get_by_label("Code aus der E-Mail").fill(letter_to(page, mail).code)
    press(page, "Weiter")


def sign_out(page: Page) -> None:
    go(page, "/abmelden/")
    press(page, "Abmelden")


def ask_for_code(page: Page, mail: str) -> None:
    go(page, "/anmelden/")
    page.get_by_label("E-Mail-Adresse").fill(mail)
    press(page, "Code schicken")
    page.get_by_label("Code aus der E-Mail").fill(letter_to(page, mail, "Code zum Anmelden").code)
    press(page, "Weiter")


def add_passkey(page: Page) -> None:
    go(page, "/konto/sicherheit/")
    follow(page, "Passkey anlegen")
    page.get_by_label("Name").fill("Probe-Laptop")
    press(page, "Passkey anlegen")
    expect(page.locator("h1")).to_have_text("Codes für den Notfall")


def test_a_passkey_signs_in_alone(page, device):
    mail = new_mail("ines")
    new_account(page, mail)
    add_passkey(page)
    told = letter_to(page, mail, "Passkey")
    follow(page, "Ich habe sie, weiter")
    listed = page.locator("main").inner_text()
    sign_out(page)

    go(page, "/anmelden/?next=/konto/sitzungen/")
    follow(page, "Mit Passkey anmelden")
    press(page, "Passkey benutzen")

    page.wait_for_url("**/konto/sitzungen/")
    assert told.subject == "Ein Passkey wurde angelegt"
    assert "Probe-Laptop" in listed
    expect(page.locator("main")).to_contain_text("dieses Gerät")


def test_a_passkey_is_the_second_factor_after_a_mailed_code(page, device):
    mail = new_mail("ines")
    new_account(page, mail)
    add_passkey(page)
    sign_out(page)

    ask_for_code(page, mail)
    before = heading(page)
    press(page, "Passkey benutzen")

    page.wait_for_url("**/konto/")
    assert before == "Jetzt noch der zweite Faktor"


def test_a_device_that_refuses_is_told_and_a_code_for_an_emergency_helps(page, device):
    mail = new_mail("ines")
    new_account(page, mail)
    add_passkey(page)
    emergency = page.locator(".emergency-codes code").first.inner_text()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Als Datei speichern").click()
    sign_out(page)
    refuse(device)

    ask_for_code(page, mail)
    press(page, "Passkey benutzen")
    says(page, "Das wurde abgebrochen")
    page.get_by_label("Code").fill(emergency)
    press(page, "Anmelden")

    assert emergency in saved.value.path().read_text()
    assert heading(page) == "Guten Tag, Ines Probst"


def test_an_app_is_set_up_and_asked_for(page):
    mail = new_mail("ines")
    new_account(page, mail)
    go(page, "/konto/sicherheit/")
    follow(page, "App einrichten")
    findings = axe_everywhere(page)
    secret = page.locator(".set-up__secret").inner_text()
    page.get_by_label("Code aus der App").fill(code_of(secret))
    press(page, "Fertig")
    shown = page.locator(".emergency-codes code").all_inner_texts()
    go(page, page.url)
    hidden = page.locator(".emergency-codes code").count()
    sign_out(page)

    ask_for_code(page, mail)
    findings += axe_everywhere(page)
    page.get_by_label("Code").fill(code_of(secret, steps_ahead=1))
    press(page, "Anmelden")

    assert findings == []
    assert [bool(re.fullmatch(r"\d{4} \d{4}", code)) for code in shown] == [True] * 10
    assert hidden == 0
    assert heading(page) == "Guten Tag, Ines Probst"


def test_a_bare_number_as_address_says_why_there_are_no_passkeys(page_as):
    page = page_as()

    go(page, "/anmelden/passkey/")

    expect(page.locator(".notice")).to_contain_text("Hier gehen keine Passkeys")
    assert page.get_by_role("button", name="Passkey benutzen").count() == 0
