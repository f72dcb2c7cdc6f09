"""Receiving people: one entry, savable however little was said, that every paper and table reads from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.numbers import next_number
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import MOST_REPRESENTATIVES, PartyEntry
from app.cases.people import KnownPerson, PersonEntry, known, save_person
from app.cases.repeats import PossibleMatch as PossibleMatch
from app.cases.repeats import merge_duplicate as merge_duplicate
from app.cases.repeats import possible_matches as possible_matches
from app.cases.visibility import ACCUSATION, Viewer, case_for, stricter, visit_visible_to
from app.station import Work
from models.case import Case
from models.clock import local_day
from models.errors import UserError
from models.person import Person
from models.step import Step
from models.visit import Visit, VisitPerson

PETITIONER, REPRESENTATIVE = "petitioner", "representative"


@dataclass(frozen=True, slots=True)
class VisitorEntry:
    """Somebody who came, with the role ``petitioner`` or ``representative``."""

    person: PersonEntry
    role: str = PETITIONER


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """A reception as typed."""

    channel: str = "visit"
    happened_at: datetime | None = None
    received_on: date | None = None
    postmarked_on: date | None = None
    addressee: str = ""
    people_count: int = 1
    affected_count: int | None = None
    anonymous: bool = False
    joint_signed: bool = False
    above_level: bool = False
    urgent: bool = False
    secrecy: str = "open"
    place: str = ""
    problem_place: str = ""
    facts: str = ""
    request: str = ""
    handling_opinion: str = ""
    responsible_unit: str = ""
    handling_result: str = ""
    received_by: UUID | None = None
    visitors: tuple[VisitorEntry, ...] = ()


_COPIED = tuple(name for name in VisitEntry.__dataclass_fields__ if name != "visitors")


def register_visit(work: Work, entry: VisitEntry) -> UUID:
    """Records a reception and returns its id. Nothing is required: registering must never be blocked (第四十三条).

    The first receiver is who signed in; it is never changed afterwards (首问责任制).
    """
    values = {name: getattr(entry, name) for name in _COPIED}
    visit = Visit(**values)
    visit.number = next_number(work, "visit")[0]
    visit.happened_at = entry.happened_at or work.now
    visit.received_on = entry.received_on or local_day(visit.happened_at)
    visit.registered_at = work.now
    visit.first_received_by = work.actor_id
    visit.received_by = entry.received_by or work.actor_id
    visit.people_count = max(entry.people_count, len(entry.visitors), 1)
    work.add(visit)
    _save_visitors(work, visit.id, entry.visitors)
    return visit.id


def update_visit(work: Work, visit_id: UUID, entry: VisitEntry) -> None:
    """Corrects a reception. The number, the first receiver and the time of registration stay."""
    visit = _visit(work.session, visit_id)
    for name in _COPIED:
        value = getattr(entry, name)
        if name in ("happened_at", "received_on", "received_by") and value is None:
            continue
        if getattr(visit, name) != value:
            setattr(visit, name, value)
    visit.people_count = max(visit.people_count, len(entry.visitors), 1)
    work.touch(visit)
    _save_visitors(work, visit_id, entry.visitors)
    work.session.flush()


def _save_visitors(work: Work, visit_id: UUID, visitors: tuple[VisitorEntry, ...]) -> None:
    """Brings the visitors of a reception into line with what was typed, each person once."""
    standing = {
        row.person_id: row
        for row in work.session.scalars(
            select(VisitPerson).where(VisitPerson.visit_id == visit_id, VisitPerson.withdrawn_at.is_(None))
        )
    }
    named: set[UUID] = set()
    for visitor in visitors:
        if visitor.person.empty:
            continue
        person_id = save_person(work, visitor.person)
        if person_id in named:
            continue
        row, position = standing.get(person_id), len(named)
        named.add(person_id)
        if row is None:
            work.add(
                VisitPerson(visit_id=visit_id, person_id=person_id, role=visitor.role, position=position)
            )
        elif (row.role, row.position) != (visitor.role, position):
            row.role, row.position = visitor.role, position
            work.touch(row)
    for person_id, row in standing.items():
        if person_id not in named:
            work.withdraw(row, "更正来访人")


def visit_warnings(entry: VisitEntry) -> tuple[str, ...]:
    """What to look at again, in words; nothing here keeps the record from being saved."""
    warnings = []
    representatives = sum(visitor.role == REPRESENTATIVE for visitor in entry.visitors)
    if representatives > MOST_REPRESENTATIVES:
        warnings.append(f"代表人不得超过五人（信访工作条例第二十条），现在填了 {representatives} 人。")
    if entry.channel == "visit" and entry.people_count > MOST_REPRESENTATIVES and representatives == 0:
        warnings.append("多人走访应当推选代表，代表人数不超过五人（信访工作条例第二十条）。")
    return tuple(warnings)


def answer_on_the_spot(work: Work, visit_id: UUID, answer: str) -> None:
    """Closes a reception with an answer given at once; raises :class:`UserError` without one."""
    if not answer.strip():
        raise UserError("还没有填当场答复的内容。", "写上怎样答复的，再点“当场答复”；已填的内容都还在。")
    visit = _pending(work.session, visit_id)
    visit.answer = answer.strip()
    visit.outcome = "answered"
    work.touch(visit)
    work.session.flush()


def open_case_from_visit(work: Work, visit_id: UUID, entry: CaseEntry) -> UUID:
    """Opens a matter from a reception and returns its id; what was typed once is taken over, not typed again."""
    visit = _pending(work.session, visit_id)
    parties = entry.parties or _visitors_as_parties(work.session, visit_id, entry.kind)
    case_id = open_case(
        work,
        replace(
            entry,
            facts=entry.facts or visit.facts,
            demand=entry.demand or visit.request,
            place=entry.place or visit.problem_place,
            received_on=entry.received_on or visit.received_on,
            petitioned_on=entry.petitioned_on
            or (local_day(visit.happened_at) if visit.happened_at else None),
            applied_on=entry.applied_on
            or (
                visit.received_on if entry.kind == "dispute" and entry.source in ("", "application") else None
            ),
            affected_count=entry.affected_count if entry.affected_count is not None else visit.affected_count,
            secrecy=stricter(visit.secrecy, entry.secrecy),
            source=entry.source or "visit",
            parties=parties,
        ),
    )
    case = work.session.scalars(select(Case).where(Case.id == case_id)).one()
    visit.case_id = case_id
    visit.outcome = "opened"
    visit.secrecy = case.secrecy
    work.touch(visit)
    work.session.flush()
    return case_id


def join_case(work: Work, visit_id: UUID, case_id: UUID, *, repeat: bool) -> None:
    """Puts a reception to a matter already there.

    A repeat (同人同事) is registered and counted and starts no second acceptance (信访工作条例 第十九条).
    """
    visit, case = _pending(work.session, visit_id), case_for(work, case_id)
    _keep_secrecy(work, visit, case)
    first = work.session.scalars(
        select(Visit.id).where(Visit.case_id == case_id).order_by(Visit.local_id).limit(1)
    ).one_or_none()
    visit.case_id = case_id
    visit.outcome = "joined"
    visit.is_repeat = repeat
    visit.repeats_visit_id = first if repeat else None
    work.touch(visit)
    work.add(
        Step(
            case_id=case_id,
            kind="link",
            happened_on=visit.received_on,
            happened_at=visit.happened_at,
            by_staff_id=work.actor_id,
            note=f"{'重复来访' if repeat else '来访'} {visit.number}：{visit.facts}",
        )
    )


def _keep_secrecy(work: Work, visit: Visit, case: Case) -> None:
    """What was told in confidence stays so; an accusation never enters a matter that others read (第三十条)."""
    if case.withdrawn_at is not None:
        raise UserError("这件事已经并入别的事项，来访没有并进去。", "请并入原来的那一件。")
    if visit.secrecy == ACCUSATION != case.secrecy:
        raise UserError(
            "这次来访是检举控告，不能并入一般事项（信访工作条例第三十条），没有改动。",
            "请另外立案，转送有权处理的机关。",
        )
    if stricter(visit.secrecy, case.secrecy) != case.secrecy:
        case.secrecy = visit.secrecy
        work.touch(case)
    elif visit.secrecy != case.secrecy:
        visit.secrecy = case.secrecy


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A reception as a list shows it."""

    id: UUID
    number: str
    happened_at: datetime | None
    channel: str
    people_count: int
    visitors: str
    facts: str
    outcome: str
    case_id: UUID | None
    case_number: str


