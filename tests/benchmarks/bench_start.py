"""Start to a usable ledger with 100 000 matters, against bare imports of the same libraries; and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.benchmarks.measure import report_value
from tests.benchmarks.stores import big_station
from tests.ground.station import LOGIN, PASSWORD

BARE = """
import resource, time
import sqlalchemy.orm, sqlcipher3.dbapi2, argon2.low_level
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from PySide6 import QtCore, QtGui, QtSvg, QtWidgets
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

PROGRAM = """
import resource, sys, time
from pathlib import Path
from tests.benchmarks.desktop_start import open_ledger
rows = open_ledger(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
assert rows > 0
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""
ROUNDS = 5


def run(folder: Path, large: bool) -> None:
    """Prints CPU seconds and resident memory of both."""
    del large
    big_station(folder, 100_000, index=False).close(backup=False)
    bare, program = [], []
    for _ in range(ROUNDS):
        bare.append(_child(BARE, folder, folder / "compiled"))
        program.append(_child(PROGRAM, folder / "100000-plain", folder / "compiled"))
    base, full = min(bare), min(program)
    print("\n启动到可用的台账（100 000 件，密码派生除外）")
    report_value("只导入同样的库", f"CPU {base[0]:.2f} 秒，内存 {base[1]:.0f} MB", aim="基准")
    report_value("打开窗口并显示台账", f"CPU {full[0]:.2f} 秒，比 {full[0] / base[0]:.2f}×", aim="≤ 1.5×")
    report_value("常驻内存", f"{full[1]:.0f} MB", aim="≤ 200 MB")


def _child(script: str, folder: Path, compiled: Path) -> tuple[float, float]:
    """Runs a script with byte code cached, as an installed program has it."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(compiled)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder), LOGIN, PASSWORD],
        capture_output=True,
        text=True,
        check=True,
    )
    cpu, memory = done.stdout.split()[-2:]
    return float(cpu), float(memory)
