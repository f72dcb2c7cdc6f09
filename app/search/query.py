"""The search box: words of any length, pinyin initials, numbers; newest first; nothing the viewer may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import bindparam, select, text
from sqlalchemy.orm import Session

from app.cases.people import begins_with
from app.cases.visibility import Viewer, visible_to
from app.search.index import document_sql, own_words_sql
from app.search.segment import match_expression, normalise, query_runs, runs
from models.case import Case, CaseParty
from models.person import Person

LIMIT = 50
MOST_AT_ONCE = 800
"""Candidates read at once when the viewer may not see most of them."""
SMALLEST_RECHECK = 16
RECHECK_FROM = 3
"""Runs of this many characters or more are looked for in the text again: pairs alone do not prove their order."""
SHORTEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class CaseHit:
    """A matter found."""

    id: UUID
    local_id: int
    number: str
    title: str
    kind: str
    state: str
    received_on: date | None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """The newest hits, and whether there are more."""

    hits: tuple[CaseHit, ...]
    more: bool


def search(session: Session, words: str, viewer: Viewer, limit: int = LIMIT) -> SearchPage:
    """The newest matters that hold all words; each word may be any part of the text, of a name or its initials.

    A phone or document number finds the matters of its person.
    """
    found: list[CaseHit] = []
    before: int | None = None
    chunk = limit + 1
    while len(found) <= limit:
        ids = matching_ids(session, words, before=before, limit=chunk)
        found += _visible(session, ids, viewer)
        if len(ids) < chunk:
            break
        before, chunk = ids[-1], min(chunk * 4, MOST_AT_ONCE)
    by_number = _by_person_number(session, normalise(words).strip(), viewer, limit)
    if by_number:
        known = {hit.id for hit in found}
        found += [hit for hit in by_number if hit.id not in known]
        found.sort(key=lambda hit: -hit.local_id)
    return SearchPage(tuple(found[:limit]), len(found) > limit)


def matching_ids(session: Session, words: str, *, before: int | None = None, limit: int = LIMIT) -> list[int]:
    """Local numbers of the matters whose document holds all words, newest first, below ``before``."""
    expression = match_expression(words)
    if not expression:
        return []
    long_runs = [run for run in query_runs(words) if len(run) >= RECHECK_FROM]
    found: list[int] = []
    while len(found) < limit:
        wanted = limit - len(found) if not long_runs else max(limit - len(found), SMALLEST_RECHECK)
        query = "SELECT rowid FROM case_fts WHERE case_fts MATCH :words"
        if before is not None:
            query += " AND rowid < :before"
        query += " ORDER BY rowid DESC LIMIT :limit"
        values = {"words": expression, "limit": wanted, **({"before": before} if before is not None else {})}
        candidates = [int(row[0]) for row in session.execute(text(query), values)]
        found += _holding(session, candidates, long_runs) if long_runs else candidates
        if len(candidates) < wanted:
            break
        before = candidates[-1]
    return found[:limit]


def _holding(session: Session, candidates: list[int], long_runs: list[str]) -> list[int]:
    """Those candidates whose text really holds the runs unbroken: mostly told by the matter's own words alone."""
    holding: set[int] = set()
    initials = any(run.isascii() and run.isalpha() for run in long_runs)
    for expression in (document_sql("c"),) if initials else (own_words_sql("c"), document_sql("c")):
        left = [candidate for candidate in candidates if candidate not in holding]
        if not left:
            break
        rows = session.execute(
            text(f'SELECT c.local_id, {expression} FROM "case" c WHERE c.local_id IN :ids').bindparams(
                bindparam("ids", expanding=True)
            ),
            {"ids": left},
        )
        for local_id, document in rows:
            folded = normalise(document)
            if all(run in folded for run in long_runs):
                holding.add(int(local_id))
    return [candidate for candidate in candidates if candidate in holding]


_HIT = (Case.id, Case.local_id, Case.number, Case.title, Case.kind, Case.state, Case.received_on)


def _visible(session: Session, ids: list[int], viewer: Viewer) -> list[CaseHit]:
    query = (
        select(*_HIT)
        .where(Case.local_id.in_(ids), Case.withdrawn_at.is_(None), visible_to(viewer))
        .order_by(Case.local_id.desc())
    )
    return [CaseHit(*row) for row in session.execute(query)]


def _by_person_number(session: Session, number: str, viewer: Viewer, limit: int) -> list[CaseHit]:
    """Matters of the person whose phone or document number begins with the digits (four at least)."""
    if len(number) < SHORTEST_NUMBER or not number.isascii() or not number[:SHORTEST_NUMBER].isdigit():
        return []
    people = select(Person.id).where(
        begins_with(Person.phone, number) | begins_with(Person.document_number, number.upper())
    )
    query = (
        select(*_HIT)
        .where(
            Case.id.in_(
                select(CaseParty.case_id).where(
                    CaseParty.person_id.in_(people), CaseParty.withdrawn_at.is_(None)
                )
            ),
            Case.withdrawn_at.is_(None),
            visible_to(viewer),
        )
        .order_by(Case.local_id.desc())
        .limit(limit + 1)
    )
    return [CaseHit(*row) for row in session.execute(query)]


def scan(session: Session, words: str, viewer: Viewer) -> list[int]:
    """What :func:`search` must find in texts and names, newest first, by reading every matter: the oracle of the tests."""
    wanted = query_runs(words)
    if not wanted:
        return []
    visible = set(
        session.scalars(select(Case.local_id).where(Case.withdrawn_at.is_(None), visible_to(viewer)))
    )
    rows = session.execute(
        text(f'SELECT c.local_id, {document_sql("c")} FROM "case" c ORDER BY c.local_id DESC')
    )
    return [
        int(local_id)
        for local_id, document in rows
        if int(local_id) in visible and all(any(run in part for part in runs(document)) for run in wanted)
    ]
