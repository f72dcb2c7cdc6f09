"""The ledger (台账): any filter and order over all matters, a page at a time by key, never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, text
from sqlalchemy.orm import Session

from app.cases.visibility import Viewer, visible_to
from app.search.query import matching_ids
from models.case import Case

PAGE = 50
COUNT_LIMIT = 1000
"""Beyond this the count is shown as 1000+: counting all of a million rows would cost seconds."""

NEWEST, OLDEST, RECEIVED, RECEIVED_OLDEST, CHANGED = (
    "newest",
    "oldest",
    "received",
    "received_oldest",
    "changed",
)


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the ledger shows. Codes may be empty; ``words`` are searched as in the search box."""

    state: str = ""
    kind: str = ""
    dispute_type: str = ""
    received_from: date | None = None
    received_to: date | None = None
    words: str = ""
    mediator_id: UUID | None = None
    only_open: bool = False
    sort: str = NEWEST


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A matter as the ledger shows it."""

    id: UUID
    local_id: int
    number: str
    kind: str
    state: str
    title: str
    dispute_type: str
    source: str
    received_on: date | None
    agreed_on: date | None
    closed_on: date | None
    amount_fen: int | None
    secrecy: str


LedgerKey = tuple[Any, int]
"""Where a page ends: the sorted value and the row's local number."""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """A page of rows and where the next begins; None at the end."""

    rows: tuple[LedgerRow, ...]
    next: LedgerKey | None


_COLUMNS = tuple(getattr(Case, name) for name in LedgerRow.__dataclass_fields__)
CLOSED = ("closed", "archived")


def ledger_page(
    session: Session,
    wanted: LedgerFilter,
    viewer: Viewer,
    after: LedgerKey | None = None,
    size: int = PAGE,
) -> LedgerPage:
    """The page of the ledger that begins after a key; None begins at the top."""
    if wanted.words.strip():
        return _page_of_words(session, wanted, viewer, after, size)
    query = _ordered(_conditions(select(*_COLUMNS), wanted, viewer), wanted.sort, after).limit(size + 1)
    found = [LedgerRow(*row) for row in session.execute(query)]
    rows = tuple(found[:size])
    return LedgerPage(rows, _key(wanted.sort, rows[-1]) if len(found) > size else None)


def ledger_count(session: Session, wanted: LedgerFilter, viewer: Viewer) -> int:
    """How many matters the filter finds; :data:`COUNT_LIMIT` + 1 stands for more."""
    if wanted.words.strip():
        ids = _word_ids(session, wanted, viewer, None, COUNT_LIMIT + 1)
        return len(ids)
    inner = _conditions(select(Case.local_id), wanted, viewer).limit(COUNT_LIMIT + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(inner)) or 0)


def _conditions(query: Select[Any], wanted: LedgerFilter, viewer: Viewer) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [Case.withdrawn_at.is_(None), visible_to(viewer)]
    if wanted.state:
        conditions.append(Case.state == wanted.state)
    if wanted.only_open:
        conditions.append(Case.state.not_in(CLOSED))
    if wanted.kind:
        conditions.append(Case.kind == wanted.kind)
    if wanted.dispute_type:
        conditions.append(Case.dispute_type == wanted.dispute_type)
    if wanted.received_from:
        conditions.append(Case.received_on >= wanted.received_from)
    if wanted.received_to:
        conditions.append(Case.received_on <= wanted.received_to)
    if wanted.mediator_id:
        conditions.append(Case.mediator_id == wanted.mediator_id)
    return query.where(*conditions)


def _ordered(query: Select[Any], sort: str, after: LedgerKey | None) -> Select[Any]:
    if sort in (NEWEST, OLDEST):
        if sort == NEWEST:
            if after is not None:
                query = query.where(Case.local_id < after[1])
            return query.order_by(Case.local_id.desc())
        if after is not None:
            query = query.where(Case.local_id > after[1])
        return query.order_by(Case.local_id)
    descending = sort == RECEIVED
    column = Case.received_on
    if after is not None:
        value, local_id = after
        if value is None:
            # SQLite sorts NULL before everything else.
            beyond = (
                and_(column.is_(None), Case.local_id < local_id)
                if descending
                else or_(column.is_not(None), and_(column.is_(None), Case.local_id > local_id))
            )
        elif descending:
            beyond = or_(column < value, column.is_(None), and_(column == value, Case.local_id < local_id))
        else:
            beyond = or_(column > value, and_(column == value, Case.local_id > local_id))
        query = query.where(beyond)
    if descending:
        return query.order_by(column.desc(), Case.local_id.desc())
    return query.order_by(column, Case.local_id)


def _key(sort: str, row: LedgerRow) -> LedgerKey:
    return (None if sort in (NEWEST, OLDEST) else row.received_on, row.local_id)


def _word_ids(
    session: Session, wanted: LedgerFilter, viewer: Viewer, before: int | None, limit: int
) -> list[int]:
    """Local numbers of matters with the words, newest first, that pass the filter too."""
    found: list[int] = []
    while len(found) < limit:
        candidates = matching_ids(session, wanted.words, before=before, limit=max(limit, 200))
        if not candidates:
            break
        before = candidates[-1]
        query = _conditions(select(Case.local_id), wanted, viewer).where(Case.local_id.in_(candidates))
        passed = set(session.scalars(query))
        found += [candidate for candidate in candidates if candidate in passed]
    return found[:limit]


def _page_of_words(
    session: Session, wanted: LedgerFilter, viewer: Viewer, after: LedgerKey | None, size: int
) -> LedgerPage:
    """With words the newest come first, whatever the order asked for: the index gives them so."""
    ids = _word_ids(session, wanted, viewer, after[1] if after else None, size + 1)
    query = select(*_COLUMNS).where(Case.local_id.in_(ids[:size])).order_by(Case.local_id.desc())
    rows = tuple(LedgerRow(*row) for row in session.execute(query))
    return LedgerPage(rows, (None, rows[-1].local_id) if len(ids) > size and rows else None)


def explain(session: Session, wanted: LedgerFilter, viewer: Viewer) -> str:
    """SQLite's plan for a page, for tests that hold the indexes to their promise."""
    query = _ordered(_conditions(select(*_COLUMNS), wanted, viewer), wanted.sort, None).limit(PAGE)
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    rows = session.execute(text("EXPLAIN QUERY PLAN " + str(compiled))).all()
    return "\n".join(str(row[-1]) for row in rows)
