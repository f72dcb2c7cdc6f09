"""Forms made from field descriptions: a screen lists fields, the rest follows from the models.

Values leave a form as plain Python values keyed by field reference; what was typed is never thrown away, even
when it cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QGridLayout, QLabel, QPlainTextEdit, QSizePolicy, QWidget

from models.field import Field, Kind
from ui.frame.cell import Cell
from ui.frame.editors import Choice, ChoiceEditor, Editor, editor_for
from ui.frame.fields import field_at, short_name
from ui.frame.tools import FormTools

TWO_COLUMNS_FROM_EM = 54
WIDEST_EM = 92


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field of a form.

    ``ref``: ``"table.column"``, or any name when ``field`` describes a value that is no column. ``wide``:
    over both columns (None: long text is). ``required``: :meth:`Form.settle` asks for it. ``choices``: the
    list of a reference. ``check``: gives a Chinese sentence about a value that looks wrong; it never blocks
    saving.
    """

    ref: str
    label: str = ""
    hint: str = ""
    wide: bool | None = None
    required: bool = False
    read_only: bool = False
    secret: bool = False
    field: Field | None = None
    choices: Sequence[Choice] | None = None
    check: Callable[[Any], str] | None = None


class Section:
    """A heading and the fields below it: ``Section("反映的问题", "visit.facts", "visit.request")``."""

    def __init__(self, title: str, *rows: str | FormRow) -> None:
        self.title = title
        self.rows = [FormRow(row) if isinstance(row, str) else row for row in rows]


