"""Offers the lawful next steps of a matter and takes them; knows no step by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.lifecycle import dispute, errand, petition, suggestion
from app.cases.lifecycle.checks import nobody_refuses, not_in_the_future
from app.cases.lifecycle.rule import Doing, StepRule
from app.cases.lifecycle.withdrawal import withdraw_step as withdraw_step
from app.cases.visibility import ACCUSATION, case_for
from app.station import Work
from models.case import CaseParty
from models.errors import UserError
from models.field import field_of
from models.step import Step
from models.tables import METADATA

TABLES: dict[str, tuple[StepRule, ...]] = {
    "dispute": dispute.RULES,
    "petition": petition.RULES,
    "errand": errand.RULES,
    "suggestion": suggestion.RULES,
}


@dataclass(frozen=True, slots=True)
class AllowedStep:
    """A step that may be taken now, as a window needs it.

    ``fields`` are ``table.column`` in the order of the form, ``required`` those that must be filled, ``main`` puts
    it before the others, ``defaults`` are values to begin with.
    """

    kind: str
    verb: str
    article: str
    fields: tuple[str, ...]
    required: tuple[str, ...]
    main: bool
    defaults: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StepEntry:
    """A step as typed: its kind and the values of its form by ``table.column``."""

    kind: str
    values: Mapping[str, Any]


def rules_of(kind: str, secrecy: str) -> tuple[StepRule, ...]:
    """The table of a kind of matter."""
    return petition.ACCUSATION_RULES if secrecy == ACCUSATION else TABLES[kind]


def next_steps(
    kind: str, state: str, secrecy: str = "open", *, refused: bool = False
) -> tuple[AllowedStep, ...]:
    """The steps that may be taken from a state, the main ones first.

    ``refused``: a party clearly refuses mediation, so nothing that needs everybody's will is offered (人民调解法
    第十七条).
    """
    found = [
        rule
        for rule in rules_of(kind, secrecy)
        if state in rule.from_states and not (refused and nobody_refuses in rule.checks)
    ]
    found.sort(key=lambda rule: not rule.main)
    return tuple(
        AllowedStep(
            rule.kind, rule.verb, rule.article, rule.fields, rule.required, rule.main, dict(rule.defaults)
        )
        for rule in found
    )


def take_step(work: Work, case_id: UUID, entry: StepEntry) -> UUID:
    """Takes a step in a matter and returns the step's id.

    Raises :class:`UserError` when the step is not allowed in the matter's state, something required is missing, or
    a check refuses it; nothing is then kept.
    """
    case = case_for(work, case_id)
    if case.withdrawn_at is not None:
        raise UserError("这件事已经撤回（并入别的事项），不能再往下办。", "请打开并入的那一件继续办理。")
    rule = next(
        (
            one
            for one in rules_of(case.kind, case.secrecy)
            if one.kind == entry.kind and case.state in one.from_states
        ),
        None,
    )
    if rule is None:
        state = work.codes.name_of("case_state", case.state)
        name = work.codes.name_of("step_kind", entry.kind)
        raise UserError(f"这件事现在是“{state}”，不能做“{name}”。", "请看右边“下一步”里列出的可做事项。")
    _require(rule, entry.values)
    parties = tuple(
        work.session.scalars(
            select(CaseParty).where(CaseParty.case_id == case_id, CaseParty.withdrawn_at.is_(None))
        )
    )
    step = Step(
        kind=rule.kind,
        case_id=case_id,
        by_staff_id=work.actor_id,
        from_state=case.state,
        to_state=rule.to_state or case.state,
        basis=rule.article[:120],
    )
    _fill(step, "step", entry.values)
    doing = Doing(work, case, parties, entry.values, step)
    for check in (not_in_the_future, *rule.checks):
        check(doing)
    already_extended = case.extension_days or 0
    _fill(case, "case", {ref: value for ref, value in entry.values.items() if ref in rule.fields})
    if "case.extension_days" in rule.fields:
        case.extension_days = already_extended + int(entry.values.get("case.extension_days") or 0)
    work.add(step)
    if rule.detail is not None:
        table = rule.detail.__tablename__
        doing.detail = rule.detail(case_id=case_id, step_id=step.id)
        _fill(doing.detail, table, entry.values)
    for effect in rule.effects:
        effect(doing)
    if doing.detail is not None:
        work.add(doing.detail)
    if rule.to_state is not None:
        case.state = rule.to_state
    work.touch(case)
    work.session.flush()
    return step.id


def _require(rule: StepRule, values: Mapping[str, Any]) -> None:
    missing = [ref for ref in rule.required if values.get(ref) in (None, "")]
    if missing:
        labels = "、".join(f"“{_label(ref)}”" for ref in missing)
        raise UserError(f"还没有填{labels}。", "填好后再记下；已填的内容都还在。", title="还差一项")


def _label(ref: str) -> str:
    table, column = ref.split(".")
    return field_of(METADATA.tables[table].c[column]).label


def _fill(row: object, table: str, values: Mapping[str, Any]) -> None:
    prefix = table + "."
    for ref, value in values.items():
        if ref.startswith(prefix):
            setattr(row, ref.removeprefix(prefix), value)
