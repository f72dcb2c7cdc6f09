"""The full-text index inside the encrypted store, kept by triggers so that it cannot drift.

``case_fts`` is a contentless FTS5 table of character pairs (``detail=none``: 0.8 × the size of the text, look-ups of
any length). Its rowid is ``case.local_id``. A matter's document is its own words, its parties' names and pinyin
initials, and the words of the visits that belong to it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.orm import Session

INDEX_VERSION = 2
"""Raise it when :func:`app.search.segment.segment` or a document's parts change."""

CASE_WORDS = (
    "number",
    "title",
    "facts",
    "demand",
    "place",
    "dispute_subtype",
    "source_detail",
    "responsible_unit",
)
VISIT_WORDS = ("facts", "request", "problem_place")
SLICE = 2000

_TABLE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS case_fts USING fts5("
    "body, content='', contentless_delete=1, tokenize='ascii', detail=none, prefix='1')"
)


def own_words_sql(case: str) -> str:
    """The part of a matter's document that stands in its own row."""
    return " || '|' || ".join(f"{case}.{column}" for column in CASE_WORDS)


def document_sql(case: str) -> str:
    """The SQL expression of a matter's document; ``case`` is the alias or trigger row of the matter."""
    parties = (
        "coalesce((SELECT group_concat(p.name || '|' || p.initials || '|' || p.legal_representative, '|') "
        "FROM case_party cp JOIN person p ON p.id = cp.person_id "
        f"WHERE cp.case_id = {case}.id AND cp.withdrawn_at IS NULL), '')"
    )
    visits = (
        "coalesce((SELECT group_concat({words}, '|') FROM visit v WHERE v.case_id = {case}.id "
        "AND v.withdrawn_at IS NULL), '')".format(
            words=" || '|' || ".join(f"v.{column}" for column in VISIT_WORDS), case=case
        )
    )
    return f"{own_words_sql(case)} || '|' || {parties} || '|' || {visits}"


def _differs(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns)


def _reindex(where: str) -> str:
    """Deletes and inserts the documents of the matters that ``where`` names."""
    return (
        f'DELETE FROM case_fts WHERE rowid IN (SELECT c.local_id FROM "case" c WHERE {where}); '
        f"INSERT INTO case_fts (rowid, body) SELECT c.local_id, seg({document_sql('c')}) "
        f'FROM "case" c WHERE {where};'
    )


def _trigger(name: str, event: str, body: str) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {event} BEGIN {body} END"]


def index_statements() -> list[str]:
    """The statements that make the index and its triggers anew, in the order to be run."""
    party_case = "c.id IN (NEW.case_id)"
    person_cases = "c.id IN (SELECT cp.case_id FROM case_party cp WHERE cp.person_id = NEW.id)"
    return [
        _TABLE,
        *_trigger(
            "search_case_insert",
            'AFTER INSERT ON "case"',
            f"INSERT INTO case_fts (rowid, body) VALUES (NEW.local_id, seg({document_sql('NEW')}));",
        ),
        *_trigger(
            "search_case_update",
            f'AFTER UPDATE OF {", ".join(CASE_WORDS)} ON "case" WHEN {_differs(CASE_WORDS)}',
            _reindex("c.local_id = NEW.local_id"),
        ),
        *_trigger(
            "search_case_delete",
            'AFTER DELETE ON "case"',
            "DELETE FROM case_fts WHERE rowid = OLD.local_id;",
        ),
        *_trigger("search_party_insert", "AFTER INSERT ON case_party", _reindex(party_case)),
        *_trigger(
            "search_party_update",
            f"AFTER UPDATE ON case_party WHEN {_differs(('case_id', 'person_id', 'withdrawn_at'))}",
            _reindex("c.id IN (OLD.case_id, NEW.case_id)"),
        ),
        *_trigger("search_party_delete", "AFTER DELETE ON case_party", _reindex("c.id = OLD.case_id")),
        *_trigger(
            "search_person_insert",
            "AFTER INSERT ON person WHEN NEW.initials IS NOT name_initials(NEW.name)",
            "UPDATE person SET initials = name_initials(NEW.name) WHERE local_id = NEW.local_id;",
        ),
        *_trigger(
            "search_person_update",
            f"AFTER UPDATE OF name, legal_representative ON person WHEN {_differs(('name', 'legal_representative'))}",
            "UPDATE person SET initials = name_initials(NEW.name) WHERE local_id = NEW.local_id; "
            + _reindex(person_cases),
        ),
        *_trigger(
            "search_visit_insert",
            "AFTER INSERT ON visit WHEN NEW.case_id IS NOT NULL",
            _reindex("c.id = NEW.case_id"),
        ),
        *_trigger(
            "search_visit_update",
            f"AFTER UPDATE ON visit WHEN {_differs(('case_id', 'withdrawn_at', *VISIT_WORDS))}",
            _reindex("c.id IN (OLD.case_id, NEW.case_id)"),
        ),
        *_trigger(
            "search_visit_delete",
            "AFTER DELETE ON visit WHEN OLD.case_id IS NOT NULL",
            _reindex("c.id = OLD.case_id"),
        ),
    ]


def rebuild_statements() -> list[str]:
    """The statements that fill the index from the rows at once."""
    return [
        "DELETE FROM case_fts",
        f'INSERT INTO case_fts (rowid, body) SELECT c.local_id, seg({document_sql("c")}) FROM "case" c',
    ]


def rebuild(
    session: Session, progress: Callable[[int, int], None], cancelled: Callable[[], bool] = lambda: False
) -> bool:
    """Fills the index anew in slices of :data:`SLICE` matters; about 1 ms a matter.

    ``progress`` gets (done, all). Returns False when it was cancelled; the caller then rolls back.
    """
    last = int(session.execute(text('SELECT coalesce(max(local_id), 0) FROM "case"')).scalar_one())
    session.execute(text("DELETE FROM case_fts"))
    for start in range(0, last, SLICE):
        if cancelled():
            return False
        session.execute(
            text(
                f"INSERT INTO case_fts (rowid, body) SELECT c.local_id, seg({document_sql('c')}) "
                'FROM "case" c WHERE c.local_id > :low AND c.local_id <= :high'
            ),
            {"low": start, "high": start + SLICE},
        )
        progress(min(start + SLICE, last), last)
    return True
