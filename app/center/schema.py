"""The center's own tables and its typed copy of each synced table.

Every primary key is led by ``county``, so that a province can spread the tables over a distributed database.
The typed copies are generated from the models and bear the same names: ``select title from "case"``.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table, Text

from app.sync.wire import schema_revision
from app.sync.wire_values import wire_columns
from models.base import synced_tables
from models.columns import Moment, RowId
from models.tables import METADATA as STATION_METADATA

SCHEMA_VERSION = 1
"""Raised with each change of the center's own tables."""

WIRE_SCHEMA = schema_revision(STATION_METADATA)
"""The set of columns this center understands."""

METADATA = MetaData()


def _county() -> Column[str]:
    return Column("county", String(12), primary_key=True)


def _key(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _need(name: str, kind: Any) -> Column[Any]:
    return Column(name, kind, nullable=False)


CENTER = Table(
    "center",
    METADATA,
    _county(),
    _need("generation", String(40)),
    _need("signing_key", LargeBinary),
    _need("schema_version", Integer),
    _need("wire_schema", String(12)),
    _need("nonce", String(64)),
    _need("admin_salt", LargeBinary),
    _need("admin_hash", LargeBinary),
    _need("created_at", Moment),
)

DEVICE = Table(
    "device",
    METADATA,
    _county(),
    _key("device_id", RowId),
    _need("station_id", RowId),
    _need("station_name", String(60)),
    _need("area_code", String(12)),
    _need("short_name", String(8)),
    _need("level", String(12)),
    _need("signing_key", LargeBinary),
    _need("sealing_key", LargeBinary),
    _need("enrolled_at", Moment),
    Column("revoked_at", Moment),
    Column("last_seen_at", Moment),
    _need("skew_seconds", Integer),
    _need("wire_schema", String(12)),
    sqlite_with_rowid=False,
)

ENROLMENT_CODE = Table(
    "enrolment_code",
    METADATA,
    _county(),
    _key("place", String(3)),
    _need("verifier", LargeBinary),
    _need("station_name", String(60)),
    _need("level", String(12)),
    _need("made_at", Moment),
    _need("expires_at", Moment),
    _need("wrong_tries", Integer),
    Column("used_at", Moment),
    Column("request_sha256", String(64)),
    Column("answer", LargeBinary),
)

RECORD = Table(
    "record",
    METADATA,
    _county(),
    _key("table_name", String(40)),
    _key("row_id", RowId),
    _need("revision", Integer),
    _need("fields", Text),
    _need("withdrawn", Integer),
    _need("open_conflicts", Integer),
    sqlite_with_rowid=False,
)
"""``fields``: JSON ``{column: [revision, device]}``; ``"*"`` stands for every column not named."""

OP = Table(
    "op",
    METADATA,
    _county(),
    _key("device_id", RowId),
    _key("incarnation", Integer),
    _key("n", Integer),
    _need("table_name", String(40)),
    Column("row_id", RowId),
    _need("raw", LargeBinary),
    _need("verdict", String(10)),
    _need("reason", Text),
    _need("revision", Integer),
    sqlite_with_rowid=False,
)
"""Every operation ever taken in, as it came, also when it was refused or not understood."""

HELD = Table(
    "held",
    METADATA,
    _county(),
    _key("table_name", String(40)),
    _key("row_id", RowId),
    _key("device_id", RowId),
    _key("incarnation", Integer),
    _key("n", Integer),
    _need("pending", Text),
    _need("cause", String(10)),
    sqlite_with_rowid=False,
)
"""What waits: ``cause`` row (its predecessor is missing), schema (not understood) or scope (another
station's).

``pending``: JSON list of the columns that wait; an empty list stands for the whole operation.
"""

RECEIPT = Table(
    "receipt",
    METADATA,
    _county(),
    _key("device_id", RowId),
    _key("incarnation", Integer),
    _key("first_n", Integer),
    _need("last_n", Integer),
    _need("sha256", String(64)),
    _need("bytes", LargeBinary),
    _need("stored_at", Moment),
    sqlite_with_rowid=False,
)

STREAM = Table(
    "stream",
    METADATA,
    _county(),
    _key("scope", String(32)),
    _need("n", BigInteger),
    sqlite_with_rowid=False,
)

CHANGE = Table(
    "change",
    METADATA,
    _county(),
    _key("scope", String(32)),
    _key("n", BigInteger),
    _need("table_name", String(40)),
    _need("row_id", RowId),
    _need("revision", Integer),
    sqlite_with_rowid=False,
)

CONFLICT = Table(
    "conflict",
    METADATA,
    _county(),
    _key("device_id", RowId),
    _key("incarnation", Integer),
    _key("n", Integer),
    _key("column_name", String(60)),
    _need("table_name", String(40)),
    _need("row_id", RowId),
    _need("revision", Integer),
    _need("in_force", Text),
    _need("in_force_device", RowId),
    _need("kept", Text),
    _need("found_at", Moment),
    Column("settled_at", Moment),
)
"""Two values for one field: ``in_force`` stays, ``kept`` (from operation n of the device) waits for a
person.
"""

Index("ix_conflict_row", CONFLICT.c.county, CONFLICT.c.table_name, CONFLICT.c.row_id)

QUARANTINE = Table(
    "quarantine",
    METADATA,
    _county(),
    _key("sha256", String(64)),
    _need("device_id", RowId),
    _need("cause", String(20)),
    _need("bytes", LargeBinary),
    _need("came_at", Moment),
)


def _mirror(source: Table) -> Table:
    columns: list[Column[Any]] = [
        Column(wire.name, source.c[wire.name].type, nullable=wire.nullable) for wire in wire_columns(source)
    ]
    return Table(
        source.name,
        METADATA,
        _county(),
        _key("id", RowId),
        *columns,
        _need("revision", Integer),
    )


SOURCES: dict[str, Table] = {source.name: source for source in synced_tables(STATION_METADATA)}
"""The station's tables, where labels and wire columns are read from."""

MIRRORS: dict[str, Table] = {name: _mirror(source) for name, source in SOURCES.items()}
"""The typed copies by name."""
