"""Fills a station with a grown sample by the same functions that a person's hand drives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from app.cases.lifecycle.engine import StepEntry, take_step
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.cases.visits import (
    VisitEntry,
    VisitorEntry,
    answer_on_the_spot,
    join_case,
    merge_duplicate,
    open_case_from_visit,
    register_visit,
)
from app.sample.shape import SampleCase, SampleEvent, SampleInspection, SampleParty, SampleStation
from app.station import Station, Work
from models.clock import CHINA, Clock
from models.duty import Inspection, InspectionFinding
from models.errors import UserError
from models.step import Step

Action = Callable[[Work], None]


class SampleClock:
    """Shows the moment at which something of the sample happens, and real time once the sample is over."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self._real: Clock | None = None

    def now(self) -> datetime:
        """The moment it was set to, or the real one."""
        return self._real.now() if self._real is not None else self.moment

    def follow(self, real: Clock) -> None:
        """Shows real time from now on."""
        self._real = real


@dataclass(frozen=True, slots=True)
class Filled:
    """What was put in."""

    cases: int
    visits: int
    steps: int


def fill_station(
    station: Station, clock: SampleClock, sample: SampleStation, progress: Callable[[int, int], None]
) -> Filled:
    """Plays the sample's three years in their order, a week a transaction; ``progress`` gets (done, all)."""
    return _Township(station, clock, sample).play(progress)


class _Township:
    def __init__(self, station: Station, clock: SampleClock, sample: SampleStation) -> None:
        self._station = station
        self._clock = clock
        self._sample = sample
        self._ids: dict[str, UUID] = {}
        self._visits = 0
        self._steps = 0

    def play(self, progress: Callable[[int, int], None]) -> Filled:
        actions = sorted(self._actions(), key=lambda action: action[0])
        done = 0
        for _, week in groupby(actions, key=lambda action: action[0].isocalendar()[:2]):
            batch = list(week)
            self._clock.moment = batch[-1][0]
            with self._station.change("样例") as work:
                for moment, action in batch:
                    action(replace(work, now=moment))
            done += len(batch)
            progress(done, len(actions))
        return Filled(len(self._ids), self._visits, self._steps)

    def _actions(self) -> Iterator[tuple[datetime, Action]]:
        for number, case in enumerate(self._sample.cases):
            opened = case.visit.at if case.visit else _at(case.registered_on, 9, number % 50)
            yield opened.astimezone(UTC), self._opening(case)
            last = opened.astimezone(UTC)
            for event in case.events:
                if event.kind == "register":
                    continue
                moment = (event.at or _at(event.on, 15, number % 50)).astimezone(UTC)
                last = max(moment, last + timedelta(minutes=1))
                yield last, self._event(case, event)
        for number, sweep in enumerate(self._sample.inspections):
            yield _at(sweep.on, 17, number % 50).astimezone(UTC), self._sweep(sweep)

    def _opening(self, case: SampleCase) -> Action:
        def open_it(work: Work) -> None:
            entry = _case_entry(case)
            if case.visit is None:
                self._ids[case.key] = open_case(work, entry)
            else:
                self._visits += 1
                visit_id = register_visit(work, _visit_entry(case))
                if case.repeats and case.repeats in self._ids:
                    join_case(work, visit_id, self._ids[case.repeats], repeat=True)
                    self._ids[case.key] = self._ids[case.repeats]
                    return
                if case.visit.outcome == "answered":
                    answer_on_the_spot(work, visit_id, case.note or "当场解释说明，来访人表示理解。")
                    return
                self._ids[case.key] = open_case_from_visit(work, visit_id, entry)
            if case.duplicates and case.duplicates in self._ids:
                merge_duplicate(
                    work, self._ids[case.key], self._ids[case.duplicates], "与村站已登记的是同一件事"
                )

        return open_it

    def _event(self, case: SampleCase, event: SampleEvent) -> Action:
        def take_it(work: Work) -> None:
            case_id = self._ids.get(case.key)
            if case_id is None or case.duplicates or case.repeats:
                return
            self._steps += 1
            try:
                with work.session.begin_nested():
                    take_step(work, case_id, StepEntry(event.kind, _values(case, event)))
            except UserError:
                # Things done in a matter that are not steps of the table (会商, 救助, 听证…) stand in its timeline.
                work.add(
                    Step(
                        case_id=case_id,
                        kind=event.kind,
                        happened_on=event.on,
                        by_staff_id=work.actor_id,
                        unit=event.unit,
                        note=event.note,
                        due_on=event.due_on,
                    )
                )

        return take_it

    def _sweep(self, sweep: SampleInspection) -> Action:
        def record(work: Work) -> None:
            row = work.add(
                Inspection(
                    kind="weekly",
                    inspected_on=sweep.on,
                    period=sweep.period,
                    area=sweep.station,
                    found_count=sweep.found,
                    detail=sweep.detail,
                    reported_at=work.now,
                )
            )
            for key in sweep.case_keys:
                if key in self._ids:
                    work.add(InspectionFinding(inspection_id=row.id, case_id=self._ids[key]))

        return record


def _at(day: date, hour: int, minute: int) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)


