"""Matters that few may know of: the marriage that one side refuses to have mediated, and the accusation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.founding import add_account
from models.case import Case, CaseParty
from models.desk import AccessLog, Draft
from models.ids import IdMaker
from models.step import MediationSession, Step
from models.visit import Visit, VisitPerson
from tests.ground.station import CHEAP
from tests.scenarios import disputes, petitions
from tests.scenarios.reading import ledger_titles, people_lines, recent_visits, todo_words
from tests.scenarios.window import Window
from ui.screens.case_folder import CaseFolderScreen

Matters = Mapping[str, Mapping[str, Any]]
OpenWindow = Callable[..., Window]
SECOND, SECOND_PASSWORD = "沈国强", "zhuwu-2026-mediator"


@pytest.fixture
def colleague(open_window: OpenWindow, new_id: IdMaker) -> Callable[[Window], Window]:
    """Closes a window and opens it again for a mediator without the right to see accusations."""

    def change_over(first: Window) -> Window:
        me = first.station.signed_in
        add_account(
            first.station.store,
            name=SECOND,
            login_name=SECOND,
            password=SECOND_PASSWORD,
            role="mediator",
            may_see_accusations=False,
            actor_id=me.staff_id,
            clock=first.clock,
            new_id=new_id,
            cost=CHEAP,
        )
        first.close()
        return open_window(SECOND, SECOND_PASSWORD)

    return change_over


def test_where_one_side_refuses_nothing_is_mediated(window: Window, matters: Matters) -> None:
    """GIVEN the form of 受理 open WHEN the other side is marked as refusing THEN the article is said and it ends."""
    disputes.marriage_opened(window, matters["marriage"])
    (case,) = window.rows(select(Case))
    assert "限定知悉" in window.words()
    below = window.on(CaseFolderScreen)
    sheet = window.begin_step("受理", {"case.acceptance_basis": "主动调解"})
    window.desk.open("case", case_id=case.id)
    window.settle()
    assert {"受理", "终止调解"} <= set(window.offered())
    window.edit_party("更正廖本贵", {}, {"case_party.refuses_mediation": True})
    assert "明确拒绝调解（人民调解法第十七条）" in window.words()
    assert not {"受理", "调解", "书面协议", "口头协议"} & set(window.offered())

    window.back()
    assert window.on(CaseFolderScreen) is below
    window.click(sheet.do_button)
    assert below.sheet is sheet
    assert "依照人民调解法第十七条不得调解" in sheet.banner.text()
    window.press("返回", sheet)
    disputes.marriage_ended(window)

    (case,) = window.rows(select(Case))
    assert (case.state, case.secrecy, case.accepted_on) == ("ended", "confidential", None)
    (visit,) = window.rows(select(Visit))
    assert visit.secrecy == "confidential"
    kinds = [step.kind for step in window.rows(select(Step).order_by(Step.local_id))]
    assert kinds == ["register", "report_police", "end_mediation"]
    (ended,) = window.rows(select(Step).where(Step.kind == "end_mediation"))
    assert ended.routes_told
    assert ended.end_ground == "refused"
    assert window.rows(select(MediationSession)) == []


def test_mediation_does_not_end_before_the_routes_are_told(window: Window, matters: Matters) -> None:
    """GIVEN a dispute WHEN it is ended without the tick THEN article 26 is said; typed words are still there."""
    disputes.marriage_opened(window, matters["marriage"])
    words = window.refused_step(
        "终止调解", step__end_ground="当事人明确拒绝调解", step__note="女方不愿再谈。"
    )
    assert "人民调解法第二十六条" in words
    assert len(window.rows(select(Step))) == 1
    (draft,) = window.rows(select(Draft))
    assert "女方不愿再谈。" in str(draft.content)


def test_the_confidential_marriage_is_not_for_everybody(
    window: Window, matters: Matters, colleague: Callable[[Window], Window]
) -> None:
    """GIVEN the marriage told in confidence WHEN a colleague signs in THEN no list of theirs shows it."""
    disputes.marriage_opened(window, matters["marriage"])
    title = window.rows(select(Case))[0].title
    assert ledger_titles(window) == [title]
    second = colleague(window)
    assert ledger_titles(second) == []
    assert [line for line in second.search("石秋菊") if line] == []
    assert people_lines(second, "石秋菊") == []
    assert recent_visits(second) == []
    assert todo_words(second) == []


def test_an_accusation_is_hidden_and_goes_to_its_organ_only(
    window: Window, matters: Matters, colleague: Callable[[Window], Window]
) -> None:
    """GIVEN a village clerk accused THEN only the organ with the power may get it, and a colleague sees nothing."""
    disputes.wall_opened(window, matters["wall"])
    (open_one,) = window.rows(select(Case))
    petitions.accusation(window, matters["accusation"])
    assert "检举控告" in window.words()
    assert window.offered() == ["转送", "书面告知去向"]
    for unit in (petitions.ACCUSED_AT, petitions.ACCUSED, "竹坞村"):
        words = window.refused_step("转送", step__unit=unit)
        assert "信访工作条例第三十条" in words
    (case,) = window.rows(select(Case).where(Case.id != open_one.id))
    assert (case.category, case.secrecy, case.state) == ("accusation", "accusation", "registered")
    petitions.accusation_transferred(window)
    (case,) = window.rows(select(Case).where(Case.id != open_one.id))
    (visit,) = window.rows(select(Visit).where(Visit.case_id == case.id))
    (party,) = window.rows(select(CaseParty).where(CaseParty.case_id == case.id))
    assert (case.state, case.responsible_unit) == ("transferred", "和川县纪委监委")
    assert (visit.anonymous, visit.secrecy, visit.outcome) == (True, "accusation", "opened")
    assert window.rows(select(VisitPerson).where(VisitPerson.visit_id == visit.id)) == []
    assert party.role == "accused"
    assert set(ledger_titles(window)) == {case.title, open_one.title}
    assert any(case.title in line for line in window.search("低保"))
    assert any(case.title in line for line in todo_words(window))
    assert len(recent_visits(window)) == 2

    second = colleague(window)
    assert ledger_titles(second) == [open_one.title]
    assert ledger_titles(second, "低保") == []
    for words in ("低保", petitions.ACCUSED, "wdb", case.number):
        assert second.search(words) == [], words
    assert len(second.search("张秀英")) == 4, "two headings, the matter and the person"
    for words in (petitions.ACCUSED, "wdb"):
        assert people_lines(second, words) == []
    assert len(people_lines(second, "zxy")) == 1
    (only,) = recent_visits(second)
    assert "张秀英" in only
    assert [line for line in todo_words(second) if "提醒" not in line] == [f"受理或告知 {open_one.title}"]
    assert petitions.ACCUSED not in second.words()
    second.desk.open("case", case_id=case.id)
    second.settle()
    assert "无权查看" in second.said[-1].what
    assert matters["accusation"]["facts"] not in second.words()


def test_opening_what_is_restricted_is_noted(window: Window, matters: Matters) -> None:
    """GIVEN an accusation opened at the window THEN the access log of the store names the matter."""
    petitions.accusation(window, matters["accusation"])
    (case,) = window.rows(select(Case))
    noted = [entry.subject for entry in window.rows(select(AccessLog))]
    assert str(case.id) in noted
