"""Without a mouse: everything can be reached, the focus can be seen at every step, and nothing holds it."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect
from walks import go, heading, new_name, says

# The focused element, how it is called, and whether it or what is drawn for it (a label, a card's frame) has an outline.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const outlined = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const drawn = node => outlined(getComputedStyle(node)) || outlined(getComputedStyle(node, '::after'))
    || parseFloat(getComputedStyle(node, '::after').borderTopWidth) >= 2
    || (node.tagName === 'path' && parseFloat(getComputedStyle(node).strokeWidth) >= 4);  // an area of the map
  const near = [element, element.parentElement, element.nextElementSibling, element.labels?.[0], element.closest('.card')];
  const box = element.getBoundingClientRect();
  const name = (element.getAttribute('aria-label') || element.labels?.[0]?.innerText || element.innerText
    || element.title || element.value || '').trim().replace(/\\s+/g, ' ').slice(0, 60);
  return {
    what: `${element.tagName.toLowerCase()} ${name}`,
    name,
    key: [...document.querySelectorAll('*')].indexOf(element),
    // In a field for a date the browser draws a ring of its own around the button that opens the calendar.
    seen: (near.filter(Boolean).some(drawn) || element.matches(':is([type=date], [type=time]):not(:focus-visible)'))
      && box.width > 0 && box.height > 0,
    inside: box.bottom > 0 && box.top < innerHeight,
  };
}"""
# WCAG 2.4.11: nothing of what has the focus may be seen when all of it lies under what stays on the screen.
BEHIND_THE_BUTTONS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const bar = document.querySelector('.form__actions--sticky'), box = element.getBoundingClientRect();
  const places = [0.1, 0.5, 0.9].flatMap(x => [0.1, 0.5, 0.9].map(y => [box.left + x * box.width, box.top + y * box.height]));
  const hidden = ([x, y]) => y < 0 || y > innerHeight || bar.contains(document.elementFromPoint(x, y));
  return {what: element.outerHTML.slice(0, 80), covered: !bar.contains(element) && places.every(hidden)};
}"""
MOST_STEPS = 250


class Keys:
    """Goes on with Tab, and notes every step whose focus cannot be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")  # what scrolls, arrives at once
        self.unseen: list[str] = []

    def step(self, key: str = "Tab") -> dict | None:
        self.page.keyboard.press(key)
        focus = self.page.evaluate(FOCUS)
        if focus and not (focus["seen"] and focus["inside"]):
            self.unseen.append(f"{self.page.url}: {focus['what']}")
        return focus

    def to(self, name: str) -> None:
        """Tab until the element whose name begins so has the focus."""
        for _ in range(MOST_STEPS):
            focus = self.step()
            if focus and re.match(name, focus["name"]):
                return
        raise AssertionError(f"{self.page.url}: {name!r} cannot be reached")

    def enter(self) -> None:
        """Follow the link, or send the form, that has the focus."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def type_into(self, name: str, text: str) -> None:
        self.to(name)
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Of a list, by the first letters of what stands in it."""
        self.to(name)
        self.page.keyboard.type(option)

    def go_round(self) -> list[str]:
        """Tab once through the whole page; whoever cannot get out again is in a trap."""
        passed: list[dict] = []
        for _ in range(MOST_STEPS):
            focus = self.step()
            if focus is None or (passed and focus["key"] == passed[0]["key"]):
                return [step["what"] for step in passed]
            assert not passed or focus["key"] != passed[-1]["key"], f"{self.page.url}: trapped at {focus['what']}"
            passed.append(focus)
        raise AssertionError(f"{self.page.url}: no way out after {MOST_STEPS} steps: {passed[-1]['what']}")


@pytest.fixture
def keys(page_as):
    walker = Keys(page_as())
    yield walker
    assert walker.unseen == []


def test_from_the_home_page_to_an_entry_and_past_the_menu(keys):
    page = keys.page
    go(page, "/")
    first = keys.step()
    assert first["name"] == "Zum Inhalt springen"
    page.keyboard.press("Enter")
    keys.to("In Lindach suchen")

    go(page, "/")
    keys.to("Organisationen")
    keys.enter()
    assert heading(page) == "Organisationen"
    keys.to("Suchwort")
    page.keyboard.type("Musikverein")
    keys.choose("Thema", "Musik")
    keys.to("Anzeigen")
    keys.enter()
    assert page.locator(".card__title").all_inner_texts() == ["Musikverein Lindach"]
    keys.to("Musikverein Lindach")
    keys.enter()
    assert heading(page) == "Musikverein Lindach"


