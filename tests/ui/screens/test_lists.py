"""今日, 台账, 查找, 人员: what there is, in order, and nothing the viewer may not see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry, save_person
from app.cases.visits import VisitEntry, register_visit
from app.station import Work
from tests.ui.screens.conftest import FACTS, LI, ZHANG, Bench, type_text
from ui.screens.ledger import LedgerScreen
from ui.screens.people import PeopleScreen
from ui.screens.search_palette import SearchScreen, attach_search
from ui.screens.today import TodayScreen

ACCUSATION = CaseEntry(
    kind="petition",
    category="accusation",
    facts="反映某村文书虚报低保名额",
    parties=(PartyEntry(ZHANG, "petitioner"),),
)


def without_right(bench: Bench) -> None:
    """From now on whoever is signed in may not see accusations."""
    bench.desk.station.signed_in = replace(bench.desk.station.signed_in, may_see_accusations=False)


def with_right(bench: Bench) -> None:
    """From now on whoever is signed in may see accusations."""
    bench.desk.station.signed_in = replace(bench.desk.station.signed_in, may_see_accusations=True)


# -- today --


def test_an_empty_day_is_kind(bench: Bench) -> None:
    """Nothing to do is said, not shown as an empty table."""
    screen = bench.show(TodayScreen(bench.desk))
    assert not screen.view.isVisible()
    assert screen.model.lines == []


def test_today_is_grouped_by_day(bench: Bench) -> None:
    """Overdue, today, within seven days, waiting; Enter opens the matter, and each matter stands once."""
    today = bench.desk.today()
    wall = bench.matter()
    bench.step(wall, "accept")
    bench.step(wall, "agree_written", agreement__terms="退回二十八厘米")
    for item, days in (("恢复水沟", -3), ("付一半费用", 0), ("围墙退回", 5)):
        bench.step(wall, "fulfil", fulfilment__item=item, fulfilment__due_on=today + timedelta(days=days))
    bench.change(lambda work: register_visit(work, VisitEntry(facts="咨询低保")))
    screen = bench.show(TodayScreen(bench.desk))
    headings = [line for line in screen.model.lines if isinstance(line, str)]
    assert headings == ["已到期　1 件", "今天　1 件", "七日内　1 件", "未办结提醒　1 件"]
    model = screen.model
    assert model.index(1, 0).data() == "逾期3天"
    assert model.index(1, 1).data() == "督促履行：恢复水沟"
    assert model.index(1, 2).data() == "张秀英与李有田邻里纠纷"
    assert screen.view.currentIndex().row() == 1
    bench.qtbot.keyClick(screen.view, Qt.Key.Key_Return)
    assert bench.opened == [("case", {"case_id": wall})]
    assert "3月2日" in screen._heading.text()


def test_today_opens_a_visit_that_waits(bench: Bench) -> None:
    """A visit without a decision leads back to the reception screen."""
    visit_id = bench.change(lambda work: register_visit(work, VisitEntry(facts="咨询低保")))
    screen = bench.show(TodayScreen(bench.desk))
    bench.qtbot.keyClick(screen.view, Qt.Key.Key_Return)
    assert bench.opened == [("visit", {"visit_id": visit_id})]


def test_today_does_not_tell_of_accusations(bench: Bench) -> None:
    """信访工作条例 第三十条: not even as a reminder."""
    bench.matter(ACCUSATION)
    without_right(bench)
    screen = bench.show(TodayScreen(bench.desk))
    assert screen.model.lines == []


# -- ledger --


@pytest.fixture
def many(bench: Bench) -> int:
    """A hundred and thirty matters."""

    def fill(work: Work) -> int:
        for number in range(130):
            kind = "dispute" if number % 3 else "petition"
            open_case(
                work,
                CaseEntry(
                    kind=kind,
                    title=f"第{number}件",
                    dispute_type="land" if number % 2 and kind == "dispute" else "",
                    received_on=date(2026, 1, 1) + timedelta(days=number % 60),
                ),
            )
        return 130

    return int(bench.change(fill))


def test_the_ledger_comes_page_by_page(bench: Bench, many: int) -> None:
    """Fifty rows first, the rest as one scrolls; Enter opens the matter."""
    screen = bench.show(LedgerScreen(bench.desk))
    model = screen.table.model
    assert len(model.rows) == 50
    assert screen.count.text() == f"{many} 件"
    while not model.complete:
        screen.table.view.scrollToBottom()
        bench.settle()
    assert len({row.id for row in model.rows}) == many
    screen.table.view.selectRow(0)
    screen.table.view.setCurrentIndex(model.index(0, 0))
    bench.qtbot.keyClick(screen.table.view, Qt.Key.Key_Return)
    assert bench.opened == [("case", {"case_id": model.row(0).id})]


def test_the_ledger_is_filtered(bench: Bench, many: int) -> None:
    """Kind, type, days and words narrow it; 清除 gives everything back."""
    screen = bench.show(LedgerScreen(bench.desk))
    screen.filters.kind.set_value("petition")
    screen.refresh()
    bench.settle()
    assert {row.kind for row in screen.table.model.rows} == {"petition"}
    screen.filters.clear()
    screen.filters.dispute_type.set_value("land")
    screen.filters.first.restore_typed("2.1")
    screen.filters.last.restore_typed("2026-2-28")
    screen.refresh()
    bench.settle()
    rows = screen.table.model.rows
    assert rows
    assert all(row.dispute_type == "land" and row.received_on.month == 2 for row in rows)
    screen.filters.clear_button.click()
    bench.settle()
    assert screen.count.text() == f"{many} 件"


def test_words_in_the_ledger_are_looked_for_while_typing(bench: Bench) -> None:
    """A pause in typing is enough."""
    bench.matter()
    bench.matter(CaseEntry(kind="dispute", facts="稻谷收购合同价款争议"))
    screen = bench.show(LedgerScreen(bench.desk))
    box = screen.filters.words.focus_widget()
    type_text(bench.qtbot, box, "滴水沟")
    bench.qtbot.waitUntil(lambda: len(screen.table.model.rows) == 1, timeout=5000)
    assert screen.table.model.rows[0].title == "张秀英与李有田邻里纠纷"


def test_the_ledger_hides_accusations(bench: Bench) -> None:
    """Neither row nor count."""
    bench.matter(ACCUSATION)
    without_right(bench)
    screen = bench.show(LedgerScreen(bench.desk))
    assert screen.table.model.rows == []
    assert screen.count.text() == "0 件"


# -- search --


def entries(screen: SearchScreen) -> list[str]:
    """The lines of the results."""
    return [screen.found.item(row).text() for row in range(screen.found.count())]


def test_search_finds_by_initials_words_and_phone(bench: Bench) -> None:
    """Matters and people, with Enter opening the first."""
    wall = bench.matter()
    screen = bench.show(SearchScreen(bench.desk))
    for words in ("zxy", "张秀英", "滴水沟", "13900000017"):
        screen.box.clear()
        type_text(bench.qtbot, screen.box, words)
        bench.qtbot.waitUntil(lambda: not screen._timer.isActive(), timeout=3000)
        bench.settle()
        assert any("张秀英与李有田邻里纠纷" in line for line in entries(screen)), words
    bench.qtbot.keyClick(screen.box, Qt.Key.Key_Return)
    assert bench.opened == [("case", {"case_id": wall})]


def test_search_opens_with_the_words_of_the_top_box(bench: Bench) -> None:
    """What was typed above is looked for at once; a person opens 人员."""
    person = bench.change(lambda work: save_person(work, LI))
    screen = bench.show(SearchScreen(bench.desk, words="李有田"))
    assert entries(screen)[0] == "人员"
    bench.qtbot.keyClick(screen.box, Qt.Key.Key_Return)
    assert bench.opened == [("people", {"person_id": person})]


def test_search_says_when_there_is_nothing(bench: Bench) -> None:
    """And what to try."""
    screen = bench.show(SearchScreen(bench.desk, words="没有这件事"))
    assert "没有找到" in screen.note.text()


def test_search_hides_accusations(bench: Bench) -> None:
    """The same words find it with the right and not without."""
    bench.matter(ACCUSATION)
    with_right(bench)
    seen = bench.show(SearchScreen(bench.desk, words="虚报低保"))
    assert len(entries(seen)) == 2
    without_right(bench)
    hidden = bench.show(SearchScreen(bench.desk, words="虚报低保"))
    assert entries(hidden) == []


def test_results_drop_down_below_a_box(bench: Bench, qtbot: QtBot) -> None:
    """The list below the window's search box: arrow and Enter open."""
    wall = bench.matter()
    box = QLineEdit()
    drop = attach_search(bench.desk, box, box)
    bench.show(box, 600, 40)
    type_text(qtbot, box, "zxy")
    qtbot.waitUntil(lambda: bool(drop.shown), timeout=5000)
    assert "张秀英与李有田邻里纠纷" in drop.shown[0]
    assert not drop.popup().currentIndex().isValid()
    qtbot.keyClick(drop.popup(), Qt.Key.Key_Down)
    qtbot.keyClick(drop.popup(), Qt.Key.Key_Return)
    assert bench.opened == [("case", {"case_id": wall})]


