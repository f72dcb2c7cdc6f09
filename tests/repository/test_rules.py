"""The repository's own rules: nothing of a machine in it, every module described, no giant files."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for top in ("app", "models", "ui") for path in (ROOT / top).rglob("*.py"))
LONGEST_FILE = 400
CLOCK_READERS = {"models/clock.py"}
FORBIDDEN_PLACES = re.compile(
    r"/root/|/work/|/opt/wheels|\.library\b|pythonhosted|pypi\.org|registry\.npmjs|npmjs\.org"
    r"|(deb|security|snapshot)\.debian\.org|--(extra-)?index-url|--find-links|--trusted-host"
    r"|//\d+\.\d+\.\d+\.\d+:\d+/(simple|npm)"
)
MADE_HERE = {"__pycache__", "build", "dist", "demo-output"}
"""Folders that a run leaves behind; none is committed, nor one whose name begins with a dot but for .ci."""
READS_OF_THE_CLOCK = {
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "datetime.datetime.now",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.localtime",
    "time.gmtime",
    "QDate.currentDate",
    "QTime.currentTime",
    "QDateTime.currentDateTime",
}


def committed() -> list[Path]:
    """Every text file that is or would be committed; found without git where the sources came as an archive."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listing = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        paths = [ROOT / name for name in listing.split("\0") if name]
    else:
        paths = sorted(path for top in ROOT.iterdir() if _kept(top) for path in (top, *top.rglob("*")))
    return [path for path in paths if path.is_file() and b"\0" not in path.read_bytes()]


def _kept(top: Path) -> bool:
    return top.name not in MADE_HERE and (not top.name.startswith(".") or top.name in {".ci", ".gitignore"})


def imports_of(path: Path) -> set[str]:
    """The modules that a module names in its import statements, wherever they stand in it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module]
    return (
        plain
        | {str(node.module) for node in froms}
        | {f"{node.module}.{alias.name}" for node in froms for alias in node.names}
    )


def test_nothing_of_a_machine_is_committed() -> None:
    """No registry host, machine path or address stands in a committed file."""
    this = Path(__file__)
    paths = committed()
    assert {ROOT / "run.py", ROOT / ".ci/run", ROOT / "requirements.lock"} <= set(paths)
    found = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in paths
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
        if isinstance(node, ast.Call) and ast.unparse(node.func) in READS_OF_THE_CLOCK
    ]
    assert not calls


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_every_pin_has_hashes(name: str) -> None:
    """A package without a hash could be anything."""
    blocks = re.split(r"\n(?=[^ #])", (ROOT / name).read_text(encoding="utf-8"))
    assert blocks
    for block in blocks:
        first = block.splitlines()[0]
        assert re.match(r"[a-z0-9-]+==[0-9][^ ;]* ", first), f"not one pinned package: {first}"
        assert "--hash=sha256:" in block, first


def pins(name: str) -> dict[str, str]:
    """Package and version of each line of a lock."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, flags=re.MULTILINE))


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """Each dependency of pyproject.toml is pinned at a version it allows; what stands in both locks is one version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime, tests = pins("requirements.lock"), pins("requirements-dev.lock")
    groups = [
        (project["project"]["dependencies"], runtime),
        (project["dependency-groups"]["dev"], tests),
    ]
    for wanted, locked in groups:
        for text in wanted:
            requirement = Requirement(text)
            version = locked.get(requirement.name.lower().replace("_", "-"))
            assert version is not None, f"{requirement.name} is not in the lock"
            assert requirement.specifier.contains(version), f"{requirement} is locked at {version}"
    differing = {name for name in runtime.keys() & tests.keys() if runtime[name] != tests[name]}
    assert not differing
    assert not {"pytest", "mypy", "ruff"} & runtime.keys(), "test tools do not belong on a village's PC"


CENTER = sorted((ROOT / "app" / "center").rglob("*.py"))
WIRE = sorted((ROOT / "app" / "sync").glob("wire*.py"))


@pytest.mark.parametrize("path", [*CENTER, *WIRE], ids=lambda path: str(path.relative_to(ROOT)))
def test_station_and_center_share_only_the_wire(path: Path) -> None:
    """The center takes nothing of ``app`` but itself and the wire format, and the wire nothing but itself."""
    allowed = ("app.center", "app.sync.wire") if path in CENTER else ("app.sync.wire",)
    strangers = [
        name
        for name in imports_of(path)
        if name.split(".")[0] in {"app", "ui"}
        and name not in {"app.sync", "app.center"}
        and not name.startswith(allowed)
    ]
    assert not strangers


def test_ci_runs_the_command_of_the_readme() -> None:
    """CI hides nothing: what it runs is what everybody runs."""
    script = ROOT / ".ci" / "run"
    commands = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert commands == ["set -eu", 'cd "$(dirname "$0")/.."', "exec python3 run.py test"]
    assert script.stat().st_mode & 0o111
    assert "python3 run.py test" in (ROOT / "README.md").read_text(encoding="utf-8")
