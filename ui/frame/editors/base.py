"""What every field editor can do."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget


class Editor(QWidget):
    """Holds one value. What was typed is kept even when it cannot be read as a value."""

    changed = Signal()
    """The person changed something (not sent by :meth:`set_value`)."""

    width_em: float | None = None
    """Width in ems when a fixed one suits the value; None: takes what there is."""

    def value(self) -> Any:
        """The value, or the kind's empty value when nothing readable was typed."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        raise NotImplementedError

    def typed(self) -> str:
        """The text as typed, for drafts; empty when nothing was."""
        raise NotImplementedError

    def restore_typed(self, text: str) -> None:
        """Puts back what :meth:`typed` gave."""
        raise NotImplementedError

    def unreadable(self) -> str:
        """Why what was typed cannot be saved as it stands, in Chinese; empty when it can."""
        return ""

    def remark(self) -> str:
        """A quiet remark, such as how many characters are left; empty when there is none."""
        return ""

    def set_read_only(self, read_only: bool) -> None:
        """Whether the value can be changed."""
        raise NotImplementedError

    def set_hint(self, hint: str) -> None:
        """The grey text in an empty box."""

    def focus_widget(self) -> QWidget:
        """The inner widget that takes the keyboard."""
        raise NotImplementedError
