"""The center's command line: serve, make a one-time code, list the stations, revoke one."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path
from uuid import UUID

from app.center.database import DATABASE_FILE, Opened, connect, open_center
from app.center.enrolment import LEVELS, Enrolment
from app.center.intake import Intake
from app.center.service import make_service
from models.clock import SystemClock, local
from models.errors import UserError

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def run(arguments: list[str]) -> int:
    """Runs one of the center's commands and returns the process's exit code."""
    options = _parser().parse_args(arguments)
    try:
        if options.command is None:
            return _serve(options)
        opened = _open(options, serving=False)
        try:
            return _administer(opened, options)
        finally:
            opened.engine.dispose()
    except UserError as error:
        print(error, file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=argparse.SUPPRESS, help="数据文件夹")
    common.add_argument("--database", default=argparse.SUPPRESS, help="数据库地址（postgresql+psycopg://…）")
    common.add_argument("--county", default=argparse.SUPPRESS, help="县的行政区划代码")
    parser = argparse.ArgumentParser(prog="center", description="县中心", parents=[common])
    parser.add_argument("--host", default="127.0.0.1", help="监听地址")
    parser.add_argument("--port", type=int, default=8720, help="监听端口")
    parser.add_argument("--certificate", type=Path, help="证书（PEM）")
    parser.add_argument("--key", type=Path, help="证书私钥（PEM）")
    commands = parser.add_subparsers(dest="command", metavar="命令")
    code = commands.add_parser("new-code", help="给一个站点发一次性入网码", parents=[common])
    code.add_argument("--station", required=True, help="站点名称")
    code.add_argument("--level", choices=LEVELS, default="village", help="级别")
    commands.add_parser("stations", help="列出站点", parents=[common])
    revoke = commands.add_parser("revoke", help="停用一台设备", parents=[common])
    revoke.add_argument("device", type=UUID, help="设备标识（见 stations）")
    return parser


def _open(options: argparse.Namespace, *, serving: bool) -> Opened:
    folder: Path = getattr(options, "data", Path("center-data"))
    folder.mkdir(parents=True, exist_ok=True)
    url: str = getattr(options, "database", f"sqlite:///{folder / DATABASE_FILE}")
    county: str = getattr(options, "county", "330000")
    return open_center(connect(url), folder, county, SystemClock(), serving=serving)


def _administer(opened: Opened, options: argparse.Namespace) -> int:
    enrolment = Enrolment(opened.engine, opened.identity, SystemClock())
    if opened.password is not None:
        _show_password(opened.password)
    if options.command == "new-code":
        code = enrolment.new_code(options.station, options.level)
        print(f"“{options.station}”的入网码：{code}")
        print("七十二小时内有效，只能用一次，只显示这一次。请当面或打电话告诉站点，不要发在群里。")
        return 0
    if options.command == "revoke":
        done = enrolment.revoke(options.device)
        print("已停用，从它下次联系起生效。" if done else "没有这台在用的设备。")
        return 0 if done else 1
    for one in enrolment.devices():
        state = "停用" if one.revoked_at else "在用"
        seen = f"{local(one.last_seen_at):%Y-%m-%d %H:%M}" if one.last_seen_at else "尚未联系"
        print(f"{one.station_name}  {one.device_id}  核对码 {one.fingerprint}  上次联系 {seen}  {state}")
    return 0


def _serve(options: argparse.Namespace) -> int:
    import uvicorn

    if (options.certificate is None) != (options.key is None):
        raise UserError("证书和私钥要一起给出。", "请同时写 --certificate 和 --key。")
    secure = options.certificate is not None
    if not secure and options.host not in _LOOPBACK:
        raise UserError(
            "没有证书时只在本机提供服务，以免个人信息在网上明文传送。",
            "请用 --certificate 和 --key 给出证书，或由本机的反向代理提供 HTTPS。",
        )
    opened = _open(options, serving=True)
    if opened.password is not None:
        _show_password(opened.password)
    if opened.restored:
        print("数据库像是从备份恢复的：已换新代次，各站点下次同步时会自动补齐。")
    waiting = Intake(opened.engine, opened.identity, SystemClock()).replay_waiting()
    if waiting:
        print(f"有 {waiting} 条内容本程序还读不懂，已原样保存，升级后会自动入库。")
    # A batch makes tens of thousands of short-lived objects; the usual thresholds cost a third of its time.
    gc.set_threshold(100_000, 50, 100)
    address = f"{'https' if secure else 'http'}://{options.host}:{options.port}"
    print(f"县中心（{opened.identity.county}）地址：{address}　管理页：{address}/admin")
    print("给站点发入网码：center new-code --station 站点名称（--data、--county 与这里相同）", flush=True)
    try:
        uvicorn.run(
            make_service(opened.engine, opened.identity, SystemClock()),
            host=options.host,
            port=options.port,
            ssl_certfile=options.certificate,
            ssl_keyfile=options.key,
            access_log=False,
            log_level="warning",
            server_header=False,
            timeout_keep_alive=75,
        )
    finally:
        opened.engine.dispose()
    return 0


def _show_password(password: str) -> None:
    print(f"管理员密码（只显示这一次，请记下）：admin / {password}")
