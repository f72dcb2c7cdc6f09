"""A station shared by the tests of a module: each test works in one transaction that is rolled back after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.accounts.founding import found_station
from app.cases.lifecycle.engine import StepEntry, take_step
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.cases.visibility import Viewer
from app.station import Station, Work
from models.case import Case
from models.codes import CodeTables
from models.ids import seeded_ids
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, FOUNDING, open_station

TODAY = date(2026, 3, 2)
"""The day the fake clock shows."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, codes: CodeTables) -> Iterator[Station]:
    """A founded, encrypted station with 王芳 signed in, for all tests of a module."""
    clock = FakeClock()
    new_id = seeded_ids(20260303, clock)
    folder = found_station(tmp_path_factory.mktemp("desk") / "station", FOUNDING, clock, new_id, CHEAP)
    opened = open_station(folder, clock, new_id, codes)
    yield opened
    opened.close(backup=False)


class _Undo(Exception):
    """Ends a transaction without keeping it."""


@contextmanager
def rolled_back(station: Station) -> Iterator[Work]:
    """A transaction of which nothing is kept."""
    try:
        with station.change("试办") as work:
            yield work
            raise _Undo
    except _Undo:
        pass


@pytest.fixture
def work(desk: Station) -> Iterator[Work]:
    """One transaction of the shared station, rolled back after the test."""
    with rolled_back(desk) as opened:
        yield opened


def chief(work: Work) -> Viewer:
    """Somebody who may see accusations."""
    return Viewer(work.actor_id, True)


def clerk(work: Work) -> Viewer:
    """The person signed in, were they not to see accusations."""
    return Viewer(work.actor_id, False)


def stranger(work: Work) -> Viewer:
    """A colleague who neither registered nor handles anything and may not see accusations."""
    return Viewer(work.new_id(), False)


def person(name: str, **values: Any) -> PersonEntry:
    """A natural person."""
    return PersonEntry(name=name, **values)


def opened(work: Work, kind: str = "dispute", **values: Any) -> UUID:
    """A matter of a kind between 张秀英 and 李有田."""
    first = "applicant" if kind in ("dispute", "errand") else "petitioner"
    parties = values.pop(
        "parties",
        (
            PartyEntry(person("张秀英", phone="13900000017"), first),
            PartyEntry(person("李有田", phone="13900000018"), "respondent"),
        ),
    )
    return open_case(work, CaseEntry(kind=kind, parties=parties, **values))


def case_of(work: Work, case_id: UUID) -> Case:
    """The row of a matter."""
    work.session.expire_all()
    return work.session.scalars(select(Case).where(Case.id == case_id)).one()


def put(work: Work, case_id: UUID, **values: Any) -> Case:
    """Sets a matter's columns directly, to begin from a state."""
    case = case_of(work, case_id)
    for name, value in values.items():
        setattr(case, name, value)
    work.session.flush()
    return case


def do(work: Work, case_id: UUID, kind: str, **values: Any) -> UUID:
    """Takes a step today with values named ``table__column``."""
    typed = {name.replace("__", "."): value for name, value in values.items()}
    return take_step(work, case_id, StepEntry(kind, {"step.happened_on": work.today, **typed}))


def later(days: int) -> date:
    """A day after the test's own, or before it when negative."""
    return TODAY + timedelta(days=days)
