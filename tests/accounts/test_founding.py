"""Founding a station and adding people to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from app.accounts import founding as founding_module
from app.accounts.founding import StationFounding, add_account, found_station
from app.accounts.passwords import check_password_rules, password_problem
from app.accounts.sign_in import login_names, sign_in
from app.station import Station
from app.storage import files
from app.storage.layout import StationFolder
from models.clock import local_day
from models.desk import Account
from models.errors import UserError
from models.exchange import Operation, SyncState
from models.ids import IdMaker
from models.organisation import OrgUnit, Staff
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, FOUNDING, LOGIN, PASSWORD


def test_what_a_founding_makes(station: Station, clock: FakeClock) -> None:
    """GIVEN a founded station THEN office, founder, account and device keys are there, captured as operations."""
    with station.query() as session:
        unit = session.scalars(select(OrgUnit)).one()
        staff = session.scalars(select(Staff)).one()
        account = session.scalars(select(Account)).one()
        state = session.scalars(select(SyncState)).one()
        operations = session.scalars(select(Operation).order_by(Operation.n)).all()
    assert (unit.name, unit.level, unit.short_name) == ("上溪村", "village", "上溪")
    assert unit.committee_name == "上溪村人民调解委员会"
    assert unit.id == unit.station_id == state.station_id == station.station_id
    assert (staff.name, staff.is_mediator, staff.org_unit_id) == ("王芳", True, unit.id)
    assert staff.appointed_on == local_day(clock.now())
    assert (account.staff_id, account.role, account.active) == (staff.id, "administrator", True)
    assert state.incarnation == 1
    Ed25519PrivateKey.from_private_bytes(state.signing_key or b"")
    X25519PrivateKey.from_private_bytes(state.sealing_key or b"")
    assert [(one.n, one.table_name, one.actor_id) for one in operations] == [
        (1, "org_unit", staff.id),
        (2, "staff", staff.id),
    ]


def test_nothing_else_lies_in_the_folder(station_folder: StationFolder) -> None:
    """GIVEN a founded station THEN only its own files are in the folder."""
    assert sorted(path.name for path in station_folder.root.iterdir()) == [
        "station.clean",
        "station.db",
        "station.keys.json",
        "station.nonce",
    ]


def test_a_second_founding_is_refused(
    station_folder: StationFolder, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a station in the folder WHEN another is to be founded THEN it is refused and nothing changes."""
    before = {path: path.read_bytes() for path in station_folder.root.iterdir()}
    with pytest.raises(UserError, match="已经有一个站点"):
        found_station(station_folder.root, FOUNDING, clock, new_id, CHEAP)
    assert {path: path.read_bytes() for path in station_folder.root.iterdir()} == before


@pytest.mark.parametrize("last", ["station.nonce", "station.clean", "station.keys.json"])
def test_a_founding_that_was_cut_off_can_be_repeated(
    tmp_path: Path, clock: FakeClock, new_id: IdMaker, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """GIVEN a power cut between the files WHEN founded again THEN it works, and leftover keys are only set aside."""
    real = files.replace_file

    def cut(source: Path, target: Path) -> None:
        real(source, target)
        if target.name == last:
            raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(founding_module, "replace_file", cut)
        with pytest.raises(ZeroDivisionError):
            found_station(tmp_path, FOUNDING, clock, new_id, CHEAP)
    assert not StationFolder(tmp_path).founded
    folder = found_station(tmp_path, FOUNDING, clock, new_id, CHEAP)
    store, me = sign_in(folder, LOGIN, PASSWORD, clock)
    with store.read() as session:
        assert session.scalars(select(SyncState.incarnation)).one() == 1
    store.close()
    assert me.name == "王芳"
    aside = list(tmp_path.glob("station.keys.2026-*.json"))
    assert len(aside) == (1 if last == "station.keys.json" else 0)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"station_name": " "}, "站点名称"),
        ({"short_name": ""}, "调委会简称"),
        ({"user_name": ""}, "您的姓名"),
        ({"login_name": "  "}, "登录名"),
        ({"login_name": "长" * 41}, "最多 40 个字"),
        ({"short_name": "长" * 9}, "最多 8 个字"),
        ({"area_code": "3399"}, "12 位数字"),
        ({"area_code": "３３９９００２０１２０１"}, "12 位数字"),
        ({"password": "1234567"}, "至少 8 位"),
        ({"password": "aaaaaaaaaa"}, "太容易被猜到"),
    ],
)
def test_what_the_wizard_must_have(
    tmp_path: Path, clock: FakeClock, new_id: IdMaker, change: dict[str, str], part: str
) -> None:
    """GIVEN an answer that is missing or wrong WHEN founded THEN it is said, and nothing was made."""
    wrong: StationFounding = replace(FOUNDING, **change)
    with pytest.raises(UserError, match=part):
        found_station(tmp_path / "station", wrong, clock, new_id, CHEAP)
    assert not (tmp_path / "station").exists()


