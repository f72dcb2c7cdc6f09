"""A real, encrypted, founded station with somebody signed in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.accounts.founding import StationFounding, found_station
from app.accounts.sign_in import sign_in
from app.station import Station
from app.storage.keys import KdfCost
from app.storage.layout import StationFolder
from models.codes import CodeTables, bundled_code_folder, load_code_tables
from models.ids import IdMaker
from tests.ground.clock import FakeClock

CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)
"""Argon2id as cheap as it goes: tests of the store are not tests of the password hash."""

PASSWORD = "shangxi-2026"
LOGIN = "王芳"

FOUNDING = StationFounding(
    station_name="上溪村",
    level="village",
    area_code="339900201201",
    short_name="上溪",
    committee_name="上溪村人民调解委员会",
    user_name="王芳",
    login_name=LOGIN,
    password=PASSWORD,
    duty="调解委员会主任",
)


@pytest.fixture(scope="session")
def codes() -> CodeTables:
    """The bundled code tables."""
    return CodeTables(load_code_tables(bundled_code_folder()))


@pytest.fixture
def station_folder(tmp_path: Path, clock: FakeClock, new_id: IdMaker) -> StationFolder:
    """A founded station, closed."""
    return found_station(tmp_path / "station", FOUNDING, clock, new_id, CHEAP)


def open_station(
    folder: StationFolder,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    login: str = LOGIN,
    password: str = PASSWORD,
) -> Station:
    """Signs in to a founded station; the caller closes it."""
    store, signed_in = sign_in(folder, login, password, clock)
    return Station(store, signed_in, clock, new_id, codes)


@pytest.fixture
def station(
    station_folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> Iterator[Station]:
    """A founded station with 王芳 signed in."""
    opened = open_station(station_folder, clock, new_id, codes)
    yield opened
    opened.close(backup=False)
