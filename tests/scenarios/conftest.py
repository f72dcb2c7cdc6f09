"""A window on a real, founded, encrypted station, and the sample matters that are entered in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.storage.layout import StationFolder
from models.codes import CodeTables
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, LOGIN, PASSWORD, open_station
from tests.scenarios.window import Window
from ui.desktop import build_desktop
from ui.frame.errors import Tone
from ui.frame.garbage import UiGarbage
from ui.style.look import Look

HERE = Path(__file__).parent
MATTERS = HERE.parents[1] / "resources" / "sample" / "matters.yaml"

OpenWindow = Callable[..., Window]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The offscreen platform says of itself what it cannot do; that is no fault of the windows."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("^This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def look(qapp: QApplication) -> Look:
    """The program's look on the test application."""
    return Look(qapp)


@pytest.fixture(scope="session")
def matters() -> dict[str, dict[str, Any]]:
    """The sample matters by their id."""
    text = MATTERS.read_text(encoding="utf-8")
    return {matter["id"]: matter for matter in yaml.safe_load(text)["matters"]}


@pytest.fixture
def open_window(
    qtbot: QtBot,
    look: Look,
    station_folder: StationFolder,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
) -> Iterator[OpenWindow]:
    """Signs somebody in and opens the window; call it again once the one before is closed."""
    opened: list[Window] = []
    garbage = UiGarbage()

    def make(login: str = LOGIN, password: str = PASSWORD) -> Window:
        station = open_station(station_folder, clock, new_id, codes, login, password)
        opened.append(Window(qtbot, build_desktop(station, look, cost=CHEAP), clock))
        return opened[-1]

    yield make
    for window in opened:
        if not window.closed:
            window.close()
        assert not [notice for notice in window.said if notice.tone is Tone.SERIOUS]
    garbage.stop()


@pytest.fixture
def window(open_window: OpenWindow) -> Window:
    """The window of 王芳, who leads the station."""
    return open_window()
