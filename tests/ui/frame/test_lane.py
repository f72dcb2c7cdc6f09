"""The worker lane: order, exceptions, cancelling, closed widgets, shutdown."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from models.errors import Cancelled, UserError
from ui.frame.lane import CancelToken, Lane
from ui.frame.patience import Patience


class Ground:
    """A lane and what came out of it."""

    def __init__(self) -> None:
        self.errors: list[Exception] = []
        self.results: list[object] = []
        self.lane = Lane("test", self.errors.append)


@pytest.fixture
def ground(qtbot: QtBot) -> Iterator[Ground]:
    """A lane that is closed after the test."""
    made = Ground()
    yield made
    made.lane.close()


def test_jobs_run_in_order_and_results_come_on_the_ui_thread(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN many jobs WHEN they are handed in THEN they run one by one, elsewhere, and answer here in order."""
    ran: list[tuple[int, str]] = []
    here: list[str] = []

    def job(number: int) -> int:
        ran.append((number, threading.current_thread().name))
        return number

    def done(number: object) -> None:
        here.append(threading.current_thread().name)
        ground.results.append(number)

    for number in range(50):
        ground.lane.submit(lambda number=number: job(number), done)
    qtbot.waitUntil(lambda: len(ground.results) == 50)
    assert ground.results == list(range(50))
    assert [number for number, _ in ran] == list(range(50))
    assert {name for _, name in ran} == {"test-1"}
    assert set(here) == {threading.main_thread().name}


