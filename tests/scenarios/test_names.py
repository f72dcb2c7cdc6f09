"""Names that many programs break: 𬭎 outside the basic plane, 㛃 and 䶮; and a crowd that names five."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from models.case import Case, CaseParty
from models.document import Paper
from models.person import Person
from models.step import Agreement, Step
from models.visit import Visit, VisitPerson
from tests.scenarios import disputes, petitions
from tests.scenarios.reading import ledger_titles, paper_text, people_lines
from tests.scenarios.window import Window

Matters = Mapping[str, Mapping[str, Any]]


def test_a_child_with_a_rare_name_and_the_guardian(window: Window, matters: Matters) -> None:
    """GIVEN 𬭎小满, eleven, hurt by a tricycle WHEN worked to an agreement THEN the name survives everywhere."""
    disputes.accident(window, matters["accident"])
    names = {person.id: person for person in window.rows(select(Person))}
    parties = window.rows(select(CaseParty).order_by(CaseParty.position))
    told = [(names[party.person_id].name, party.role, party.relation) for party in parties]
    assert told == [("𬭎小满", "applicant", ""), ("郑昇", "respondent", ""), ("𬭎志强", "guardian", "父子")]
    child, _driver, guardian = parties
    assert guardian.represents_party_id == child.id
    assert names[child.person_id].born_on == date(2015, 4, 20)
    assert names[child.person_id].sex == "1"
    (case,) = window.rows(select(Case))
    assert case.title == "𬭎小满与郑昇道路交通事故纠纷"
    (agreement,) = window.rows(select(Agreement))
    assert agreement.confirmation_applied_on == date(2026, 7, 18)
    assert (agreement.confirmation_court, agreement.confirmation_result) == ("和川县人民法院", "applied")

    (paper,) = window.rows(select(Paper))
    text = paper_text(window, paper)
    assert "𬭎小满" in text
    assert "𬭎志强" in text
    assert "法定代理人" in text

    for words in ("𬭎小满", "𬭎", "𬭎志强"):
        assert any(line.startswith(case.title) for line in window.search(words)), words
    assert ledger_titles(window, "𬭎小满") == [case.title]
    assert any(line.startswith("𬭎小满") for line in people_lines(window, "𬭎小满"))


def test_forty_six_come_and_name_five(window: Window, matters: Matters) -> None:
    """GIVEN a crowd WHEN five representatives are named THEN one visit of 46, one petition, two organs."""
    petitions.crowd(window, matters["estate493"])
    (visit,) = window.rows(select(Visit))
    (case,) = window.rows(select(Case))
    assert (visit.people_count, visit.urgent, visit.case_id) == (46, True, case.id)
    names = {person.id: person.name for person in window.rows(select(Person))}
    came = window.rows(select(VisitPerson).order_by(VisitPerson.position))
    assert [names[row.person_id] for row in came] == matters["estate493"]["parties"]["representatives"]
    assert {row.role for row in came} == {"representative"}
    roles = [party.role for party in window.rows(select(CaseParty).order_by(CaseParty.position))]
    assert roles == ["representative"] * 5 + ["about_unit"]
    assert (case.affected_households, case.state) == (493, "assigned")
    assigned = window.rows(select(Step).where(Step.kind == "assign").order_by(Step.local_id))
    assert [step.unit for step in assigned] == list(petitions.ORGANS)
    assert {step.due_on for step in assigned} == {date(2026, 10, 23)}
    for name in ("王㛃", "刘䶮"):
        assert any(case.title in line for line in window.search(name)), name
