"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FakeClock:
    """Shows the moment it was set to."""

    def __init__(self, moment: datetime = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """The moment it was set to."""
        return self.moment

    def advance(self, **parts: float) -> None:
        """Moves on by ``timedelta(**parts)``; negative parts set it back."""
        self.moment += timedelta(**parts)

    def set(self, moment: datetime) -> None:
        """Shows another moment from now on."""
        self.moment = moment
