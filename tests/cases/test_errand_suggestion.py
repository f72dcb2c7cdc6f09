"""Errands and suggestions: nothing is closed before the person was told."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.cases.folder import open_folder
from app.cases.parties import PartyEntry
from app.station import Work
from models.duty import Errand, ErrandClaim
from models.errors import UserError
from tests.cases.ground import TODAY, case_of, chief, do, later, opened, person


def test_an_errand_ends_with_report_and_evaluation(work: Work) -> None:
    """GIVEN an errand with two claims THEN runs repeat, and it closes only after 回告 and 评价."""
    case_id = opened(work, "errand", claims=("办残疾证", "补办低保"), parties=(PartyEntry(person("张秀英")),))
    errand = work.session.scalars(select(Errand).where(Errand.case_id == case_id)).one()
    assert work.session.scalars(select(ErrandClaim.claim).order_by(ErrandClaim.local_id)).all() == [
        "办残疾证",
        "补办低保",
    ]
    assert errand.runner_id == work.actor_id
    with pytest.raises(UserError, match="去向（相关）单位"):
        do(work, case_id, "run_errand")
    for unit in ("县残联", "镇民政办"):
        do(work, case_id, "run_errand", step__unit=unit)
    with pytest.raises(UserError, match="回告"):
        do(work, case_id, "close")
    with pytest.raises(UserError, match="群众评价"):
        do(work, case_id, "report_back")
    do(work, case_id, "report_back", errand__evaluation="satisfied", step__happened_on=later(-1))
    assert (errand.reported_back_on, errand.evaluation) == (later(-1), "satisfied")
    do(work, case_id, "close", case__resolved=True)
    assert (case_of(work, case_id).state, case_of(work, case_id).closed_on) == ("closed", TODAY)
    assert open_folder(work.session, case_id, chief(work)).claims == ("办残疾证", "补办低保")


def test_an_errand_without_claims_is_its_demand(work: Work) -> None:
    opened(work, "errand", demand="代办社保卡")
    assert work.session.scalars(select(ErrandClaim.claim)).all() == ["代办社保卡"]


@pytest.mark.parametrize("kind", ["errand", "suggestion"])
def test_danger_can_be_recorded_everywhere(work: Work, kind: str) -> None:
    """反家庭暴力法 第十四条: whatever the matter is, what is found on the way is reported."""
    case_id = opened(work, kind)
    do(work, case_id, "report_police", step__unit="上溪派出所")
    do(
        work,
        case_id,
        "risk",
        case__risk_level="red",
        case__risk_reason="发现家暴",
        case__risk_measures="妇联上门",
        case__risk_review_on=later(1),
    )
    assert case_of(work, case_id).risk_level == "red"


def test_a_suggestion_is_adopted_and_answered(work: Work) -> None:
    """信访工作条例 第二十九条."""
    case_id = opened(work, "suggestion")
    with pytest.raises(UserError):
        do(work, case_id, "close")
    do(work, case_id, "adopt", step__happened_on=later(-2))
    do(work, case_id, "reply", step__happened_on=later(-1))
    do(work, case_id, "close")
    case = case_of(work, case_id)
    assert (case.accepted_on, case.opinion_on, case.closed_on) == (later(-2), later(-1), TODAY)


def test_a_suggestion_may_be_answered_without_adoption(work: Work) -> None:
    case_id = opened(work, "suggestion")
    do(work, case_id, "reply", step__note="暂不具备条件")
    assert case_of(work, case_id).accepted_on is None
