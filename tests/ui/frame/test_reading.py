"""Days, moments, numbers and amounts as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.clock import at_local
from ui.frame.reading import (
    LARGEST_FEN,
    read_day,
    read_moment,
    read_money,
    read_number,
    show_day,
    show_moment,
    show_money,
)

TODAY = date(2026, 11, 22)
NOW = at_local(2026, 11, 22, 15, 4)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3.2", date(2026, 3, 2)),
        ("0302", date(2026, 3, 2)),
        ("302", date(2026, 3, 2)),
        ("2026-3-2", date(2026, 3, 2)),
        ("2026.03.02", date(2026, 3, 2)),
        ("2026年3月2日", date(2026, 3, 2)),
        ("3月2日", date(2026, 3, 2)),
        ("3月2号", date(2026, 3, 2)),
        ("20260302", date(2026, 3, 2)),
        ("260302", date(2026, 3, 2)),
        ("２０２６．３．２", date(2026, 3, 2)),
        ("3 2", date(2026, 3, 2)),
        ("5日", date(2026, 11, 5)),
        ("今天", TODAY),
        ("昨天", date(2026, 11, 21)),
        ("前天", date(2026, 11, 20)),
        ("明天", date(2026, 11, 23)),
        (" ", None),
        ("12.30", date(2026, 12, 30)),
    ],
)
def test_days_are_read_as_typed(typed: str, day: date | None) -> None:
    """GIVEN one of the ways people write a day THEN it is that day."""
    assert read_day(typed, TODAY) == day


def test_a_december_day_typed_in_january_is_last_year() -> None:
    """GIVEN early January WHEN 12.30 is typed THEN the one just past is meant."""
    assert read_day("12.30", date(2027, 1, 4)) == date(2026, 12, 30)


@pytest.mark.parametrize("typed", ["2.30", "明年三月", "13.1", "99", "2026-02-29", "abc", "3.2.1.4"])
def test_unreadable_days_are_said_so(typed: str) -> None:
    """GIVEN what is no day THEN a Chinese sentence says how to write one."""
    with pytest.raises(ValueError, match="日期没有看懂"):
        read_day(typed, TODAY)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)))
def test_a_shown_day_is_read_back(day: date) -> None:
    """GIVEN any day WHEN its shown form is read THEN it is the same day."""
    assert read_day(show_day(day), TODAY) == day


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("今天 9:30", at_local(2026, 11, 22, 9, 30)),
        ("9:30", at_local(2026, 11, 22, 9, 30)),
        ("3.2 14:30", at_local(2026, 3, 2, 14, 30)),
        ("2026-03-02 09:30", at_local(2026, 3, 2, 9, 30)),
        ("昨天下午3点", at_local(2026, 11, 21, 15, 0)),
        ("3月2日 9点半", at_local(2026, 3, 2, 9, 30)),
        ("上午8点20分", at_local(2026, 11, 22, 8, 20)),
        ("现在", NOW),
    ],
)
def test_moments_are_read_as_typed(typed: str, moment: datetime) -> None:
    """GIVEN one of the ways people write a time THEN it is that moment."""
    assert read_moment(typed, NOW) == moment


@pytest.mark.parametrize("typed", ["3.2", "25:00", "9:75", "傍晚"])
def test_unreadable_moments_are_said_so(typed: str) -> None:
    """GIVEN a day without a time, or no time at all THEN the reason is said."""
    with pytest.raises(ValueError, match=r"时间"):
        read_moment(typed, NOW)


@given(st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2099, 1, 1)))
def test_a_shown_moment_is_read_back(wall: datetime) -> None:
    """GIVEN any moment on the minute THEN its shown form is read as the same one."""
    moment = wall.replace(second=0, microsecond=0, tzinfo=UTC)
    read = read_moment(show_moment(moment), NOW)
    assert read is not None
    assert read - moment == timedelta(0)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1200", 120000),
        ("1,200.50元", 120050),
        ("１２００", 120000),
        ("1.2万", 1200000),
        ("0", 0),
        (".5", 50),
        ("", None),
        ("0.01", 1),
    ],
)
def test_amounts_are_read_in_fen(typed: str, fen: int | None) -> None:
    """GIVEN an amount in yuan THEN it is kept in whole fen."""
    assert read_money(typed) == fen


@pytest.mark.parametrize("typed", ["三千", "-5", "1.234", "1e9", "1..2"])
def test_unreadable_amounts_are_said_so(typed: str) -> None:
    """GIVEN what is no amount, or finer than fen THEN a sentence says so."""
    with pytest.raises(ValueError, match="金额"):
        read_money(typed)


@given(st.integers(min_value=0, max_value=LARGEST_FEN))
def test_a_shown_amount_is_read_back(fen: int) -> None:
    """GIVEN any amount THEN its shown form is read as the same one."""
    assert read_money(show_money(fen)) == fen


def test_numbers_may_carry_their_unit() -> None:
    """GIVEN 46人 in a field of people THEN it is 46; anything else is said to be wrong."""
    assert read_number("46人", "人") == 46
    assert read_number("") is None
    for typed in ("四十六", "1.5", "-1", "99999999999"):
        with pytest.raises(ValueError, match="整数"):
            read_number(typed, "人")
