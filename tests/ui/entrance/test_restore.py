"""Restoring a backup from the entrance."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.station import Station
from app.storage.layout import StationFolder
from models.case import Case
from models.codes import CodeTables
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import open_station
from tests.ui.entrance.conftest import MakeWindow
from ui.frame.errors import Notice
from ui.screens.restore import RestorePage, backups_at


def page_of(qtbot: QtBot, make_window: MakeWindow, folder: StationFolder) -> RestorePage:
    """The restore page with its list read."""
    page = make_window(folder).show_page("restore")
    assert isinstance(page, RestorePage)
    qtbot.waitUntil(lambda: page.tools.lane.idle)
    return page


def test_a_backup_is_previewed_and_restored(
    qtbot: QtBot,
    make_window: MakeWindow,
    station_folder: StationFolder,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    said: list[Notice],
) -> None:
    """GIVEN a backup with one case and a store with two WHEN it is restored THEN one case is left, the rest aside."""
    station = open_station(station_folder, clock, new_id, codes)
    with station.change("登记") as work:
        work.add(Case(title="第一件"))
    clock.advance(hours=1)
    station.close()
    clock.advance(hours=1)
    station = open_station(station_folder, clock, new_id, codes)
    with station.change("登记") as work:
        work.add(Case(title="第二件"))
    station.close(backup=False)

    page = page_of(qtbot, make_window, station_folder)
    assert page.list.count() == 1
    assert "事项 1 件" in page.list.item(0).text()
    assert "完好" in page.list.item(0).text()
    assert "事项 1 件" in page.preview.text()
    assert page.button.isEnabled()
    wanted: list[str] = []
    page.go_to.connect(wanted.append)
    page.button.click()
    qtbot.waitUntil(lambda: bool(wanted))
    assert wanted == ["sign_in"]
    assert said[0].title == "已恢复"
    assert list(station_folder.root.glob("replaced-*"))
    station = open_station(station_folder, clock, new_id, codes)
    with station.query() as session:
        assert list(session.scalars(select(Case.title))) == ["第一件"]
    station.close(backup=False)


def test_a_damaged_backup_is_shown_but_cannot_be_used(
    qtbot: QtBot, make_window: MakeWindow, station_folder: StationFolder, station: Station
) -> None:
    """GIVEN a backup with a flipped byte THEN it is listed as damaged and the button stays off."""
    from app.storage.backup import back_up

    made = back_up(station.store, station.clock)
    database = made / "station.db"
    content = bytearray(database.read_bytes())
    content[5000] ^= 1
    database.write_bytes(bytes(content))
    page = page_of(qtbot, make_window, station_folder)
    assert "已损坏" in page.list.item(0).text()
    assert not page.button.isEnabled()
    assert "不能用来恢复" in page.preview.text()
    page.restore_chosen()
    assert page.tools.lane.idle


def test_no_backup_is_said_with_a_way_out(
    qtbot: QtBot, make_window: MakeWindow, station_folder: StationFolder, tmp_path: Path
) -> None:
    """GIVEN no backup here THEN the page says where it looked and that a stick may be chosen."""
    page = page_of(qtbot, make_window, station_folder)
    assert "没有找到备份" in page.preview.text()
    assert page.chosen() is None
    page.look_in(tmp_path)
    qtbot.waitUntil(lambda: page.tools.lane.idle)
    assert str(tmp_path) in page.preview.text()


def test_the_folder_of_backups_is_found_from_what_was_picked(tmp_path: Path) -> None:
    """GIVEN one backup, the folder of backups or the data folder picked THEN the folder of backups is meant."""
    backups = tmp_path / "data" / "backups"
    one = backups / "2026-03-02_091000"
    one.mkdir(parents=True)
    (one / "backup.json").write_text("{}")
    assert backups_at(one) == backups
    assert backups_at(backups) == backups
    assert backups_at(tmp_path / "data") == backups
