"""The repository's own rules: nothing of a machine in it, every module described, no giant files."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("app", "models", "ui") for path in (ROOT / top).rglob("*.py"))
LONGEST_FILE = 400
CLOCK_READERS = {"models/clock.py"}
FORBIDDEN_PLACES = re.compile(
    r"/root/|/work/|\.library\b|files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian\.org|//\d+\.\d+\.\d+\.\d+:\d+/(simple|npm)"
)
TEXT_ENDINGS = {".py", ".md", ".toml", ".lock", ".csv", ".yaml", ".json", ".svg", ".qss", ".txt", ""}


def committed() -> list[Path]:
    """Every text file that is or would be committed."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = [ROOT / name for name in listing.splitlines()]
    return [path for path in paths if path.suffix in TEXT_ENDINGS and path.is_file()]


def test_nothing_of_a_machine_is_committed() -> None:
    """No registry host, machine path or address stands in a committed file."""
    this = Path(__file__)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in committed()
        if path != this
        and "licen" not in path.name.lower()
        and (match := FORBIDDEN_PLACES.search(path.read_text(encoding="utf-8", errors="replace")))
    ]
    assert not found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_described_and_small(path: Path) -> None:
    """Each module says what it is, is not a catch-all and stays readable in one sitting."""
    text = path.read_text(encoding="utf-8")
    if "migrations/versions" not in path.as_posix():
        assert text.count("\n") <= LONGEST_FILE, "split it: one screen, paper, figure or rule a file"
        assert ast.get_docstring(ast.parse(text)), "say in a docstring what this module is"
    assert "utils" not in path.stem
    assert "helpers" not in path.stem


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_time_is_injected(path: Path) -> None:
    """Only the clock reads the clock."""
    if path.relative_to(ROOT).as_posix() in CLOCK_READERS:
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    calls = [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func)
        in {"datetime.now", "date.today", "time.time", "datetime.utcnow", "datetime.datetime.now"}
    ]
    assert not calls


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes(name: str) -> None:
    """A package without a hash could be anything."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / name).read_text(encoding="utf-8"))
    pins = [block for block in blocks if "==" in block.splitlines()[0]]
    assert pins
    for pin in pins:
        assert "--hash=sha256:" in pin, pin.splitlines()[0]
