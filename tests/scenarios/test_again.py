"""The errand, the visit that comes again, and the same matter entered twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from models.case import Case, CaseLink
from models.duty import Errand, ErrandClaim
from models.person import Person
from models.step import Step
from models.visit import Visit
from tests.scenarios import disputes, petitions
from tests.scenarios.reading import ledger_titles
from tests.scenarios.window import Window

Matters = Mapping[str, Mapping[str, Any]]


def test_an_errand_with_two_claims(window: Window, matters: Matters) -> None:
    """GIVEN 孙月娥 cannot walk far WHEN two errands are run for her THEN she is told and evaluates before the close."""
    petitions.errand(window, matters["errand"])
    (case,) = window.rows(select(Case))
    (errand,) = window.rows(select(Errand))
    claims = window.rows(select(ErrandClaim).order_by(ErrandClaim.local_id))
    assert [claim.claim for claim in claims] == matters["errand"]["claims"]
    assert {claim.errand_id for claim in claims} == {errand.id}
    assert (errand.evaluation, errand.reported_back_on) == ("satisfied", date(2026, 8, 20))
    assert (case.kind, case.state, case.closed_on) == ("errand", "closed", date(2026, 8, 20))
    kinds = [step.kind for step in window.rows(select(Step).order_by(Step.local_id))]
    assert kinds == ["register", "run_errand", "run_errand", "report_back", "close"]


def test_a_repeat_visit_counts_and_starts_nothing_anew(window: Window, matters: Matters) -> None:
    """GIVEN the wind farm accepted WHEN 吕正红 comes again THEN a second visit, the same matter, the same term."""
    petitions.windfarm(window, matters["windfarm"])
    (before,) = window.rows(select(Case))
    petitions.windfarm_again(window, matters["repeat"])
    assert "重复来访" in window.words()
    assert "受理" not in window.offered()
    (case,) = window.rows(select(Case))
    first, again = window.rows(select(Visit).order_by(Visit.local_id))
    assert (case.accepted_on, case.due_on, case.state) == (before.accepted_on, before.due_on, "accepted")
    assert (again.outcome, again.is_repeat, again.repeats_visit_id) == ("joined", True, first.id)
    assert again.case_id == first.case_id == case.id
    assert not first.is_repeat
    assert len(window.rows(select(Person).where(Person.name == "吕正红"))) == 1
    assert [step.kind for step in window.rows(select(Step))].count("accept") == 1


def test_the_same_matter_entered_twice_is_joined_not_repeated(window: Window, matters: Matters) -> None:
    """GIVEN the wall at the desk WHEN it is entered again THEN the hint shows it and one matter remains."""
    disputes.wall_opened(window, matters["wall"])
    petitions.wall_again(window, matters["wall"])
    (case,) = window.rows(select(Case))
    first, again = window.rows(select(Visit).order_by(Visit.local_id))
    assert (again.case_id, again.outcome, again.is_repeat) == (case.id, "joined", False)
    assert again.repeats_visit_id is None
    assert first.outcome == "opened"
    assert window.rows(select(CaseLink)) == []
    trace = [step.note for step in window.rows(select(Step).where(Step.kind == "link"))]
    assert trace == [f"来访 {again.number}：{matters['wall']['facts']}"]
    assert "重复来访" not in window.words()
    assert ledger_titles(window) == [case.title]
    assert len(window.rows(select(Person).where(Person.name == "张秀英"))) == 1
