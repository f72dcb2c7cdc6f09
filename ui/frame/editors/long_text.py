"""Several lines of text in a box that grows with what is written."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from models.field import Field
from ui.frame.editors.base import Editor

LINES_AT_LEAST = 2
LINES_AT_MOST = 10


class GrowingText(QPlainTextEdit):
    """A plain text box between two and ten lines high; Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(lambda _size: self._grow())

    def sizeHint(self) -> QSize:
        """As high as the text."""
        return QSize(super().sizeHint().width(), self._height())

    def minimumSizeHint(self) -> QSize:
        """The same height: the box is never squeezed."""
        return QSize(super().minimumSizeHint().width(), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrower box wraps into more lines."""
        super().resizeEvent(event)
        self._grow()

    def _height(self) -> int:
        lines = min(max(int(self.document().size().height()), LINES_AT_LEAST), LINES_AT_MOST)
        frame = 2 * self.frameWidth() + 2 * int(self.document().documentMargin())
        margins = self.viewportMargins()
        return self.fontMetrics().lineSpacing() * lines + frame + margins.top() + margins.bottom() + 8

    def _grow(self) -> None:
        if self.height() != self._height():
            self.setFixedHeight(self._height())


class LongTextEditor(Editor):
    """Free text of any length."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.box = GrowingText()
        self.box.setPlaceholderText(field.hint)
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        self._setting = False
        self.box.textChanged.connect(self._on_text)
        self.setFocusProxy(self.box)

    def value(self) -> str:
        """The value."""
        return self.box.toPlainText().strip()

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        self._setting = True
        self.box.setPlainText(str(value or ""))
        self._setting = False

    def typed(self) -> str:
        """The text as typed."""
        return self.box.toPlainText()

    def restore_typed(self, text: str) -> None:
        """Puts back what was typed."""
        self.set_value(text)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it can be changed."""
        self.box.setReadOnly(read_only)

    def set_hint(self, hint: str) -> None:
        """The grey text in an empty box."""
        self.box.setPlaceholderText(hint)

    def focus_widget(self) -> QWidget:
        """The inner widget that takes the keyboard."""
        return self.box

    def _on_text(self) -> None:
        if not self._setting:
            self.changed.emit()
