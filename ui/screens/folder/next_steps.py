"""The right side of a case folder: what the law allows next, and the papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.cases.folder import CaseFolder, IssuedPaper
from app.cases.lifecycle.engine import AllowedStep
from app.papers.forms import FORMS
from models.clock import local_day
from ui.frame.reading import show_day

SHORTCUTS = 9
SHORT_NAMES = {"acceptance_register": "受理登记表", "agreement": "调解协议书"}
FORMS_OF = {"dispute": ("visit_register", "acceptance_register", "agreement")}
"""Papers offered in a kind of matter; the others offer the visit register."""


class NextStepsPane(QWidget):
    """Buttons only: a verb each, the article in the tool tip. Alt+1 … Alt+9 press them."""

    step_chosen = Signal(object)
    """An :class:`app.cases.lifecycle.engine.AllowedStep`."""
    paper_wanted = Signal(str, bool)
    """A form's code, and whether the empty form is wanted."""
    issued_wanted = Signal(object)
    """An :class:`IssuedPaper`."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(6)
        self._parts: list[QWidget] = []
        self.step_buttons: list[QPushButton] = []

    def show_folder(self, folder: CaseFolder) -> None:
        """Draws the buttons anew."""
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        while self._column.count():
            self._column.takeAt(0)
        self._parts, self.step_buttons = [], []
        self._heading("下一步")
        self._steps(folder)
        self._heading("文书")
        titles = {form.code: form.title for form in FORMS}
        for code in FORMS_OF.get(folder.kind, ("visit_register",)):
            self._paper(code, SHORT_NAMES.get(code, titles[code]))
        if folder.papers:
            self._heading("已出具")
            self._issued(folder.papers)
        self._column.addStretch(1)

    def _steps(self, folder: CaseFolder) -> None:
        if not folder.next_steps:
            self._add(_soft("这件事没有可做的下一步。"))
        others = QWidget()
        grid = QGridLayout(others)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(0)
        for place, step in enumerate(folder.next_steps):
            button = self._step_button(place, step)
            self.step_buttons.append(button)
            if step.main:
                self._add(button)
            else:
                grid.addWidget(button, grid.count() // 2, grid.count() % 2, Qt.AlignmentFlag.AlignLeft)
        self._add(others)

    def _step_button(self, place: int, step: AllowedStep) -> QPushButton:
        button = QPushButton(step.verb)
        button.setObjectName("primary" if place == 0 and step.main else "plain" if step.main else "link")
        tip = step.article
        if place < SHORTCUTS:
            button.setShortcut(f"Alt+{place + 1}")
            tip = f"{tip}（Alt+{place + 1}）"
        button.setToolTip(tip)
        button.clicked.connect(self._emitter(self.step_chosen, step))
        return button

    def _paper(self, code: str, title: str) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        filled = QPushButton(title)
        filled.setObjectName("plain")
        filled.clicked.connect(self._emitter(self.paper_wanted, code, False))
        blank = QPushButton("空白")
        blank.setObjectName("link")
        blank.setToolTip(f"空白的{title}，打印出来手填")
        blank.setAccessibleName(f"空白{title}")
        blank.clicked.connect(self._emitter(self.paper_wanted, code, True))
        row.addWidget(filled, 1)
        row.addWidget(blank)
        self._add(line)

    def _issued(self, papers: Sequence[IssuedPaper]) -> None:
        for paper in papers:
            day = show_day(local_day(paper.issued_at)) if paper.issued_at else ""
            button = QPushButton(f"{SHORT_NAMES.get(paper.form, paper.title)}　{day}")
            button.setObjectName("link")
            button.setToolTip(f"{paper.title}　{paper.number}　{paper.pages} 页")
            button.clicked.connect(self._emitter(self.issued_wanted, paper))
            self._parts.append(button)
            self._column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _emitter(self, signal: SignalInstance, *values: object) -> Callable[[bool], None]:
        return lambda _checked: signal.emit(*values)

    def _heading(self, words: str) -> None:
        heading = QLabel(words)
        heading.setObjectName("section")
        self._add(heading)

    def _add(self, widget: QWidget) -> None:
        self._parts.append(widget)
        self._column.addWidget(widget)


def _soft(words: str) -> QLabel:
    label = QLabel(words)
    label.setObjectName("soft")
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
