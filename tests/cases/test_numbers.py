"""Numbers: no gap, none twice, from 1 each year, with a tag where a store was restored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.cases.numbers import example_number, next_number, tag_of
from app.cases.visits import VisitEntry, register_visit
from app.station import Station, Work
from models.case import Case
from models.desk import Setting
from models.exchange import SyncState
from models.visit import Visit
from tests.cases.ground import case_of, opened, rolled_back
from tests.ground.clock import FakeClock


class _Failed(Exception):
    """What goes wrong in the middle of a change."""


def serials(station: Station) -> list[int | None]:
    """All serials given to matters, in the order of entry."""
    with station.query() as session:
        return list(session.scalars(select(Case.number_serial).order_by(Case.local_id)))


def test_no_gap_after_a_failure(station: Station) -> None:
    """GIVEN a change that fails after its number was made THEN the next matter gets that number."""
    with station.change("立案") as work:
        opened(work)
    with pytest.raises(_Failed), station.change("立案") as work:
        opened(work)
        raise _Failed
    with station.change("立案") as work:
        opened(work)
    assert serials(station) == [1, 2]


def test_starts_anew_each_year(station: Station, clock: FakeClock) -> None:
    """GIVEN the new year in China, which begins in the evening of the old one in UTC THEN the serial is 1 again."""
    numbers = []
    for moment in (
        datetime(2026, 12, 31, 15, 59, tzinfo=UTC),
        datetime(2026, 12, 31, 16, 1, tzinfo=UTC),
        datetime(2027, 1, 5, 2, 0, tzinfo=UTC),
    ):
        clock.set(moment)
        with station.change("立案") as work:
            numbers.append(case_of(work, opened(work)).number)
    assert numbers == ["（2026）上溪人调字第1号", "（2027）上溪人调字第1号", "（2027）上溪人调字第2号"]


def test_series_count_by_themselves(work: Work) -> None:
    """GIVEN matters of all kinds THEN petitions and suggestions share a series, the others have their own."""
    kinds = ("dispute", "petition", "suggestion", "errand", "dispute", "petition")
    assert [case_of(work, opened(work, kind)).number for kind in kinds] == [
        "（2026）上溪人调字第1号",
        "（2026）上溪信字第1号",
        "（2026）上溪信字第2号",
        "（2026）上溪代跑第1号",
        "（2026）上溪人调字第2号",
        "（2026）上溪信字第3号",
    ]
    register_visit(work, VisitEntry())
    assert work.session.scalars(select(Visit.number)).one() == "上溪访2026-0001"


def test_a_new_incarnation_carries_a_tag(work: Work) -> None:
    """GIVEN a store restored from a copy THEN its numbers differ from those the lost one may have given since."""
    before = case_of(work, opened(work)).number
    state = work.session.scalars(select(SyncState)).one()
    state.incarnation = 2
    work.session.flush()
    after = case_of(work, opened(work))
    assert (after.number, after.number_tag, after.number_serial) == ("（2026）上溪甲人调字第1号", "甲", 1)
    assert before == "（2026）上溪人调字第1号"


@given(st.lists(st.integers(1, 111), unique=True, min_size=2))
def test_no_two_incarnations_share_a_tag(incarnations: list[int]) -> None:
    """GIVEN any incarnations up to 癸癸, more than a store will live through THEN their tags differ."""
    assert len({tag_of(one) for one in incarnations}) == len(incarnations)


def test_the_first_has_no_tag() -> None:
    """甲 is the second, 癸 the eleventh, 甲甲 the twelfth."""
    assert [tag_of(one) for one in (1, 2, 11, 12, 13)] == ["", "甲", "癸", "甲甲", "甲乙"]


def test_a_county_may_have_its_own_form(work: Work) -> None:
    """GIVEN a template set for the station THEN numbers follow it and the count goes on."""
    opened(work)
    work.session.add(Setting(key="case_number_template", value="{short}调〔{year}〕{serial:03d}号{tag}"))
    work.session.flush()
    assert next_number(work, "dispute") == ("上溪调〔2026〕002号", 2026, 2, "")


def test_what_the_wizard_shows_is_what_comes(desk: Station) -> None:
    """GIVEN the short name typed at the first start THEN the example is the first number given."""
    with rolled_back(desk) as work:
        assert case_of(work, opened(work)).number == example_number("上溪", 2026)
