"""Connections: the key stays out of sight, and nothing is written past the write boundary."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlcipher3 import dbapi2

from app.search.pinyin import initials_text
from app.search.segment import segment
from app.storage.engine import connect, make_engine, writing

KEY = bytes(range(32))


def test_a_wrong_key_is_noticed_at_once_and_silently(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """GIVEN a store WHEN opened with another key THEN it fails at connect, and the library prints nothing."""
    path = tmp_path / "a.db"
    with closing(connect(path, KEY)) as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(dbapi2.DatabaseError, match="not a database"):
        connect(path, bytes(32))
    assert capfd.readouterr().err == ""
    assert b"CREATE TABLE" not in path.read_bytes()
    assert not path.read_bytes().startswith(b"SQLite format 3")


def test_the_key_is_in_no_url_echo_or_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """GIVEN an engine that logs everything WHEN used THEN the key is nowhere."""
    caplog.set_level(logging.DEBUG, "sqlalchemy")
    engine = make_engine(tmp_path / "a.db", lambda: KEY)
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    engine.dispose()
    assert KEY.hex() not in caplog.text + repr(engine) + str(engine.url)


def test_values_are_not_in_error_messages(tmp_path: Path) -> None:
    """GIVEN a failing statement WHEN its error is printed THEN no value a person typed is in it."""
    engine = make_engine(tmp_path / "a.db", lambda: KEY)
    with engine.connect() as connection, pytest.raises(Exception, match="no such table") as problem:
        connection.exec_driver_sql("INSERT INTO nowhere VALUES (?)", ("张秀英",))
    engine.dispose()
    assert "张秀英" not in str(problem.value)


def test_functions_of_the_triggers(tmp_path: Path) -> None:
    """GIVEN a connection WHEN SQL calls the functions THEN they are those of the search and of the write context."""
    with closing(connect(tmp_path / "a.db", KEY)) as connection:
        row = connection.execute("SELECT seg('围墙纠纷'), name_initials('单雄信')").fetchone()
        assert row == (segment("围墙纠纷"), initials_text("单雄信"))
        assert connection.execute("SELECT op_actor()").fetchone() == (None,)
        for call in ("capture_on()", "op_time()"):
            with pytest.raises(dbapi2.OperationalError):
                connection.execute(f"SELECT {call}")
        now = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)
        with writing(connection, UUID(int=5), now, capturing=False):
            found = connection.execute("SELECT capture_on(), op_actor(), op_time()").fetchone()
            assert found == (0, UUID(int=5).bytes, "2026-03-02T01:10:00.000000Z")
        with pytest.raises(dbapi2.OperationalError):
            connection.execute("SELECT capture_on()")


def test_the_context_ends_with_its_block_even_when_it_raises(tmp_path: Path) -> None:
    """GIVEN a write that fails WHEN it is over THEN the connection is closed to writing again."""
    with closing(connect(tmp_path / "a.db", KEY)) as connection:
        with pytest.raises(ZeroDivisionError), writing(connection, None, datetime.now(UTC), capturing=True):
            raise ZeroDivisionError
        with pytest.raises(dbapi2.OperationalError):
            connection.execute("SELECT capture_on()")
