"""Change capture: whatever way a row changes, its operation is there, or neither is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, insert, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DatabaseError

from app.sync.capture import trigger_names
from app.sync.wire_values import (
    ONLY_AT_INSERT,
    WireColumn,
    WireKind,
    fault_of,
    from_wire,
    to_wire,
    wire_columns,
)
from models.base import synced_tables
from models.case import Case
from models.exchange import Operation
from models.ids import IdMaker
from models.person import Person
from models.tables import METADATA
from tests.ground.clock import FakeClock
from tests.sync.side import PlainStore, Side

TABLES = synced_tables(METADATA)


@pytest.fixture
def side(clock: FakeClock, new_id: IdMaker) -> Iterator[Side]:
    store = PlainStore()
    yield Side(store, clock, new_id)
    store.close()


def operations(side: Side) -> list[Operation]:
    with side.store.read() as session:
        return list(session.scalars(select(Operation).order_by(Operation.incarnation, Operation.n)))


def people(side: Side, count: int) -> list[dict[str, Any]]:
    return [{**side.stamps(), "name": f"甲{number}", "initials": ""} for number in range(count)]


def test_every_synced_table_has_its_triggers(side: Side) -> None:
    with side.store.read() as session:
        present = set(session.scalars(text("select name from sqlite_master where type = 'trigger'")))
    assert {name for table in TABLES for name in trigger_names(table)} <= present
    assert len(TABLES) > 20


def test_a_bulk_update_of_100_rows_leaves_100_operations(side: Side) -> None:
    with side.change() as session:
        session.execute(insert(Person), people(side, 100))
    before = operations(side)
    with side.change() as session:
        session.execute(text("update person set occupation = '务农'"))
    new = operations(side)[len(before) :]
    assert len(new) == 100
    assert {operation.kind for operation in new} == {"update"}
    assert all(json.loads(operation.changes) == {"occupation": ["", "务农"]} for operation in new)


def test_numbers_are_gapless_in_order(side: Side) -> None:
    side.add_cases(7)
    with side.change() as session:
        session.execute(update(Case).values(state="accepted"))
    numbers = [operation.n for operation in operations(side)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_rollback_leaves_nothing_and_no_gap(side: Side) -> None:
    before = len(operations(side))

    def cut_off() -> None:
        with side.change() as session:
            session.execute(insert(Person), people(side, 3))
            raise RuntimeError("power")

    with pytest.raises(RuntimeError, match="power"):
        cut_off()
    assert len(operations(side)) == before
    side.add_cases(1)
    assert operations(side)[-1].n == before + 5


def test_an_upsert_that_updates_leaves_one_update(side: Side) -> None:
    row = people(side, 1)[0]
    with side.change() as session:
        session.execute(insert(Person), [row])
    before = len(operations(side))
    with side.change() as session:
        statement = sqlite.insert(Person).values(**{**row, "phone": "13800000000"})
        session.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={"phone": statement.excluded.phone})
        )
    new = operations(side)[before:]
    assert [operation.kind for operation in new] == ["update"]
    assert json.loads(new[0].changes) == {"phone": ["", "13800000000"]}


def test_insert_from_select_is_captured(side: Side) -> None:
    with side.change() as session:
        session.execute(insert(Person), people(side, 4))
    before = len(operations(side))
    with side.change() as session:
        session.execute(
            text(
                "insert into person (id, station_id, created_at, changed_at, name) "
                "select randomblob(16), station_id, created_at, changed_at, name || '（副本）' from person"
            )
        )
    new = operations(side)[before:]
    assert [operation.kind for operation in new] == ["insert"] * 4
    assert all(json.loads(operation.changes)["name"][1].endswith("（副本）") for operation in new)


def test_what_is_not_captured_leaves_no_operation(side: Side) -> None:
    with side.change() as session:
        session.execute(insert(Person), people(side, 2))
    before = len(operations(side))
    with side.change() as session:
        session.execute(text("update person set initials = 'zs', revision = 9"))
        session.execute(text("update person set name = name"))
    assert len(operations(side)) == before
    with side.change() as session:
        session.execute(text("update person set name = name || '氏'"))
    assert {operation.base_revision for operation in operations(side)[before:]} == {9}


def test_applying_the_countys_changes_is_not_captured(side: Side) -> None:
    before = len(operations(side))
    with side.store.write(None, side.clock.now(), capturing=False) as session:
        session.execute(insert(Person), people(side, 3))
    assert len(operations(side)) == before


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_synced_row_is_never_deleted_and_keeps_its_identity(side: Side, table: Table) -> None:
    rows = sample_rows(side, table, 1)
    with side.change() as session:
        session.execute(insert(table), rows)
    for statement in (
        f'delete from "{table.name}"',
        f"update \"{table.name}\" set id = x'00'",
        f"update \"{table.name}\" set created_at = 'x'",
    ):
        with pytest.raises(DatabaseError), side.change() as session:
            session.execute(text(statement))


def test_nothing_is_written_past_the_boundary(side: Side) -> None:
    with pytest.raises(DatabaseError), side.store.engine.begin() as connection:
        connection.execute(text("update org_unit set name = '改'"))


def test_the_actor_and_the_time_are_kept(side: Side, clock: FakeClock) -> None:
    actor = side.new_id()
    clock.advance(hours=3)
    with side.store.write(actor, clock.now()) as session:
        session.execute(insert(Person), people(side, 1))
    last = operations(side)[-1]
    assert (last.actor_id, last.made_at) == (actor, clock.now())


def sample_rows(side: Side, table: Table, count: int) -> list[dict[str, Any]]:
    rows = []
    for _ in range(count):
        row = side.stamps()
        for column in wire_columns(table):
            if column.zero is ... and column.name not in row:
                row[column.name] = side.new_id() if column.kind is WireKind.ROW else side.clock.now()
        rows.append(row)
    return rows


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12
) | st.sampled_from(["", "'", '"', "\\", "𠮷\u2028", '{"a":[1]}', "null", "\u0007\t\n", "—“”"])
VALUES: dict[WireKind, st.SearchStrategy[Any]] = {
    WireKind.TEXT: TEXTS,
    WireKind.NUMBER: st.integers(-(2**31), 2**31 - 1),
    WireKind.YES_NO: st.booleans(),
    WireKind.DAY: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    WireKind.MOMENT: st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    WireKind.ROW: st.uuids(),
    WireKind.BYTES: st.binary(max_size=8),
}


def values_for(column: WireColumn) -> st.SearchStrategy[Any]:
    values = VALUES[column.kind]
    if column.kind is WireKind.TEXT and column.length is not None:
        length = column.length
        values = values.map(lambda value: value[:length])
    return values | st.none() if column.nullable else values


@st.composite
def histories(draw: st.DrawFn) -> tuple[Table, list[dict[str, Any]]]:
    table = draw(st.sampled_from(TABLES))
    columns = [column for column in wire_columns(table) if column.name not in ONLY_AT_INSERT]
    steps = draw(
        st.lists(
            st.lists(st.sampled_from(columns), min_size=1, max_size=6, unique_by=lambda column: column.name),
            min_size=1,
            max_size=4,
        )
    )
    return table, [{column.name: draw(values_for(column)) for column in step} for step in steps]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_changes_equal_the_difference_in_python(
    side: Side, history: tuple[Table, list[dict[str, Any]]]
) -> None:
    table, steps = history
    columns = {column.name: column for column in wire_columns(table)}
    before = len(operations(side))
    row: dict[str, Any] = {**sample_rows(side, table, 1)[0], **steps[0]}
    with side.change() as session:
        session.execute(insert(table), [row])
        current = session.execute(select(table).where(table.c.id == row["id"])).mappings().one()
    expected = [
        {
            name: [None, wire]
            for name, column in columns.items()
            if (wire := to_wire(current[name], column.kind)) != column.zero
        }
    ]
    for step in steps[1:]:
        old = {name: to_wire(current[name], columns[name].kind) for name in columns}
        with side.change() as session:
            session.execute(update(table).where(table.c.id == row["id"]).values(**step))
            current = session.execute(select(table).where(table.c.id == row["id"])).mappings().one()
        new = {name: to_wire(current[name], columns[name].kind) for name in columns}
        changed = {name: [old[name], new[name]] for name in columns if old[name] != new[name]}
        expected += [changed] if changed else []
    found = operations(side)[before:]
    assert [json.loads(operation.changes) for operation in found] == expected
    for operation in found:
        canonical = json.dumps(
            json.loads(operation.changes), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        assert operation.changes == canonical
        for name, (_, value) in json.loads(operation.changes).items():
            assert fault_of(value, columns[name]) is None
            assert to_wire(from_wire(value, columns[name].kind), columns[name].kind) == value
