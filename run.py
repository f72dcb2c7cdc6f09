"""The two commands of the README, with the standard library only.

``python3 run.py`` sets up what is missing and opens the desktop; ``python3 run.py test`` runs all checks.
Set-up is done once: packages come from lock files with hashes into ``.venv`` and are not looked for again until a
lock changes, so the second start needs no network.
"""

from __future__ import annotations

import ctypes.util
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "locks.sha256"
RUNTIME_LOCK = ROOT / "requirements.lock"
TEST_LOCK = ROOT / "requirements-dev.lock"
OLDEST_PYTHON = (3, 11)
COVERAGE_FLOOR = 85
TEST_PROCESSES = 2

WINDOW_LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon": "libxkbcommon0",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-randr": "libxcb-randr0",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xkb": "libxcb-xkb1",
    "X11-xcb": "libx11-xcb1",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "glib-2.0": "libglib2.0-0",
}
"""What PySide6's wheels expect of the system (found with ldd on its platform plugins), by Debian package."""

TEST_TOOLS = {"Xvfb": "xvfb", "pdftoppm": "poppler-utils", "xdotool": "xdotool"}


class SetupFailed(Exception):
    """Set-up cannot go on; the message tells the user what to do."""


def say(sentence: str) -> None:
    """Prints a line at once, so that a long step is not silent."""
    print(sentence, flush=True)


def venv_python() -> Path:
    """The interpreter inside ``.venv``."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def library_found(name: str) -> bool:
    """Whether the dynamic linker finds a library, asked without a compiler being there."""
    if shutil.which("ldconfig") or Path("/sbin/ldconfig").exists():
        listing = _ldconfig()
        return f"lib{name}.so" in listing
    return ctypes.util.find_library(name) is not None


_listing: list[str] = []


def _ldconfig() -> str:
    if not _listing:
        tool = shutil.which("ldconfig") or "/sbin/ldconfig"
        done = subprocess.run([tool, "-p"], capture_output=True, text=True, check=False)
        _listing.append(done.stdout)
    return _listing[0]


def missing_packages(with_tests: bool) -> list[str]:
    """The Debian packages still to be installed."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [package for name, package in WINDOW_LIBRARIES.items() if not library_found(name)]
    if not can_make_venv():
        missing.append("python3-venv")
    if with_tests:
        missing += [package for tool, package in TEST_TOOLS.items() if shutil.which(tool) is None]
        if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            missing.append("postgresql")
    return missing


def can_make_venv() -> bool:
    """Debian's python3 comes without ensurepip until python3-venv is installed."""
    if venv_python().exists():
        return True
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        return False
    return True


