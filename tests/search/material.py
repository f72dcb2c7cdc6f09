"""Texts, queries and changes that tests of search draw from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from app.cases.opening import CaseEntry, open_case, update_case
from app.cases.parties import PartyEntry, add_party, withdraw_party
from app.cases.people import PersonEntry
from app.cases.visits import VisitEntry, join_case, register_visit
from app.search.index import document_sql
from app.station import Work
from models.case import Case, CaseParty
from models.person import Person
from models.visit import Visit

CHARACTERS = [*"张李围墙滴水沟𠮷𬭎", *"aB12", "Ａ", "２", "，", "。", "|", " ", '"', "'", "*", "-", "\u0301"]
"""Few enough for words to meet by chance."""

NEARLY = ["水", "沟", "墙", "，"]
"""So few that pairs are often there without the words they seem to make."""

WORDS = st.one_of(
    st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=10),
    st.text(st.sampled_from(NEARLY), min_size=6, max_size=16),
)
QUERIES = st.one_of(
    st.text(st.sampled_from(NEARLY[:3]), min_size=3, max_size=5),
    st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=1),
    st.text(st.sampled_from(CHARACTERS), min_size=2, max_size=2),
    st.text(st.sampled_from(CHARACTERS), min_size=3, max_size=6),
    st.lists(st.text(st.sampled_from(CHARACTERS), min_size=1, max_size=3), min_size=2, max_size=3).map(
        " ".join
    ),
)


@dataclass(frozen=True)
class Change:
    """A change to a store: what is done, to which of the rows there are, with which words."""

    what: str
    which: int
    words: str


KINDS = (
    "open",
    "open",
    "correct",
    "name",
    "add_party",
    "withdraw_party",
    "move_party",
    "visit",
    "tell",
    "withdraw_visit",
    "move_visit",
    "drop_party",
    "drop_visit",
    "withdraw_case",
)
CHANGES = st.lists(
    st.builds(Change, st.sampled_from(KINDS), st.integers(0, 9), WORDS), min_size=2, max_size=9
).map(lambda changes: [Change("open", 0, "张李围墙"), *changes])


def apply(work: Work, change: Change) -> None:
    """Makes a change, through the program where it has a way and by plain statements where only sync has one."""
    if change.what == "open":
        parties = (PartyEntry(PersonEntry(name=change.words[:4])),)
        open_case(work, CaseEntry(facts=change.words, place=change.words[::-1], parties=parties))
    elif change.what == "correct":
        update_case(work, _one(work, Case, change).id, {"facts": change.words, "demand": ""})
    elif change.what == "name":
        row = _any(work, Person, change)
        if row is not None:
            row.name, row.legal_representative = change.words, change.words[:2]
    elif change.what == "visit":
        visit, case = register_visit(work, VisitEntry(facts=change.words)), _one(work, Case, change)
        if case.withdrawn_at is None:
            join_case(work, visit, case.id, repeat=bool(change.which % 2))
    elif change.what in ("add_party", "move_party"):
        _party(work, change)
    else:
        _others(work, change)
    work.session.flush()


def _party(work: Work, change: Change) -> None:
    case_id: UUID = _one(work, Case, change).id
    if change.what == "add_party":
        add_party(work, case_id, PartyEntry(PersonEntry(name=change.words), "respondent"))
        return
    row = _any(work, CaseParty, change)
    if row is not None:
        row.case_id = case_id


def _others(work: Work, change: Change) -> None:
    if change.what == "withdraw_case":
        work.withdraw(_one(work, Case, change), "并入")
    elif change.what in ("withdraw_party", "drop_party"):
        row = _any(work, CaseParty, change)
        if row is not None and change.what == "withdraw_party":
            withdraw_party(work, row.id, "登记错人")
        elif row is not None:
            _drop(work, CaseParty, row.local_id)
    else:
        visit = _any(work, Visit, change)
        if visit is None:
            return
        if change.what == "tell":
            visit.request = change.words
        elif change.what == "withdraw_visit":
            work.withdraw(visit, "录错")
        elif change.what == "move_visit":
            visit.case_id = None if change.which % 2 else _one(work, Case, change).id
        else:
            _drop(work, Visit, visit.local_id)


def _drop(work: Work, mapped: type[CaseParty] | type[Visit], local_id: int) -> None:
    """Deletes a row as sync does when a matter leaves the station: uncaptured."""
    context = work.session.connection().connection.dbapi_connection.context  # type: ignore[union-attr]
    context.capturing = False
    if mapped is Visit:
        work.session.execute(update(Visit).values(repeats_visit_id=None))
    work.session.execute(delete(mapped).where(mapped.local_id == local_id))
    context.capturing = True
    work.session.expire_all()


def _any(work: Work, mapped: Any, change: Change) -> Any:
    rows = work.session.scalars(select(mapped).order_by(mapped.local_id)).all()
    return rows[change.which % len(rows)] if rows else None


def _one(work: Work, mapped: Any, change: Change) -> Any:
    row = _any(work, mapped, change)
    assert row is not None
    return row


def index_tokens(work: Work) -> dict[int, set[str]]:
    """The tokens the index holds for each matter."""
    session = work.session
    session.execute(
        text("CREATE VIRTUAL TABLE IF NOT EXISTS temp.kept USING fts5vocab(main, case_fts, instance)")
    )
    found: dict[int, set[str]] = {}
    for term, local_id in session.execute(text("SELECT term, doc FROM temp.kept")):
        found.setdefault(int(local_id), set()).add(term)
    return found


def due_tokens(work: Work) -> dict[int, set[str]]:
    """The tokens the index should hold, from the rows as they are."""
    rows = work.session.execute(text(f'SELECT c.local_id, seg({document_sql("c")}) FROM "case" c'))
    return {int(local_id): set(body.split(" ")) for local_id, body in rows if body}
