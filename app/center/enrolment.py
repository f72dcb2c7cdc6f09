"""Who may talk to the center: one-time codes, enrolled devices, revocation."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, RowMapping, insert, select, update

from app.center.database import CenterIdentity
from app.center.intake import refusal_of
from app.center.refusal import Cause, RefusedError
from app.center.schema import CENTER, DEVICE, ENROLMENT_CODE
from app.sync.wire import sha256_of
from app.sync.wire_enrol import (
    PLACE_LENGTH,
    EnrolAnswer,
    EnrolRequest,
    fingerprint,
    make_code,
    proved,
    read_request,
    seal_answer,
    show_code,
    verifier_of,
)
from app.sync.wire_frame import Frame, WireError
from models.clock import Clock
from models.columns import moment_text

CODE_LIFE = timedelta(hours=72)
WRONG_TRIES = 5
LEVELS = ("village", "township", "county")
_WRONG = "入网码不对，请核对后重新输入。"


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A device as the administrator sees it; ``fingerprint``: six digits to compare over the phone."""

    device_id: UUID
    station_name: str
    level: str
    fingerprint: str
    enrolled_at: datetime
    last_seen_at: datetime | None
    revoked_at: datetime | None


class Enrolment:
    """Makes codes, enrols devices by them, revokes devices."""

    def __init__(
        self,
        engine: Engine,
        identity: CenterIdentity,
        clock: Clock,
        choose: Callable[[str], str] = secrets.choice,
    ) -> None:
        self._engine = engine
        self._identity = identity
        self._clock = clock
        self._choose = choose

    def new_code(self, station_name: str, level: str = "village") -> str:
        """A new one-time code for a station, as people read it. It is shown this once and kept nowhere."""
        with self._engine.begin() as connection:
            code = make_code(self._choose)
            while self._code(connection, code[:PLACE_LENGTH]) is not None:
                code = make_code(self._choose)
            place, now = code[:PLACE_LENGTH], self._clock.now()
            connection.execute(
                insert(ENROLMENT_CODE).values(
                    county=self._identity.county,
                    place=place,
                    verifier=verifier_of(place, code[PLACE_LENGTH:]),
                    station_name=station_name[:60],
                    level=level,
                    made_at=now,
                    expires_at=now + CODE_LIFE,
                    wrong_tries=0,
                )
            )
        return show_code(code)

    def enrol(self, data: bytes) -> bytes:
        """Enrols the device that sent this request and returns the signed answer; raises RefusedError.

        The same request again (its answer was lost) gets the same answer; anything else with a used code is
        refused.
        """
        try:
            frame, request = read_request(data)
        except WireError as error:
            raise refusal_of(error) from error
        with self._engine.begin() as connection:
            code = self._code(connection, request.place, lock=True)
            refusal = self._fault(connection, code, frame, data)
            if refusal is None:
                assert code is not None
                if code["answer"] is not None:
                    return bytes(code["answer"])
                return self._admit(connection, code, request, sha256_of(data))
        raise refusal

    def _code(self, connection: Connection, place: str, *, lock: bool = False) -> RowMapping | None:
        query = select(ENROLMENT_CODE).where(
            ENROLMENT_CODE.c.county == self._identity.county, ENROLMENT_CODE.c.place == place
        )
        return connection.execute(query.with_for_update() if lock else query).mappings().first()

    def _fault(
        self, connection: Connection, code: RowMapping | None, frame: Frame, data: bytes
    ) -> RefusedError | None:
        if code is None:
            return RefusedError(Cause.WRONG_CODE, _WRONG)
        if code["wrong_tries"] >= WRONG_TRIES:
            return RefusedError(Cause.CODE_LOCKED, "这个入网码输错次数太多，已经作废，请向县中心另要一个。")
        if not proved(frame, bytes(code["verifier"])):
            connection.execute(self._change(code, wrong_tries=code["wrong_tries"] + 1))
            return RefusedError(Cause.WRONG_CODE, _WRONG)
        if code["used_at"] is not None:
            if code["request_sha256"] == sha256_of(data):
                return None
            return RefusedError(
                Cause.CODE_USED, "这个入网码已经用过。如果不是您用的，请马上告诉县中心；否则请另要一个。"
            )
        if code["expires_at"] <= self._clock.now():
            return RefusedError(Cause.CODE_EXPIRED, "这个入网码已经过期，请向县中心另要一个。")
        return None

    def _change(self, code: RowMapping, **values: Any) -> Any:
        return (
            update(ENROLMENT_CODE)
            .where(ENROLMENT_CODE.c.county == code["county"], ENROLMENT_CODE.c.place == code["place"])
            .values(**values)
        )

    def _admit(self, connection: Connection, code: RowMapping, request: EnrolRequest, sha256: str) -> bytes:
        county, now = self._identity.county, self._clock.now()
        one = (DEVICE.c.county == county, DEVICE.c.device_id == request.device)
        known = connection.execute(select(DEVICE.c.signing_key).where(*one)).first()
        if known is not None and bytes(known.signing_key).hex() != request.signing_key:
            raise RefusedError(Cause.UNKNOWN_DEVICE, "这台设备的标识已被另一把密钥登记，请与县中心联系。")
        values: dict[str, Any] = {
            "station_id": request.station_id,
            "station_name": code["station_name"],
            "area_code": request.area_code[:12],
            "short_name": request.short_name[:8],
            "level": code["level"],
            "signing_key": bytes.fromhex(request.signing_key),
            "sealing_key": bytes.fromhex(request.sealing_key),
            "enrolled_at": now,
            "revoked_at": None,
        }
        if known is None:
            connection.execute(
                insert(DEVICE).values(
                    county=county, device_id=request.device, skew_seconds=0, wire_schema="", **values
                )
            )
        else:
            connection.execute(update(DEVICE).where(*one).values(**values))
        generation = connection.execute(
            select(CENTER.c.generation).where(CENTER.c.county == county)
        ).scalar_one()
        answer = seal_answer(
            EnrolAnswer(
                center_key=self._identity.public_key.hex(),
                county=county,
                device=request.device,
                generation=generation,
                level=code["level"],
                nonce=request.nonce,
                now=moment_text(now),
                station_id=request.station_id,
            ),
            bytes(code["verifier"]),
            self._identity.signing_key,
        )
        connection.execute(self._change(code, used_at=now, request_sha256=sha256, answer=answer))
        return answer

    def revoke(self, device_id: UUID) -> bool:
        """Shuts a device out from its next contact on; False when there is no such device in force."""
        with self._engine.begin() as connection:
            changed = connection.execute(
                update(DEVICE)
                .where(
                    DEVICE.c.county == self._identity.county,
                    DEVICE.c.device_id == device_id,
                    DEVICE.c.revoked_at.is_(None),
                )
                .values(revoked_at=self._clock.now())
            )
        return changed.rowcount == 1

    def devices(self) -> list[Enrolled]:
        """Every device ever enrolled, by the name of its station."""
        query = (
            select(DEVICE)
            .where(DEVICE.c.county == self._identity.county)
            .order_by(DEVICE.c.station_name, DEVICE.c.enrolled_at)
        )
        with self._engine.begin() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            Enrolled(
                row["device_id"],
                row["station_name"],
                row["level"],
                fingerprint(bytes(row["signing_key"]), bytes(row["sealing_key"]), self._identity.public_key),
                row["enrolled_at"],
                row["last_seen_at"],
                row["revoked_at"],
            )
            for row in rows
        ]
