"""Own SVG icons, tinted: a drawing says ``currentColor`` where the tint goes."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui.style.tokens import COLOURS

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "icons"
SIZES = (16, 20, 24, 32, 48)


def icon_path(name: str) -> Path:
    """The file of an icon; raises FileNotFoundError when there is none of this name."""
    path = FOLDER / f"{name}.svg"
    if not path.is_file():
        raise FileNotFoundError(path)
    return path


@lru_cache(maxsize=128)
def icon(name: str, colour: str = COLOURS.accent, checked: str = "") -> QIcon:
    """The icon in one colour, and in ``checked`` when its button is down; raises FileNotFoundError."""
    drawing = icon_path(name).read_text(encoding="utf-8")
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_drawn(drawing, colour, size), QIcon.Mode.Normal, QIcon.State.Off)
        if checked:
            made.addPixmap(_drawn(drawing, checked, size), QIcon.Mode.Normal, QIcon.State.On)
    return made


def _drawn(drawing: str, colour: str, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap
