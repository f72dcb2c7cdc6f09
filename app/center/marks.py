"""Answering “how far did you get with me?” — and noticing by it that the center itself was put back."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, Engine, func, select, update

from app.center.database import CenterIdentity, new_generation
from app.center.intake import known_device, mark_of, refusal_of, verdicts_after
from app.center.refusal import Cause, RefusedError
from app.center.schema import CENTER, DEVICE, OP, RECEIPT
from app.sync.wire import (
    MAX_ASKED,
    AskedMark,
    KnownMark,
    MarkAnswer,
    MarkRequest,
    operation_digest,
    read_mark_request,
    seal_mark,
)
from app.sync.wire_frame import WireError
from models.clock import Clock
from models.columns import moment_text


class Marks:
    """Tells enrolled devices how far the center has their operations."""

    def __init__(self, engine: Engine, identity: CenterIdentity, clock: Clock) -> None:
        self._engine = engine
        self._identity = identity
        self._clock = clock

    def answer(self, request: bytes) -> bytes:
        """The signed answer to a signed question; raises :class:`RefusedError`.

        A device that holds receipts of this very generation beyond the center's mark proves that the
        database was put back from a backup: the center then takes a new generation by itself.
        """
        county = self._identity.county
        try:
            frame, asked = read_mark_request(request)
            if asked.county != county:
                raise RefusedError(Cause.WRONG_COUNTY, "这台设备登记在别的县。")
            with self._engine.begin() as connection:
                device = known_device(connection, county, asked.device.hex)
                frame.verify(bytes(device["signing_key"]))
                if device["revoked_at"] is not None:
                    raise RefusedError(Cause.REVOKED, "这台设备已被县中心停用，请与县中心联系。")
                generation = connection.execute(
                    select(CENTER.c.generation).where(CENTER.c.county == county)
                ).scalar_one()
                behind = any(
                    one.receipted > mark_of(connection, county, asked.device, one.incarnation)
                    for one in asked.asked[:MAX_ASKED]
                )
                if asked.generation == generation and behind:
                    generation = new_generation()
                    connection.execute(
                        update(CENTER).where(CENTER.c.county == county).values(generation=generation)
                    )
                connection.execute(
                    update(DEVICE)
                    .where(DEVICE.c.county == county, DEVICE.c.device_id == asked.device)
                    .values(last_seen_at=self._clock.now())
                )
                return self._sealed(connection, asked, generation)
        except WireError as error:
            raise refusal_of(error) from error

    def _sealed(self, connection: Connection, asked: MarkRequest, generation: str) -> bytes:
        county = self._identity.county
        top = connection.execute(
            select(func.max(RECEIPT.c.incarnation)).where(
                RECEIPT.c.county == county, RECEIPT.c.device_id == asked.device
            )
        ).scalar()
        answer = MarkAnswer(
            county=county,
            device=asked.device,
            generation=generation,
            marks=[self._known(connection, asked.device, one) for one in asked.asked[:MAX_ASKED]],
            nonce=asked.nonce,
            now=moment_text(self._clock.now()),
            top_incarnation=int(top or 0),
        )
        return seal_mark(answer, self._identity.signing_key)

    def _known(self, connection: Connection, device: UUID, one: AskedMark) -> KnownMark:
        county = self._identity.county
        mark = mark_of(connection, county, device, one.incarnation)
        digest_n = min(mark, one.highest)
        raw = connection.execute(
            select(OP.c.raw).where(
                OP.c.county == county,
                OP.c.device_id == device,
                OP.c.incarnation == one.incarnation,
                OP.c.n == digest_n,
            )
        ).scalar()
        return KnownMark(
            digest=operation_digest(bytes(raw)) if raw is not None else "",
            digest_n=digest_n,
            incarnation=one.incarnation,
            n=mark,
            verdicts=verdicts_after(connection, county, device, one.incarnation, one.receipted),
        )
