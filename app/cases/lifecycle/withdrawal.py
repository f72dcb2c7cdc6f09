"""Taking a wrongly recorded step back: it stays readable, and what followed from it is undone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.cases.visibility import case_for
from app.station import Work
from app.sync.wire_values import from_wire, to_wire, wire_columns
from models.case import Case
from models.duty import Errand
from models.errors import UserError
from models.exchange import Operation
from models.step import Agreement, FollowUp, Fulfilment, MediationSession, Review, Step
from models.tables import METADATA

DETAILS: tuple[Any, ...] = (MediationSession, Agreement, Fulfilment, FollowUp, Review)
"""The rows that steps make: each has ``case_id`` and ``step_id``."""

KEPT = frozenset({"changed_at", "changed_by", "state", "title", "secrecy", "category"})
"""Columns that a withdrawal leaves alone: who changed last, and what other rules keep."""


def withdraw_step(work: Work, step_id: UUID, reason: str) -> None:
    """Takes a step back with a reason, with its own rows; the latest one also gives the matter its state back.

    The days and values that the step set in the matter return to what they were, unless something later changed
    them again. Raises :class:`UserError` without a reason, and for the registration itself.
    """
    step = work.session.scalars(select(Step).where(Step.id == step_id)).one()
    case = case_for(work, step.case_id)
    if step.kind == "register":
        raise UserError("登记这一步不能撤回，这件事没有改动。", "重复录入的，请并入原来的事项。")
    if step.withdrawn_at is not None:
        raise UserError("这一步已经撤回过了。", "打开案件夹可以看到撤回的理由。")
    work.withdraw(step, reason)
    for detail in DETAILS:
        for row in work.session.scalars(
            select(detail).where(detail.step_id == step_id, detail.withdrawn_at.is_(None))
        ):
            work.withdraw(row, reason)
    for row in _touched_rows(work, case):
        _undo(work, row, step)
    if step.to_state != step.from_state:
        state = _state_without(work, step)
        if state != case.state:
            case.state = state
            work.touch(case)
    work.session.flush()


def _state_without(work: Work, step: Step) -> str:
    """The state that the steps which still stand lead to."""
    last = work.session.scalars(
        select(Step.to_state)
        .where(
            Step.case_id == step.case_id,
            Step.id != step.id,
            Step.withdrawn_at.is_(None),
            Step.to_state != "",
            Step.to_state != Step.from_state,
        )
        .order_by(Step.local_id.desc())
    ).first()
    return last or step.from_state


def _touched_rows(work: Work, case: Case) -> Iterator[Any]:
    """The matter and those of its rows that a step may change without making them."""
    yield case
    for mapped in (*DETAILS, Errand):
        yield from work.session.scalars(
            select(mapped).where(mapped.case_id == case.id, mapped.withdrawn_at.is_(None))
        )


def _undo(work: Work, row: Any, step: Step) -> None:
    """Gives a row back what the step's transaction took from it, read from the operation log."""
    kinds = {column.name: column.kind for column in wire_columns(METADATA.tables[row.__tablename__])}
    operations = work.session.scalars(
        select(Operation)
        .where(Operation.row_id == row.id, Operation.made_at == step.created_at, Operation.kind == "update")
        .order_by(Operation.local_id.desc())
    )
    undone = False
    for operation in operations:
        changes: dict[str, tuple[Any, Any]] = json.loads(operation.changes)
        for name, (old, new) in changes.items():
            if name not in KEPT and to_wire(getattr(row, name), kinds[name]) == new:
                setattr(row, name, from_wire(old, kinds[name]))
                undone = True
    if undone:
        work.touch(row)