def _person(party: SampleParty) -> PersonEntry:
    return PersonEntry(
        name=party.name,
        kind=party.kind or "natural",
        sex=party.sex,
        born_on=party.born,
        ethnicity=party.ethnicity,
        document_number=party.identity_number or party.credit_code,
        phone=party.phone,
        address=party.address,
        occupation=party.occupation,
        legal_representative=party.legal_representative,
    )


def _parties(case: SampleCase) -> tuple[PartyEntry, ...]:
    actors: dict[str, list[PartyEntry]] = {}
    for party in case.parties:
        if party.represents:
            actors.setdefault(party.represents, []).append(
                PartyEntry(_person(party), party.role, relation=party.relation)
            )
    return tuple(
        PartyEntry(
            _person(party),
            party.role,
            group_count=party.count,
            special_need=party.note,
            actors=tuple(actors.get(party.name, ())),
        )
        for party in case.parties
        if not party.represents
    )


def _case_entry(case: SampleCase) -> CaseEntry:
    return CaseEntry(
        kind=case.kind,
        title=case.title,
        dispute_type=case.dispute_type,
        dispute_subtype=case.dispute_subtype,
        source=case.source,
        purpose=case.purpose,
        category=case.category,
        content_class=case.content_class,
        secrecy=case.secrecy,
        facts=case.facts,
        demand=case.demand,
        place=case.place or case.station,
        happened_on=case.happened_on,
        amount_fen=case.amount_fen,
        affected_households=case.affected_households,
        received_on=case.registered_on,
        parties=_parties(case),
        claims=case.claims,
    )


def _visit_entry(case: SampleCase) -> VisitEntry:
    assert case.visit is not None
    roles = ("applicant", "petitioner", "representative")
    visitors = tuple(
        VisitorEntry(_person(party), "representative" if party.role == "representative" else "petitioner")
        for party in case.parties
        if party.role in roles and not party.represents and party.kind == "natural"
    )
    return VisitEntry(
        channel=case.visit.channel,
        happened_at=case.visit.at.astimezone(UTC),
        people_count=case.visit.people,
        anonymous=case.visit.anonymous,
        joint_signed=case.visit.joint_signed,
        secrecy=case.secrecy,
        problem_place=case.place,
        facts=case.facts,
        request=case.demand,
        visitors=visitors,
    )


def _values(case: SampleCase, event: SampleEvent) -> dict[str, Any]:
    """A step's form as somebody would have filled it in."""
    values: dict[str, Any] = {
        "step.happened_on": event.on,
        "step.note": event.note,
        "step.unit": event.unit,
        "step.due_on": event.due_on,
    }
    if event.kind in _OF_KIND:
        values.update(_OF_KIND[event.kind](case, event))
    return values


def _agreement(case: SampleCase, event: SampleEvent) -> dict[str, Any]:
    return {
        "agreement.facts": case.facts,
        "agreement.terms": case.terms or event.note or "双方互谅互让，就此了结。",
        "agreement.performance": case.performance,
        "agreement.amount_fen": event.amount_fen,
        "agreement.parties_signed_on": event.on,
        "agreement.mediator_signed_on": event.on,
        "agreement.sealed_on": event.on,
    }


_OF_KIND: dict[str, Callable[[SampleCase, SampleEvent], dict[str, Any]]] = {
    "accept": lambda case, event: {
        "case.acceptance_basis": case.acceptance_basis or "by_application",
        "case.due_on": event.due_on,
    },
    "decline": lambda _case, event: {
        "step.decline_ground": event.result or "other",
        "step.routes_told": True,
    },
    "mediate": lambda case, event: {
        "mediation_session.place": f"{case.station}调解室",
        "mediation_session.mediators": case.mediator,
        "mediation_session.rights_told": True,
        "mediation_session.record": event.note,
        "mediation_session.result": event.result or "continue",
    },
    "agree_written": _agreement,
    "agree_oral": _agreement,
    "end_mediation": lambda _case, event: {
        "step.end_ground": event.result or "no_agreement",
        "step.routes_told": True,
    },
    "fulfil": lambda case, event: {
        "fulfilment.item": event.note[:160] or case.performance[:160] or "按协议履行",
        "fulfilment.amount_fen": event.amount_fen,
        "fulfilment.due_on": event.due_on,
        "fulfilment.done_on": None if event.result in ("pending", "unfulfilled") else event.on,
        "fulfilment.status": event.result or "fulfilled",
    },
    "follow_up": lambda _case, event: {
        "follow_up.satisfaction": event.result or "satisfied",
        "follow_up.method": event.method,
        "follow_up.truthful": True,
        "follow_up.note": event.note,
    },
    "close": lambda _case, event: {"case.resolved": True, "case.closing_note": event.note},
    "route": lambda _case, event: {"case.statutory_route": event.result or "4"},
    "reply": lambda _case, event: {"case.opinion_result": event.result},
    "review": lambda _case, event: {"review.organ": event.unit, "review.conclusion": event.result},
    "final_review": lambda _case, event: {"review.organ": event.unit, "review.conclusion": event.result},
    "risk": lambda _case, event: {
        "case.risk_level": event.result or "yellow",
        "case.risk_reason": event.note[:200],
        "case.risk_measures": "家人看护、村医随访、心理疏导，必要时联系派出所。",
        "case.risk_review_on": event.due_on or event.on + timedelta(days=7),
    },
    "report_back": lambda _case, event: {"errand.evaluation": event.result or "satisfied"},
}
