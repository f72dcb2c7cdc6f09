"""The middle of a case folder: every step with its day, who took it, and what was written down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.cases.folder import CaseFolder, TimelineEntry
from models.clock import local_day
from models.field import Kind
from ui.frame.fields import field_at
from ui.frame.reading import show_day
from ui.frame.work import Desk
from ui.screens.folder.facts import shown_value

NOT_SHOWN = frozenset(
    {
        "local_id",
        "id",
        "station_id",
        "case_id",
        "step_id",
        "agreement_id",
        "created_at",
        "created_by",
        "changed_at",
        "changed_by",
        "withdrawn_at",
        "withdrawn_by",
        "withdrawn_reason",
        "revision",
        "by_staff_id",
        "form",
        "followed_up_on",
        "agreed_on",
        "applied_on",
    }
)
"""Columns of a step's own row that say nothing new to a reader."""
REGISTER = "register"


class TimelinePane(QWidget):
    """The course of the matter, the first step on top."""

    withdraw = Signal(object)
    """撤回 was chosen for a :class:`TimelineEntry`."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(8)
        self._blocks: list[QWidget] = []

    @property
    def blocks(self) -> list[QWidget]:
        """One widget a step."""
        return self._blocks

    def show_folder(self, folder: CaseFolder) -> None:
        """Draws the timeline anew."""
        for block in self._blocks:
            self._column.removeWidget(block)
            block.hide()
            block.deleteLater()
        while self._column.count():
            self._column.takeAt(0)
        self._blocks = [self._block(entry) for entry in folder.timeline]
        for block in self._blocks:
            self._column.addWidget(block)
        self._column.addStretch(1)

    def _block(self, entry: TimelineEntry) -> QWidget:
        block = QFrame()
        block.setObjectName("card")
        column = QVBoxLayout(block)
        column.setContentsMargins(12, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(self._head(entry))
        if entry.withdrawn_reason:
            column.addWidget(_words(f"已撤回：{entry.withdrawn_reason}", "fieldNote"))
            return block
        for label, words in self._lines(entry):
            column.addWidget(_pair(label, words))
        return block

    def _head(self, entry: TimelineEntry) -> QHBoxLayout:
        name = self._desk.tools.name_in("step_kind")(entry.kind)
        title = QLabel(f"{show_day(entry.happened_on)}　{name}")
        font = title.font()
        font.setBold(not entry.withdrawn_reason)
        font.setStrikeOut(bool(entry.withdrawn_reason))
        title.setFont(font)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title)
        if entry.late and entry.kind != REGISTER:
            late = QLabel("补记")
            late.setObjectName("fieldNote")
            late.setProperty("problem", True)
            late.setToolTip(f"{show_day(local_day(entry.recorded_at))} 录入")
            row.addWidget(late)
        row.addStretch(1)
        row.addWidget(_words(entry.by, "soft"))
        if not entry.withdrawn_reason and entry.kind != REGISTER:
            take_back = QPushButton("撤回")
            take_back.setObjectName("link")
            take_back.setToolTip("记错了：写明理由撤回，原来的记录仍然看得到")
            take_back.setAccessibleName(f"撤回{name}")
            take_back.clicked.connect(lambda: self.withdraw.emit(entry))
            row.addWidget(take_back)
        return row

    def _lines(self, entry: TimelineEntry) -> list[tuple[str, str]]:
        own = (
            ("step.unit", entry.unit),
            ("step.document_number", entry.document_number),
            ("step.end_ground", entry.end_ground),
            ("step.decline_ground", entry.decline_ground),
        )
        found: list[tuple[str, str]] = [self._line(ref, value) for ref, value in own if value]
        if entry.note:
            found.append(("", entry.note))
        for ref, value in entry.detail.items():
            if ref.partition(".")[2] in NOT_SHOWN or field_at(ref).kind is Kind.ROW:
                continue
            found.append(self._line(ref, value))
        return [(label, words) for label, words in found if words]

    def _line(self, ref: str, value: Any) -> tuple[str, str]:
        return field_at(ref).label, shown_value(ref, value, self._desk)


def _words(words: str, look: str = "") -> QLabel:
    label = QLabel(words)
    label.setObjectName(look)
    label.setWordWrap(look != "soft")
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label


def _pair(label: str, words: str) -> QLabel:
    text = QLabel(f"{label}：{words}" if label else words)
    text.setWordWrap(True)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return text
