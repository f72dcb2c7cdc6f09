"""The one place that reads the machine's clock; everything else is handed a :class:`Clock`."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

CHINA = timezone(timedelta(hours=8), "UTC+8")
"""China Standard Time; the law's days are counted in it, whatever the PC's zone is set to."""


class Clock(Protocol):
    """Tells the time. Tests hand in their own."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The PC's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a wall clock in China."""
    return moment.astimezone(CHINA)


def local_day(moment: datetime) -> date:
    """The calendar day in China on which the moment falls."""
    return moment.astimezone(CHINA).date()


def at_local(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """The moment at which a wall clock in China shows the given time."""
    return datetime(year, month, day, hour, minute, tzinfo=CHINA).astimezone(UTC)
