"""案件夹: every lawful step has its form; what the law forbids is said in words with the article."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from sqlalchemy import select

from app.accounts.sign_in import SignedIn
from app.cases.lifecycle.engine import TABLES, AllowedStep, next_steps
from app.cases.lifecycle.rule import ANY_STATE
from app.cases.opening import CaseEntry
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from models.case import Case, CaseParty
from models.desk import AccessLog, Draft
from models.person import Person
from models.step import Agreement, Step
from tests.ui.screens.conftest import FACTS, LI, ZHANG, ZHANG_NUMBER, Bench
from ui.frame.editors import Choice
from ui.frame.errors import Notice
from ui.screens.case_folder import CaseFolderScreen
from ui.screens.folder.facts import HiddenNumber
from ui.screens.folder.sheets import FactsSheet, WithdrawSheet
from ui.screens.party_editor import PartyEditor
from ui.screens.step_dialog import StepSheet


def all_steps() -> dict[str, AllowedStep]:
    """Every step of every kind and state, once each."""
    found = {}
    for kind in TABLES:
        for secrecy in ("open", "accusation"):
            for state in ANY_STATE:
                for step in next_steps(kind, state, secrecy):
                    found[f"{kind}-{secrecy}-{step.kind}"] = step
    return found


STEPS = all_steps()


def words_in(widget: QWidget) -> str:
    """Everything that labels say."""
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if not label.isHidden())


def buttons(widget: QWidget, text: str) -> list[QPushButton]:
    """The buttons with this text."""
    return [button for button in widget.findChildren(QPushButton) if button.text() == text]


def choose(screen: CaseFolderScreen, kind: str) -> StepSheet:
    """Presses a step's button and returns its sheet."""
    assert screen.folder is not None
    place = [step.kind for step in screen.folder.next_steps].index(kind)
    screen.steps.step_buttons[place].click()
    assert isinstance(screen.sheet, StepSheet)
    return screen.sheet


@pytest.fixture
def wall(bench: Bench) -> UUID:
    """张秀英与李有田邻里纠纷, registered."""
    return bench.matter()


@pytest.mark.parametrize("course", sorted({name.rpartition("-")[0] for name in STEPS}))
def test_every_step_has_a_form(bench: Bench, course: str) -> None:
    """GIVEN a step of the tables THEN its sheet constructs, in the order of its fields, with the day filled in."""
    staff_id = bench.desk.station.signed_in.staff_id
    assert staff_id is not None
    for name in sorted(name for name in STEPS if name.rpartition("-")[0] == course):
        step = STEPS[name]
        case_id = bench.desk.station.new_id()
        sheet = StepSheet(bench.desk, case_id, step, staff=[Choice(staff_id, "王芳")], present={})
        bench.show(sheet, 600, 600)
        sheet.begin()
        bench.settle()
        assert sheet.form.references() == list(step.fields), name
        assert sheet.form.values()["step.happened_on"] == bench.desk.today(), name
        assert step.verb in words_in(sheet), name


def test_the_folder_shows_the_matter(bench: Bench, wall: UUID) -> None:
    """Title, number, state, parties, facts; the number of an identity card only when asked for."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    assert screen.state.text() == "（2026）上溪人调字第1号　已登记"
    words = words_in(screen.facts)
    assert "申请人　张秀英" in words
    assert "被申请人　李有田" in words
    assert FACTS in words
    assert ZHANG_NUMBER not in words
    (hidden,) = screen.facts.findChildren(HiddenNumber)
    hidden.button.click()
    assert hidden.words.text() == ZHANG_NUMBER
    hidden.button.click()
    assert hidden.words.text() == f"{ZHANG_NUMBER[:6]}********{ZHANG_NUMBER[-4:]}"


def test_a_step_is_taken_in_place(bench: Bench, wall: UUID) -> None:
    """受理: the sheet opens in the middle, the step appears in the timeline, the state moves on."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    sheet = choose(screen, "accept")
    assert sheet.form.editor("case.acceptance_basis").value() == "by_application"
    assert screen.facts.isVisible()
    sheet.form.editor("step.note").set_value("双方同意调解。")
    sheet.act()
    bench.settle()
    assert screen.sheet is None
    assert screen.state.text().endswith("已受理")
    assert len(screen.timeline.blocks) == 2
    assert "双方同意调解。" in words_in(screen.timeline)
    (case,) = bench.rows(select(Case))
    assert case.accepted_on == bench.desk.today()
    assert bench.rows(select(Draft)) == []


def test_what_is_known_is_not_typed_again(bench: Bench, wall: UUID) -> None:
    """The mediator, the participants and the facts stand in the forms already."""
    bench.step(wall, "accept")
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    session = choose(screen, "mediate")
    assert session.form.editor("mediation_session.participants").value() == "张秀英、李有田"
    assert session.form.editor("mediation_session.mediators").value() == "王芳"
    agreement = choose(screen, "agree_written")
    assert agreement.form.editor("agreement.facts").value() == FACTS


