"""What a village PC does to a store: power cuts, full disks, damaged files, two copies of the program."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import select

from app.station import Station
from app.storage import engine
from app.storage.backup import back_up
from app.storage.layout import StationFolder
from app.storage.lock import StoreLock
from models.case import Case
from models.codes import CodeTables
from models.errors import UserError
from models.exchange import Operation, SyncState
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import LOGIN, PASSWORD, open_station

ROOT = Path(__file__).resolve().parents[2]

SAVER = textwrap.dedent(
    """
    import sys
    from pathlib import Path
    from app.accounts.sign_in import sign_in
    from app.station import Station
    from app.storage.layout import StationFolder
    from models.case import Case
    from models.clock import SystemClock
    from models.codes import bundled_code_tables
    from models.ids import new_id
    store, me = sign_in(StationFolder(Path(sys.argv[1])), sys.argv[2], sys.argv[3], SystemClock())
    station = Station(store, me, SystemClock(), new_id, bundled_code_tables())
    for number in range(100000):
        with station.change("保存") as work:
            work.add(Case(title=f"第{number}件", facts="围墙" * 200))
        print(number, flush=True)
    """
)


def add_case(station: Station, title: str) -> None:
    """Saves one matter."""
    with station.change("登记") as work:
        work.add(Case(title=title))


def titles(station: Station) -> list[str]:
    """What is saved."""
    with station.query() as session:
        return list(session.scalars(select(Case.title).order_by(Case.local_id)))


def test_killed_in_the_middle_of_saving(
    station_folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN a program that saves without pause WHEN it is killed THEN nothing it had confirmed is lost or halved."""
    process = subprocess.Popen(
        [sys.executable, "-c", SAVER, str(station_folder.root), LOGIN, PASSWORD],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    confirmed = -1
    for line in process.stdout:
        confirmed = int(line)
        if confirmed >= 25:
            break
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read()
    process.stdout.close()
    process.wait()
    confirmed = max([confirmed, *(int(word) for word in rest.split() if word.isdigit())])
    station = open_station(station_folder, clock, new_id, codes)
    try:
        saved = titles(station)
        assert saved[: confirmed + 1] == [f"第{number}件" for number in range(confirmed + 1)]
        assert len(saved) <= confirmed + 2
        with station.query() as session:
            operations = session.scalars(select(Operation).where(Operation.table_name == "case")).all()
            assert len(operations) == len(saved)
            numbers = session.scalars(select(Operation.n).order_by(Operation.n)).all()
            assert list(numbers) == list(range(1, len(numbers) + 1))
    finally:
        station.close(backup=False)


def test_second_copy_is_refused_kindly(
    station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN an open station WHEN it is opened again THEN a sentence says so and the first goes on working."""
    with pytest.raises(UserError, match="已经在这台电脑上打开"):
        open_station(station.store.folder, clock, new_id, codes)
    add_case(station, "照常保存")
    assert titles(station) == ["照常保存"]


def test_lock_is_given_back(tmp_path: Path) -> None:
    """GIVEN a held lock WHEN it is released THEN another may take it."""
    first, second = StoreLock(tmp_path / "lock"), StoreLock(tmp_path / "lock")
    first.acquire()
    with pytest.raises(UserError):
        second.acquire()
    first.release()
    second.acquire()
    second.release()


def test_truncated_store(station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> None:
    """GIVEN a store cut in half WHEN it is opened THEN a sentence points to the backups, which restore it."""
    add_case(station, "围墙纠纷")
    back_up(station.store, clock)
    folder = station.store.folder
    station.close(backup=False)
    size = folder.database.stat().st_size
    with folder.database.open("r+b") as stream:
        stream.truncate(size // 2)
    folder.clean_mark.unlink()
    with pytest.raises(UserError, match=r"损坏|打不开"):
        open_station(folder, clock, new_id, codes)
    assert folder.database.stat().st_size == size // 2


def test_one_byte_flipped(station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> None:
    """GIVEN one flipped byte in a page WHEN an unclean store is opened THEN it is found and nothing is written."""
    for number in range(30):
        add_case(station, f"第{number}件")
    folder = station.store.folder
    station.close(backup=False)
    content = bytearray(folder.database.read_bytes())
    place = len(content) - 2000
    content[place] ^= 0x40
    folder.database.write_bytes(content)
    folder.clean_mark.unlink()
    with pytest.raises(UserError, match="损坏"):
        open_station(folder, clock, new_id, codes)
    assert folder.database.read_bytes() == bytes(content)


def test_full_disk(
    tmp_path: Path, station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN a full disk WHEN something is saved THEN a sentence says so, and what was saved before is all there."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("no small file system can be mounted here")
    try:
        add_case(station, "原有一件")
        station.close(backup=False)
        folder = StationFolder(small / "station")
        shutil.copytree(station.store.folder.root, folder.root)
        moved = open_station(folder, clock, new_id, codes)
        saved = 0
        with pytest.raises(UserError) as refusal:
            while True:
                with moved.change("登记") as work:
                    work.add(Case(title=f"第{saved}件", facts="水沟" * 20000))
                saved += 1
        assert "磁盘满了" in refusal.value.what
        assert "都在" in refusal.value.what
        assert "空间" in refusal.value.remedy
        assert titles(moved) == ["原有一件", *(f"第{number}件" for number in range(saved))]
        with pytest.raises(UserError, match="磁盘满了"):
            back_up(moved.store, clock)
        moved.store.close()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def test_read_only_folder(station: Station) -> None:
    """GIVEN a store that cannot be written WHEN something is saved THEN a sentence says so."""
    from app.storage.errors import user_error_of

    add_case(station, "原有一件")
    with station.store._engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("PRAGMA query_only = 1")  # type: ignore[union-attr]
        with pytest.raises(Exception, match="readonly") as problem:
            raw.execute("INSERT INTO setting (key) VALUES ('x')")  # type: ignore[union-attr]
        raw.execute("PRAGMA query_only = 0")  # type: ignore[union-attr]
    understood = user_error_of(problem.value)
    assert understood is not None
    assert "不能写入" in understood.what
    assert titles(station) == ["原有一件"]


def test_every_connection_is_durable(station: Station) -> None:
    """GIVEN any connection of the pool THEN it is WAL with synchronous=FULL and keeps temporary tables in memory."""
    with station.store._engine.connect() as one, station.store._engine.connect() as two:
        for connection in (one, two):
            raw = connection.connection.dbapi_connection
            assert raw is not None
            assert raw.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
            assert raw.execute("PRAGMA synchronous").fetchone()[0] == engine.FULL
            assert raw.execute("PRAGMA temp_store").fetchone()[0] == 2
            assert raw.execute("PRAGMA foreign_keys").fetchone()[0] == 1


def test_nothing_is_written_past_the_boundary(station: Station) -> None:
    """GIVEN a connection outside a write boundary WHEN it writes a synced row THEN it fails."""
    with (
        station.store._engine.connect() as connection,
        pytest.raises(Exception, match="user-defined function raised exception"),
    ):
        connection.exec_driver_sql(
            "INSERT INTO person (id, station_id, created_at, changed_at, name) VALUES (x'01', x'02', '', '', '张')"
        )


def test_nothing_readable_on_disk(station: Station) -> None:
    """GIVEN a saved matter THEN its words are in none of the files, in no encoding."""
    add_case(station, "张秀英与李有田围墙纠纷")
    back_up(station.store, station.clock)
    station.store.checkpoint()
    for path in station.store.folder.root.rglob("*"):
        if path.is_file() and path.name != "station.keys.json":
            content = path.read_bytes()
            for encoding in ("utf-8", "utf-16-le", "gb18030"):
                assert "张秀英".encode(encoding) not in content, path


def test_copied_folder_takes_a_new_incarnation(
    tmp_path: Path, station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN a store whose side file does not match WHEN it is opened THEN it is a new incarnation, once."""
    add_case(station, "围墙纠纷")
    station.close(backup=False)
    folder = StationFolder(tmp_path / "copy")
    shutil.copytree(station.store.folder.root, folder.root)
    folder.nonce.unlink()
    for _ in range(2):
        copied = open_station(folder, clock, new_id, codes)
        with copied.query() as session:
            assert session.scalars(select(SyncState.incarnation)).one() == 2
        add_case(copied, "在新机上")
        with copied.query() as session:
            newest = session.scalars(select(Operation).order_by(Operation.local_id.desc())).first()
            assert newest is not None
            assert newest.incarnation == 2
        copied.close(backup=False)
