"""Steps that every kind of matter shares."""

from __future__ import annotations

from app.cases.lifecycle.checks import risk_described, risk_looked_at_again, risk_registered
from app.cases.lifecycle.effects import case_day, case_value, follow_up_day
from app.cases.lifecycle.rule import ANY_STATE, OPEN_STATES, StepRule
from models.step import FollowUp

FOLLOW_UP_FIELDS = (
    "step.happened_on",
    "follow_up.method",
    "follow_up.fulfilment",
    "follow_up.satisfaction",
    "follow_up.truthful",
    "follow_up.note",
    "follow_up.remaining_risk",
    "follow_up.measures",
)

NOTE = StepRule("note", "记一笔", ANY_STATE, None, ("step.happened_on", "step.unit", "step.note"), main=False)
RISK = StepRule(
    "risk",
    "登记风险",
    OPEN_STATES,
    None,
    ("step.happened_on", "case.risk_level", "case.risk_reason", "case.risk_measures", "case.risk_review_on"),
    "人民调解法 第二十五条",
    checks=(risk_described, risk_looked_at_again),
    effects=(case_value("risk_lifted_on", None),),
    main=False,
)
LIFT_RISK = StepRule(
    "lift_risk",
    "解除风险",
    OPEN_STATES,
    None,
    ("step.happened_on", "step.note"),
    checks=(risk_registered,),
    effects=(case_day("risk_lifted_on"),),
    main=False,
)
REPORT_POLICE = StepRule(
    "report_police",
    "报告公安机关",
    OPEN_STATES,
    None,
    ("step.happened_on", "step.unit", "step.note"),
    "人民调解法 第二十五条；反家庭暴力法 第十四条",
    required=("step.happened_on", "step.unit"),
    main=False,
)
CLOSE = StepRule(
    "close",
    "办结",
    (
        "agreed",
        "ended",
        "followed_up",
        "declined",
        "routed",
        "replied",
        "delivered",
        "transferred",
        "reviewing",
        "final_reviewing",
    ),
    "closed",
    ("step.happened_on", "case.settlement_depth", "case.resolved", "case.closing_note"),
    effects=(case_day("closed_on"),),
)
REOPEN = StepRule(
    "reopen",
    "重新办理",
    ("closed",),
    "registered",
    ("step.happened_on", "case.flowed_back", "step.note"),
    effects=(case_value("closed_on", None), case_value("resolved", False)),
    main=False,
)


def follow_up(from_states: tuple[str, ...]) -> StepRule:
    """The follow-up of a matter in one of the given states."""
    return StepRule(
        "follow_up",
        "回访",
        from_states,
        "followed_up",
        FOLLOW_UP_FIELDS,
        "人民调解工作若干规定 第三十七条",
        detail=FollowUp,
        effects=(follow_up_day,),
    )


EVERYWHERE = (NOTE, RISK, LIFT_RISK, REPORT_POLICE, REOPEN)
