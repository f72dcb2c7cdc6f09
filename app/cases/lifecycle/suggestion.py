"""The steps of a suggestion (信访工作条例 第二十九条)."""

from __future__ import annotations

from dataclasses import replace

from app.cases.lifecycle.common import CLOSE, EVERYWHERE, follow_up
from app.cases.lifecycle.effects import case_day
from app.cases.lifecycle.petition import TRANSFER
from app.cases.lifecycle.rule import StepRule

RULES: tuple[StepRule, ...] = (
    TRANSFER,
    StepRule(
        "adopt",
        "采纳建议",
        ("registered", "transferred", "accepted"),
        "accepted",
        ("step.happened_on", "step.unit", "step.note"),
        "信访工作条例 第二十九条",
        effects=(case_day("accepted_on"),),
    ),
    StepRule(
        "reply",
        "答复建议人",
        ("registered", "transferred", "accepted"),
        "replied",
        ("step.happened_on", "step.document_number", "step.note"),
        "信访工作条例 第二十九条",
        effects=(case_day("opinion_on"),),
    ),
    follow_up(("replied", "followed_up")),
    replace(CLOSE, from_states=("replied", "followed_up")),
    *EVERYWHERE,
)
