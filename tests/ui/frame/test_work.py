"""The desk on a real station: query, change, upkeep, network."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.station import Station, Work
from models.desk import Setting
from models.errors import UserError
from models.exchange import Operation
from models.organisation import OrgUnit, Staff
from ui.frame.errors import Notice, Tone
from ui.frame.screen import Screen
from ui.frame.work import Desk, Outside


def names(session: Session) -> list[str]:
    """The offices' names."""
    return list(session.scalars(select(OrgUnit.name)))


def rename(work: Work) -> str:
    """Renames the own office."""
    unit = work.session.scalars(select(OrgUnit)).one()
    unit.name = "上溪村新址"
    work.touch(unit)
    return unit.name


def test_query_reads_and_change_writes_in_order(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a change and a query behind it THEN the query sees what the change wrote, and it was captured."""
    results: list[object] = []
    desk.change("改名", rename, results.append, owner=desk)
    desk.query(names, results.append, owner=desk)
    desk.query(
        lambda session: session.scalar(select(func.count()).select_from(Operation)),
        results.append,
        owner=desk,
    )
    qtbot.waitUntil(lambda: len(results) == 3)
    assert results[:2] == ["上溪村新址", ["上溪村新址"]]
    assert results[2] == 3


def test_a_change_tells_what_it_touched(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a change by mapped rows and one by a bulk statement THEN both tell their tables after the commit."""
    told: list[frozenset[str]] = []
    desk.changed.connect(told.append)

    def by_rows(work: Work) -> None:
        work.add(Staff(name="李四", org_unit_id=work.station_id))
        work.session.add(Setting(key="x", value="1"))

    def in_bulk(work: Work) -> None:
        work.session.execute(update(OrgUnit).values(phone="0999-1234567"))

    desk.change("加人", by_rows)
    desk.change("改电话", in_bulk)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == [frozenset({"staff", "setting"}), frozenset({"org_unit"})]


def test_a_failed_change_leaves_nothing_and_says_so(qtbot: QtBot, desk: Desk, said: list[Notice]) -> None:
    """GIVEN a change that raises THEN nothing is kept, nobody is told of a change, and the lane lives on."""
    told: list[object] = []
    words: list[str] = []
    desk.changed.connect(told.append)
    desk.status.connect(words.append)

    def broken(work: Work) -> None:
        rename(work)
        work.session.flush()
        raise UserError("没有存上。", "请再试一次。")

    desk.change("改名", broken)
    results: list[object] = []
    desk.query(names, results.append, owner=desk)
    qtbot.waitUntil(lambda: bool(results))
    assert results == [["上溪村"]]
    assert told == []
    assert [(notice.what, notice.tone) for notice in said] == [("没有存上。", Tone.PROBLEM)]
    assert words == ["正在保存：改名……", "没有保存：改名"]


def test_a_change_is_made_even_when_its_screen_is_gone(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a screen closed right after saving THEN the change is kept and only its callback is dropped."""
    page = QWidget()
    results: list[object] = []
    desk.change("改名", rename, results.append, owner=page)
    page.deleteLater()
    del page
    qtbot.waitUntil(lambda: desk.idle)
    found: list[object] = []
    desk.query(names, found.append, owner=desk)
    qtbot.waitUntil(lambda: bool(found))
    assert found == [["上溪村新址"]]
    assert results == []


def test_a_network_job_may_call_the_database_lane(qtbot: QtBot, desk: Desk, station: Station) -> None:
    """GIVEN a network job THEN it reads and writes through the lane, not on its own thread."""
    results: list[object] = []
    threads: set[str] = set()

    def reading(session: Session) -> list[str]:
        threads.add(threading.current_thread().name)
        return names(session)

    def job(outside: Outside) -> object:
        assert outside.station is station
        return outside.change("改名", rename), outside.query(reading), threading.current_thread().name

    desk.network("对外", job, results.append, owner=desk)
    qtbot.waitUntil(lambda: bool(results))
    assert results[0] == ("上溪村新址", ["上溪村新址"], "network-1") or results[0] == (
        "上溪村新址",
        ["上溪村新址"],
        "network-2",
    )
    assert threads == {"database-1"}


def test_two_slow_networks_do_not_hold_up_the_database(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN both network threads waiting THEN a query still answers at once."""
    go = threading.Event()
    results: list[object] = []
    for _ in range(2):
        desk.network("慢", lambda _outside: go.wait(10), results.append, owner=desk)
    found: list[object] = []
    desk.query(names, found.append, owner=desk)
    qtbot.waitUntil(lambda: bool(found), timeout=2000)
    assert results == []
    go.set()
    qtbot.waitUntil(lambda: len(results) == 2)


def test_closing_the_desk_saves_what_was_handed_in(desk: Desk, station: Station) -> None:
    """GIVEN a change just handed in WHEN the desk closes THEN the change is in the store."""
    desk.change("改名", rename)
    desk.close()
    with station.query() as session:
        assert names(session) == ["上溪村新址"]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("database", "network"))]


class Counting(Screen):
    """Counts its refreshes."""

    title = "计数"
    shows = frozenset({"org_unit"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.count = 0

    def refresh(self) -> None:
        """Counts."""
        self.count += 1


def test_screens_refresh_for_what_they_show_and_late_when_hidden(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a screen in sight and one out of sight THEN the first refreshes at once, the other when shown."""
    seen, hidden = Counting(desk), Counting(desk)
    for screen in (seen, hidden):
        qtbot.addWidget(screen)
        screen.show()
        screen.opened()
    hidden.hide()
    desk.announce({"person"})
    assert (seen.count, hidden.count) == (1, 1)
    desk.announce({"org_unit", "person"})
    assert (seen.count, hidden.count) == (2, 1)
    hidden.show()
    hidden.opened()
    hidden.opened()
    assert hidden.count == 2


def test_an_action_runs_by_button_and_by_key(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a main action THEN Ctrl+Enter and the button both do it, and the tip names the keys."""
    screen = Counting(desk)
    qtbot.addWidget(screen)
    done: list[int] = []
    button = screen.add_action("保存", lambda: done.append(1), primary=True, keys="Ctrl+Return")
    with qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    screen.opened()
    qtbot.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    button.click()
    assert done == [1, 1]
    assert "Ctrl+回车" in button.toolTip()
    screen.say("好了。", title="提示")
    assert screen.banner.text() == "好了。"
    screen.banner.dismiss()
    assert screen.banner.text() == ""


@pytest.mark.parametrize("name", ["备份"])
def test_upkeep_works_on_the_station(qtbot: QtBot, desk: Desk, station: Station, name: str) -> None:
    """GIVEN work on the store as a whole THEN it runs on the database lane with the station."""
    results: list[object] = []
    desk.upkeep(
        name, lambda given: (given is station, threading.current_thread().name), results.append, owner=desk
    )
    qtbot.waitUntil(lambda: bool(results))
    assert results == [(True, "database-1")]
