"""What this PC's window remembers between runs and may know before anybody has signed in: no content, no
names from records.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(slots=True)
class Preferences:
    """``data_folder``: where the station lives when not in the default place; ``last_login``: preselected."""

    large_type: bool = False
    last_login: str = ""
    data_folder: str = ""


def read_preferences(path: Path) -> Preferences:
    """Reads the file; anything missing or damaged counts as not set."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(found, dict):
        return Preferences()
    return Preferences(
        bool(found.get("large_type", False)),
        str(found.get("last_login", "")),
        str(found.get("data_folder", "")),
    )


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Saves the file whole or not at all; raises OSError when it cannot."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(asdict(preferences), ensure_ascii=False), encoding="utf-8")
    os.replace(temporary, path)
