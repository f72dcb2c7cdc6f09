"""What an agreement promised and what became of it (人民调解法 第三十一条).

A promise is recorded with its day and without a day of performance; its performance is a row of its own with the same
item and promised day, so that instalments, part payments and corrections all stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from models.step import Fulfilment

FULFILLED, PARTIAL = "fulfilled", "partial"


@dataclass(frozen=True, slots=True)
class Promise:
    """Something promised that is not yet done. ``amount_fen``: None where no money is owed."""

    id: UUID
    item: str
    amount_fen: int | None
    due_on: date | None
    urged_on: date | None


def still_open() -> ColumnElement[bool]:
    """The condition on :class:`Fulfilment` for a promise that nothing recorded has met in full."""
    done = aliased(Fulfilment)
    met = exists(
        select(done.local_id).where(
            done.case_id == Fulfilment.case_id,
            done.item == Fulfilment.item,
            done.due_on.is_not_distinct_from(Fulfilment.due_on),
            done.done_on.is_not(None),
            done.status != PARTIAL,
            done.withdrawn_at.is_(None),
        )
    )
    return and_(
        Fulfilment.done_on.is_(None),
        Fulfilment.status != FULFILLED,
        Fulfilment.withdrawn_at.is_(None),
        ~met,
    )


def open_promises(session: Session, case_id: UUID) -> tuple[Promise, ...]:
    """What is still to be done in a matter, the earliest day first, each once."""
    rows = session.scalars(
        select(Fulfilment)
        .where(Fulfilment.case_id == case_id, still_open())
        .order_by(Fulfilment.due_on.is_(None), Fulfilment.due_on, Fulfilment.local_id)
    )
    found: dict[tuple[str, date | None], Promise] = {}
    for row in rows:
        found[row.item, row.due_on] = Promise(row.id, row.item, row.amount_fen, row.due_on, row.urged_on)
    return tuple(found.values())
