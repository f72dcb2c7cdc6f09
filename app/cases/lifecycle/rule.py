"""What a row of the tables of allowed steps says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.station import Work
from models.case import Case, CaseParty
from models.step import Step

OPEN_STATES = (
    "registered",
    "transferred",
    "assigned",
    "accepted",
    "mediating",
    "agreed",
    "ended",
    "replied",
    "delivered",
    "running",
    "reviewing",
    "final_reviewing",
    "followed_up",
    "declined",
    "routed",
)
"""Every state of a matter that is not closed or archived."""

ANY_STATE = (*OPEN_STATES, "closed", "archived")


@dataclass(slots=True)
class Doing:
    """A step being taken: the matter, what was typed, and the rows made so far."""

    work: Work
    case: Case
    parties: tuple[CaseParty, ...]
    values: Mapping[str, Any]
    step: Step
    detail: Any = None

    def value(self, ref: str) -> Any:
        """What was typed in the field ``table.column``; None when the form has no such field."""
        return self.values.get(ref)


Check = Callable[[Doing], None]
"""Raises :class:`models.errors.UserError` with the article when the step may not be taken."""
Effect = Callable[[Doing], None]
"""Sets what follows from the step: the matter's own dates, computed dates, further rows."""


@dataclass(frozen=True, slots=True)
class StepRule:
    """One allowed step of a kind of matter.

    ``verb`` is what the button says; ``fields`` are ``table.column`` in the order of the form; ``to_state`` None
    leaves the state; ``detail`` is the class of the row that keeps what the step's common part cannot.
    """

    kind: str
    verb: str
    from_states: tuple[str, ...]
    to_state: str | None
    fields: tuple[str, ...]
    article: str = ""
    detail: Any = None
    required: tuple[str, ...] = ("step.happened_on",)
    checks: tuple[Check, ...] = ()
    effects: tuple[Effect, ...] = ()
    main: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)
