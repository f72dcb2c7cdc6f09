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
"""Programs the tests call, by Debian package; PostgreSQL is looked for by itself, it is not on the PATH."""

USAGE = """用法：python3 run.py [命令] [参数]
  （不写命令）   打开窗口；还没有自己的站点时打开虚构的演示站点，没有屏幕时只运行演示
  desktop       打开自己的站点，第一次先建立
  test          全部检查和测试；后面写了参数就只把参数交给 pytest
  demo          用一个虚构的乡镇走一遍
  center        县中心
  bench         量速度和内存
  setup         只装好所需组件，什么也不打开"""


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


def missing_packages(*, window: bool, tests: bool) -> list[str]:
    """The Debian packages still to be installed; the county center needs none of the window's."""
    if not sys.platform.startswith("linux"):
        return []
    missing = []
    if window:
        missing += [package for name, package in WINDOW_LIBRARIES.items() if not library_found(name)]
    if not can_make_venv():
        missing.append("python3-venv")
    if tests:
        missing += [package for tool, package in TEST_TOOLS.items() if shutil.which(tool) is None]
        if not list(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
            missing.append("postgresql")
    return missing


def can_make_venv() -> bool:
    """Debian's python3 comes without ensurepip until python3-venv is installed."""
    if made_from():
        return True
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        return False
    return True


def ensure_system(*, window: bool, tests: bool) -> None:
    """Installs missing system packages when we may, else says the one exact command."""
    missing = missing_packages(window=window, tests=tests)
    if not missing:
        return
    command = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    apt = shutil.which("apt-get")
    if apt is None:
        say(f"本机缺少以下系统组件（Debian 包名）：{' '.join(missing)}。请用本机的软件管理器安装后再试。")
        return
    if os.geteuid() != 0:
        raise SetupFailed(
            "缺少系统组件。请执行下面这一条命令，然后重新运行：\n  sudo apt-get update && sudo "
            + " ".join(command)
        )
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


def made_from() -> list[str]:
    """The hashes ``.venv`` was finished with; none where it was never finished."""
    return STAMP.read_text(encoding="ascii").split() if STAMP.exists() and venv_python().exists() else []


def ensure_venv(*, tests: bool) -> None:
    """Makes ``.venv`` from the locks; a half-made one has no stamp and is made anew."""
    runtime, both = locks_hash([RUNTIME_LOCK]), locks_hash([RUNTIME_LOCK, TEST_LOCK])
    made = made_from()
    if runtime not in made:
        import venv

        say("正在建立运行环境（只需一次，约几分钟）……")
        venv.create(VENV, clear=True, symlinks=os.name != "nt", with_pip=True)
        install(RUNTIME_LOCK)
        made = [runtime]
        stamp(made)
    if tests and both not in made:
        say("正在安装测试工具（只需一次）……")
        install(TEST_LOCK)
        stamp([runtime, both])


def install(lock: Path) -> None:
    """Puts a lock's packages into ``.venv``; each file must have the hash written in the lock."""
    pip = [str(venv_python()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--no-deps", "--require-hashes", "-r", str(lock)], check=False)
    if done.returncode != 0:
        raise SetupFailed("组件没有装全，没有改动您的任何数据。请检查网络后重新运行本命令。")


def stamp(hashes: list[str]) -> None:
    """Writes what ``.venv`` was made from, whole or not at all."""
    beside = STAMP.with_suffix(".new")
    beside.write_text("\n".join(hashes), encoding="ascii")
    beside.replace(STAMP)


def program(arguments: list[str], environment: dict[str, str] | None = None) -> int:
    """Runs a check inside ``.venv``, at the root of the repository, and returns its exit code."""
    return run_quietly([str(venv_python()), *arguments], environment or {}, ROOT)


def hand_over(arguments: list[str]) -> int:
    """Becomes the program, in the folder the user is in, so that paths given and signals mean the program."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {"PYTHONPATH": os.pathsep.join(paths)}
    if not has_screen():
        environment["QT_QPA_PLATFORM"] = "offscreen"
    command = [str(venv_python()), "-P", "-m", "app", *arguments]
    if os.name != "nt":
        os.execve(command[0], command, {**os.environ, **environment})
    return run_quietly(command, environment, None)


def run_quietly(command: list[str], environment: dict[str, str], folder: Path | None) -> int:
    """Runs a command to its end; Ctrl+C is the user's wish and no error."""
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment})
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


def run_desktop(arguments: list[str], word: str = "desktop") -> int:
    """Opens the desktop, or runs the tour where there is no screen.

    ``word`` "welcome": a PC without a station of its own is shown the invented township instead of an empty form.
    """
    ensure_system(window=True, tests=False)
    ensure_venv(tests=False)
    if has_screen():
        return hand_over([word, *arguments])
    say("这台机器没有屏幕，窗口打不开；改为运行演示，完成后可在演示文件夹里看截图和文书。")
    return run_demo([])


def run_demo(arguments: list[str]) -> int:
    """Runs the tour; a window that nobody can see would never be closed, so it is left out without a screen."""
    ensure_system(window=True, tests=False)
    ensure_venv(tests=False)
    return hand_over(["demo", *([] if has_screen() else ["--no-window"]), *arguments])


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
            [
                "-m",
                "pytest",
                "-q",
                "-n",
                str(TEST_PROCESSES),
                *coverage,
                f"--cov-fail-under={COVERAGE_FLOOR}",
                "--cov-report=term:skip-covered",
            ],
            environment,
        ),
    ]


def ensure_everything() -> None:
    """What the checks and the tests need."""
    ensure_system(window=True, tests=True)
    ensure_venv(tests=True)


def run_tests(arguments: list[str]) -> int:
    """All checks, or only the tests named."""
    ensure_everything()
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


def run_command(command: str, rest: list[str]) -> int:
    """Runs one command and returns its exit code; 2 for a command there is not."""
    if command in ("desktop", "welcome"):
        return run_desktop(rest, command)
    if command == "test":
        return run_tests(rest)
    if command == "setup":
        ensure_everything()
        say("所需组件都已装好。")
        return 0
    if command == "bench":
        ensure_everything()
        return program(["-m", "tests.benchmarks", *rest], {"QT_QPA_PLATFORM": "offscreen"})
    if command == "demo":
        return run_demo(rest)
    if command == "center":
        ensure_system(window=False, tests=False)
        ensure_venv(tests=False)
        return hand_over(["center", *rest])
    if command in ("-h", "--help", "help"):
        say(USAGE)
        return 0
    say(f"没有“{command}”这个命令。\n{USAGE}")
    return 2


def main(arguments: list[str]) -> int:
    """Runs one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    if sys.version_info < OLDEST_PYTHON:
        say("需要 Python 3.11 或更新的版本。本机是 " + sys.version.split()[0] + "。")
        return 2
    command, rest = (arguments[0], arguments[1:]) if arguments else ("welcome", [])
    if command.startswith("--") and command != "--help":
        command, rest = "desktop", arguments
    try:
        return run_command(command, rest)
    except SetupFailed as failure:
        say(str(failure))
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