def test_an_unlawful_step_is_refused_in_words(bench: Bench, wall: UUID) -> None:
    """终止调解 without telling of the other routes: the article is named and what was typed stays (第二十六条)."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    sheet = choose(screen, "end_mediation")
    sheet.form.editor("step.end_ground").set_value(first_code(bench, "end_ground"))
    sheet.form.editor("step.note").set_value("双方差距太大。")
    sheet.act()
    bench.settle()
    assert screen.sheet is sheet
    assert "人民调解法第二十六条" in sheet.banner.text()
    assert sheet.form.editor("step.note").value() == "双方差距太大。"
    sheet.form.editor("step.routes_told").set_value(True)
    sheet.act()
    bench.settle()
    assert screen.state.text().endswith("调解终止")


def first_code(bench: Bench, table: str) -> str:
    """The first code of a table."""
    return next(iter(bench.desk.tools.codes[table])).code


def test_a_party_that_refuses_stops_mediation(bench: Bench) -> None:
    """人民调解法 第十七条."""
    case_id = bench.matter(
        CaseEntry(
            kind="dispute",
            parties=(PartyEntry(ZHANG, "applicant"), PartyEntry(LI, "respondent", refuses_mediation=True)),
        )
    )
    screen = bench.show(CaseFolderScreen(bench.desk, case_id))
    assert "明确拒绝调解" in words_in(screen.facts)
    assert screen.folder is not None
    offered = {step.kind for step in screen.folder.next_steps}
    assert not offered & {"mediate", "agree_written", "agree_oral"}
    assert "end_mediation" in offered


def test_a_required_field_is_asked_for(bench: Bench, wall: UUID) -> None:
    """An agreement without terms is not sent; the field says so."""
    bench.step(wall, "accept")
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    sheet = choose(screen, "agree_written")
    sheet.act()
    assert "请填写" in sheet.form.row("agreement.terms").note()
    assert bench.rows(select(Agreement)) == []


def test_a_late_entry_is_marked(bench: Bench, wall: UUID) -> None:
    """补记: what happened a week ago and is recorded today is seen as late."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    sheet = choose(screen, "note")
    sheet.form.editor("step.happened_on").set_value(bench.desk.today() - timedelta(days=7))
    sheet.form.editor("step.note").set_value("上门走访一次。")
    sheet.act()
    bench.settle()
    assert "补记" in words_in(screen.timeline)


def test_a_step_is_taken_back_with_a_reason(bench: Bench, wall: UUID) -> None:
    """撤回 asks for the reason, keeps the step readable and gives the state back."""
    bench.step(wall, "accept")
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    assert screen.folder is not None
    screen.withdraw(screen.folder.timeline[-1])
    sheet = screen.sheet
    assert isinstance(sheet, WithdrawSheet)
    sheet.act()
    assert "请填写" in sheet.form.row("step.withdrawn_reason").note()
    sheet.form.editor("step.withdrawn_reason").set_value("记到别的案子去了")
    sheet.act()
    bench.settle()
    assert screen.state.text().endswith("已登记")
    assert "已撤回：记到别的案子去了" in words_in(screen.timeline)
    assert len(bench.rows(select(Step))) == 2


def test_leaving_a_sheet_keeps_what_was_typed(bench: Bench, wall: UUID) -> None:
    """返回 and opening the step again offers the words."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    sheet = choose(screen, "note")
    sheet.form.editor("step.note").restore_typed("电话里说好明天来。")
    sheet.form.changed.emit("step.note")
    sheet.go_back()
    bench.settle()
    again = choose(screen, "note")
    bench.settle()
    (take,) = buttons(again, "继续填写")
    take.click()
    assert again.form.editor("step.note").value() == "电话里说好明天来。"


def test_a_minor_is_added_with_the_guardian(bench: Bench, wall: UUID) -> None:
    """The guardian's fields appear by themselves for a child, and both become parties (民法典 第十九条)."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    screen.add_party()
    editor = screen.sheet
    assert isinstance(editor, PartyEditor)
    editor.person.editor("person.name").set_value("𬭎小满")
    assert editor.guardian.isHidden()
    editor.person.editor("person.born_on").set_value(date(2015, 4, 20))
    editor.person.changed.emit("person.born_on")
    assert editor.guardian.isVisible()
    editor.guardian.editor("person.name").set_value("𬭎志强")
    editor.guardian_form.editor("case_party.relation").set_value("父子")
    editor.act()
    bench.settle()
    parties = bench.rows(select(CaseParty).where(CaseParty.role == "guardian"))
    assert [party.relation for party in parties] == ["父子"]
    assert "法定代理人" in words_in(screen.facts)


