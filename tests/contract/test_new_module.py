"""A new module is one folder: docs/developers/modules.md shows it, and this test does it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
EXAMPLE = HERE / "example_module" / "notices"
GUIDE = ROOT / "docs" / "developers" / "modules.md"
BLOCK = re.compile(r"`modules/notices/(\w+\.py)`\n\n```python\n(.*?)```", re.DOTALL)


def test_one_folder_makes_a_module(tmp_path):
    product, data = tmp_path / "allmende", tmp_path / "data"
    shutil.copytree(ROOT / "src" / "allmende", product, ignore=shutil.ignore_patterns("tests", "__pycache__"))
    folder = product / "modules" / "notices"
    shutil.copytree(EXAMPLE, folder)
    (folder / "migrations").mkdir()
    (folder / "migrations" / "__init__.py").touch()
    environment = {
        "PYTHONPATH": str(tmp_path),
        "ALLMENDE_DEMO": "1",
        "ALLMENDE_DATA": str(data),
        "PATH": "/usr/bin:/bin",
    }

    call = [sys.executable, "-W", "ignore", str(HERE / "try_new_module.py")]
    done = subprocess.run(call, env=environment, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert (done.returncode, done.stderr[-2000:]) == (0, ""), done.stdout


@pytest.mark.parametrize("name", sorted(path.name for path in EXAMPLE.glob("*.py") if path.stat().st_size))
def test_the_guide_shows_the_module_as_it_is(name):
    shown = dict(BLOCK.findall(GUIDE.read_text()))

    assert shown[name] == (EXAMPLE / name).read_text()
