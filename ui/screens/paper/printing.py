"""Puts a paper on paper: through ``lp`` where CUPS is there (it prints the PDF itself), else as a sharp grey raster.

Windows' own print path is the raster: 300 dots per inch, grey, because a village's laser printer has little memory
and a PDF's fonts come out of some drivers as boxes.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable

from PySide6.QtCore import QMarginsF, QObject, QRect, QRectF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter
from sqlalchemy.orm import Session

from app.papers.preview import PageImage, page_image
from models.errors import UserError
from ui.frame.work import Desk, Outside
from ui.screens.paper.pages import as_image

PRINT_DOTS_PER_INCH = 300
LP_PATIENCE_S = 60


def a4_printer() -> QPrinter:
    """A printer set to A4 upright, 300 dpi, grey, without margins of its own (the paper has its own)."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setResolution(PRINT_DOTS_PER_INCH)
    printer.setColorMode(QPrinter.ColorMode.GrayScale)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setFullPage(True)
    printer.setPageMargins(QMarginsF(0, 0, 0, 0))
    return printer


def has_lp() -> bool:
    """Whether the system prints PDF files by itself."""
    return sys.platform != "win32" and shutil.which("lp") is not None


def lp_command(printer_name: str, copies: int) -> list[str]:
    """The command that prints a PDF from its standard input."""
    command = ["lp", "-o", "media=A4", "-n", str(max(copies, 1))]
    return [*command, "-d", printer_name] if printer_name else command


class PrintJob(QObject):
    """One paper on its way to one printer. It keeps the window alive: pages are rendered on the lane."""

    def __init__(
        self,
        desk: Desk,
        content: bytes,
        pages: int,
        printer: QPrinter,
        done: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._content = content
        self._pages = list(range(pages))
        self._printer = printer
        self._done = done
        self._painter: QPainter | None = None

    def start(self) -> None:
        """Sends the paper off; errors go to the error doors."""
        to_file = bool(self._printer.outputFileName())
        if has_lp() and not to_file:
            command, content = (
                lp_command(self._printer.printerName(), self._printer.copyCount()),
                self._content,
            )
            self._desk.network(
                "打印", lambda outside: send_to_lp(outside, command, content), self._sent, owner=self
            )
            return
        self._pages = self._in_range()
        self._next_page()

    def _sent(self, _result: object) -> None:
        self._end()

    def _in_range(self) -> list[int]:
        first, last = self._printer.fromPage(), self._printer.toPage()
        return [page for page in self._pages if not first or first <= page + 1 <= last]

    def _next_page(self) -> None:
        if not self._pages:
            self._end()
            return
        page, content = self._pages.pop(0), self._content

        def job(_session: Session) -> PageImage:
            return page_image(content, page, dots_per_inch=PRINT_DOTS_PER_INCH)

        self._desk.query(job, self._put, self._give_up, owner=self, title="正在送往打印机……")

    def _put(self, image: PageImage) -> None:
        if self._painter is None:
            self._painter = QPainter()
            if not self._painter.begin(self._printer):
                self._painter = None
                self._give_up(
                    UserError(
                        "打印机没有响应，文书没有打印。文书本身没有丢失。",
                        "请检查打印机是否接好、有纸，再打印一次。",
                    )
                )
                return
        else:
            self._printer.newPage()
        grey = as_image(image).convertToFormat(QImage.Format.Format_Grayscale8)
        whole: QRect = self._painter.viewport()
        self._painter.drawImage(QRectF(whole), grey)
        self._next_page()

    def _give_up(self, error: Exception) -> None:
        if self._painter is not None:
            self._painter.end()
            self._painter = None
        self._desk.errors.handle(error)
        self.deleteLater()

    def _end(self) -> None:
        if self._painter is not None:
            self._painter.end()
            self._painter = None
        self._done()
        self.deleteLater()


def send_to_lp(outside: Outside, command: list[str], content: bytes) -> None:
    """Hands the PDF to CUPS; raises UserError when CUPS does not take it."""
    outside.cancel.check()
    try:
        ended = subprocess.run(
            command, input=content, capture_output=True, timeout=LP_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _not_taken() from error
    if ended.returncode != 0:
        raise _not_taken()


def _not_taken() -> UserError:
    return UserError(
        "打印系统没有接收这份文书，没有打印。文书本身没有丢失。",
        "请检查打印机是否接好、已设为默认，再打印一次；也可以先“另存为 PDF”，拿到别的电脑上打印。",
    )
