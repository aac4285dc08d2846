"""The pytest plugin of the house: an installation of its own for each worker, and no silent skips."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTES = """
import os, pytest
from django.conf import settings

@pytest.mark.parametrize("number", range(8))
def test_note(number):
    with open(os.environ["NOTES"], "a") as notes:
        print(settings.DATA, settings.DATABASES["default"]["NAME"], file=notes)
"""


def pytest_on(file: Path, text: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over one new file, as a person with a real installation would."""
    file.write_text(text)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ALLMENDE_", "PYTEST_", "TEST_"))}
    command = [sys.executable, "-m", "pytest", "-c", ROOT / "pyproject.toml", "--rootdir", ROOT, *arguments, file]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120, env=kept | variables
    )


def test_each_worker_has_a_folder_of_its_own_and_leaves_nothing(tmp_path):
    notes = tmp_path / "notes"

    done = pytest_on(tmp_path / "test_note.py", NOTES, "-n", "2", NOTES=str(notes), ALLMENDE_DATA="/srv/town")

    folders = {Path(line.split()[0]) for line in notes.read_text().splitlines()}
    assert done.returncode == 0, done.stdout
    assert {folder.name for folder in folders} <= {"gw0", "gw1"}
    assert [folder for folder in folders if folder.exists()] == []


def test_a_skip_fails_the_run(tmp_path):
    done = pytest_on(tmp_path / "test_skip.py", "import pytest\n\n\ndef test_later():\n    pytest.skip('later')\n")

    assert done.returncode == 1
    assert "skipped without leave" in done.stdout
