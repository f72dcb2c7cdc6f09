"""The same matter again, or the same event entered twice: hints, and the merging of a double entry.

A repeat (重复来访) counts and is linked to the first; a double entry (重复录入) is an error and counts once. Neither is
ever decided by the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.people import PersonEntry
from app.cases.visibility import OPEN, Viewer, case_for, visible_to
from app.search.segment import segment
from app.station import Work
from models.case import Case, CaseLink, CaseParty
from models.errors import UserError
from models.person import Person
from models.step import Step

MOST_COMPARED = 40
SHORTEST_ACCOUNT = 6
"""Pairs; below that two accounts are too short to be compared."""
SHARED = 0.35
"""Share of the shorter account's pairs that both hold."""


def merge_duplicate(work: Work, case_id: UUID, original_id: UUID, reason: str) -> None:
    """Marks a matter as the same event entered twice; it stays readable and is counted no more.

    Not to be confused with a repeat visit, which counts. Raises :class:`UserError` without a reason.
    """
    if case_id == original_id:
        raise UserError("不能把一件事并入它自己。", "请选择先登记的那一件。")
    case, original = case_for(work, case_id), case_for(work, original_id)
    if original.withdrawn_at is not None or case.withdrawn_at is not None:
        raise UserError("其中一件已经撤回，没有并入。", "请选择还在办理的那一件。")
    if original.secrecy != case.secrecy:
        raise UserError("两件事的知悉范围不同，没有并入。", "请先核对知悉范围，再决定是否并入。")
    work.withdraw(case, reason)
    case.duplicate_of_case_id = original_id
    work.add(CaseLink(case_id=case_id, other_case_id=original_id, kind="duplicate", reason=reason[:200]))
    work.add(
        Step(
            case_id=original_id,
            kind="link",
            happened_on=work.today,
            by_staff_id=work.actor_id,
            note=f"并入重复录入的 {case.number}：{reason}",
        )
    )


@dataclass(frozen=True, slots=True)
class PossibleMatch:
    """A matter that may be the same one: shown as a hint, never merged by itself."""

    case_id: UUID
    number: str
    title: str
    state: str
    received_on: date | None
    same_person: bool
    alike: bool = False
    """The words tell much the same: a repeat, or the same event entered twice (the same day)."""


def possible_matches(
    session: Session, people: tuple[PersonEntry, ...], viewer: Viewer, limit: int = 5, facts: str = ""
) -> tuple[PossibleMatch, ...]:
    """Matters in which one of these people is a party; restricted ones never appear in a hint (第三十条).

    Those whose words are like ``facts`` (同人同事) come first, then the newest.
    """
    ids = {person.id for person in people if person.id is not None}
    numbers = {person.document_number.strip() for person in people if person.document_number.strip()}
    pairs = {(p.name.strip(), p.phone.strip()) for p in people if p.name.strip() and p.phone.strip()}
    condition = Person.id.in_(ids) | Person.document_number.in_(numbers)
    for name, phone in pairs:
        condition = condition | ((Person.name == name) & (Person.phone == phone))
    if not (ids or numbers or pairs):
        return ()
    query = (
        select(Case)
        .join(CaseParty, CaseParty.case_id == Case.id)
        .join(Person, Person.id == CaseParty.person_id)
        .where(
            condition,
            CaseParty.withdrawn_at.is_(None),
            visible_to(viewer),
            Case.secrecy == OPEN,
            Case.withdrawn_at.is_(None),
        )
        .order_by(Case.local_id.desc())
        .distinct()
        .limit(MOST_COMPARED)
    )
    found = [
        PossibleMatch(
            case.id, case.number, case.title, case.state, case.received_on, True, alike(facts, case.facts)
        )
        for case in session.scalars(query)
    ]
    found.sort(key=lambda match: not match.alike)
    return tuple(found[:limit])


def alike(one: str, other: str) -> bool:
    """Whether two accounts share enough character pairs to be worth a look as the same matter."""
    first, second = set(segment(one).split()), set(segment(other).split())
    shorter = min(len(first), len(second))
    return shorter >= SHORTEST_ACCOUNT and len(first & second) >= shorter * SHARED
