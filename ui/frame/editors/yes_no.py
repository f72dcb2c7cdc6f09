"""A check box for yes or no."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QWidget

from ui.frame.editors.base import Editor


class YesNoEditor(Editor):
    """Yes when ticked."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox("是")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.box)
        row.addStretch(1)
        self.box.clicked.connect(lambda _on: self.changed.emit())
        self.setFocusProxy(self.box)

    def value(self) -> bool:
        """The value."""
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        self.box.setChecked(bool(value))

    def typed(self) -> str:
        """The text as typed."""
        return "1" if self.box.isChecked() else ""

    def restore_typed(self, text: str) -> None:
        """Puts back what was typed."""
        self.box.setChecked(text == "1")

    def set_read_only(self, read_only: bool) -> None:
        """Whether it can be changed."""
        self.box.setEnabled(not read_only)

    def focus_widget(self) -> QWidget:
        """The inner widget that takes the keyboard."""
        return self.box
