"""Tables over any keyset query: read page by page as one scrolls, no widget per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QStackedLayout, QTableView, QWidget
from sqlalchemy.orm import Session

from models.field import Kind
from ui.frame import reading
from ui.frame.fields import field_at, short_name
from ui.frame.tools import FormTools
from ui.frame.work import Desk
from ui.style.tokens import ROW_HEIGHT

Index = QModelIndex | QPersistentModelIndex


class PageLike(Protocol):
    """One page of a query: its rows, and the key after which the next page starts (None at the end)."""

    @property
    def rows(self) -> Sequence[Any]:
        """Plain values with attributes, never mapped rows."""
        ...

    @property
    def next(self) -> Any:
        """Handed to ``fetch`` for the next page."""
        ...


@dataclass(frozen=True, slots=True)
class Page:
    """A ready-made :class:`PageLike`."""

    rows: Sequence[Any]
    next: Any = None


Fetch = Callable[[Session, Any], PageLike]


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column. ``ref``: ``"table.column"``, whose description gives heading and form; or a bare attribute
    name with ``label``. ``attribute``: the row's attribute when it differs. ``show``: makes the text from the
    row. ``width_em``: width in ems (None: from the kind); ``stretch``: takes the room that is left.
    """

    ref: str
    label: str = ""
    attribute: str = ""
    show: Callable[[Any], str] | None = None
    width_em: float | None = None
    stretch: bool = False


WIDTHS_EM = {
    Kind.DAY: 7.5,
    Kind.MOMENT: 10.5,
    Kind.NUMBER: 5.5,
    Kind.MONEY: 8.0,
    Kind.YES_NO: 4.5,
    Kind.CODE: 8.0,
    Kind.LONG_TEXT: 20.0,
}


class _Shown:
    """A column with everything worked out: heading, width, alignment and the text of a row."""

    def __init__(self, column: TableColumn, tools: FormTools) -> None:
        field = field_at(column.ref) if "." in column.ref else None
        self.attribute = column.attribute or short_name(column.ref)
        self.label = column.label or (field.label if field else "")
        self.kind = field.kind if field else Kind.TEXT
        self.stretch = column.stretch
        self.width_em = column.width_em or max(WIDTHS_EM.get(self.kind, 10.0), len(self.label) + 2.0)
        self._show = column.show
        self._name_of = tools.name_in(field.codes) if field and field.codes else None

    def text(self, row: Any) -> str:
        if self._show is not None:
            return self._show(row)
        value = getattr(row, self.attribute)
        if value is None:
            return ""
        if self.kind is Kind.CODE and self._name_of is not None:
            return self._name_of(str(value))
        if self.kind is Kind.DAY:
            return reading.show_day(value)
        if self.kind is Kind.MOMENT:
            return reading.show_moment(value)
        if self.kind is Kind.MONEY:
            return reading.show_money(value)
        if self.kind is Kind.YES_NO:
            return "是" if value else ""
        return " ".join(str(value).split())

    @property
    def alignment(self) -> Qt.AlignmentFlag:
        side = (
            Qt.AlignmentFlag.AlignRight
            if self.kind in (Kind.NUMBER, Kind.MONEY)
            else Qt.AlignmentFlag.AlignLeft
        )
        return side | Qt.AlignmentFlag.AlignVCenter