class Form(QWidget):
    """Fields in one or two columns, in focus order. Enter goes on to the next field."""

    changed = Signal(str)
    """The person changed the field with this reference."""
    finished = Signal()
    """Enter was pressed in the last field."""

    def __init__(
        self, parts: Iterable[Section | FormRow | str], tools: FormTools, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.tools = tools
        self._cells: dict[str, Cell] = {}
        self._order: list[QLabel | Cell] = []
        self._columns = 0
        self._read_only = False
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 8, 0)
        self._grid.setHorizontalSpacing(24)
        self._grid.setVerticalSpacing(4)
        for part in parts:
            if isinstance(part, Section):
                self._add_heading(part.title)
                for row in part.rows:
                    self._add_row(row)
            else:
                self._add_row(FormRow(part) if isinstance(part, str) else part)
        self._arrange(1)
        previous: QWidget | None = None
        for cell in self._cells.values():
            if previous is not None:
                QWidget.setTabOrder(previous, cell.editor.focus_widget())
            previous = cell.editor.focus_widget()

    # -- values --

    def values(self, *, short: bool = False) -> dict[str, Any]:
        """Every value by reference, or by column name alone when ``short``. Unreadable ones are empty."""
        return {short_name(ref) if short else ref: cell.editor.value() for ref, cell in self._cells.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Shows the values whose reference or column name is a field of this form; the others are left
        alone.
        """
        for ref, cell in self._cells.items():
            for name in (ref, short_name(ref)):
                if name in values:
                    cell.editor.set_value(values[name])
                    break
            cell.review()

    def typed(self) -> dict[str, str]:
        """The texts as typed, without empty and secret ones: what a draft keeps."""
        return {ref: cell.editor.typed() for ref, cell in self._cells.items() if cell.editor.typed()}

    def restore_typed(self, texts: Mapping[str, str]) -> None:
        """Puts back what :meth:`typed` gave; fields that no longer exist are ignored."""
        for ref, cell in self._cells.items():
            cell.editor.restore_typed(texts.get(ref, ""))
            cell.review()

    def clear(self) -> None:
        """Empties every field."""
        self.restore_typed({})

    def settle(self) -> bool:
        """Whether everything typed can be saved; if not, the first field that cannot says why and gets the
        focus.
        """
        first: Cell | None = None
        for cell in self._cells.values():
            if not cell.isHidden() and not cell.settled() and first is None:
                first = cell
        if first is not None:
            first.editor.focus_widget().setFocus(Qt.FocusReason.OtherFocusReason)
        return first is None

    # -- fields --

    def references(self) -> list[str]:
        """The fields in focus order."""
        return list(self._cells)

    def row(self, ref: str) -> Cell:
        """The label, editor and remark of one field; raises KeyError when the form has none such."""
        return self._cells[ref]

    def editor(self, ref: str) -> Editor:
        """The editor of one field; raises KeyError when the form has none such."""
        return self._cells[ref].editor

    def set_choices(self, ref: str, choices: Sequence[Choice]) -> None:
        """Fills the list of a reference field, keeping its value."""
        editor = self._cells[ref].editor
        assert isinstance(editor, ChoiceEditor)
        editor.set_choices(choices)

    def set_read_only(self, read_only: bool) -> None:
        """Shows the values without letting them be changed; rows made read-only stay so."""
        self._read_only = read_only
        for cell in self._cells.values():
            cell.set_read_only(read_only)

    def first_widget(self) -> QWidget:
        """The widget that should get the focus first: the first that can be filled in."""
        cells = list(self._cells.values())
        for cell in cells:
            if not cell.read_only and not cell.isHidden():
                return cell.editor.focus_widget()
        return cells[0].editor.focus_widget()

    # -- building --

    def _add_heading(self, title: str) -> None:
        heading = QLabel(title, self)
        heading.setObjectName("section")
        self._order.append(heading)

    def _add_row(self, row: FormRow) -> None:
        field = row.field or field_at(row.ref)
        if row.choices is not None:
            editor: Editor = ChoiceEditor(row.choices, empty="" if field.kind is Kind.CODE else None)
        else:
            editor = editor_for(field, self.tools, secret=row.secret)
        hint = row.hint or field.hint
        if hint:
            editor.set_hint(hint)
        cell = Cell(
            row.label or field.label,
            editor,
            wide=field.kind is Kind.LONG_TEXT if row.wide is None else row.wide,
            required=row.required,
            read_only=row.read_only or field.kind is Kind.SYSTEM,
            basis=field.basis,
            check=row.check,
            parent=self,
        )
        editor.changed.connect(lambda ref=row.ref: self.changed.emit(ref))
        editor.focus_widget().installEventFilter(self)
        self._cells[row.ref] = cell
        self._order.append(cell)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Two columns where there is room for two."""
        super().resizeEvent(event)
        em = self.fontMetrics().horizontalAdvance("国")
        self._arrange(2 if event.size().width() >= TWO_COLUMNS_FROM_EM * em else 1)
        self.setMaximumWidth(WIDEST_EM * em)

    def sizeHint(self) -> QSize:
        """Wide enough for two columns, where the page allows."""
        em = self.fontMetrics().horizontalAdvance("国")
        return QSize(max(super().sizeHint().width(), TWO_COLUMNS_FROM_EM * em), super().sizeHint().height())

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        # removeWidget and not takeAt: the latter leaves the items alive, and a cell that grows is then squashed.
        for item in self._order:
            self._grid.removeWidget(item)
        line, column = 0, 0
        for item in self._order:
            wide = isinstance(item, QLabel) or item.wide or columns == 1
            if wide and column:
                line, column = line + 1, 0
            self._grid.addWidget(item, line, column, 1, columns if wide else 1, Qt.AlignmentFlag.AlignTop)
            column = 0 if wide else (column + 1) % columns
            line += 1 if column == 0 else 0
        for index in range(2):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
            self._grid.setColumnMinimumWidth(index, 0)
        self._grid.setRowStretch(line + 1, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter goes to the next field, except in long text, where it begins a line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            if plain_enter and not isinstance(watched, (QPlainTextEdit, QAbstractItemView)):
                self._go_on(watched)
                return True
        return super().eventFilter(watched, event)

    def _go_on(self, watched: QObject) -> None:
        widgets = [
            cell.editor.focus_widget()
            for cell in self._cells.values()
            if not cell.isHidden() and not cell.read_only
        ]
        here = next((place for place, widget in enumerate(widgets) if widget is watched), len(widgets) - 1)
        if here + 1 < len(widgets):
            widgets[here + 1].setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._cells[next(reversed(self._cells))].review()
            self.finished.emit()
