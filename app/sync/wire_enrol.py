"""Enrolment: how a station and the center come to trust each other's keys by a one-time code.

The code is read out or handed over once. It has a place (3 characters, by which the center finds it) and a
secret (11 characters of 31, 54 bits). The secret itself never travels: both sides derive a verifier from it
and use it to authenticate the request (so that the center knows the station) and the answer (so that nobody
in between can pass off his own key as the county's). Six digits made from all keys can be compared over the
phone as well.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from uuid import UUID

import msgspec

from app.sync.wire_frame import (
    Frame,
    Magic,
    WireError,
    WireFault,
    canonical,
    decode_header,
    make_frame,
    read_frame,
)

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0, O, 1, I, L: nothing that looks like something else."""
PLACE_LENGTH = 3
SECRET_LENGTH = 11
_CONTEXT = b"mediation desk enrolment 1\0"


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a station says of itself; keys are raw public keys in hex, ``place`` is the code's first part."""

    area_code: str
    device: UUID
    made_at: str
    nonce: str
    place: str
    sealing_key: str
    short_name: str
    signing_key: str
    station_id: UUID
    station_name: str


class EnrolAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What the county says back; ``level`` is what the administrator gave the code for."""

    center_key: str
    county: str
    device: UUID
    generation: str
    level: str
    nonce: str
    now: str
    station_id: UUID


def make_code(choose: Callable[[str], str]) -> str:
    """A new code; ``choose`` draws one character of a string (``secrets.choice`` outside tests)."""
    return "".join(choose(ALPHABET) for _ in range(PLACE_LENGTH + SECRET_LENGTH))


def show_code(code: str) -> str:
    """A code as people read it: ``ABC-DEFG-HJKM-NPQ``."""
    return "-".join((code[:3], code[3:7], code[7:11], code[11:]))


def read_code(typed: str) -> tuple[str, str]:
    """Place and secret of a code as typed (spaces, dashes and case do not matter).

    Raises ValueError for what cannot be a code.
    """
    code = "".join(character for character in typed.upper() if character.isalnum())
    if len(code) != PLACE_LENGTH + SECRET_LENGTH or not set(code) <= set(ALPHABET):
        raise ValueError("not a code")
    return code[:PLACE_LENGTH], code[PLACE_LENGTH:]


def verifier_of(place: str, secret: str) -> bytes:
    """What both sides hold instead of the secret (scrypt, 32 bytes)."""
    return hashlib.scrypt(
        secret.encode(), salt=_CONTEXT + place.encode(), n=2**14, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32
    )


def _tag(verifier: bytes, magic: Magic, header: bytes) -> bytes:
    return hmac.digest(verifier, magic.value + header, "sha256")


def seal_request(request: EnrolRequest, verifier: bytes, private_key: bytes) -> bytes:
    """A request signed by the device's new key and proved by the code."""
    header = canonical(request)
    return make_frame(Magic.ENROL_REQUEST, header, _tag(verifier, Magic.ENROL_REQUEST, header), private_key)


def read_request(data: bytes) -> tuple[Frame, EnrolRequest]:
    """A request whose device signature was checked against the key in it; the code is still to be checked.

    Raises :class:`WireError`.
    """
    frame = read_frame(data, Magic.ENROL_REQUEST)
    request = decode_header(frame.header, EnrolRequest)
    for key in (request.signing_key, request.sealing_key):
        if len(key) != 64 or any(character not in "0123456789abcdef" for character in key):
            raise WireError(WireFault.DAMAGED, "key")
    frame.verify(bytes.fromhex(request.signing_key))
    return frame, request


def proved(frame: Frame, verifier: bytes) -> bool:
    """Whether the sender of an enrolment message knew the code."""
    return hmac.compare_digest(frame.body, _tag(verifier, frame.magic, frame.header))


def seal_answer(answer: EnrolAnswer, verifier: bytes, private_key: bytes) -> bytes:
    """The county's answer, proved by the code and signed by the county's key."""
    header = canonical(answer)
    return make_frame(Magic.ENROL_ANSWER, header, _tag(verifier, Magic.ENROL_ANSWER, header), private_key)


def open_answer(data: bytes, verifier: bytes) -> EnrolAnswer:
    """The county's answer; raises :class:`WireError` when it was not made by someone who knows the code."""
    frame = read_frame(data, Magic.ENROL_ANSWER)
    if not proved(frame, verifier):
        raise WireError(WireFault.BAD_SIGNATURE)
    answer = decode_header(frame.header, EnrolAnswer)
    try:
        key = bytes.fromhex(answer.center_key)
    except ValueError as error:
        raise WireError(WireFault.DAMAGED, "key") from error
    frame.verify(key)
    return answer


def fingerprint(signing_key: bytes, sealing_key: bytes, center_key: bytes) -> str:
    """Six digits of all public keys, to be read over the phone: ``123 456``."""
    digest = hashlib.sha256(_CONTEXT + signing_key + sealing_key + center_key).digest()
    digits = f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
    return f"{digits[:3]} {digits[3:]}"
