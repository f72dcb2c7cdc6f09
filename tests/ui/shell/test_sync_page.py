"""The sync page with a real station and a real county center on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from pytestqt.qtbot import QtBot

from app.center.service import make_service
from app.station import Work
from models.case import Case
from tests.center.ground import Center
from tests.ground.clock import FakeClock
from ui.frame.errors import Notice
from ui.frame.work import Desk
from ui.screens.sync_page import SyncPage, spaced


class County:
    """A center that serves in a thread of this process."""

    def __init__(self, folder: Path, clock: FakeClock) -> None:
        self.center = Center(f"sqlite:///{folder / 'center.db'}", folder / "center", clock)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        service = make_service(self.center.engine, self.center.opened.identity, clock)
        self._server = uvicorn.Server(uvicorn.Config(service, access_log=False, log_level="warning"))
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="county"
        )
        self._thread.start()

    def close(self) -> None:
        """Stops serving."""
        self._server.should_exit = True
        self._thread.join()
        self._listener.close()
        self.center.close()


@pytest.fixture
def county(tmp_path: Path, clock: FakeClock) -> Iterator[County]:
    """A running county center."""
    made = County(tmp_path, clock)
    yield made
    made.close()


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SyncPage:
    """The page with its numbers read."""
    made = SyncPage(desk)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    made.opened()
    qtbot.waitUntil(lambda: desk.idle)
    return made


def enrol(qtbot: QtBot, page: SyncPage, county: County, code: str) -> None:
    """Fills in the form and presses the button."""
    page.enrol_form.editor("address").restore_typed(county.address)
    page.enrol_form.editor("code").restore_typed(code)
    page.enrol_button.click()
    qtbot.waitUntil(lambda: page.desk.idle and page.enrol_button.isEnabled(), timeout=10_000)


def test_enrol_then_sync_then_all_is_stored(
    qtbot: QtBot, page: SyncPage, county: County, said: list[Notice]
) -> None:
    """GIVEN a founded station WHEN it enrols and syncs THEN all its records are at the county, with a receipt."""
    assert page.not_sent.number() == "2 条"
    assert page.stored.number() == "0 条"
    assert page.enrolment.isVisible()
    assert not page.sync_button.isVisible()

    enrol(qtbot, page, county, county.center.enrolment.new_code("上溪村"))
    assert not page.enrolment.isVisible()
    assert "核对码是" in page.banner.text()
    digits = page.banner.text().split("核对码是 ")[1][:7]
    assert digits.replace(" ", "").isdigit()
    assert digits in page.membership.text()

    def register(work: Work) -> None:
        work.add(Case(title="宅基地纠纷", facts="滴水檐"))

    page.desk.change("登记", register)
    qtbot.waitUntil(lambda: page.not_sent.number() == "3 条")
    page.sync_button.click()
    assert not page.sync_button.isEnabled()
    assert page.stop.isVisible()
    qtbot.waitUntil(lambda: page.stored.number() == "3 条" and page.sync_button.isEnabled(), timeout=10_000)
    assert page.not_sent.number() == "0 条"
    assert page.unconfirmed.number() == "0 条"
    assert "已同步" in page.result.text()
    assert "最近回执" in page.stored._words.text()
    assert not page.bar.isVisible()
    assert len(county.center.rows()) == 3
    assert said == []


def test_a_wrong_code_is_said_and_can_be_mended(
    qtbot: QtBot, page: SyncPage, county: County, said: list[Notice]
) -> None:
    """GIVEN a code that is none, and one the county does not know THEN each is said; the right one still works."""
    enrol(qtbot, page, county, "ABC")
    assert "十四位" in said[0].what
    code = county.center.enrolment.new_code("上溪村")
    wrong = code[:-1] + ("2" if code[-1] != "2" else "3")
    enrol(qtbot, page, county, wrong)
    assert len(said) == 2
    assert page.enrolment.isVisible()
    enrol(qtbot, page, county, code)
    assert not page.enrolment.isVisible()


def test_missing_answers_are_asked_for(page: SyncPage) -> None:
    """GIVEN an empty form WHEN 入网 is pressed THEN it says what is missing and sends nothing."""
    page.enrol_button.click()
    assert page.enrol_form.row("address").note() == "请填写县中心地址。"
    assert page.desk.idle


def test_an_unreachable_county_leaves_everything_as_it_was(
    qtbot: QtBot, page: SyncPage, county: County, said: list[Notice]
) -> None:
    """GIVEN the county down WHEN 立即同步 is pressed THEN a sentence says so, the numbers stay, the button is back."""
    enrol(qtbot, page, county, county.center.enrolment.new_code("上溪村"))
    county._server.should_exit = True
    county._thread.join()
    county._listener.close()
    page.start()
    page.start()
    qtbot.waitUntil(lambda: bool(said), timeout=15_000)
    qtbot.waitUntil(lambda: page.desk.idle and page.sync_button.isEnabled())
    assert page.not_sent.number() == "2 条"
    assert len(said) == 1
    assert not page.bar.isVisible()


def test_stop_ends_the_exchange_without_a_word(
    qtbot: QtBot, page: SyncPage, county: County, said: list[Notice]
) -> None:
    """GIVEN an exchange under way WHEN 停止 is pressed THEN it ends, nothing is lost and no error is said."""
    enrol(qtbot, page, county, county.center.enrolment.new_code("上溪村"))
    page.start()
    page.stop.click()
    qtbot.waitUntil(lambda: page.desk.idle and page.sync_button.isEnabled(), timeout=10_000)
    assert said == []
    total = sum(int(card.number().split()[0]) for card in (page.not_sent, page.unconfirmed, page.stored))
    assert total == 2
    assert not page.bar.isVisible()


def test_sync_is_not_a_backup_is_said(page: SyncPage) -> None:
    """The page says in words that sync is no backup."""
    from PySide6.QtWidgets import QLabel

    assert any("同步不是备份" in label.text() for label in page.findChildren(QLabel))
    assert spaced("123456") == "123 456"
