"""The rows a batch touches: read together before the merge, written together after it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from app.center.bulk import chunks, upsert
from app.center.merge import ALL, RowState, Shape
from app.center.schema import MIRRORS, RECORD, SOURCES
from app.sync.wire_values import WireColumn, WireKind, to_wire, wire_columns
from models.field import field_of

COUNTY_SCOPE = "*"
"""The scope that sees every change of the county."""


@cache
def columns_of(table: str) -> dict[str, WireColumn]:
    """The captured columns of a table by name."""
    return {column.name: column for column in wire_columns(SOURCES[table])}


@cache
def shape_of(table: str) -> Shape:
    """A table as the merge sees it."""
    columns = columns_of(table)
    return Shape(
        columns,
        {name: field_of(SOURCES[table].c[name]).label for name in columns},
        tuple(name for name, column in columns.items() if column.zero is ...),
    )


@cache
def _zeros(table: str) -> dict[str, Any]:
    return {name: None if column.zero is ... else column.zero for name, column in columns_of(table).items()}


class Rows:
    """The rows of one batch in memory, by table and row id (hex)."""

    def __init__(self, connection: Connection, county: str) -> None:
        self._connection = connection
        self._county = county
        self._states: dict[tuple[str, str], RowState] = {}

    def load(self, wanted: Iterable[tuple[str, str]]) -> None:
        """Reads and locks the rows (table, id) that are there and makes empty ones for the others."""
        by_table: dict[str, set[str]] = {}
        for table, row in wanted:
            if (table, row) not in self._states:
                by_table.setdefault(table, set()).add(row)
        for table in sorted(by_table):
            ids = by_table[table]
            for row in ids:
                self._states[table, row] = RowState(table, row, _zeros(table).copy(), 0, {}, exists=False)
            present = self._load_records(table, ids)
            self._load_values(table, present)

    def _load_records(self, table: str, ids: set[str]) -> list[str]:
        present: list[str] = []
        for part in chunks(ids):
            query = (
                select(RECORD)
                .where(
                    RECORD.c.county == self._county, RECORD.c.table_name == table, RECORD.c.row_id.in_(part)
                )
                .order_by(RECORD.c.row_id)
                .with_for_update()
            )
            for record in self._connection.execute(query):
                state = self._states[table, record.row_id.hex]
                state.revision, state.exists = record.revision, True
                state.fields = msgspec.json.decode(record.fields)
                state.open_conflicts = record.open_conflicts
                present.append(state.row)
        return present

    def _load_values(self, table: str, ids: list[str]) -> None:
        mirror, columns = MIRRORS[table], columns_of(table)
        for part in chunks(ids):
            query = select(mirror).where(mirror.c.county == self._county, mirror.c.id.in_(part))
            for row in self._connection.execute(query).mappings():
                state = self._states[table, row["id"].hex]
                for name, column in columns.items():
                    value = to_wire(row[name], column.kind)
                    if value is not None:
                        state.values[name] = value
                state.scopes = self.scopes_of(state)

    def state(self, table: str, row: str) -> RowState:
        """The loaded state of a row."""
        return self._states[table, row]

    @staticmethod
    def scopes_of(state: RowState) -> set[str]:
        """Who must see a row as it is now: its station and the county; a township reads its villages'
        scopes.
        """
        return {COUNTY_SCOPE, str(state.values["station_id"])}

    def touched(self) -> list[RowState]:
        """The rows that the batch changed, in the order in which it first named them."""
        return [state for state in self._states.values() if state.touched]

    def save(self) -> None:
        """Writes every touched row and its record."""
        touched = self.touched()
        by_table: dict[str, list[RowState]] = {}
        for state in touched:
            by_table.setdefault(state.table, []).append(state)
        for table, states in by_table.items():
            names = [
                (column.name, columns_of(table)[column.name].kind is WireKind.BYTES)
                for column in MIRRORS[table].columns
                if column.name in columns_of(table)
            ]
            upsert(self._connection, MIRRORS[table], [self._mirror_row(state, names) for state in states])
        upsert(self._connection, RECORD, [self._record_row(state) for state in touched])

    def _mirror_row(self, state: RowState, names: list[tuple[str, bool]]) -> list[Any]:
        values = state.values
        cells = [
            bytes.fromhex(values[name]) if is_bytes and values[name] is not None else values[name]
            for name, is_bytes in names
        ]
        return [self._county, state.row, *cells, state.revision]

    def _record_row(self, state: RowState) -> list[Any]:
        fields = msgspec.json.encode(
            state.fields if len(state.fields) > 1 else {ALL: state.fields[ALL]}
        ).decode()
        return [
            self._county,
            state.table,
            state.row,
            state.revision,
            fields,
            int(state.withdrawn),
            state.open_conflicts,
        ]
