"""The ledger (台账): any filter and order over all matters, a page at a time by key, never by offset."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from app.cases.lifecycle.rule import ANY_STATE, OPEN_STATES
from app.cases.visibility import Viewer, unindexed, visible_to
from app.search.query import matching_ids
from models.case import Case

PAGE = 50
COUNT_LIMIT = 1000
"""Beyond this the count is shown as 1000+: counting all of a million rows would cost seconds."""

NEWEST, OLDEST, RECEIVED, RECEIVED_OLDEST = "newest", "oldest", "received", "received_oldest"
"""Orders. Case numbers are given in the order of entry, so a station's newest first is its numbers downwards."""


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
    found: list[LedgerRow] = []
    for query in page_queries(wanted, viewer, after, size + 1):
        if len(found) <= size:
            found += [LedgerRow(*row) for row in session.execute(query)]
    rows = tuple(found[:size])
    return LedgerPage(rows, _key(wanted, rows[-1]) if len(found) > size else None)


def ledger_count(session: Session, wanted: LedgerFilter, viewer: Viewer) -> int:
    """How many matters the filter finds; :data:`COUNT_LIMIT` + 1 stands for more."""
    if wanted.words.strip():
        ids = _word_ids(session, wanted, viewer, None, COUNT_LIMIT + 1)
        return len(ids)
    inner = _conditions(select(Case.local_id), wanted, viewer).limit(COUNT_LIMIT + 1).subquery()
    return int(session.scalar(select(func.count()).select_from(inner)) or 0)


def _conditions(query: Select[Any], wanted: LedgerFilter, viewer: Viewer) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [Case.withdrawn_at.is_(None), visible_to(viewer)]
    by_day = _sort(wanted) in (RECEIVED, RECEIVED_OLDEST)
    if wanted.state:
        # Most matters are closed: sorting all of them by day costs more than walking the days.
        common = by_day and wanted.state in CLOSED
        conditions.append((unindexed(Case.state) if common else Case.state) == wanted.state)
    if wanted.only_open:
        conditions.append(Case.state.not_in(CLOSED))
    if wanted.kind:
        conditions.append((unindexed(Case.kind) if by_day else Case.kind) == wanted.kind)
    if wanted.dispute_type:
        conditions.append(Case.dispute_type == wanted.dispute_type)
    if wanted.received_from:
        conditions.append(Case.received_on >= wanted.received_from)
    if wanted.received_to:
        conditions.append(Case.received_on <= wanted.received_to)
    if wanted.mediator_id:
        conditions.append(Case.mediator_id == wanted.mediator_id)
    return query.where(*conditions)


def page_queries(
    wanted: LedgerFilter, viewer: Viewer, after: LedgerKey | None, limit: int
) -> list[Select[Any]]:
    """The queries that, one behind the other, give up to ``limit`` rows behind a key in their order.

    By day there are two: rows without a day come last in both directions, and a condition that takes them in
    could not be looked up in the index and would read all pages before.
    """
    sort = _sort(wanted)
    query = _conditions(select(*_COLUMNS), wanted, viewer)
    if sort in (NEWEST, OLDEST):
        newest = sort == NEWEST
        return [_by_number(query, wanted, viewer, after[1] if after else None, limit, descending=newest)]
    descending = sort == RECEIVED
    undated = query.where(Case.received_on.is_(None))
    if after is not None and after[0] is None:
        return [_ordered(undated, after[1], limit, descending=descending)]
    pair = tuple_(Case.received_on, Case.local_id)
    if after is not None:
        query = query.where(pair < after if descending else pair > after)
    else:
        query = query.where(Case.received_on.is_not(None))
    order = [column.desc() if descending else column for column in (Case.received_on, Case.local_id)]
    return [query.order_by(*order).limit(limit), _ordered(undated, None, limit, descending=descending)]


def _sort(wanted: LedgerFilter) -> str:
    """Within a range of days the newest are the last received: then the index of days serves both."""
    if wanted.received_from is None and wanted.received_to is None:
        return wanted.sort
    return {NEWEST: RECEIVED, OLDEST: RECEIVED_OLDEST}.get(wanted.sort, wanted.sort)


def _by_number(
    query: Select[Any],
    wanted: LedgerFilter,
    viewer: Viewer,
    after: int | None,
    limit: int,
    *,
    descending: bool,
) -> Select[Any]:
    """In the order of entry. Several states are read one by one, since the index holds each in that order."""
    states = _states_one_by_one(wanted)
    if not states:
        return _ordered(query, after, limit, descending=descending)
    numbers = _conditions(select(Case.local_id), wanted, viewer)
    parts = union_all(
        *(
            select(
                _ordered(numbers.where(Case.state == state), after, limit, descending=descending).subquery()
            )
            for state in states
        )
    ).subquery()
    order = parts.c.local_id.desc() if descending else parts.c.local_id
    chosen = select(parts.c.local_id).order_by(order).limit(limit)
    return _ordered(select(*_COLUMNS).where(Case.local_id.in_(chosen)), None, limit, descending=descending)


def _states_one_by_one(wanted: LedgerFilter) -> tuple[str, ...]:
    if wanted.state or wanted.dispute_type or wanted.mediator_id:
        return ()
    if wanted.only_open:
        return OPEN_STATES
    return ANY_STATE if wanted.kind else ()


def _ordered(query: Select[Any], after: int | None, limit: int, *, descending: bool) -> Select[Any]:
    column = Case.local_id
    if after is not None:
        query = query.where(column < after if descending else column > after)
    return query.order_by(column.desc() if descending else column).limit(limit)


def _key(wanted: LedgerFilter, row: LedgerRow) -> LedgerKey:
    return (None if _sort(wanted) in (NEWEST, OLDEST) else row.received_on, row.local_id)


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
