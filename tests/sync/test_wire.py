"""The bytes on the way: what is sealed opens again, what was touched does not."""

from __future__ import annotations

import json
import struct
from typing import Any
from uuid import UUID

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sync import wire, wire_enrol
from app.sync.wire_frame import (
    FORMAT_VERSION,
    MAX_BODY,
    Magic,
    WireError,
    WireFault,
    canonical,
    make_frame,
    public_bytes,
    read_frame,
)

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).private_bytes_raw()
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33))).private_bytes_raw()
DEVICE = UUID(int=7)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
CHANGES = st.dictionaries(
    st.text(st.characters(categories=["Ll"], max_codepoint=127), min_size=1, max_size=8),
    st.tuples(st.none() | TEXTS, TEXTS | st.integers(-(2**60), 2**60) | st.booleans() | st.none()),
    max_size=5,
)
OPERATIONS = st.builds(
    lambda changes, table, base: canonical(
        {
            "actor": None,
            "at": "2026-03-02T01:10:00.000000Z",
            "base": base,
            "changes": changes,
            "kind": "update",
            "row": "0" * 32,
            "table": table,
        }
    ),
    CHANGES,
    TEXTS,
    st.integers(0, 2**31),
)


def header(count: int, **other: Any) -> wire.BatchHeader:
    values: dict[str, Any] = {
        "compression": wire.COMPRESSION,
        "county": "330127",
        "count": count,
        "device": DEVICE,
        "first_n": 11,
        "incarnation": 1,
        "last_n": 10 + count,
        "made_at": "2026-03-02T01:10:00.000000Z",
        "previous": "",
        "schema": "s",
    }
    return wire.BatchHeader(**{**values, **other})


def sample(count: int = 3) -> bytes:
    one = canonical(
        {"actor": None, "at": "x", "base": 0, "changes": {"name": [None, "张𠮷"]}, "kind": "insert"}
        | {"row": "1" * 32, "table": "person"}
    )
    return wire.seal(wire.Batch(header(count), [one] * count), KEY)


@settings(deadline=None, max_examples=80)
@given(st.lists(OPERATIONS, min_size=1, max_size=12))
def test_what_is_sealed_opens_to_the_same(operations: list[bytes]) -> None:
    envelope = wire.seal(wire.Batch(header(len(operations)), operations), KEY)
    opened = wire.open_envelope(envelope, public_bytes(KEY))
    assert opened.header == header(len(operations))
    assert opened.operations == operations
    for raw in operations:
        operation = wire.decode_operation(raw)
        assert wire.encode_operation(operation) == raw
        assert wire.decode_changes(operation) == json.loads(raw)["changes"]


def test_every_changed_byte_is_noticed() -> None:
    envelope = sample()
    for place in range(len(envelope)):
        spoilt = bytearray(envelope)
        spoilt[place] ^= 1 << (place % 8)
        with pytest.raises(WireError):
            wire.open_envelope(bytes(spoilt), public_bytes(KEY))


def test_every_cut_is_noticed() -> None:
    envelope = sample()
    for length in range(len(envelope)):
        with pytest.raises(WireError):
            wire.open_envelope(envelope[:length], public_bytes(KEY))
    with pytest.raises(WireError) as caught:
        wire.open_envelope(envelope + b"\0", public_bytes(KEY))
    assert caught.value.fault is WireFault.DAMAGED


def test_the_faults_are_told_apart() -> None:
    envelope = sample()

    def fault(data: bytes, key: bytes = KEY) -> WireFault:
        with pytest.raises(WireError) as caught:
            wire.open_envelope(data, public_bytes(key))
        assert caught.value.what.endswith("。")
        return caught.value.fault

    newer = envelope[:7] + bytes([FORMAT_VERSION + 1]) + envelope[8:]
    assert fault(newer) is WireFault.TOO_NEW
    assert fault(b"<html>") is WireFault.WRONG_KIND
    assert fault(envelope, OTHER) is WireFault.BAD_SIGNATURE
    assert fault(envelope[:50]) is WireFault.DAMAGED
    assert fault(envelope[:8] + struct.pack(">I", MAX_BODY * 2) + envelope[12:]) is WireFault.TOO_LARGE
    other_packing = wire.read_frame(envelope, Magic.BATCH)
    packed = canonical(header(3, compression="lzma"))
    assert fault(make_frame(Magic.BATCH, packed, other_packing.body, KEY)) is WireFault.TOO_NEW


