"""The steps of a petition (信访工作条例 第二十二至三十六条)."""

from __future__ import annotations

from app.cases.lifecycle.checks import (
    decline_reason,
    extension_lawful,
    nobody_refuses,
    not_to_the_accused,
    organ_named,
    two_sides,
)
from app.cases.lifecycle.common import CLOSE, EVERYWHERE, follow_up
from app.cases.lifecycle.effects import (
    added_extension,
    agreement_effective,
    case_day,
    handled_by_me,
    remembered,
    review_stage,
)
from app.cases.lifecycle.rule import StepRule
from models.step import Agreement, MediationSession, Review

_HANDED = ("step.happened_on", "step.unit", "step.document_number", "step.due_on", "step.note")

TRANSFER = StepRule(
    "transfer",
    "转送",
    ("registered", "assigned", "transferred"),
    "transferred",
    _HANDED,
    "信访工作条例 第二十二、三十条",
    required=("step.happened_on", "step.unit"),
    checks=(organ_named, not_to_the_accused),
    effects=(case_day("transferred_on"), remembered("responsible_unit", "step.unit")),
)
INFORM = StepRule(
    "inform",
    "书面告知去向",
    ("registered", "transferred", "assigned", "accepted"),
    None,
    ("step.happened_on", "step.unit", "step.document_number", "step.note"),
    "信访工作条例 第二十三条",
    effects=(case_day("told_on"),),
)

RULES: tuple[StepRule, ...] = (
    TRANSFER,
    StepRule(
        "assign",
        "交办",
        ("registered", "transferred", "assigned"),
        "assigned",
        _HANDED,
        "信访工作条例 第二十二条",
        required=("step.happened_on", "step.unit"),
        checks=(organ_named, not_to_the_accused),
        effects=(
            case_day("assigned_on"),
            remembered("responsible_unit", "step.unit"),
            remembered("due_on", "step.due_on"),
        ),
    ),
    INFORM,
    StepRule(
        "accept",
        "受理",
        ("registered", "transferred", "assigned"),
        "accepted",
        ("step.happened_on", "step.document_number", "case.due_on", "case.responsible_unit", "step.note"),
        "信访工作条例 第二十三、三十一条",
        checks=(not_to_the_accused,),
        effects=(case_day("accepted_on"), handled_by_me),
    ),
    StepRule(
        "decline",
        "不予受理",
        ("registered", "transferred", "assigned"),
        "declined",
        (
            "step.happened_on",
            "step.decline_ground",
            "step.unit",
            "step.routes_told",
            "step.document_number",
            "step.note",
        ),
        "信访工作条例 第十九、二十三、三十六条",
        checks=(decline_reason,),
        effects=(case_day("told_on"),),
    ),
    StepRule(
        "route",
        "导入法定途径",
        ("registered", "transferred", "assigned"),
        "routed",
        ("step.happened_on", "case.statutory_route", "step.unit", "step.note"),
        "信访工作条例 第三十一条",
        required=("step.happened_on", "case.statutory_route", "step.unit"),
        checks=(organ_named,),
    ),
    StepRule(
        "extend",
        "延期",
        ("accepted", "mediating"),
        None,
        (
            "step.happened_on",
            "case.extension_days",
            "case.extension_reason",
            "case.extension_approver",
            "case.extension_approved_on",
            "case.extension_told_on",
        ),
        "信访工作条例 第三十四条",
        checks=(extension_lawful,),
        effects=(added_extension,),
        main=False,
    ),
    StepRule(
        "mediate",
        "调解",
        ("accepted", "mediating"),
        "mediating",
        (
            "step.happened_on",
            "mediation_session.place",
            "mediation_session.mediators",
            "mediation_session.participants",
            "mediation_session.record",
            "mediation_session.result",
        ),
        "信访工作条例 第三十三条",
        detail=MediationSession,
        checks=(nobody_refuses,),
        main=False,
    ),
    StepRule(
        "agree_written",
        "达成调解（和解）协议",
        ("accepted", "mediating"),
        "agreed",
        (
            "step.happened_on",
            "agreement.facts",
            "agreement.terms",
            "agreement.performance",
            "agreement.amount_fen",
        ),
        "信访工作条例 第三十三条",
        detail=Agreement,
        required=("step.happened_on", "agreement.terms"),
        checks=(nobody_refuses, two_sides),
        effects=(agreement_effective("written"),),
        main=False,
    ),
    StepRule(
        "reply",
        "出具处理意见",
        ("accepted", "mediating", "transferred", "assigned"),
        "replied",
        ("step.happened_on", "case.opinion_result", "step.document_number", "step.note"),
        "信访工作条例 第三十二条",
        effects=(case_day("opinion_on"),),
    ),
    StepRule(
        "deliver",
        "送达",
        ("replied", "reviewing", "final_reviewing"),
        "delivered",
        ("step.happened_on", "step.document_number", "step.note"),
        "信访工作条例 第三十五条",
        effects=(case_day("delivered_on"),),
    ),
    StepRule(
        "review",
        "申请复查",
        ("delivered",),
        "reviewing",
        (
            "step.happened_on",
            "review.organ",
            "review.received_on",
            "review.conclusion",
            "review.replied_on",
            "review.note",
        ),
        "信访工作条例 第三十五条",
        detail=Review,
        effects=(review_stage("review"),),
        main=False,
    ),
    StepRule(
        "final_review",
        "申请复核",
        ("delivered", "reviewing"),
        "final_reviewing",
        (
            "step.happened_on",
            "review.organ",
            "review.received_on",
            "review.conclusion",
            "review.replied_on",
            "review.note",
        ),
        "信访工作条例 第三十六条",
        detail=Review,
        effects=(review_stage("final_review"),),
        main=False,
    ),
    follow_up(("agreed", "replied", "delivered", "followed_up", "transferred", "assigned")),
    CLOSE,
    *EVERYWHERE,
)
"""A claim or another petition that the station works on."""

ACCUSATION_RULES: tuple[StepRule, ...] = (TRANSFER, INFORM, CLOSE)
"""信访工作条例 第三十条: an accusation goes to the organ that has the power, and nowhere else."""