def test_the_committee_gets_a_name(tmp_path: Path, clock: FakeClock, new_id: IdMaker) -> None:
    """GIVEN no name of the committee WHEN founded THEN it is named after the station, as the law has it."""
    folder = found_station(
        tmp_path, replace(FOUNDING, committee_name=" ", area_code=""), clock, new_id, CHEAP
    )
    store, _ = sign_in(folder, LOGIN, PASSWORD, clock)
    with store.read() as session:
        assert session.scalars(select(OrgUnit.committee_name)).one() == "上溪村人民调解委员会"
    store.close()


def test_a_colleague_is_added(station: Station, clock: FakeClock) -> None:
    """GIVEN an administrator WHEN a colleague is added THEN she signs in with her own password and rights."""
    add_account(
        station.store,
        name="李强",
        login_name=" 李强 ",
        password="liqiang-2026",
        role="mediator",
        may_see_accusations=False,
        actor_id=station.signed_in.staff_id,
        clock=clock,
        new_id=station.new_id,
        cost=CHEAP,
    )
    folder = station.store.folder
    station.close(backup=False)
    assert login_names(folder) == [LOGIN, "李强"]
    store, me = sign_in(folder, "李强", "liqiang-2026", clock)
    assert (me.name, me.role, me.may_see_accusations) == ("李强", "mediator", False)
    store.close()


def test_an_account_that_cannot_be_saved_leaves_no_trace(
    station: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a header that cannot be written WHEN a colleague is added THEN neither account nor staff row stays."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(founding_module, "write_header", full)
    with pytest.raises(UserError, match="磁盘满了"):
        add_account(
            station.store,
            name="李强",
            login_name="李强",
            password="liqiang-2026",
            role="mediator",
            may_see_accusations=False,
            actor_id=None,
            clock=clock,
            new_id=station.new_id,
            cost=CHEAP,
        )
    with station.query() as session:
        assert session.scalars(select(Staff.name)).all() == ["王芳"]
        assert session.scalars(select(Account.login_name)).all() == [LOGIN]
    assert login_names(station.store.folder) == [LOGIN]


@pytest.mark.parametrize(
    ("name", "login", "part"),
    [("王芳", LOGIN, "已经有人用了"), ("", "x", "还没有填"), ("赵", " ", "还没有填")],
)
def test_an_account_that_is_refused(
    station: Station, clock: FakeClock, name: str, login: str, part: str
) -> None:
    """GIVEN a taken or missing name WHEN added THEN it is refused."""
    with pytest.raises(UserError, match=part):
        add_account(
            station.store,
            name=name,
            login_name=login,
            password="liqiang-2026",
            role="mediator",
            may_see_accusations=False,
            actor_id=None,
            clock=clock,
            new_id=station.new_id,
            cost=CHEAP,
        )


def test_password_rules() -> None:
    """A password is long enough, not on the list of the first to be tried, and not the login name."""
    assert password_problem("shangxi-2026", LOGIN) == ""
    assert "登录名" in password_problem("wangfang01", "WangFang01")
    for easy in ("12345678", "PASSWORD", "11112222", "woaini123"):
        assert "容易被猜到" in password_problem(easy, LOGIN)
    with pytest.raises(UserError):
        check_password_rules("", LOGIN)
