"""台账: every matter the viewer may see, filtered in one row, read page by page."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QWidget
from sqlalchemy.orm import Session

from app.cases.ledger import (
    COUNT_LIMIT,
    LedgerFilter,
    LedgerKey,
    LedgerPage,
    LedgerRow,
    ledger_count,
    ledger_page,
)
from models.field import Field, Kind, Personal
from ui.frame.editors import ChoiceEditor, Editor, editor_for
from ui.frame.screen import Screen
from ui.frame.table import TableColumn, TablePage
from ui.frame.work import Desk
from ui.screens.parts.beside import Beside
from ui.screens.parts.reading_desk import viewer_of

WAIT_MS = 250
COLUMNS = (
    TableColumn("case.title", stretch=True, width_em=15.0),
    TableColumn("case.dispute_type", label="类型", width_em=9.5),
    TableColumn("case.state", width_em=6.5),
    TableColumn("case.received_on", width_em=6.8),
    TableColumn("case.number", width_em=14.0),
    TableColumn("case.closed_on", width_em=6.8),
    TableColumn("case.amount_fen", label="金额（元）", width_em=6.5),
)
WIDE_FROM_EM = 66


class LedgerFilterRow(QWidget):
    """Words, kind, state, type and days, in one line."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        tools = desk.tools
        self.words = editor_for(Field("关键字", Kind.TEXT, Personal.NO, hint="姓名、案号、内容"), tools)
        self.kind = _choice(desk, "case_kind", "类别")
        self.state = _choice(desk, "case_state", "状态")
        self.dispute_type = _choice(desk, "dispute_type", "纠纷类型")
        self.first = editor_for(Field("收到日期从", Kind.DAY, Personal.NO), tools)
        self.last = editor_for(Field("收到日期到", Kind.DAY, Personal.NO), tools)
        self.only_open = QCheckBox("只看未办结")
        self.clear_button = QPushButton("清除")
        self.clear_button.setObjectName("link")
        self.clear_button.setToolTip("清除所有筛选条件")
        self.words.set_hint("关键字：姓名、案号、内容")
        self.first.set_hint("收到日期从")
        self.last.set_hint("到")
        what = (
            (self.words, "关键字", 5),
            (self.kind, "类别", 3),
            (self.state, "状态", 3),
            (self.dispute_type, "纠纷类型", 4),
        )
        when = ((self.first, "收到日期从", 3), (self.last, "收到日期到", 3))
        groups = [_in_a_row(what), _in_a_row(when, self.only_open, self.clear_button)]
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Beside(groups, [15, 12], wide_from_em=WIDE_FROM_EM, gap=8))

    @property
    def editors(self) -> tuple[Editor, ...]:
        """The boxes from left to right."""
        return (self.words, self.kind, self.state, self.dispute_type, self.first, self.last)

    def wanted(self) -> LedgerFilter:
        """The filter as it stands; an unreadable day counts as none."""
        return LedgerFilter(
            state=self.state.value(),
            kind=self.kind.value(),
            dispute_type=self.dispute_type.value(),
            received_from=self.first.value(),
            received_to=self.last.value(),
            words=self.words.value(),
            only_open=self.only_open.isChecked(),
        )

    def clear(self) -> None:
        """No condition at all."""
        for editor in self.editors:
            editor.restore_typed("")
        self.only_open.setChecked(False)


class LedgerScreen(Screen):
    """The ledger. Enter opens the matter."""

    title = "台账"
    shows = frozenset({"case", "case_party", "person"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.filters = LedgerFilterRow(desk)
        self._wanted = LedgerFilter()
        self._viewer = viewer_of(desk)
        self.count = QLabel()
        self.count.setObjectName("soft")
        self.table = TablePage(
            COLUMNS, self._fetch, desk, empty="没有符合条件的事项。可以放宽条件，或点“清除”。", name="台账"
        )
        self.table.opened.connect(self._open)
        self.add_beside_heading(self.count)
        self.content.addWidget(self.filters)
        self.content.addWidget(self.table, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        for editor in self.filters.editors:
            editor.changed.connect(self._timer.start)
        self.filters.only_open.clicked.connect(lambda _on: self.refresh())
        self.filters.clear_button.clicked.connect(self._clear)

    def first_focus(self) -> QWidget:
        """The words: most of the time somebody looks for something."""
        return self.filters.words.focus_widget()

    def refresh(self) -> None:
        """Reads the first page and the count for the filter as it stands."""
        self._timer.stop()
        wanted, viewer = self.filters.wanted(), self._viewer
        self._wanted = wanted
        self.table.reload()

        def job(session: Session) -> int:
            return ledger_count(session, wanted, viewer)

        self.query(job, self._counted)

    def _fetch(self, session: Session, after: LedgerKey | None) -> LedgerPage:
        return ledger_page(session, self._wanted, self._viewer, after)

    def _counted(self, count: int) -> None:
        self.count.setText(f"{COUNT_LIMIT}+ 件" if count > COUNT_LIMIT else f"{count} 件")

    def _clear(self) -> None:
        self.filters.clear()
        self.refresh()
        self.filters.words.focus_widget().setFocus()

    def _open(self, row: LedgerRow) -> None:
        self.desk.open("case", case_id=row.id)


def _in_a_row(editors: Sequence[tuple[Editor, str, int]], *others: QWidget) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for editor, name, share in editors:
        editor.focus_widget().setAccessibleName(name)
        row.addWidget(editor, share)
    for widget in others:
        row.addWidget(widget)
    return group


def _choice(desk: Desk, table: str, hint: str) -> ChoiceEditor:
    made = ChoiceEditor(desk.tools.choices(table), empty="", name_of=desk.tools.name_in(table))
    made.set_hint(hint)
    made.box.setMinimumContentsLength(4)
    return made
