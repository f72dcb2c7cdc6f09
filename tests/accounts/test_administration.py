"""What the administrator does for the others."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.accounts.access import ACCOUNT_CLOSED, PASSWORD_SET
from app.accounts.administration import close_account, set_password
from app.accounts.founding import add_account
from app.accounts.sign_in import SignedIn, login_names, sign_in
from app.station import Station
from models.desk import AccessLog, Account
from models.errors import UserError
from models.organisation import Staff
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, LOGIN

COLLEAGUE = "李强"


@pytest.fixture
def shared(station: Station, clock: FakeClock) -> Station:
    """The station with a second user."""
    add_account(
        station.store,
        name=COLLEAGUE,
        login_name=COLLEAGUE,
        password="liqiang-2026",
        role="mediator",
        may_see_accusations=False,
        actor_id=station.signed_in.staff_id,
        clock=clock,
        new_id=station.new_id,
        cost=CHEAP,
    )
    return station


def as_colleague(station: Station, clock: FakeClock, password: str) -> SignedIn:
    """Closes the station and signs the colleague in, then out."""
    station.close(backup=False)
    store, me = sign_in(station.store.folder, COLLEAGUE, password, clock)
    store.close()
    return me


def test_a_forgotten_password(shared: Station, clock: FakeClock) -> None:
    """GIVEN a colleague who forgot WHEN the administrator sets a new password THEN it opens, the order stays, it is logged."""
    set_password(shared.store, shared.signed_in, COLLEAGUE, "xinmima-2026", clock, CHEAP)
    with shared.query() as session:
        last = session.scalars(select(AccessLog).order_by(AccessLog.local_id.desc())).first()
        assert last is not None
        account = session.scalars(select(Account).where(Account.login_name == COLLEAGUE)).one()
        assert (last.event, last.account_id, last.subject) == (
            PASSWORD_SET,
            shared.signed_in.account_id,
            str(account.id),
        )
    assert login_names(shared.store.folder) == [LOGIN, COLLEAGUE]
    assert as_colleague(shared, clock, "xinmima-2026").name == COLLEAGUE


def test_closing_and_opening_an_account(shared: Station, clock: FakeClock) -> None:
    """GIVEN a colleague who leaves WHEN her account is closed THEN she cannot sign in, her name stays; she may return."""
    close_account(shared.store, shared.signed_in, COLLEAGUE, clock)
    assert login_names(shared.store.folder) == [LOGIN]
    with shared.query() as session:
        assert COLLEAGUE in session.scalars(select(Staff.name)).all()
        assert ACCOUNT_CLOSED in session.scalars(select(AccessLog.event)).all()
    with pytest.raises(UserError, match="没有这个登录名"):
        sign_in(shared.store.folder, COLLEAGUE, "liqiang-2026", clock)
    set_password(shared.store, shared.signed_in, COLLEAGUE, "huilai-2027", clock, CHEAP)
    assert as_colleague(shared, clock, "huilai-2027").role == "mediator"


def test_an_old_name_is_not_given_to_somebody_else(shared: Station, clock: FakeClock) -> None:
    """GIVEN a closed account WHEN a new one of the same name is wanted THEN it is refused: the log names accounts."""
    close_account(shared.store, shared.signed_in, COLLEAGUE, clock)
    with pytest.raises(UserError, match="以前用过"):
        add_account(
            shared.store,
            name=COLLEAGUE,
            login_name=COLLEAGUE,
            password="liqiang-2026",
            role="mediator",
            may_see_accusations=False,
            actor_id=None,
            clock=clock,
            new_id=shared.new_id,
            cost=CHEAP,
        )


def test_what_is_refused(shared: Station, clock: FakeClock) -> None:
    """GIVEN no right, one's own account, an unknown name or a poor password THEN nothing changes."""
    me = shared.signed_in
    other = SignedIn(me.account_id, me.staff_id, COLLEAGUE, COLLEAGUE, "mediator", False)
    with pytest.raises(UserError, match="只有本站管理员"):
        close_account(shared.store, other, LOGIN, clock)
    with pytest.raises(UserError, match="只有本站管理员"):
        set_password(shared.store, other, LOGIN, "xinmima-2026", clock, CHEAP)
    with pytest.raises(UserError, match="自己"):
        close_account(shared.store, me, LOGIN, clock)
    with pytest.raises(UserError, match="没有这个登录名"):
        set_password(shared.store, me, "赵六", "xinmima-2026", clock, CHEAP)
    with pytest.raises(UserError, match="至少 8 位"):
        set_password(shared.store, me, COLLEAGUE, "short", clock, CHEAP)
    assert login_names(shared.store.folder) == [LOGIN, COLLEAGUE]
