"""What must not stand in the repository: places of one machine, package registries, things that were left over."""

import re

from house import ROOT, tracked_files

REGISTRIES = [
    ".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
]
MACHINE = re.compile(r"(?<![\w.:/*-])/(?:work|root|Users|home/\w+)/")
LEFT_OVER = re.compile(r"^(?:<{7} |>{7} |={7}$)|\bbreakpoint\(\)", re.MULTILINE)
# Written by other people, word for word.
NOT_OURS = ("LICENSES/", "LICENSE", "tests/data/")
BIGGEST = 2_000_000


def texts() -> dict[str, str]:
    found = {}
    for path in tracked_files():
        name = str(path.relative_to(ROOT))
        content = path.read_bytes()
        if b"\0" not in content and not name.startswith(NOT_OURS) and "/vendor/" not in name:
            found[name] = content.decode(errors="replace")
    return found


def test_no_package_registry_is_named():
    wrong = [(name, host) for name, text in texts().items() for host in REGISTRIES if host in text]

    assert wrong == []


def test_no_place_of_one_machine_is_named():
    wrong = [(name, found.group()) for name, text in texts().items() for found in MACHINE.finditer(text)]

    assert wrong == []


def test_nothing_is_left_over():
    wrong = [(name, found.group()) for name, text in texts().items() for found in LEFT_OVER.finditer(text)]

    assert wrong == []


def test_no_file_is_huge():
    assert [str(path.relative_to(ROOT)) for path in tracked_files() if path.stat().st_size > BIGGEST] == []


def test_the_licence_stands_at_both_places():
    assert (ROOT / "LICENSE").read_text() == (ROOT / "LICENSES" / "EUPL-1.2.txt").read_text()
