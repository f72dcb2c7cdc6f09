"""The wall and the unpaid wages, from the first word at the desk to the end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from models.case import Case, CaseParty
from models.document import Paper
from models.person import Person
from models.step import Agreement, Fulfilment, MediationSession, Step
from models.visit import Visit
from tests.scenarios import disputes
from tests.scenarios.reading import paper_text, todo_words
from tests.scenarios.window import Window
from ui.screens.case_folder import CaseFolderScreen

Matters = Mapping[str, Mapping[str, Any]]


def test_the_wall_from_visit_to_close(window: Window, matters: Matters) -> None:
    """GIVEN 张秀英 at the desk WHEN her matter is worked to its end at the window THEN every row tells it once."""
    disputes.wall_opened(window, matters["wall"])
    assert "张秀英与李有田邻里纠纷" in window.words()
    assert window.offered()[:2] == ["受理", "不予受理"]
    disputes.wall_settled(window)

    (case,) = window.rows(select(Case))
    (visit,) = window.rows(select(Visit))
    assert (case.number, case.state, case.resolved) == ("（2026）上溪人调字第1号", "closed", True)
    assert (case.facts, case.demand) == (matters["wall"]["facts"], matters["wall"]["demand"])
    assert (visit.case_id, visit.outcome) == (case.id, "opened")
    days = [(step.kind, step.happened_on) for step in window.rows(select(Step).order_by(Step.local_id))]
    assert days == [
        ("register", date(2026, 3, 2)),
        ("accept", date(2026, 3, 2)),
        ("mediate", date(2026, 3, 4)),
        ("mediate", date(2026, 3, 6)),
        ("agree_written", date(2026, 3, 6)),
        ("fulfil", date(2026, 3, 20)),
        ("follow_up", date(2026, 4, 19)),
        ("close", date(2026, 4, 19)),
    ]
    first, second = window.rows(select(MediationSession).order_by(MediationSession.local_id))
    assert (first.result, second.result) == ("continue", "agreed")
    assert first.rights_told
    assert "\n" in first.record
    (agreement,) = window.rows(select(Agreement))
    assert (agreement.amount_fen, agreement.copies) == (126_050, 3)
    assert agreement.effective_on == date(2026, 3, 6)
    assert "已办结" in window.words()
    (paper,) = window.rows(select(Paper))
    assert (paper.form, paper.number, paper.case_id) == ("agreement", case.number, case.id)
    text = paper_text(window, paper)
    for words in ("张秀英", "李有田", "上溪村3组17号", "围墙退回二十八厘米", case.number, "2026年3月6日"):
        assert words in text, words


def test_wages_in_three_instalments_one_late(window: Window, matters: Matters) -> None:
    """GIVEN thirteen workers agreed on three instalments WHEN the second is late THEN 今日 says so until it is paid."""
    disputes.wages_agreed(window, matters["wages"])
    assert (
        "黄三妹等13人与白泉镇宏发石材加工厂拖欠农民工工资纠纷"
        in window.on(CaseFolderScreen)._heading.toolTip()
    )
    assert "法定代表人 钱宏发厂长" in window.words()
    assert "另有工友十一人（11人）" in window.words()
    window.at("2026-05-25")
    assert any(line.startswith("督促履行：第二期工资") for line in todo_words(window))
    (found, *_rest) = window.rows(select(Case))
    window.desk.open("case", case_id=found.id)
    window.settle()
    disputes.wages_paid(window)
    assert not [line for line in todo_words(window) if "第二期工资" in line or "第三期工资" in line]

    parties = window.rows(select(CaseParty).order_by(CaseParty.position))
    people = {person.id: person for person in window.rows(select(Person))}
    shown = [(people[party.person_id].name, party.role, party.group_count) for party in parties]
    assert shown == [
        ("黄三妹", "applicant", None),
        ("韦阿勇", "applicant", None),
        ("白泉镇宏发石材加工厂", "respondent", None),
        ("另有工友十一人", "applicant", 11),
    ]
    factory = people[parties[2].person_id]
    assert (factory.kind, factory.legal_representative, factory.representative_post) == (
        "legal",
        "钱宏发",
        "厂长",
    )
    wei = people[parties[1].person_id]
    assert (wei.sex, wei.born_on, wei.ethnicity) == ("1", date(1979, 12, 30), "08")
    (case,) = window.rows(select(Case))
    assert (case.amount_fen, case.state) == (21_460_000, "agreed")
    rows = window.rows(select(Fulfilment).order_by(Fulfilment.local_id))
    assert [
        (row.item, row.amount_fen, row.due_on, row.done_on, row.urged_on, row.status) for row in rows
    ] == [
        ("第一期工资", 6_000_000, date(2026, 4, 20), date(2026, 4, 20), None, "fulfilled"),
        ("第二期工资", 8_000_000, date(2026, 5, 20), None, date(2026, 5, 25), "pending"),
        ("第三期工资", 7_460_000, date(2026, 6, 20), None, None, "pending"),
        ("第二期工资", 8_000_000, date(2026, 5, 20), date(2026, 5, 27), None, "fulfilled"),
        ("第三期工资", 7_460_000, date(2026, 6, 20), date(2026, 6, 20), None, "fulfilled"),
    ]
