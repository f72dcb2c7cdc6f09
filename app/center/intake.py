"""Taking a batch in: checked, merged, written, numbered and receipted in one transaction.

The same batch again gets the same receipt, byte for byte. A hole is refused with the center's mark. An
operation that cannot be used is kept as it came, with a verdict, and never blocks the rest. The counters of
the scopes come last before the commit, in ascending order, so that their numbers are gapless and in commit
order.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, RowMapping, func, insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.center.apply import Applied, apply_operations, apply_waiting
from app.center.bulk import count_up, upsert
from app.center.database import CenterIdentity
from app.center.refusal import Cause, RefusedError
from app.center.rows import Rows
from app.center.schema import CENTER, CHANGE, CONFLICT, DEVICE, HELD, OP, QUARANTINE, RECEIPT, STREAM
from app.sync.wire import (
    ACCEPTED,
    BatchHeader,
    ReceiptBody,
    VerdictLine,
    read_batch_header,
    seal_receipt,
    sha256_of,
    unpack_operations,
)
from app.sync.wire_frame import Frame, WireError, WireFault
from models.clock import Clock
from models.columns import moment_text, parse_moment

Probe = Callable[[str], None]
"""Called at each labelled point of the intake; tests hand in one that kills the process there."""

_TRIES = 3
_MOST_AT_ONCE = 100_000
_CAUSES = {
    WireFault.TOO_NEW: Cause.TOO_NEW,
    WireFault.TOO_LARGE: Cause.TOO_LARGE,
    WireFault.BAD_SIGNATURE: Cause.BAD_SIGNATURE,
}


def silent(_label: str) -> None:
    """The probe of a center in earnest: does nothing."""


def refusal_of(error: WireError) -> RefusedError:
    """A malformed message as the center's refusal."""
    return RefusedError(_CAUSES.get(error.fault, Cause.DAMAGED), error.what)


