"""A county center for tests, on SQLite and on PostgreSQL, and wires to it that fail when told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from app.center.database import Opened, connect, open_center
from app.center.enrolment import Enrolment
from app.center.intake import Intake, Probe, silent
from app.center.marks import Marks
from app.center.refusal import RefusedError
from app.center.rows import columns_of
from app.center.schema import MIRRORS, OP, STREAM
from app.sync.courier import CenterRefusalError, WireBrokenError
from app.sync.wire_values import to_wire
from models.clock import Clock

COUNTY = "330127"


class Center:
    """One process of a county center."""

    def __init__(self, url: str, folder: Path, clock: Clock, probe: Probe = silent) -> None:
        self.url, self.folder, self.clock = url, folder, clock
        self.opened: Opened = open_center(connect(url), folder, COUNTY, clock)
        self.engine, identity = self.opened.engine, self.opened.identity
        self.intake = Intake(self.engine, identity, clock, probe)
        self.marks = Marks(self.engine, identity, clock)
        self.enrolment = Enrolment(self.engine, identity, clock)

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every row of the county by table and id, in wire form."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        with self.engine.begin() as connection:
            for name, table in MIRRORS.items():
                for row in connection.execute(select(table)).mappings():
                    found[name, row["id"].hex] = {
                        column.name: to_wire(row[column.name], column.kind)
                        for column in columns_of(name).values()
                    }
        return found

    def count(self, table: Table = OP) -> int:
        with self.engine.begin() as connection:
            return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    def all(self, table: Table) -> list[dict[str, Any]]:
        with self.engine.begin() as connection:
            return [dict(row) for row in connection.execute(select(table)).mappings()]

    def streams(self) -> dict[str, int]:
        return {row["scope"]: row["n"] for row in self.all(STREAM)}

    def close(self) -> None:
        self.engine.dispose()


class DirectWire:
    """A wire without a network; ``before`` and ``after`` may raise to lose a request or an answer."""

    def __init__(self, center: Center) -> None:
        self.center = center
        self.sent: list[bytes] = []
        self.receipts: list[bytes] = []
        self.before: Callable[[bytes], bytes] = lambda data: data
        self.after: Callable[[bytes], bytes] = lambda data: data

    def mark(self, question: bytes) -> bytes:
        return self._carry(self.center.marks.answer, question)

    def send(self, envelope: bytes) -> bytes:
        self.sent.append(envelope)
        receipt = self._carry(self.center.intake.take, self.before(envelope))
        self.receipts.append(receipt)
        return self.after(receipt)

    def enrol(self, request: bytes) -> bytes:
        return self.after(self._carry(self.center.enrolment.enrol, self.before(request)))

    @staticmethod
    def _carry(work: Callable[[bytes], bytes], data: bytes) -> bytes:
        try:
            return work(data)
        except RefusedError as refused:
            raise CenterRefusalError(refused.cause.word, refused.sentence, refused.mark) from refused


def lose(_data: bytes) -> bytes:
    """Loses what is carried."""
    raise WireBrokenError("传送中断了。")
