"""Reads back what the window shows and what was issued."""

from __future__ import annotations

import pypdfium2

from app.cases.issuing import read_issued
from models.document import Paper
from tests.scenarios.window import Window, lines_of
from ui.screens.ledger import LedgerScreen
from ui.screens.people import PeopleScreen
from ui.screens.today import TodayScreen
from ui.screens.visit_entry import VisitScreen


def paper_text(window: Window, paper: Paper) -> str:
    """What can be copied out of an issued paper, without its line ends."""
    with window.station.query() as session:
        content = read_issued(session, window.station.store.attachments, paper.id)
    document = pypdfium2.PdfDocument(content)
    try:
        assert len(document) == paper.pages
        text = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return text.replace("\r", "").replace("\n", "")


def todo_words(window: Window) -> list[str]:
    """今日 as it stands: headings, and what to do about which matter."""
    screen = window.go("今日", TodayScreen)
    return [line if isinstance(line, str) else f"{line.verb} {line.title}" for line in screen.model.lines]


def ledger_titles(window: Window, words: str = "") -> list[str]:
    """The titles in 台账 for some words; the count beside the heading is the same."""
    screen = window.go("台账", LedgerScreen)
    window.enter(screen.filters.words, words)
    window.qtbot.wait(screen._timer.interval() + 20)
    window.settle()
    model = screen.table.model
    titles = [str(model.index(row, 0).data()) for row in range(model.rowCount())]
    assert screen.count.text() == f"{len(titles)} 件"
    return titles


def people_lines(window: Window, words: str) -> list[str]:
    """Who is found in 人员."""
    screen = window.go("人员", PeopleScreen)
    window.type_into(screen.box, words)
    window.qtbot.wait(screen._timer.interval() + 20)
    window.settle()
    return lines_of(screen.found)


def recent_visits(window: Window) -> list[str]:
    """The recent visits beside the reception form."""
    return lines_of(window.go("来访", VisitScreen).recent.list)
