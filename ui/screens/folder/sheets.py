"""Sheets of the case folder: correcting the facts, taking a step back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.cases.lifecycle.engine import withdraw_step
from app.cases.opening import update_case
from app.station import Work
from models.field import Kind
from ui.frame.editors import Choice
from ui.frame.fields import field_at
from ui.frame.form import Form, FormRow
from ui.frame.work import Desk
from ui.screens.parts.sheet import Sheet

COMMON = ("case.facts", "case.demand", "case.place", "case.happened_on", "case.amount_fen")
COUNTS = ("case.affected_count", "case.affected_households", "case.mediator_id", "case.co_mediators")
OF_KIND = {
    "dispute": (
        "case.dispute_type",
        "case.dispute_subtype",
        "case.source",
        "case.party_relation",
        "case.difficult",
    ),
    "petition": (
        "case.category",
        "case.purpose",
        "case.content_class",
        "case.responsible_unit",
        "case.lead_official",
    ),
}


class FactsSheet(Sheet):
    """更正: the matter's facts; what they were before stays in the history."""

    def __init__(
        self, desk: Desk, case_id: UUID, kind: str, values: Mapping[str, Any], staff: Sequence[Choice]
    ) -> None:
        super().__init__(desk, "更正情况", "改动会留下记录，原来写的也查得到。", "保存")
        self._case_id = case_id
        refs = ("case.title", *COMMON, *OF_KIND.get(kind, ()), *COUNTS, "case.secrecy")
        rows = [
            FormRow(
                ref,
                choices=staff if field_at(ref).kind is Kind.ROW else None,
                wide=True if ref == "case.title" else None,
            )
            for ref in refs
        ]
        self.form = Form(rows, desk.tools)
        self.form.set_values(values)
        self.form.finished.connect(self.do_button.setFocus)
        self.set_body(self.form)

    def first_widget(self) -> QWidget:
        """The title."""
        return self.form.first_widget()

    def act(self) -> None:
        """Saves what differs."""
        if not self.form.settle():
            return
        values, case_id = self.form.values(short=True), self._case_id
        self.do_button.setEnabled(False)
        self.desk.change(
            "更正情况", lambda work: update_case(work, case_id, values), self.finish, self.refuse, owner=self
        )


class WithdrawSheet(Sheet):
    """撤回: a step that was recorded wrongly is taken back with a reason and stays readable."""

    def __init__(self, desk: Desk, step_id: UUID, name: str) -> None:
        super().__init__(desk, f"撤回“{name}”", "写明为什么撤回；撤回后仍然看得到原来的记录。", "撤回")
        self._step_id = step_id
        self.form = Form([FormRow("step.withdrawn_reason", required=True, wide=True)], desk.tools)
        self.form.finished.connect(self.do_button.setFocus)
        self.set_body(self.form)

    def first_widget(self) -> QWidget:
        """The reason."""
        return self.form.first_widget()

    def act(self) -> None:
        """Takes the step back."""
        if not self.form.settle():
            return
        reason, step_id = str(self.form.editor("step.withdrawn_reason").value()), self._step_id

        def job(work: Work) -> UUID:
            withdraw_step(work, step_id, reason)
            return step_id

        self.do_button.setEnabled(False)
        self.desk.change("撤回", job, self.finish, self.refuse, owner=self)
