"""Walks through the ways in: sign-up, passwords, second factor, the operator's link, invitations."""

from collections.abc import Callable

from devices import code_of, plug_in
from playwright.sync_api import Page
from visitors import FORM, Visitors
from walks import follow, go, letter_to, new_mail, new_name

PASSWORD, OTHER = "drei Wörter reichen", "vier Wörter reichen auch"
DEMO_PASSWORD = "lindach-demo"
SAFETY = "/konto/sicherheit/"
TRIES = 30  # of the operator's link, in an hour


def the_way_in(town: Visitors) -> None:
    """By a name, not a number: passkeys live at names alone."""
    page, mail = town.page(host="localhost"), new_mail("lea.wieland")
    sign_up(town, page, mail)
    set_password(town, page)
    secret = set_up_second_factor(town, page)
    page.context.clear_cookies()
    sign_in(town, page, mail, secret)
    page.context.clear_cookies()
    forget_password(town, page, mail)
    town.open(page, "/anmelden/gesperrt/")


def sign_up(town: Visitors, page: Page, mail: str) -> None:
    go(page, "/registrieren/")
    town.send(page, name="Lea Wieland", email=mail)
    town.send(page, code="FALSCH")
    town.send(page, code=letter_to(page, mail).code)
    town.open(page, "/konto/adresse/")


def set_password(town: Visitors, page: Page) -> None:
    """An account begins without one."""
    town.open(page, "/konto/passwort/neu/")
    town.send(page, password1="kurz", password2="anders")
    town.send(page, password1=PASSWORD, password2=PASSWORD)
    town.open(page, "/konto/passwort/", "/abmelden/")


def set_up_second_factor(town: Visitors, page: Page) -> str:
    """Whoever has a password is asked for it once more."""
    plug_in(page)
    town.open(page, SAFETY, f"{SAFETY}app/")
    town.send(page, password="falsch geraten")
    town.send(page, password=PASSWORD)
    secret = page.locator(".set-up__secret").inner_text()
    town.send(page, 400, code="000000")
    town.send(page, code=code_of(secret))  # the codes for an emergency, once
    town.open(page, f"{SAFETY}notfall/", f"{SAFETY}notfall/neu/", f"{SAFETY}app/entfernen/", f"{SAFETY}passkey/")
    town.press(page, "Passkey anlegen")
    for way in ("Umbenennen", "Entfernen"):
        go(page, SAFETY)
        follow(page, way, within=page.locator("main ul ul"))
        town.look(page)
    town.open(page, "/konto/sitzungen/", "/anmelden/noch-einmal/code/", "/anmelden/noch-einmal/passkey/")
    return secret


def sign_in(town: Visitors, page: Page, mail: str, secret: str) -> None:
    town.open(page, "/anmelden/passkey/", "/anmelden/")
    town.send(page, email=mail)
    town.send(page, code="FALSCH")
    town.press(page, "Andere E-Mail-Adresse angeben")
    go(page, "/anmelden/passwort/")
    town.send(page, login=mail, password=PASSWORD)
    town.send(page, form=f"{FORM} >> nth=1", code="000000")
    town.send(page, form=f"{FORM} >> nth=1", code=code_of(secret, steps_ahead=1))


def forget_password(town: Visitors, page: Page, mail: str) -> None:
    go(page, "/anmelden/passwort/vergessen/")
    town.send(page, email=mail)
    town.send(page, code="FALSCH")
    town.send(page, code=letter_to(page, mail, "asswort").code)
    town.send(page, password1="kurz", password2="anders")
    town.send(page, password1=OTHER, password2=OTHER)
    town.open(page, "/anmelden/passwort/fertig/")


def the_first_sign_in(town: Visitors) -> None:
    """The operator's link, and what somebody gets who tries too many of them."""
    operator, guest = town.page(), town.page()
    link = town.command("init", "--admin-mail", new_mail("betrieb"), "--no-input").split()[-1]
    town.open(operator, link)
    town.send(operator, 400, name="")
    town.send(operator, name="Renate Vogt")
    town.open(guest, link, status=404)
    for _ in range(TRIES):
        guest.context.request.get(link)
    town.open(guest, link, status=429)


def somebody_goes(town: Visitors) -> None:
    """The club's owner is needed; somebody new deletes the account again."""
    club, page = town.page("verein"), town.page()
    go(club, "/konto/loeschen/")
    town.send(club, password=DEMO_PASSWORD)
    sign_up(town, page, new_mail("kurt.kurz"))
    town.open(page, "/konto/loeschen/")
    town.send(page, 400)
    page.get_by_label("Ja, mein Konto").check()
    town.send(page)


def an_invitation(town: Visitors) -> None:
    """An editor writes a letter with a code; a choir comes in by it, and nobody else after that."""
    editor, guest, mail = town.page("redaktion"), town.page(), new_mail("oda.flink")
    go(editor, "/amt/einladungen/")
    town.send(editor, label=new_name("Brief an die Chöre"))
    code = editor.locator("dd b").inner_text()
    town.fetch(editor, f"{editor.url}brief.pdf")

    town.open(guest, "/einladung/")
    town.send(guest, 400, code="FALSCH")
    town.send(guest, code=code)
    town.send_empty(guest)
    town.send(guest, organisation_name=new_name("Chor"), name="Oda Flink", mail=mail)
    link = letter_to(guest, mail).link
    town.open(town.page("buergerin"), link, status=403)
    town.open(guest, link)
    town.send(guest)
    town.open(town.page(), link, f"/einladung/{code.lower()}/", status=410)
    editor.reload()
    town.look(editor)


def an_account_for_somebody_else(town: Visitors) -> None:
    """Made at the counter for two people: one takes it over, the other does not want it."""
    editor, page, mails = town.page("redaktion"), "/amt/menschen/neu/", [new_mail("hedwig"), new_mail("egon")]
    go(editor, page)
    town.send_empty(editor)
    for mail in mails:
        go(editor, page)
        town.send(editor, name="Hedwig Egon", mail=mail, organisation_name=new_name("Nähtreff"))
    town.press(editor, "Link noch einmal schicken")
    for mail, button in zip(mails, ("Konto übernehmen", "Das möchte ich nicht"), strict=True):
        person = town.page()
        link = letter_to(person, mail).link
        town.open(town.page("buergerin"), link, status=403)
        town.open(person, link)
        town.press(person, button)
        town.open(person, link, status=410)


WALKS: dict[str, Callable[[Visitors], None]] = {
    "the way in": the_way_in,
    "the first sign-in": the_first_sign_in,
    "somebody who goes": somebody_goes,
    "an invitation": an_invitation,
    "an account for somebody else": an_account_for_somebody_else,
}
