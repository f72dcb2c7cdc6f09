"""A real PostgreSQL server on a free port, made for one test process and thrown away after it."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

LEAST_MEMORY = 4 * 1024**3
"""Free bytes of shared memory for the server's files to lie there."""

STARTS = 3
"""How often a port is tried."""

_numbers = count(1)


def _binaries() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def _fast_folder() -> str | None:
    shared = Path("/dev/shm")
    if shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > LEAST_MEMORY:
        return str(shared)
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_owner(command: list[str]) -> list[str]:
    """PostgreSQL refuses to run as root, so root hands over to its own user."""
    if os.geteuid() == 0:
        return ["runuser", "-u", "postgres", "--", *command]
    return command


class PostgresServer:
    """One running server; :meth:`new_database` gives an empty database's URL."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        # In memory where there is room: what is tested is the center's use of the server, not the server's disk.
        self._folder = Path(tempfile.mkdtemp(prefix="pg", dir=_fast_folder()))
        self.port = _free_port()
        if os.geteuid() == 0:
            entry = pwd.getpwnam("postgres")
            os.chown(self._folder, entry.pw_uid, entry.pw_gid)
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        for tries_left in range(STARTS - 1, -1, -1):
            try:
                self._start(data)
                break
            except subprocess.CalledProcessError:
                # Another test process may have taken the port between the look and the start.
                if not tries_left:
                    shutil.rmtree(self._folder, ignore_errors=True)
                    raise
                self.port = _free_port()

    def _start(self, data: str) -> None:
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=60 -c fsync=off -c full_page_writes=off"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-l", log, "-w", "-t", "60", "-o", options, "start")

    def _run(self, tool: str, *arguments: str) -> None:
        # A file and not a pipe: the server keeps the stream open, so a pipe would never end.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(
                _as_owner([str(self._binaries / tool), *arguments]),
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                cwd="/",
            )
            if done.returncode != 0:
                said.seek(0)
                raise subprocess.CalledProcessError(done.returncode, tool, said.read())

    def new_database(self) -> str:
        """Makes an empty database and returns its SQLAlchemy URL."""
        name = f"county{next(_numbers)}"
        with psycopg.connect(
            f"host=127.0.0.1 port={self.port} user=desk dbname=postgres", autocommit=True
        ) as link:
            link.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql+psycopg://desk@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """Stops the server and removes its folder."""
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self._folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the test process; skipped with a reason where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed here (Debian: apt-get install postgresql)")
    server = PostgresServer(binaries)
    yield server
    server.stop()


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> str:
    """The URL of a fresh, empty database."""
    return postgres_server.new_database()
