"""The docs are true: every module, setting and command has its place in them, and nothing else has."""

import re

from django.core.management import get_commands
from house import ROOT

from allmende.config.environment import SETTINGS
from allmende.core.modules import modules

HEADING = re.compile(r"^#+ .*?`([^`]+)`", re.MULTILINE)
ROW = re.compile(r"^\| *`(ALLMENDE_\w+)`", re.MULTILINE)


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text()


def test_every_setting_has_a_row():
    assert sorted(ROW.findall(page("operators/settings.md"))) == sorted(setting.name for setting in SETTINGS)


def test_every_command_has_a_heading():
    ours = [name for name, app in get_commands().items() if str(app).startswith("allmende.")]

    described = [
        heading.removeprefix("allmende ").split()[0] for heading in HEADING.findall(page("operators/commands.md"))
    ]

    assert sorted(set(ours) - set(described)) == []


def test_every_module_has_a_heading():
    described = HEADING.findall(page("developers/modules.md"))

    assert sorted({module.slug for module in modules()} - set(described)) == []
