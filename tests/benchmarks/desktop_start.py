"""Opens the real window on a station and waits for the ledger's first page; run in a process of its own."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def open_ledger(root: Path, login: str, password: str) -> int:
    """Opens the store, builds the window, shows the ledger; returns how many rows it shows."""
    import sqlalchemy  # noqa: F401  (before PySide6, see ui/desktop.py)
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication, QTableView

    from app.accounts.sign_in import sign_in
    from app.station import Station
    from app.storage.layout import StationFolder
    from models.clock import SystemClock
    from models.codes import bundled_code_tables
    from models.ids import new_id
    from ui.desktop import build_desktop
    from ui.style.look import Look

    clock = SystemClock()
    store, signed_in = sign_in(StationFolder(root), login, password, clock)
    station = Station(store, signed_in, clock, new_id, bundled_code_tables())
    application = QApplication([])
    built = build_desktop(station, Look(application))
    built.shell.resize(1366, 768)
    built.shell.show()
    built.shell.show_screen("ledger", None)
    rows = 0
    while not rows:
        loop = QEventLoop()
        QTimer.singleShot(10, loop.quit)
        loop.exec()
        views = built.shell.findChildren(QTableView)
        rows = max((view.model().rowCount() for view in views if view.model()), default=0)
    application.processEvents()
    built.close()
    station.close(backup=False)
    return rows
