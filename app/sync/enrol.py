"""Enrolling this station at the county with a one-time code."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.sync.ledger import state_of
from app.sync.outbox import SyncStore
from app.sync.wire_enrol import (
    EnrolRequest,
    fingerprint,
    open_answer,
    proved,
    read_code,
    read_request,
    seal_request,
    verifier_of,
)
from app.sync.wire_frame import WireError, WireFault, public_bytes
from models.clock import Clock
from models.columns import moment_text
from models.desk import Setting
from models.errors import UserError
from models.exchange import SyncState
from models.organisation import OrgUnit

_PENDING = "sync.enrol_request"


class EnrolWire(Protocol):
    """A way to the county for enrolment; :class:`app.sync.http_wire.HttpWire` is one."""

    def enrol(self, request: bytes) -> bytes:
        """Carries the request and returns the answer."""
        ...


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A station that is enrolled; ``fingerprint``: six digits to compare with the county over the phone."""

    county: str
    level: str
    fingerprint: str


def enrol(
    store: SyncStore, wire: EnrolWire, clock: Clock, new_nonce: Callable[[], str], address: str, code: str
) -> Enrolment:
    """Enrols this station at the county's ``address``; the keys are made here and the private ones stay here.

    When an answer was lost, the same code sends the same request again and gets the same answer. Raises
    UserError (not a code, no station), CenterRefusalError, WireBrokenError, WireError.
    """
    try:
        place, secret = read_code(code)
    except ValueError as error:
        raise UserError("入网码应是十四位字母和数字。", "请照县中心给的重新输入。") from error
    verifier = verifier_of(place, secret)
    now = clock.now()
    with store.write(None, now, capturing=False) as session:
        request = _pending(session, place, verifier) or _new_request(
            session, place, verifier, now, new_nonce()
        )
    answer = open_answer(wire.enrol(request), verifier)
    _, asked = read_request(request)
    if (answer.nonce, answer.device, answer.station_id) != (asked.nonce, asked.device, asked.station_id):
        raise WireError(WireFault.NOT_ASKED)
    center_key = bytes.fromhex(answer.center_key)
    with store.write(None, clock.now(), capturing=False) as session:
        state = state_of(session)
        state.center_url = address
        state.center_key = center_key
        state.county = answer.county
        state.generation = answer.generation
        state.enrolled_at = clock.now()
        session.execute(delete(Setting).where(Setting.key == _PENDING))
    digits = fingerprint(bytes.fromhex(asked.signing_key), bytes.fromhex(asked.sealing_key), center_key)
    return Enrolment(answer.county, answer.level, digits)


def own_fingerprint(session: Session) -> str:
    """The six digits of an enrolled station, to be shown again; empty when it is not enrolled."""
    state = state_of(session)
    if state.center_key is None or state.signing_key is None or state.sealing_key is None:
        return ""
    signing, sealing = _public_keys(state)
    return fingerprint(signing, sealing, bytes(state.center_key))


def _pending(session: Session, place: str, verifier: bytes) -> bytes | None:
    value = session.scalar(select(Setting.value).where(Setting.key == _PENDING))
    if value is None:
        return None
    request = base64.b64decode(value)
    frame, asked = read_request(request)
    return request if asked.place == place and proved(frame, verifier) else None


def _new_request(session: Session, place: str, verifier: bytes, now: datetime, nonce: str) -> bytes:
    state = state_of(session)
    if state.signing_key is None:
        state.signing_key = Ed25519PrivateKey.generate().private_bytes_raw()
    if state.sealing_key is None:
        state.sealing_key = X25519PrivateKey.generate().private_bytes_raw()
    unit = session.scalars(select(OrgUnit).where(OrgUnit.id == state.station_id)).first()
    if unit is None:
        raise UserError("还没有填写本站的机构资料。", "请先在“设置”里填写站点名称和区划代码。")
    signing, sealing = _public_keys(state)
    request = seal_request(
        EnrolRequest(
            area_code=unit.area_code,
            device=state.device_id,
            made_at=moment_text(now),
            nonce=nonce,
            place=place,
            sealing_key=sealing.hex(),
            short_name=unit.short_name,
            signing_key=signing.hex(),
            station_id=state.station_id,
            station_name=unit.name,
        ),
        verifier,
        bytes(state.signing_key),
    )
    session.execute(delete(Setting).where(Setting.key == _PENDING))
    session.add(Setting(key=_PENDING, value=base64.b64encode(request).decode("ascii")))
    return request


def _public_keys(state: SyncState) -> tuple[bytes, bytes]:
    assert state.signing_key is not None
    assert state.sealing_key is not None
    sealing = X25519PrivateKey.from_private_bytes(bytes(state.sealing_key)).public_key().public_bytes_raw()
    return public_bytes(bytes(state.signing_key)), sealing
