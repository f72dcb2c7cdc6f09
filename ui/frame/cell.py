"""One field of a form: label on the left, editor, and below it a line that speaks when there is something to
say.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.frame.editors import Editor

LABEL_EM = 10.2


class Cell(QWidget):
    """Label, editor and remark. A problem is said in words, in orange, and does not block."""

    def __init__(
        self,
        label: str,
        editor: Editor,
        *,
        wide: bool = False,
        required: bool = False,
        read_only: bool = False,
        basis: str = "",
        check: Callable[[Any], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.editor = editor
        self.wide = wide
        self.required = required
        self.read_only = read_only
        self._fixed_read_only = read_only
        self._check = check
        self._own_hint = ""
        self._own_problem = ""
        self._name = label
        em = self.fontMetrics().horizontalAdvance("国")
        self.label = QLabel(f"{label} *" if required else label)
        self.label.setObjectName("fieldLabel")
        self.label.setWordWrap(True)
        self.label.setFixedWidth(int(LABEL_EM * em))
        self.label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self.label.setContentsMargins(0, 7, 0, 0)
        self.label.setBuddy(editor.focus_widget())
        if basis:
            self.label.setToolTip(basis)
        self._note = QLabel()
        self._note.setObjectName("fieldNote")
        self._note.setWordWrap(True)
        self._note.hide()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignTop)
        if editor.width_em is None:
            grid.addWidget(editor, 0, 1)
        else:
            editor.setFixedWidth(int(editor.width_em * em))
            grid.addWidget(editor, 0, 1, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._note, 1, 1)
        grid.setColumnStretch(1, 1)
        widget = editor.focus_widget()
        widget.setAccessibleName(label)
        widget.setAccessibleDescription(basis)
        widget.installEventFilter(self)
        editor.changed.connect(self._on_edit)
        editor.set_read_only(read_only)

    def review(self) -> None:
        """Looks at the value and says what there is to say."""
        problem = self._problem()
        if problem:
            self._say(problem, problem=True)
        else:
            self._say(self.editor.remark() or self._own_hint, problem=False)

    def settled(self) -> bool:
        """Whether the value can be saved; says why when it cannot."""
        self.review()
        if self.editor.unreadable():
            return False
        if self.required and self.editor.value() in (None, ""):
            self._say(f"请填写{self._name}。", problem=True)
            return False
        return True

    def note(self) -> str:
        """What is said below the field; empty when nothing is."""
        return "" if self._note.isHidden() else self._note.text()

    def set_hint(self, hint: str) -> None:
        """A quiet line below the field."""
        self._own_hint = hint
        self.review()

    def set_problem(self, problem: str) -> None:
        """A line about a value that looks wrong; it stays until the value changes or it is taken back."""
        self._own_problem = problem
        self.review()

    def set_read_only(self, read_only: bool) -> None:
        """Whether the value can be changed; a row that was made read-only stays so."""
        self.read_only = read_only or self._fixed_read_only
        self.editor.set_read_only(self.read_only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A value is looked at when the focus leaves it, not while it is being typed."""
        if event.type() == QEvent.Type.FocusOut:
            self.review()
        return super().eventFilter(watched, event)

    def _on_edit(self) -> None:
        self._own_problem = ""
        if not self._problem():
            self.review()

    def _problem(self) -> str:
        unreadable = self.editor.unreadable()
        if unreadable or self._own_problem:
            return unreadable or self._own_problem
        return self._check(self.editor.value()) if self._check is not None else ""

    def _say(self, text: str, *, problem: bool) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        if self._note.property("problem") != problem:
            self._note.setProperty("problem", problem)
            self._note.style().unpolish(self._note)
            self._note.style().polish(self._note)
