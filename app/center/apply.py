"""Applying the operations of one batch to the rows in memory: a verdict for each, and the rows to be
written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, RowMapping, delete, select, update

from app.center.bulk import chunks
from app.center.merge import Incoming, Outcome, RowState, merge, raise_to
from app.center.reach import Reach
from app.center.rows import Rows, shape_of
from app.center.schema import CONFLICT, DEVICE, HELD, OP, SOURCES
from app.sync.wire import HELD as WAITS
from app.sync.wire import BatchHeader, VerdictLine, WireOperation, decode_changes, decode_operation
from app.sync.wire_values import is_row_hex
from models.columns import parse_moment

NO_ROW = "0" * 32
ROW, SCHEMA, SCOPE = "row", "schema", "scope"
_NOT_UNDERSTOOD = "县中心的程序版本还读不懂这条内容，已原样保存，县中心升级后自动入库。"
_NO_PREDECESSOR = "这条记录的登记还没有到县中心，已原样保存，登记到了以后自动入库。"
_OUT_OF_REACH = "这条记录属于别的站点，已原样保存，待县中心核定后入库。"


@dataclass(slots=True)
class Understood:
    """An operation as far as this version understands it; ``changes`` is None when it does not."""

    n: int
    raw: bytes
    operation: WireOperation | None
    changes: dict[str, list[Any]] | None


@dataclass(slots=True)
class Applied:
    """What a batch came to, as rows ready for :func:`app.center.bulk.upsert`."""

    ops: list[list[Any]] = field(default_factory=list)
    held: list[list[Any]] = field(default_factory=list)
    conflicts: list[list[Any]] = field(default_factory=list)
    verdicts: list[VerdictLine] = field(default_factory=list)


def understand(n: int, raw: bytes) -> Understood:
    """Reads one raw operation; what is not understood is passed on raw."""
    try:
        operation = decode_operation(raw)
        changes = decode_changes(operation)
    except ValueError:
        return Understood(n, raw, None, None)
    known = (
        operation.table in SOURCES and operation.kind in ("insert", "update") and is_row_hex(operation.row)
    )
    return Understood(n, raw, operation, changes if known else None)


class _Work:
    """One batch being applied."""

    def __init__(self, connection: Connection, rows: Rows, county: str, now: str) -> None:
        self.connection = connection
        self.rows = rows
        self.county = county
        self._reach: dict[str, Reach] = {}
        self.now = now
        self.applied = Applied()

    def one(self, understood: Understood, device: str, incarnation: int) -> tuple[Outcome, RowState | None]:
        """Applies an operation to its row in memory."""
        operation, changes = understood.operation, understood.changes
        if operation is None or changes is None:
            outcome = Outcome()
            raise_to(outcome, WAITS, _NOT_UNDERSTOOD)
            self._hold(operation, device, incarnation, understood.n, [], SCHEMA)
            return outcome, None
        state = self.rows.state(operation.table, operation.row)
        cause = self._must_wait(state, device, operation.kind, changes)
        if cause is not None:
            outcome = Outcome()
            raise_to(outcome, WAITS, _NO_PREDECESSOR if cause == ROW else _OUT_OF_REACH)
            self._hold(operation, device, incarnation, understood.n, [], cause)
            return outcome, state
        return self._merge(operation, changes, state, (device, incarnation, understood.n))

    def _merge(
        self,
        operation: WireOperation,
        changes: dict[str, list[Any]],
        state: RowState,
        name: tuple[str, int, int],
    ) -> tuple[Outcome, RowState]:
        device, incarnation, n = name
        incoming = Incoming(device, operation.kind, operation.base, changes)
        outcome = merge(state, incoming, shape_of(operation.table))
        state.scopes |= self.rows.scopes_of(state) if state.exists else set()
        if outcome.pending and not outcome.refused_whole:
            self._hold(operation, device, incarnation, n, outcome.pending, SCHEMA)
        for clash in outcome.clashes:
            self.applied.conflicts.append(
                [
                    *(self.county, device, incarnation, n, clash.column, state.table, state.row),
                    *(state.revision, _json(clash.in_force), clash.in_force_device),
                    *(_json(clash.kept), self.now, None),
                ]
            )
        if state.open_conflicts and outcome.written:
            self._settle(state, operation.base, outcome.written)
        return outcome, state

    def _reach_of(self, device: str) -> Reach:
        if device not in self._reach:
            query = select(DEVICE).where(
                DEVICE.c.county == self.county, DEVICE.c.device_id == UUID(hex=device)
            )
            self._reach[device] = Reach(self.connection, self.connection.execute(query).mappings().one())
        return self._reach[device]

    def _must_wait(
        self, state: RowState, device: str, kind: str, changes: dict[str, list[Any]]
    ) -> str | None:
        if not state.exists and kind == "update":
            return ROW
        if state.exists:
            station = state.values["station_id"]
        else:
            station = (changes.get("station_id") or [None, None])[-1]
        return None if not is_row_hex(station) or self._reach_of(device).covers(station) else SCOPE

    def _hold(
        self,
        operation: WireOperation | None,
        device: str,
        incarnation: int,
        n: int,
        pending: list[str],
        cause: str,
    ) -> None:
        table = operation.table[:40] if operation is not None else ""
        row = operation.row if operation is not None and is_row_hex(operation.row) else NO_ROW
        self.applied.held.append([self.county, table, row, device, incarnation, n, _json(pending), cause])

    def _settle(self, state: RowState, base: int, written: list[str]) -> None:
        settled = self.connection.execute(
            update(CONFLICT)
            .where(
                CONFLICT.c.county == self.county,
                CONFLICT.c.table_name == state.table,
                CONFLICT.c.row_id == UUID(hex=state.row),
                CONFLICT.c.column_name.in_(written),
                CONFLICT.c.revision <= base,
                CONFLICT.c.settled_at.is_(None),
            )
            .values(settled_at=parse_moment(self.now))
        )
        state.open_conflicts -= settled.rowcount


def apply_operations(
    connection: Connection,
    rows: Rows,
    header: BatchHeader,
    raw: list[bytes],
    now: str,
) -> Applied:
    """Applies a batch's operations in their order to ``rows`` (not yet written) and says what became of
    each.
    """
    understood = [understand(header.first_n + place, one) for place, one in enumerate(raw)]
    rows.load(
        (one.operation.table, one.operation.row)
        for one in understood
        if one.operation is not None and one.changes is not None
    )
    work = _Work(connection, rows, header.county, now)
    device_hex = header.device.hex
    born: set[tuple[str, str]] = set()
    for one in understood:
        outcome, state = work.one(one, device_hex, header.incarnation)
        if (
            state is not None
            and state.exists
            and one.operation is not None
            and one.operation.kind == "insert"
        ):
            born.add((state.table, state.row))
        work.applied.verdicts.append(VerdictLine(one.n, outcome.word, outcome.reason))
        work.applied.ops.append(
            [
                *(header.county, device_hex, header.incarnation, one.n),
                one.operation.table[:40] if one.operation else "",
                state.row if state else None,
                *(one.raw, outcome.word, outcome.reason, state.revision if state else 0),
            ]
        )
    _replay_waiting(work, born)
    return work.applied


def _replay_waiting(work: _Work, born: set[tuple[str, str]]) -> None:
    """Applies what earlier batches left waiting for rows that have now come."""
    waits = (HELD.c.county == work.county, HELD.c.cause == ROW)
    if not born or work.connection.execute(select(HELD.c.n).where(*waits).limit(1)).first() is None:
        return
    for table in sorted({table for table, _ in born}):
        for part in chunks(row for name, row in born if name == table):
            query = (
                select(HELD)
                .where(*waits, HELD.c.table_name == table, HELD.c.row_id.in_(part))
                .order_by(HELD.c.device_id, HELD.c.incarnation, HELD.c.n)
            )
            for entry in work.connection.execute(query).mappings().all():
                _replay_one(work, entry)


def apply_waiting(connection: Connection, rows: Rows, county: str, now: str, most: int) -> Applied:
    """Tries again what waited because an older program did not understand it, at most so many at once."""
    work = _Work(connection, rows, county, now)
    query = (
        select(HELD)
        .where(HELD.c.county == county, HELD.c.cause == SCHEMA)
        .order_by(HELD.c.device_id, HELD.c.incarnation, HELD.c.n)
        .limit(most)
    )
    for entry in connection.execute(query).mappings().all():
        _replay_one(work, entry)
    return work.applied


def _replay_one(work: _Work, entry: RowMapping) -> None:
    operation = (
        OP.c.county == work.county,
        OP.c.device_id == entry["device_id"],
        OP.c.incarnation == entry["incarnation"],
        OP.c.n == entry["n"],
    )
    raw = work.connection.execute(select(OP.c.raw).where(*operation)).scalar_one()
    understood = understand(entry["n"], bytes(raw))
    pending = msgspec.json.decode(entry["pending"], type=list[str])
    if understood.operation is not None and understood.changes is not None:
        work.rows.load([(understood.operation.table, understood.operation.row)])
        if pending:
            understood.changes = {name: understood.changes[name] for name in pending}
    work.connection.execute(
        delete(HELD).where(*(HELD.c[key.name] == entry[key.name] for key in HELD.primary_key.columns))
    )
    outcome, state = work.one(understood, entry["device_id"].hex, entry["incarnation"])
    work.connection.execute(
        update(OP)
        .where(*operation)
        .values(
            verdict=outcome.word,
            reason=outcome.reason,
            revision=state.revision if state else 0,
            row_id=UUID(hex=state.row) if state else None,
        )
    )


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()
