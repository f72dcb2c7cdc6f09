"""Pictures of the real window on a real station, for the tour, the manual and the eye of whoever changes a screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy  # noqa: F401  (before PySide6, see ui/desktop.py)
from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QPoint,
    QSize,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QPixmap, QRegion
from PySide6.QtWidgets import QApplication, QWidget
from sqlalchemy.orm import Session

from app.cases.ledger import LedgerFilter, ledger_page
from app.station import Station
from models.errors import UserError
from ui.desktop import BuiltDesktop, build_desktop
from ui.frame.garbage import UiGarbage
from ui.screens.parts.reading_desk import viewer_of
from ui.style.look import Look

SCREEN = QSize(1366, 768)
"""The screen of a village's PC, in its own pixels."""
SCALES = {"": 1.0, "@150": 1.5}
"""Ending of the file's name and the scale that the system is set to."""
FIRST = "today"
"""The screen on which the window is left to the user."""
SETTLED_MS = 150
PATIENCE_MS = 20_000
SCREENLESS = ("offscreen", "minimal")
OTHER_NAMES = {"visits": "visit"}
"""Names that people use for a screen, and its name in the table of screens."""


class WindowPhotographer:
    """Builds the window and takes its picture; without a screen it is built offscreen."""

    def __init__(self, station: Station, look: Look | None = None) -> None:
        """``look`` is given when the application is dressed already, as in tests."""
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        present = QApplication.instance()
        if not isinstance(present, QApplication):
            qInstallMessageHandler(_tell_unless_of_the_platform)
        self._application = present if isinstance(present, QApplication) else QApplication(sys.argv[:1])
        self._look = look or Look(self._application)
        self._garbage = UiGarbage()
        self.built: BuiltDesktop | None = build_desktop(station, self._look)

    def photograph(self, names: Sequence[str], folder: Path) -> list[Path]:
        """Saves a PNG of each named screen at both scales and returns the files.

        ``"case"`` is the newest matter, ``"paper"`` its acceptance register. Raises UserError when a screen does
        not come to rest.
        """
        built = self._open()
        folder.mkdir(parents=True, exist_ok=True)
        taken: list[Path] = []
        for name in names:
            screen, arguments = self._screen(OTHER_NAMES.get(name, name))
            for ending, scale in SCALES.items():
                self._size(built.shell, scale)
                built.shell.show_screen(screen, arguments)
                self.settle()
                path = folder / f"{name}{ending}.png"
                picture(built.shell, scale).save(str(path))
                taken.append(path)
        self._size(built.shell, 1.0)
        return taken

    def settle(self) -> None:
        """Lets the window work until nothing is under way; raises UserError after twenty seconds."""
        built, waited = self._open(), 0
        while waited < PATIENCE_MS:
            self._pass(SETTLED_MS)
            waited += SETTLED_MS
            if built.desk.idle:
                self._pass(SETTLED_MS)
                if built.desk.idle:
                    return
        raise UserError("窗口一直没有停下来，没有拍成。已录入的内容都在。", "请关掉别的程序后再试一次。")

    def open_window(self) -> None:
        """Shows the window and leaves it to the user until it is closed; without a screen it returns at once."""
        if QGuiApplication.platformName() in SCREENLESS:
            return
        built = self._open()
        built.shell.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, False)
        built.shell.hide()
        built.shell.setMinimumSize(0, 0)
        built.shell.setMaximumSize(16777215, 16777215)
        built.shell.resize(SCREEN.boundedTo(built.shell.screen().availableSize()))
        loop = QEventLoop()
        built.shell.close_requested.connect(loop.quit)
        built.shell.lock_requested.connect(loop.quit)
        built.shell.show_screen(FIRST)
        built.shell.show()
        loop.exec()

    def close(self) -> None:
        """Ends the work and takes the window down; the station stays open. Twice does no harm."""
        built, self.built = self.built, None
        if built is not None:
            built.close()
            self._pass(0)
            self._garbage.stop()

    # -- inside --

    def _open(self) -> BuiltDesktop:
        assert self.built is not None, "the photographer was closed"
        return self.built

    def _screen(self, name: str) -> tuple[str, Mapping[str, Any] | None]:
        if name not in ("case", "paper"):
            return name, None
        built = self._open()
        with built.desk.station.query() as session:
            case_id = newest_case(session, built)
        return name, {"case_id": case_id, **({"form": "acceptance_register"} if name == "paper" else {})}

    def _size(self, shell: QWidget, scale: float) -> None:
        shell.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, True)
        shell.setFixedSize(round(SCREEN.width() / scale), round(SCREEN.height() / scale))
        shell.show()

    def _pass(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()


def _tell_unless_of_the_platform(_kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
    """The offscreen platform says at each window what it cannot do; that is no news to whoever runs the tour."""
    if not message.startswith("This plugin does not support"):
        print(message, file=sys.stderr)


def newest_case(session: Session, built: BuiltDesktop) -> UUID:
    """The matter registered last that the viewer may see; raises UserError in an empty station."""
    rows = ledger_page(session, LedgerFilter(), viewer_of(built.desk), size=1).rows
    if not rows:
        raise UserError("这个站点还没有事项，没有案件夹可以打开。", "请先登记一件。")
    return rows[0].id


def picture(window: QWidget, scale: float) -> QPixmap:
    """The window drawn as on a screen set to this scale, letters as sharp as there."""
    pixmap = QPixmap(SCREEN)
    pixmap.setDevicePixelRatio(scale)
    pixmap.fill(Qt.GlobalColor.white)
    window.render(
        pixmap, QPoint(), QRegion(), QWidget.RenderFlag.DrawWindowBackground | QWidget.RenderFlag.DrawChildren
    )
    return pixmap
