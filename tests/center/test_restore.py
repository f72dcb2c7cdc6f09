"""A center or a station that was put back from a backup, or copied: everything written anywhere arrives, once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url, select

from app.center.database import NONCE_FILE
from app.center.schema import CENTER, OP
from models.exchange import Operation, SyncState
from models.ids import IdMaker
from tests.center.ground import Center, DirectWire
from tests.ground.clock import FakeClock
from tests.sync.side import PlainStore, Side


def copy_database(center: Center, tmp_path: Path, name: str) -> str:
    """A backup of the center's database as it is now; returns its URL."""
    center.engine.dispose()
    url = make_url(center.url)
    if url.get_backend_name() == "sqlite":
        target = tmp_path / f"{name}.db"
        with center.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql(f"VACUUM INTO '{target}'")
            connection.exec_driver_sql("BEGIN")
        return f"sqlite:///{target}"
    with psycopg.connect(
        host=url.host, port=url.port, user=url.username, dbname="postgres", autocommit=True
    ) as link:
        link.execute(f"CREATE DATABASE {url.database}_{name} TEMPLATE {url.database}".encode())
    return url.set(database=f"{url.database}_{name}").render_as_string(hide_password=False)


def exchange_all(sides: list[Side], wire: DirectWire) -> list[str]:
    return [warning for side in sides for step in side.exchange(wire) for warning in step.warnings]


@pytest.mark.parametrize("restarted", [True, False], ids=["after a restart", "unnoticed"])
def test_a_center_put_back_gets_everything_again(
    new_side: Callable[..., Side],
    center: Center,
    wire: DirectWire,
    clock: FakeClock,
    tmp_path: Path,
    restarted: bool,
) -> None:
    sides = [new_side(f"{number}村") for number in range(3)]
    for side in sides:
        side.outbox.finish("", 20)
        side.add_cases(5)
        side.exchange(wire)
    backup = copy_database(center, tmp_path, "backup")
    nonce = (center.folder / NONCE_FILE).read_text()
    before = center.opened.identity.generation
    edited = sides[0].add_cases(4)[0]
    exchange_all(sides, wire)
    sides[0].edit_case(edited, title="备份以后改的")
    sides[1].add_cases(9)
    exchange_all(sides, wire)
    sides[2].add_cases(2)
    total = center.count() + 10
    center.close()
    if restarted:
        (center.folder / NONCE_FILE).write_text("written by a later start")
    else:
        (center.folder / NONCE_FILE).write_text(nonce)
    restored = Center(backup, center.folder, clock)
    try:
        assert restored.opened.restored is restarted
        wire.center = restored
        warnings = exchange_all(sides, wire)
        assert sum("恢复过数据" in warning for warning in warnings) == 2
        assert restored.count() == total == sum(side.counts.stored for side in sides)
        expected = {key: row for side in sides for key, row in side.rows().items()}
        assert restored.rows() == expected
        assert restored.all(CENTER)[0]["generation"] != before
        wire.sent.clear()
        assert exchange_all(sides, wire) == []
        assert wire.sent == []
    finally:
        restored.close()


@pytest.fixture
def disk_side(
    tmp_path: Path, clock: FakeClock, new_id: IdMaker, wire: DirectWire
) -> Iterator[tuple[Side, Callable[[str], Side]]]:
    """A station on disk, and a way to open a copy of it as it is when asked."""
    stores: list[PlainStore] = []

    def opened(path: Path) -> Side:
        stores.append(PlainStore(path))
        return Side(stores[-1], clock, new_id)

    side = opened(tmp_path / "station.db")
    side.enrol(wire, wire.center.enrolment.new_code("上溪村"))

    def copy(name: str) -> Side:
        side.store.close()
        shutil.copy(tmp_path / "station.db", tmp_path / name)
        return opened(tmp_path / name)

    yield side, copy
    for store in stores:
        store.close()


def take_incarnation(side: Side) -> None:
    """What the store does by itself when it finds that it was put back or copied."""
    with side.store.write(None, side.clock.now()) as session:
        session.scalars(select(SyncState)).one().incarnation += 1


def all_rows(*sides: Side) -> set[tuple[str, str]]:
    return {key for side in sides for key in side.rows()}


def test_a_restored_station_loses_nothing_on_either_side(
    center: Center, wire: DirectWire, disk_side: tuple[Side, Callable[[str], Side]]
) -> None:
    side, copy = disk_side
    side.add_cases(3)
    side.exchange(wire)
    side.add_cases(1)
    restored = copy("restored.db")
    lost_here = side.add_cases(4)
    side.exchange(wire)
    take_incarnation(restored)
    new_here = restored.add_cases(2)
    restored.exchange(wire)
    present = {row for table, row in center.rows() if table == "case"}
    assert {case.hex for case in (*lost_here, *new_here)} <= present
    assert set(center.rows()) == all_rows(side, restored)
    assert restored.counts.not_sent == restored.counts.sent_unconfirmed == 0
    restored.add_cases(1)
    restored.exchange(wire)
    assert set(center.rows()) == all_rows(side, restored)


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed", "unnoticed"])
def test_two_copies_of_one_station_both_arrive_whole(
    center: Center, wire: DirectWire, disk_side: tuple[Side, Callable[[str], Side]], noticed: bool
) -> None:
    side, copy = disk_side
    shared = side.add_cases(3)[0]
    side.exchange(wire)
    side.add_cases(60)
    unsent = side.add_cases(1)[0]
    twin = copy("twin.db")
    if noticed:
        take_incarnation(side)
        take_incarnation(twin)
    warnings: list[str] = []
    exchange_all([side], wire)
    side.edit_case(unsent, title="只在一边改的")
    for turn in range(3):
        for one in (side, twin):
            one.add_cases(1 + turn)
            warnings += exchange_all([one], wire)
    assert any("复制过" in warning for warning in warnings)
    side.edit_case(shared, title="最后的修改")
    exchange_all([side, twin], wire)
    assert set(center.rows()) == all_rows(side, twin)
    assert center.rows()["case", shared.hex]["title"] == "最后的修改"
    assert center.rows()["case", unsent.hex]["title"] == "只在一边改的"
    raw = [bytes(row["raw"]) for row in center.all(OP)]
    assert len(set(raw)) == len(raw)
    for one in (side, twin):
        assert (one.counts.not_sent, one.counts.sent_unconfirmed) == (0, 0)
        with one.store.read() as session:
            numbers = session.execute(
                select(Operation.incarnation, Operation.n).order_by(Operation.local_id)
            ).all()
        assert len(set(numbers)) == len(numbers)


def test_an_older_copy_that_nobody_noticed_numbers_on_elsewhere(
    center: Center, wire: DirectWire, disk_side: tuple[Side, Callable[[str], Side]]
) -> None:
    side, copy = disk_side
    case_id = side.add_cases(2)[0]
    old = copy("old.db")
    side.edit_case(case_id, title="后来改的")
    side.exchange(wire)
    taken = center.count()
    assert any("复制过" in warning for warning in exchange_all([old], wire))
    assert center.count() == taken
    assert center.rows()["case", case_id.hex]["title"] == "后来改的"
    old.add_cases(1)
    exchange_all([old, side], wire)
    assert set(center.rows()) == all_rows(side, old)
    assert center.rows()["case", case_id.hex]["title"] == "后来改的"
