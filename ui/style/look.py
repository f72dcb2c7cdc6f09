"""Puts the look onto the application: fonts, palette, style sheet; and changes the type size while it
runs.
"""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication

from ui.style.icons import icon_path
from ui.style.sheet import palette, style_sheet
from ui.style.tokens import BASE_POINT, LARGE_TYPE

FONT_FOLDER = Path(__file__).resolve().parents[2] / "resources" / "fonts"
BUNDLED = ("NotoSansSC-Regular.ttf", "NotoSansSC-Medium.ttf", "HanaMinB.ttf")
"""Text, its stronger weight, and a second face for rare characters in names (CJK Extension B and later)."""


class Look(QObject):
    """The application's look. One per process; made by the composition root."""

    large_changed = Signal(bool)

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self.large = False
        self._families = load_families(FONT_FOLDER)
        self._translator = QTranslator(self)
        place = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if self._translator.load("qtbase_zh_CN", place):
            application.installTranslator(self._translator)
        QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        application.setStyle("Fusion")
        application.setPalette(palette())
        self._apply()

    def set_large(self, large: bool) -> None:
        """Turns large type (a quarter bigger) on or off."""
        if large != self.large:
            self.large = large
            self._apply()
            self.large_changed.emit(large)

    def _apply(self) -> None:
        point = BASE_POINT * (LARGE_TYPE if self.large else 1.0)
        font = QFont()
        font.setFamilies(self._families)
        font.setPointSizeF(point)
        font.setStyleStrategy(QFont.StyleStrategy.PreferAntialias)
        self._application.setFont(font)
        self._application.setStyleSheet(
            style_sheet(point, icon_path("arrow_down").as_posix(), icon_path("tick").as_posix())
        )


def load_families(folder: Path) -> list[str]:
    """Loads the bundled fonts and returns the families to use, in order; the system's own face first on
    Windows.
    """
    families: list[str] = []
    for name in BUNDLED:
        number = QFontDatabase.addApplicationFont(str(folder / name)) if (folder / name).is_file() else -1
        if number >= 0:
            families += [
                each for each in QFontDatabase.applicationFontFamilies(number) if each not in families
            ]
    if sys.platform == "win32" and "Microsoft YaHei UI" in QFontDatabase.families():
        families.insert(0, "Microsoft YaHei UI")
    return families
