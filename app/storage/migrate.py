"""Brings a store to this program's tables: tried on a copy, checked, and only then put in its place."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.search.index import INDEX_VERSION, index_statements, rebuild_statements
from app.storage.engine import connect, make_engine, writing
from app.storage.files import replace_file, sync_folder
from app.storage.layout import StationFolder
from app.sync.capture import capture_statements
from models.clock import Clock
from models.errors import UserError
from models.tables import METADATA

HEAD = "0001"
"""The newest revision this program knows; a test holds it against the scripts."""

TRIGGER_STAMP = "trigger_stamp"
SCRIPTS = Path(__file__).parent / "migrations"


def bring_up_to_date(folder: StationFolder, data_key: bytes, clock: Clock) -> None:
    """Migrates the store when its tables or triggers are older than this program's.

    Raises :class:`UserError` when the store is newer than the program. On any failure the original is as it was.
    """
    with closing(connect(folder.database, data_key)) as connection:
        revision, stamp = _revision(connection), _stamp(connection)
    if revision == HEAD and stamp == trigger_stamp():
        return
    if revision is not None and revision not in known_revisions():
        raise UserError(
            "这份数据是用更新版本的调解工作台保存的，本版本打不开。数据没有改动。",
            "请安装新版本后再打开。",
            title="版本太旧",
        )
    copy = folder.database.with_name("station.migrating.db")
    try:
        _copy(folder.database, copy, data_key)
        _require_no_journal(folder)
        build(copy, data_key, clock)
        _require_sound(copy, data_key)
        for path in folder.database_files()[1:]:
            path.unlink(missing_ok=True)
        replace_file(copy, folder.database)
        sync_folder(folder.root)
    finally:
        for ending in ("", "-wal", "-shm"):
            copy.with_name(copy.name + ending).unlink(missing_ok=True)


def build(path: Path, data_key: bytes, clock: Clock) -> None:
    """Upgrades the tables of a file to :data:`HEAD` and renews its triggers; makes them in an empty file."""
    from alembic import command
    from alembic.config import Config

    engine = make_engine(path, lambda: data_key)
    try:
        with engine.execution_options(writing=True).connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            with writing(raw, None, clock.now(), False), connection.begin():
                _drop_triggers(connection.exec_driver_sql)
                config = Config()
                config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                for statement in (*capture_statements(METADATA), *index_statements()):
                    connection.exec_driver_sql(statement)
                for statement in rebuild_statements():
                    connection.exec_driver_sql(statement)
                connection.execute(text("DELETE FROM setting WHERE key = :key"), {"key": TRIGGER_STAMP})
                connection.execute(
                    text("INSERT INTO setting (key, value) VALUES (:key, :value)"),
                    {"key": TRIGGER_STAMP, "value": trigger_stamp()},
                )
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()


def trigger_stamp() -> str:
    """Changes whenever the triggers or the search index do."""
    statements = (*capture_statements(METADATA), *index_statements(), str(INDEX_VERSION))
    return hashlib.sha256("\n".join(statements).encode()).hexdigest()


def known_revisions() -> set[str]:
    """The revisions for which this program has scripts."""
    return {path.stem.split("_")[0] for path in (SCRIPTS / "versions").glob("[0-9]*.py")}


def _drop_triggers(execute: Any) -> None:
    for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        execute(f'DROP TRIGGER "{name}"')


def _revision(connection: Any) -> str | None:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE name = 'alembic_version'").fetchall()
    if not tables:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _stamp(connection: Any) -> str:
    if not connection.execute("SELECT name FROM sqlite_master WHERE name = 'setting'").fetchall():
        return ""
    row = connection.execute("SELECT value FROM setting WHERE key = ?", (TRIGGER_STAMP,)).fetchone()
    return str(row[0]) if row else ""


def _require_no_journal(folder: StationFolder) -> None:
    """Without this a cut between removing the journal and swapping the file would lose what only it holds."""
    journal = folder.database.with_name(folder.database.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        raise UserError(
            "数据升级前的整理没有完成，可能是磁盘满了。数据没有改动。", "请腾出一些磁盘空间后再打开。"
        )


def _copy(source: Path, target: Path, data_key: bytes) -> None:
    for ending in ("", "-wal", "-shm"):
        target.with_name(target.name + ending).unlink(missing_ok=True)
    with closing(connect(source, data_key)) as read, closing(connect(target, data_key)) as write:
        read.backup(write)
        read.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _require_sound(path: Path, data_key: bytes) -> None:
    with closing(connect(path, data_key)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if found != "ok":
        raise RuntimeError(f"the migrated copy is not sound: {found}")
