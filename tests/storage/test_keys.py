"""Key slots: what opens them, what does not, and what a damaged header says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from app.storage.keys import (
    FORMAT,
    NORMAL_COST,
    SMALL_PC_COST,
    Header,
    KdfCost,
    open_recovery,
    open_slot,
    read_header,
    seal_recovery,
    seal_slot,
    write_header,
)
from models.errors import UserError
from tests.ground.station import CHEAP

STORE = UUID(int=7)
KEY = bytes(range(32))


def test_a_slot_opens_with_its_password_only() -> None:
    """GIVEN a slot WHEN password, name, store or a bit differs THEN it stays closed."""
    slot = seal_slot(STORE, "王芳", "溪水-2026", KEY, CHEAP)
    assert open_slot(STORE, slot, "溪水-2026") == KEY
    assert open_slot(STORE, slot, "溪水-2027") is None
    assert open_slot(UUID(int=8), slot, "溪水-2026") is None
    assert open_slot(STORE, replace(slot, login_name="李强"), "溪水-2026") is None
    flipped = bytes([slot.wrapped[0] ^ 1]) + slot.wrapped[1:]
    assert open_slot(STORE, replace(slot, wrapped=flipped), "溪水-2026") is None


def test_full_width_typing_is_the_same_password() -> None:
    """GIVEN an input method left in full-width mode WHEN the password is typed THEN it is understood."""
    slot = seal_slot(STORE, "王芳", "shangxi-2026", KEY, CHEAP)
    assert open_slot(STORE, slot, "ｓｈａｎｇｘｉ－２０２６") == KEY


def test_two_slots_never_share_salt_or_nonce() -> None:
    """GIVEN the same password twice WHEN sealed THEN nothing in the two slots is alike."""
    one, two = (seal_slot(STORE, "王芳", "溪水-2026", KEY, CHEAP) for _ in range(2))
    assert one.salt != two.salt
    assert one.nonce != two.nonce
    assert one.wrapped != two.wrapped
    assert KEY not in one.wrapped


def test_costs_are_what_was_measured() -> None:
    """The usual cost is Argon2id 128 MiB, t=3, p=4; no PC goes below 64 MiB."""
    assert KdfCost(131072, 3, 4) == NORMAL_COST
    assert KdfCost(65536, 3, 4) == SMALL_PC_COST


def test_not_enough_memory_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """GIVEN a header that asks for more memory than there is WHEN opened THEN a sentence says so."""
    slot = seal_slot(STORE, "王芳", "溪水-2026", KEY, CHEAP)
    greedy = replace(slot, cost=KdfCost(memory_kib=4_000_000_000, passes=1, lanes=1))
    with pytest.raises(UserError, match="内存不够"):
        open_slot(STORE, greedy, "溪水-2026")


def test_recovery_slot_opens_for_the_county_only() -> None:
    """GIVEN the data key sealed to the county WHEN another key or store tries THEN it stays closed."""
    county = X25519PrivateKey.generate()
    sealed = seal_recovery(STORE, KEY, county.public_key().public_bytes_raw())
    assert KEY not in sealed
    assert open_recovery(STORE, sealed, county) == KEY
    with pytest.raises(InvalidTag):
        open_recovery(STORE, sealed, X25519PrivateKey.generate())
    with pytest.raises(InvalidTag):
        open_recovery(UUID(int=8), sealed, county)


def test_header_round_trip(tmp_path: Path) -> None:
    """GIVEN a header WHEN saved and read THEN nothing is lost, the wrong tries least of all."""
    slot = seal_slot(STORE, "王芳", "溪水-2026", KEY, CHEAP)
    tried = replace(slot, wrong_tries=5, last_try=datetime(2026, 3, 2, 1, 10, tzinfo=UTC))
    header = Header(STORE, (tried, seal_slot(STORE, "李强", "x", KEY, CHEAP)), b"sealed", b"county")
    path = tmp_path / "station.keys.json"
    write_header(path, header)
    assert read_header(path) == header
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_slots_are_added_renewed_and_removed() -> None:
    """GIVEN slots WHEN one is renewed in place THEN the order stays; the last one cannot go."""
    one, two = (seal_slot(STORE, name, "x", KEY, CHEAP) for name in ("王芳", "李强"))
    header = Header(STORE, (one, two))
    renewed = replace(one, wrong_tries=2)
    assert header.with_slot_in_place(renewed).slots == (renewed, two)
    assert header.with_slot(renewed).slots == (two, renewed)
    alone = header.without_slot("李强")
    assert alone.slots == (one,)
    with pytest.raises(UserError, match="最后一个"):
        alone.without_slot("王芳")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"format": 1}',
        b"\xff\xfe",
        b'{"format": 1, "store_id": "x", "slots": []}',
    ],
)
def test_damaged_header_is_said(tmp_path: Path, content: bytes) -> None:
    """GIVEN a damaged header WHEN read THEN a sentence says that the data is still there."""
    path = tmp_path / "station.keys.json"
    path.write_bytes(content)
    with pytest.raises(UserError, match="数据仍在"):
        read_header(path)
    assert path.read_bytes() == content


def test_missing_and_unreadable_header(tmp_path: Path) -> None:
    """GIVEN no header, or a folder in its place WHEN read THEN a sentence says so."""
    with pytest.raises(UserError, match="找不到本站的钥匙文件"):
        read_header(tmp_path / "station.keys.json")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="读不出来"):
        read_header(tmp_path / "folder")


def test_newer_header_is_refused(tmp_path: Path) -> None:
    """GIVEN a header of a newer program WHEN read THEN it is refused kindly."""
    path = tmp_path / "station.keys.json"
    write_header(path, Header(STORE))
    content = json.loads(path.read_bytes())
    content["format"] = FORMAT + 1
    path.write_text(json.dumps(content))
    with pytest.raises(UserError, match="更新版本"):
        read_header(path)