class Intake:
    """Takes batches in. May be called from several threads and several processes at once."""

    def __init__(self, engine: Engine, identity: CenterIdentity, clock: Clock, probe: Probe = silent) -> None:
        self._engine = engine
        self._identity = identity
        self._clock = clock
        self._probe = probe

    def take(self, envelope: bytes) -> bytes:
        """Takes a batch in and returns the signed receipt; raises :class:`RefusedError`."""
        try:
            frame, header = read_batch_header(envelope)
        except WireError as error:
            raise refusal_of(error) from error
        if header.county != self._identity.county:
            raise RefusedError(Cause.WRONG_COUNTY, "这份数据属于别的县，县中心没有收下。")
        for turn in range(_TRIES):
            try:
                return self._take_once(envelope, frame, header)
            except (IntegrityError, OperationalError) as error:
                if turn == _TRIES - 1 or not _worth_again(error):
                    raise
        raise AssertionError("unreachable")

    def replay_waiting(self) -> int:
        """Tries again what an older program did not understand; returns how many still wait.

        Called when a center starts, for it may have been upgraded since.
        """
        county = self._identity.county
        with self._engine.begin() as connection:
            rows = Rows(connection, county)
            applied = apply_waiting(connection, rows, county, moment_text(self._clock.now()), _MOST_AT_ONCE)
            self._write(connection, rows, applied)
            self._number(connection, rows, county)
        return len(applied.held)

    def _take_once(self, envelope: bytes, frame: Frame, header: BatchHeader) -> bytes:
        sha256 = sha256_of(envelope)
        self._probe("before begin")
        with self._engine.begin() as connection:
            device = known_device(connection, self._identity.county, header.device.hex, lock=True)
            try:
                frame.verify(bytes(device["signing_key"]))
                raw = unpack_operations(frame, header)
            except WireError as error:
                raise refusal_of(error) from error
            if device["revoked_at"] is None:
                earlier = self._earlier(connection, header, sha256)
                if earlier is not None:
                    return earlier
                receipt = self._work(connection, header, raw, sha256)
                self._probe("before commit")
            else:
                self._quarantine(connection, header, sha256, envelope)
        if device["revoked_at"] is not None:
            raise RefusedError(
                Cause.REVOKED, "这台设备已被县中心停用，这批数据另行封存待查，没有丢失。请与县中心联系。"
            )
        self._probe("after commit")
        return receipt

    def _earlier(self, connection: Connection, header: BatchHeader, sha256: str) -> bytes | None:
        """The receipt of the same batch taken in before; raises RefusedError for a hole or an overlap."""
        mine = (
            RECEIPT.c.county == header.county,
            RECEIPT.c.device_id == header.device,
            RECEIPT.c.incarnation == header.incarnation,
        )
        same = connection.execute(
            select(RECEIPT.c.sha256, RECEIPT.c.bytes).where(*mine, RECEIPT.c.first_n == header.first_n)
        ).first()
        if same is not None and same.sha256 == sha256:
            return bytes(same.bytes)
        mark = mark_of(connection, header.county, header.device, header.incarnation)
        if header.first_n > mark + 1:
            raise RefusedError(Cause.HOLE, f"中间缺了一段，我这里收到第 {mark} 条。", mark)
        if header.first_n <= mark:
            raise RefusedError(Cause.OVERLAP, f"这一段已经收过，我这里收到第 {mark} 条。", mark)
        return None

    def _work(
        self,
        connection: Connection,
        header: BatchHeader,
        raw: list[bytes],
        sha256: str,
    ) -> bytes:
        now = self._clock.now()
        rows = Rows(connection, header.county)
        applied = apply_operations(connection, rows, header, raw, moment_text(now))
        self._probe("operations merged")
        self._write(connection, rows, applied)
        self._seen(connection, header, now)
        self._probe("rows written")
        self._number(connection, rows, header.county)
        self._probe("changes numbered")
        return self._receipt(connection, header, applied, sha256, now)

    def _write(self, connection: Connection, rows: Rows, applied: Applied) -> None:
        rows.save()
        upsert(connection, OP, applied.ops)
        upsert(connection, HELD, applied.held)
        upsert(connection, CONFLICT, applied.conflicts)

    def _seen(self, connection: Connection, header: BatchHeader, now: datetime) -> None:
        try:
            skew = int((parse_moment(header.made_at) - now).total_seconds())
        except ValueError:
            skew = 0
        connection.execute(
            update(DEVICE)
            .where(DEVICE.c.county == header.county, DEVICE.c.device_id == header.device)
            .values(
                last_seen_at=now,
                skew_seconds=max(-(2**31), min(skew, 2**31 - 1)),
                wire_schema=header.schema[:12],
            )
        )

    def _number(self, connection: Connection, rows: Rows, county: str) -> None:
        by_scope: dict[str, list[Any]] = {}
        for state in rows.touched():
            for scope in state.scopes | rows.scopes_of(state):
                by_scope.setdefault(scope, []).append(state)
        for scope in sorted(by_scope):
            states = by_scope[scope]
            first = count_up(connection, STREAM, county, scope, len(states)) - len(states) + 1
            upsert(
                connection,
                CHANGE,
                [
                    [county, scope, first + place, state.table, state.row, state.revision]
                    for place, state in enumerate(states)
                ],
            )

    def _receipt(
        self,
        connection: Connection,
        header: BatchHeader,
        applied: Applied,
        sha256: str,
        now: datetime,
    ) -> bytes:
        generation = connection.execute(
            select(CENTER.c.generation).where(CENTER.c.county == header.county)
        ).scalar_one()
        receipt = seal_receipt(
            ReceiptBody(
                county=header.county,
                device=header.device,
                first_n=header.first_n,
                generation=generation,
                incarnation=header.incarnation,
                last_n=header.last_n,
                number=f"{now:%Y%m%d}-{sha256[:10]}",
                sha256=sha256,
                stored_at=moment_text(now),
                verdicts=[line for line in applied.verdicts if line.word != ACCEPTED],
            ),
            self._identity.signing_key,
        )
        connection.execute(
            insert(RECEIPT).values(
                county=header.county,
                device_id=header.device,
                incarnation=header.incarnation,
                first_n=header.first_n,
                last_n=header.last_n,
                sha256=sha256,
                bytes=receipt,
                stored_at=now,
            )
        )
        return receipt

    def _quarantine(self, connection: Connection, header: BatchHeader, sha256: str, envelope: bytes) -> None:
        known = select(QUARANTINE.c.sha256).where(
            QUARANTINE.c.county == header.county, QUARANTINE.c.sha256 == sha256
        )
        if connection.execute(known).first() is None:
            connection.execute(
                insert(QUARANTINE).values(
                    county=header.county,
                    sha256=sha256,
                    device_id=header.device,
                    cause=Cause.REVOKED.word,
                    bytes=envelope,
                    came_at=self._clock.now(),
                )
            )


def known_device(connection: Connection, county: str, device: str, *, lock: bool = False) -> RowMapping:
    """An enrolled device (revoked or not) by its id in hex; raises :class:`RefusedError`."""
    query = select(DEVICE).where(DEVICE.c.county == county, DEVICE.c.device_id == UUID(hex=device))
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise RefusedError(
            Cause.UNKNOWN_DEVICE, "县中心没有登记这台设备，请先用入网码入网。本机的内容没有丢失。"
        )
    return row


def mark_of(connection: Connection, county: str, device: Any, incarnation: int) -> int:
    """Up to which number the center holds the operations of a device's incarnation; 0 when it has none."""
    highest = connection.execute(
        select(func.max(RECEIPT.c.last_n)).where(
            RECEIPT.c.county == county,
            RECEIPT.c.device_id == device,
            RECEIPT.c.incarnation == incarnation,
        )
    ).scalar()
    return int(highest or 0)


def verdicts_after(
    connection: Connection, county: str, device: Any, incarnation: int, after: int
) -> list[VerdictLine]:
    """The verdicts, other than accepted, of operations after a number."""
    rows = connection.execute(
        select(OP.c.n, OP.c.verdict, OP.c.reason)
        .where(
            OP.c.county == county,
            OP.c.device_id == device,
            OP.c.incarnation == incarnation,
            OP.c.n > after,
            OP.c.verdict != ACCEPTED,
        )
        .order_by(OP.c.n)
    )
    return [VerdictLine(row.n, row.verdict, row.reason) for row in rows]


def _worth_again(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    return state in ("40001", "40P01") or "locked" in str(error.orig)
