"""今日: what must be done today, in the order of the days by which it is due."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QStackedLayout,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)
from sqlalchemy.orm import Session

from app.cases.today import DUE_TODAY, OVERDUE, SOON, WAITING, Todo, todos
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.parts.day_words import days_off, long_day, waited
from ui.screens.parts.reading_desk import viewer_of
from ui.style.tokens import COLOURS, ROW_HEIGHT

HEADINGS = {OVERDUE: "已到期", DUE_TODAY: "今天", SOON: "七日内", WAITING: "未办结提醒"}
FIXED_EM = {0: 6.5, 3: 14.5}
"""Widths of day and number; what to do and the matter share the rest."""
SHARES = {1: 0.38, 2: 0.62}
COLUMNS = len(FIXED_EM) + len(SHARES)
NOTHING = "今天没有到期的事。\n有人来访，按 Ctrl+2 登记；要找一件事，按 Ctrl+K。"

Index = QModelIndex | QPersistentModelIndex


class TodoModel(QAbstractTableModel):
    """Headings and, below each, one line a matter."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines: list[str | Todo] = []

    def show(self, found: Sequence[Todo]) -> None:
        """Takes the things to do, already in order."""
        self.beginResetModel()
        self._lines = []
        for group, members in groupby(found, key=lambda todo: todo.group):
            listed = list(members)
            self._lines += [f"{HEADINGS[group]}　{len(listed)} 件", *listed]
        self.endResetModel()

    @property
    def lines(self) -> Sequence[str | Todo]:
        """Headings (text) and things to do, from top to bottom."""
        return self._lines

    def rowCount(self, parent: Index | None = None) -> int:
        """Headings and things to do."""
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        """Day, verb, matter, number."""
        return 0 if parent is not None and parent.isValid() else COLUMNS

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Headings cannot be chosen."""
        if isinstance(self._lines[index.row()], str):
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts; overdue days in the alert colour, the verb in the accent colour."""
        line = self._lines[index.row()]
        if isinstance(line, str):
            return self._heading(line, index.column(), role)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (self._day(line), line.verb, line.title, line.number)[index.column()]
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 0 and line.group == OVERDUE:
            return QColor(COLOURS.alert)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 1:
            return QColor(COLOURS.accent)
        return None

    def _heading(self, words: str, column: int, role: int) -> Any:
        if role == Qt.ItemDataRole.DisplayRole and column == 0:
            return words
        if role == Qt.ItemDataRole.FontRole:
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(COLOURS.accent)
        return None

    def _day(self, todo: Todo) -> str:
        today = self._desk.today()
        return days_off(todo.due_on, today) if todo.due_on is not None else waited(todo.since, today)


class TodoView(QTableView):
    """The list; Enter or a double click opens the matter, arrows step over the headings."""

    opened = Signal(object)

    def __init__(self, model: TodoModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self.setItemDelegate(HeadingPainter(model))
        self.setAccessibleName("今天要办的事")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.doubleClicked.connect(lambda index: self._open(index.row()))
        model.modelReset.connect(self._arrange)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self._open(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The matter's title takes the room that is left."""
        super().resizeEvent(event)
        em = self.fontMetrics().horizontalAdvance("国")
        room = max(self.viewport().width() - round(sum(FIXED_EM.values()) * em), 16 * em)
        for column, width in FIXED_EM.items():
            self.setColumnWidth(column, round(width * em))
        for column, share in SHARES.items():
            self.setColumnWidth(column, int(room * share))
        self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, round(self.fontMetrics().height() * 1.7)))

    def _arrange(self) -> None:
        self.clearSpans()
        first = -1
        for row, line in enumerate(self._model.lines):
            if isinstance(line, str):
                self.setSpan(row, 0, 1, COLUMNS)
            elif first < 0:
                first = row
        if first >= 0:
            self.setCurrentIndex(self._model.index(first, 0))

    def _open(self, row: int) -> None:
        line = self._model.lines[row]
        if not isinstance(line, str):
            self.opened.emit(line)


def once_each(found: Sequence[Todo]) -> list[Todo]:
    """Without the reminders of matters that stand further up with a day of their own."""
    dated = {todo.case_id for todo in found if todo.group != WAITING}
    return [
        todo for todo in found if todo.group != WAITING or todo.case_id is None or todo.case_id not in dated
    ]


class HeadingPainter(QStyledItemDelegate):
    """Draws a heading's ground; the style sheet would paint over the model's own."""

    def __init__(self, model: TodoModel) -> None:
        super().__init__(model)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The ground, then the words."""
        if isinstance(self._model.lines[index.row()], str):
            painter.fillRect(option.rect, QColor(COLOURS.rail))  # type: ignore[attr-defined]
        super().paint(painter, option, index)


class TodayScreen(Screen):
    """The first screen of the day."""

    title = "今日"
    shows = frozenset({"case", "visit", "step", "fulfilment", "follow_up"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.model = TodoModel(desk)
        self.model.setParent(self)
        self.view = TodoView(self.model)
        self.view.opened.connect(self._open)
        self._nothing = QLabel(NOTHING)
        self._nothing.setObjectName("empty")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = QWidget()
        self._pages = QStackedLayout(whole)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._nothing)
        self._pages.setCurrentWidget(self._nothing)
        self._nothing.setVisible(False)
        self.content.addWidget(whole, 1)

    def first_focus(self) -> QWidget:
        """The list."""
        return self.view

    def refresh(self) -> None:
        """Reads what there is to do."""
        viewer, today = viewer_of(self.desk), self.desk.today()
        self.set_title(f"今日　{long_day(today)}")

        def job(session: Session) -> Sequence[Todo]:
            return once_each(todos(session, viewer, today))

        self.query(job, self._show)

    def _show(self, found: Sequence[Todo]) -> None:
        self.model.show(found)
        self._pages.setCurrentWidget(self.view if found else self._nothing)

    def _open(self, todo: Todo) -> None:
        if todo.case_id is not None:
            self.desk.open("case", case_id=todo.case_id)
        elif todo.visit_id is not None:
            self.desk.open("visit", visit_id=todo.visit_id)
