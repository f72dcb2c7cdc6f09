"""The frame every signed message travels in, and the precise ways in which it can be wrong.

Layout: 8 bytes of magic (the last one is the format version), a 4-byte length and the header as canonical
JSON, a 4-byte length and the body, 64 bytes of Ed25519 signature over everything before it. The magic is
under the signature, so that no message can pass for one of another kind. Sans-I/O; shared by station and
center.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from struct import Struct as Layout
from typing import Any, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.errors import UserError

FORMAT_VERSION = 1
MAGIC_LENGTH = 7
SIGNATURE_LENGTH = 64
MAX_HEADER = 1024 * 1024
MAX_BODY = 16 * 1024 * 1024
_LENGTH = Layout(">I")
T = TypeVar("T")


class Magic(Enum):
    """The kinds of signed messages."""

    BATCH = b"TJPICI\n"
    RECEIPT = b"TJHZHI\n"
    MARK_REQUEST = b"TJWENC\n"
    MARK = b"TJDADE\n"
    ENROL_REQUEST = b"TJRUWQ\n"
    ENROL_ANSWER = b"TJRUWD\n"


class WireFault(Enum):
    """What can be wrong with a message, each with the sentence a person reads."""

    DAMAGED = "同步数据在传送中损坏了，没有被采用，本机的内容没有丢失。"
    BAD_SIGNATURE = "同步数据的签名不符，可能被改动过，没有被采用，本机的内容没有丢失。"
    TOO_NEW = "对方的程序版本较新，本程序还读不懂这份数据，请先升级。本机的内容没有丢失。"
    WRONG_KIND = "收到的不是本程序的同步数据，没有被采用，本机的内容没有丢失。"
    TOO_LARGE = "同步数据超过了允许的大小，没有被采用，本机的内容没有丢失。"
    WRONG_COUNTY = "这份同步数据属于别的县，没有被采用。"
    WRONG_DEVICE = "这份同步数据属于别的设备，没有被采用。"
    NOT_ASKED = "收到的答复与本次请求不符，没有被采用，本机的内容没有丢失。"


class WireError(UserError):
    """A message that must not be used; :attr:`fault` says why."""

    def __init__(self, fault: WireFault, detail: str = "") -> None:
        super().__init__(
            fault.value, "请重新同步一次；还是这样，请联系县中心管理员。", title="同步数据没有采用"
        )
        self.fault = fault
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Frame:
    """A message taken apart; the signature is not checked until :meth:`verify`."""

    magic: Magic
    header: bytes
    body: bytes
    signature: bytes
    signed: bytes

    def verify(self, public_key: bytes) -> None:
        """Checks the signature with a raw Ed25519 public key; raises :class:`WireError` (BAD_SIGNATURE)."""
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, self.signed)
        except (InvalidSignature, ValueError) as error:
            raise WireError(WireFault.BAD_SIGNATURE) from error


def make_frame(magic: Magic, header: bytes, body: bytes, private_key: bytes) -> bytes:
    """Header and body as one signed message; ``private_key``: 32 raw Ed25519 bytes."""
    signed = b"".join(
        (
            magic.value,
            bytes([FORMAT_VERSION]),
            _LENGTH.pack(len(header)),
            header,
            _LENGTH.pack(len(body)),
            body,
        )
    )
    return signed + Ed25519PrivateKey.from_private_bytes(private_key).sign(signed)


def read_frame(data: bytes, magic: Magic) -> Frame:
    """Takes a message of the given kind apart; raises :class:`WireError`."""
    if data[:MAGIC_LENGTH] != magic.value:
        raise WireError(WireFault.WRONG_KIND)
    version = data[MAGIC_LENGTH : MAGIC_LENGTH + 1]
    if version and version[0] > FORMAT_VERSION:
        raise WireError(WireFault.TOO_NEW)
    if version != bytes([FORMAT_VERSION]):
        raise WireError(WireFault.DAMAGED, "version")
    header, place = _part(data, MAGIC_LENGTH + 1, MAX_HEADER)
    body, place = _part(data, place, MAX_BODY)
    signature = data[place:]
    if len(signature) != SIGNATURE_LENGTH:
        raise WireError(WireFault.DAMAGED, "length")
    return Frame(magic, header, body, signature, data[:place])


def _part(data: bytes, place: int, most: int) -> tuple[bytes, int]:
    start = place + _LENGTH.size
    if len(data) < start:
        raise WireError(WireFault.DAMAGED, "cut short")
    (length,) = _LENGTH.unpack_from(data, place)
    if length > most:
        raise WireError(WireFault.TOO_LARGE)
    if len(data) < start + length:
        raise WireError(WireFault.DAMAGED, "cut short")
    return data[start : start + length], start + length


_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: Any) -> bytes:
    """Canonical JSON: UTF-8, sorted keys, no spaces."""
    return _ENCODER.encode(value)


def decode_header(header: bytes, kind: type[T]) -> T:
    """A header as its structure; unknown fields are passed over; raises :class:`WireError` (DAMAGED)."""
    try:
        return msgspec.json.decode(header, type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise WireError(WireFault.DAMAGED, "header") from error


def public_bytes(private_key: bytes) -> bytes:
    """The raw public half of a raw Ed25519 private key."""
    return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
