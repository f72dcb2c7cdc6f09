"""The county center as a process of its own on loopback, as a county would run it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from app.sync.http_wire import HttpWire
from models.errors import UserError

COUNTY = "339900"
PATIENCE = 30.0
"""Seconds until a center that does not answer is given up."""


class CenterProcess:
    """A running center; leave the ``with`` block and it stops."""

    def __init__(self, data: Path, database: str | None = None) -> None:
        self.data = data
        self._options = ["--data", str(data), "--county", COUNTY]
        if database:
            self._options += ["--database", database]
        self.port = _free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> CenterProcess:
        self.data.mkdir(parents=True, exist_ok=True)
        with (self.data / "center.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "center", *self._options, "--port", str(self.port)],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            )
        self._wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(15)

    def new_code(self, station: str, level: str) -> str:
        """A one-time enrolment code, made by the administrator's command."""
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "app",
                "center",
                "new-code",
                "--station",
                station,
                "--level",
                level,
                *self._options,
            ],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            check=True,
        )
        found = re.search(r"入网码：(\S+)", done.stdout)
        if found is None:
            raise RuntimeError(f"no code in the answer of new-code: {done.stderr}")
        return found.group(1)

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=0.5):
                    return
            except OSError:
                time.sleep(0.05)
        raise UserError("县中心没有启动起来。", f"请看 {self.data / 'center.log'} 里的说明。")

    def wire(self) -> HttpWire:
        """A client for it."""
        return HttpWire(self.address)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
