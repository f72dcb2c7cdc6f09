"""The sheet on which a lawful step is recorded, made from the step's own list of fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from app.cases.lifecycle.engine import AllowedStep, StepEntry, take_step
from app.station import Work
from models.field import Kind
from ui.frame.drafts import DraftKeeper
from ui.frame.editors import Choice
from ui.frame.fields import field_at
from ui.frame.form import Form, FormRow
from ui.frame.work import Desk
from ui.screens.parts.sheet import Sheet

LABELS = {"step.happened_on": "发生日期"}
"""Labels that say more than the field's own where there are several days in one form."""
ADDED_UP = "case.extension_"
"""Fields that speak of this step only: what the matter already has is not shown again."""


class StepSheet(Sheet):
    """One step of one matter. The facts stay in sight beside it; what is typed is kept as a draft."""

    def __init__(
        self,
        desk: Desk,
        case_id: UUID,
        step: AllowedStep,
        *,
        staff: Sequence[Choice],
        present: Mapping[str, Any],
    ) -> None:
        """``staff`` fills references to people who work here; ``present`` are values known already, by reference."""
        super().__init__(desk, step.verb, step.article, f"记下“{step.verb}”")
        self._case_id = case_id
        self.step = step
        self.form = Form([self._row(ref, staff) for ref in step.fields], desk.tools)
        self.form.set_values(self._beginning(present))
        self.set_body(self.form)
        self._draft = DraftKeeper(desk, self.form, "step", f"{case_id}:{step.kind}", self.banner)
        self.form.finished.connect(self.do_button.setFocus)

    def first_widget(self) -> QWidget:
        """The first field."""
        return self.form.first_widget()

    def begin(self) -> None:
        """Offers what was left unfinished."""
        self._draft.offer()
        super().begin()

    def go_back(self) -> None:
        """Keeps what was typed."""
        self._draft.keep_now()
        super().go_back()

    def act(self) -> None:
        """Records the step; what the law does not allow is said in words and nothing typed is lost."""
        if not self.form.settle():
            return
        entry, case_id = StepEntry(self.step.kind, self.form.values()), self._case_id

        def job(work: Work) -> UUID:
            return take_step(work, case_id, entry)

        self.do_button.setEnabled(False)
        self.desk.change(self.step.verb, job, self.finish, self.refuse, owner=self)

    def finish(self, result: UUID) -> None:
        """The draft goes with the commit."""
        self._draft.saved()
        super().finish(result)

    def _row(self, ref: str, staff: Sequence[Choice]) -> FormRow:
        return FormRow(
            ref,
            label=LABELS.get(ref, ""),
            required=ref in self.step.required,
            choices=staff if field_at(ref).kind is Kind.ROW else None,
        )

    def _beginning(self, present: Mapping[str, Any]) -> dict[str, Any]:
        fields = [ref for ref in self.step.fields if not ref.startswith(ADDED_UP)]
        values = {ref: present[ref] for ref in fields if ref in present}
        values |= {ref: value for ref, value in self.step.defaults.items() if not values.get(ref)}
        values["step.happened_on"] = self.desk.today()
        return values
