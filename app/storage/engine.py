"""Connections to an encrypted store: keyed, checked, and equipped with the functions its triggers call.

SQLCipher 4 with a raw 256-bit key (no key derivation per connection), WAL and ``synchronous=FULL``: measured, it
loses no acknowledged transaction in a power cut, while NORMAL does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import QueuePool
from sqlcipher3 import dbapi2

from app.search.pinyin import initials_text
from app.search.segment import segment
from models.columns import moment_text

KEY_BYTES = 32
CACHE_KIB = 32 * 1024
BUSY_MILLISECONDS = 10_000
FULL = 2
DAMAGE = ("malformed", "hmac check failed", "vtable constructor failed", "not a database")
"""Parts of the messages by which the library says that pages are damaged."""


@dataclass(slots=True)
class WriteContext:
    """Who writes, when, and whether the change is captured for the county. ``now`` None: no write is open."""

    actor_id: UUID | None = None
    now: datetime | None = None
    capturing: bool = True


class _Connection(dbapi2.Connection):  # type: ignore[misc]
    """A DBAPI connection that carries its write context."""

    context: WriteContext


def connect(path: Path, key: bytes) -> Any:
    """Opens one keyed connection.

    Raises sqlcipher3's DatabaseError when the key is wrong or the file is damaged: the first read shows it.
    """
    connection = dbapi2.connect(
        str(path), check_same_thread=False, timeout=BUSY_MILLISECONDS / 1000, factory=_Connection
    )
    try:
        connection.isolation_level = None
        connection.execute("PRAGMA cipher_log_level = NONE")
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        connection.execute("PRAGMA cipher_compatibility = 4")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        # INSERT OR REPLACE deletes: with this on, the triggers that forbid deleting see it.
        connection.execute("PRAGMA recursive_triggers = ON")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
        _require_durable(connection)
        _register(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_durable(connection: Any) -> None:
    """A store that may lose an acknowledged save must not be opened at all."""
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    journal = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if synchronous != FULL or journal != "wal":
        raise RuntimeError(f"not durable: synchronous={synchronous}, journal_mode={journal}")


def _register(connection: Any) -> None:
    """Gives the connection the functions that triggers call; a tool without them cannot write."""
    context = WriteContext()
    connection.context = context

    def capture_on() -> int:
        if context.now is None:
            raise RuntimeError("write outside a write boundary")
        return int(context.capturing)

    def op_actor() -> bytes | None:
        return context.actor_id.bytes if context.actor_id else None

    def op_time() -> str:
        if context.now is None:
            raise RuntimeError("write outside a write boundary")
        return moment_text(context.now)

    functions: tuple[tuple[str, int, Callable[..., Any], bool], ...] = (
        ("seg", 1, segment, True),
        ("name_initials", 1, initials_text, True),
        ("capture_on", 0, capture_on, False),
        ("op_actor", 0, op_actor, False),
        ("op_time", 0, op_time, False),
    )
    for name, arguments, function, deterministic in functions:
        connection.create_function(name, arguments, function, deterministic=deterministic)


def make_engine(path: Path, key: Callable[[], bytes], on_damage: Callable[[], None] = lambda: None) -> Engine:
    """An engine over the store. The key is asked for at each connect and never enters a URL, an echo or a log.

    ``on_damage`` is called when a damaged page was met.
    """
    engine = create_engine(
        "sqlite+pysqlite:///" + path.as_posix(),
        module=dbapi2,
        creator=lambda: connect(path, key()),
        poolclass=QueuePool,
        pool_size=5,
        max_overflow=2,
        hide_parameters=True,
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        # Two threads that both read first and write later would deadlock upgrading their locks, so a writer
        # says so at once; the option is set by the write boundary.
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    @event.listens_for(engine, "handle_error")
    def _leave_damaged(context: Any) -> None:
        # A connection that met a damaged page calls the file read-only from then on, which would mislead the user.
        if any(sign in str(context.original_exception).lower() for sign in DAMAGE):
            context.is_disconnect = True
            on_damage()

    return engine


@contextmanager
def writing(connection: Any, actor_id: UUID | None, now: datetime, capturing: bool) -> Iterator[None]:
    """Opens the write context of a raw DBAPI connection for the length of a transaction."""
    context: WriteContext = connection.context
    context.actor_id, context.now, context.capturing = actor_id, now, capturing
    try:
        yield
    finally:
        context.actor_id, context.now, context.capturing = None, None, True
