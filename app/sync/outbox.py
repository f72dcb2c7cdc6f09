"""The station's side of an exchange: makes batches, keeps them till their receipt, takes receipts and marks
in.

A batch is kept byte for byte until the county's receipt for it comes, so that a resend is the same batch.
All of it works through short transactions on the store; nothing is held open while the network is slow.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.sync import ledger
from app.sync.ledger import SyncCounts
from app.sync.reconcile import Fork, MarkOutcome, asked_marks, probes, settle_marks
from app.sync.wire import (
    COMPRESSION,
    MAX_OPERATIONS,
    Batch,
    BatchHeader,
    MarkRequest,
    VerdictLine,
    open_mark,
    open_receipt,
    schema_revision,
    seal,
    seal_mark_request,
    sha256_of,
)
from app.sync.wire_frame import WireError, WireFault
from models.clock import Clock
from models.columns import moment_text, parse_moment
from models.desk import Setting
from models.errors import UserError
from models.exchange import Operation, Receipt, SentBatch, SyncState
from models.tables import METADATA

SMALLEST, USUAL, LARGEST = 20, 500, MAX_OPERATIONS
_WIRE_COLUMNS = (
    Operation.n,
    Operation.table_name,
    Operation.row_id,
    Operation.kind,
    Operation.changes,
    Operation.base_revision,
    Operation.actor_id,
    Operation.made_at,
)
_SIZE_SETTING = "sync.batch_size"


class SyncStore(Protocol):
    """What sync needs of the station's store."""

    def write(
        self, actor_id: UUID | None, now: datetime, *, capturing: bool = True
    ) -> AbstractContextManager[Session]:
        """One writing transaction."""
        ...

    def read(self) -> AbstractContextManager[Session]:
        """One reading transaction."""
        ...


@dataclass(frozen=True, slots=True)
class Question:
    """A signed question for the county's marks, and the nonce its answer must repeat."""

    data: bytes
    nonce: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch ready to be carried."""

    envelope: bytes
    incarnation: int
    first_n: int
    last_n: int

    @property
    def count(self) -> int:
        """How many operations it holds."""
        return self.last_n - self.first_n + 1


class Outbox:
    """The store port of :func:`app.sync.courier.exchange`."""

    def __init__(self, store: SyncStore, clock: Clock, new_nonce: Callable[[], str]) -> None:
        self._store = store
        self._clock = clock
        self._new_nonce = new_nonce
        self._schema = schema_revision(METADATA)

    def counts(self) -> SyncCounts:
        """The three numbers of this moment."""
        with self._store.read() as session:
            return ledger.counts(session)

    def question(self, fork: Fork | None = None) -> Question:
        """The question for the county's marks; raises UserError when the station is not enrolled.

        ``fork``: where the county's history of an incarnation parts from ours, to be narrowed down by this question.
        """
        nonce = self._new_nonce()
        with self._store.read() as session:
            state = ledger.state_of(session)
            signing_key, _ = _enrolled(state)
            request = MarkRequest(
                asked=asked_marks(session, state) if fork is None else probes(session, fork),
                county=state.county,
                device=state.device_id,
                generation=state.generation,
                made_at=moment_text(self._clock.now()),
                nonce=nonce,
            )
        return Question(seal_mark_request(request, signing_key), nonce)

    def take_mark(self, data: bytes, nonce: str) -> MarkOutcome:
        """Takes the county's marks in, both ways; raises :class:`WireError` for an answer not to be used."""
        now = self._clock.now()
        with self._store.write(None, now, capturing=False) as session:
            state = ledger.state_of(session)
            _, center_key = _enrolled(state)
            answer = open_mark(data, center_key)
            if answer.nonce != nonce:
                raise WireError(WireFault.NOT_ASKED)
            _check_owner(state, answer.county, answer.device)
            return settle_marks(session, answer, data, now)

    def next_batch(self, size: int) -> Outgoing | None:
        """The next batch to be carried, kept before it is sent; None when the county has everything.

        A batch that waits for its receipt comes again byte for byte, whatever ``size`` says.
        """
        now = self._clock.now()
        with self._store.write(None, now, capturing=False) as session:
            state = ledger.state_of(session)
            signing_key, _ = _enrolled(state)
            for incarnation, highest in ledger.highest_numbers(session).items():
                through = ledger.receipted(session, incarnation)
                if through >= highest:
                    continue
                kept = session.scalars(
                    select(SentBatch).where(
                        SentBatch.incarnation == incarnation, SentBatch.first_n == through + 1
                    )
                ).first()
                if kept is None or kept.envelope is None:
                    ledger.forget_sent(session, incarnation)
                    kept = self._make(session, state, signing_key, incarnation, through, size, now)
                assert kept.envelope is not None
                return Outgoing(bytes(kept.envelope), incarnation, kept.first_n, kept.last_n)
        return None

    def _make(
        self,
        session: Session,
        state: SyncState,
        signing_key: bytes,
        incarnation: int,
        through: int,
        size: int,
        now: datetime,
    ) -> SentBatch:
        operations = session.execute(
            select(*_WIRE_COLUMNS)
            .where(Operation.incarnation == incarnation, Operation.n > through)
            .order_by(Operation.n)
            .limit(max(SMALLEST, min(size, LARGEST)))
        ).all()
        if [operation.n for operation in operations] != list(
            range(through + 1, through + 1 + len(operations))
        ):
            raise RuntimeError(f"the operation log has a hole after {incarnation}/{through}")
        previous = session.scalars(
            select(Receipt.number).where(Receipt.incarnation == incarnation, Receipt.last_n == through)
        ).first()
        header = BatchHeader(
            compression=COMPRESSION,
            county=state.county,
            count=len(operations),
            device=state.device_id,
            first_n=through + 1,
            incarnation=incarnation,
            last_n=through + len(operations),
            made_at=moment_text(now),
            previous=previous or "",
            schema=self._schema,
        )
        envelope = seal(Batch(header, [ledger.raw_operation(one) for one in operations]), signing_key)
        batch = SentBatch(
            incarnation=incarnation,
            first_n=header.first_n,
            last_n=header.last_n,
            sha256=sha256_of(envelope),
            envelope=envelope,
            made_at=now,
            sent_at=now,
        )
        session.add(batch)
        session.flush()
        return batch

    def take_receipt(self, data: bytes) -> list[VerdictLine]:
        """Takes a receipt in and drops its batch; returns the verdicts other than accepted.

        Raises :class:`WireError` for a receipt that is not the county's or not for a batch of this device.
        """
        now = self._clock.now()
        with self._store.write(None, now, capturing=False) as session:
            state = ledger.state_of(session)
            _, center_key = _enrolled(state)
            receipt = open_receipt(data, center_key)
            _check_owner(state, receipt.county, receipt.device)
            own = (
                SentBatch.incarnation == receipt.incarnation,
                SentBatch.first_n == receipt.first_n,
                SentBatch.sha256 == receipt.sha256,
            )
            batch = session.scalars(select(SentBatch).where(*own)).first()
            if batch is None or batch.last_n != receipt.last_n:
                raise WireError(WireFault.NOT_ASKED)
            session.add(
                Receipt(
                    incarnation=receipt.incarnation,
                    first_n=receipt.first_n,
                    last_n=receipt.last_n,
                    number=receipt.number,
                    generation=receipt.generation,
                    stored_at=parse_moment(receipt.stored_at),
                    received_at=now,
                    body=data,
                )
            )
            ledger.keep_verdicts(session, receipt.incarnation, receipt.verdicts)
            session.execute(delete(SentBatch).where(*own))
            state.generation = receipt.generation
        return receipt.verdicts

    def batch_size(self) -> int:
        """How large the next batch should be, as the last exchange left it."""
        with self._store.read() as session:
            value = session.scalar(select(Setting.value).where(Setting.key == _SIZE_SETTING))
        return int(value) if value and value.isdigit() else USUAL

    def finish(self, message: str, size: int, failed: Outgoing | None = None) -> None:
        """Keeps how the exchange ended and the batch size for the next one.

        ``failed``: a batch that the link was too slow for; it is made anew in the new size. That is safe
        although the county may have it: the next mark tells.
        """
        now = self._clock.now()
        with self._store.write(None, now, capturing=False) as session:
            ledger.note_exchange(session, now, message)
            setting = session.scalars(select(Setting).where(Setting.key == _SIZE_SETTING)).first()
            if setting is None:
                session.add(Setting(key=_SIZE_SETTING, value=str(size)))
            else:
                setting.value = str(size)
            if failed is not None:
                ledger.forget_sent(session, failed.incarnation)


def _enrolled(state: SyncState) -> tuple[bytes, bytes]:
    if state.enrolled_at is None or state.signing_key is None or state.center_key is None:
        raise UserError("本站还没有在县中心入网。", "请向县中心要一个入网码，在“同步”页里入网。")
    return bytes(state.signing_key), bytes(state.center_key)


def _check_owner(state: SyncState, county: str, device: UUID) -> None:
    if county != state.county:
        raise WireError(WireFault.WRONG_COUNTY)
    if device != state.device_id:
        raise WireError(WireFault.WRONG_DEVICE)
