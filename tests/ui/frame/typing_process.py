"""A process that types into a form on a real station and is then killed by the test.

Prints ``kept`` once the draft is in the store, then waits for its end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from sqlalchemy import func, select

from app.accounts.sign_in import sign_in
from app.station import Station
from app.storage.layout import StationFolder
from models.clock import SystemClock
from models.codes import bundled_code_tables
from models.desk import Draft
from models.ids import new_id
from tests.ground.station import LOGIN, PASSWORD
from ui.frame.banner import Banner
from ui.frame.drafts import DraftKeeper
from ui.frame.errors import ErrorDoors
from ui.frame.form import Form
from ui.frame.work import Desk

TYPED = {"visit.facts": "王二与李大因宅基地边界发生争执。", "visit.happened_at": "昨天下午3"}


def main(folder: str) -> None:
    """Types and waits."""
    application = QApplication([])
    clock = SystemClock()
    store, signed_in = sign_in(StationFolder(Path(folder)), LOGIN, PASSWORD, clock)
    station = Station(store, signed_in, clock, new_id, bundled_code_tables())
    desk = Desk(station, ErrorDoors(Path(folder), clock))
    window = QWidget()
    form, banner = Form(list(TYPED), desk.tools), Banner()
    QVBoxLayout(window).addWidget(form)
    keeper = DraftKeeper(desk, form, "visit", "new", banner)
    window.show()
    for ref, text in TYPED.items():
        form.editor(ref).restore_typed(text)
        form.changed.emit(ref)

    def look() -> None:
        count = select(func.count()).select_from(Draft)
        desk.query(
            lambda session: session.scalar(count),
            lambda found: print("kept", flush=True) if found else None,
            owner=keeper,
        )

    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(300)
    application.exec()


if __name__ == "__main__":
    main(sys.argv[1])
