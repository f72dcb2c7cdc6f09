"""A list that drops down below a box while something is typed, asked for through the lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit
from sqlalchemy.orm import Session

from ui.frame.work import Desk

VALUE_ROLE = Qt.ItemDataRole.UserRole
MOST_SHOWN = 10


class DropList(QObject):
    """Watches line edits. ``ask(session, text)`` runs on the lane; answers to an older text are dropped.

    ``choose_first(text)`` says whether Enter alone may take the first entry; otherwise an arrow key is needed, so
    that what was written out in full is never replaced unasked.
    """

    taken = Signal(object)
    """An entry was chosen by Enter or a click."""
    answered = Signal()
    """The list stands for what is typed now; tests wait for it."""

    def __init__(
        self,
        desk: Desk,
        lines: Sequence[QLineEdit],
        ask: Callable[[Session, str], Sequence[Any]],
        line_of: Callable[[Any], str],
        *,
        worth_asking: Callable[[str], bool],
        choose_first: Callable[[str], bool],
        wait_ms: int,
        width_em: int,
        name: str,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._ask_for = ask
        self._line_of = line_of
        self._worth_asking = worth_asking
        self._choose_first = choose_first
        self._width_em = width_em
        self._line: QLineEdit | None = None
        self._run = 0
        self._items = QStandardItemModel(self)
        self._list = QCompleter(self._items, self)
        self._list.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._list.setMaxVisibleItems(MOST_SHOWN)
        self._list.popup().setAccessibleName(name)
        self._list.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(wait_ms)
        self._timer.timeout.connect(self._ask)
        for line in lines:
            line.textEdited.connect(self._typed_in(line))

    @property
    def shown(self) -> list[str]:
        """The lines of the list as it stands; empty when it is not in sight."""
        if not self._list.popup().isVisible():
            return []
        return [self._items.item(row).text() for row in range(self._items.rowCount())]

    def popup(self) -> Any:
        """The list's own view, which takes the arrow keys and Enter."""
        return self._list.popup()

    def dismiss(self) -> None:
        """Takes the list away and forgets what was asked."""
        self._run += 1
        self._timer.stop()
        self._list.popup().hide()

    def _typed_in(self, line: QLineEdit) -> Callable[[str], None]:
        def typed(_text: str) -> None:
            self._line = line
            self._timer.start()

        return typed

    def _ask(self) -> None:
        text = self._line.text().strip() if self._line is not None else ""
        if not self._worth_asking(text):
            self.dismiss()
            return
        self._run += 1
        run = self._run

        def job(session: Session) -> Sequence[Any]:
            return self._ask_for(session, text) if run == self._run else ()

        self._desk.query(job, lambda found: self._show(run, found), owner=self, quiet=True)

    def _show(self, run: int, found: Sequence[Any]) -> None:
        if run != self._run or self._line is None:
            return
        self._items.clear()
        for value in found:
            item = QStandardItem(self._line_of(value))
            item.setData(value, VALUE_ROLE)
            self._items.appendRow(item)
        if not found or not self._line.isVisible():
            self._list.popup().hide()
        else:
            self._drop_down(self._line)
        self.answered.emit()

    def _drop_down(self, line: QLineEdit) -> None:
        self._list.setWidget(line)
        width = max(line.width(), line.fontMetrics().horizontalAdvance("国") * self._width_em)
        self._list.popup().setMinimumWidth(min(width, line.window().width() - 32))
        self._list.complete()
        # A view that is shown makes its first entry the current one, and Enter would take it.
        first = self._list.completionModel().index(0, 0)
        chosen = first if self._choose_first(line.text().strip()) else QModelIndex()
        self._list.popup().setCurrentIndex(chosen)

    def _take(self, index: QModelIndex) -> None:
        value = index.data(VALUE_ROLE)
        self.dismiss()
        if value is not None:
            self.taken.emit(value)