def test_a_bomb_is_not_unpacked() -> None:
    for body in (
        zstandard.ZstdCompressor().compress(b"0" * (wire.MAX_PLAIN_BODY + 1)),
        zstandard.ZstdCompressor(write_content_size=False).compress(b"[]"),
        b"no zstd at all",
    ):
        bomb = make_frame(Magic.BATCH, canonical(header(1)), body, KEY)
        with pytest.raises(WireError) as caught:
            wire.open_envelope(bomb, public_bytes(KEY))
        assert caught.value.fault in (WireFault.TOO_LARGE, WireFault.DAMAGED)


@pytest.mark.parametrize(
    "other",
    [{"count": 4}, {"last_n": 99}, {"first_n": 0, "last_n": 2}, {"incarnation": 0}, {"first_n": 14}],
)
def test_a_header_that_lies_is_refused(other: dict[str, int]) -> None:
    frame = read_frame(sample(), Magic.BATCH)
    lying = make_frame(Magic.BATCH, canonical(header(**{"count": 3, **other})), frame.body, KEY)
    with pytest.raises(WireError):
        wire.open_envelope(lying, public_bytes(KEY))


def test_the_header_says_nothing_about_anybody() -> None:
    envelope = sample()
    assert "张".encode() not in envelope
    assert "𠮷".encode() not in read_frame(envelope, Magic.BATCH).header


def test_a_message_of_one_kind_does_not_pass_for_another() -> None:
    body = wire.ReceiptBody(
        county="330127",
        device=DEVICE,
        first_n=1,
        generation="g",
        incarnation=1,
        last_n=3,
        number="r",
        sha256="0" * 64,
        stored_at="2026-03-02T01:10:00.000000Z",
        verdicts=[wire.VerdictLine(2, "refused", "“电话”超过 40 个字。")],
    )
    receipt = wire.seal_receipt(body, KEY)
    assert wire.open_receipt(receipt, public_bytes(KEY)) == body
    with pytest.raises(WireError) as caught:
        wire.open_mark(receipt, public_bytes(KEY))
    assert caught.value.fault is WireFault.WRONG_KIND
    with pytest.raises(WireError) as caught:
        wire.open_receipt(receipt, public_bytes(OTHER))
    assert caught.value.fault is WireFault.BAD_SIGNATURE


def test_sealing_what_the_header_does_not_describe_is_a_defect() -> None:
    with pytest.raises(ValueError, match="header"):
        wire.seal(wire.Batch(header(2), [b"{}"]), KEY)


def test_a_code_is_read_however_it_was_typed() -> None:
    picks = iter("ABCDEFGHJKMNPQ")
    code = wire_enrol.make_code(lambda _letters: next(picks))
    shown = wire_enrol.show_code(code)
    assert shown == "ABC-DEFG-HJKM-NPQ"
    assert wire_enrol.read_code(f" {shown.lower().replace('-', ' ')} ") == ("ABC", "DEFGHJKMNPQ")
    assert 31**wire_enrol.SECRET_LENGTH > 2**50
    for wrong in ("", "ABC", shown + "2", shown.replace("A", "0"), "入网码"):
        with pytest.raises(ValueError, match="not a code"):
            wire_enrol.read_code(wrong)


def test_the_fingerprint_depends_on_every_key() -> None:
    keys = [bytes([number]) * 32 for number in range(4)]
    own = wire_enrol.fingerprint(*keys[:3])
    assert len(own) == 7
    assert own[:3].isdigit()
    for place in range(3):
        changed = list(keys[:3])
        changed[place] = keys[3]
        assert wire_enrol.fingerprint(*changed) != own
