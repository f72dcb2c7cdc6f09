"""What is being typed survives leaving, crashing and kill -9."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.station import Station
from app.storage.layout import StationFolder
from models.codes import CodeTables
from models.desk import Draft
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import open_station
from tests.ui.frame.typing_process import TYPED
from ui.frame.banner import Banner
from ui.frame.drafts import DraftKeeper, drafts_of
from ui.frame.errors import ErrorDoors
from ui.frame.form import Form
from ui.frame.work import Desk

ROOT = Path(__file__).resolve().parents[3]


class Page(QWidget):
    """A form with its banner and draft."""

    def __init__(self, desk: Desk, subject: str = "new") -> None:
        super().__init__()
        self.form = Form(["visit.facts", "visit.happened_at", "visit.place"], desk.tools)
        self.banner = Banner()
        column = QVBoxLayout(self)
        column.addWidget(self.banner)
        column.addWidget(self.form)
        self.keeper = DraftKeeper(desk, self.form, "visit", subject, self.banner)

    def type(self, ref: str, text: str) -> None:
        """As a person would."""
        self.form.editor(ref).restore_typed(text)
        self.form.changed.emit(ref)

    def press(self, label: str) -> None:
        """Presses a button of the banner."""
        (button,) = [button for button in self.banner.actions_shown() if button.text() == label]
        button.click()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> Page:
    """A page in sight."""
    made = Page(desk)
    qtbot.addWidget(made)
    made.show()
    return made


def again(qtbot: QtBot, desk: Desk) -> Page:
    """The same page opened later."""
    made = Page(desk)
    qtbot.addWidget(made)
    made.show()
    made.keeper.offer()
    qtbot.waitUntil(lambda: desk.idle)
    return made


def drafts(station: Station) -> list[Draft]:
    """What is in the store."""
    with station.query() as session:
        return list(session.scalars(select(Draft)))


def test_typing_is_kept_within_three_seconds_and_offered_again(
    qtbot: QtBot, desk: Desk, page: Page, station: Station
) -> None:
    """GIVEN typed text, also text that cannot be read WHEN the page is opened again THEN it is offered and restored."""
    page.type("visit.facts", "边界争执，𠮷某在场")
    page.type("visit.happened_at", "昨天下午3")
    qtbot.waitUntil(lambda: bool(drafts(station)), timeout=5000)
    later = again(qtbot, desk)
    assert "还留着" in later.banner.text()
    assert [button.text() for button in later.banner.actions_shown()] == ["继续填写", "不要了"]
    later.press("继续填写")
    assert later.form.typed() == {"visit.facts": "边界争执，𠮷某在场", "visit.happened_at": "昨天下午3"}
    qtbot.waitUntil(lambda: desk.idle)


def test_leaving_keeps_at_once(qtbot: QtBot, desk: Desk, page: Page, station: Station) -> None:
    """GIVEN text typed a moment ago WHEN the screen is left THEN it is kept without waiting."""
    page.type("visit.facts", "刚写的")
    desk.leaving.emit()
    qtbot.waitUntil(lambda: desk.idle)
    assert len(drafts(station)) == 1


def test_a_saved_form_leaves_no_draft(qtbot: QtBot, desk: Desk, page: Page, station: Station) -> None:
    """GIVEN a kept draft WHEN the form is saved THEN the draft is gone and nothing is offered."""
    page.type("visit.facts", "写完了")
    page.keeper.keep_now()
    page.keeper.saved()
    qtbot.waitUntil(lambda: desk.idle)
    assert drafts(station) == []
    assert again(qtbot, desk).banner.text() == ""


def test_an_unwanted_draft_goes(qtbot: QtBot, desk: Desk, page: Page, station: Station) -> None:
    """GIVEN an offered draft WHEN 不要了 is pressed THEN it is removed."""
    page.type("visit.facts", "不要的")
    page.keeper.keep_now()
    later = again(qtbot, desk)
    later.press("不要了")
    qtbot.waitUntil(lambda: desk.idle)
    assert drafts(station) == []


def test_typing_while_an_old_draft_waits_loses_neither(
    qtbot: QtBot, desk: Desk, page: Page, station: Station
) -> None:
    """GIVEN an old draft on offer WHEN something new is typed and kept THEN both are there after 继续填写."""
    page.type("visit.facts", "旧的内容")
    page.type("visit.place", "旧地点")
    page.keeper.keep_now()
    later = again(qtbot, desk)
    later.type("visit.place", "新地点")
    later.keeper.keep_now()
    qtbot.waitUntil(lambda: desk.idle)
    assert len(drafts(station)) == 2
    after_crash = again(qtbot, desk)
    after_crash.press("继续填写")
    assert after_crash.form.typed() == {"visit.facts": "旧的内容", "visit.place": "新地点"}
    qtbot.waitUntil(lambda: desk.idle)
    assert len(drafts(station)) == 1


def test_more_than_the_form_can_be_kept(qtbot: QtBot, desk: Desk, page: Page, station: Station) -> None:
    """GIVEN a screen with a list of people beside the form THEN the list is kept and restored with it."""
    page.keeper.extra = lambda: {"people": "张三|李四"}
    page.type("visit.facts", "两人来访")
    page.keeper.keep_now()
    qtbot.waitUntil(lambda: desk.idle)
    later = again(qtbot, desk)
    told: list[dict[str, str]] = []
    later.keeper.restored = told.append
    later.press("继续填写")
    assert told[0]["people"] == "张三|李四"
    qtbot.waitUntil(lambda: desk.idle)


def test_a_draft_belongs_to_the_person_who_typed_it(
    qtbot: QtBot, desk: Desk, page: Page, station: Station
) -> None:
    """GIVEN a draft THEN it is listed for its own account only: it may hold a restricted matter."""
    page.type("visit.facts", "检举内容")
    page.keeper.keep_now()
    qtbot.waitUntil(lambda: desk.idle)
    with station.query() as session:
        mine = drafts_of(session, "visit", station.signed_in.account_id)
        assert [(draft.subject, draft.texts) for draft in mine] == [("new", {"visit.facts": "检举内容"})]
        assert drafts_of(session, "visit", station.station_id) == []


def test_a_draft_survives_kill_9(
    qtbot: QtBot,
    station_folder: StationFolder,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    tmp_path: Path,
) -> None:
    """GIVEN the program killed while somebody types THEN at the next start the text is offered, word for word."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ui.frame.typing_process", str(station_folder.root)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        text=True,
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline().strip() == "kept"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    station = open_station(station_folder, clock, new_id, codes)
    desk = Desk(station, ErrorDoors(tmp_path, clock))
    try:
        later = again(qtbot, desk)
        later.press("继续填写")
        assert later.form.typed() == TYPED
        qtbot.waitUntil(lambda: desk.idle)
    finally:
        desk.close()
        station.close(backup=False)
