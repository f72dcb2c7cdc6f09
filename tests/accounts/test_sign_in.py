"""Signing in: who may, what it leaves in the log, and what wrong passwords lead to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from app.accounts.access import PASSWORD_CHANGED, SIGN_IN_FAILED, SIGNED_IN
from app.accounts.sign_in import change_password, login_names, sign_in
from app.station import Station
from app.storage import keys
from app.storage.keys import read_header
from app.storage.layout import StationFolder
from app.storage.store import Store
from models.desk import AccessLog, Account
from models.errors import UserError
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, LOGIN, PASSWORD


@contextmanager
def signed_in(folder: StationFolder, clock: FakeClock, password: str = PASSWORD) -> Iterator[Store]:
    """Signs in, and closes afterwards."""
    store, _ = sign_in(folder, LOGIN, password, clock)
    try:
        yield store
    finally:
        store.close()


def try_wrong(folder: StationFolder, clock: FakeClock, times: int = 1) -> list[UserError]:
    """Types wrong passwords."""
    refusals = []
    for _ in range(times):
        with pytest.raises(UserError) as refusal:
            sign_in(folder, LOGIN, "wrong-password", clock)
        refusals.append(refusal.value)
    return refusals


def events(store: Store) -> list[tuple[str, bool]]:
    """The access log."""
    with store.read() as session:
        rows = session.scalars(select(AccessLog).order_by(AccessLog.local_id)).all()
        return [(row.event, row.succeeded) for row in rows]


def test_who_is_signed_in(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN a founded station WHEN its founder signs in THEN name, role and rights are known and it is logged."""
    assert login_names(station_folder) == [LOGIN]
    store, me = sign_in(station_folder, LOGIN, PASSWORD, clock)
    assert (me.name, me.login_name, me.role, me.may_see_accusations) == ("王芳", LOGIN, "administrator", True)
    with store.read() as session:
        account = session.scalars(select(Account)).one()
    assert (me.account_id, me.staff_id) == (account.id, account.staff_id)
    assert events(store)[-1] == (SIGNED_IN, True)
    store.close()


def test_five_wrong_passwords(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN wrong passwords WHEN the fifth is typed THEN one must wait, the right password too, also after a restart."""
    refusals = try_wrong(station_folder, clock, 5)
    assert {one.title for one in refusals} == {"密码不对"}
    assert "30 秒" not in refusals[3].what
    assert "30 秒" in refusals[4].what
    clock.advance(seconds=20)
    with pytest.raises(UserError, match="请等 10 秒") as refusal:
        sign_in(station_folder, LOGIN, PASSWORD, clock)
    assert refusal.value.title == "请稍候"
    assert "没有受影响" in refusal.value.what
    assert read_header(station_folder.keys).slots[0].wrong_tries == 5
    clock.advance(seconds=10)
    (sixth,) = try_wrong(station_folder, clock)
    assert "1 分钟" in sixth.what
    clock.advance(seconds=60)
    with signed_in(station_folder, clock) as store:
        assert events(store)[-7:] == [(SIGN_IN_FAILED, False)] * 6 + [(SIGNED_IN, True)]
    assert read_header(station_folder.keys).slots[0].wrong_tries == 0
    with signed_in(station_folder, clock) as store:
        assert [event for event, _ in events(store)].count(SIGN_IN_FAILED) == 6


def test_waiting_costs_no_key_derivation(
    station_folder: StationFolder, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a wait WHEN a password is typed THEN it is not even tried."""
    try_wrong(station_folder, clock, 5)

    def never(*_: object) -> bytes:
        raise AssertionError("the password was tried")

    monkeypatch.setattr(keys, "_password_key", never)
    with pytest.raises(UserError, match="请等"):
        sign_in(station_folder, LOGIN, PASSWORD, clock)


def test_setting_the_clock_back_gains_nothing(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN a wait WHEN the clock is set back a year THEN the wait starts anew from there."""
    try_wrong(station_folder, clock, 5)
    clock.advance(days=-365)
    with pytest.raises(UserError, match="30 秒"):
        sign_in(station_folder, LOGIN, PASSWORD, clock)
    clock.advance(seconds=29)
    with pytest.raises(UserError, match="1 秒"):
        sign_in(station_folder, LOGIN, PASSWORD, clock)
    clock.advance(seconds=1)
    with signed_in(station_folder, clock):
        pass


def test_a_clock_that_ran_ahead_locks_nobody_out(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN wrong tries while the PC said 2038 WHEN its clock is put right THEN the wait is no longer than usual."""
    now = clock.now()
    clock.set(datetime(2038, 1, 19, tzinfo=UTC))
    try_wrong(station_folder, clock, 5)
    clock.set(now)
    with pytest.raises(UserError, match="30 秒"):
        sign_in(station_folder, LOGIN, PASSWORD, clock)
    clock.advance(seconds=30)
    with signed_in(station_folder, clock):
        pass


def test_an_unknown_name(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN a name nobody has WHEN signing in THEN it is said."""
    with pytest.raises(UserError, match="没有这个登录名"):
        sign_in(station_folder, "李强", PASSWORD, clock)


def test_a_closed_account(station_folder: StationFolder, clock: FakeClock) -> None:
    """GIVEN an account that is not active WHEN its password is right THEN it is refused and the store closed again."""
    with signed_in(station_folder, clock) as store, store.write(None, clock.now()) as session:
        session.execute(update(Account).values(active=False))
    for _ in range(2):
        with pytest.raises(UserError, match="已经停用"):
            sign_in(station_folder, LOGIN, PASSWORD, clock)


def test_changing_the_password(station: Station, clock: FakeClock) -> None:
    """GIVEN somebody signed in WHEN the password is changed THEN only the new one opens; the store is not touched."""
    folder = station.store.folder
    with pytest.raises(UserError, match="原密码不对"):
        change_password(station.store, station.signed_in, "wrong", "xinmima-2026", clock, CHEAP)
    with pytest.raises(UserError, match="至少 8 位"):
        change_password(station.store, station.signed_in, PASSWORD, "short", clock, CHEAP)
    change_password(station.store, station.signed_in, PASSWORD, "xinmima-2026", clock, CHEAP)
    assert events(station.store)[-1] == (PASSWORD_CHANGED, True)
    key = station.store.data_key
    station.close(backup=False)
    with pytest.raises(UserError, match="密码不对"):
        sign_in(folder, LOGIN, PASSWORD, clock)
    with signed_in(folder, clock, "xinmima-2026") as store:
        assert store.data_key == key


def test_no_password_is_on_disk(station: Station, clock: FakeClock) -> None:
    """GIVEN a station THEN neither password nor data key is in any file beside the store."""
    key = station.store.data_key
    for path in station.store.folder.root.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert PASSWORD.encode() not in content
            assert key not in content
            assert key.hex().encode() not in content
