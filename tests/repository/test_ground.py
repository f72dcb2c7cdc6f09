"""The ground the other tests stand on: guards that fail a test, a real PostgreSQL, a screen."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from models.ids import IdMaker, seeded_ids
from tests.ground.clock import FakeClock
from tests.ground.postgres import PostgresServer, _free_port

pytest_plugins = ["pytester"]
ROOT = Path(__file__).resolve().parents[2]

CARELESS = """
import logging, threading
import pytest
from PySide6.QtCore import QObject, QTimer, qWarning
from PySide6.QtWidgets import QWidget

stop = threading.Event()
kept = []

def test_leaves_a_thread():
    threading.Thread(target=stop.wait, name="left-behind", daemon=True).start()

def test_ends_its_thread():
    stop.set()
    threading.Thread(target=stop.wait, name="ended").start()

def test_logs_a_warning():
    logging.getLogger("app.anything").warning("the disk is full")

def test_logs_what_it_announced(allowed_logs):
    allowed_logs("disk is")
    logging.getLogger("app.anything").warning("the disk is full")

def test_logs_no_warning():
    logging.getLogger("app.anything").info("all is well")

def test_leaves_a_window(qapp):
    kept.append(QWidget())
    kept[-1].show()

def test_closes_its_window(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()

def test_leaves_a_timer(qapp):
    kept.append(QTimer())
    kept[-1].start(1000)

def test_leaves_a_timer_of_a_parent(qapp):
    kept.append(QObject())
    QTimer(kept[-1]).start(1000)

def test_stops_its_timer(qapp):
    timer = QTimer()
    timer.start(1000)
    timer.stop()

def test_qt_complains(qtbot):
    qWarning("nothing good")
"""

FAULTS = {
    "test_leaves_a_thread": "left-behind",
    "test_logs_a_warning": "the disk is full",
    "test_leaves_a_window": "windows left open",
    "test_leaves_a_timer": "by owner: ['no parent']",
    "test_leaves_a_timer_of_a_parent": "by owner: ['QObject']",
    "test_qt_complains": "nothing good",
}


def test_guards_fail_the_careless_and_nobody_else(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN careless and careful tests WHEN they run under the guards THEN each careless one is named with its fault."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    pytester.makepyfile(CARELESS)
    pytester.makeini("[pytest]\nqt_api = pyside6\nqt_log_level_fail = WARNING\n")
    result = pytester.runpytest_subprocess(
        "-p", "tests.ground.guards", "-p", "no:randomly", "-p", "no:cacheprovider", "-o", "addopts="
    )
    result.assert_outcomes(passed=10, errors=5, failed=1)
    output = result.stdout.str()
    summary = [line for line in output.splitlines() if line.startswith(("ERROR ", "FAILED "))]
    assert {line.split("::")[1].split(" ")[0] for line in summary} == set(FAULTS)
    for test, fault in FAULTS.items():
        section = output.split(f" {test} _", 1)[1].split("\n____", 1)[0]
        assert fault in section, test


def test_clock_stands_still_until_moved(clock: FakeClock) -> None:
    """The fake clock never moves by itself, goes back when told and always knows its zone."""
    first = clock.now()
    assert clock.now() == first
    clock.advance(hours=-3)
    assert (first - clock.now()).total_seconds() == 3 * 3600
    clock.set(datetime(2030, 1, 1, tzinfo=UTC))
    assert clock.now() == datetime(2030, 1, 1, tzinfo=UTC)


def test_ids_repeat_and_are_version_7(new_id: IdMaker, clock: FakeClock) -> None:
    """The same seed and clock give the same ids, in rising order."""
    again = seeded_ids(20260302, clock)
    ids = [new_id() for _ in range(50)]
    assert ids == [again() for _ in range(50)]
    assert len(set(ids)) == 50
    assert {made.version for made in ids} == {7}


def test_each_database_is_fresh_and_real(postgres_server: PostgresServer, postgres_url: str) -> None:
    """Two databases of one server know nothing of each other, and text is UTF-8."""
    mine, other = (url.replace("+psycopg", "") for url in (postgres_url, postgres_server.new_database()))
    with psycopg.connect(mine) as link:
        link.execute("CREATE TABLE matter (name text)")
        link.execute("INSERT INTO matter VALUES ('㐂桥村与上溪村的水渠')")
        assert link.execute("SELECT length(name) FROM matter").fetchone() == (10,)
        assert link.info.server_version >= 130000
    with psycopg.connect(other) as link:
        assert link.execute("SELECT to_regclass('matter')").fetchone() == (None,)


def test_postgres_takes_another_port_when_its_own_is_taken(
    postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a port that somebody took first WHEN a server starts on it THEN it goes on with another and stops clean."""
    ports = iter([postgres_server.port, _free_port()])
    monkeypatch.setattr("tests.ground.postgres._free_port", lambda: next(ports))
    server = PostgresServer(postgres_server._binaries)
    folder = server._folder
    try:
        assert server.port != postgres_server.port
        assert server.new_database()
    finally:
        server.stop()
    assert not folder.exists()


def test_screen_has_the_size_of_a_village_pc(virtual_screen: str) -> None:
    """Programs started on the virtual screen see 1366×768."""
    tool = shutil.which("xdotool")
    if tool is None:
        pytest.skip("xdotool is not installed here (Debian: apt-get install xdotool)")
    done = subprocess.run(
        [tool, "getdisplaygeometry"],
        env={**os.environ, "DISPLAY": virtual_screen},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["1366", "768"]
