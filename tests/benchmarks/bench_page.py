"""A filtered, sorted page of the ledger: must not grow with the table."""

from __future__ import annotations

import time
from pathlib import Path

from app.cases.ledger import NEWEST, RECEIVED, LedgerFilter, ledger_page
from app.cases.visibility import Viewer
from app.station import Station
from tests.benchmarks.measure import race, report
from tests.benchmarks.stores import big_station

FILTERS = {
    "最新，调解中": LedgerFilter(state="mediating", sort=NEWEST),
    "最新，纠纷、已办结": LedgerFilter(kind="dispute", state="closed", sort=NEWEST),
    "最新，邻里": LedgerFilter(dispute_type="neighbour", sort=NEWEST),
    "按收到日期": LedgerFilter(sort=RECEIVED),
}


def run(folder: Path, large: bool) -> None:
    """Prints the cost of a page at 10 000 matters and at many more."""
    many = 1_000_000 if large else 100_000
    small = big_station(folder, 10_000, index=False)
    big = big_station(folder, many, index=False)
    try:
        for name, wanted in FILTERS.items():
            samples = race(
                {
                    "10 000 件": lambda w=wanted: _pages(small, w),  # type: ignore[misc]
                    f"{many:,} 件".replace(",", " "): lambda w=wanted: _pages(big, w),  # type: ignore[misc]
                },
                rounds=30,
                timer=time.process_time,
            )
            report(f"台账一页（{name}）", samples, baseline="10 000 件", aim="≤ 1.2×", each=3)
    finally:
        small.close(backup=False)
        big.close(backup=False)


def _pages(station: Station, wanted: LedgerFilter) -> None:
    viewer = Viewer(station.signed_in.staff_id, True)
    with station.query() as session:
        after = None
        for _ in range(3):
            page = ledger_page(session, wanted, viewer, after)
            after = page.next
