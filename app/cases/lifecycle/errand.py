"""The steps of an errand that staff run on somebody's behalf (信访代跑)."""

from __future__ import annotations

from dataclasses import replace

from app.cases.lifecycle.checks import reported_back
from app.cases.lifecycle.common import CLOSE, EVERYWHERE
from app.cases.lifecycle.effects import errand_told, handled_by_me
from app.cases.lifecycle.rule import StepRule

RULES: tuple[StepRule, ...] = (
    StepRule(
        "run_errand",
        "跑办一次",
        ("registered", "running", "accepted"),
        "running",
        ("step.happened_on", "step.unit", "step.note"),
        required=("step.happened_on", "step.unit"),
        effects=(handled_by_me,),
    ),
    StepRule(
        "report_back",
        "回告群众",
        ("running",),
        None,
        ("step.happened_on", "errand.evaluation", "step.note"),
        required=("step.happened_on", "errand.evaluation"),
        effects=(errand_told,),
    ),
    replace(CLOSE, from_states=("running",), checks=(reported_back,)),
    *EVERYWHERE,
)
