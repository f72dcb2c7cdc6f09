"""The one boundary that every write goes through."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.station import Station
from models.case import Case
from models.errors import UserError
from models.exchange import Operation
from tests.ground.clock import FakeClock


def test_change_stamps_and_captures(station: Station, clock: FakeClock) -> None:
    """GIVEN an open station WHEN a row is added THEN it carries who, when, where, and its operation is there."""
    with station.change("登记") as work:
        case = work.add(Case(title="围墙纠纷"))
        case_id = case.id
    with station.query() as session:
        row = session.scalars(select(Case).where(Case.id == case_id)).one()
        assert (row.created_at, row.created_by) == (clock.now(), station.signed_in.staff_id)
        assert row.station_id == station.station_id
        operation = session.scalars(select(Operation).where(Operation.row_id == case_id)).one()
        assert operation.kind == "insert"
        assert operation.actor_id == station.signed_in.staff_id
        assert operation.made_at == clock.now()
        assert '"title":[null,"围墙纠纷"]' in operation.changes


def test_nothing_is_kept_when_the_block_raises(station: Station) -> None:
    """GIVEN a change WHEN it raises THEN neither the row nor its operation is there."""
    with station.query() as session:
        before = session.scalars(select(Operation.n)).all()
    with pytest.raises(ZeroDivisionError), station.change("登记") as work:
        work.add(Case(title="不该留下"))
        raise ZeroDivisionError
    with station.query() as session:
        assert session.scalars(select(Case)).all() == []
        assert session.scalars(select(Operation.n)).all() == before


def test_a_query_cannot_write(station: Station) -> None:
    """GIVEN a query WHEN it tries to write THEN the store refuses."""
    with pytest.raises((DBAPIError, UserError)), station.query() as session:
        session.execute(text("DELETE FROM setting"))
    with station.change("之后还能写") as work:
        work.add(Case(title="照常"))


def test_withdrawal_needs_a_reason(station: Station) -> None:
    """GIVEN a row WHEN it is withdrawn without a reason THEN it stays."""
    with pytest.raises(UserError, match="理由"), station.change("撤回") as work:
        work.withdraw(work.add(Case(title="误录")), "  ")
    with station.change("撤回") as work:
        case = work.add(Case(title="误录"))
        work.withdraw(case, "重复录入")
    with station.query() as session:
        row = session.scalars(select(Case)).one()
        assert row.withdrawn_reason == "重复录入"
        assert row.withdrawn_by == station.signed_in.staff_id


def test_closing_makes_a_verified_backup_once(station: Station) -> None:
    """GIVEN an open station WHEN it is closed twice THEN one sound backup lies beside it."""
    from app.storage.backup import list_backups

    with station.change("登记") as work:
        work.add(Case(title="围墙纠纷"))
    station.close()
    station.close()
    (found,) = list_backups(station.store.folder.backups)
    assert found.sound
    assert (found.cases, found.visits) == (1, 0)
