"""The center over HTTP: four addresses for stations and one page for the administrator.

Nothing of what people wrote reaches a log: request bodies are never logged and refusals carry fixed
sentences.
"""

from __future__ import annotations

import base64
import binascii
import logging
import traceback
from collections.abc import Awaitable, Callable

from sqlalchemy import Engine, text
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.center.admin import AdminPage
from app.center.database import CenterIdentity
from app.center.enrolment import Enrolment
from app.center.intake import Intake, Probe, silent
from app.center.marks import Marks
from app.center.refusal import Cause, RefusedError
from app.sync.wire_frame import MAX_BODY
from models.clock import Clock

MEDIA_TYPE = "application/octet-stream"
MAX_SMALL = 64 * 1024
MAX_BATCH = MAX_BODY + MAX_SMALL
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}

_LOG = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]


async def _read(request: Request, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > most:
            raise RefusedError(Cause.TOO_LARGE, "发来的内容超过了允许的大小，县中心没有收下。")
        parts.append(part)
    return b"".join(parts)


def _refused(refusal: RefusedError) -> Response:
    body = {"kind": refusal.cause.word, "sentence": refusal.sentence, "mark": refusal.mark}
    return JSONResponse(body, status_code=refusal.cause.status, headers=HEADERS)


def _failed(error: Exception) -> Response:
    """Ours: the log gets the kind and the place, never the values, which may be what people told a mediator."""
    place = "".join(traceback.format_tb(error.__traceback__))
    _LOG.error("request failed: %s\n%s", type(error).__name__, place)
    body = {"kind": "failed", "sentence": "县中心出了故障，这次没有收下，请稍后再试。", "mark": None}
    return JSONResponse(body, status_code=500, headers=HEADERS)


def _signed(work: Callable[[bytes], bytes], most: int, probe: Probe) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            answer = await run_in_threadpool(work, await _read(request, most))
        except RefusedError as refusal:
            return _refused(refusal)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as error:
            return _failed(error)
        probe("before answer")
        return Response(answer, media_type=MEDIA_TYPE, headers=HEADERS)

    return handle


def _mark(marks: Marks) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            question = base64.urlsafe_b64decode(request.query_params.get("q", "").encode("ascii"))
        except (binascii.Error, UnicodeEncodeError):
            return _refused(RefusedError(Cause.DAMAGED, "请求不完整，请重新同步一次。"))
        try:
            answer = await run_in_threadpool(marks.answer, question)
        except RefusedError as refusal:
            return _refused(refusal)
        except Exception as error:
            return _failed(error)
        return Response(answer, media_type=MEDIA_TYPE, headers=HEADERS)

    return handle


def make_service(engine: Engine, identity: CenterIdentity, clock: Clock, probe: Probe = silent) -> Starlette:
    """The ASGI application of a center; stateless, so that several may run over one database."""
    intake = Intake(engine, identity, clock, probe)
    enrolment = Enrolment(engine, identity, clock)

    def alive() -> None:
        with engine.connect() as connection:
            connection.execute(text("select 1"))

    async def health(_request: Request) -> Response:
        await run_in_threadpool(alive)
        return JSONResponse({"service": "mediation-center", "county": identity.county}, headers=HEADERS)

    return Starlette(
        routes=[
            Route("/v1/health", health, methods=["GET"]),
            Route("/v1/enrol", _signed(enrolment.enrol, MAX_SMALL, silent), methods=["POST"]),
            Route("/v1/mark", _mark(Marks(engine, identity, clock)), methods=["GET"]),
            Route("/v1/batches", _signed(intake.take, MAX_BATCH, probe), methods=["POST"]),
            Route("/admin", AdminPage(engine, identity, enrolment, clock).show, methods=["GET"]),
        ]
    )
