"""SQLite's plans for what a function asks the store, as the driver really runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


def plans_of(session: Session, ask: Callable[[], object]) -> str:
    """The lines of the plans of every statement that ``ask`` runs."""
    connection = session.connection()
    asked: list[tuple[str, Any]] = []

    def note(*parts: Any) -> None:
        asked.append((parts[2], parts[3]))

    event.listen(connection, "before_cursor_execute", note)
    try:
        ask()
    finally:
        event.remove(connection, "before_cursor_execute", note)
    raw: Any = connection.connection.dbapi_connection
    return "\n".join(
        str(row[-1])
        for statement, values in asked
        for row in raw.execute("EXPLAIN QUERY PLAN " + statement, values)
    )


def steps_of(session: Session, ask: Callable[[], object]) -> int:
    """How many steps SQLite's virtual machine takes for what ``ask`` runs, in tens."""
    raw: Any = session.connection().connection.dbapi_connection
    taken = 0

    def count() -> int:
        nonlocal taken
        taken += 1
        return 0

    raw.set_progress_handler(count, 10)
    try:
        ask()
    finally:
        raw.set_progress_handler(None, 10)
    return taken
