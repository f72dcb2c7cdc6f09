"""Pushing many new matters to the county against the plain insert of the same rows."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from sqlalchemy import Engine, insert, select, text

from app.center.database import connect, open_center
from app.center.enrolment import Enrolment
from app.center.intake import Intake
from app.center.marks import Marks
from app.center.schema import METADATA as CENTER
from app.station import Station
from app.sync.courier import exchange
from app.sync.enrol import enrol
from app.sync.outbox import Outbox
from models.base import synced_tables
from models.clock import SystemClock
from models.tables import METADATA
from tests.benchmarks.corpus import fill
from tests.benchmarks.measure import report_value
from tests.benchmarks.stores import big_station

CASES = 20_000
COUNTY = "339900"


class _InProcess:
    """The center without the network, so that the work itself is measured."""

    def __init__(self, engine: Engine, opened: object) -> None:
        clock = SystemClock()
        identity = opened.identity  # type: ignore[attr-defined]
        self.enrolment = Enrolment(engine, identity, clock)
        self._intake = Intake(engine, identity, clock)
        self._marks = Marks(engine, identity, clock)

    def enrol(self, request: bytes) -> bytes:
        """Carries an enrolment."""
        return self.enrolment.enrol(request)

    def mark(self, question: bytes) -> bytes:
        """Carries a question."""
        return self._marks.answer(question)

    def send(self, envelope: bytes) -> bytes:
        """Carries a batch."""
        return self._intake.take(envelope)


def run(folder: Path, large: bool) -> None:
    """Prints matters a second of the whole push, and its ratio to plain inserts."""
    del large
    station = big_station(folder / "push", 0, index=False)
    clock = SystemClock()
    center_folder = folder / "center"
    center_folder.mkdir(parents=True, exist_ok=True)
    engine = connect(f"sqlite:///{center_folder / secrets.token_hex(4)}.db")
    opened = open_center(engine, center_folder, COUNTY, clock, serving=False)
    center = _InProcess(engine, opened)
    try:
        with station.query() as session:
            before = session.execute(text('SELECT count(*) FROM "case"')).scalar_one()
        if not before:
            codes = [entry.code for entry in station.codes["dispute_type"]]
            with station.store.write(None, clock.now()) as session:
                fill(session, CASES, station_id=station.station_id, type_codes=codes)
        code = center.enrolment.new_code("上溪村", "village")
        enrol(station.store, center, clock, _nonce, "http://127.0.0.1", code)
        wall, cpu = time.perf_counter(), time.process_time()
        for _ in exchange(Outbox(station.store, clock, _nonce), center, clock, lambda: False):
            pass
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        with engine.connect() as connection:
            stored = connection.execute(text('SELECT count(*) FROM "case"')).scalar_one()
        plain = _plain_insert(station, center_folder)
        print(
            f"\n上报 {CASES:,} 件（含站点读取、签名、县中心核验、合并、入库、回执；同一进程）".replace(
                ",", " "
            )
        )
        report_value(
            "速度", f"{stored / wall:,.0f} 件/秒（墙钟 {wall:.1f} 秒，CPU {cpu:.1f} 秒）", aim="≥ 2 000 件/秒"
        )
        report_value("同样的行直接插入", f"CPU {plain:.2f} 秒，上报为其 {cpu / plain:.1f}×", aim="—")
    finally:
        engine.dispose()
        station.close(backup=False)


def _plain_insert(station: Station, folder: Path) -> float:
    """CPU seconds to insert the same rows into empty tables of the same shape."""
    engine = connect(f"sqlite:///{folder / secrets.token_hex(4)}-plain.db")
    try:
        CENTER.create_all(engine)
        total = 0.0
        with station.query() as session:
            for table in synced_tables(METADATA):
                rows = [dict(row) for row in session.execute(select(table)).mappings()]
                target = CENTER.tables[table.name]
                kept = {column.name for column in target.columns}
                values = [
                    {**{k: v for k, v in row.items() if k in kept}, "county": COUNTY, "revision": 1}
                    for row in rows
                ]
                if not values:
                    continue
                started = time.process_time()
                with engine.begin() as connection:
                    connection.execute(insert(target), values)
                total += time.process_time() - started
        return total
    finally:
        engine.dispose()


def _nonce() -> str:
    return secrets.token_hex(16)
