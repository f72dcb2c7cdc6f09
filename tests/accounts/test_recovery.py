"""A forgotten password, recovered with the county's help by files."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from app.accounts.access import RECOVERED
from app.accounts.founding import found_station
from app.accounts.recovery import (
    answer_recovery,
    ask_for_recovery,
    check_digits,
    finish_recovery,
    keep_recovery_slot,
)
from app.accounts.sign_in import sign_in
from app.station import Station
from app.storage.keys import open_recovery, read_header
from app.storage.layout import StationFolder
from models.case import Case
from models.desk import AccessLog
from models.errors import UserError
from models.ids import IdMaker
from tests.ground.clock import FakeClock
from tests.ground.station import CHEAP, FOUNDING, LOGIN, PASSWORD

NEW = "xin-mima-2026"


@pytest.fixture
def county() -> X25519PrivateKey:
    """The county's recovery key."""
    return X25519PrivateKey.generate()


@pytest.fixture
def forgotten(station: Station, county: X25519PrivateKey) -> StationFolder:
    """A closed station of one matter that holds a recovery slot and whose password nobody knows."""
    with station.change("登记") as work:
        work.add(Case(title="围墙纠纷"))
    assert keep_recovery_slot(station.store, county.public_key().public_bytes_raw())
    station.close(backup=False)
    return station.store.folder


def test_the_slot_is_kept_once_and_renewed_for_a_new_county_key(
    station: Station, county: X25519PrivateKey
) -> None:
    """GIVEN the county's key WHEN told twice THEN it is written once; a new key replaces it; users' slots stay."""
    header = read_header(station.store.folder.keys)
    key = county.public_key().public_bytes_raw()
    assert [keep_recovery_slot(station.store, key) for _ in range(2)] == [True, False]
    other = X25519PrivateKey.generate()
    assert keep_recovery_slot(station.store, other.public_key().public_bytes_raw())
    now = read_header(station.store.folder.keys)
    assert now.slots == header.slots
    assert open_recovery(now.store_id, now.recovery, other) == station.store.data_key


def test_the_whole_way(
    forgotten: StationFolder, county: X25519PrivateKey, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a forgotten password WHEN recovered THEN every record is there, it is logged, only the new one opens."""
    request = ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    answer = answer_recovery(request, county)
    assert finish_recovery(forgotten, answer, NEW, clock, CHEAP) == LOGIN
    with pytest.raises(UserError, match="密码不对"):
        sign_in(forgotten, LOGIN, PASSWORD, clock)
    store, me = sign_in(forgotten, LOGIN, NEW, clock)
    with store.read() as session:
        assert session.scalars(select(Case.title)).all() == ["围墙纠纷"]
        assert RECOVERED in session.scalars(select(AccessLog.event)).all()
    key = store.data_key
    store.close()
    assert me.name == "王芳"
    for travelled in (request, answer):
        assert key not in travelled
        assert "围墙" not in travelled.decode()


def test_until_the_answer_the_old_password_works(
    forgotten: StationFolder, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a request WHEN the old password is remembered after all THEN it opens."""
    ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    store, _ = sign_in(forgotten, LOGIN, PASSWORD, clock)
    store.close()


def test_an_answer_is_used_once(
    forgotten: StationFolder, county: X25519PrivateKey, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a used answer WHEN it is played again, or after a newer request THEN it is refused."""
    first = answer_recovery(ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP), county)
    second = answer_recovery(ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP), county)
    with pytest.raises(UserError, match="不是给本站这次申请的"):
        finish_recovery(forgotten, first, NEW, clock, CHEAP)
    finish_recovery(forgotten, second, NEW, clock, CHEAP)
    with pytest.raises(UserError, match="已经用过"):
        finish_recovery(forgotten, second, NEW, clock, CHEAP)


def test_whoever_finds_both_files_still_needs_the_password(
    forgotten: StationFolder, county: X25519PrivateKey, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN PC, request and answer in strange hands WHEN tried with another password THEN nothing opens."""
    answer = answer_recovery(ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP), county)
    before = forgotten.keys.read_bytes()
    with pytest.raises(UserError, match="不一样"):
        finish_recovery(forgotten, answer, "guessed-2026", clock, CHEAP)
    assert forgotten.keys.read_bytes() == before
    assert finish_recovery(forgotten, answer, NEW, clock, CHEAP) == LOGIN


def test_another_county_cannot_answer(forgotten: StationFolder, clock: FakeClock, new_id: IdMaker) -> None:
    """GIVEN a request WHEN another county's key is tried THEN there is no answer."""
    request = ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    with pytest.raises(UserError, match="不是发给本县的"):
        answer_recovery(request, X25519PrivateKey.generate())


def test_another_stations_answer_is_refused(
    forgotten: StationFolder,
    county: X25519PrivateKey,
    clock: FakeClock,
    new_id: IdMaker,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """GIVEN two stations that ask at once WHEN the answers are mixed up THEN each is refused."""
    other = found_station(tmp_path_factory.mktemp("other"), FOUNDING, clock, new_id, CHEAP)
    store, _ = sign_in(other, LOGIN, PASSWORD, clock)
    keep_recovery_slot(store, county.public_key().public_bytes_raw())
    store.close()
    ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    theirs = answer_recovery(ask_for_recovery(other, LOGIN, NEW, clock, new_id, CHEAP), county)
    with pytest.raises(UserError, match="不是给本站"):
        finish_recovery(forgotten, theirs, NEW, clock, CHEAP)


def test_a_key_put_in_on_the_way_shows_in_the_digits(
    forgotten: StationFolder, county: X25519PrivateKey, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a request with a stranger's key in it WHEN the digits are compared over the phone THEN they differ."""
    request = ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    content = json.loads(request)
    content["answer_key"] = json.loads(ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP))[
        "answer_key"
    ]
    forged = json.dumps(content).encode()
    assert check_digits(forged) != check_digits(request)
    assert check_digits(json.dumps(json.loads(request)).encode()) == check_digits(request)


def test_what_is_refused(
    forgotten: StationFolder, county: X25519PrivateKey, clock: FakeClock, new_id: IdMaker
) -> None:
    """GIVEN a poor password, an unknown name or files that are something else THEN a sentence says so."""
    with pytest.raises(UserError, match="至少 8 位"):
        ask_for_recovery(forgotten, LOGIN, "short", clock, new_id, CHEAP)
    with pytest.raises(UserError, match="没有这个登录名"):
        ask_for_recovery(forgotten, "赵六", NEW, clock, new_id, CHEAP)
    request = ask_for_recovery(forgotten, LOGIN, NEW, clock, new_id, CHEAP)
    for wrong in (b"", b"[]", b'{"kind": "x"}', request):
        with pytest.raises(UserError, match="不是恢复密码用的文件"):
            finish_recovery(forgotten, wrong, NEW, clock, CHEAP)
    answer = json.loads(answer_recovery(request, county))
    answer["sealed"] = "AAAA" + answer["sealed"][4:]
    with pytest.raises(UserError, match="没有采用"):
        finish_recovery(forgotten, json.dumps(answer).encode(), NEW, clock, CHEAP)


def test_without_a_recovery_slot(station: Station, clock: FakeClock) -> None:
    """GIVEN a station that never met its county WHEN recovery is asked for THEN it is told what else may help."""
    with pytest.raises(UserError, match="县中心打不开") as refusal:
        ask_for_recovery(station.store.folder, LOGIN, NEW, clock, station.new_id, CHEAP)
    assert "管理员" in refusal.value.remedy
