"""A station's side for the tests of sync: a store with the real triggers, people and cases to write into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import sqlcipher3.dbapi2 as driver
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Engine, create_engine, event, select, update
from sqlalchemy.orm import Session

from app.sync.capture import capture_statements
from app.sync.courier import Progress, WirePort, exchange
from app.sync.enrol import Enrolment, enrol
from app.sync.ledger import SyncCounts
from app.sync.outbox import Outbox
from app.sync.wire_values import to_wire, wire_columns
from models.base import synced_tables
from models.case import Case, CaseParty
from models.clock import Clock
from models.columns import moment_text
from models.exchange import SyncState
from models.ids import IdMaker
from models.organisation import OrgUnit
from models.person import Person
from models.tables import METADATA


class PlainStore:
    """A store without encryption but with the functions, triggers and boundary of the real one."""

    def __init__(self, path: Path | None = None) -> None:
        self._context: dict[str, Any] = {}
        self.engine = self._make_engine(path)
        METADATA.create_all(self.engine)
        with self.engine.begin() as connection:
            for statement in capture_statements(METADATA):
                connection.exec_driver_sql(statement)

    def _make_engine(self, path: Path | None) -> Engine:
        target = ":memory:" if path is None else str(path)
        engine = create_engine(
            f"sqlite+pysqlite:///{target}",
            module=driver,
            connect_args={"check_same_thread": False},
        )

        @event.listens_for(engine, "connect")
        def prepare(connection: Any, _record: object) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA journal_mode=WAL")
            for name in ("capture_on", "op_actor", "op_time"):
                connection.create_function(name, 0, self._teller(name))

        @event.listens_for(engine, "begin")
        def begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

        return engine

    def _teller(self, name: str) -> Callable[[], Any]:
        return lambda: self._context[name]

    @contextmanager
    def write(self, actor_id: UUID | None, now: datetime, *, capturing: bool = True) -> Iterator[Session]:
        self._context = {
            "capture_on": int(capturing),
            "op_actor": actor_id.bytes if actor_id else None,
            "op_time": moment_text(now),
        }
        try:
            with Session(self.engine, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            self._context = {}

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


class Side:
    """A founded station that can register cases and exchange with a center."""

    def __init__(
        self, store: PlainStore, clock: Clock, new_id: IdMaker, *, name: str = "上溪村调解室"
    ) -> None:
        self.store = store
        self.clock = clock
        self.new_id = new_id
        self._random = Random(7)
        with store.read() as session:
            state = session.scalars(select(SyncState)).first()
        if state is None:
            self._found(name)
        else:
            self.station_id, self.device_id = state.station_id, state.device_id
        self.outbox = Outbox(store, clock, lambda: f"{self._random.getrandbits(64):016x}")

    def _found(self, name: str) -> None:
        self.station_id, self.device_id = self.new_id(), self.new_id()
        with self.change() as session:
            session.add(
                SyncState(
                    device_id=self.device_id,
                    incarnation=1,
                    nonce="n1",
                    station_id=self.station_id,
                    signing_key=Ed25519PrivateKey.generate().private_bytes_raw(),
                    sealing_key=X25519PrivateKey.generate().private_bytes_raw(),
                )
            )
            session.flush()
            unit = OrgUnit(**self.stamps(self.station_id), name=name, level="village", short_name="上溪")
            session.add(unit)

    @contextmanager
    def change(self) -> Iterator[Session]:
        with self.store.write(None, self.clock.now()) as session:
            yield session

    def stamps(self, row_id: UUID | None = None) -> dict[str, Any]:
        now = self.clock.now()
        return {
            "id": row_id or self.new_id(),
            "station_id": self.station_id,
            "created_at": now,
            "changed_at": now,
        }

    def add_cases(self, count: int, title: str = "宅基地纠纷") -> list[UUID]:
        """Cases with two parties each: five operations a case."""
        made: list[UUID] = []
        with self.change() as session:
            for number in range(count):
                people = [Person(**self.stamps(), name=f"张𠮷{number}"), Person(**self.stamps(), name="李四")]
                case = Case(**self.stamps(), title=f"{title}{number}", facts="因滴水檐起争执。")
                session.add_all([*people, case])
                session.flush()
                session.add_all(
                    CaseParty(**self.stamps(), case_id=case.id, person_id=person.id) for person in people
                )
                made.append(case.id)
        return made

    def edit_case(self, case_id: UUID, **values: Any) -> None:
        with self.change() as session:
            session.execute(
                update(Case).where(Case.id == case_id).values(changed_at=self.clock.now(), **values)
            )

    def enrol(self, wire: Any, code: str, address: str = "https://center.example") -> Enrolment:
        return enrol(self.store, wire, self.clock, lambda: "00ff", address, code)

    def exchange(self, wire: WirePort, cancelled: Callable[[], bool] = lambda: False) -> list[Progress]:
        return list(exchange(self.outbox, wire, self.clock, cancelled))

    @property
    def counts(self) -> SyncCounts:
        return self.outbox.counts()

    def rows(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Every synced row by table and id, with its captured columns in wire form."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        with self.store.read() as session:
            for table in synced_tables(METADATA):
                for row in session.execute(select(table)).mappings():
                    found[table.name, row["id"].hex] = {
                        column.name: to_wire(row[column.name], column.kind) for column in wire_columns(table)
                    }
        return found
