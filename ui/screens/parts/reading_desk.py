"""What several screens ask of an open desk: who is looking, who works here."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.visibility import Viewer
from models.organisation import Staff
from ui.frame.editors import Choice
from ui.frame.work import Desk


def viewer_of(desk: Desk) -> Viewer:
    """Who looks through this desk."""
    signed_in = desk.station.signed_in
    return Viewer(signed_in.staff_id, signed_in.may_see_accusations)


def staff_choices(session: Session) -> list[Choice]:
    """Everybody who works here now, by name."""
    rows = session.execute(
        select(Staff.id, Staff.name)
        .where(Staff.withdrawn_at.is_(None), Staff.left_on.is_(None))
        .order_by(Staff.local_id)
    )
    return [Choice(row[0], row[1]) for row in rows]
