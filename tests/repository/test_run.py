"""``run.py``: set-up once, never a second time, and never a network look-up for what is there already."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

import run

RUN = Path(run.__file__)


def wheel(folder: Path, name: str, version: str) -> str:
    """Builds a wheel with one module and returns its line for a lock."""
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{name}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}-{version}.dist-info/RECORD"
    lines = [
        f"{path},sha256={base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b'=').decode()},{len(text)}"
        for path, text in files.items()
    ]
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for inside, text in files.items():
            archive.writestr(inside, text)
        archive.writestr(record, "\n".join([*lines, f"{record},,"]) + "\n")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


class Checkout:
    """A checkout of its own, whose locks name wheels in a folder beside it; no registry is ever asked."""

    def __init__(self, root: Path, shelf: Path) -> None:
        self.root, self.shelf = root, shelf
        self.runtime, self.tests = root / "requirements.lock", root / "requirements-dev.lock"

    def lock(self, lock: Path, name: str, version: str) -> None:
        """Writes a lock with one package."""
        lock.write_text(wheel(self.shelf, name, version))

    def version(self, name: str) -> str | None:
        """The version that the environment has of a package."""
        done = subprocess.run(
            [run.venv_python(), "-c", f"import {name}; print({name}.version)"], capture_output=True, text=True
        )
        return done.stdout.strip() if done.returncode == 0 else None


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """``run.py`` looking at a checkout of its own."""
    root, shelf = tmp_path / "check out", tmp_path / "shelf"
    root.mkdir()
    shelf.mkdir()
    made = Checkout(root, shelf)
    monkeypatch.setattr(run, "ROOT", root)
    monkeypatch.setattr(run, "VENV", root / ".venv")
    monkeypatch.setattr(run, "STAMP", root / ".venv" / "locks.sha256")
    monkeypatch.setattr(run, "RUNTIME_LOCK", made.runtime)
    monkeypatch.setattr(run, "TEST_LOCK", made.tests)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    made.lock(made.runtime, "desk_part", "1.0")
    made.lock(made.tests, "desk_check", "1.0")
    return made


def test_environment_is_made_once_and_follows_the_locks(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """GIVEN locks that change, go back and then lie WHEN set up each time THEN ``.venv`` has what they say or fails."""
    half_made = run.venv_python()
    half_made.parent.mkdir(parents=True)
    half_made.write_text("killed in the middle")
    assert run.made_from() == []
    run.ensure_venv(tests=False)
    assert (checkout.version("desk_part"), checkout.version("desk_check")) == ("1.0", None)

    run.ensure_venv(tests=True)
    assert checkout.version("desk_check") == "1.0"
    first_locks = {lock: lock.read_text() for lock in (checkout.runtime, checkout.tests)}

    capfd.readouterr()
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout.root / "nothing here"))
    run.ensure_venv(tests=True)
    run.ensure_venv(tests=False)
    assert capfd.readouterr().out == "", "nothing changed, so nothing is to be done"
    monkeypatch.setenv("PIP_FIND_LINKS", str(checkout.shelf))

    checkout.lock(checkout.tests, "desk_check", "2.0")
    run.ensure_venv(tests=True)
    assert (checkout.version("desk_part"), checkout.version("desk_check")) == ("1.0", "2.0")
    checkout.tests.write_text(first_locks[checkout.tests])
    run.ensure_venv(tests=True)
    assert checkout.version("desk_check") == "1.0"

    line = first_locks[checkout.runtime]
    checkout.runtime.write_text(line[:-5] + ("0000\n" if line[-5:] != "0000\n" else "1111\n"))
    with pytest.raises(run.SetupFailed, match="组件没有装全"):
        run.ensure_venv(tests=False)
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
    checkout.runtime.write_text(line)
    assert run.made_from() == [], "what was made before the failure must not count as finished"


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, with an apt-get that writes down how it was called."""
    tools = tmp_path / "tools"
    tools.mkdir()
    tool = tools / "apt-get"
    tool.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "{tools}/called"\nexit "${{APT_CODE:-0}}"\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setattr(run, "missing_packages", lambda *, window, tests: ["libegl1", "xvfb"])
    return tools / "called"


