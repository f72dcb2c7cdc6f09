"""The photographer: the real window, every screen, both scales."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.station import Station
from models.errors import UserError
from tests.ui.screens.conftest import FACTS, LI, ZHANG
from ui.photograph import WindowPhotographer
from ui.style.look import Look

NAMES = ("today", "visits", "ledger", "people", "case", "paper", "search", "sync")


@pytest.fixture
def photographer(qtbot: QtBot, station: Station, look: Look) -> Iterator[WindowPhotographer]:
    """A photographer on the test's station."""
    assert qtbot is not None
    made = WindowPhotographer(station, look)
    yield made
    made.close()
    made.close()


def test_pictures_of_every_screen(photographer: WindowPhotographer, station: Station, tmp_path: Path) -> None:
    """Each picture has the size of the screen and is no empty sheet."""
    with station.change("预备") as work:
        parties = (PartyEntry(ZHANG, "applicant"), PartyEntry(LI, "respondent"))
        open_case(work, CaseEntry(kind="dispute", dispute_type="neighbour", facts=FACTS, parties=parties))
    taken = photographer.photograph(NAMES, tmp_path)
    assert [path.name for path in taken] == [
        f"{name}{ending}.png" for name in NAMES for ending in ("", "@150")
    ]
    for path in taken:
        picture = QImage(str(path))
        assert (picture.width(), picture.height()) == (1366, 768)
        colours = {picture.pixel(x, y) for x in range(0, 1366, 11) for y in range(0, 768, 11)}
        assert len(colours) > 8, path.name


def test_an_empty_station_has_no_folder(photographer: WindowPhotographer, tmp_path: Path) -> None:
    """And says so."""
    with pytest.raises(UserError, match="还没有事项"):
        photographer.photograph(["case"], tmp_path)


def test_without_a_screen_there_is_no_window_to_leave_open(photographer: WindowPhotographer) -> None:
    """It returns, or the tour would never end."""
    photographer.open_window()
    assert photographer.built is not None
    assert not photographer.built.shell.isVisible()
