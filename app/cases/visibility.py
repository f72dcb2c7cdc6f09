"""Who may see which matter. Every list, search and hint uses this one condition (信访工作条例 第三十条)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, String, UnaryExpression, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.operators import custom_op

from app.station import Work
from models.case import Case, CaseParty
from models.errors import UserError
from models.person import Person
from models.visit import Visit, VisitPerson

OPEN = "open"
CONFIDENTIAL = "confidential"
ACCUSATION = "accusation"

_STRICTNESS = (OPEN, CONFIDENTIAL, ACCUSATION)


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: ``may_see_accusations`` comes from the account and is given by the station's head."""

    staff_id: UUID | None
    may_see_accusations: bool


STRANGER = Viewer(None, False)
"""Somebody of whom nothing is known, who sees what everybody here may see."""


def stricter(one: str, other: str) -> str:
    """Of two codes of ``secrecy`` the one that fewer people may see."""
    return max(one, other, key=_STRICTNESS.index)


def unindexed(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """The column out of reach of SQLite's planner: an index on what nearly all rows have in common costs a sort."""
    return UnaryExpression(column.expression, operator=custom_op("+"), type_=String())


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on :class:`Case` for rows the viewer may see.

    Accusations are for those charged with them only. A confidential matter is for whoever registered or handles
    it, and for those who may see accusations.
    """
    if viewer.may_see_accusations:
        return true()
    mine = (
        or_(Case.created_by == viewer.staff_id, Case.mediator_id == viewer.staff_id)
        if viewer.staff_id
        else false()
    )
    secrecy = unindexed(Case.secrecy)
    return or_(secrecy == OPEN, and_(secrecy == CONFIDENTIAL, mine))


def visit_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The same for :class:`Visit`."""
    if viewer.may_see_accusations:
        return true()
    mine = (
        or_(Visit.created_by == viewer.staff_id, Visit.received_by == viewer.staff_id)
        if viewer.staff_id
        else false()
    )
    return or_(Visit.secrecy == OPEN, and_(Visit.secrecy == CONFIDENTIAL, mine))


def person_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on :class:`Person`: named in nothing at all, or in something the viewer may see."""
    if viewer.may_see_accusations:
        return true()
    in_case = select(CaseParty.local_id).where(
        CaseParty.person_id == Person.id, CaseParty.withdrawn_at.is_(None)
    )
    in_visit = select(VisitPerson.local_id).where(
        VisitPerson.person_id == Person.id, VisitPerson.withdrawn_at.is_(None)
    )
    seen_case = in_case.join(Case, Case.id == CaseParty.case_id).where(visible_to(viewer))
    seen_visit = in_visit.join(Visit, Visit.id == VisitPerson.visit_id).where(visit_visible_to(viewer))
    return or_(exists(seen_case), exists(seen_visit), ~or_(exists(in_case), exists(in_visit)))


def case_for(work: Work, case_id: UUID) -> Case:
    """A matter to be changed; raises :class:`UserError` when whoever changes it may not even see it."""
    viewer = Viewer(work.actor_id, work.may_see_accusations)
    case = work.session.scalars(select(Case).where(Case.id == case_id, visible_to(viewer))).one_or_none()
    if case is None:
        raise UserError(
            "这件事您无权办理，或者已经不在本站，没有改动。", "如需办理，请联系本站负责人。", title="不能办理"
        )
    return case
