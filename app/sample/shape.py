"""What a sample matter is made of. Codes are codes of the tables in ``resources/codes``; money is in fen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

STATE_AFTER = {
    "register": "registered",
    "transfer": "transferred",
    "assign": "assigned",
    "decline": "declined",
    "route": "routed",
    "accept": "accepted",
    "mediate": "mediating",
    "agree_written": "agreed",
    "agree_oral": "agreed",
    "end_mediation": "ended",
    "reply": "replied",
    "deliver": "delivered",
    "review": "reviewing",
    "final_review": "final_reviewing",
    "run_errand": "running",
    "follow_up": "followed_up",
    "close": "closed",
    "archive": "archived",
}
"""The state (``case_state``) a step (``step_kind``) leaves a matter in; steps not named leave it as it is."""


@dataclass(frozen=True, slots=True)
class SampleParty:
    """Somebody in a matter. ``represents`` is the name of the party a guardian or agent stands for.

    ``count`` is how many people a group has; ``note`` a need to be looked after (腿脚不便).
    """

    role: str
    kind: str
    name: str
    sex: str = ""
    born: date | None = None
    identity_number: str = ""
    phone: str = ""
    address: str = ""
    ethnicity: str = ""
    occupation: str = ""
    legal_representative: str = ""
    credit_code: str = ""
    count: int | None = None
    represents: str = ""
    relation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SampleVisit:
    """A reception event: aware moment, ``visit_channel``, heads, and what became of it (``visit_outcome``)."""

    at: datetime
    channel: str
    people: int = 1
    anonymous: bool = False
    joint_signed: bool = False
    outcome: str = "opened"


@dataclass(frozen=True, slots=True)
class SampleEvent:
    """One dated thing in a matter's course; ``kind`` is of ``step_kind``.

    ``result`` is a code fitting the kind: ``mediation_result`` of a mediation, ``end_ground``, ``decline_ground``,
    ``fulfilment_status``, ``evaluation`` of a follow-up, an errand's report or a close, ``petition_outcome`` of a
    reply, ``review_conclusion``, ``statutory_route``, ``risk_level``. ``due_on``: the day set with it.
    """

    on: date
    kind: str
    note: str = ""
    result: str = ""
    at: datetime | None = None
    unit: str = ""
    amount_fen: int | None = None
    due_on: date | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class SampleCase:
    """One matter with the course it took up to the end of the sample.

    ``repeats`` and ``duplicates`` name the ``key`` of another matter: the same person asking again (counted, not
    accepted a second time), or the same thing entered twice (to be merged with a trace).
    """

    key: str
    kind: str
    title: str
    station: str
    registered_on: date
    facts: str
    demand: str = ""
    dispute_type: str = ""
    dispute_subtype: str = ""
    source: str = ""
    acceptance_basis: str = ""
    party_relation: str = ""
    purpose: str = ""
    category: str = ""
    content_class: str = ""
    secrecy: str = "open"
    happened_on: date | None = None
    place: str = ""
    amount_fen: int | None = None
    affected_households: int | None = None
    difficult: bool = False
    visit: SampleVisit | None = None
    parties: tuple[SampleParty, ...] = ()
    claims: tuple[str, ...] = ()
    terms: str = ""
    performance: str = ""
    events: tuple[SampleEvent, ...] = field(default=())
    mediator: str = ""
    repeats: str = ""
    duplicates: str = ""
    note: str = ""

    @property
    def state(self) -> str:
        """The state the course leaves the matter in, a code of ``case_state``."""
        states = [STATE_AFTER[event.kind] for event in self.events if event.kind in STATE_AFTER]
        return states[-1] if states else "registered"

    def parties_as(self, role: str) -> tuple[SampleParty, ...]:
        """The parties in a role of ``party_role``, in order."""
        return tuple(party for party in self.parties if party.role == role)


@dataclass(frozen=True, slots=True)
class SampleInspection:
    """A weekly sweep for disputes; 0 found is a zero report and is reported all the same."""

    station: str
    on: date
    period: str
    found: int
    detail: str
    case_keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SampleUnit:
    """An office of the sample county; ``level`` is of ``org_level``, ``parent`` a name."""

    name: str
    level: str
    area_code: str
    short_name: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class SampleStation:
    """All that is grown at once."""

    units: tuple[SampleUnit, ...]
    cases: tuple[SampleCase, ...]
    inspections: tuple[SampleInspection, ...]
    mediators: tuple[str, ...]
