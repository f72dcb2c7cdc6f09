"""The ledger: every row once, in any order, through any filter, by index."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from itertools import product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.cases import ledger
from app.cases.ledger import (
    NEWEST,
    OLDEST,
    RECEIVED,
    RECEIVED_OLDEST,
    LedgerFilter,
    LedgerRow,
    ledger_count,
    ledger_page,
)
from app.cases.visibility import Viewer
from app.station import Station, Work
from models.case import Case
from tests.cases.ground import TODAY, chief, clerk, opened, rolled_back, stranger
from tests.cases.plans import steps_of

SORTS = (NEWEST, OLDEST, RECEIVED, RECEIVED_OLDEST)
LENIENT = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Row:
    """A matter to be put into the store."""

    state: str
    kind: str
    dispute_type: str
    received_on: date | None
    secrecy: str
    facts: str
    mine: bool
    withdrawn: bool

    def fits(self, wanted: LedgerFilter) -> bool:
        """Whether the matter passes a filter."""
        day = self.received_on
        return (
            not self.withdrawn
            and wanted.state in ("", self.state)
            and wanted.kind in ("", self.kind)
            and wanted.dispute_type in ("", self.dispute_type)
            and not (wanted.only_open and self.state in ("closed", "archived"))
            and not (wanted.received_from and (day is None or day < wanted.received_from))
            and not (wanted.received_to and (day is None or day > wanted.received_to))
            and not (wanted.mediator_id and not self.mine)
            and wanted.words in self.facts
        )


DAYS = st.none() | st.integers(0, 4).map(lambda days: TODAY - timedelta(days))
ROWS = st.lists(
    st.builds(
        Row,
        st.sampled_from(["registered", "agreed", "closed", "archived"]),
        st.sampled_from(["dispute", "petition"]),
        st.sampled_from(["neighbour", "land"]),
        DAYS,
        st.sampled_from(["open", "open", "confidential", "accusation"]),
        st.sampled_from(["水沟", "围墙", "水沟围墙"]),
        st.booleans(),
        st.integers(0, 9).map(lambda number: number == 0),
    ),
    max_size=12,
)
ONE_BY_ONE = st.builds(LedgerFilter, sort=st.sampled_from(SORTS))
NARROW = st.builds(
    LedgerFilter,
    state=st.sampled_from(["", "", "agreed", "closed"]),
    kind=st.sampled_from(["", "", "dispute"]),
    dispute_type=st.sampled_from(["", "", "land"]),
    received_from=DAYS,
    received_to=DAYS,
    words=st.sampled_from(["", "", "水沟", "墙"]),
    only_open=st.booleans(),
    sort=st.sampled_from(SORTS),
)
FILTERS = st.one_of(ONE_BY_ONE, NARROW)


def put_rows(work: Work, rows: list[Row]) -> dict[int, Row]:
    """Stores matters and returns them by local number."""
    kept = {}
    for row in rows:
        case = work.add(
            Case(
                state=row.state,
                kind=row.kind,
                dispute_type=row.dispute_type,
                received_on=row.received_on,
                secrecy=row.secrecy,
                facts=row.facts,
                mediator_id=work.actor_id if row.mine else None,
                withdrawn_at=work.now if row.withdrawn else None,
            )
        )
        kept[case.local_id] = row
    work.session.flush()
    return kept


def walk(work: Work, wanted: LedgerFilter, viewer: Viewer, size: int) -> list[LedgerRow]:
    """All rows, page after page; a page that is not the last one is full."""
    found: list[LedgerRow] = []
    after: ledger.LedgerKey | None = None
    while True:
        page = ledger_page(work.session, wanted, viewer, after, size)
        found += page.rows
        if page.next is None:
            return found
        assert len(page.rows) == size
        assert page.next != after, "a page leads back to itself"
        after = page.next


def in_order(rows: list[LedgerRow], wanted: LedgerFilter) -> bool:
    """Whether rows stand in the order asked for; rows without a day have no place of their own among days."""
    numbers = [row.local_id for row in rows]
    if wanted.words:
        return numbers == sorted(numbers, reverse=True)
    sort = wanted.sort
    if wanted.received_from or wanted.received_to:
        sort = {NEWEST: RECEIVED, OLDEST: RECEIVED_OLDEST}.get(sort, sort)
    if sort in (NEWEST, OLDEST):
        return numbers == sorted(numbers, reverse=sort == NEWEST)
    keys = [(row.received_on, row.local_id) for row in rows if row.received_on is not None]
    return keys == sorted(keys, reverse=sort == RECEIVED)


@LENIENT
@given(ROWS, FILTERS, st.sampled_from([False, False, True]), st.integers(1, 4))
def test_every_row_once_in_order(
    desk: Station, rows: list[Row], wanted: LedgerFilter, mine: bool, size: int
) -> None:
    """GIVEN any matters, filter, order and page size THEN walking the pages meets what fits, each once, in order."""
    with rolled_back(desk) as work:
        kept = put_rows(work, rows)
        wanted = replace(wanted, mediator_id=work.actor_id if mine else None)
        found = walk(work, wanted, chief(work), size)
        assert sorted(row.local_id for row in found) == sorted(
            n for n, row in kept.items() if row.fits(wanted)
        )
        assert in_order(found, wanted)
        assert ledger_count(work.session, wanted, chief(work)) == len(found)


@LENIENT
@given(ROWS, FILTERS, st.integers(1, 4))
def test_others_see_only_what_they_may(
    desk: Station, rows: list[Row], wanted: LedgerFilter, size: int
) -> None:
    """GIVEN any matters THEN no page and no count tells of an accusation, or of a confidential one of others."""
    with rolled_back(desk) as work:
        put_rows(work, rows)
        everything = walk(work, wanted, chief(work), size)
        for viewer, seen in ((clerk(work), {"open", "confidential"}), (stranger(work), {"open"})):
            found = walk(work, wanted, viewer, size)
            assert sorted(r.local_id for r in found) == sorted(
                r.local_id for r in everything if r.secrecy in seen
            )
            assert in_order(found, wanted)
            assert ledger_count(work.session, wanted, viewer) == len(found)


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_several_of_one_day_and_some_without(work: Work, sort: str, size: int) -> None:
    """GIVEN several matters of one day, and some without any THEN no page repeats or skips one."""
    days = (None, TODAY, TODAY, None, TODAY, TODAY - timedelta(1), TODAY)
    rows = [Row("agreed", "dispute", "land", day, "open", "", mine=False, withdrawn=False) for day in days]
    kept = put_rows(work, rows)
    found = walk(work, LedgerFilter(sort=sort), chief(work), size)
    assert sorted(row.local_id for row in found) == sorted(kept)
    assert in_order(found, LedgerFilter(sort=sort))


def test_rows_added_meanwhile_move_no_page(work: Work) -> None:
    """GIVEN the first page read WHEN a newer matter comes in THEN the second page goes on where the first ended."""
    ids = [opened(work) for _ in range(5)]
    first = ledger_page(work.session, LedgerFilter(), chief(work), size=2)
    opened(work)
    second = ledger_page(work.session, LedgerFilter(), chief(work), first.next, 2)
    assert [row.id for row in (*first.rows, *second.rows)] == [ids[4], ids[3], ids[2], ids[1]]


def test_counting_stops_at_a_limit(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN more matters than are counted THEN the count is the limit and one, with words and without."""
    monkeypatch.setattr(ledger, "COUNT_LIMIT", 3)
    for _ in range(6):
        opened(work, facts="水沟")
    assert ledger_count(work.session, LedgerFilter(), chief(work)) == 4
    assert ledger_count(work.session, LedgerFilter(words="水沟"), chief(work)) == 4


