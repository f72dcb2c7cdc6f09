"""One of a list: typing finds it by its name or by its pinyin initials."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QWidget

from ui.frame.editors.base import Editor

VALUE_ROLE = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list: what is kept and what is shown."""

    value: Hashable
    name: str


class ChoiceEditor(Editor):
    """A combo box with type-to-find. ``empty`` is the value that stands for "not said"."""

    def __init__(
        self, choices: Sequence[Choice], *, empty: Hashable, name_of: Callable[[str], str] | None = None
    ) -> None:
        super().__init__()
        self._empty = empty
        self._name_of = name_of or str
        self.box = _CalmComboBox()
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMaxVisibleItems(14)
        self.box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.box.setMinimumContentsLength(6)
        self._items = QStandardItemModel(self)
        self.box.setModel(self._items)
        self._matching = _Matching(self)
        self._matching.setSourceModel(self._items)
        completer = QCompleter(self._matching, self)
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        completer.setMaxVisibleItems(14)
        self.box.setCompleter(completer)
        self._completer = completer
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        line = self.box.lineEdit()
        assert line is not None
        self._line = line
        line.setPlaceholderText("输入名称或拼音首字母")
        line.textEdited.connect(self._on_typing)
        line.editingFinished.connect(self._tidy)
        self.box.activated.connect(lambda _row: self.changed.emit())
        completer.activated.connect(self._take_completion)
        self.setFocusProxy(self.box)
        self.set_choices(choices)

    def set_choices(self, choices: Sequence[Choice]) -> None:
        """Replaces the list, keeping the present value."""
        kept = self.value() if self._items.rowCount() else self._empty
        self._items.clear()
        for choice in (Choice(self._empty, ""), *choices):
            self._append(choice)
        self.set_value(kept)

    def value(self) -> Any:
        """The value."""
        row = self._row_meant()
        return self._empty if row is None else self._items.item(row).data(VALUE_ROLE)

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        if value is None:
            value = self._empty
        row = self._row_of(value)
        if row is None:
            # A code that is no longer offered stays readable and unchanged.
            self._append(Choice(value, self._name_of(value)))
            row = self._items.rowCount() - 1
        self.box.setCurrentIndex(row)
        self._line.setText(self._items.item(row).text())
        self._line.setCursorPosition(0)

    def typed(self) -> str:
        """The text as typed."""
        return self._line.text()

    def restore_typed(self, text: str) -> None:
        """Puts back what was typed."""
        self._line.setText(text)
        self._tidy()

    def unreadable(self) -> str:
        """Why it cannot be saved as it stands."""
        return "请从列表中选一项。" if self._row_meant() is None else ""

    def set_read_only(self, read_only: bool) -> None:
        """Whether it can be changed."""
        self.box.setEnabled(not read_only)
        self._line.setPlaceholderText("" if read_only else "输入名称或拼音首字母")

    def set_hint(self, hint: str) -> None:
        """The grey text in an empty box."""
        self._line.setPlaceholderText(hint)

    def focus_widget(self) -> QWidget:
        """The inner widget that takes the keyboard."""
        return self.box

    def _append(self, choice: Choice) -> None:
        item = QStandardItem(choice.name)
        item.setData(choice.value, VALUE_ROLE)
        item.setEditable(False)
        if not choice.name:
            item.setData("（不填）", Qt.ItemDataRole.ToolTipRole)
        self._items.appendRow(item)

    def _row_of(self, value: Any) -> int | None:
        for row in range(self._items.rowCount()):
            if self._items.item(row).data(VALUE_ROLE) == value:
                return row
        return None

    def _row_meant(self) -> int | None:
        """The row whose name stands in the line, or the only one that fits what was typed."""
        text = self._line.text().strip()
        current = self.box.currentIndex()
        if current >= 0 and self._items.item(current).text() == text:
            return current
        fitting = []
        for row in range(self._items.rowCount()):
            name = self._items.item(row).text()
            if name == text:
                return row
            if text and fits(text, name):
                fitting.append(row)
        return fitting[0] if len(fitting) == 1 else None

    def _on_typing(self, text: str) -> None:
        self._matching.set_words(text)
        if text and self._matching.rowCount():
            self._completer.complete()
        self.changed.emit()

    def _take_completion(self, name: str) -> None:
        self._line.setText(name)
        self._tidy()
        self.changed.emit()

    def _tidy(self) -> None:
        row = self._row_meant()
        if row is not None:
            self.box.setCurrentIndex(row)
            self._line.setText(self._items.item(row).text())
        self._matching.set_words("")


class _Matching(QSortFilterProxyModel):
    """Only the entries that fit what has been typed."""

    def __init__(self, parent: ChoiceEditor) -> None:
        super().__init__(parent)
        self._words = ""

    def set_words(self, words: str) -> None:
        """What has been typed."""
        self._words = words.strip()
        self.invalidateFilter()

    def filterAcceptsRow(self, source_row: int, source_parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Whether the entry fits."""
        name = str(self.sourceModel().index(source_row, 0, source_parent).data() or "")
        return bool(name) and fits(self._words, name)


class _CalmComboBox(QComboBox):
    """Turning the wheel over a form scrolls the form; it must not change a value in passing."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Passes the wheel on to the page."""
        event.ignore()


def fits(words: str, name: str) -> bool:
    """Whether a name contains the words, or its pinyin initials begin with or contain them."""
    if words in name:
        return True
    if not words.isascii() or not words.isalpha():
        return False
    from app.search.pinyin import initials_of  # pypinyin is slow to import and rarely needed here

    letters = words.lower()
    return any(letters in initials for initials in initials_of(name))
