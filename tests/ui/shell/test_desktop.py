"""The whole program: first start, sign-in, lock, close with a backup."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from app.storage.backup import list_backups
from app.storage.layout import StationFolder
from models.codes import CodeTables
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, PASSWORD
from ui.desktop import Desktop, data_folder
from ui.frame.garbage import UiGarbage
from ui.frame.preferences import Preferences, read_preferences, write_preferences
from ui.screens.sign_in import SignInPage
from ui.style.look import Look

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def ends() -> list[int]:
    """Filled when the program would end."""
    return []


@pytest.fixture
def program(
    qapp: QApplication,
    look: Look,
    station_folder: StationFolder,
    tmp_path: Path,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    ends: list[int],
    qtbot: QtBot,
) -> Iterator[Desktop]:
    """The program on a founded station, started."""
    made = Desktop(
        look,
        station_folder.root,
        tmp_path / "window.json",
        clock=clock,
        make_id=new_id,
        codes=codes,
        cost=CHEAP,
    )
    made.on_end = lambda: ends.append(1)
    made.start()
    yield made
    if not ends:
        made.stop()
        qtbot.waitUntil(lambda: bool(ends), timeout=10_000)
    qapp.processEvents()
    look.set_large(False)
    made.deleteLater()


def enter(qtbot: QtBot, program: Desktop) -> None:
    """Signs in."""
    assert program.entrance is not None
    page = program.entrance.stack.currentWidget()
    assert isinstance(page, SignInPage)
    page.password.setText(PASSWORD)
    page.enter()
    qtbot.waitUntil(lambda: program.built is not None, timeout=10_000)


def test_sign_in_work_and_leave_with_a_backup(
    qtbot: QtBot, program: Desktop, ends: list[int], station_folder: StationFolder
) -> None:
    """GIVEN a founded station WHEN somebody signs in and closes the window THEN a sound backup was made."""
    enter(qtbot, program)
    assert program.entrance is None
    assert program.built is not None
    shell = program.built.shell
    assert shell.isVisible()
    shell.close()
    assert not shell.isEnabled()
    shell.close()
    qtbot.waitUntil(lambda: bool(ends), timeout=10_000)
    assert not isValid(shell) or not shell.isVisible()
    (backup,) = list_backups(station_folder.backups)
    assert backup.sound
    assert station_folder.clean_mark.exists()


def test_locking_leads_back_to_sign_in_and_on(qtbot: QtBot, program: Desktop) -> None:
    """GIVEN an open window WHEN it is locked THEN the store is closed and the same person may come back."""
    enter(qtbot, program)
    assert program.built is not None
    store = program.built.desk.station.store
    program.built.shell.top.lock.click()
    assert program.built is None
    assert not store.is_open
    assert program.entrance is not None
    assert program.entrance.isVisible()
    enter(qtbot, program)


def test_a_failed_backup_asks_before_leaving(
    qtbot: QtBot, program: Desktop, ends: list[int], station_folder: StationFolder
) -> None:
    """GIVEN a folder that takes no backup WHEN the window is closed THEN the person decides; staying goes on."""
    enter(qtbot, program)
    station_folder.backups.write_text("in the way")
    answers = [False, True]
    asked: list[str] = []

    def ask(reason: str) -> bool:
        asked.append(reason)
        return answers.pop(0)

    program.ask = ask
    assert program.built is not None
    program.built.shell.close()
    qtbot.waitUntil(lambda: len(asked) == 1, timeout=10_000)
    assert ends == []
    assert program.built is not None
    assert program.built.shell.isEnabled()
    program.built.shell.close()
    qtbot.waitUntil(lambda: bool(ends), timeout=10_000)
    assert len(asked) == 2


def test_a_backup_is_made_when_the_last_is_a_day_old(
    qtbot: QtBot, program: Desktop, clock: FakeClock, station_folder: StationFolder
) -> None:
    """GIVEN a window left open for days THEN a backup is made every 24 hours, without a word."""
    enter(qtbot, program)
    assert program.built is not None
    for expected in (1, 1, 2):
        program._back_up_when_due()
        qtbot.waitUntil(lambda: program.built is not None and program.built.desk.idle, timeout=10_000)
        assert len(list_backups(station_folder.backups)) == expected
        clock.advance(hours=13)


def test_closing_the_entrance_ends_the_program(program: Desktop, ends: list[int]) -> None:
    """GIVEN nobody signed in WHEN the entrance is closed THEN the program ends."""
    assert program.entrance is not None
    program.entrance.close()
    assert ends == [1]


def test_large_type_is_remembered(program: Desktop, look: Look, tmp_path: Path) -> None:
    """GIVEN large type turned on THEN the next start has it."""
    assert program.entrance is not None
    look.set_large(True)
    assert read_preferences(tmp_path / "window.json").large_type


def test_preferences_survive_damage(tmp_path: Path) -> None:
    """GIVEN a missing, a damaged or a foreign file THEN the defaults are used; a good one is read back."""
    path = tmp_path / "deep" / "window.json"
    assert read_preferences(path) == Preferences()
    write_preferences(path, Preferences(True, "王芳", "/data"))
    assert read_preferences(path) == Preferences(True, "王芳", "/data")
    for content in ("{", "[]", '{"large_type": 1}'):
        path.write_text(content)
        assert read_preferences(path).last_login == ""


def test_the_data_folder_is_where_it_was_told(tmp_path: Path) -> None:
    """GIVEN the command line, then the preference, then nothing THEN each in turn decides."""
    assert data_folder(str(tmp_path), Preferences(data_folder="/x")) == tmp_path
    assert data_folder("", Preferences(data_folder=str(tmp_path))) == tmp_path
    assert data_folder("", Preferences()).name == "station"


def test_garbage_is_collected_on_the_ui_thread(qtbot: QtBot) -> None:
    """GIVEN the collector WHEN cycles pile up THEN they are freed by its timer, and it can be turned off again."""
    import gc
    import weakref

    class Knot:
        def __init__(self) -> None:
            self.me = self

    collector = UiGarbage()
    try:
        assert not gc.isenabled()
        knots = [weakref.ref(Knot()) for _ in range(2000)]
        qtbot.waitUntil(lambda: not any(knot() for knot in knots), timeout=5000)
    finally:
        collector.stop()
    assert gc.isenabled()


def test_the_real_program_starts_and_ends_on_request(station_folder: StationFolder) -> None:
    """GIVEN the program as a process of its own WHEN the system asks it to end THEN it does, without a complaint."""
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "--data", str(station_folder.root)],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONWARNINGS": "error"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(6)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=10)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert out == b""
    assert b"Traceback" not in err
    assert not (station_folder.root / "reports").exists()
