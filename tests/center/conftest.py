"""Each test of the center runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from app.center.database import connect
from app.center.schema import METADATA
from models.ids import IdMaker
from tests.center.ground import Center, DirectWire
from tests.ground.clock import FakeClock
from tests.ground.postgres import PostgresServer
from tests.sync.side import PlainStore, Side

_numbers = count(1)


@pytest.fixture(scope="session")
def county_template(postgres_server: PostgresServer) -> URL:
    """A database with the center's empty tables: copying it is much quicker than making forty tables."""
    url = postgres_server.new_database()
    engine = connect(url)
    METADATA.create_all(engine)
    engine.dispose()
    return make_url(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def center_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'center.db'}"
    template: URL = request.getfixturevalue("county_template")
    name = f"{template.database}_{next(_numbers)}"
    with psycopg.connect(
        host=template.host, port=template.port, user=template.username, dbname="postgres", autocommit=True
    ) as link:
        link.execute(f"CREATE DATABASE {name} TEMPLATE {template.database}".encode())
    return template.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def center(center_url: str, tmp_path: Path, clock: FakeClock) -> Iterator[Center]:
    made = Center(center_url, tmp_path / "center", clock)
    yield made
    made.close()


@pytest.fixture
def wire(center: Center) -> DirectWire:
    return DirectWire(center)


@pytest.fixture
def new_side(clock: FakeClock, new_id: IdMaker, wire: DirectWire) -> Iterator[Callable[..., Side]]:
    """Makes stations; ``new_side("name", level="village")`` founds and enrols one."""
    stores: list[PlainStore] = []

    def make(name: str = "上溪村调解室", level: str = "village") -> Side:
        stores.append(PlainStore())
        side = Side(stores[-1], clock, new_id, name=name)
        side.enrol(wire, wire.center.enrolment.new_code(name, level))
        return side

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def side(new_side: Callable[..., Side]) -> Side:
    return new_side()
