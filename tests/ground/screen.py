"""A virtual screen for tests that start the real program as a process."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def virtual_screen() -> Iterator[str]:
    """Starts Xvfb at 1366×768 and gives its DISPLAY; skipped with a reason where Xvfb is not installed."""
    tool = shutil.which("Xvfb")
    if tool is None:
        pytest.skip("Xvfb is not installed here (Debian: apt-get install xvfb)")
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [tool, "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        assert number, "Xvfb ended before it had a screen"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait(10)
