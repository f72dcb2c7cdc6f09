"""One-line editors: text, day, moment, number, amount."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import (
    QCalendarWidget,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QToolButton,
    QWidget,
    QWidgetAction,
)

from models.clock import CHINA, local_day
from models.field import Field
from ui.frame import reading
from ui.frame.editors.base import Editor
from ui.frame.tools import FormTools
from ui.style.icons import icon

NEARLY_FULL = 0.8


class _OneLine(Editor):
    """A line edit, an optional unit behind it, and a reader."""

    def __init__(self, unit: str = "") -> None:
        super().__init__()
        self.line = QLineEdit()
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self.line, 1)
        if unit:
            self._row.addWidget(QLabel(unit))
        self.line.textEdited.connect(lambda _text: self.changed.emit())
        self.setFocusProxy(self.line)

    def typed(self) -> str:
        """The text as typed."""
        return self.line.text()

    def restore_typed(self, text: str) -> None:
        """Puts back what was typed."""
        self.line.setText(text)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it can be changed."""
        self.line.setReadOnly(read_only)

    def set_hint(self, hint: str) -> None:
        """The grey text in an empty box."""
        self.line.setPlaceholderText(hint)

    def focus_widget(self) -> QWidget:
        """The inner widget that takes the keyboard."""
        return self.line


class LineEditor(_OneLine):
    """One line of text; what is too long is counted, never cut."""

    def __init__(self, field: Field, *, secret: bool = False) -> None:
        super().__init__()
        self._limit = field.length
        self._secret = secret
        if secret:
            self.line.setEchoMode(QLineEdit.EchoMode.Password)
        elif field.length is not None and field.length <= 12:
            self.width_em = 14

    def value(self) -> str:
        """The value."""
        return self.line.text() if self._secret else self.line.text().strip()

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        self.line.setText(str(value or ""))
        self.line.setCursorPosition(0)

    def typed(self) -> str:
        """The text as typed."""
        return "" if self._secret else self.line.text()

    def unreadable(self) -> str:
        """Why it cannot be saved as it stands."""
        over = len(self.value()) - (self._limit or 10**9)
        return f"多了 {over} 个字，最多 {self._limit} 个字。" if over > 0 else ""

    def remark(self) -> str:
        """How much room is left."""
        if self._limit is None or len(self.value()) < self._limit * NEARLY_FULL or self._limit <= 12:
            return ""
        return f"还可写 {max(self._limit - len(self.value()), 0)} 个字"


class _ReadLine(_OneLine):
    """A line that is read as a value when the focus leaves it, and then shown in one form."""

    def __init__(self, unit: str = "") -> None:
        super().__init__(unit)
        self._kept: Any = None
        self._kept_text = ""
        self.line.editingFinished.connect(self._tidy)

    def _read(self, text: str) -> Any:
        raise NotImplementedError

    def _show(self, value: Any) -> str:
        raise NotImplementedError

    def value(self) -> Any:
        """The value."""
        # A value handed in may be finer than its text (seconds of a moment): untouched, it comes back whole.
        if self.line.text() == self._kept_text:
            return self._kept
        try:
            return self._read(self.line.text())
        except ValueError:
            return None

    def set_value(self, value: Any) -> None:
        """Shows a value."""
        self._kept = value
        self._kept_text = self._show(value)
        self.line.setText(self._kept_text)

    def unreadable(self) -> str:
        """Why it cannot be saved as it stands."""
        if self.line.text() == self._kept_text:
            return ""
        try:
            self._read(self.line.text())
        except ValueError as reason:
            return str(reason)
        return ""

    def _tidy(self) -> None:
        if not self.unreadable() and self.line.text() != self._kept_text:
            self.line.setText(self._show(self.value()))


class NumberEditor(_ReadLine):
    """A whole number with its unit."""

    width_em = 10

    def __init__(self, unit: str) -> None:
        super().__init__(unit)
        self._unit = unit

    def _read(self, text: str) -> int | None:
        return reading.read_number(text, self._unit)

    def _show(self, value: Any) -> str:
        return "" if value is None else str(value)


class MoneyEditor(_ReadLine):
    """An amount typed in yuan, held in fen."""

    width_em = 14

    def __init__(self) -> None:
        super().__init__("元")

    def _read(self, text: str) -> int | None:
        return reading.read_money(text)

    def _show(self, value: Any) -> str:
        return reading.show_money(value)


class DayEditor(_ReadLine):
    """A calendar day: typed freely, or picked from a small calendar."""

    width_em = 14

    def __init__(self, tools: FormTools) -> None:
        super().__init__()
        self._tools = tools
        self.line.setPlaceholderText("如 3.2 或 今天")
        self.line.setToolTip(reading.DAY_HINT)
        self._button = QToolButton()
        self._button.setIcon(icon("calendar"))
        self._button.setToolTip("打开日历")
        self._button.setAccessibleName("打开日历")
        self._button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._button.clicked.connect(self._open_calendar)
        self._row.addWidget(self._button)

    def _read(self, text: str) -> date | datetime | None:
        return reading.read_day(text, self._tools.today())

    def _show(self, value: Any) -> str:
        return reading.show_day(value)

    def set_read_only(self, read_only: bool) -> None:
        """Whether it can be changed."""
        super().set_read_only(read_only)
        self._button.setVisible(not read_only)

    def _day(self) -> date:
        value: date | None = self.value()
        return value or self._tools.today()

    def _open_calendar(self) -> None:
        menu = QMenu(self)
        calendar = QCalendarWidget(menu)
        calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        day = self._day()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        menu.addAction(action)
        calendar.activated.connect(menu.close)
        calendar.clicked.connect(
            lambda chosen: self._picked(date(chosen.year(), chosen.month(), chosen.day()))
        )
        calendar.clicked.connect(menu.close)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.line.mapToGlobal(QPoint(0, self.line.height())))
        calendar.setFocus()

    def _picked(self, day: date) -> None:
        self.line.setText(self._show(day))
        self.changed.emit()


class MomentEditor(DayEditor):
    """A moment: day and time of day on a wall clock in China."""

    width_em = 17

    def __init__(self, tools: FormTools) -> None:
        super().__init__(tools)
        self.line.setPlaceholderText("如 今天 9:30")
        self.line.setToolTip(reading.MOMENT_HINT)

    def _read(self, text: str) -> datetime | None:
        return reading.read_moment(text, self._tools.clock.now())

    def _show(self, value: Any) -> str:
        return reading.show_moment(value)

    def _day(self) -> date:
        value: datetime | None = self.value()
        return local_day(value) if value else self._tools.today()

    def _picked(self, day: date) -> None:
        value: datetime | None = self.value()
        wall = (value or self._tools.clock.now()).astimezone(CHINA)
        moment = datetime.combine(day, wall.timetz())
        self.line.setText(self._show(moment))
        self.changed.emit()
