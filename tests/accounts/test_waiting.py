"""How long to wait after wrong passwords."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.waiting import (
    LONGEST_WAIT,
    after_right_try,
    after_wrong_try,
    anchored,
    remaining_wait,
    wait_after,
    wait_sentence,
)
from app.storage.keys import KdfCost, KeySlot

NOW = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)
SLOT = KeySlot("王芳", KdfCost(), b"", b"", b"")


@pytest.mark.parametrize(
    ("tries", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (10_000, 900)],
)
def test_the_wait_grows_to_a_quarter_of_an_hour(tries: int, seconds: int) -> None:
    """The first four tries are free; then 30 s, doubled each time, at most 15 minutes."""
    assert wait_after(tries) == timedelta(seconds=seconds)


def test_the_wait_passes() -> None:
    """GIVEN a fifth wrong try WHEN time passes THEN the wait shrinks and ends; a right try forgets it."""
    slot = SLOT
    for _ in range(5):
        slot = after_wrong_try(slot, NOW)
    assert remaining_wait(slot, NOW) == timedelta(seconds=30)
    assert remaining_wait(slot, NOW + timedelta(seconds=12)) == timedelta(seconds=18)
    assert remaining_wait(slot, NOW + timedelta(seconds=30)) == timedelta(0)
    assert after_right_try(slot) == SLOT


@given(tries=st.integers(5, 30), back=st.timedeltas(timedelta(seconds=1), timedelta(days=20_000)))
def test_a_clock_set_back_neither_shortens_nor_locks_out(tries: int, back: timedelta) -> None:
    """GIVEN a clock set back by anything WHEN the next try comes THEN the whole wait starts anew, and ends."""
    slot = SLOT
    for _ in range(tries):
        slot = after_wrong_try(slot, NOW)
    earlier = NOW - back
    moved = anchored(slot, earlier)
    assert remaining_wait(moved, earlier) == wait_after(tries)
    assert remaining_wait(moved, earlier + LONGEST_WAIT) == timedelta(0)
    assert anchored(moved, earlier + timedelta(seconds=1)) == moved
    assert moved.wrong_tries == tries


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "1 秒"), (30, "30 秒"), (60, "1 分钟"), (90, "1 分 30 秒"), (900, "15 分钟")]
)
def test_the_wait_in_words(seconds: float, words: str) -> None:
    """The sentence is one that people say."""
    assert wait_sentence(timedelta(seconds=seconds)) == words
