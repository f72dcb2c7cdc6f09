"""Nothing unexpected passes a test: leaked threads, timers and windows, and log records at WARNING or above."""

from __future__ import annotations

import gc
import logging
import threading
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtCore import QTimer

PATIENCE = 3.0
"""Seconds a thread that was told to stop may take to end."""

KEPT_THREADS = ("pytest_timeout", "QThread", "Dummy-", "tmp-", "AnyIO worker thread", "asyncio_")
"""Prefixes of names of threads that test tools and pools keep on purpose."""


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


class AllowedLogs:
    """A test names here what it expects to be logged."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def __call__(self, part: str) -> None:
        """Expect records whose message contains ``part``."""
        self.parts.append(part)


@pytest.fixture
def allowed_logs() -> AllowedLogs:
    """Call it with a part of each log message the test expects."""
    return AllowedLogs()


@pytest.fixture(autouse=True)
def no_unexpected_logs(allowed_logs: AllowedLogs) -> Iterator[None]:
    """Fails on a log record at WARNING or above that the test did not announce with ``allowed_logs``."""
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    unexpected = [
        record.getMessage()
        for record in collector.records
        if not any(part in record.getMessage() for part in allowed_logs.parts)
    ]
    assert not unexpected, f"unexpected log records (announce them with allowed_logs): {unexpected}"


def _strangers(before: set[threading.Thread]) -> list[threading.Thread]:
    return [
        thread
        for thread in threading.enumerate()
        if thread not in before and thread.is_alive() and not thread.name.startswith(KEPT_THREADS)
    ]


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fails when a thread started in the test is still alive after it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + PATIENCE
    while _strangers(before) and time.monotonic() < deadline:
        time.sleep(0.02)
    left = [thread.name for thread in _strangers(before)]
    assert not left, f"threads left running (close the store, desk or server the test opened): {left}"


def _running_timers() -> list[QTimer]:
    """The active timers made in Python, also those without a parent; Qt itself keeps no list of them."""
    import shiboken6
    from PySide6.QtCore import QTimer

    return [
        thing
        for thing in gc.get_objects()
        if isinstance(thing, QTimer) and shiboken6.isValid(thing) and thing.isActive()
    ]


@pytest.fixture(autouse=True)
def no_leaked_timers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails when a timer started in a test with a QApplication is still running after it."""
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        yield
        return
    before = _running_timers()
    yield
    left = [timer for timer in _running_timers() if timer not in before]
    owners = [type(timer.parent()).__name__ if timer.parent() else "no parent" for timer in left]
    for timer in left:
        timer.stop()
    assert not left, f"timers left running (stop them when their owner closes), by owner: {owners}"


@pytest.fixture(autouse=True)
def no_leaked_windows(request: pytest.FixtureRequest, no_leaked_timers: None) -> Iterator[None]:
    """Fails when a top-level widget is still shown after the test; deletes what was closed.

    Only after tests with a QApplication: the collection costs a tenth of a second, and thousands have none.
    """
    yield
    if not {"qapp", "qtbot"} & set(request.fixturenames):
        return
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    application = QApplication.instance()
    if not isinstance(application, QApplication):
        return
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()
    open_windows = [type(widget).__name__ for widget in application.topLevelWidgets() if widget.isVisible()]
    for widget in application.topLevelWidgets():
        if widget.isVisible():
            widget.close()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not open_windows, f"windows left open (add them to qtbot or close them): {open_windows}"
