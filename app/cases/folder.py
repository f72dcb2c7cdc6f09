"""A matter opened as a file folder: facts, people, timeline, what may be done next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.lifecycle.engine import AllowedStep, next_steps
from app.cases.lifecycle.withdrawal import DETAILS
from app.cases.parties import party_rows
from app.cases.people import KnownPerson, known
from app.cases.promises import Promise, open_promises
from app.cases.visibility import Viewer, visible_to
from models.case import Case
from models.clock import local_day
from models.document import Paper
from models.duty import Errand, ErrandClaim
from models.errors import UserError
from models.organisation import Staff
from models.step import Step
from models.visit import Visit

LATE_AFTER = 1
"""A step recorded more than this many days after it happened is marked as entered late."""


@dataclass(frozen=True, slots=True)
class FolderParty:
    """Somebody in the matter; ``represents`` is the party this one acts for."""

    id: UUID
    role: str
    person: KnownPerson
    represents: UUID | None
    relation: str
    authority: str
    group_count: int | None
    special_need: str
    refuses_mediation: bool


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step. ``detail`` holds the values of the step's own row by ``table.column``."""

    id: UUID
    kind: str
    happened_on: date | None
    recorded_at: datetime
    late: bool
    by: str
    unit: str
    document_number: str
    note: str
    basis: str
    end_ground: str
    decline_ground: str
    withdrawn_reason: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper as issued."""

    id: UUID
    form: str
    number: str
    title: str
    issued_at: datetime | None
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FolderVisit:
    """A reception that belongs to the matter."""

    id: UUID
    number: str
    happened_at: datetime | None
    people_count: int
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """All of a matter that the window shows. ``facts`` are the matter's own values by column name."""

    id: UUID
    kind: str
    state: str
    secrecy: str
    number: str
    title: str
    facts: dict[str, Any]
    mediator: str
    parties: tuple[FolderParty, ...]
    timeline: tuple[TimelineEntry, ...]
    claims: tuple[str, ...]
    visits: tuple[FolderVisit, ...]
    papers: tuple[IssuedPaper, ...]
    next_steps: tuple[AllowedStep, ...]
    promises: tuple[Promise, ...] = ()


def open_folder(session: Session, case_id: UUID, viewer: Viewer) -> CaseFolder:
    """Reads a matter. Raises :class:`UserError` when the viewer may not see it."""
    case = session.scalars(select(Case).where(Case.id == case_id, visible_to(viewer))).one_or_none()
    if case is None:
        raise UserError(
            "这件事您无权查看，或者已经不在本站。", "如需办理，请联系本站负责人。", title="不能打开"
        )
    staff: dict[UUID, str] = {row[0]: row[1] for row in session.execute(select(Staff.id, Staff.name))}
    facts = {column.key: getattr(case, column.key) for column in Case.__mapper__.column_attrs}
    parties, promises = _parties(session, case_id), open_promises(session, case_id)
    return CaseFolder(
        case.id,
        case.kind,
        case.state,
        case.secrecy,
        case.number,
        case.title,
        facts,
        staff.get(case.mediator_id, "") if case.mediator_id else "",
        parties,
        _timeline(session, case_id, staff),
        _claims(session, case_id),
        _visits(session, case_id),
        _papers(session, case_id),
        _next_steps(case, parties, promises),
        promises,
    )


def _next_steps(
    case: Case, parties: tuple[FolderParty, ...], promises: tuple[Promise, ...]
) -> tuple[AllowedStep, ...]:
    """The lawful steps; the form of a performance begins with what is to be performed next."""
    if case.withdrawn_at is not None:
        return ()
    at_risk = case.risk_level != "" and case.risk_lifted_on is None
    refused = any(party.refuses_mediation for party in parties)
    steps = next_steps(case.kind, case.state, case.secrecy, refused=refused)
    due: dict[str, Any] = {}
    if promises:
        first = promises[0]
        due = {
            "fulfilment.item": first.item,
            "fulfilment.amount_fen": first.amount_fen,
            "fulfilment.due_on": first.due_on,
        }
    return tuple(
        replace(step, defaults={**step.defaults, **due}) if step.kind == "fulfil" and due else step
        for step in steps
        if step.kind != "lift_risk" or at_risk
    )


def _parties(session: Session, case_id: UUID) -> tuple[FolderParty, ...]:
    return tuple(
        FolderParty(
            party.id,
            party.role,
            known(person),
            party.represents_party_id,
            party.relation,
            party.authority,
            party.group_count,
            party.special_need,
            party.refuses_mediation,
        )
        for party, person in party_rows(session, case_id)
    )


def _timeline(session: Session, case_id: UUID, staff: dict[UUID, str]) -> tuple[TimelineEntry, ...]:
    steps = session.scalars(
        select(Step).where(Step.case_id == case_id).order_by(Step.happened_on, Step.local_id)
    ).all()
    details = _details_by_step(session, case_id)
    return tuple(
        TimelineEntry(
            step.id,
            step.kind,
            step.happened_on,
            step.created_at,
            _is_late(step),
            staff.get(step.by_staff_id, "") if step.by_staff_id else "",
            step.unit,
            step.document_number,
            step.note,
            step.basis,
            step.end_ground,
            step.decline_ground,
            step.withdrawn_reason if step.withdrawn_at else "",
            details.get(step.id, {}),
        )
        for step in steps
    )


def _is_late(step: Step) -> bool:
    return step.happened_on is not None and (local_day(step.created_at) - step.happened_on).days > LATE_AFTER


def _details_by_step(session: Session, case_id: UUID) -> dict[UUID, dict[str, Any]]:
    found: dict[UUID, dict[str, Any]] = {}
    for mapped in DETAILS:
        for row in session.scalars(select(mapped).where(mapped.case_id == case_id)):
            if row.step_id is not None:
                found[row.step_id] = {
                    f"{mapped.__tablename__}.{column.key}": getattr(row, column.key)
                    for column in mapped.__mapper__.column_attrs
                }
    return found


def _claims(session: Session, case_id: UUID) -> tuple[str, ...]:
    query = (
        select(ErrandClaim.claim)
        .join(Errand, Errand.id == ErrandClaim.errand_id)
        .where(Errand.case_id == case_id, ErrandClaim.withdrawn_at.is_(None))
        .order_by(ErrandClaim.local_id)
    )
    return tuple(session.scalars(query))


def _visits(session: Session, case_id: UUID) -> tuple[FolderVisit, ...]:
    query = select(Visit).where(Visit.case_id == case_id).order_by(Visit.happened_at)
    return tuple(
        FolderVisit(visit.id, visit.number, visit.happened_at, visit.people_count, visit.is_repeat)
        for visit in session.scalars(query)
    )


def _papers(session: Session, case_id: UUID) -> tuple[IssuedPaper, ...]:
    query = (
        select(Paper)
        .where(Paper.case_id == case_id, Paper.withdrawn_at.is_(None))
        .order_by(Paper.issued_at.desc())
    )
    return tuple(
        IssuedPaper(
            paper.id, paper.form, paper.number, paper.title, paper.issued_at, paper.pages, paper.sha256
        )
        for paper in session.scalars(query)
    )
