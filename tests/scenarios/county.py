"""The county's PostgreSQL read by plain SQL, and the station's store beside it, column by column."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Table, func, make_url, select

from models.base import synced_tables
from models.columns import NOT_CAPTURED
from models.exchange import Operation
from models.tables import METADATA
from tests.scenarios.window import Window

Row = dict[str, Any]
ONLY_AT_COUNTY = {"county", "revision"}
"""Columns that the county adds to its copy of a row."""


@contextmanager
def county_link(url: str) -> Iterator[psycopg.Connection[Row]]:
    """A plain connection to the county's database; nothing of the program stands between."""
    place = make_url(url)
    with psycopg.connect(
        host=place.host,
        port=place.port,
        user=place.username,
        dbname=place.database,
        row_factory=dict_row,
    ) as link:
        yield link


def captured(table: Table) -> list[str]:
    """The columns of a table that travel."""
    return [column.name for column in table.columns if not column.info.get(NOT_CAPTURED)]


def plain(value: Any) -> Any:
    """A value both databases agree on: moments in UTC, bytes as bytes."""
    if isinstance(value, datetime):
        assert value.tzinfo is not None
        return value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def station_rows(window: Window, table: Table) -> dict[UUID, Row]:
    """Every row of a table in the station's store by id, with the columns that travel."""
    names = captured(table)
    with window.station.query() as session:
        rows = session.execute(select(*(table.c[name] for name in names))).all()
    return {row.id: {name: plain(value) for name, value in row._mapping.items()} for row in rows}


def county_rows(link: psycopg.Connection[Row], table: Table) -> dict[UUID, Row]:
    """Every row of the county's copy; two rows of one id would be one too many."""
    rows = link.execute(f'SELECT * FROM "{table.name}"'.encode()).fetchall()
    found = {
        row["id"]: {name: plain(row[name]) for name in row if name not in ONLY_AT_COUNTY} for row in rows
    }
    assert len(found) == len(rows), f"{table.name}: a row twice"
    return found


def compare_everything(window: Window, url: str) -> dict[str, int]:
    """Holds every captured column of every row of every table against the county; gives the rows by table."""
    counted: dict[str, int] = {}
    with county_link(url) as link:
        for table in synced_tables(METADATA):
            here, there = station_rows(window, table), county_rows(link, table)
            assert there.keys() == here.keys(), table.name
            for row_id, row in here.items():
                assert there[row_id] == row, (table.name, row_id)
            counted[table.name] = len(there)
    return counted


def operations(window: Window) -> int:
    """How many operations the station has written since it was founded."""
    with window.station.query() as session:
        return int(session.scalar(select(func.count()).select_from(Operation)) or 0)


def count(link: psycopg.Connection[Row], query: str, *values: object) -> int:
    """The one number that a query gives."""
    row = link.execute(query.encode(), values).fetchone()
    assert row is not None
    (number,) = row.values()
    return int(number)