class PagedModel(QAbstractTableModel):
    """Rows as they come in; asks for the next page through the desk when the view nears the end."""

    loaded = Signal()
    """A page arrived."""

    def __init__(self, columns: Sequence[TableColumn], fetch: Fetch, desk: Desk) -> None:
        super().__init__()
        self._columns = [_Shown(column, desk.tools) for column in columns]
        self._fetch = fetch
        self._desk = desk
        self._rows: list[Any] = []
        self._next: Any = None
        self._more = False
        self._loading = False
        self._run = 0

    def reload(self) -> None:
        """Starts again at the first page; the old rows stay in sight until it arrives."""
        self._run += 1
        self._loading = True
        self._ask(None)

    def row(self, number: int) -> Any:
        """The row value shown in line ``number``."""
        return self._rows[number]

    @property
    def rows(self) -> Sequence[Any]:
        """Every row read so far."""
        return self._rows

    @property
    def complete(self) -> bool:
        """Whether the last page has been read."""
        return not self._more and not self._loading

    def _ask(self, after: Any) -> None:
        run = self._run

        def job(session: Session) -> PageLike:
            return self._fetch(session, after)

        self._desk.query(job, lambda page: self._arrived(run, after, page), owner=self)

    def _arrived(self, run: int, after: Any, page: PageLike) -> None:
        if run != self._run:
            return
        self._loading = False
        if after is None:
            self.beginResetModel()
            self._rows = list(page.rows)
            self._next, self._more = page.next, page.next is not None
            self.endResetModel()
        else:
            first = len(self._rows)
            self._next, self._more = page.next, page.next is not None
            if page.rows:
                self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
                self._rows.extend(page.rows)
                self.endInsertRows()
        self.loaded.emit()

    # -- QAbstractTableModel --

    def rowCount(self, parent: Index | None = None) -> int:
        """Rows read so far."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Texts, alignment, and the whole text as tool tip."""
        if not index.isValid():
            return None
        column = self._columns[index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.text(self._rows[index.row()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return column.alignment
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """The fields' labels."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].label
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._columns[section].alignment
        return None

    def canFetchMore(self, parent: Index) -> bool:
        """Whether there is another page and it is not already under way."""
        return not parent.isValid() and self._more and not self._loading

    def fetchMore(self, parent: Index) -> None:
        """Asks for the next page."""
        if self.canFetchMore(parent):
            self._loading = True
            self._ask(self._next)

    @property
    def shown_columns(self) -> Sequence[_Shown]:
        """For the view: widths and stretch."""
        return self._columns


class TablePage(QWidget):
    """The table with its empty sentence. Enter or a double click opens the row."""

    opened = Signal(object)
    """The row value that was opened."""
    chosen = Signal(object)
    """The row value that became the current one, or None."""

    def __init__(
        self,
        columns: Sequence[TableColumn],
        fetch: Fetch,
        desk: Desk,
        *,
        empty: str = "这里还没有内容。",
        name: str = "列表",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.model = PagedModel(columns, fetch, desk)
        self.model.setParent(self)
        self.view = _View()
        self.view.setModel(self.model)
        self.view.setAccessibleName(name)
        self.view.opened.connect(lambda number: self.opened.emit(self.model.row(number)))
        self.view.current_changed.connect(self._on_current)
        self._empty = QLabel(empty)
        self._empty.setObjectName("empty")
        self._empty.setWordWrap(True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        self.model.loaded.connect(self._on_loaded)
        self._kept: Any = None

    def reload(self) -> None:
        """Reads again from the top and stays at the row of the same ``id`` if it is still on the first
        page.
        """
        current = self.current()
        self._kept = getattr(current, "id", None)
        self.model.reload()

    def current(self) -> Any:
        """The current row value, or None."""
        index = self.view.currentIndex()
        return (
            self.model.row(index.row()) if index.isValid() and index.row() < self.model.rowCount() else None
        )

    def set_empty(self, sentence: str) -> None:
        """Changes the sentence shown when there are no rows."""
        self._empty.setText(sentence)

    def _on_current(self, number: int) -> None:
        self.chosen.emit(self.model.row(number) if 0 <= number < self.model.rowCount() else None)

    def _on_loaded(self) -> None:
        rows = self.model.rows
        self._pages.setCurrentWidget(self.view if rows else self._empty)
        if rows and not self.view.currentIndex().isValid():
            place = next((n for n, row in enumerate(rows) if getattr(row, "id", None) == self._kept), 0)
            self.view.setCurrentIndex(self.model.index(place if self._kept is not None else 0, 0))


class _View(QTableView):
    """A table view with our keys, row height and column widths."""

    opened = Signal(int)
    current_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setMinimumSectionSize(40)
        self.doubleClicked.connect(lambda index: self.opened.emit(index.row()))
        self._widths_set = 0

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells which row is current."""
        super().currentChanged(current, previous)
        if current.row() != previous.row():
            self.current_changed.emit(current.row())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the current row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the width out: fixed columns first, the rest to the stretching ones."""
        super().resizeEvent(event)
        self._share_width()

    def _share_width(self) -> None:
        model = self.model()
        em = self.fontMetrics().horizontalAdvance("国")
        room = self.viewport().width()
        if not isinstance(model, PagedModel) or room == self._widths_set:
            return
        self._widths_set = room
        self.verticalHeader().setDefaultSectionSize(max(ROW_HEIGHT, round(self.fontMetrics().height() * 1.7)))
        columns = model.shown_columns
        taken = sum(round(column.width_em * em) for column in columns)
        stretching = [column for column in columns if column.stretch]
        extra = max(room - taken, 0) // max(len(stretching), 1)
        for number, column in enumerate(columns):
            self.setColumnWidth(number, round(column.width_em * em) + (extra if column.stretch else 0))
