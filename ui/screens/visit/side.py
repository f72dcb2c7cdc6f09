"""Beside the form: what may be the same matter, and who came lately with what outcome."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.cases.visits import PossibleMatch, VisitRow
from models.clock import local, local_day
from ui.frame.reading import show_day
from ui.frame.work import Desk

MOST_COMPACT = 2
ROW_ROLE = Qt.ItemDataRole.UserRole


class MatchesCard(QFrame):
    """同一人以前的事项: a hint, never a judgement; restricted matters are not in it."""

    opened = Signal(object)
    joined = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.setObjectName("banner")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 8, 12, 8)
        self._column.setSpacing(4)
        self._lines: list[QWidget] = []
        self._compact = False
        self._title = QLabel("可能是同一件事")
        self._title.setObjectName("bannerTitle")
        self._column.addWidget(self._title)
        self.matches: Sequence[PossibleMatch] = ()
        self.hide()

    def show_matches(self, matches: Sequence[PossibleMatch]) -> None:
        """Shows the matters, or nothing at all."""
        self.matches = matches
        for line in self._lines:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._line(match) for match in matches[: MOST_COMPACT if self._compact else None]]
        for line in self._lines:
            self._column.addWidget(line)
        self._title.setVisible(not self._compact)
        self.setVisible(bool(matches))

    def set_compact(self, compact: bool) -> None:
        """One line a matter, where the card stands on top of the form."""
        self._compact = compact
        self.show_matches(self.matches)

    def _line(self, match: PossibleMatch) -> QWidget:
        line = QWidget()
        flow = QBoxLayout.Direction.LeftToRight if self._compact else QBoxLayout.Direction.TopToBottom
        column = QBoxLayout(flow, line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8 if self._compact else 0)
        state = self._desk.tools.name_in("case_state")(match.state)
        begins = "可能是同一件事：" if self._compact else ""
        parting = "　" if self._compact else "\n"
        words = QLabel(f"{begins}{match.title}{parting}{show_day(match.received_on)}　{state}")
        words.setWordWrap(True)
        words.setToolTip(match.number)
        column.addWidget(words, 1)
        buttons = QHBoxLayout()
        buttons.setSpacing(12)
        for label, signal in (("看看", self.opened), ("并入这件", self.joined)):
            button = QPushButton(label)
            button.setObjectName("link")
            button.setAccessibleName(f"{label}：{match.title}")
            button.clicked.connect(lambda _=False, signal=signal: signal.emit(match))
            buttons.addWidget(button)
        buttons.addStretch(0 if self._compact else 1)
        column.addLayout(buttons)
        return line


class RecentVisits(QWidget):
    """The latest visits, two lines each. Enter opens the matter, or the visit that still waits."""

    opened = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        heading = QLabel("最近来访")
        heading.setObjectName("section")
        self.list = QListWidget()
        self.list.setAccessibleName("最近来访")
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setSpacing(1)
        self.list.itemActivated.connect(lambda item: self.opened.emit(item.data(ROW_ROLE)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self.list, 1)

    def show_visits(self, rows: Sequence[VisitRow]) -> None:
        """Takes the rows, newest first."""
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(visit_words(row, self._desk))
            item.setData(ROW_ROLE, row)
            item.setToolTip(row.facts or row.number)
            self.list.addItem(item)


def visit_words(row: VisitRow, desk: Desk) -> str:
    """When, who, how many; then what became of it."""
    who = row.visitors or "未写姓名"
    crowd = f"等{row.people_count}人" if row.people_count > 1 else ""
    outcome = desk.tools.name_in("visit_outcome")(row.outcome)
    if row.case_number:
        outcome = f"并入{row.case_number}" if row.outcome == "joined" else row.case_number
    return f"{_when(row, desk)}　{_short(who)}{crowd}\n{outcome}"


def _when(row: VisitRow, desk: Desk) -> str:
    if row.happened_at is None:
        return ""
    same_day = local_day(row.happened_at) == desk.today()
    return local(row.happened_at).strftime("今天 %H:%M" if same_day else "%m-%d %H:%M")


def _short(names: str) -> str:
    return names if len(names) <= 8 else names.split("、")[0]
