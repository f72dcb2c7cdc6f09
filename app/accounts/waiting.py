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
    return min(FIRST_WAIT * 2 ** (wrong_tries - FREE_TRIES - 1), LONGEST_WAIT)


def remaining_wait(slot: KeySlot, now: datetime) -> timedelta:
    """What is left of the wait. A clock set back does not shorten it."""
    wait = wait_after(slot.wrong_tries)
    if not wait or slot.last_try is None:
        return timedelta(0)
    passed = now - slot.last_try
    if passed < timedelta(0):
        return wait
    return max(wait - passed, timedelta(0))


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
