"""Stores of many matters, made once in a folder and used again by later runs."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, text

from app.search.index import document_sql, index_statements
from app.station import Station
from app.storage.layout import StationFolder
from models.clock import SystemClock
from models.codes import bundled_code_tables
from models.exchange import SyncState
from models.ids import new_id
from tests.benchmarks.corpus import fill
from tests.ground.station import CHEAP, FOUNDING, LOGIN, PASSWORD

SLICE = 5000
READY = "ready"


def big_station(folder: Path, count: int, *, index: bool = True) -> Station:
    """An open station with ``count`` matters; ``index`` False leaves the full-text index empty (much faster).

    Whatever a benchmark does to it must be undone by the benchmark.
    """
    from app.accounts.founding import found_station
    from app.accounts.sign_in import sign_in

    root = folder / f"{count}{'' if index else '-plain'}"
    clock = SystemClock()
    if not (root / READY).exists():
        station_folder = StationFolder(root)
        if not station_folder.founded:
            found_station(root, FOUNDING, clock, new_id, CHEAP)
    store, signed_in = sign_in(StationFolder(root), LOGIN, PASSWORD, clock)
    station = Station(store, signed_in, clock, new_id, bundled_code_tables())
    if not (root / READY).exists():
        _load(station, count, index)
        (root / READY).touch()
    return station


def _load(station: Station, count: int, index: bool) -> None:
    started = time.monotonic()
    now = datetime(2026, 3, 2, tzinfo=UTC)
    codes = [entry.code for entry in station.codes["dispute_type"]]
    with station.store.write(None, now, capturing=False) as session:
        station_id = session.scalars(select(SyncState.station_id)).one()
        for (name,) in session.execute(
            text("SELECT name FROM sqlite_master WHERE type='trigger' AND name LIKE 'search_%'")
        ).all():
            session.execute(text(f"DROP TRIGGER {name}"))
    for part, start in enumerate(range(0, count, 50_000)):
        with station.store.write(None, now, capturing=False) as session:
            fill(
                session,
                min(50_000, count - start),
                station_id=station_id,
                seed=part,
                type_codes=codes,
                start=start,
            )
        print(f"    已写入 {min(start + 50_000, count)} 件，{time.monotonic() - started:.0f} 秒", flush=True)
    with station.store.write(None, now, capturing=False) as session:
        session.execute(text("UPDATE person SET initials = name_initials(name)")) if index else None
    for start in range(0, count if index else 0, SLICE):
        with station.store.write(None, now, capturing=False) as session:
            session.execute(
                text(
                    f"INSERT INTO case_fts (rowid, body) SELECT c.local_id, seg({document_sql('c')}) "
                    f'FROM "case" c WHERE c.local_id > {start} AND c.local_id <= {start + SLICE}'
                )
            )
    with station.store.write(None, now, capturing=False) as session:
        for statement in index_statements():
            session.execute(text(statement))
        if index:
            session.execute(text("INSERT INTO case_fts (case_fts) VALUES ('optimize')"))
    with station.store.write(None, now, capturing=False) as session:
        session.execute(text("ANALYZE"))
    print(f"    索引建好，{time.monotonic() - started:.0f} 秒", flush=True)
    station.store.checkpoint()
