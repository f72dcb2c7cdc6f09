"""The second, third … visitor: one compact line each, below the first visitor's form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.people import KnownPerson, PersonEntry
from models.identity_number import read_identity_number
from ui.frame.editors import Choice, ChoiceEditor, Editor, editor_for
from ui.frame.fields import field_at
from ui.frame.work import Desk
from ui.screens.parts.people_finder import people_finder
from ui.style.icons import icon

ROLES = ("petitioner", "representative", "agent", "guardian")
"""What a further visitor may be; codes of ``party_role``."""
PARTS = ("name", "document_number", "phone")
MOST_REPRESENTATIVES = 5
"""信访工作条例 第二十条."""
DRAFT_KEY = "visitors"


class VisitorLine(QWidget):
    """One further visitor: 身份, 姓名, 证件号码, 电话."""

    changed = Signal()
    removed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._known: KnownPerson | None = None
        names = desk.tools.name_in("party_role")
        self.role = ChoiceEditor([Choice(code, names(code)) for code in ROLES], empty="")
        self.role.set_value(ROLES[0])
        self.role.focus_widget().setAccessibleName("身份")
        self.editors: dict[str, Editor] = {
            part: editor_for(field_at(f"person.{part}"), desk.tools) for part in PARTS
        }
        self.note = QLabel()
        self.note.setObjectName("fieldNote")
        self.note.setProperty("problem", True)
        self.note.hide()
        remove = QToolButton()
        remove.setIcon(icon("close"))
        remove.setToolTip("去掉这一位")
        remove.setAccessibleName("去掉这一位来访人")
        remove.clicked.connect(self.removed.emit)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        for place, (widget, share) in enumerate(
            zip((self.role, *self.editors.values()), (3, 3, 5, 3), strict=True)
        ):
            grid.addWidget(widget, 0, place)
            grid.setColumnStretch(place, share)
        grid.addWidget(remove, 0, len(PARTS) + 1)
        grid.addWidget(self.note, 1, 1, 1, len(PARTS))
        for part, editor in self.editors.items():
            editor.focus_widget().setAccessibleName(field_at(f"person.{part}").label)
            editor.set_hint(field_at(f"person.{part}").label)
            editor.changed.connect(self._on_changed)
        self.role.changed.connect(self.changed.emit)
        self.finder = people_finder(desk, [self._line(part) for part in PARTS], self)
        self.finder.taken.connect(self.take)

    def entry(self) -> PersonEntry:
        """The person as typed; what is known besides stays as it is."""
        begun = self._known.entry() if self._known is not None else PersonEntry()
        return replace(begun, **{part: editor.value() for part, editor in self.editors.items()})

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in."""
        return not any(editor.typed().strip() for editor in self.editors.values())

    def take(self, person: KnownPerson) -> None:
        """Fills in a person already known."""
        self._known = person
        for part, editor in self.editors.items():
            editor.set_value(getattr(person, part))
        self._check_number()
        self.changed.emit()

    def typed(self) -> dict[str, str]:
        """The texts as typed, for the draft."""
        return {
            "role": str(self.role.value()),
            **{part: editor.typed() for part, editor in self.editors.items()},
        }

    def restore_typed(self, texts: dict[str, str]) -> None:
        """Puts back what :meth:`typed` gave."""
        self.role.set_value(texts.get("role", ROLES[0]))
        for part, editor in self.editors.items():
            editor.restore_typed(texts.get(part, ""))
        self._check_number()

    def _line(self, part: str) -> QLineEdit:
        line = self.editors[part].focus_widget()
        assert isinstance(line, QLineEdit)
        return line

    def _on_changed(self) -> None:
        if not self.editors["name"].typed():
            self._known = None
        self._check_number()
        self.changed.emit()

    def _check_number(self) -> None:
        text = str(self.editors["document_number"].value())
        problems = read_identity_number(text, self._desk.today()).problems if len(text) >= 15 else ()
        self.note.setText(f"{'；'.join(problems)}。不影响保存。" if problems else "")
        self.note.setVisible(bool(problems))


class FurtherVisitors(QWidget):
    """The lines, and the button that adds one."""

    changed = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.lines: list[VisitorLine] = []
        self.add_button = QPushButton("再加一位来访人")
        self.add_button.setObjectName("link")
        self.add_button.setToolTip("再加一位来访人或代表人（Ctrl+J）")
        self.add_button.setShortcut("Ctrl+J")
        self.add_button.clicked.connect(self.add_line)
        self.note = QLabel()
        self.note.setObjectName("fieldNote")
        below = QHBoxLayout()
        below.addWidget(self.add_button)
        below.addWidget(self.note, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(below)

    def add_line(self) -> VisitorLine:
        """Adds an empty line and puts the focus into its name."""
        line = VisitorLine(self._desk)
        line.changed.connect(self._on_changed)
        line.removed.connect(lambda: self._remove(line))
        self.lines.append(line)
        self._column.insertWidget(len(self.lines) - 1, line)
        line.editors["name"].focus_widget().setFocus(Qt.FocusReason.OtherFocusReason)
        self._on_changed()
        return line

    def filled(self) -> Sequence[VisitorLine]:
        """The lines that name somebody."""
        return [line for line in self.lines if not line.empty]

    def clear(self) -> None:
        """Takes every line away."""
        for line in list(self.lines):
            self._remove(line)

    def typed(self) -> dict[str, str]:
        """What the draft keeps."""
        texts = [line.typed() for line in self.filled()]
        return {DRAFT_KEY: json.dumps(texts, ensure_ascii=False)} if texts else {}

    def restore_typed(self, texts: dict[str, str]) -> None:
        """Puts back what :meth:`typed` gave."""
        self.clear()
        for each in json.loads(texts.get(DRAFT_KEY, "[]")):
            self.add_line().restore_typed(each)

    def _remove(self, line: VisitorLine) -> None:
        self.lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self._on_changed()

    def _on_changed(self) -> None:
        representatives = sum(1 for line in self.filled() if line.role.value() == "representative")
        too_many = representatives > MOST_REPRESENTATIVES
        self.note.setText(
            "代表人一般不超过五人（信访工作条例第二十条）；多出的照常登记。" if too_many else ""
        )
        self.changed.emit()
