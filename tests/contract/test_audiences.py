"""For every kind: what is meant for some stands in no channel of the others; what its pages are made of is there."""

import re
from pathlib import Path

import pytest
from contract.samples import body, guest_pages, kind_of, own_pages
from django.contrib.staticfiles import finders
from django.template.loader import select_template

from allmende.accounts.actions import join_circle, new_circle
from allmende.core.modules import modules
from allmende.entries import actions
from allmende.entries.kinds import kinds, module_for
from allmende.entries.models import Visibility

pytestmark = pytest.mark.parametrize("kind", list(kinds()))

TITLE = "Heckenschnitt am Mirabellenweg"


def channels(browser, kind: str) -> list[str]:
    """Pages with many entries on which the title stands."""
    pages = [*guest_pages(kind), f"/suche/?q={TITLE.split(maxsplit=1)[0]}"]
    return [page for page in pages if TITLE in body(browser.get(page))]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("visibility", "listed_for", "opened_by"),
    [
        (Visibility.PUBLIC, ["guest", "charlie", "editor"], ["guest", "charlie", "editor"]),
        (Visibility.SIGNED_IN, ["charlie", "editor"], ["charlie", "editor"]),
        (Visibility.CIRCLE, ["editor"], ["editor"]),
        (Visibility.LINK, [], ["editor"]),
    ],
)
def test_an_entry_stands_only_before_those_for_whom_it_is(
    kind, visibility, listed_for, opened_by, sign_in, make_entry, charlie, editor
):
    entry, circle = make_entry(kind, TITLE), new_circle("Chor")
    join_circle(circle, user=editor)
    circle = circle if visibility == Visibility.CIRCLE else None
    actions.edit(entry, {"visibility": visibility, "circle": circle}, by=None)

    listed, opened = [], []
    for name, person in (("guest", None), ("charlie", charlie), ("editor", editor)):
        browser = sign_in(person)
        listed += [name] if channels(browser, kind) else []
        opened += [name] if browser.get(entry.url).status_code == 200 else []
        told = [page for page in own_pages(entry) if TITLE in body(browser.get(page))]
        assert (told == []) == (name not in opened)

    assert (listed, opened) == (listed_for, opened_by)


def test_its_icons_are_drawn(kind):
    sprite = Path(finders.find("allmende/icons.svg")).read_text()
    drawn = set(re.findall(r'id="([\w-]+)"', sprite))

    assert {kinds()[kind].icon, module_for(kind).icon} - drawn == set()


@pytest.mark.parametrize("page", ["list", "map", "detail", "form"])
def test_its_pages_have_a_template(kind, page):
    assert select_template(kind_of(kind).template(page)).template.name.endswith(f"{page}.html")


def test_no_other_module_has_the_kind(kind):
    slugs = [slug for module in modules() for slug in module.kind_slugs()]

    assert slugs.count(kind) == 1
