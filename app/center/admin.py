"""The administrator's one page: stations, last exchange, what was taken in. Read only, no personal data."""

from __future__ import annotations

import base64
import binascii
import hmac
import threading
from datetime import datetime, timedelta
from html import escape
from uuid import UUID

from sqlalchemy import Engine, func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.center.database import CenterIdentity, admin_hash
from app.center.enrolment import Enrolled, Enrolment
from app.center.schema import CENTER, CONFLICT, DEVICE, OP, QUARANTINE, WIRE_SCHEMA
from models.clock import Clock, local

_STYLE = (
    "body{font:16px/1.6 sans-serif;margin:2em auto;max-width:70em;color:#222}"
    "table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #ccc;padding:.4em .6em;"
    "text-align:left}td.n{text-align:right}.off{color:#888}"
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
}
_LEVELS = {"village": "村", "township": "乡镇", "county": "县"}
_COLUMNS = "站点|级别|核对码|入网时间|上次联系|收到条数|其中待处理|本机时间偏差|程序版本|状态"
_WAIT = timedelta(seconds=30)


class AdminPage:
    """``/admin``, behind the password printed at the first start (HTTP Basic, user name ``admin``)."""

    def __init__(self, engine: Engine, identity: CenterIdentity, enrolment: Enrolment, clock: Clock) -> None:
        self._engine = engine
        self._identity = identity
        self._enrolment = enrolment
        self._clock = clock
        self._lock = threading.Lock()
        self._wrong = 0
        self._wait_until: datetime | None = None

    async def show(self, request: Request) -> Response:
        """The page, or a demand for the password. After five wrong passwords it waits half a minute."""
        return await run_in_threadpool(self._answer, request.headers.get("authorization", ""))

    def _answer(self, authorization: str) -> Response:
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        }
        with self._lock:
            now = self._clock.now()
            if self._wait_until is not None and now < self._wait_until:
                return HTMLResponse("密码输错次数太多，请半分钟后再试。", status_code=429, headers=headers)
            if not self._right(authorization):
                self._count_wrong(authorization, now)
                headers["WWW-Authenticate"] = 'Basic realm="center", charset="UTF-8"'
                return HTMLResponse("请输入管理员密码。", status_code=401, headers=headers)
            self._wrong = 0
        return HTMLResponse(self._page(), headers=headers)

    def _count_wrong(self, authorization: str, now: datetime) -> None:
        if authorization:
            self._wrong += 1
        if self._wrong >= 5:
            self._wrong, self._wait_until = 0, now + _WAIT

    def _right(self, authorization: str) -> bool:
        try:
            scheme, _, coded = authorization.partition(" ")
            name, _, password = base64.b64decode(coded.encode("ascii")).decode("utf-8").partition(":")
        except (binascii.Error, UnicodeError):
            return False
        if scheme.lower() != "basic" or name != "admin":
            return False
        with self._engine.begin() as connection:
            row = connection.execute(
                select(CENTER.c.admin_salt, CENTER.c.admin_hash).where(
                    CENTER.c.county == self._identity.county
                )
            ).one()
        return hmac.compare_digest(admin_hash(password, bytes(row.admin_salt)), bytes(row.admin_hash))

    def _page(self) -> str:
        county = self._identity.county
        with self._engine.begin() as connection:
            counts = {
                (row.device_id, row.verdict): row.total
                for row in connection.execute(
                    select(OP.c.device_id, OP.c.verdict, func.count().label("total"))
                    .where(OP.c.county == county)
                    .group_by(OP.c.device_id, OP.c.verdict)
                )
            }
            devices = {
                row.device_id: (row.skew_seconds, row.wire_schema)
                for row in connection.execute(select(DEVICE).where(DEVICE.c.county == county))
            }
            open_conflicts = connection.execute(
                select(func.count())
                .select_from(CONFLICT)
                .where(CONFLICT.c.county == county, CONFLICT.c.settled_at.is_(None))
            ).scalar_one()
            quarantined = connection.execute(
                select(func.count()).select_from(QUARANTINE).where(QUARANTINE.c.county == county)
            ).scalar_one()
        rows = "".join(_row(one, counts, devices[one.device_id]) for one in self._enrolment.devices())
        heads = "".join(f"<th>{head}</th>" for head in _COLUMNS.split("|"))
        return (
            f'<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
            f"<title>县中心</title><style>{_STYLE}</style>"
            f"<h1>县中心（{escape(county)}）</h1>"
            f"<p>未处理的冲突：{open_conflicts} 项。封存待查的批次：{quarantined} 份。"
            f"现在时间：{_time(self._clock.now())}。</p>"
            f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
            "<p>新站点入网：在这台电脑上运行 <code>center new-code --station 站点名称</code>，"
            "把显示的入网码告诉站点；站点入网后请在电话里核对六位核对码。</p></html>"
        )


def _row(one: Enrolled, counts: dict[tuple[UUID, str], int], seen: tuple[int, str]) -> str:
    skew, schema = seen
    received = sum(count for (device, _), count in counts.items() if device == one.device_id)
    waiting = received - counts.get((one.device_id, "accepted"), 0)
    version = "尚未交换" if not schema else "相同" if schema == WIRE_SCHEMA else "不同"
    state = "在用" if one.revoked_at is None else f"{_time(one.revoked_at)} 停用"
    minutes = f"{skew // 60} 分钟" if abs(skew) >= 300 else "正常"
    cells = [
        escape(one.station_name),
        _LEVELS.get(one.level, ""),
        one.fingerprint,
        _time(one.enrolled_at),
        _time(one.last_seen_at),
        f"{received}",
        f"{waiting}",
        minutes,
        version,
        state,
    ]
    kind = "" if one.revoked_at is None else ' class="off"'
    return f"<tr{kind}>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _time(moment: datetime | None) -> str:
    return "—" if moment is None else f"{local(moment):%Y-%m-%d %H:%M}"
