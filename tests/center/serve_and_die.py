"""Runs a center on a free port and kills itself, as a power cut would, at the labelled point it was told.

``python -m tests.center.serve_and_die URL FOLDER LABEL``; prints the port. The label ``never`` serves on.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from app.center.database import connect, open_center
from app.center.service import make_service
from tests.center.ground import COUNTY
from tests.ground.clock import FakeClock


def main(url: str, folder: str, label: str) -> None:
    def probe(reached: str) -> None:
        if reached == label:
            os.kill(os.getpid(), signal.SIGKILL)

    clock = FakeClock()
    opened = open_center(connect(url), Path(folder), COUNTY, clock)
    service = make_service(opened.engine, opened.identity, clock, probe)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)
        config = uvicorn.Config(service, access_log=False, log_level="warning")
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
