"""Who may see which matter. Every list, search and hint uses this one condition (信访工作条例 第三十条)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, true

from models.case import Case
from models.visit import Visit

OPEN = "open"
CONFIDENTIAL = "confidential"
ACCUSATION = "accusation"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: ``may_see_accusations`` comes from the account and is given by the station's head."""

    staff_id: UUID | None
    may_see_accusations: bool


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
        else Case.secrecy == OPEN
    )
    return or_(Case.secrecy == OPEN, and_(Case.secrecy == CONFIDENTIAL, mine))


def visit_visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The same for :class:`Visit`."""
    if viewer.may_see_accusations:
        return true()
    mine = (
        or_(Visit.created_by == viewer.staff_id, Visit.received_by == viewer.staff_id)
        if viewer.staff_id
        else Visit.secrecy == OPEN
    )
    return or_(Visit.secrecy == OPEN, and_(Visit.secrecy == CONFIDENTIAL, mine))