FILTERS_BY_NAME = {
    "none": {},
    "state": {"state": "agreed"},
    "closed": {"state": "closed"},
    "kind": {"kind": "dispute"},
    "kind and state": {"kind": "dispute", "state": "agreed"},
    "type": {"dispute_type": "neighbour"},
    "open": {"only_open": True},
    "days": {"received_from": date(2026, 1, 1), "received_to": date(2026, 1, 31)},
    "words": {"words": "水沟"},
}


def grow(work: Work, matters: int) -> None:
    """A store that looks like a station's after years: most matters closed, most of one kind."""
    station: UUID = work.station_id
    work.session.execute(
        text(
            'INSERT INTO "case" (id, station_id, created_at, changed_at, state, kind, dispute_type, received_on, facts)'
            " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :matters) "
            "SELECT randomblob(16), :station, '2026-01-01T00:00:00.000000Z', '2026-01-01T00:00:00.000000Z', "
            "CASE WHEN i % 20 = 0 THEN 'agreed' ELSE 'closed' END, "
            "CASE WHEN i % 4 = 0 THEN 'petition' ELSE 'dispute' END, "
            "CASE WHEN i % 3 = 0 THEN 'neighbour' ELSE 'land' END, "
            "date('2010-01-01', '+' || i || ' day'), '水沟' FROM n"
        ),
        {"station": station.bytes, "matters": matters},
    )
    work.session.execute(text("ANALYZE"))


def costs(work: Work) -> dict[str, int]:
    """What a page costs, first and in the middle, by filter, order and viewer, in steps of SQLite's machine."""
    middle = work.session.scalar(text('SELECT max(local_id) / 2 FROM "case"'))
    day = work.session.scalar(text('SELECT received_on FROM "case" WHERE local_id = :n'), {"n": middle})
    found = {}
    for (name, values), sort, who in product(FILTERS_BY_NAME.items(), (NEWEST, RECEIVED), (chief, clerk)):
        wanted = LedgerFilter(sort=sort, **values)  # type: ignore[arg-type]
        for place, key in (("first", None), ("middle", (date.fromisoformat(day), middle))):
            found[f"{name} {sort} {who.__name__} {place}"] = steps_of(
                work.session, partial(ledger_page, work.session, wanted, who(work), key)
            )
    return found


def test_a_page_costs_the_same_in_a_store_four_times_as_large(desk: Station) -> None:
    """GIVEN four times the matters THEN no page costs more: none is found by reading or sorting them all.

    Open matters by day are sorted among themselves, since a station never has many of them at once.
    """
    with rolled_back(desk) as work:
        grow(work, 1200)
        small = costs(work)
    with rolled_back(desk) as work:
        grow(work, 4800)
        large = costs(work)
    grew = {what: (small[what], large[what]) for what in small if large[what] > 1.3 * small[what] + 500}
    assert not {what: steps for what, steps in grew.items() if "state received" not in what}
