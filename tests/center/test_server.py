"""The center as a real process: its commands, its page, and being killed at every labelled point."""

from __future__ import annotations

import asyncio
import base64
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.center.database import connect, open_center
from app.center.enrolment import Enrolment
from app.center.service import MAX_BATCH, MAX_SMALL, make_service
from app.center.service import MEDIA_TYPE as SERVED
from app.sync.courier import CenterRefusalError, WireBrokenError
from app.sync.http_wire import MEDIA_TYPE, HttpWire
from models.ids import IdMaker
from tests.center.ground import COUNTY, Center
from tests.ground.clock import FakeClock
from tests.ground.guards import AllowedLogs
from tests.sync.side import PlainStore, Side

ROOT = Path(__file__).resolve().parents[2]
LABELS = (
    "before begin",
    "operations merged",
    "rows written",
    "changes numbered",
    "before commit",
    "after commit",
    "before answer",
)
RUN = "import sys; from app.center.server import run; sys.exit(run(sys.argv[1:]))"


def start(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def stop(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


@contextmanager
def serving(url: str, folder: Path, label: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    process = start("-m", "tests.center.serve_and_die", url, str(folder), label)
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port.isdigit(), process.communicate()[1]
        yield f"http://127.0.0.1:{port}", process
    finally:
        stop(process)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "center"


@pytest.fixture
def code(center_url: str, folder: Path, clock: FakeClock) -> str:
    opened = open_center(connect(center_url), folder, COUNTY, clock)
    code = Enrolment(opened.engine, opened.identity, clock).new_code("上溪村")
    opened.engine.dispose()
    return code


def assert_all_there(side: Side, center_url: str, folder: Path) -> None:
    center = Center(center_url, folder, side.clock)
    try:
        assert center.rows() == side.rows()
        assert center.count() == side.counts.stored
        assert (side.counts.not_sent, side.counts.sent_unconfirmed) == (0, 0)
        numbers = [row["n"] for row in center.all(center_table("op"))]
        assert sorted(numbers) == list(range(1, len(numbers) + 1))
    finally:
        center.close()


def center_table(name: str):
    from app.center.schema import METADATA

    return METADATA.tables[name]


@pytest.fixture
def side(clock: FakeClock, new_id: IdMaker, tmp_path: Path) -> Iterator[Side]:
    store = PlainStore(tmp_path / "station.db")
    yield Side(store, clock, new_id)
    store.close()


def test_killed_at_every_point_nothing_is_lost_or_doubled(
    center_url: str, folder: Path, code: str, side: Side
) -> None:
    with serving(center_url, folder, "never") as (address, _), HttpWire(address) as wire:
        side.enrol(wire, code, address)
    for label in LABELS:
        side.add_cases(2)
        with serving(center_url, folder, label) as (address, process), HttpWire(address) as wire:
            with pytest.raises(WireBrokenError, match="没有丢失"):
                side.exchange(wire)
            assert process.wait(10) == -signal.SIGKILL, label
    with serving(center_url, folder, "never") as (address, _), HttpWire(address) as wire:
        side.exchange(wire)
    assert_all_there(side, center_url, folder)


def test_a_station_killed_while_sending_goes_on(
    center_url: str, folder: Path, code: str, side: Side, tmp_path: Path
) -> None:
    with serving(center_url, folder, "never") as (address, _), HttpWire(address) as wire:
        side.enrol(wire, code, address)
        for point in ("before send", "after send", "after receipt"):
            side.add_cases(16)
            side.store.close()
            path = str(tmp_path / "station.db")
            dying = start("-m", "tests.center.send_and_die", path, address, point, "2")
            output = dying.communicate(timeout=60)
            assert dying.returncode == -signal.SIGKILL, (point, output)
        side.exchange(wire)
    assert_all_there(side, center_url, folder)


class Browser:
    """Asks the service in this process, without a network."""

    def __init__(self, center: Center, clock: FakeClock) -> None:
        self._transport = httpx.ASGITransport(make_service(center.engine, center.opened.identity, clock))

    def __call__(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://center") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            if httpx.get(f"{address}/v1/health", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the center did not start")


class Command:
    """The center's command line over one data folder."""

    def __init__(self, folder: Path) -> None:
        self.common = ["--data", str(folder), "--county", COUNTY]

    def run(self, *arguments: str) -> tuple[int, str, str]:
        process = start("-c", RUN, *arguments, *self.common)
        out, errors = process.communicate(timeout=60)
        return process.returncode, out, errors


def test_the_commands_from_the_first_start_to_a_revocation(
    tmp_path: Path, clock: FakeClock, side: Side
) -> None:
    command = Command(tmp_path / "county")
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    server = start("-c", RUN, "--port", port, *command.common)
    try:
        wait_for(address)
        status, out, _ = command.run("new-code", "--station", "上溪村")
        code = re.search(r"[0-9A-Z]{3}(-[0-9A-Z]{4}){2}-[0-9A-Z]{3}", out)
        assert status == 0
        assert code is not None
        with HttpWire(address) as wire:
            enrolled = side.enrol(wire, code.group(), address)
            side.add_cases(3)
            side.exchange(wire)
            assert enrolled.fingerprint in command.run("stations")[1]
            with pytest.raises(CenterRefusalError, match="已经用过"):
                stranger = PlainStore()
                try:
                    Side(stranger, clock, side.new_id).enrol(wire, code.group(), address)
                finally:
                    stranger.close()
            assert command.run("revoke", str(side.device_id))[0] == 0
            with pytest.raises(CenterRefusalError, match="停用"):
                side.exchange(wire)
        assert "停用" in command.run("stations")[1]
    finally:
        server.send_signal(signal.SIGTERM)
        out, errors = server.communicate(timeout=20)
    password = re.search(r"admin / (\S+)", out)
    assert password is not None
    assert "new-code --station" in out
    assert "宅基地" not in out + errors
    assert "李四" not in out + errors


def test_the_administrators_page(center: Center, clock: FakeClock, new_side: Callable[..., Side]) -> None:
    side = new_side("<b>上溪村</b>")
    side.add_cases(1)
    password = center.opened.password or ""
    ask = Browser(center, clock)
    assert ask("GET", "/admin").status_code == 401
    for _ in range(5):
        assert ask("GET", "/admin", auth=("admin", "wrong")).status_code == 401
    assert ask("GET", "/admin", auth=("admin", password)).status_code == 429
    clock.advance(seconds=31)
    page = ask("GET", "/admin", auth=("admin", password))
    assert page.status_code == 200
    assert "&lt;b&gt;上溪村" in page.text
    assert center.enrolment.devices()[0].fingerprint in page.text
    assert "李四" not in page.text


def test_what_the_service_refuses(center: Center, clock: FakeClock) -> None:
    ask = Browser(center, clock)
    assert ask("GET", "/v1/health").json()["county"] == COUNTY
    assert ask("GET", "/v1/mark", params={"q": "%%%"}).status_code == 400
    question = base64.urlsafe_b64encode(b"nonsense").decode()
    assert ask("GET", "/v1/mark", params={"q": question}).json()["kind"] == "damaged"
    assert ask("GET", "/v1/mark", params={"q": "汉"}).status_code == 400
    small = ask("POST", "/v1/enrol", content=b"0" * (MAX_SMALL + 1))
    assert (small.status_code, small.json()["kind"]) == (413, "too_large")
    assert ask("POST", "/v1/batches", content=b"0" * (MAX_BATCH + 1)).status_code == 413
    assert ask("POST", "/v1/batches", content=b"").json()["kind"] == "damaged"
    assert ask("GET", "/v1/batches").status_code == 405
    assert SERVED == MEDIA_TYPE


def test_a_failure_of_ours_is_logged_without_a_value(
    center: Center,
    clock: FakeClock,
    new_side: Callable[..., Side],
    allowed_logs: AllowedLogs,
    caplog: pytest.LogCaptureFixture,
) -> None:
    side = new_side("上溪村")
    side.add_cases(1, title="李四家的事")
    batch = side.outbox.next_batch(100)
    assert batch is not None
    with center.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE person")
    allowed_logs("request failed")
    answer = Browser(center, clock)("POST", "/v1/batches", content=batch.envelope)
    assert answer.status_code == 500
    assert "李四" not in caplog.text + answer.text
    assert "Error" in caplog.text


def test_no_certificate_no_outside_service(tmp_path: Path) -> None:
    command = Command(tmp_path / "county")
    status, _, errors = command.run("--host", "0.0.0.0")
    assert status == 2
    assert "没有证书" in errors
    status, _, errors = command.run("--certificate", "x.pem")
    assert (status, "一起给出" in errors) == (2, True)


def test_another_countys_database_is_refused(tmp_path: Path) -> None:
    command = Command(tmp_path / "county")
    assert command.run("stations")[0] == 0
    command.common[-1] = "110000"
    status, _, errors = command.run("stations")
    assert (status, "不是 110000" in errors) == (2, True)
