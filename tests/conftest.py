"""What every test gets: a fake clock, seeded ids, guards, PostgreSQL, a screen, a founded station."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest

from models.ids import IdMaker, seeded_ids
from tests.ground.clock import FakeClock

pytest_plugins = [
    "tests.ground.guards",
    "tests.ground.postgres",
    "tests.ground.screen",
    "tests.ground.station",
]


@pytest.fixture
def clock() -> FakeClock:
    """2 March 2026, 09:10 in China, until the test moves it."""
    return FakeClock()


@pytest.fixture
def new_id(clock: FakeClock) -> IdMaker:
    """Row identifiers that repeat in each run."""
    return seeded_ids(20260302, clock)
