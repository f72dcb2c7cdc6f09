"""Opening a matter: the one place where a case comes into being."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.cases.numbers import next_number
from app.cases.parties import PartyEntry, add_party, automatic_title, not_given_to_accused
from app.cases.visibility import ACCUSATION, case_for
from app.station import Work
from models.case import Case
from models.duty import Errand, ErrandClaim
from models.step import Step


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A matter as typed. ``kind`` is of ``case_kind``; everything may be missing but the kind."""

    kind: str = "dispute"
    title: str = ""
    dispute_type: str = ""
    dispute_subtype: str = ""
    source: str = ""
    source_detail: str = ""
    purpose: str = ""
    category: str = ""
    content_class: str = ""
    secrecy: str = "open"
    facts: str = ""
    demand: str = ""
    place: str = ""
    happened_on: date | None = None
    amount_fen: int | None = None
    affected_count: int | None = None
    affected_households: int | None = None
    petitioned_on: date | None = None
    received_on: date | None = None
    applied_on: date | None = None
    parties: tuple[PartyEntry, ...] = ()
    claims: tuple[str, ...] = ()


_COPIED = tuple(
    name
    for name in CaseEntry.__dataclass_fields__
    if name not in ("parties", "claims", "title", "received_on")
)


def open_case(work: Work, entry: CaseEntry) -> UUID:
    """Registers a matter with its parties and its first step; returns its id.

    An accusation (检举控告) is marked as such whatever else was typed (信访工作条例 第三十条).
    """
    number, year, serial, tag = next_number(work, entry.kind)
    case = Case(
        **{name: getattr(entry, name) for name in _COPIED},
        number=number,
        number_year=year,
        number_serial=serial,
        number_tag=tag,
        state="registered",
        registered_at=work.now,
        received_on=entry.received_on or work.today,
    )
    keep_accusation(case)
    work.add(case)
    for party in entry.parties:
        if not party.person.empty:
            add_party(work, case.id, party)
    case.title = entry.title.strip() or automatic_title(work, case)
    if case.kind == "errand":
        _add_errand(work, case, entry.claims)
    work.add(
        Step(
            case_id=case.id,
            kind="register",
            happened_on=case.received_on,
            happened_at=work.now,
            by_staff_id=work.actor_id,
            to_state=case.state,
        )
    )
    return case.id


def _add_errand(work: Work, case: Case, claims: tuple[str, ...]) -> None:
    errand = work.add(Errand(case_id=case.id, runner_id=work.actor_id))
    for claim in claims or ((case.demand or case.facts)[:160],):
        if claim.strip():
            work.add(ErrandClaim(errand_id=errand.id, claim=claim.strip()[:160]))


def keep_accusation(case: Case) -> None:
    """An accusation is known only to those charged with it, whatever else was typed (信访工作条例 第三十条)."""
    if case.category == ACCUSATION:
        case.secrecy = ACCUSATION


def update_case(work: Work, case_id: UUID, values: dict[str, object]) -> None:
    """Corrects facts of a matter by column name; the operation log keeps what they were.

    Raises :class:`models.errors.UserError` when an accusation would be given to the accused.
    """
    case = case_for(work, case_id)
    changed = {name: value for name, value in values.items() if getattr(case, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(case, name, value)
    keep_accusation(case)
    if case.secrecy == ACCUSATION:
        not_given_to_accused(work.session, case.id, case.responsible_unit)
    work.touch(case)
    work.session.flush()