def test_the_menu_of_a_small_screen_opens_closes_and_leads_on(page_as):
    keys = Keys(page_as(width=390))
    go(keys.page, "/")

    keys.to("Menü")
    keys.page.keyboard.press("Space")
    keys.step()
    sheet = keys.page.locator(".site-menu__sheet")
    expect(sheet).to_be_visible()
    keys.page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    assert keys.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    keys.page.keyboard.press("Space")
    keys.to("Veranstaltungen")
    keys.enter()

    assert heading(keys.page) == "Veranstaltungen"
    assert keys.unseen == []


def test_sign_in_and_enter_an_event(keys):
    page, title = keys.page, new_name("Tastenfest")
    day = date.today() + timedelta(days=50)
    go(page, "/anmelden/passwort/")
    keys.type_into("E-Mail-Adresse", "verein@lindach.example")
    keys.type_into("Passwort", "lindach-demo")
    keys.enter()
    assert heading(page) == "Guten Tag, Sabine Hopfengärtner"

    keys.to("Veranstaltung eintragen")
    keys.enter()
    keys.type_into("Titel", title)
    keys.choose("Wichtigstes Thema", "Sport")
    keys.type_into("Beginn: Tag", day.strftime("%m%d%Y"))  # the browser of the tests writes dates as in the USA
    keys.type_into("Beginn: Uhrzeit", "0730PM")
    keys.to("Für wen")  # a part that opens
    page.keyboard.press("Space")
    keys.to("Kinder")
    page.keyboard.press("Space")
    keys.to("Speichern und ansehen")
    keys.enter()
    keys.to("Veröffentlichen")
    keys.enter()

    says(page, "Veröffentlicht")
    expect(page.locator(".detail__when")).to_contain_text("19:30 Uhr")


def test_the_markers_of_the_map_can_be_reached_and_opened(keys):
    page = keys.page
    go(page, "/verzeichnis/karte/?q=1921")
    expect(page.locator(".leaflet-marker-icon")).to_have_count(1)

    keys.to(".*TSV Lindach 1921")
    assert page.evaluate("document.activeElement.classList.contains('leaflet-marker-icon')")
    page.keyboard.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("TSV Lindach 1921")
    page.keyboard.press("Escape")
    expect(page.locator(".leaflet-popup")).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_what_has_the_focus_is_not_hidden_by_the_buttons_that_stay(page_as, width):
    page = page_as("verein", width=width)
    page.emulate_media(reduced_motion="reduce")
    go(page, "/verzeichnis/1/bearbeiten/")

    covered = []
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        focus = page.evaluate(BEHIND_THE_BUTTONS)
        if focus is None:
            break
        covered += [focus["what"]] if focus["covered"] else []

    assert covered == []
    assert focus is None


@pytest.mark.parametrize(
    ("account", "path"),
    [
        ("guest", "/"),
        ("guest", "/verzeichnis/karte/"),
        ("guest", "/veranstaltungen/kalender/"),
        ("guest", "/verzeichnis/1/"),
        ("verein", "/verzeichnis/neu/"),
        ("redaktion", "/amt/pruefen/"),
        ("region", "/amt/einstellungen/aussehen/"),
    ],
)
def test_every_step_through_a_page_can_be_seen_and_the_round_ends(page_as, account, path):
    keys = Keys(page_as(account))
    go(keys.page, path)

    passed = keys.go_round()

    assert keys.unseen == []
    assert passed[0] == "a Zum Inhalt springen"
    assert len(passed) > 15


def test_a_code_from_a_letter_is_typed_and_the_link_asked_for(keys):
    page = keys.page
    go(page, "/einladung/")
    keys.type_into("Code aus dem Brief", "AUEN2345")
    keys.to("Weiter")
    keys.enter()
    keys.type_into("Name Ihrer Organisation", new_name("Tastenchor"))
    keys.type_into("Ihr Name", "Tina Taste")
    keys.type_into("Ihre E-Mail-Adresse", "tina@taste.example")
    keys.to("Link schicken")
    keys.enter()

    assert heading(page) == "Sehen Sie in Ihr Postfach"
    assert keys.unseen == []


def test_a_town_hall_writes_a_text_and_an_invitation(page_as):
    keys, label = Keys(page_as("region")), new_name("Brief an die Chöre")
    go(keys.page, "/amt/einstellungen/texte/netiquette/")
    keys.to("Speichern und ansehen")
    keys.enter()
    keys.to("Entwurf verwerfen")
    keys.enter()
    says(keys.page, "Der Entwurf ist verworfen.")

    keys.to("Einladungen")
    keys.enter()
    keys.type_into("Wofür ist sie", label)
    keys.to("Einladung anlegen")
    keys.enter()

    assert heading(keys.page) == label
    assert keys.unseen == []
