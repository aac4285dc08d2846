"""The demo's people as its sign-in page shows them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

PASSWORD = "lindach-demo"  # noqa: S105  # public by design: the demo's people are invented
AT_THE_DESK = {"editor", "moderator", "region_admin", "platform_admin"}


@cache
def rows() -> list[dict[str, Any]]:
    """One dict an account: key, mail, first_name, last_name, role, title, description, desk (begins at the desk)."""
    found = json.loads((Path(__file__).parent / "town.json").read_text())["accounts"]
    return [
        {**row, "desk": row["role"] in AT_THE_DESK, "name": f"{row['first_name']} {row['last_name']}"} for row in found
    ]