def ensure_system(with_tests: bool) -> None:
    """Installs missing system packages when we may, else says the one exact command."""
    missing = missing_packages(with_tests)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    apt = shutil.which("apt-get")
    if apt is None:
        say(f"本机缺少以下系统组件（Debian 包名）：{' '.join(missing)}。请用本机的软件管理器安装后再试。")
        return
    if os.geteuid() != 0:
        raise SetupFailed("缺少系统组件。请执行下面这一条命令，然后重新运行：\n  sudo apt-get update && sudo " + " ".join(command))
    say(f"正在安装系统组件：{' '.join(missing)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run([apt, "update", "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    done = subprocess.run([*command, "-qq"], env=environment, check=False, stdout=subprocess.DEVNULL)
    if done.returncode != 0:
        raise SetupFailed("系统组件没有装上。请检查网络后重试，或手工执行：\n  " + " ".join(command))
    _listing.clear()


def locks_hash(locks: list[Path]) -> str:
    """What the environment was made from: the locks, the interpreter and this folder."""
    digest = hashlib.sha256(f"{sys.version_info[:3]} {ROOT}".encode())
    for lock in locks:
        digest.update(lock.read_bytes())
    return digest.hexdigest()


def ensure_venv(with_tests: bool) -> None:
    """Makes ``.venv`` from the locks; a half-made one has no stamp and is made anew."""
    locks = [RUNTIME_LOCK, TEST_LOCK] if with_tests else [RUNTIME_LOCK]
    made = STAMP.read_text().split() if STAMP.exists() else []
    if venv_python().exists() and locks_hash(locks) in made:
        return
    if locks_hash([RUNTIME_LOCK]) not in made:
        say("正在建立运行环境（只需一次，约几分钟）……")
        venv.create(VENV, clear=True, with_pip=True)
    install = [str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes"]
    for lock in locks:
        if locks_hash(locks[: locks.index(lock) + 1]) in made:
            continue
        done = subprocess.run([*install, "-r", str(lock)], check=False)
        if done.returncode != 0:
            raise SetupFailed("组件没有装全。请检查网络后重新运行本命令，已装好的部分不会重装。")
        made.append(locks_hash(locks[: locks.index(lock) + 1]))
    STAMP.write_text("\n".join(made))


def program(arguments: list[str], environment: dict[str, str] | None = None) -> int:
    """Runs the program inside ``.venv`` and returns its exit code."""
    return run_quietly([str(venv_python()), *arguments], environment)


def run_quietly(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Runs a command to its end; Ctrl+C is the user's wish and no error."""
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(environment or {})})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def has_screen() -> bool:
    """Whether a window can be shown here."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run_desktop(arguments: list[str]) -> int:
    """Opens the desktop, or runs the tour where there is no screen."""
    ensure_system(with_tests=False)
    ensure_venv(with_tests=False)
    if has_screen():
        return program(["-m", "app", "desktop", *arguments])
    say("这台机器没有屏幕，窗口打不开；改为运行演示，完成后可在演示文件夹里看截图和文书。")
    return program(["-m", "app", "demo", *arguments])


def check_steps(environment: dict[str, str]) -> list[tuple[str, list[str], dict[str, str]]]:
    """The checks in their order; CI runs exactly these."""
    sources = ["app", "models", "ui", "run.py", "build_installer.py", "tests"]
    present = [name for name in sources if (ROOT / name).exists()]
    typed = [name for name in present if name != "tests"]
    coverage = [f"--cov={name}" for name in ("app", "models", "ui")]
    return [
        ("代码规范", ["-m", "ruff", "check", *present], {}),
        ("代码格式", ["-m", "ruff", "format", "--check", *present], {}),
        ("类型检查", ["-m", "mypy", *typed], {}),
        ("引用方向", ["-c", "from importlinter.cli import lint_imports_command as c; c()"], {}),
        (
            "测试",
            ["-m", "pytest", "-q", "-n", str(TEST_PROCESSES), *coverage, f"--cov-fail-under={COVERAGE_FLOOR}", "--cov-report=term:skip-covered"],
            environment,
        ),
    ]


def run_tests(arguments: list[str]) -> int:
    """All checks, or only the tests named."""
    ensure_system(with_tests=True)
    ensure_venv(with_tests=True)
    environment = {"QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    if arguments:
        return program(["-m", "pytest", *arguments], environment)
    for name, command, variables in check_steps(environment):
        started = time.monotonic()
        say(f"── {name} ──")
        code = program(command, variables)
        say(f"── {name}：{'通过' if code == 0 else '没有通过'}，{time.monotonic() - started:.0f} 秒 ──")
        if code != 0:
            return code
    return 0


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if sys.version_info < OLDEST_PYTHON:
        say("需要 Python 3.11 或更新的版本。本机是 " + sys.version.split()[0] + "。")
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("desktop", [])
    try:
        if command == "test":
            return run_tests(rest)
        if command == "setup":
            ensure_system(with_tests=True)
            ensure_venv(with_tests=True)
            return 0
        if command == "bench":
            ensure_system(with_tests=True)
            ensure_venv(with_tests=True)
            return program(["-m", "tests.benchmarks", *rest], {"QT_QPA_PLATFORM": "offscreen"})
        if command in ("center", "demo"):
            ensure_system(with_tests=False)
            ensure_venv(with_tests=False)
            return program(["-m", "app", command, *rest])
        if command in ("-h", "--help", "help"):
            say("用法：python3 run.py [test | demo | center | bench | setup]")
            return 0
        return run_desktop(rest if command == "desktop" else arguments)
    except SetupFailed as failure:
        say(str(failure))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
