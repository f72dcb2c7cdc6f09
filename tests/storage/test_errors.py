"""What the store meets becomes a sentence: what happened, that nothing is lost, what to do."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from app.storage.backup import back_up, restore
from app.storage.errors import database_errors, storage_errors, user_error_of
from app.storage.files import write_whole
from app.storage.layout import StationFolder
from models.case import Case
from models.codes import CodeTables
from models.errors import UserError
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import open_station

PAGE = 4096


@pytest.mark.parametrize(
    ("message", "title"),
    [
        ("database or disk is full", "磁盘空间不够"),
        ("attempt to write a readonly database", "不能写入"),
        ("file is not a database", "打不开数据"),
        ("database disk image is malformed", "数据文件损坏"),
        ("disk I/O error", "磁盘读写出错"),
        ("database is locked", "数据正忙"),
        ("unable to open database file", "打不开数据"),
    ],
)
def test_sentences(message: str, title: str) -> None:
    """GIVEN an error of the driver, bare or wrapped WHEN mapped THEN each has a sentence and a remedy."""
    bare = dbapi2.OperationalError(message)
    wrapped = OperationalError("UPDATE x", {}, bare)
    for problem in (bare, wrapped):
        found = user_error_of(problem)
        assert found is not None
        assert found.title == title
        assert found.what.endswith("。")
        assert found.remedy.endswith("。")
    with pytest.raises(UserError) as refusal, database_errors():
        raise wrapped
    assert refusal.value.__cause__ is wrapped


def test_what_is_ours_passes() -> None:
    """GIVEN a defect WHEN it comes by THEN it is not dressed up as the user's trouble."""
    defect = OperationalError("x", {}, dbapi2.OperationalError("no such table: cases"))
    assert user_error_of(defect) is None
    assert user_error_of(KeyError("disk is full")) is None
    assert user_error_of(OSError("disk is full")) is None
    with pytest.raises(OperationalError), storage_errors():
        raise defect


@pytest.mark.parametrize(
    ("number", "part"),
    [
        (errno.ENOSPC, "磁盘满了"),
        (errno.EDQUOT, "磁盘满了"),
        (errno.EROFS, "不能写入"),
        (errno.EIO, "读写出错"),
    ],
)
def test_file_errors(number: int, part: str) -> None:
    """GIVEN an error of a file beside the store WHEN mapped THEN it is a sentence; other numbers pass."""
    with pytest.raises(UserError, match=part), storage_errors():
        raise OSError(number, os.strerror(number))
    with pytest.raises(FileNotFoundError), storage_errors():
        raise FileNotFoundError(errno.ENOENT, "gone")


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a disk that fails at the sync WHEN a file is replaced THEN the old one stays and nothing lies about."""
    path = tmp_path / "station.keys.json"
    write_whole(path, b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(OSError, match="full"):
            write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"


class Desk:
    """A closed station of some forty matters, to be damaged."""

    def __init__(self, folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> None:
        self.folder, self.clock, self._rest = folder, clock, (clock, new_id, codes)
        station = open_station(folder, *self._rest)
        for number in range(40):
            with station.change("登记") as work:
                work.add(Case(title=f"第{number}件", facts="围墙" * 500))
        self.backup = back_up(station.store, clock)
        station.close(backup=False)

    def flip(self, place: int) -> None:
        """Changes one bit of the store."""
        with self.folder.database.open("r+b") as stream:
            stream.seek(place)
            (byte,) = stream.read(1)
            stream.seek(place)
            stream.write(bytes([byte ^ 0x10]))

    def read_all(self) -> list[str]:
        """Opens the station and reads every word of every matter."""
        station = open_station(self.folder, *self._rest)
        try:
            with station.query() as session:
                return [case.title + case.facts for case in session.scalars(select(Case))]
        finally:
            station.close(backup=False)


@pytest.fixture
def desk(station_folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> Desk:
    """See :class:`Desk`."""
    return Desk(station_folder, clock, new_id, codes)


def test_a_flipped_bit_after_a_clean_end_never_gives_wrong_words(desk: Desk) -> None:
    """GIVEN one flipped bit in any page WHEN everything is read THEN the words are right or a sentence is shown."""
    right = desk.read_all()
    size = desk.folder.database.stat().st_size
    refusals: list[UserError] = []
    for place in range(PAGE // 2, size, max(PAGE, size // 24 // PAGE * PAGE)):
        desk.flip(place)
        try:
            assert desk.read_all() == right
        except UserError as refusal:
            refusals.append(refusal)
        desk.flip(place)
        # A damaged page that was met leaves no mark of a clean end, so the next opening checks everything.
        desk.folder.clean_mark.touch()
    assert len(refusals) >= 3
    assert [one.what for one in refusals if "损坏" not in one.what and "打不开" not in one.what] == []
    assert all("恢复备份" in one.remedy for one in refusals)
    assert desk.read_all() == right


def test_damage_that_was_met_is_remembered(desk: Desk) -> None:
    """GIVEN a damaged page met after a clean end WHEN closed and opened THEN the whole store is checked first."""
    desk.read_all()
    assert desk.folder.clean_mark.exists()
    place = desk.folder.database.stat().st_size - PAGE // 2
    for _ in range(60):
        desk.flip(place)
        try:
            desk.read_all()
        except UserError:
            break
        desk.flip(place)
        place -= PAGE
    assert not desk.folder.clean_mark.exists()
    with pytest.raises(UserError, match="上次没有正常关闭"):
        desk.read_all()


def test_a_cut_file_after_a_clean_end(desk: Desk) -> None:
    """GIVEN a store cut in half in spite of a clean end WHEN read THEN a sentence is shown; a backup mends it."""
    right = desk.read_all()
    with desk.folder.database.open("r+b") as stream:
        stream.truncate(desk.folder.database.stat().st_size // PAGE // 2 * PAGE)
    with pytest.raises(UserError, match=r"损坏|打不开"):
        desk.read_all()
    restore(desk.folder, desk.backup, desk.clock)
    assert desk.read_all() == right


def test_a_flipped_bit_in_the_first_page(desk: Desk) -> None:
    """GIVEN damage where the file begins WHEN opened THEN the sentence leads to the backups."""
    desk.flip(100)
    with pytest.raises(UserError, match="打不开") as refusal:
        desk.read_all()
    assert "恢复备份" in refusal.value.remedy


def test_a_missing_store(desk: Desk) -> None:
    """GIVEN the file gone WHEN opened THEN nobody is led to found a second station over it."""
    desk.folder.database.unlink()
    assert desk.folder.founded
    with pytest.raises(UserError, match="找不到本站的数据文件"):
        desk.read_all()


def test_a_read_only_disk(tmp_path: Path, desk: Desk) -> None:
    """GIVEN a data folder on a read-only disk WHEN opened THEN a sentence says so and no file is touched."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a read-only file system")
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        folder = StationFolder(disk / "station")
        shutil.copytree(desk.folder.root, folder.root)
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        before = {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()}
        desk.folder = folder
        with pytest.raises(UserError, match="不能写入"):
            desk.read_all()
        assert {path: path.read_bytes() for path in folder.root.rglob("*") if path.is_file()} == before
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