def test_an_exception_goes_to_its_door_and_the_lane_lives_on(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a job that raises THEN the error door gets it and the next job still runs."""
    own: list[Exception] = []

    def broken() -> None:
        raise ValueError("坏了")

    ground.lane.submit(broken)
    ground.lane.submit(broken, None, own.append)
    ground.lane.submit(lambda: "still here", ground.results.append)
    qtbot.waitUntil(lambda: bool(ground.results))
    assert ground.results == ["still here"]
    assert [type(error) for error in ground.errors] == [ValueError]
    assert [type(error) for error in own] == [ValueError]


def test_a_running_job_reads_the_flag_and_a_waiting_one_never_starts(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a long job and one behind it WHEN both are cancelled THEN neither has a result, and nothing is said."""
    begun, ran = threading.Event(), []
    token = CancelToken()

    def long_job() -> str:
        begun.set()
        while True:
            token.check()

    ground.lane.submit(long_job, ground.results.append, cancel=token)
    waiting = ground.lane.submit(lambda: ran.append(1), ground.results.append)
    assert begun.wait(5)
    waiting.cancel()
    token.cancel()
    qtbot.waitUntil(lambda: ground.lane.idle)
    assert ground.results == []
    assert ran == []
    assert {type(error) for error in ground.errors} == {Cancelled}


def test_results_for_a_closed_widget_are_dropped(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a widget closed while its job runs THEN its callback is not called; the job itself was done."""
    go, ran = threading.Event(), []

    class Page(QWidget):
        def take(self, value: object) -> None:
            ground.results.append(value)

    page = Page()

    def job() -> int:
        go.wait(5)
        ran.append(1)
        return 1

    ground.lane.submit(job, page.take)
    ground.lane.submit(lambda: 2, lambda value: ground.results.append(value), owner=page)
    page.deleteLater()
    del page
    qtbot.wait(20)
    go.set()
    qtbot.waitUntil(lambda: ground.lane.idle)
    assert ran == [1]
    assert ground.results == []


def test_finished_results_come_before_new_work(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a result not yet delivered WHEN new work is handed in THEN the result comes first."""
    finished = threading.Event()
    ground.lane.submit(lambda: finished.set() or "first", ground.results.append)
    assert finished.wait(5)
    qtbot.waitUntil(lambda: bool(ground.lane._back) or bool(ground.results))
    ground.lane.submit(lambda: "second", ground.results.append)
    assert ground.results == ["first"]
    qtbot.waitUntil(lambda: ground.results == ["first", "second"])


def test_closing_finishes_what_was_handed_in(qtbot: QtBot) -> None:
    """GIVEN saves still queued WHEN the lane is closed THEN they are all done and the thread has ended."""
    saved: list[int] = []
    lane = Lane("closing", lambda _error: None)
    for number in range(20):
        lane.submit(lambda number=number: saved.append(number))
    lane.close()
    assert saved == list(range(20))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("closing")]
    late = lane.submit(lambda: saved.append(99))
    assert not late.cancelled
    assert saved == list(range(20))


def test_one_lane_can_wait_for_another(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a job in a pool that needs the database WHEN it calls the lane THEN it gets result or exception."""
    pool = Lane("pool", ground.errors.append, threads=2)

    def refused() -> None:
        raise UserError("不行。")

    def job() -> str:
        try:
            ground.lane.call(refused)
        except UserError as error:
            return error.what + str(ground.lane.call(lambda: 7))
        return "?"

    pool.submit(job, ground.results.append)
    qtbot.waitUntil(lambda: bool(ground.results))
    assert ground.results == ["不行。7"]
    pool.close()
    ground.lane.close()
    with pytest.raises(Cancelled):
        ground.lane.call(lambda: 1)


def test_progress_is_reported_on_the_ui_thread_while_the_owner_lives(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a reporter WHEN the job reports THEN the widget is told here, and not after it is gone."""
    owner = QObject()
    told: list[tuple[object, str]] = []
    report = ground.lane.reporter(lambda n: told.append((n, threading.current_thread().name)), owner)
    ground.lane.submit(lambda: [report(n) for n in range(3)], ground.results.append)
    qtbot.waitUntil(lambda: bool(ground.results))
    assert told == [(n, threading.main_thread().name) for n in range(3)]
    owner.deleteLater()
    del owner
    qtbot.wait(20)
    ground.lane.submit(lambda: report(9), ground.results.append)
    qtbot.waitUntil(lambda: len(ground.results) == 2)
    assert len(told) == 3


def test_a_defect_in_one_callback_does_not_keep_others_from_their_results(
    qtbot: QtBot, ground: Ground
) -> None:
    """GIVEN a callback that raises THEN the next result is still delivered and the defect is reported."""

    def broken(_value: object) -> None:
        raise KeyError("callback")

    with qtbot.captureExceptions() as caught:
        ground.lane.submit(lambda: 1, broken)
        ground.lane.submit(lambda: 2, ground.results.append)
        qtbot.waitUntil(lambda: ground.results == [2])
    assert [kind for kind, _, _ in caught] == [KeyError]


def test_patience_shows_cursor_then_progress_and_takes_both_away(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a job of a second THEN wait cursor at 0.3 s, progress at 0.6 s, and neither for a short one."""
    patience = Patience()
    patience.watch(ground.lane)
    named: list[str] = []
    patience.waiting.connect(lambda title, _token: named.append(title))
    ground.lane.submit(lambda: 1, ground.results.append, title="短的")
    qtbot.waitUntil(lambda: bool(ground.results))
    assert QGuiApplication.overrideCursor() is None
    go = threading.Event()
    ground.lane.submit(lambda: go.wait(10), ground.results.append, title="长的")
    qtbot.waitUntil(lambda: QGuiApplication.overrideCursor() is not None, timeout=2000)
    cursor = QGuiApplication.overrideCursor()
    assert cursor is not None
    assert cursor.shape() is Qt.CursorShape.BusyCursor
    assert named == []
    qtbot.waitUntil(lambda: named == ["长的"], timeout=2000)
    with qtbot.waitSignal(patience.over):
        go.set()
    assert QGuiApplication.overrideCursor() is None


def test_quiet_jobs_are_not_shown(qtbot: QtBot, ground: Ground) -> None:
    """GIVEN a quiet job that takes long THEN the cursor stays as it is."""
    patience = Patience()
    patience.watch(ground.lane)
    go = threading.Event()
    ground.lane.submit(lambda: go.wait(10), quiet=True)
    qtbot.wait(400)
    assert QGuiApplication.overrideCursor() is None
    go.set()
