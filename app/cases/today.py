"""今日: what must be done today, read from the rows as they are.

Plain facts only: promised days, review days, things begun and not gone on with. The law's time limits will be rows
of ``app/deadlines.py``; their due days then join :func:`todos` beside these.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.lifecycle.rule import OPEN_STATES
from app.cases.promises import still_open
from app.cases.visibility import Viewer, visible_to, visit_visible_to
from models.case import Case
from models.clock import local_day
from models.step import Fulfilment
from models.visit import Visit

AHEAD = timedelta(days=7)
MOST = 200

OVERDUE, DUE_TODAY, SOON, WAITING = "overdue", "today", "soon", "waiting"


@dataclass(frozen=True, slots=True)
class Todo:
    """One thing to do: ``verb`` says what, ``due_on`` by when (None: no day, only waiting)."""

    verb: str
    title: str
    number: str
    due_on: date | None
    since: date | None
    group: str
    case_id: UUID | None = None
    visit_id: UUID | None = None


def todos(session: Session, viewer: Viewer, today: date) -> tuple[Todo, ...]:
    """What there is to do, by day; things without a day last, the longest waiting first."""
    found = [
        *_fulfilments(session, viewer, today),
        *_risk_reviews(session, viewer, today),
        *_due_cases(session, viewer, today),
        *_pending_visits(session, viewer),
        *_waiting_cases(session, viewer),
    ]
    order = {OVERDUE: 0, DUE_TODAY: 1, SOON: 2, WAITING: 3}
    far = date.max
    found.sort(key=lambda todo: (order[todo.group], todo.due_on or far, todo.since or far))
    return tuple(found[:MOST])


def group_of(due_on: date, today: date) -> str:
    """Where a day stands from today."""
    if due_on < today:
        return OVERDUE
    return DUE_TODAY if due_on == today else SOON


def _fulfilments(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    query = (
        select(Fulfilment, Case)
        .join(Case, Case.id == Fulfilment.case_id)
        .where(
            Fulfilment.due_on <= today + AHEAD,
            still_open(),
            Case.withdrawn_at.is_(None),
            visible_to(viewer),
        )
        .order_by(Fulfilment.due_on)
        .limit(MOST)
    )
    return [
        Todo(
            f"督促履行：{row.item}" if row.due_on < today else f"约定履行：{row.item}",
            case.title,
            case.number,
            row.due_on,
            None,
            group_of(row.due_on, today),
            case.id,
        )
        for row, case in session.execute(query)
        if row.due_on is not None
    ]


def _risk_reviews(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    query = (
        select(Case)
        .where(
            Case.risk_level != "",
            Case.risk_lifted_on.is_(None),
            Case.risk_review_on <= today + AHEAD,
            Case.withdrawn_at.is_(None),
            Case.state.in_(OPEN_STATES),
            visible_to(viewer),
        )
        .limit(MOST)
    )
    return [
        Todo(
            "复核风险，看看帮助措施是否到位",
            case.title,
            case.number,
            case.risk_review_on,
            None,
            group_of(case.risk_review_on, today),
            case.id,
        )
        for case in session.scalars(query)
        if case.risk_review_on is not None
    ]


def _due_cases(session: Session, viewer: Viewer, today: date) -> list[Todo]:
    query = (
        select(Case)
        .where(
            Case.due_on <= today + AHEAD,
            Case.state.in_(("accepted", "mediating", "transferred", "assigned", "registered")),
            Case.withdrawn_at.is_(None),
            visible_to(viewer),
        )
        .limit(MOST)
    )
    return [
        Todo(
            "限办日期到期前办结",
            case.title,
            case.number,
            case.due_on,
            None,
            group_of(case.due_on, today),
            case.id,
        )
        for case in session.scalars(query)
        if case.due_on is not None
    ]


def _pending_visits(session: Session, viewer: Viewer) -> list[Todo]:
    query = (
        select(Visit)
        .where(Visit.outcome == "pending", Visit.withdrawn_at.is_(None), visit_visible_to(viewer))
        .order_by(Visit.happened_at)
        .limit(MOST)
    )
    return [
        Todo(
            "决定怎样处理这次来访",
            visit.facts[:40] or "（还没有写反映的问题）",
            visit.number,
            None,
            local_day(visit.happened_at) if visit.happened_at else None,
            WAITING,
            None,
            visit.id,
        )
        for visit in session.scalars(query)
    ]


_NEXT = {
    "registered": "受理或告知",
    "accepted": "安排调解或办理",
    "mediating": "继续调解",
    "agreed": "跟进履行和回访",
    "ended": "回访后办结",
    "running": "继续代跑或回告",
    "transferred": "跟进转送的办理情况",
    "assigned": "跟进交办的办理情况",
    "replied": "送达",
    "delivered": "回访后办结",
    "followed_up": "办结",
}


def _waiting_cases(session: Session, viewer: Viewer) -> list[Todo]:
    """The longest waiting ones, read state by state, since the index holds each state in the order of entry."""
    query = (
        select(Case.local_id, Case.state, Case.title, Case.number, Case.received_on, Case.id)
        .where(Case.withdrawn_at.is_(None), visible_to(viewer))
        .order_by(Case.local_id)
        .limit(MOST)
    )
    found = sorted(
        (row for state in _NEXT for row in session.execute(query.where(Case.state == state))),
        key=lambda row: row.local_id,
    )
    return [
        Todo(_NEXT[row.state], row.title, row.number, None, row.received_on, WAITING, row.id)
        for row in found[:MOST]
    ]