def test_a_minor_without_guardian_is_pointed_out(bench: Bench) -> None:
    """The folder asks for the guardian and links it to the child."""
    child = PersonEntry(name="𬭎小满", sex="1", born_on=date(2015, 4, 20))
    case_id = bench.matter(CaseEntry(kind="dispute", parties=(PartyEntry(child, "applicant"),)))
    screen = bench.show(CaseFolderScreen(bench.desk, case_id))
    assert "未满十八周岁" in words_in(screen.facts)
    (add,) = buttons(screen.facts, "补上法定代理人")
    add.click()
    editor = screen.sheet
    assert isinstance(editor, PartyEditor)
    editor.person.editor("person.name").set_value("𬭎志强")
    editor.act()
    bench.settle()
    assert "未满十八周岁" not in words_in(screen.facts)
    (guardian,) = bench.rows(select(CaseParty).where(CaseParty.role == "guardian"))
    (minor,) = bench.rows(select(CaseParty).where(CaseParty.role == "applicant"))
    assert guardian.represents_party_id == minor.id


def test_a_party_is_corrected_and_taken_out(bench: Bench, wall: UUID) -> None:
    """A new phone goes to the person; a wrong party leaves with a trace."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    assert screen.folder is not None
    screen.edit_party(screen.folder.parties[0])
    editor = screen.sheet
    assert isinstance(editor, PartyEditor)
    assert editor.person.editor("person.address").value() == ZHANG.address
    editor.person.editor("person.phone").set_value("13900000099")
    editor.act()
    bench.settle()
    (zhang,) = bench.rows(select(Person).where(Person.name == "张秀英"))
    assert (zhang.phone, zhang.address, zhang.document_number) == ("13900000099", ZHANG.address, ZHANG_NUMBER)
    assert screen.folder is not None
    screen.edit_party(screen.folder.parties[1])
    (remove,) = buttons(screen, "不是这件事的当事人…")
    remove.click()
    bench.settle()
    assert "被申请人　李有田" not in words_in(screen.facts)


def test_facts_are_corrected(bench: Bench, wall: UUID) -> None:
    """更正: one value changes, the others stay."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    screen.edit_facts()
    sheet = screen.sheet
    assert isinstance(sheet, FactsSheet)
    sheet.form.editor("case.amount_fen").restore_typed("1200.50")
    sheet.act()
    bench.settle()
    (case,) = bench.rows(select(Case))
    assert (case.amount_fen, case.facts, case.dispute_type) == (120050, FACTS, "neighbour")
    assert "1,200.50 元" in words_in(screen.facts)


def test_a_restricted_matter_is_noted_when_opened(bench: Bench) -> None:
    """Whoever opens an accusation leaves a line in the access log."""
    case_id = bench.matter(CaseEntry(kind="petition", category="accusation", facts="检举"))
    bench.desk.station.signed_in = with_right(bench, True)
    screen = bench.show(CaseFolderScreen(bench.desk, case_id))
    bench.settle()
    assert "检举控告" in screen.state.text()
    assert [step.kind for step in screen.folder.next_steps] == ["transfer", "inform"]  # type: ignore[union-attr]
    assert len(bench.rows(select(AccessLog).where(AccessLog.event == "open_restricted"))) == 1


def test_an_accusation_stays_shut_without_the_right(bench: Bench) -> None:
    """信访工作条例 第三十条."""
    case_id = bench.matter(CaseEntry(kind="petition", category="accusation", facts="某文书虚报低保"))
    bench.desk.station.signed_in = with_right(bench, False)
    said: list[Notice] = []
    bench.desk.errors.said.connect(said.append)
    screen = bench.show(CaseFolderScreen(bench.desk, case_id))
    assert [notice.title for notice in said] == ["不能打开"]
    assert screen.folder is None
    assert "虚报" not in words_in(screen)


def with_right(bench: Bench, may: bool) -> SignedIn:
    """Who is signed in, with or without the right to see accusations."""
    return replace(bench.desk.station.signed_in, may_see_accusations=may)


def test_a_narrow_window_turns_the_facts_into_a_tab(bench: Bench, wall: UUID) -> None:
    """At 150 % the timeline and the facts are two sides of the middle; the steps stay in sight."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall), width=820, height=440)
    assert screen.faces.tabs.isVisible()
    assert not screen.facts.isVisible()
    screen.faces.turn_to(1)
    assert screen.facts.isVisible()
    assert screen.steps.isVisible()
    choose(screen, "accept")
    assert not screen.faces.tabs.isVisible()
    screen.resize(1270, 660)
    assert screen.facts.isVisible()


def test_papers_are_asked_for_by_form(bench: Bench, wall: UUID) -> None:
    """The buttons open the paper screen, filled in or blank."""
    screen = bench.show(CaseFolderScreen(bench.desk, wall))
    buttons(screen.steps, "受理登记表")[0].click()
    buttons(screen.steps, "空白")[1].click()
    assert bench.opened == [
        ("paper", {"form": "acceptance_register", "case_id": wall, "blank": False}),
        ("paper", {"form": "acceptance_register", "case_id": wall, "blank": True}),
    ]
