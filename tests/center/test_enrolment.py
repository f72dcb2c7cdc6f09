"""Enrolment by a one-time code, and what must not get through."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.center.enrolment import WRONG_TRIES
from app.center.schema import DEVICE, ENROLMENT_CODE
from app.sync.courier import CenterRefusalError, WireBrokenError
from app.sync.enrol import own_fingerprint
from app.sync.wire_enrol import read_code, show_code
from app.sync.wire_frame import WireError
from models.errors import UserError
from models.exchange import SyncState
from models.ids import IdMaker
from tests.center.ground import COUNTY, Center, DirectWire, lose
from tests.ground.clock import FakeClock
from tests.sync.side import PlainStore, Side


@pytest.fixture
def stranger(clock: FakeClock, new_id: IdMaker):
    """A founded station that is not enrolled."""
    store = PlainStore()
    yield Side(store, clock, new_id)
    store.close()


@pytest.fixture
def second(clock: FakeClock, new_id: IdMaker):
    """Another one."""
    store = PlainStore()
    yield Side(store, clock, new_id)
    store.close()


def refusal(side: Side, wire: DirectWire, code: str) -> str:
    with pytest.raises(CenterRefusalError) as caught:
        side.enrol(wire, code)
    return caught.value.kind


def wrong(code: str) -> str:
    place, secret = read_code(code)
    other = "2" if secret[0] != "2" else "3"
    return show_code(place + other + secret[1:])


def test_a_station_enrols_and_both_read_the_same_digits(
    stranger: Side, center: Center, wire: DirectWire
) -> None:
    enrolled = stranger.enrol(wire, center.enrolment.new_code("上溪村", "village"))
    (device,) = center.enrolment.devices()
    assert (device.device_id, device.station_name) == (stranger.device_id, "上溪村")
    assert enrolled.fingerprint == device.fingerprint
    assert (enrolled.county, enrolled.level) == (COUNTY, "village")
    with stranger.store.read() as session:
        state = session.scalars(select(SyncState)).one()
        assert bytes(state.center_key or b"") == center.opened.identity.public_key
        assert own_fingerprint(session) == device.fingerprint


def test_an_unenrolled_station_is_told_so(stranger: Side, wire: DirectWire) -> None:
    with pytest.raises(UserError, match="还没有在县中心入网"):
        stranger.exchange(wire)


def test_a_lost_answer_is_asked_for_again_with_the_same_code(
    stranger: Side, center: Center, wire: DirectWire
) -> None:
    code = center.enrolment.new_code("上溪村")
    wire.after = lose
    with pytest.raises(WireBrokenError):
        stranger.enrol(wire, code)
    wire.after = lambda data: data
    stranger.enrol(wire, code)
    assert len(center.enrolment.devices()) == 1
    stranger.exchange(wire)


def test_a_code_is_used_once(stranger: Side, second: Side, center: Center, wire: DirectWire) -> None:
    code = center.enrolment.new_code("上溪村")
    stranger.enrol(wire, code)
    assert refusal(second, wire, code) == "code_used"
    assert len(center.enrolment.devices()) == 1


def test_five_wrong_tries_lock_a_code(stranger: Side, center: Center, wire: DirectWire) -> None:
    code = center.enrolment.new_code("上溪村")
    for _ in range(WRONG_TRIES):
        assert refusal(stranger, wire, wrong(code)) == "wrong_code"
    assert refusal(stranger, wire, code) == "code_locked"
    assert center.all(DEVICE) == []


def test_a_mistyped_code_can_be_typed_again(stranger: Side, center: Center, wire: DirectWire) -> None:
    code = center.enrolment.new_code("上溪村")
    assert refusal(stranger, wire, wrong(code)) == "wrong_code"
    stranger.enrol(wire, code)
    with pytest.raises(UserError, match="十四位"):
        stranger.enrol(wire, "ABC")


def test_a_code_expires(stranger: Side, center: Center, wire: DirectWire, clock: FakeClock) -> None:
    code = center.enrolment.new_code("上溪村")
    clock.advance(hours=72, seconds=1)
    assert refusal(stranger, wire, code) == "code_expired"


def test_a_code_of_nowhere_is_wrong(stranger: Side, center: Center, wire: DirectWire) -> None:
    assert refusal(stranger, wire, "222-2222-2222-222") == "wrong_code"


def test_neither_the_code_nor_its_secret_is_kept(center: Center) -> None:
    code = center.enrolment.new_code("上溪村").replace("-", "")
    stored = repr(center.all(ENROLMENT_CODE))
    assert code not in stored
    assert code[3:] not in stored


def test_nobody_in_between_can_pass_off_his_own_key(stranger: Side, center: Center, wire: DirectWire) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from app.sync.wire_enrol import EnrolAnswer, seal_answer
    from app.sync.wire_frame import Magic, decode_header, public_bytes, read_frame

    thief = Ed25519PrivateKey.generate().private_bytes_raw()

    def swap(data: bytes) -> bytes:
        told = decode_header(read_frame(data, Magic.ENROL_ANSWER).header, EnrolAnswer)
        forged = {name: getattr(told, name) for name in told.__struct_fields__}
        forged["center_key"] = public_bytes(thief).hex()
        return seal_answer(EnrolAnswer(**forged), b"guessed verifier", thief)

    wire.after = swap
    with pytest.raises(WireError):
        stranger.enrol(wire, center.enrolment.new_code("上溪村"))
    with stranger.store.read() as session:
        assert session.scalars(select(SyncState)).one().enrolled_at is None


def test_an_unknown_device_is_refused(stranger: Side, center: Center, wire: DirectWire) -> None:
    stranger.enrol(wire, center.enrolment.new_code("上溪村"))
    with center.engine.begin() as connection:
        connection.execute(DEVICE.delete())
    with pytest.raises(CenterRefusalError) as caught:
        stranger.exchange(wire)
    assert caught.value.kind == "unknown_device"


def test_revoking_twice_or_nobody_says_so(stranger: Side, center: Center, wire: DirectWire) -> None:
    stranger.enrol(wire, center.enrolment.new_code("上溪村"))
    assert center.enrolment.revoke(stranger.device_id)
    assert not center.enrolment.revoke(stranger.device_id)
    assert not center.enrolment.revoke(stranger.new_id())
    stranger.enrol(wire, center.enrolment.new_code("上溪村"))
    stranger.exchange(wire)
