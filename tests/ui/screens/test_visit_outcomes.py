"""What becomes of a visit: an answer, a matter of each kind, a place in one that is there already."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from app.cases.opening import CaseEntry
from app.cases.parties import PartyEntry
from models.case import Case, CaseParty
from models.duty import ErrandClaim
from models.visit import Visit
from tests.ui.screens.conftest import (
    FACTS,
    ZHANG,
    ZHANG_NUMBER,
    Bench,
    line,
    write,
    write_facts,
)
from ui.screens.visit.sheets import AnswerSheet, JoinSheet, OpeningSheet
from ui.screens.visit_entry import VisitScreen


def sheet_of(screen: VisitScreen) -> OpeningSheet:
    """The sheet in sight."""
    assert isinstance(screen.sheet, OpeningSheet)
    return screen.sheet


@pytest.mark.parametrize(
    ("key", "verb"),
    [
        (Qt.Key.Key_F5, "登记并入这件事"),
        (Qt.Key.Key_F6, "登记并打开案件夹"),
        (Qt.Key.Key_F7, "登记并答复"),
        (Qt.Key.Key_F8, "登记并打开案件夹"),
        (Qt.Key.Key_F9, "登记并打开案件夹"),
    ],
)
def test_every_outcome_has_a_key(bench: Bench, screen: VisitScreen, key: Qt.Key, verb: str) -> None:
    """The key opens the sheet with the focus in it, Esc gives the form back as it was."""
    write(bench, screen.form.person, "person.name", "张秀英")
    bench.qtbot.keyClick(line(screen.form.person, "person.name"), key)
    assert screen.sheet is not None
    assert screen.sheet.do_button.text() == verb
    assert screen.sheet.isAncestorOf(screen.sheet.focusWidget() or screen)
    bench.qtbot.keyClick(screen.sheet.first_widget(), Qt.Key.Key_Escape)
    assert screen.sheet is None
    assert screen.form.person.editor("person.name").value() == "张秀英"


def test_a_dispute_is_opened_with_the_other_side(bench: Bench, screen: VisitScreen) -> None:
    """立为纠纷: visitor and other side become parties, facts are not typed again, the folder opens."""
    write(bench, screen.form.person, "person.name", "张秀英")
    write_facts(screen, FACTS)
    screen.open_dispute()
    sheet = sheet_of(screen)
    sheet.form.editor("case.dispute_type").set_value("neighbour")
    assert sheet.other is not None
    sheet.other.editor("person.name").set_value("李有田")
    sheet.act()
    bench.settle()
    (case,) = bench.rows(select(Case))
    assert (case.kind, case.facts, case.state) == ("dispute", FACTS, "registered")
    assert case.title == "张秀英与李有田邻里纠纷"
    roles = {party.role for party in bench.rows(select(CaseParty))}
    assert roles == {"applicant", "respondent"}
    assert bench.opened == [("case", {"case_id": case.id})]
    (visit,) = bench.rows(select(Visit))
    assert (visit.outcome, visit.case_id) == ("opened", case.id)


@pytest.mark.parametrize(
    ("category", "kind", "secrecy", "role"),
    [
        ("claim", "petition", "open", "about_unit"),
        ("suggestion", "suggestion", "open", "about_unit"),
        ("accusation", "petition", "accusation", "accused"),
    ],
)
def test_a_petition_of_each_category(
    bench: Bench, screen: VisitScreen, category: str, kind: str, secrecy: str, role: str
) -> None:
    """A suggestion has its own course, and an accusation is restricted with its accused (第二十九至三十一条)."""
    write(bench, screen.form.person, "person.name", "吕正红")
    write_facts(screen, "占地赔偿款没有到账。")
    screen.open_petition()
    sheet = sheet_of(screen)
    sheet.form.editor("case.category").set_value(category)
    assert sheet.other is not None
    sheet.other.editor("person.name").set_value("和川风力发电有限公司")
    sheet.act()
    bench.settle()
    (case,) = bench.rows(select(Case))
    assert (case.kind, case.secrecy) == (kind, secrecy)
    assert role in {party.role for party in bench.rows(select(CaseParty))}


def test_an_errand_with_its_claims(bench: Bench, screen: VisitScreen) -> None:
    """信访代跑: one claim a line."""
    write(bench, screen.form.person, "person.name", "孙月娥")
    screen.open_errand()
    sheet = sheet_of(screen)
    sheet.form.editor("claims").set_value("残疾证换证\n高龄补贴停发两个月")
    sheet.act()
    bench.settle()
    (case,) = bench.rows(select(Case))
    assert case.kind == "errand"
    assert {row.claim for row in bench.rows(select(ErrandClaim))} == {"残疾证换证", "高龄补贴停发两个月"}


def test_an_answer_on_the_spot(bench: Bench, screen: VisitScreen) -> None:
    """当场答复 asks for the answer, and then the form is free for the next one."""
    write_facts(screen, "咨询高龄补贴怎么申请。")
    screen.answer()
    sheet = screen.sheet
    assert isinstance(sheet, AnswerSheet)
    sheet.act()
    assert "请填写" in sheet.form.row("visit.answer").note()
    sheet.form.editor("visit.answer").set_value("告知带身份证到乡便民中心办理。")
    sheet.act()
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    assert (visit.outcome, visit.answer) == ("answered", "告知带身份证到乡便民中心办理。")
    assert screen.sheet is None
    assert screen.form.matter.editor("visit.facts").value() == ""


def test_the_hint_shows_open_matters_only_and_joins_them(bench: Bench, screen: VisitScreen) -> None:
    """GIVEN an open and a restricted matter of the same person THEN only the open one is hinted at; joined as a
    repeat it starts no second matter.
    """
    wall = bench.matter()
    bench.matter(
        CaseEntry(
            kind="petition", category="accusation", facts="检举", parties=(PartyEntry(ZHANG, "petitioner"),)
        )
    )
    write(bench, screen.form.person, "person.document_number", ZHANG_NUMBER)
    bench.qtbot.waitUntil(lambda: bool(screen.matches.matches), timeout=5000)
    assert [match.case_id for match in screen.matches.matches] == [wall]
    write(bench, screen.form.person, "person.name", "张秀英")
    screen.join(screen.matches.matches[0])
    assert isinstance(screen.sheet, JoinSheet)
    screen.sheet.act()
    bench.settle()
    (visit,) = bench.rows(select(Visit))
    assert (visit.outcome, visit.case_id, visit.is_repeat) == ("joined", wall, True)
    assert len(bench.rows(select(Case))) == 2
