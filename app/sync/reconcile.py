"""What the county's marks mean for this station, both ways.

The county knows more than we hold receipts for (an answer was lost, or this store was put back): adopted. It knows
less (it was put back): what it lost is unsent again. It holds other operations than ours under the same numbers (a
copy of this store was in use): the place where the histories part is found by comparing digests, what is common is
adopted, and the rest goes out under a new incarnation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sync import ledger
from app.sync.wire import MAX_ASKED, AskedMark, KnownMark, MarkAnswer, operation_digest
from models.columns import parse_moment
from models.exchange import Operation, Receipt, SyncState


@dataclass(frozen=True, slots=True)
class Fork:
    """The histories of an incarnation agree up to ``same`` and differ at ``other``."""

    incarnation: int
    same: int
    other: int


@dataclass(frozen=True, slots=True)
class MarkOutcome:
    """What the county's marks meant. ``skew_seconds``: this PC's clock minus the county's.

    ``fork``: a parting of histories that another question must narrow down first.
    """

    adopted: int
    sent_back: int
    new_incarnation: int | None
    skew_seconds: int
    fork: Fork | None = None


def asked_marks(session: Session, state: SyncState) -> list[AskedMark]:
    """The question about every incarnation of this store (the latest ones, if there are very many)."""
    highest = ledger.highest_numbers(session)
    highest.setdefault(state.incarnation, 0)
    return [
        AskedMark(
            highest=highest[incarnation],
            incarnation=incarnation,
            receipted=ledger.receipted(session, incarnation),
        )
        for incarnation in sorted(highest)[-MAX_ASKED:]
    ]


def probes(session: Session, fork: Fork) -> list[AskedMark]:
    """Questions about places between the two ends of a fork, evenly spread."""
    receipted = ledger.receipted(session, fork.incarnation)
    step = max(1, -(-(fork.other - fork.same) // MAX_ASKED))
    places = [*range(fork.same + step, fork.other, step), fork.other]
    return [
        AskedMark(highest=place, incarnation=fork.incarnation, receipted=receipted)
        for place in places[-MAX_ASKED:]
    ]


def settle_marks(session: Session, answer: MarkAnswer, data: bytes, now: datetime) -> MarkOutcome:
    """Brings this store's book-keeping into line with the county's signed marks (``data``: as received)."""
    state = ledger.state_of(session)
    by_incarnation: dict[int, list[KnownMark]] = {}
    for known in answer.marks:
        by_incarnation.setdefault(known.incarnation, []).append(known)
    highest = ledger.highest_numbers(session)
    skew = int((now - parse_moment(answer.now)).total_seconds())
    adopted = sent_back = 0
    renumber = False
    for incarnation, marks in by_incarnation.items():
        through = ledger.receipted(session, incarnation)
        fork = _fork(session, incarnation, through, marks)
        if fork is not None and fork.other - fork.same > 1:
            return MarkOutcome(adopted, sent_back, None, skew, fork)
        mark = marks[0].n if fork is None else fork.same
        if mark > through:
            adopted += mark - through
            _adopt(session, answer, marks[0], (through, mark), data, now)
        elif mark < through:
            sent_back += ledger.rewind(session, incarnation, mark)
        # Beyond our highest, the next number here would be one that the county holds for something else.
        ahead = incarnation == state.incarnation and mark > highest.get(incarnation, 0)
        renumber = renumber or fork is not None or ahead
    fresh = ledger.take_new_incarnation(session, answer.top_incarnation) if renumber else None
    state.generation = answer.generation
    return MarkOutcome(adopted, sent_back, fresh, skew)


def _fork(session: Session, incarnation: int, through: int, marks: list[KnownMark]) -> Fork | None:
    verdicts = {known.digest_n: _same(session, known) for known in marks if known.digest_n > 0}
    other = min((place for place, same in verdicts.items() if same is False), default=None)
    if other is None:
        return None
    agreed = [place for place, same in verdicts.items() if same and place < other]
    return Fork(incarnation, max([min(through, other - 1), *agreed]), other)


def _same(session: Session, known: KnownMark) -> bool | None:
    """Whether the county's operation is ours; None when there is nothing to compare."""
    operation = session.scalars(
        select(Operation).where(Operation.incarnation == known.incarnation, Operation.n == known.digest_n)
    ).first()
    if operation is None or not known.digest:
        return None
    return operation_digest(ledger.raw_operation(operation)) == known.digest


def _adopt(
    session: Session,
    answer: MarkAnswer,
    known: KnownMark,
    span: tuple[int, int],
    data: bytes,
    now: datetime,
) -> None:
    through, mark = span
    session.add(
        Receipt(
            incarnation=known.incarnation,
            first_n=through + 1,
            last_n=mark,
            number=f"对账-{known.incarnation}-{mark}",
            generation=answer.generation,
            stored_at=parse_moment(answer.now),
            received_at=now,
            body=data,
        )
    )
    lines = [line for line in known.verdicts if through < line.n <= mark]
    ledger.keep_verdicts(session, known.incarnation, lines)
    ledger.forget_sent(session, known.incarnation)
    session.flush()
