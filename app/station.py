"""An open station: its store, its signed-in user, its clock. The one boundary that every write goes through."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import SIGNED_OUT, note_access
from app.accounts.sign_in import SignedIn
from app.storage.backup import back_up
from app.storage.store import Store
from models.base import Synced
from models.clock import Clock, local_day
from models.codes import CodeTables
from models.errors import UserError
from models.exchange import SyncState
from models.ids import IdMaker

Row = TypeVar("Row", bound=Synced)


@dataclass(frozen=True, slots=True)
class Work:
    """What a change is made with: one transaction, one moment, one person."""

    session: Session
    now: datetime
    actor_id: UUID | None
    account_id: UUID
    station_id: UUID
    new_id: IdMaker
    may_see_accusations: bool
    codes: CodeTables
    name: str

    @property
    def today(self) -> date:
        """The day in China."""
        return local_day(self.now)

    def add(self, row: Row) -> Row:
        """Adds a synced row, filling in its id (unless given), station, moment and person; flushes it."""
        if row.id is None:
            row.id = self.new_id()
        row.station_id = self.station_id
        row.created_at = row.changed_at = self.now
        row.created_by = row.changed_by = self.actor_id
        self.session.add(row)
        self.session.flush()
        return row

    def touch(self, row: Row) -> Row:
        """Marks a synced row as changed now by this person. Call it on every row that is changed."""
        row.changed_at = self.now
        row.changed_by = self.actor_id
        return row

    def withdraw(self, row: Row, reason: str) -> None:
        """Takes a row back with a reason; it stays readable. Raises :class:`UserError` without a reason."""
        if not reason.strip():
            raise UserError("撤回要写明理由。", "请填写理由后再撤回。", title="还差理由")
        row.withdrawn_at = self.now
        row.withdrawn_by = self.actor_id
        row.withdrawn_reason = reason.strip()
        self.touch(row)


class Station:
    """An open station with somebody signed in."""

    def __init__(
        self, store: Store, signed_in: SignedIn, clock: Clock, new_id: IdMaker, codes: CodeTables
    ) -> None:
        self.store = store
        self.signed_in = signed_in
        self.clock = clock
        self.new_id = new_id
        self.codes = codes
        with store.read() as session:
            self.station_id: UUID = session.scalars(select(SyncState.station_id)).one()

    @contextmanager
    def change(self, name: str) -> Iterator[Work]:
        """One transaction with the Chinese name of what is done; nothing is kept when the block raises."""
        now = self.clock.now()
        with self.store.write(self.signed_in.staff_id, now) as session:
            yield Work(
                session,
                now,
                self.signed_in.staff_id,
                self.signed_in.account_id,
                self.station_id,
                self.new_id,
                self.signed_in.may_see_accusations,
                self.codes,
                name,
            )

    @contextmanager
    def query(self) -> Iterator[Session]:
        """A consistent view to read from."""
        with self.store.read() as session:
            yield session

    def close(self, *, backup: bool = True) -> None:
        """Signs out, makes a verified backup and closes the store. Twice does no harm.

        The store is closed also when the backup cannot be made; the reason is then raised as :class:`UserError`.
        """
        if not self.store.is_open:
            return
        try:
            with self.store.write(None, self.clock.now()) as session:
                note_access(
                    session, at=self.clock.now(), account_id=self.signed_in.account_id, event=SIGNED_OUT
                )
            if backup:
                back_up(self.store, self.clock)
        finally:
            self.store.close()
