"""The same exchange with a real, encrypted, founded station."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.station import Station
from app.storage.layout import StationFolder
from app.sync.capture import trigger_names
from models.base import synced_tables
from models.case import Case
from models.codes import CodeTables
from models.exchange import Operation, SyncState
from models.ids import IdMaker
from models.organisation import OrgUnit, Staff
from models.tables import METADATA
from tests.center.ground import Center, DirectWire
from tests.ground.clock import FakeClock
from tests.ground.station import open_station
from tests.sync.side import Side


@pytest.fixture
def center(tmp_path: Path, clock: FakeClock) -> Iterator[Center]:
    made = Center(f"sqlite:///{tmp_path / 'center.db'}", tmp_path / "center", clock)
    yield made
    made.close()


def side_of(station: Station, clock: FakeClock, new_id: IdMaker) -> Side:
    return Side(station.store, clock, new_id)


def test_what_the_founding_wrote_arrives_too(
    station: Station, center: Center, wire: DirectWire, clock: FakeClock, new_id: IdMaker
) -> None:
    side = side_of(station, clock, new_id)
    side.enrol(wire, center.enrolment.new_code("上溪村"))
    with station.change("登记") as work:
        case = work.add(Case(title="宅基地纠纷", facts="滴水檐"))
    with station.change("修改") as work:
        work.session.get_one(Case, case.local_id).title = "改过的名称"
    side.add_cases(3)
    side.exchange(wire)
    assert center.rows() == side.rows()
    assert {table for table, _ in center.rows()} >= {OrgUnit.__tablename__, Staff.__tablename__, "case"}
    assert side.counts.not_sent == 0
    with station.query() as session:
        actors = set(session.scalars(select(Operation.actor_id).where(Operation.table_name == "case")))
    assert station.signed_in.staff_id in actors


def test_a_migrated_store_has_every_trigger(station: Station) -> None:
    with station.query() as session:
        present = set(session.scalars(text("select name from sqlite_master where type = 'trigger'")))
    assert {name for table in synced_tables(METADATA) for name in trigger_names(table)} <= present


def test_a_folder_put_back_goes_on_under_a_new_incarnation(
    station_folder: StationFolder,
    center: Center,
    wire: DirectWire,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    tmp_path: Path,
) -> None:
    station = open_station(station_folder, clock, new_id, codes)
    side = side_of(station, clock, new_id)
    side.enrol(wire, center.enrolment.new_code("上溪村"))
    side.add_cases(2)
    side.exchange(wire)
    station.close(backup=False)
    shutil.copy(station_folder.database, tmp_path / "older.db")
    station = open_station(station_folder, clock, new_id, codes)
    side_of(station, clock, new_id).add_cases(2)
    side_of(station, clock, new_id).exchange(wire)
    station.close(backup=False)
    shutil.copy(tmp_path / "older.db", station_folder.database)
    station_folder.nonce.write_text("another")
    station = open_station(station_folder, clock, new_id, codes)
    try:
        side = side_of(station, clock, new_id)
        with station.query() as session:
            assert session.scalars(select(SyncState.incarnation)).one() == 2
        side.add_cases(1)
        side.exchange(wire)
        assert side.counts.not_sent == side.counts.sent_unconfirmed == 0
        assert set(side.rows()) < set(center.rows())
        with station.query() as session:
            newest = session.scalar(select(func.max(Operation.incarnation)))
        assert newest == 2
    finally:
        station.close(backup=False)
