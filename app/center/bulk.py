"""Bulk reading and writing for the intake, close to the driver: a batch is thousands of rows.

Values are in wire form; the statements are the same on SQLite and PostgreSQL but for the parameter sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite

from app.sync.wire_values import WireKind, wire_kind

_CHUNK = 400
_ROWS_A_STATEMENT = 1000


def _quote(name: str) -> str:
    return f'"{name}"'


def _from_hex(value: str | None) -> bytes | None:
    return None if value is None else bytes.fromhex(value)


@cache
def _hex_places(table: Table) -> tuple[int, ...]:
    return tuple(place for place, column in enumerate(table.columns) if wire_kind(column) is WireKind.ROW)


@cache
def _statement(table: Table, source: str) -> str:
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    others = ", ".join(f"{_quote(name)} = excluded.{_quote(name)}" for name in names if name not in keys)
    return (
        f"INSERT INTO {_quote(table.name)} ({', '.join(map(_quote, names))}) {source} "
        f"ON CONFLICT ({', '.join(map(_quote, keys))}) DO UPDATE SET {others}"
    )


def upsert(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Writes rows whole, given in the table's column order and in wire form, over any row with the same key.

    Rows in the same call must have different keys.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        _upsert_sqlite(connection, table, rows)
    else:
        _upsert_postgresql(connection, table, rows)


def _upsert_sqlite(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    places = _hex_places(table)
    bound: list[tuple[Any, ...]] = []
    for row in rows:
        values = list(row)
        for place in places:
            values[place] = _from_hex(values[place])
        bound.append(tuple(values))
    signs = ", ".join("?" * len(table.columns))
    connection.exec_driver_sql(_statement(table, f"VALUES ({signs})"), bound)


def _upsert_postgresql(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    # One JSON parameter: thousands of single ones cost four times as much.
    names = [column.name for column in table.columns]
    quoted = ", ".join(map(_quote, names))
    source = (
        f"SELECT {quoted} FROM json_to_recordset(%s::json) AS t({_definition(table, connection.dialect)})"
    )
    for start in range(0, len(rows), _ROWS_A_STATEMENT):
        part = rows[start : start + _ROWS_A_STATEMENT]
        document = msgspec.json.encode(
            [dict(zip(names, map(_bytea, row), strict=True)) for row in part]
        ).decode()
        connection.exec_driver_sql(_statement(table, source), (document,))


@cache
def _definition(table: Table, dialect: Dialect) -> str:
    return ", ".join(
        f"{_quote(column.name)} {column.type.compile(dialect=dialect)}" for column in table.columns
    )


def _bytea(value: Any) -> Any:
    return f"\\x{value.hex()}" if isinstance(value, bytes) else value


def chunks(ids: Iterable[str]) -> Iterable[list[UUID]]:
    """Row ids in ascending order, in pieces small enough for one statement."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _CHUNK):
        yield [UUID(hex=one) for one in ordered[start : start + _CHUNK]]


def count_up(connection: Connection, table: Table, county: str, scope: str, by: int) -> int:
    """Takes ``by`` numbers of a scope's counter and returns the last of them; the row stays locked till
    commit.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    fresh = insert(table).values(county=county, scope=scope, n=by)
    counted = fresh.on_conflict_do_update(
        index_elements=[table.c.county, table.c.scope], set_={"n": table.c.n + fresh.excluded.n}
    )
    return int(connection.execute(counted.returning(table.c.n)).scalar_one())
