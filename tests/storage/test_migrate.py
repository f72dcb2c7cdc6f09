"""Tables and triggers are brought up to date on a copy; the original stays until the copy is proved."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, select, text

from app.storage import migrate
from app.storage.engine import connect, make_engine, writing
from app.storage.layout import StationFolder
from app.storage.migrate import HEAD, build, known_revisions, trigger_stamp
from models.base import synced_tables
from models.case import Case
from models.codes import CodeTables
from models.errors import UserError
from models.ids import IdMaker
from models.tables import METADATA
from tests.ground.clock import FakeClock
from tests.ground.station import open_station

KEY = bytes(range(32))


@contextmanager
def built(path: Path, clock: FakeClock) -> Iterator[Connection]:
    """A file made by the scripts alone."""
    build(path, KEY, clock)
    engine = make_engine(path, lambda: KEY)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def shape(connection: Connection) -> dict[str, dict[str, list[Any]]]:
    """Columns with types and defaults, indexes and foreign keys of every table, without regard to their order."""
    questions = {
        "columns": "SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{}')",
        "indexes": "SELECT l.name, l.\"unique\", group_concat(i.name) FROM pragma_index_list('{}') l "
        "JOIN pragma_index_info(l.name) i WHERE l.origin = 'c' GROUP BY l.name",
        "unique": "SELECT group_concat(i.name) FROM pragma_index_list('{}') l "
        "JOIN pragma_index_info(l.name) i WHERE l.origin = 'u' GROUP BY l.name",
        "foreign keys": 'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(\'{}\')',
    }
    return {
        table: {
            part: sorted(map(repr, connection.exec_driver_sql(question.format(table))))
            for part, question in questions.items()
        }
        for table in METADATA.tables
    }


def test_the_scripts_make_what_the_models_say(tmp_path: Path, clock: FakeClock) -> None:
    """GIVEN an empty file WHEN the scripts run THEN tables, columns, defaults, keys and indexes are the models'."""
    models = create_engine("sqlite://")
    METADATA.create_all(models)
    with built(tmp_path / "a.db", clock) as connection, models.connect() as wanted:
        made, meant = shape(connection), shape(wanted)
        assert made == meant
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or not name.startswith(("case_fts", "alembic"))
                ),
            },
        )
        assert compare_metadata(context, METADATA) == []
    models.dispose()


def test_head_is_the_newest_script() -> None:
    """GIVEN the folder of scripts THEN the newest is the revision the program asks for."""
    assert max(known_revisions()) == HEAD


def test_every_synced_table_is_captured(tmp_path: Path, clock: FakeClock) -> None:
    """GIVEN a new file THEN each synced table has triggers for insert, update and delete."""
    with built(tmp_path / "a.db", clock) as connection:
        query = text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        triggers = set(connection.execute(query).scalars())
    for table in synced_tables(METADATA):
        for event in ("insert", "update", "delete"):
            assert f"capture_{table.name}_{event}" in triggers
    assert any(name.startswith("search_") for name in triggers)


def test_no_foreign_key_dangles_and_the_file_is_sound(tmp_path: Path, clock: FakeClock) -> None:
    """GIVEN a new file WHEN checked THEN it is sound."""
    with built(tmp_path / "a.db", clock) as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalars().all() == ["ok"]


