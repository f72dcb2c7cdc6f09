"""A paper on the screen: look at it, print it, save it, issue it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QLabel, QPushButton, QWidget
from sqlalchemy.orm import Session

from app.accounts.access import EXPORTED, PRINTED, note_access
from app.cases.folder import open_folder
from app.cases.issuing import MadePaper, draft_paper, issue_paper, make_blank, read_issued
from app.cases.paper_data import Subject
from app.papers.forms import form_named
from app.papers.preview import page_count
from app.station import Station, Work
from models.clock import local
from models.errors import UserError
from ui.frame.lane import CancelToken
from ui.frame.screen import Screen
from ui.frame.work import Desk, Outside
from ui.screens.paper.pages import PaperPages
from ui.screens.paper.printing import PrintJob, a4_printer
from ui.screens.parts.reading_desk import viewer_of

NOT_ALLOWED_IN_NAMES = '\\/:*?"<>|'


@dataclass(frozen=True, slots=True)
class PaperWanted:
    """Which paper: a form about a matter or a visit, its empty form, or one issued earlier."""

    form: str
    case_id: UUID | None = None
    visit_id: UUID | None = None
    paper_id: UUID | None = None
    blank: bool = False

    @property
    def subject(self) -> Subject:
        """What the paper is about."""
        return Subject(self.case_id, self.visit_id)


class PaperScreen(Screen):
    """Preview of one paper."""

    title = "文书"

    def __init__(self, desk: Desk, wanted: PaperWanted) -> None:
        super().__init__(desk)
        self._wanted = wanted
        self._content = b""
        self._made: MadePaper | None = None
        self._folder = Path.home()
        self.pages = PaperPages(desk)
        self.note = QLabel()
        self.note.setObjectName("soft")
        self.add_beside_heading(self.note)
        for label, tip, steps in (("－", "缩小（-）", -1), ("＋", "放大（+）", 1)):
            self.add_beside_heading(self._zoom_button(label, tip, steps))
        fit = QPushButton("适合宽度")
        fit.setToolTip("0")
        fit.clicked.connect(self.pages.fit_width)
        self.add_beside_heading(fit)
        self.content.addWidget(self.pages, 1)
        self.save_button = self.add_action("另存为 PDF", self.save_as, keys="Ctrl+S", left=True)
        self.issue_button = self.add_action("出具", self.issue, keys="F9")
        self.issue_button.setToolTip("出具：按现在的样子留存一份，以后重打也是这一份（F9）")
        self.issue_button.setVisible(not wanted.blank and wanted.paper_id is None)
        self.print_button = self.add_action("打印", self.print_paper, primary=True, keys="Ctrl+P")
        self._ready(False)
        self.set_title(form_named(wanted.form).title)

    def first_focus(self) -> QWidget:
        """The pages, so that the arrow keys scroll and + and - zoom."""
        return self.pages

    def refresh(self) -> None:
        """Makes the paper, or fetches the issued one."""
        if self._wanted.paper_id is not None:
            self.desk.upkeep("打开文书", self._fetch, self._show_issued, owner=self)
        elif self._wanted.blank:
            form, now = self._wanted.form, self.desk.now()
            self.query(lambda _session: make_blank(form, now), self._show_made)
        else:
            self.query(self._make, self._show_made)

    # -- jobs --

    def _make(self, session: Session) -> MadePaper:
        wanted, desk = self._wanted, self.desk
        if wanted.case_id is not None:
            open_folder(session, wanted.case_id, viewer_of(desk))
        return draft_paper(session, wanted.form, wanted.subject, desk.tools.codes, desk.now(), desk.today())

    def _fetch(self, station: Station) -> tuple[bytes, int]:
        assert self._wanted.paper_id is not None
        with station.query() as session:
            if self._wanted.case_id is not None:
                open_folder(session, self._wanted.case_id, viewer_of(self.desk))
            content = read_issued(session, station.store.attachments, self._wanted.paper_id)
        return content, page_count(content)

    # -- what is shown --

    def _show_made(self, made: MadePaper) -> None:
        self._made = made
        self._show(made.content, made.pages)
        words = "空白表格" if self._wanted.blank else made.number
        self.note.setText(f"{words}　{made.pages} 页")

    def _show_issued(self, issued: tuple[bytes, int]) -> None:
        content, pages = issued
        self._show(content, pages)
        self.note.setText(f"已出具，原样　{pages} 页")

    def _show(self, content: bytes, pages: int) -> None:
        self._content = content
        self._page_total = pages
        self.pages.show_paper(content, pages)
        self._ready(True)

    def _ready(self, ready: bool) -> None:
        for button in (self.save_button, self.issue_button, self.print_button):
            button.setEnabled(ready)

    def _zoom_button(self, label: str, tip: str, steps: int) -> QPushButton:
        button = QPushButton(label)
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.clicked.connect(lambda: self.pages.step_zoom(steps))
        return button

    # -- what can be done --

    def issue(self) -> None:
        """Keeps the paper as it stands; from now on this is the paper."""
        made, subject, attachments = self._made, self._wanted.subject, self.desk.station.store.attachments
        if made is None:
            return
        self.issue_button.setEnabled(False)
        self.change("出具文书", lambda work: issue_paper(work, attachments, made, subject), self._issued)

    def _issued(self, _paper_id: UUID) -> None:
        assert self._made is not None
        self.note.setText(f"已出具　{self._made.number}　{self._made.pages} 页")
        self.say("已留存一份，以后从案件夹“已出具”里打开的就是这一份。", title="已出具")

    def print_paper(self) -> None:
        """Asks for the printer and sends the paper there."""
        printer = a4_printer()
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle("打印")
        dialog.setMinMax(1, self._page_total)
        dialog.accepted.connect(lambda: self.send_to(printer))
        dialog.finished.connect(dialog.deleteLater)
        QDialog.open(dialog)

    def send_to(self, printer: QPrinter) -> None:
        """Prints on a printer that was set up."""
        job = PrintJob(self.desk, self._content, self._page_total, printer, self._printed, self)
        job.start()

    def _printed(self) -> None:
        self.say("已送往打印机。", title="打印")
        self._note(PRINTED)

    def save_as(self) -> None:
        """Asks where to and writes the PDF there."""
        proposed = str(self._folder / self._file_name())
        place, _kind = QFileDialog.getSaveFileName(self, "另存为 PDF", proposed, "PDF 文件 (*.pdf)")
        if place:
            self.save_to(Path(place))

    def save_to(self, place: Path) -> None:
        """Writes the PDF; raises nothing, says in the banner what became of it."""
        content = self._content
        self._folder = place.parent

        def job(outside: Outside) -> Path:
            return write_file(place, content, outside.cancel)

        self.desk.network("另存为 PDF", job, self._saved, owner=self)

    def _saved(self, place: Path) -> None:
        self.say(f"已存到 {place}。", "里面有个人信息，用完请从公用的电脑和 U 盘上删掉。", title="已保存")
        self._note(EXPORTED)

    def _note(self, event: str) -> None:
        wanted = self._wanted
        subject = f"{wanted.form} {wanted.case_id or wanted.visit_id or ''}".strip()

        def job(work: Work) -> None:
            note_access(work.session, at=work.now, account_id=work.account_id, event=event, subject=subject)

        if not wanted.blank:
            self.desk.change("记录打印", job, quiet=True)

    def _file_name(self) -> str:
        form = form_named(self._wanted.form).title
        number = self._made.number if self._made is not None else ""
        day: datetime = local(self.desk.now())
        name = f"{form}{'（空白）' if self._wanted.blank else number or day.strftime('%Y%m%d')}.pdf"
        return "".join("－" if ch in NOT_ALLOWED_IN_NAMES else ch for ch in name)


def write_file(place: Path, content: bytes, cancel: CancelToken) -> Path:
    """Writes beside and then renames, so that no half file is left; raises UserError when it cannot."""
    cancel.check()
    beside = place.with_name(f"{place.name}.part")
    try:
        beside.write_bytes(content)
        os.replace(beside, place)
    except OSError as error:
        raise UserError(
            "文件没有存成，可能是那里不能写入，或者空间不够。文书本身没有丢失。", "请换一个位置再存一次。"
        ) from error
    return place