def recent_visits(
    session: Session, viewer: Viewer, limit: int = 50, *, outcome: str = ""
) -> tuple[VisitRow, ...]:
    """The latest receptions the viewer may see, newest first."""
    query = (
        select(Visit, Case.number)
        .outerjoin(Case, Case.id == Visit.case_id)
        .where(visit_visible_to(viewer), Visit.withdrawn_at.is_(None))
        .order_by(Visit.happened_at.desc())
        .limit(limit)
    )
    if outcome:
        query = query.where(Visit.outcome == outcome)
    rows = session.execute(query).all()
    names = _visitor_names(session, [visit.id for visit, _ in rows])
    return tuple(
        VisitRow(
            visit.id,
            visit.number,
            visit.happened_at,
            visit.channel,
            visit.people_count,
            "匿名" if visit.anonymous else "、".join(names.get(visit.id, ())),
            visit.facts,
            visit.outcome,
            visit.case_id,
            number or "",
        )
        for visit, number in rows
    )


def _visitor_names(session: Session, visit_ids: list[UUID]) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = {}
    query = (
        select(VisitPerson.visit_id, Person.name)
        .join(Person, Person.id == VisitPerson.person_id)
        .where(VisitPerson.visit_id.in_(visit_ids), VisitPerson.withdrawn_at.is_(None))
        .order_by(VisitPerson.position)
    )
    for visit_id, name in session.execute(query):
        found.setdefault(visit_id, []).append(name)
    return found


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A reception to be read or corrected."""

    id: UUID
    number: str
    outcome: str
    answer: str
    case_id: UUID | None
    entry: VisitEntry
    people: tuple[KnownPerson, ...]


def read_visit(session: Session, visit_id: UUID) -> VisitRecord:
    """A reception with its visitors."""
    visit = _visit(session, visit_id)
    rows = session.execute(
        select(VisitPerson, Person)
        .join(Person, Person.id == VisitPerson.person_id)
        .where(VisitPerson.visit_id == visit_id, VisitPerson.withdrawn_at.is_(None))
        .order_by(VisitPerson.position)
    ).all()
    visitors = tuple(VisitorEntry(known(person).entry(), link.role) for link, person in rows)
    values = {name: getattr(visit, name) for name in _COPIED}
    return VisitRecord(
        visit.id,
        visit.number,
        visit.outcome,
        visit.answer,
        visit.case_id,
        VisitEntry(**values, visitors=visitors),
        tuple(known(person) for _, person in rows),
    )


def _visitors_as_parties(session: Session, visit_id: UUID, kind: str) -> tuple[PartyEntry, ...]:
    role = "applicant" if kind in ("dispute", "errand") else PETITIONER
    return tuple(
        PartyEntry(visitor.person, REPRESENTATIVE if visitor.role == REPRESENTATIVE else role)
        for visitor in read_visit(session, visit_id).entry.visitors
    )


def _visit(session: Session, visit_id: UUID) -> Visit:
    return session.scalars(select(Visit).where(Visit.id == visit_id)).one()


def _pending(session: Session, visit_id: UUID) -> Visit:
    visit = _visit(session, visit_id)
    if visit.outcome in ("opened", "joined"):
        raise UserError("这次来访已经立案或并入别的事项，不能再处理一次。", "请打开对应的案件夹继续办理。")
    return visit
