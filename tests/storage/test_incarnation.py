"""A restored or copied store takes a new incarnation before its first write; one in its place does not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from app.storage import incarnation
from app.storage.incarnation import machine_identity, match_incarnation, place_of
from app.storage.layout import StationFolder
from models.case import Case
from models.codes import CodeTables
from models.exchange import Operation, SyncState
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import open_station


class Opener:
    """Opens a folder, writes a matter, and says which incarnation the store and the operation have."""

    def __init__(self, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> None:
        self._rest = (clock, new_id, codes)

    def __call__(self, folder: StationFolder) -> int:
        station = open_station(folder, *self._rest)
        with station.change("登记") as work:
            work.add(Case(title="围墙纠纷"))
        with station.query() as session:
            state = session.scalars(select(SyncState)).one()
            newest = session.scalars(select(Operation).order_by(Operation.local_id.desc())).first()
            assert newest is not None
            assert newest.incarnation == state.incarnation
            assert folder.nonce.read_text() == state.nonce
        station.close(backup=False)
        return state.incarnation


@pytest.fixture
def opener(clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> Opener:
    """See :class:`Opener`."""
    return Opener(clock, new_id, codes)


def test_a_store_in_its_place_keeps_its_incarnation(station_folder: StationFolder, opener: Opener) -> None:
    """GIVEN a station that stays where it is WHEN opened again and again THEN nothing changes."""
    assert [opener(station_folder) for _ in range(3)] == [1, 1, 1]


def test_a_folder_copied_whole(tmp_path: Path, station_folder: StationFolder, opener: Opener) -> None:
    """GIVEN the whole folder copied with all its times WHEN both are used THEN only the copy is a new incarnation."""
    assert opener(station_folder) == 1
    copy = StationFolder(tmp_path / "copy")
    shutil.copytree(station_folder.root, copy.root)
    assert [opener(copy), opener(station_folder), opener(copy)] == [2, 1, 2]


def test_a_folder_copied_away_and_back(tmp_path: Path, station_folder: StationFolder, opener: Opener) -> None:
    """GIVEN an older copy put back in the very same place WHEN opened THEN it is a new incarnation."""
    opener(station_folder)
    shutil.copytree(station_folder.root, tmp_path / "kept")
    opener(station_folder)
    shutil.rmtree(station_folder.root)
    shutil.copytree(tmp_path / "kept", station_folder.root)
    assert opener(station_folder) == 2


def test_a_moved_folder_is_the_same_store(
    tmp_path: Path, station_folder: StationFolder, opener: Opener
) -> None:
    """GIVEN the folder renamed on the same disk WHEN opened THEN there is only one store, so nothing changes."""
    opener(station_folder)
    os.rename(station_folder.root, tmp_path / "moved")
    assert opener(StationFolder(tmp_path / "moved")) == 1


def test_the_disk_in_another_machine(
    station_folder: StationFolder, opener: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """GIVEN a cloned disk in another PC WHEN opened there THEN it is a new incarnation."""
    opener(station_folder)
    other = tmp_path / "machine-id"
    other.write_text("another machine\n")
    monkeypatch.setattr(incarnation, "_MACHINE_ID_FILES", (tmp_path / "missing", other))
    assert machine_identity() == "another machine"
    assert opener(station_folder) == 2


@pytest.mark.parametrize("content", [b"", b"another nonce", b"\xff\xfe"])
def test_a_wrong_side_file(station_folder: StationFolder, opener: Opener, content: bytes) -> None:
    """GIVEN a side file with something else in it WHEN opened THEN it is a new incarnation, once."""
    opener(station_folder)
    station_folder.nonce.write_bytes(content)
    assert [opener(station_folder), opener(station_folder)] == [2, 2]


def test_cut_off_while_taking_a_new_incarnation(
    station_folder: StationFolder,
    opener: Opener,
    clock: FakeClock,
    new_id: IdMaker,
    codes: CodeTables,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """GIVEN a copy that dies between store and side file WHEN opened again THEN it takes yet another one."""
    opener(station_folder)
    station_folder.nonce.unlink()

    def die(path: Path, content: bytes) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(incarnation, "write_whole", die)
        with pytest.raises(ZeroDivisionError):
            open_station(station_folder, clock, new_id, codes)
    assert opener(station_folder) == 3


def test_the_fingerprint_survives_what_copying_tools_preserve(tmp_path: Path) -> None:
    """GIVEN a copy with the same name, content and times WHEN compared THEN its fingerprint differs."""
    (tmp_path / "a").mkdir()
    original = tmp_path / "station.nonce"
    original.write_text("x")
    copy = Path(shutil.copy2(original, tmp_path / "a"))
    assert copy.stat().st_mtime_ns == original.stat().st_mtime_ns
    assert place_of(copy, "m") != place_of(original, "m")
    assert place_of(original, "m") == place_of(original, "m") != place_of(original, "n")


def test_founding_leaves_nothing_to_match(station_folder: StationFolder, opener: Opener) -> None:
    """GIVEN a founded station never opened WHEN opened THEN it binds itself to its place without a new incarnation."""
    assert opener(station_folder) == 1


def test_match_is_idempotent_on_an_open_store(
    station_folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN an open store WHEN matched again THEN nothing changes and no token is asked for."""

    def never() -> str:
        raise AssertionError("no new nonce is needed")

    station = open_station(station_folder, clock, new_id, codes)
    match_incarnation(station.store, clock, never)
    station.close(backup=False)
