"""The two ways to reach rows: transactions, views, threads, closing."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import func, select, text

from app.station import Station
from app.storage import store as store_module
from app.storage.store import Store
from models.case import Case
from models.desk import Setting
from models.errors import UserError
from models.exchange import Operation
from tests.ground.clock import FakeClock


def keep(store: Store, clock: FakeClock, key: str) -> None:
    """Writes one local row."""
    with store.write(None, clock.now()) as session:
        session.add(Setting(key=key, value="x"))


def keys(store: Store) -> set[str]:
    """The local rows written by a test."""
    with store.read() as session:
        return {key for key in session.scalars(select(Setting.key)) if key.startswith("test.")}


def test_threads_write_one_after_another(station: Station, clock: FakeClock) -> None:
    """GIVEN six threads that write and read at once THEN nothing fails and nothing is missing."""
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(10):
                keep(station.store, clock, f"test.{number}.{turn}")
                assert f"test.{number}.{turn}" in keys(station.store)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(keys(station.store)) == 60


def test_a_view_does_not_change_while_it_is_open(station: Station, clock: FakeClock) -> None:
    """GIVEN an open view WHEN another writes THEN the view still shows the moment it began."""
    with station.store.read() as session:
        query = select(func.count()).select_from(Setting)
        before = session.scalar(query)
        keep(station.store, clock, "test.1")
        assert session.scalar(query) == before
    assert keys(station.store) == {"test.1"}


def test_a_write_inside_a_write_fails_at_once(station: Station, clock: FakeClock) -> None:
    """GIVEN an open change WHEN the same thread opens another THEN it fails instead of waiting for ever."""
    with pytest.raises(RuntimeError, match="inside a write"), station.change("外层") as work:
        work.add(Case(title="外层"))
        keep(station.store, clock, "test.1")
    keep(station.store, clock, "test.2")
    assert keys(station.store) == {"test.2"}
    with station.query() as session:
        assert session.scalars(select(Case)).all() == []


def test_what_the_county_sent_is_not_captured(station: Station, clock: FakeClock) -> None:
    """GIVEN changes from the county WHEN applied THEN no operation is made of them; afterwards capture is on."""
    with station.query() as session:
        before = session.scalar(select(func.count()).select_from(Operation))
    with station.store.write(None, clock.now(), capturing=False) as session:
        row = Case(id=station.new_id(), station_id=station.station_id, title="县里转来")
        row.created_at = row.changed_at = clock.now()
        session.add(row)
    with station.query() as session:
        assert session.scalar(select(func.count()).select_from(Operation)) == before
    with station.change("登记") as work:
        work.add(Case(title="本站登记"))
    with station.query() as session:
        assert session.scalar(select(func.count()).select_from(Operation)) == (before or 0) + 1


def test_replacing_a_row_cannot_delete_it_unseen(station: Station) -> None:
    """GIVEN a synced row WHEN a statement replaces it THEN the store refuses, as it does for deleting."""
    with station.change("登记") as work:
        work.add(Case(title="原有"))
    with pytest.raises(Exception, match="never deleted"), station.change("误用") as work:
        work.session.execute(
            text(
                'INSERT OR REPLACE INTO "case" (id, station_id, created_at, changed_at, title) '
                "SELECT id, station_id, created_at, changed_at, '换掉' FROM \"case\""
            )
        )
    with station.query() as session:
        assert session.scalars(select(Case.title)).all() == ["原有"]


def test_other_files_troubles_are_not_called_the_stores(station: Station) -> None:
    """GIVEN a job that cannot read a file of its own WHEN it fails inside a view THEN its own error comes out."""
    with pytest.raises(PermissionError), station.query():
        raise PermissionError(13, "an Excel file is open elsewhere")


def test_closed_is_closed(station: Station, clock: FakeClock) -> None:
    """GIVEN a closed store WHEN used THEN it fails, and the file is not opened again behind the lock's back."""
    station.store.close()
    for use in (
        lambda: keep(station.store, clock, "test.1"),
        lambda: keys(station.store),
        lambda: station.store.data_key,
        station.store.checkpoint,
    ):
        with pytest.raises(RuntimeError, match="closed"):
            use()
    folder = station.store.folder
    assert folder.clean_mark.exists()
    assert [path for path in folder.database_files() if path.exists()] == [folder.database]


def test_closing_waits_for_a_write(station: Station, clock: FakeClock) -> None:
    """GIVEN a write under way in another thread WHEN the store is closed THEN it waits and the write is kept."""
    started, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with station.store.write(None, clock.now()) as session:
            session.add(Setting(key="test.1", value="x"))
            started.set()
            go_on.wait(5)

    writer = threading.Thread(target=slow)
    closer = threading.Thread(target=station.store.close)
    writer.start()
    started.wait(5)
    closer.start()
    time.sleep(0.1)
    assert closer.is_alive()
    go_on.set()
    writer.join()
    closer.join()
    assert station.store.folder.clean_mark.exists()


def test_closing_does_not_wait_for_ever(
    station: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a reader that does not end WHEN the store is closed THEN it closes unmarked, to be checked next time."""
    monkeypatch.setattr(store_module, "CLOSE_PATIENCE", 0.05)
    with station.store.read() as session:
        session.scalar(select(func.count()).select_from(Setting))
        station.store.close()
    assert not station.store.is_open
    assert not station.store.folder.clean_mark.exists()


def test_the_mark_of_a_clean_end(station: Station) -> None:
    """GIVEN an open store THEN there is no mark; a closed one has it; the journal is empty then."""
    mark = station.store.folder.clean_mark
    assert not mark.exists()
    station.store.close()
    assert mark.exists()
    journal = station.store.folder.database_files()[1]
    assert not journal.exists()


def test_user_errors_of_a_block_pass_unchanged(station: Station) -> None:
    """GIVEN a sentence raised inside a change WHEN it leaves THEN it is the same sentence."""
    with pytest.raises(UserError, match="还差理由"), station.change("撤回"):
        raise UserError("还差理由")