class Keeper:
    """A closed station with one matter, and raw access to its file."""

    def __init__(self, folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> None:
        self.folder, self.clock, self._rest = folder, clock, (clock, new_id, codes)
        station = open_station(folder, *self._rest)
        with station.change("登记") as work:
            work.add(Case(title="围墙纠纷"))
        self.key = station.store.data_key
        station.close(backup=False)

    def run(self, *statements: str) -> None:
        """Runs SQL past the program."""
        with (
            closing(connect(self.folder.database, self.key)) as connection,
            writing(connection, None, self.clock.now(), capturing=False),
        ):
            for statement in statements:
                connection.execute(statement)

    def ask(self, question: str) -> list[Any]:
        """The first column of an answer."""
        with closing(connect(self.folder.database, self.key)) as connection:
            return [row[0] for row in connection.execute(question)]

    def titles(self) -> list[str]:
        """Opens the station as the program does."""
        station = open_station(self.folder, *self._rest)
        try:
            with station.query() as session:
                return list(session.scalars(select(Case.title)))
        finally:
            station.close(backup=False)

    def leftovers(self) -> list[str]:
        """Files of a migration in the folder."""
        return [path.name for path in self.folder.root.iterdir() if "migrating" in path.name]


@pytest.fixture
def keeper(station_folder: StationFolder, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> Keeper:
    """See :class:`Keeper`."""
    return Keeper(station_folder, clock, new_id, codes)


def test_nothing_is_copied_when_nothing_is_due(keeper: Keeper, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN an up-to-date store WHEN opened THEN no copy is made and Alembic is not asked."""

    def never(*_: object) -> None:
        raise AssertionError("no migration is due")

    monkeypatch.setattr(migrate, "build", never)
    monkeypatch.setattr(migrate, "_copy", never)
    assert keeper.titles() == ["围墙纠纷"]


def test_triggers_of_an_older_program_are_renewed(keeper: Keeper) -> None:
    """GIVEN triggers and an index of an older program WHEN opened THEN they are made anew, and capture and search work."""
    keeper.run(
        "DROP TRIGGER capture_case_insert",
        "CREATE TRIGGER obsolete AFTER INSERT ON setting BEGIN SELECT 1; END",
        "DELETE FROM case_fts",
        "UPDATE setting SET value = 'old' WHERE key = 'trigger_stamp'",
    )
    assert keeper.titles() == ["围墙纠纷"]
    triggers = keeper.ask("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    assert "capture_case_insert" in triggers
    assert "obsolete" not in triggers
    assert keeper.ask("SELECT value FROM setting WHERE key = 'trigger_stamp'") == [trigger_stamp()]
    assert keeper.ask("SELECT count(*) FROM case_fts WHERE case_fts MATCH '\"围墙\"'") == [1]
    assert keeper.leftovers() == []


def test_a_newer_store_is_refused_kindly(keeper: Keeper) -> None:
    """GIVEN a store saved by a newer program WHEN opened THEN it is refused and not one byte changes."""
    keeper.run("UPDATE alembic_version SET version_num = '9999'")
    before = keeper.folder.database.read_bytes()
    with pytest.raises(UserError, match="更新版本") as refusal:
        keeper.titles()
    assert "安装新版本" in refusal.value.remedy
    assert keeper.folder.database.read_bytes() == before
    assert keeper.leftovers() == []


@pytest.mark.parametrize("stage", ["_copy", "build", "_require_sound"])
def test_a_failing_migration_leaves_the_original(
    keeper: Keeper, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """GIVEN a migration that fails at any stage WHEN opened THEN the original is as it was and opens afterwards."""
    keeper.run("UPDATE setting SET value = 'old' WHERE key = 'trigger_stamp'")
    before = keeper.folder.database.read_bytes()
    real = getattr(migrate, stage)

    def fail(*arguments: Any) -> None:
        real(*arguments)
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrate, stage, fail)
        with pytest.raises(ZeroDivisionError):
            keeper.titles()
    assert keeper.folder.database.read_bytes() == before
    assert keeper.leftovers() == []
    assert keeper.titles() == ["围墙纠纷"]


def test_what_is_only_in_the_journal_is_migrated_too(keeper: Keeper, tmp_path: Path) -> None:
    """GIVEN a program killed before its checkpoint WHEN the next one migrates THEN the journal's rows are there."""
    keeper.run("UPDATE setting SET value = 'old' WHERE key = 'trigger_stamp'")
    kept = tmp_path / "kept"
    with closing(connect(keeper.folder.database, keeper.key)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute("INSERT INTO setting (key, value) VALUES ('only in the journal', 'x')")
        shutil.copytree(keeper.folder.root, kept)
    keeper.folder = StationFolder(kept)
    assert keeper.folder.database_files()[1].stat().st_size > 0
    assert keeper.titles() == ["围墙纠纷"]
    assert keeper.ask("SELECT value FROM setting WHERE key = 'only in the journal'") == ["x"]


def test_a_journal_that_cannot_be_emptied_stops_the_swap(keeper: Keeper) -> None:
    """GIVEN a journal that could not be moved into the file WHEN migrating THEN the original is kept."""
    keeper.run("UPDATE setting SET value = 'old' WHERE key = 'trigger_stamp'")
    with closing(connect(keeper.folder.database, keeper.key)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM setting").fetchone()
        keeper.run("INSERT INTO setting (key, value) VALUES ('later', 'x')")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("app.storage.engine.BUSY_MILLISECONDS", 50)
            with pytest.raises(UserError, match=r"没有完成|正忙"):
                keeper.titles()
        reader.execute("COMMIT")
    assert keeper.ask("SELECT value FROM setting WHERE key = 'later'") == ["x"]
    assert keeper.titles() == ["围墙纠纷"]