# -- people --


def test_a_person_with_the_matters_one_may_see(bench: Bench) -> None:
    """Contact facts and open matters; the accusation is not there and nothing tells of it."""
    bench.matter()
    bench.matter(ACCUSATION)
    without_right(bench)
    screen = bench.show(PeopleScreen(bench.desk))
    type_text(bench.qtbot, screen.box, "zxy")
    bench.qtbot.waitUntil(lambda: screen.found.count() > 0, timeout=5000)
    screen.found.itemActivated.emit(screen.found.item(0))
    bench.settle()
    assert screen.form.editor("person.phone").value() == ZHANG.phone
    assert screen.matters.count() == 1
    assert "张秀英与李有田邻里纠纷" in screen.matters.item(0).text()
    screen.matters.itemActivated.emit(screen.matters.item(0))
    assert bench.opened[0][0] == "case"


def test_a_person_is_corrected(bench: Bench) -> None:
    """The new address is the person's, in every matter."""
    person_id = bench.change(lambda work: save_person(work, ZHANG))
    screen = bench.show(PeopleScreen(bench.desk, person_id=person_id))
    assert not screen.save_button.isEnabled()
    screen.form.editor("person.address").restore_typed("上溪村1组2号")
    screen.form.changed.emit("person.address")
    screen.save()
    bench.settle()
    with bench.desk.station.query() as session:
        from ui.screens.parts.reading_desk import viewer_of
        from ui.screens.people import read_person

        page = read_person(session, person_id, viewer_of(bench.desk))
    assert (page.person.address, page.person.name) == ("上溪村1组2号", "张秀英")


def test_nobody_is_ranked(bench: Bench) -> None:
    """The order of the list says nothing of how often somebody came (newest entry first)."""
    bench.matter(
        CaseEntry(kind="dispute", facts=FACTS, parties=(PartyEntry(PersonEntry(name="张一"), "applicant"),))
    )
    bench.change(lambda work: save_person(work, PersonEntry(name="张二")))
    screen = bench.show(PeopleScreen(bench.desk))
    type_text(bench.qtbot, screen.box, "张")
    bench.qtbot.waitUntil(lambda: screen.found.count() == 2, timeout=5000)
    assert [screen.found.item(row).text() for row in range(2)] == ["张二", "张一"]