def test_root_gets_the_missing_packages_installed(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root the lists are refreshed and the missing packages installed, without a question."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    run.ensure_system(window=True, tests=True)
    assert apt.read_text().splitlines() == [
        "noninteractive update -qq",
        "noninteractive install -y --no-install-recommends libegl1 xvfb -qq",
    ]


def test_failing_installation_names_the_command(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation that fails stops the set-up with the command to try by hand."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("APT_CODE", "100")
    with pytest.raises(run.SetupFailed, match="apt-get install -y --no-install-recommends libegl1 xvfb"):
        run.ensure_system(window=True, tests=True)


def test_a_user_is_told_one_command(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is not root is told the one command, and nothing is called in their name."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(run.SetupFailed) as failure:
        run.ensure_system(window=True, tests=False)
    assert str(failure.value).splitlines()[1:] == [
        "  sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 xvfb"
    ]
    assert not apt.exists()


def test_nothing_missing_calls_nothing(apt: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nothing is missing apt-get is not called, so the second start needs no network."""
    monkeypatch.setattr(run, "missing_packages", lambda *, window, tests: [])
    run.ensure_system(window=True, tests=True)
    assert not apt.exists()


@pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Debian's packages are looked for on Linux only"
)
def test_what_is_missing_depends_on_what_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """The center needs no library of the window, the window no tool of the tests."""
    monkeypatch.setattr(run, "library_found", lambda name: False)
    monkeypatch.setattr(run, "can_make_venv", lambda: False)
    monkeypatch.setenv("PATH", "")
    assert run.missing_packages(window=False, tests=False) == ["python3-venv"]
    window = [*run.WINDOW_LIBRARIES.values(), "python3-venv"]
    assert run.missing_packages(window=True, tests=False) == window
    everything = run.missing_packages(window=True, tests=True)
    assert everything[: len(window)] == window
    assert {"xvfb", "poppler-utils", "xdotool"} <= set(everything)


def test_libraries_are_found_where_they_are() -> None:
    """The C library is everywhere; a library that nobody has written is nowhere."""
    assert run.library_found("c")
    assert not run.library_found("of-nobody")


@pytest.mark.parametrize(
    ("screen", "typed", "handed_over"),
    [
        (True, [], ["welcome"]),
        (True, ["desktop"], ["desktop"]),
        (True, ["--data", "甲"], ["desktop", "--data", "甲"]),
        (True, ["desktop", "--data", "甲"], ["desktop", "--data", "甲"]),
        (False, [], ["demo", "--no-window"]),
        (False, ["demo", "甲"], ["demo", "--no-window", "甲"]),
        (True, ["demo"], ["demo"]),
        (False, ["center", "--data", "甲"], ["center", "--data", "甲"]),
    ],
)
def test_commands_reach_the_program(
    screen: bool, typed: list[str], handed_over: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command becomes the program in the user's folder; without a screen nothing waits for a window."""
    became: list[tuple[str, list[str], dict[str, str]]] = []
    monkeypatch.setattr(run, "ensure_system", lambda *, window, tests: None)
    monkeypatch.setattr(run, "ensure_venv", lambda *, tests: None)
    monkeypatch.setattr(run, "has_screen", lambda: screen)
    monkeypatch.setattr(run, "run_quietly", lambda command, environment, folder: 0)
    monkeypatch.setattr(os, "execve", lambda *call: became.append(call))
    monkeypatch.delenv("QT_QPA_PLATFORM")
    assert run.main(typed) == 0
    [(tool, command, environment)] = became
    assert tool == command[0] == str(run.venv_python())
    assert command[1:] == ["-P", "-m", "app", *handed_over]
    assert environment["PYTHONPATH"].split(os.pathsep)[0] == str(run.ROOT)
    assert environment.get("QT_QPA_PLATFORM") == (None if screen else "offscreen")


def test_screen_is_what_the_system_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """On Linux a display has to be named; elsewhere there always is one."""
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("DISPLAY", raising=False)
    assert not run.has_screen()
    monkeypatch.setenv("DISPLAY", ":0")
    assert run.has_screen()
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setattr(sys, "platform", "win32")
    assert run.has_screen()


def test_checks_stop_at_the_first_that_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """All checks run in order; the first failure ends them, named, with its own code."""
    ran: list[str] = []
    codes = {"mypy": 3}

    def program(arguments: list[str], environment: dict[str, str]) -> int:
        ran.append(arguments[1])
        return codes.get(arguments[1], 0)

    monkeypatch.setattr(run, "ensure_everything", lambda: None)
    monkeypatch.setattr(run, "program", program)
    assert run.main(["test"]) == 3
    assert ran == ["ruff", "ruff", "mypy"]
    assert "类型检查：没有通过" in capsys.readouterr().out
    codes.clear()
    ran.clear()
    assert run.main(["test"]) == 0
    assert ran[:3] == ["ruff", "ruff", "mypy"]
    assert ran[-1] == "pytest"
    assert len(ran) == 5
    ran.clear()
    assert run.main(["test", "tests/models", "-q"]) == 0
    assert ran == ["pytest"]


def test_old_python_is_refused_kindly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A Python older than 3.11 gets a sentence and no traceback."""
    monkeypatch.setattr(
        run,
        "sys",
        SimpleNamespace(version_info=(3, 10, 4), version="3.10.4 (main)", stdout=None, stderr=None),
    )
    assert run.main([]) == 2
    assert "需要 Python 3.11" in capsys.readouterr().out


@pytest.mark.parametrize(("typed", "code"), [("tset", 2), ("--help", 0)])
def test_from_anywhere_on_an_ascii_console(typed: str, code: int, tmp_path: Path) -> None:
    """From any folder, on a console that knows only ASCII, Chinese comes out and nothing breaks."""
    done = subprocess.run(
        [sys.executable, str(RUN), typed],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == code
    assert "用法" in done.stdout.decode("utf-8")
    assert ("没有“tset”这个命令" in done.stdout.decode("utf-8")) == (code == 2)
    assert done.stderr == b""
