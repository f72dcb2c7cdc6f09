"""A petition's steps: each date that starts a time limit in a field of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.parties import PartyEntry
from app.station import Work
from models.errors import UserError
from models.step import Agreement, Review, Step
from tests.cases.ground import TODAY, case_of, do, later, opened, person, put


def accepted(work: Work, **values: Any) -> UUID:
    """A petition accepted today."""
    case_id = opened(work, "petition", **values)
    do(work, case_id, "accept", case__due_on=later(60))
    return case_id


def delivered(work: Work) -> UUID:
    """A petition whose opinion was delivered ten days ago."""
    case_id = accepted(work)
    do(work, case_id, "reply", step__happened_on=later(-12), case__opinion_result="not_support")
    do(work, case_id, "deliver", step__happened_on=later(-10))
    return case_id


def test_each_day_has_its_own_field(work: Work) -> None:
    """GIVEN a petition worked to its end THEN no date stands for another (第二十二至三十五条)."""
    case_id = opened(work, "petition", received_on=later(-30), petitioned_on=later(-31))
    days: dict[str, tuple[dict[str, Any], str | None]] = {
        "transfer": ({"step__unit": "县信访局"}, "transferred_on"),
        "assign": ({"step__unit": "上溪镇政府", "step__due_on": later(20)}, "assigned_on"),
        "inform": ({"step__unit": "上溪镇政府"}, "told_on"),
        "accept": ({}, "accepted_on"),
        "reply": ({"case__opinion_result": "support"}, "opinion_on"),
        "deliver": ({}, "delivered_on"),
        "follow_up": ({"follow_up__satisfaction": "satisfied"}, None),
        "close": ({"case__resolved": True}, "closed_on"),
    }
    for number, (kind, (values, _)) in enumerate(days.items()):
        do(work, case_id, kind, step__happened_on=later(number - 20), **values)
    case = case_of(work, case_id)
    assert (case.petitioned_on, case.received_on, case.state) == (later(-31), later(-30), "closed")
    for number, (_, column) in enumerate(days.values()):
        assert column is None or getattr(case, column) == later(number - 20)
    assert (case.responsible_unit, case.due_on) == ("上溪镇政府", later(20))


def test_the_first_telling_counts(work: Work) -> None:
    case_id = opened(work, "petition")
    do(work, case_id, "inform", step__happened_on=later(-3))
    do(work, case_id, "inform")
    assert case_of(work, case_id).told_on == later(-3)


@pytest.mark.parametrize("kind", ["transfer", "assign"])
@pytest.mark.parametrize("unit", ["", "  "])
def test_handing_on_names_the_organ(work: Work, kind: str, unit: str) -> None:
    case_id = opened(work, "petition")
    with pytest.raises(UserError, match="单位"):
        do(work, case_id, kind, step__unit=unit)


def test_an_organ_may_send_it_back_with_reasons(work: Work) -> None:
    """信访工作条例 第二十三条."""
    case_id = opened(work, "petition")
    do(work, case_id, "transfer", step__unit="县水利局")
    with pytest.raises(UserError, match="情况说明"):
        do(work, case_id, "return_transfer", step__unit="县水利局")
    do(work, case_id, "return_transfer", step__unit="县水利局", step__note="属农业农村局职权，经核实同意")
    assert case_of(work, case_id).state == "registered"


@pytest.mark.parametrize(
    ("days", "lawful"), [([15], True), ([30], True), ([31], False), ([15, 15], True), ([15, 16], False), ([0], False)]
)  # fmt: skip
def test_extensions_are_thirty_days_in_all(work: Work, days: list[int], lawful: bool) -> None:
    """信访工作条例 第三十四条: GIVEN extensions WHEN they add up to more than 30 days THEN the last is refused."""
    case_id = accepted(work)
    for number in days[:-1]:
        extend(work, case_id, number)
    if lawful:
        extend(work, case_id, days[-1])
    else:
        with pytest.raises(UserError, match="30 日"):
            extend(work, case_id, days[-1])
    kept = sum(days) if lawful else sum(days[:-1])
    case = case_of(work, case_id)
    assert (case.extension_days or 0, case.due_on) == (kept, later(60 + kept))


def extend(work: Work, case_id: UUID, days: int, **values: Any) -> UUID:
    """Extends with all that the law asks for."""
    whole = {
        "case__extension_days": days,
        "case__extension_reason": "情况复杂",
        "case__extension_approver": "李镇长",
        "case__extension_approved_on": TODAY,
        "case__extension_told_on": TODAY,
    }
    return do(work, case_id, "extend", **{**whole, **values})


@pytest.mark.parametrize(
    ("missing", "label"),
    [
        ("extension_reason", "理由"),
        ("extension_approver", "批准人"),
        ("extension_approved_on", "批准日期"),
        ("extension_told_on", "告知日期"),
    ],
)
def test_an_extension_is_approved_and_told(work: Work, missing: str, label: str) -> None:
    case_id = accepted(work)
    with pytest.raises(UserError, match=label):
        extend(work, case_id, 10, **{f"case__{missing}": None})
    assert not case_of(work, case_id).extension_days


def test_routes_one_to_five_lead_elsewhere(work: Work) -> None:
    """信访工作条例 第三十一条: the petition procedure itself is not a route, and no acceptance is recorded."""
    case_id = opened(work, "petition")
    with pytest.raises(UserError, match="第六项"):
        do(work, case_id, "route", case__statutory_route="6", step__unit="镇政府")
    with pytest.raises(UserError):
        do(work, case_id, "route", case__statutory_route="2")
    do(work, case_id, "route", case__statutory_route="2", step__unit="劳动争议仲裁委")
    case = case_of(work, case_id)
    assert (case.state, case.statutory_route, case.accepted_on) == ("routed", "2", None)


def test_a_petition_can_be_mediated_while_it_runs(work: Work) -> None:
    """信访工作条例 第三十三条: mediation that fails leads back to the opinion; one that succeeds to an agreement."""
    case_id = accepted(work)
    do(work, case_id, "mediate", mediation_session__result="continue")
    assert case_of(work, case_id).state == "mediating"
    extend(work, case_id, 5)
    do(work, case_id, "agree_written", agreement__terms="补偿到位")
    assert work.session.scalars(select(Agreement)).one().copies == 3
    assert case_of(work, case_id).state == "agreed"
    other = accepted(work)
    do(work, other, "mediate")
    do(work, other, "reply", case__opinion_result="explain")
    assert case_of(work, other).state == "replied"


def test_each_reply_has_its_own_delivery(work: Work) -> None:
    """第三十五、三十六条: GIVEN a review and its delivery THEN the first delivery stands as it was."""
    case_id = delivered(work)
    do(work, case_id, "review", review__organ="县政府", review__conclusion="uphold")
    assert case_of(work, case_id).state == "reviewing"
    do(work, case_id, "deliver", step__happened_on=TODAY)
    review = work.session.scalars(select(Review)).one()
    assert (review.stage, review.applied_on, review.delivered_on) == ("review", TODAY, TODAY)
    assert case_of(work, case_id).delivered_on == later(-10)


def test_review_then_final_review_then_no_more(work: Work) -> None:
    """信访工作条例 第三十五、三十六条: in that order, once each."""
    case_id = delivered(work)
    with pytest.raises(UserError, match="复核要在复查之后"):
        do(work, case_id, "final_review", review__organ="市政府")
    do(work, case_id, "review", review__organ="县政府")
    do(work, case_id, "deliver")
    with pytest.raises(UserError, match="已经申请过复查"):
        do(work, case_id, "review", review__organ="县政府")
    do(work, case_id, "final_review", review__organ="市政府", review__conclusion="uphold")
    do(work, case_id, "deliver")
    with pytest.raises(UserError, match="终结"):
        do(work, case_id, "final_review", review__organ="市政府")
    do(work, case_id, "close")
    assert case_of(work, case_id).state == "closed"


def test_declining_tells_why_and_where(work: Work) -> None:
    case_id = opened(work, "petition")
    with pytest.raises(UserError, match="第二十三条"):
        do(work, case_id, "decline", step__decline_ground="not_competent")
    step_id = do(
        work,
        case_id,
        "decline",
        step__decline_ground="not_competent",
        step__routes_told=True,
        step__unit="县水利局",
    )
    row = work.session.scalars(select(Step).where(Step.id == step_id)).one()
    assert (row.unit, row.from_state, row.to_state) == ("县水利局", "registered", "declined")


@pytest.mark.parametrize("state", ["registered", "accepted", "mediating"])
def test_a_petition_is_not_closed_without_an_answer(work: Work, state: str) -> None:
    case_id = opened(work, "petition", parties=(PartyEntry(person("张秀英"), "petitioner"),))
    put(work, case_id, state=state)
    with pytest.raises(UserError, match="不能做“办结”"):
        do(work, case_id, "close")
