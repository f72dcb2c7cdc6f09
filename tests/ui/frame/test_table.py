"""Tables over keyset queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy.orm import Session

from models.clock import at_local
from ui.frame.table import Page, TableColumn, TablePage
from ui.frame.work import Desk
from ui.style.tokens import ROW_HEIGHT

COLUMNS = [
    TableColumn("case.number"),
    TableColumn("case.title", stretch=True),
    TableColumn("case.state"),
    TableColumn("case.received_on"),
    TableColumn("case.registered_at"),
    TableColumn("case.amount_fen"),
    TableColumn("case.difficult"),
    TableColumn("parties", label="当事人", show=lambda row: "、".join(row.parties)),
]


REGISTERED = at_local(2026, 3, 2, 9, 30)


@dataclass(frozen=True)
class Row:
    """A line of the ledger."""

    id: int
    number: str
    title: str = "甲与乙\n邻里纠纷"
    state: str = "mediating"
    received_on: date | None = date(2026, 3, 2)
    registered_at: datetime | None = REGISTERED
    amount_fen: int | None = 120050
    difficult: bool = True
    parties: tuple[str, ...] = ("张三", "𠮷某")


class Source:
    """Rows in pages of fifty, by key."""

    def __init__(self, count: int) -> None:
        self.rows = [Row(n, f"第{n}号") for n in range(count)]
        self.asked: list[int | None] = []

    def fetch(self, session: Session, after: int | None) -> Page:
        """The next fifty after a key."""
        assert session.is_active
        self.asked.append(after)
        first = 0 if after is None else after + 1
        rows = self.rows[first : first + 50]
        return Page(rows, rows[-1].id if first + 50 < len(self.rows) else None)


def shown(qtbot: QtBot, desk: Desk, source: Source) -> TablePage:
    """A table that has read its first page."""
    page = TablePage(COLUMNS, source.fetch, desk, empty="还没有登记的事项。按 F2 登记第一件。")
    qtbot.addWidget(page)
    page.resize(1100, 400)
    page.show()
    with qtbot.waitSignal(page.model.loaded):
        page.reload()
    return page


def test_cells_are_shown_the_way_their_fields_say(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a row THEN codes have names, days and amounts their form, headings the fields' labels."""
    page = shown(qtbot, desk, Source(1))
    model = page.model
    texts = [model.data(model.index(0, column)) for column in range(model.columnCount())]
    assert texts == [
        "第0号",
        "甲与乙 邻里纠纷",
        "调解中",
        "2026-03-02",
        "2026-03-02 09:30",
        "1200.50",
        "是",
        "张三、𠮷某",
    ]
    headings = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(8)]
    assert headings == ["案号", "事项名称", "状态", "收到日期", "登记时间", "涉及金额", "疑难复杂", "当事人"]
    right = model.data(model.index(0, 5), Qt.ItemDataRole.TextAlignmentRole)
    assert right & Qt.AlignmentFlag.AlignRight


def test_pages_are_read_as_one_scrolls(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN 120 rows WHEN one scrolls down THEN three pages are asked for, each once, by key."""
    source = Source(120)
    page = shown(qtbot, desk, source)
    assert page.model.rowCount() == 50
    for expected in (100, 120):
        page.view.scrollToBottom()
        qtbot.waitUntil(lambda expected=expected: page.model.rowCount() >= expected)
    assert page.model.complete
    assert source.asked == [None, 49, 99]
    assert [row.id for row in page.model.rows] == list(range(120))
    assert page.view.rowHeight(0) >= ROW_HEIGHT


def test_an_empty_table_says_what_to_do(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN no rows THEN a sentence stands in the table's place."""
    page = shown(qtbot, desk, Source(0))
    assert not page.view.isVisible()
    assert page.current() is None
    page.set_empty("没有符合条件的事项。")


def test_enter_and_double_click_open_the_row(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a current row WHEN Enter is pressed or it is double-clicked THEN it is opened."""
    page = shown(qtbot, desk, Source(3))
    opened: list[Row] = []
    chosen: list[Row | None] = []
    page.opened.connect(opened.append)
    page.chosen.connect(chosen.append)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    qtbot.keyClick(page.view, Qt.Key.Key_Return)
    page.view.doubleClicked.emit(page.model.index(2, 0))
    assert [row.id for row in opened] == [1, 2]
    assert [row.id for row in chosen if row] == [1]


def test_a_reload_keeps_the_place_and_drops_late_pages(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a current row WHEN the table is read again twice THEN the row stays current and nothing is doubled."""
    source = Source(60)
    page = shown(qtbot, desk, source)
    page.view.setCurrentIndex(page.model.index(7, 0))
    page.reload()
    page.reload()
    qtbot.waitUntil(lambda: desk.idle)
    current = page.current()
    assert current is not None
    assert current.id == 7
    assert len({row.id for row in page.model.rows}) == len(page.model.rows)


def test_the_stretching_column_takes_the_room(qtbot: QtBot, desk: Desk) -> None:
    """GIVEN a wide table THEN no column is cut to nothing and together they fill it."""
    page = shown(qtbot, desk, Source(3))
    widths = [page.view.columnWidth(n) for n in range(8)]
    assert min(widths) > 40
    page.resize(1900, 400)
    qtbot.wait(10)
    assert page.view.columnWidth(1) > widths[1]
    assert abs(sum(page.view.columnWidth(n) for n in range(8)) - page.view.viewport().width()) <= 2
