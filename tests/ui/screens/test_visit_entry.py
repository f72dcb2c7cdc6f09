"""来访登记: entered by keyboard, never refused, nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from sqlalchemy import select

from app.cases.people import KnownPerson, find_people, save_person
from app.cases.visits import VisitEntry, VisitorEntry, register_visit
from models.clock import local_day
from models.desk import Draft
from models.person import Person
from models.visit import Visit, VisitPerson
from tests.ground.clock import FakeClock
from tests.ui.screens.conftest import (
    FACTS,
    LI,
    ZHANG,
    ZHANG_BORN,
    ZHANG_NUMBER,
    Bench,
    line,
    type_text,
    write,
    write_facts,
)
from ui.screens.visit_entry import VisitScreen


def press(screen: VisitScreen, label: str) -> None:
    """Presses a button of the screen."""
    (button,) = [each for each in screen.findChildren(QPushButton) if each.text() == label]
    button.click()


def test_a_visit_is_entered_by_keyboard_alone(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN an empty form WHEN name, number and phone are typed with Enter between them and Ctrl+S is pressed
    THEN the visit is there with first receiver, number and the person's sex and birth date.
    """
    name = line(screen.form.person, "person.name")
    type_text(bench.qtbot, name, "张秀英")
    bench.qtbot.keyClick(name, Qt.Key.Key_Return)
    number = line(screen.form.person, "person.document_number")
    assert number.hasFocus()
    bench.qtbot.keyClicks(number, ZHANG_NUMBER.lower())
    bench.qtbot.keyClick(number, Qt.Key.Key_Return)
    phone = line(screen.form.person, "person.phone")
    assert phone.hasFocus()
    bench.qtbot.keyClicks(phone, "13900000017")
    write_facts(screen, FACTS)
    bench.settle()
    bench.qtbot.keyClick(phone, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    (person,) = bench.rows(select(Person))
    assert (visit.facts, visit.outcome, visit.number) == (FACTS, "pending", "上溪访2026-0001")
    assert visit.first_received_by == bench.desk.station.signed_in.staff_id
    assert (person.name, person.sex, person.born_on) == ("张秀英", "2", ZHANG_BORN)
    assert person.document_number == ZHANG_NUMBER
    assert screen.form.person.empty
    assert "已登记" in screen.banner.accessibleName()


def test_the_number_fills_sex_and_birth_date(bench: Bench, screen: VisitScreen) -> None:
    """A good number fills and locks both, and says the age; taking it away unlocks them."""
    form = screen.form.person
    write(bench, form, "person.document_number", ZHANG_NUMBER)
    assert form.editor("person.sex").value() == "2"
    assert form.editor("person.born_on").value() == ZHANG_BORN
    assert form.row("person.sex").read_only
    assert form.row("person.born_on").note() == "69 岁"
    line(form, "person.document_number").clear()
    bench.qtbot.keyClicks(line(form, "person.document_number"), "1")
    assert not form.row("person.sex").read_only


def test_a_wrong_number_is_flagged_and_saved(bench: Bench, screen: VisitScreen) -> None:
    """One wrong digit is said in words; the visit is saved all the same."""
    wrong = ZHANG_NUMBER[:-1] + ("1" if ZHANG_NUMBER[-1] != "1" else "2")
    form = screen.form.person
    write(bench, form, "person.name", "张秀英")
    write(bench, form, "person.document_number", wrong)
    line(form, "person.phone").setFocus()
    assert "校验码不符" in form.row("person.document_number").note()
    assert "不影响保存" in form.row("person.document_number").note()
    screen.keep()
    bench.settle()
    (person,) = bench.rows(select(Person))
    assert person.document_number == wrong
    assert len(bench.rows(select(Visit))) == 1


def test_a_known_person_is_found_by_initials_and_reused(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN 张秀英 is known WHEN zxy is typed and Enter taken THEN her facts are there and no second person."""
    known = bench.change(lambda work: save_person(work, ZHANG))
    form = screen.form.person
    write(bench, form, "person.name", "zxy")
    bench.qtbot.waitUntil(lambda: bool(form.finder.shown))
    assert form.finder.shown == ["张秀英　女　69岁　上溪村3组17号　139****0017"]
    bench.qtbot.keyClick(form.finder.popup(), Qt.Key.Key_Return)
    assert form.editor("person.name").value() == "张秀英"
    assert form.editor("person.address").value() == "上溪村3组17号"
    assert "以前登记过的人" in form.row("person.name").note()
    screen.keep()
    bench.settle()
    (link,) = bench.rows(select(VisitPerson))
    assert link.person_id == known
    assert len(bench.rows(select(Person))) == 1


def test_a_name_written_out_is_not_replaced_unasked(bench: Bench, screen: VisitScreen) -> None:
    """A namesake in the list is not chosen beforehand: Enter goes on to the next field."""
    bench.change(lambda work: save_person(work, ZHANG))
    form = screen.form.person
    write(bench, form, "person.name", "张秀英")
    bench.qtbot.waitUntil(lambda: bool(form.finder.shown))
    assert not form.finder.popup().currentIndex().isValid()
    bench.qtbot.keyClick(form.finder.popup(), Qt.Key.Key_Return)
    assert form.editor("person.phone").value() == ""


def test_what_was_typed_is_offered_again(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN a form left in the middle WHEN the screen is opened again THEN 继续填写 brings everything back."""
    write(bench, screen.form.person, "person.name", "张秀英")
    further = screen.form.further.add_line()
    further.editors["name"].restore_typed("李有田")
    screen.form.marks.ticks["urgent"].click()
    write_facts(screen, FACTS)
    screen._draft.keep_now()
    bench.settle()
    again = bench.show(VisitScreen(bench.desk))
    assert "上次没有存完的内容" in again.banner.accessibleName()
    press(again, "继续填写")
    assert again.form.person.editor("person.name").value() == "张秀英"
    assert again.form.matter.editor("visit.facts").value() == FACTS
    assert [line.editors["name"].value() for line in again.form.further.filled()] == ["李有田"]
    assert again.form.marks.values()["urgent"] is True
    again.keep()
    bench.settle()
    assert bench.rows(select(Draft)) == []


def test_a_draft_remembers_whom_it_belongs_to(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN a known person without a number in a draft WHEN it is taken up and saved THEN there is no second one."""
    known = bench.change(lambda work: save_person(work, LI))
    screen.form.person.take(known_person(bench, "李有田"))
    screen.form.changed.emit()
    screen._draft.keep_now()
    bench.settle()
    again = bench.show(VisitScreen(bench.desk))
    press(again, "继续填写")
    bench.settle()
    again.keep()
    bench.settle()
    (person,) = bench.rows(select(Person))
    assert (person.id, person.address) == (known, LI.address)


def test_an_anonymous_visit_is_saved(bench: Bench, screen: VisitScreen) -> None:
    """Nobody is named, and what is reported is kept."""
    write(bench, screen.form.person, "person.name", "不愿留名")
    screen.form.marks.ticks["anonymous"].click()
    assert screen.form.person.isHidden() or not screen.form.person.isVisible()
    write_facts(screen, "反映某村文书虚报低保名额。")
    screen.keep()
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    assert visit.anonymous
    assert bench.rows(select(Person)) == []


def test_an_empty_visit_can_be_saved(bench: Bench, screen: VisitScreen) -> None:
    """Registering is never blocked by missing facts (信访工作条例 第四十三条)."""
    screen.keep()
    bench.settle()
    assert len(bench.rows(select(Visit))) == 1


def test_a_crowd_with_representatives(bench: Bench, screen: VisitScreen) -> None:
    """Forty-six people, six of them named as representatives: a remark, and all are kept."""
    for name in ("周建国", "陈美娟", "王㛃", "刘䶮", "赵国平", "𬭎小满"):
        each = screen.form.further.add_line()
        each.role.set_value("representative")
        each.editors["name"].restore_typed(name)
        each.changed.emit()
    assert "不超过五人" in screen.form.further.note.text()
    screen.form.matter.editor("visit.people_count").restore_typed("46")
    screen.keep()
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    assert visit.people_count == 46
    assert len(bench.rows(select(VisitPerson).where(VisitPerson.role == "representative"))) == 6


def test_a_visit_that_waits_is_gone_on_with(bench: Bench) -> None:
    """A visit kept for later is read back with its people and corrected, not registered again."""
    entry = VisitEntry(
        facts=FACTS, urgent=True, visitors=(VisitorEntry(ZHANG), VisitorEntry(LI, "representative"))
    )
    visit_id = bench.change(lambda work: register_visit(work, entry))
    screen = bench.show(VisitScreen(bench.desk, visit_id=visit_id))
    assert screen.form.person.editor("person.name").value() == "张秀英"
    assert screen.form.marks.values()["urgent"] is True
    assert [str(each.role.value()) for each in screen.form.further.lines] == ["representative"]
    write_facts(screen, FACTS + "下雨倒灌。")
    screen.keep()
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    assert visit.facts.endswith("下雨倒灌。")
    assert len(bench.rows(select(VisitPerson).where(VisitPerson.withdrawn_at.is_(None)))) == 2
    assert len(bench.rows(select(Person))) == 2


def test_the_recent_visits_say_what_became_of_them(bench: Bench, screen: VisitScreen) -> None:
    """The newest is on top with its outcome, and opens again."""
    bench.change(
        lambda work: register_visit(work, VisitEntry(visitors=(VisitorEntry(ZHANG),), people_count=3))
    )
    screen.refresh()
    bench.settle()
    words = screen.recent.list.item(0).text()
    assert "张秀英等3人" in words
    assert "待处理" in words
    screen.recent.list.itemActivated.emit(screen.recent.list.item(0))
    assert bench.opened[0][0] == "visit"


def test_a_narrow_window_keeps_the_form_whole(bench: Bench) -> None:
    """At 150 % the recent visits go behind a tab and the hint above the form."""
    bench.matter()
    screen = bench.show(VisitScreen(bench.desk), width=820, height=440)
    assert not screen.faces.wide
    assert screen.faces.tabs.isVisible()
    screen.form.person.take(known_person(bench, "张秀英"))
    bench.qtbot.waitUntil(screen.matches.isVisible, timeout=5000)
    assert not screen.recent.isVisible()


def known_person(bench: Bench, name: str) -> KnownPerson:
    """Somebody as the finder would hand them over."""
    with bench.desk.station.query() as session:
        return find_people(session, name)[0]


def test_a_known_visitor_on_a_further_line_keeps_what_is_known(bench: Bench, screen: VisitScreen) -> None:
    """A compact line shows three fields; address and the rest of the known person are not wiped out."""
    bench.change(lambda work: save_person(work, replace(ZHANG, occupation="务农")))
    each = screen.form.further.add_line()
    each.take(known_person(bench, "张秀英"))
    screen.keep()
    bench.settle()
    (person,) = bench.rows(select(Person))
    assert (person.address, person.occupation) == (ZHANG.address, "务农")


def test_the_time_of_a_visit_is_when_it_is_typed(bench: Bench, screen: VisitScreen, clock: FakeClock) -> None:
    """GIVEN a form left open for a hundred days WHEN the next visit is typed THEN it is not dated back."""
    write_facts(screen, FACTS)
    press(screen, "先存着")
    bench.settle()
    first = clock.now()
    clock.advance(days=100)
    write_facts(screen, "第二件")
    press(screen, "先存着")
    bench.settle()
    moments = [visit.happened_at for visit in bench.rows(select(Visit).order_by(Visit.local_id))]
    assert [local_day(moment) for moment in moments] == [local_day(first), local_day(clock.now())]


def test_among_representatives_the_first_named_is_one(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN further visitors who are all representatives THEN whoever stands first is one as well."""
    bench.change(lambda work: save_person(work, ZHANG))
    write(bench, screen.form.person, "person.name", "周建国")
    further = screen.form.further.add_line()
    further.take(known_person(bench, "张秀英"))
    further.role.set_value("representative")
    assert [visitor.role for visitor in screen.form.visitors()] == ["representative", "representative"]
    further.role.set_value("petitioner")
    assert [visitor.role for visitor in screen.form.visitors()] == ["petitioner", "petitioner"]
