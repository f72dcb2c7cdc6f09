"""Taking a step back: it stays readable, and the matter is as if it had not been taken."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.folder import open_folder
from app.cases.lifecycle.engine import StepEntry, take_step, withdraw_step
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.station import Station
from models.case import Case
from models.duty import Errand
from models.errors import UserError
from models.exchange import Operation
from models.step import Agreement, Fulfilment, MediationSession, Step
from tests.cases.test_main_path import viewer_of
from tests.ground.clock import FakeClock

SIDES = (PartyEntry(PersonEntry("张秀英")), PartyEntry(PersonEntry("李有田"), "respondent"))


class Matter:
    """A matter worked on by somebody at the window: each step a transaction of its own, a minute after the last."""

    def __init__(self, station: Station, clock: FakeClock, kind: str, **values: Any) -> None:
        self.station, self.clock = station, clock
        with station.change("立案") as work:
            self.id: UUID = open_case(work, CaseEntry(kind, parties=SIDES, **values))

    def do(self, kind: str, **values: Any) -> UUID:
        """Takes a step."""
        self.clock.advance(minutes=1)
        with self.station.change(kind) as work:
            typed = {name.replace("__", "."): value for name, value in values.items()}
            return take_step(work, self.id, StepEntry(kind, {"step.happened_on": work.today, **typed}))

    def withdraw(self, step_id: UUID, reason: str = "记错了") -> None:
        """Takes a step back."""
        self.clock.advance(minutes=1)
        with self.station.change("撤回") as work:
            withdraw_step(work, step_id, reason)

    def row(self, mapped: Any = Case) -> Any:
        """The matter's row, or its one row of a table."""
        column = Case.id if mapped is Case else mapped.case_id
        with self.station.query() as session:
            return session.scalars(select(mapped).where(column == self.id)).one()

    def values(self) -> dict[str, Any]:
        """All columns of the matter but who changed it last."""
        row = self.row()
        kept = {"changed_at", "changed_by"}
        return {one.key: getattr(row, one.key) for one in Case.__mapper__.column_attrs if one.key not in kept}


@pytest.fixture
def petition(station: Station, clock: FakeClock) -> Matter:
    """A petition accepted with a day to be done by."""
    matter = Matter(station, clock, "petition")
    matter.do("accept", case__due_on=date(2026, 4, 30))
    return matter


STEPS: list[tuple[str, dict[str, Any]]] = [
    (
        "extend",
        {
            "case__extension_days": 20,
            "case__extension_reason": "情况复杂",
            "case__extension_approver": "李镇长",
            "case__extension_approved_on": date(2026, 3, 2),
            "case__extension_told_on": date(2026, 3, 2),
        },
    ),
    (
        "risk",
        {
            "case__risk_level": "red",
            "case__risk_reason": "扬言",
            "case__risk_measures": "上门",
            "case__risk_review_on": date(2026, 3, 9),
        },
    ),
    ("mediate", {"mediation_session__record": "谈了一次"}),
    ("agree_written", {"agreement__terms": "补偿", "agreement__amount_fen": 5000}),
    ("reply", {"case__opinion_result": "support", "step__note": "支持"}),
    ("inform", {"step__unit": "镇政府"}),
]


@pytest.mark.parametrize(("kind", "values"), STEPS, ids=[kind for kind, _ in STEPS])
def test_the_matter_is_as_before(petition: Matter, kind: str, values: dict[str, Any]) -> None:
    """GIVEN any step WHEN it is taken back THEN every column of the matter is what it was."""
    before = petition.values()
    step_id = petition.do(kind, **values)
    assert petition.values() != before or kind == "inform"
    petition.withdraw(step_id)
    assert petition.values() == before


def test_it_stays_readable_with_its_reason(petition: Matter) -> None:
    step_id = petition.do("mediate", mediation_session__record="谈了一次")
    petition.withdraw(step_id, "记到别的事上了")
    assert petition.row(MediationSession).withdrawn_reason == "记到别的事上了"
    with petition.station.query() as session:
        entries = open_folder(session, petition.id, viewer_of(petition.station)).timeline
    (entry,) = [entry for entry in entries if entry.id == step_id]
    assert (entry.withdrawn_reason, entry.detail["mediation_session.record"]) == (
        "记到别的事上了",
        "谈了一次",
    )


def test_it_is_a_change_like_any_other(petition: Matter) -> None:
    """Withdrawing travels to the county: each row it touches leaves an operation."""
    step_id = petition.do("reply", case__opinion_result="support")
    petition.withdraw(step_id)
    with petition.station.query() as session:
        now = petition.clock.now()
        last = session.scalars(select(Operation).where(Operation.made_at == now)).all()
    assert {operation.table_name for operation in last} == {"step", "case"}
    assert any('"withdrawn_reason":["","记错了"]' in operation.changes for operation in last)


