"""The pages of a paper as they will be printed, one below the other, sharp at every zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from app.papers.preview import PageImage, page_image
from ui.frame.work import Desk

SCREEN_DOTS_PER_INCH = 96
A4_INCHES = (8.27, 11.69)
ZOOMS = (0.5, 0.67, 0.8, 1.0, 1.25, 1.5, 2.0)
MARGIN = 24


class PaperPages(QScrollArea):
    """Pages drawn on the database lane, because PDFium takes a moment and knows only one caller at a time."""

    drawn = Signal()
    """Every page is in sight at the present zoom."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._content = b""
        self._zoom = 1.0
        self._chosen = False
        self._run = 0
        self._sheets: list[QLabel] = []
        self._waiting = 0
        self.setWidgetResizable(True)
        self.setAccessibleName("文书预览")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._table = QWidget()
        self._table.setObjectName("page")
        self._column = QVBoxLayout(self._table)
        self._column.setContentsMargins(MARGIN, 16, MARGIN, 16)
        self._column.setSpacing(16)
        self._column.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.setWidget(self._table)

    @property
    def zoom(self) -> float:
        """1.0 is the size on paper, on a screen of 96 dots per inch."""
        return self._zoom

    @property
    def page_pictures(self) -> list[QPixmap]:
        """The pages as drawn so far."""
        return [sheet.pixmap() for sheet in self._sheets]

    def show_paper(self, content: bytes, pages: int) -> None:
        """Shows a PDF of so many pages."""
        self._content = content
        for sheet in self._sheets:
            self._column.removeWidget(sheet)
            sheet.deleteLater()
        self._sheets = [self._sheet(number) for number in range(pages)]
        if not self._chosen:
            self._zoom = self._zoom_to_width()
        self._draw()

    def step_zoom(self, steps: int) -> None:
        """Larger (1) or smaller (-1)."""
        nearest = min(range(len(ZOOMS)), key=lambda place: abs(ZOOMS[place] - self._zoom))
        self._chosen = True
        self._zoom = ZOOMS[max(0, min(len(ZOOMS) - 1, nearest + steps))]
        self._draw()

    def fit_width(self) -> None:
        """As wide as the window allows, and again whenever the window changes."""
        self._chosen = False
        self._zoom = self._zoom_to_width()
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """+ and - zoom, 0 fits the width; the rest scrolls."""
        if event.key() in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.step_zoom(1)
        elif event.key() == Qt.Key.Key_Minus:
            self.step_zoom(-1)
        elif event.key() == Qt.Key.Key_0:
            self.fit_width()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps to the width until somebody chooses a zoom."""
        super().resizeEvent(event)
        if not self._chosen and self._sheets and abs(self._zoom_to_width() - self._zoom) > 0.02:
            self.fit_width()

    def _zoom_to_width(self) -> float:
        room = self.viewport().width() - 2 * MARGIN
        return max(ZOOMS[0], min(1.25, room / (A4_INCHES[0] * SCREEN_DOTS_PER_INCH)))

    def _sheet(self, number: int) -> QLabel:
        sheet = QLabel()
        sheet.setObjectName("card")
        sheet.setAccessibleName(f"第{number + 1}页")
        self._column.addWidget(sheet, 0, Qt.AlignmentFlag.AlignHCenter)
        return sheet

    def _draw(self) -> None:
        self._run += 1
        run, content = self._run, self._content
        self._waiting = len(self._sheets)
        dots = SCREEN_DOTS_PER_INCH * self._zoom * self.devicePixelRatioF()
        for number, sheet in enumerate(self._sheets):
            sheet.setFixedSize(*(round(side * SCREEN_DOTS_PER_INCH * self._zoom) + 2 for side in A4_INCHES))
            self._ask(run, content, number, dots)

    def _ask(self, run: int, content: bytes, number: int, dots: float) -> None:
        def job(_session: Session) -> PageImage | None:
            return page_image(content, number, dots_per_inch=dots) if run == self._run else None

        self._desk.query(job, lambda image: self._arrived(run, number, image), owner=self, quiet=True)

    def _arrived(self, run: int, number: int, image: PageImage | None) -> None:
        if run != self._run or image is None:
            return
        picture = QPixmap.fromImage(as_image(image))
        picture.setDevicePixelRatio(self.devicePixelRatioF())
        self._sheets[number].setPixmap(picture)
        self._waiting -= 1
        if self._waiting == 0:
            self.drawn.emit()


def as_image(image: PageImage) -> QImage:
    """A rendered page as Qt wants it; owns its bytes."""
    return QImage(image.rgb, image.width, image.height, image.width * 3, QImage.Format.Format_RGB888).copy()
