"""The station's sync book-keeping inside one session: how far the county has it, and what that means.

Receipts of one incarnation are contiguous from 1 on; the last number of the last one is how far the county
has signed for. Everything after it is still ours to send, whatever was sent already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, select, update
from sqlalchemy.orm import Session

from app.sync.wire import VerdictLine, WireOperation, encode_operation
from models.columns import moment_text
from models.exchange import Operation, Receipt, SentBatch, SyncState, Verdict


@dataclass(frozen=True, slots=True)
class SyncCounts:
    """The three numbers the user sees: not sent, sent but not confirmed, stored at the county."""

    not_sent: int
    sent_unconfirmed: int
    stored: int


def state_of(session: Session) -> SyncState:
    """The one row that says who this store is; NoResultFound when the store was never founded."""
    return session.scalars(select(SyncState).order_by(SyncState.local_id).limit(1)).one()


def receipted(session: Session, incarnation: int) -> int:
    """Up to which number the county has signed for an incarnation."""
    query = select(func.max(Receipt.last_n)).where(Receipt.incarnation == incarnation)
    return session.scalar(query) or 0


def highest_numbers(session: Session) -> dict[int, int]:
    """The last number of each incarnation that this store has operations of, oldest incarnation first."""
    query = (
        select(Operation.incarnation, func.max(Operation.n))
        .group_by(Operation.incarnation)
        .order_by(Operation.incarnation)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def counts(session: Session) -> SyncCounts:
    """The three numbers; their sum is the number of operations in this store."""
    stored = sent = total = 0
    for incarnation in highest_numbers(session):
        through = receipted(session, incarnation)
        last_sent = session.scalar(
            select(func.max(SentBatch.last_n)).where(
                SentBatch.incarnation == incarnation, SentBatch.sent_at.is_not(None)
            )
        )
        own = Operation.incarnation == incarnation
        total += _count(session, own)
        stored += _count(session, own, Operation.n <= through)
        if last_sent is not None and last_sent > through:
            sent += _count(session, own, Operation.n > through, Operation.n <= last_sent)
    return SyncCounts(not_sent=total - stored - sent, sent_unconfirmed=sent, stored=stored)


def _count(session: Session, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(Operation).where(*where)) or 0  # type: ignore[arg-type]


def raw_operation(operation: Operation | Row[*tuple[Any, ...]]) -> bytes:
    """An operation as the bytes that travel."""
    return encode_operation(
        WireOperation(
            actor=operation.actor_id.hex if operation.actor_id else None,
            at=moment_text(operation.made_at),
            base=operation.base_revision,
            changes=msgspec.Raw(operation.changes.encode()),
            kind=operation.kind,
            row=operation.row_id.hex,
            table=operation.table_name,
        )
    )


def rewind(session: Session, incarnation: int, mark: int) -> int:
    """The county went back to ``mark``: what it lost becomes unsent again. Returns how many operations that
    are.
    """
    through = receipted(session, incarnation)
    own = Receipt.incarnation == incarnation
    session.execute(delete(Receipt).where(own, Receipt.first_n > mark))
    session.execute(update(Receipt).where(own, Receipt.last_n > mark).values(last_n=mark))
    session.execute(delete(Verdict).where(Verdict.incarnation == incarnation, Verdict.n > mark))
    forget_sent(session, incarnation)
    return max(0, through - mark)


def forget_sent(session: Session, incarnation: int) -> None:
    """Drops the batches of an incarnation that wait for a receipt; they are made anew from the operations."""
    session.execute(delete(SentBatch).where(SentBatch.incarnation == incarnation))


def take_new_incarnation(session: Session, top_known: int) -> int:
    """Moves every operation the county has not signed for to a new incarnation, in their order.

    Needed when a copy of this store, or this store before it was put back, used the same numbers for other
    operations. ``top_known``: the highest incarnation the county knows of this device. Returns the new one.
    """
    state = state_of(session)
    numbers = highest_numbers(session)
    known = session.scalars(select(Receipt.incarnation).distinct()).all()
    fresh: int = max(state.incarnation, top_known, *numbers, *known) + 1
    n = 0
    for incarnation in numbers:
        moving = session.scalars(
            select(Operation.local_id)
            .where(Operation.incarnation == incarnation, Operation.n > receipted(session, incarnation))
            .order_by(Operation.n)
        ).all()
        for local_id in moving:
            n += 1
            session.execute(
                update(Operation).where(Operation.local_id == local_id).values(incarnation=fresh, n=n)
            )
        forget_sent(session, incarnation)
    state.incarnation = fresh
    session.flush()
    return fresh


def note_exchange(session: Session, now: datetime, message: str) -> None:
    """Keeps when and how the last exchange ended."""
    state = state_of(session)
    state.last_exchange_at = now
    state.last_message = message


def keep_verdicts(session: Session, incarnation: int, lines: list[VerdictLine]) -> None:
    """Keeps what the county said of operations that it did not simply accept."""
    for line in lines:
        session.execute(delete(Verdict).where(Verdict.incarnation == incarnation, Verdict.n == line.n))
        session.add(Verdict(incarnation=incarnation, n=line.n, verdict=line.word, reason=line.reason))