@pytest.mark.parametrize("reason", ["", "   "])
def test_it_needs_a_reason(petition: Matter, reason: str) -> None:
    step_id = petition.do("reply")
    with pytest.raises(UserError, match="理由"):
        petition.withdraw(step_id, reason)
    assert petition.row().state == "replied"


def test_twice_and_the_registration_are_refused(petition: Matter) -> None:
    step_id = petition.do("reply")
    petition.withdraw(step_id)
    with pytest.raises(UserError, match="已经撤回过"):
        petition.withdraw(step_id)
    with petition.station.query() as session:
        first = session.scalars(select(Step.id).where(Step.kind == "register")).one()
    with pytest.raises(UserError, match="登记这一步"):
        petition.withdraw(first)


def test_what_came_later_stands(petition: Matter) -> None:
    """GIVEN a later step WHEN an earlier one is taken back THEN the state and what the later one set stay."""
    first = petition.do("reply", case__opinion_result="support")
    petition.do("deliver")
    petition.withdraw(first)
    case = petition.row()
    assert (case.state, case.delivered_on, case.opinion_on, case.opinion_result) == (
        "delivered",
        date(2026, 3, 2),
        None,
        "",
    )


def test_a_value_corrected_since_stays(petition: Matter) -> None:
    first = petition.do("reply", case__opinion_result="support")
    petition.clock.advance(minutes=1)
    with petition.station.change("更正") as work:
        case = work.session.scalars(select(Case).where(Case.id == petition.id)).one()
        case.opinion_result = "explain"
        work.touch(case)
    petition.withdraw(first)
    assert (petition.row().opinion_on, petition.row().opinion_result) == (None, "explain")


def test_back_to_back_from_the_middle(petition: Matter) -> None:
    """GIVEN three steps WHEN the middle and then the last are taken back THEN the first one's state holds."""
    middle = petition.do("mediate")
    last = petition.do("reply")
    petition.withdraw(middle)
    assert petition.row().state == "replied"
    petition.withdraw(last)
    assert petition.row().state == "accepted"


def test_rows_of_earlier_steps_come_back_too(station: Station, clock: FakeClock) -> None:
    """GIVEN a confirmation and an urging taken back THEN agreement and promise are what they were."""
    matter = Matter(station, clock, "dispute")
    matter.do("accept")
    matter.do("agree_oral", agreement__terms="赔")
    matter.do("fulfil", fulfilment__item="赔款", fulfilment__due_on=date(2026, 2, 1))
    confirmed = matter.do("confirm", step__unit="法庭")
    urged = matter.do("urge")
    assert matter.row(Fulfilment).urged_on == date(2026, 3, 2)
    assert matter.row(Agreement).confirmation_court == "法庭"
    matter.withdraw(confirmed)
    matter.withdraw(urged)
    assert (matter.row(Fulfilment).urged_on, matter.row(Fulfilment).withdrawn_at) == (None, None)
    agreement = matter.row(Agreement)
    assert (agreement.confirmation_court, agreement.confirmation_result) == ("", "")
    assert (agreement.confirmation_applied_on, agreement.terms) == (None, "赔")


def test_an_errands_report_comes_back(station: Station, clock: FakeClock) -> None:
    matter = Matter(station, clock, "errand", demand="办证")
    matter.do("run_errand", step__unit="残联")
    told = matter.do("report_back", errand__evaluation="satisfied")
    matter.withdraw(told)
    assert (matter.row(Errand).reported_back_on, matter.row(Errand).evaluation) == (None, "")
    with pytest.raises(UserError, match="回告"):
        matter.do("close")


def test_a_settled_promise_is_open_again(station: Station, clock: FakeClock) -> None:
    matter = Matter(station, clock, "dispute")
    matter.do("accept")
    matter.do("agree_oral", agreement__terms="赔")
    promised = {"fulfilment__item": "赔款", "fulfilment__due_on": date(2026, 2, 1)}
    matter.do("fulfil", **promised)
    paid = matter.do("fulfil", **promised, fulfilment__done_on=date(2026, 3, 2))
    with station.query() as session:
        assert open_folder(session, matter.id, viewer_of(station)).promises == ()
    matter.withdraw(paid)
    with station.query() as session:
        promises = open_folder(session, matter.id, viewer_of(station)).promises
    assert [one.item for one in promises] == ["赔款"]
