"""What tests of the windows share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.station import Station
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP
from ui.frame.errors import ErrorDoors, Notice
from ui.frame.work import Desk
from ui.style.look import Look

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of itself what it cannot do; that is no fault of the windows."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    """The program's look on the test application."""
    return Look(qapp)


@pytest.fixture
def said() -> list[Notice]:
    """Every notice that went through the error doors."""
    return []


@pytest.fixture
def desk(
    qtbot: QtBot, station: Station, look: Look, said: list[Notice], tmp_path: Path, clock: FakeClock
) -> Iterator[Desk]:
    """A desk on a real, founded, encrypted station."""
    assert qtbot is not None
    doors = ErrorDoors(tmp_path, clock)
    doors.said.connect(said.append)
    made = Desk(station, doors, look=look, cost=CHEAP)
    yield made
    made.close()
