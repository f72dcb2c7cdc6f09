"""How long to wait after wrong passwords: the first four are free, then ever longer, up to a quarter of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.storage.keys import KeySlot

FREE_TRIES = 4
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)


def wait_after(wrong_tries: int) -> timedelta:
    """The wait that the number of wrong tries in a row earns."""
    if wrong_tries <= FREE_TRIES:
        return timedelta(0)
    doublings = min(wrong_tries - FREE_TRIES - 1, 10)
    return min(FIRST_WAIT * float(2**doublings), LONGEST_WAIT)


def remaining_wait(slot: KeySlot, now: datetime) -> timedelta:
    """What is left of the wait.

    Zero before the last try, where the clock has been set back: the next try goes through :func:`anchored` and starts
    the wait anew. So setting the clock back gains nothing, and a clock that ran years ahead locks nobody out.
    """
    wait = wait_after(slot.wrong_tries)
    if not wait or slot.last_try is None or now < slot.last_try:
        return timedelta(0)
    return max(wait - (now - slot.last_try), timedelta(0))


def anchored(slot: KeySlot, now: datetime) -> KeySlot:
    """The slot with its wait counted from now when the clock stands before the last try; else the same slot."""
    if slot.last_try is None or now >= slot.last_try:
        return slot
    return replace(slot, last_try=now)


def after_wrong_try(slot: KeySlot, now: datetime) -> KeySlot:
    """The slot with one more wrong try."""
    return replace(slot, wrong_tries=slot.wrong_tries + 1, last_try=now)


def after_right_try(slot: KeySlot) -> KeySlot:
    """The slot without wrong tries."""
    return replace(slot, wrong_tries=0, last_try=None)


def wait_sentence(wait: timedelta) -> str:
    """The wait in words."""
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 60:
        return f"{seconds} 秒"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"
