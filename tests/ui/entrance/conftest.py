"""An entrance on a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.station import Station
from app.storage.layout import StationFolder
from models.codes import CodeTables
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP
from ui.frame.errors import ErrorDoors, Notice
from ui.frame.lane import Lane
from ui.frame.preferences import Preferences
from ui.screens.entrance import EntranceTools, EntranceWindow, default_pages
from ui.style.look import Look

MakeWindow = Callable[[StationFolder], EntranceWindow]


@pytest.fixture
def opened() -> list[Station]:
    """The stations that were opened."""
    return []


@pytest.fixture
def make_window(
    qtbot: QtBot,
    look: Look,
    tmp_path: Path,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    said: list[Notice],
    opened: list[Station],
) -> Iterator[MakeWindow]:
    """Makes an entrance window for a folder."""
    assert look is not None
    errors = ErrorDoors(tmp_path, clock)
    errors.said.connect(said.append)
    lane = Lane("entrance", errors.handle)

    def make(folder: StationFolder) -> EntranceWindow:
        tools = EntranceTools(
            folder=folder,
            clock=clock,
            new_id=new_id,
            codes=codes,
            cost=CHEAP,
            errors=errors,
            preferences=Preferences(),
            remember=lambda: None,
            lane=lane,
        )
        window = EntranceWindow(tools, default_pages())
        window.station_opened.connect(opened.append)
        qtbot.addWidget(window)
        window.show()
        return window

    yield make
    lane.close()
    for station in opened:
        station.close(backup=False)
