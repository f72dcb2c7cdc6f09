"""The three doors, and that a report carries no personal data."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import qWarning
from pytestqt.qtbot import QtBot
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from models.errors import Cancelled, UserError
from tests.ground.clock import FakeClock
from ui.frame.errors import REPORTS_KEPT, ErrorDoors, Notice, Tone, install_hooks, report_text

NAME = "张秀英"


@pytest.fixture
def said() -> list[Notice]:
    """What the window was told."""
    return []


@pytest.fixture
def doors(qtbot: QtBot, tmp_path: Path, clock: FakeClock, said: list[Notice]) -> ErrorDoors:
    """Doors that write into a temporary folder."""
    made = ErrorDoors(tmp_path, clock)
    made.said.connect(said.append)
    return made


def test_cancelled_is_silent(doors: ErrorDoors, said: list[Notice], tmp_path: Path) -> None:
    """GIVEN somebody pressed stop THEN nothing is said and nothing is written."""
    doors.handle(Cancelled())
    assert said == []
    assert list(tmp_path.iterdir()) == []


def test_the_users_error_is_a_sentence(doors: ErrorDoors, said: list[Notice], tmp_path: Path) -> None:
    """GIVEN a UserError THEN its words are said and no report is written."""
    doors.handle(UserError("磁盘满了，没有丢失。", "请腾出空间。", title="没有存上"))
    assert said == [Notice("没有存上", "磁盘满了，没有丢失。", "请腾出空间。", Tone.PROBLEM)]
    assert list(tmp_path.iterdir()) == []


def _fail_with_values() -> None:
    person = {"name": NAME, "phone": "13900000017"}
    raise ValueError(f"no such person {person} named {NAME}, phone 13900000017 'secret words'")


def test_our_error_becomes_a_report_without_values(
    doors: ErrorDoors, said: list[Notice], tmp_path: Path
) -> None:
    """GIVEN a defect with personal data in its message THEN the report has the place but none of the data."""
    try:
        _fail_with_values()
    except ValueError as error:
        doors.handle(error)
    (report,) = (tmp_path / "reports").iterdir()
    content = report.read_text(encoding="utf-8")
    assert "ValueError" in content
    assert "_fail_with_values" in content
    assert "test_errors.py" in content
    for value in (NAME, "13900000017", "secret words", str(tmp_path)):
        assert value not in content
    (notice,) = said
    assert notice.tone is Tone.SERIOUS
    assert str(report) in notice.remedy
    assert "还留着" in notice.what


def test_sql_parameters_never_reach_a_report(clock: FakeClock) -> None:
    """GIVEN a failed statement with values bound THEN neither statement values nor parameters are written."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection, pytest.raises(DBAPIError) as caught:
        connection.execute(text("insert into missing values (:name)"), {"name": NAME})
    engine.dispose()
    written = report_text(caught.value, clock)
    assert NAME not in written
    assert "[parameters" not in written
    assert "OperationalError" in written


def test_only_the_newest_reports_are_kept(doors: ErrorDoors, tmp_path: Path, clock: FakeClock) -> None:
    """GIVEN defect after defect THEN the folder does not grow without end."""
    for _ in range(REPORTS_KEPT + 5):
        clock.advance(seconds=1)
        doors.handle(RuntimeError())
    assert len(list((tmp_path / "reports").iterdir())) == REPORTS_KEPT


def test_an_unwritable_folder_still_ends_in_a_sentence(
    qtbot: QtBot, tmp_path: Path, clock: FakeClock, said: list[Notice]
) -> None:
    """GIVEN a disk that takes no report THEN the window still says what to do."""
    assert qtbot is not None
    (tmp_path / "file").write_text("in the way")
    doors = ErrorDoors(tmp_path / "file", clock)
    doors.said.connect(said.append)
    doors.handle(RuntimeError())
    assert "没有写成" in said[0].remedy


def test_hooks_catch_what_nobody_caught(
    qtbot: QtBot, doors: ErrorDoors, said: list[Notice], tmp_path: Path, qtlog: object
) -> None:
    """GIVEN the hooks WHEN a thread dies, a slot raises or Qt complains THEN the doors and the log get it."""
    assert qtlog is not None
    lines: list[str] = []
    with_hooks = sys.excepthook
    restore = install_hooks(doors, lines.append)
    try:
        thread = threading.Thread(target=_fail_with_values)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: len(said) == 1)
        sys.excepthook(RuntimeError, RuntimeError("x"), None)
        qWarning("a Qt message")
    finally:
        restore()
    assert len(said) == 2
    assert len(list((tmp_path / "reports").iterdir())) >= 1
    assert lines == ["Qt QtWarningMsg: a Qt message"]
    assert sys.excepthook is with_hooks
    assert logging.getLogger().level >= 0
