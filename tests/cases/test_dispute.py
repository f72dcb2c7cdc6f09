"""A dispute's steps: what follows from each, and what the law refuses."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.cases.folder import open_folder
from app.cases.parties import PartyEntry, add_party, update_party
from app.cases.promises import open_promises
from app.cases.today import OVERDUE, todos
from app.station import Station, Work
from models.case import CaseParty
from models.errors import UserError
from models.step import Agreement, Fulfilment, MediationSession, Step
from tests.cases.ground import TODAY, case_of, chief, do, later, opened, person, rolled_back


def agreed(work: Work) -> UUID:
    """A dispute with an oral agreement."""
    case_id = opened(work)
    do(work, case_id, "accept")
    do(work, case_id, "agree_oral", agreement__terms="退回三十厘米。")
    return case_id


def detail(work: Work, mapped: type) -> object:
    """The one row of a step's own table."""
    return work.session.scalars(select(mapped)).one()


def offered(work: Work, case_id: UUID) -> dict[str, object]:
    """The steps that the folder offers, with the values their forms begin with."""
    return {one.kind: one.defaults for one in open_folder(work.session, case_id, chief(work)).next_steps}


def test_accepting_makes_the_handler(work: Work) -> None:
    case_id = opened(work)
    do(work, case_id, "accept", case__acceptance_basis="own_initiative", step__happened_on=later(-1))
    case = case_of(work, case_id)
    assert (case.state, case.accepted_on, case.mediator_id) == ("accepted", later(-1), work.actor_id)
    assert case.acceptance_basis == "own_initiative"


def test_late_entry_keeps_both_days(work: Work) -> None:
    """GIVEN a step entered ten days late THEN the day it happened and the moment of entry both stand."""
    case_id = opened(work)
    step_id = do(work, case_id, "accept", step__happened_on=later(-10))
    row = work.session.scalars(select(Step).where(Step.id == step_id)).one()
    assert (row.happened_on, row.created_at) == (later(-10), work.now)
    entries = open_folder(work.session, case_id, chief(work)).timeline
    assert [entry.late for entry in entries if entry.id == step_id] == [True]


def test_a_day_ahead_is_refused(work: Work) -> None:
    case_id = opened(work)
    with pytest.raises(UserError, match="还没有到"):
        do(work, case_id, "accept", step__happened_on=later(2))
    assert case_of(work, case_id).state == "registered"


@pytest.mark.parametrize("column", ["parties_signed_on", "mediator_signed_on", "sealed_on"])
def test_a_signature_ahead_is_refused(work: Work, column: str) -> None:
    case_id = opened(work)
    do(work, case_id, "accept")
    with pytest.raises(UserError, match="还没有到"):
        do(work, case_id, "agree_written", agreement__terms="退回", **{f"agreement__{column}": later(365)})


def test_a_missing_field_is_named(work: Work) -> None:
    case_id = opened(work)
    do(work, case_id, "accept")
    with pytest.raises(UserError, match="协议内容"):
        do(work, case_id, "agree_written")
    with pytest.raises(UserError, match="日期"):
        do(work, case_id, "mediate", step__happened_on=None)


def test_what_fails_leaves_nothing(desk: Station) -> None:
    """GIVEN a refused step WHEN its transaction ends THEN neither the step nor its row is kept."""
    with rolled_back(desk) as work:
        case_id = opened(work)
        do(work, case_id, "accept")
        steps = work.session.scalar(select(func.count()).select_from(Step))
        with pytest.raises(UserError):
            do(work, case_id, "end_mediation", step__end_ground="refused")
        work.session.expire_all()
        assert work.session.scalar(select(func.count()).select_from(Step)) == steps
        assert case_of(work, case_id).state == "accepted"


def test_mediations_repeat(work: Work) -> None:
    case_id = opened(work)
    do(work, case_id, "accept")
    for number in range(3):
        do(work, case_id, "mediate", mediation_session__record=f"第{number}次")
    records = work.session.scalars(select(MediationSession.record).order_by(MediationSession.local_id)).all()
    assert list(records) == ["第0次", "第1次", "第2次"]
    assert case_of(work, case_id).state == "mediating"


@pytest.mark.parametrize(
    ("parties_on", "mediator_on", "sealed_on", "effective_on"),
    [
        (-3, -2, -1, -1),
        (-1, -3, -2, -1),
        (-2, -1, -3, -1),
        (-1, -1, -1, -1),
        (-1, -1, None, None),
        (None, None, None, None),
    ],
)
def test_effective_day_is_the_last_signature(
    work: Work,
    parties_on: int | None,
    mediator_on: int | None,
    sealed_on: int | None,
    effective_on: int | None,
) -> None:
    """人民调解法 第二十九条: signatures of parties and mediator and the seal, the latest of the three; not before."""

    def day(offset: int | None) -> date | None:
        return None if offset is None else later(offset)

    case_id = opened(work)
    do(work, case_id, "accept", step__happened_on=later(-5))
    do(
        work,
        case_id,
        "agree_written",
        step__happened_on=later(-4),
        agreement__terms="一、退回。",
        agreement__amount_fen=12_000,
        agreement__parties_signed_on=day(parties_on),
        agreement__mediator_signed_on=day(mediator_on),
        agreement__sealed_on=day(sealed_on),
    )
    row = detail(work, Agreement)
    assert isinstance(row, Agreement)
    assert (row.agreed_on, row.effective_on, row.form) == (later(-4), day(effective_on), "written")
    assert row.number == case_of(work, case_id).number
    assert (case_of(work, case_id).agreed_on, case_of(work, case_id).amount_fen) == (later(-4), 12_000)


def test_an_oral_agreement_holds_at_once(work: Work) -> None:
    """人民调解法 第三十条."""
    agreed(work)
    row = detail(work, Agreement)
    assert isinstance(row, Agreement)
    assert (row.form, row.effective_on) == ("oral", TODAY)


@pytest.mark.parametrize(
    ("roles", "copies"),
    [
        (("applicant", "respondent"), 3),
        (("applicant", "applicant", "respondent"), 4),
        (("applicant", "respondent", "third_party"), 4),
        (("representative", "representative", "respondent"), 4),
    ],
)
def test_copies_are_one_each_and_one_to_keep(work: Work, roles: tuple[str, ...], copies: int) -> None:
    """人民调解法 第二十九条: those who act for a party get none of their own."""
    parties = [PartyEntry(person(f"甲{number}"), role) for number, role in enumerate(roles)]
    guardian = PartyEntry(person("监护人"), "guardian", relation="母亲")
    parties[0] = PartyEntry(parties[0].person, roles[0], actors=(guardian,))
    case_id = opened(work, parties=tuple(parties))
    do(work, case_id, "accept")
    do(work, case_id, "agree_written", agreement__terms="退回")
    row = detail(work, Agreement)
    assert isinstance(row, Agreement)
    assert row.copies == copies


def test_an_agreement_needs_two_sides(work: Work) -> None:
    guardian = PartyEntry(person("母亲"), "guardian")
    case_id = opened(work, parties=(PartyEntry(person("张秀英"), "applicant", actors=(guardian,)),))
    do(work, case_id, "accept")
    with pytest.raises(UserError, match="两方"):
        do(work, case_id, "agree_oral", agreement__terms="退回")


def test_a_refusing_party_ends_mediation(work: Work) -> None:
    """人民调解法 第十七条: GIVEN a party who refuses THEN nobody mediates; ending asks to tell of other routes."""
    case_id = opened(work)
    do(work, case_id, "accept")
    party = work.session.scalars(
        select(CaseParty).where(CaseParty.case_id == case_id, CaseParty.role == "respondent")
    ).one()
    refusing = PartyEntry(person("李有田"), "respondent", refuses_mediation=True)
    update_party(work, party.id, refusing)
    assert not {"mediate", "agree_oral", "agree_written"} & offered(work, case_id).keys()
    for kind, values in (("mediate", {}), ("agree_oral", {"agreement__terms": "退回"})):
        with pytest.raises(UserError, match="第十七条"):
            do(work, case_id, kind, **values)
    with pytest.raises(UserError, match="第二十六条"):
        do(work, case_id, "end_mediation", step__end_ground="refused")
    do(work, case_id, "end_mediation", step__end_ground="refused", step__routes_told=True)
    assert case_of(work, case_id).state == "ended"
    do(work, case_id, "follow_up", follow_up__remaining_risk="双方仍有怨气")
    do(work, case_id, "close", case__resolved=False)
    assert (case_of(work, case_id).closed_on, case_of(work, case_id).resolved) == (TODAY, False)


def test_declining_tells_why_and_where(work: Work) -> None:
    case_id = opened(work)
    with pytest.raises(UserError, match="原因"):
        do(work, case_id, "decline", step__routes_told=True)
    with pytest.raises(UserError, match="找哪里"):
        do(work, case_id, "decline", step__decline_ground="special_organ")
    do(
        work,
        case_id,
        "decline",
        step__decline_ground="special_organ",
        step__routes_told=True,
        step__unit="法院",
    )
    assert (case_of(work, case_id).state, case_of(work, case_id).told_on) == ("declined", TODAY)


def promise(work: Work, case_id: UUID, item: str, due_on: date, amount_fen: int | None = None) -> None:
    """Records what is to be performed."""
    do(
        work,
        case_id,
        "fulfil",
        fulfilment__item=item,
        fulfilment__due_on=due_on,
        fulfilment__amount_fen=amount_fen,
    )


def test_instalments_are_met_one_by_one(work: Work) -> None:
    """GIVEN instalments WHEN one is paid THEN the others stay open, and the form proposes the next."""
    case_id = agreed(work)
    promise(work, case_id, "第一期", later(-3), 100_00)
    promise(work, case_id, "第二期", later(30), 200_00)
    assert offered(work, case_id)["fulfil"] == {
        "fulfilment.item": "第一期",
        "fulfilment.amount_fen": 100_00,
        "fulfilment.due_on": later(-3),
    }
    paid = {"fulfilment__item": "第一期", "fulfilment__due_on": later(-3)}
    do(work, case_id, "fulfil", **paid, fulfilment__done_on=TODAY, fulfilment__status="partial")
    assert [one.item for one in open_promises(work.session, case_id)] == ["第一期", "第二期"]
    last = do(work, case_id, "fulfil", **paid, fulfilment__done_on=TODAY)
    assert [one.item for one in open_promises(work.session, case_id)] == ["第二期"]
    row = work.session.scalars(select(Fulfilment).where(Fulfilment.step_id == last)).one()
    agreement = work.session.scalars(select(Agreement)).one()
    assert (row.status, row.agreement_id) == ("fulfilled", agreement.id)


def test_overdue_promises_are_urged(work: Work) -> None:
    """人民调解法 第三十一条: GIVEN an overdue instalment THEN it is on today's list until it is met."""
    case_id = agreed(work)
    promise(work, case_id, "第一期", later(-3))
    promise(work, case_id, "第二期", later(3))
    today = todos(work.session, chief(work), TODAY)
    assert [todo.verb for todo in today if todo.group == OVERDUE] == ["督促履行：第一期"]
    do(work, case_id, "urge", step__note="电话")
    first, second = open_promises(work.session, case_id)
    assert (first.urged_on, second.urged_on) == (TODAY, None)
    do(
        work,
        case_id,
        "fulfil",
        fulfilment__item="第一期",
        fulfilment__due_on=later(-3),
        fulfilment__done_on=TODAY,
    )
    assert not [todo for todo in todos(work.session, chief(work), TODAY) if todo.group == OVERDUE]


def test_only_an_agreement_is_performed(work: Work) -> None:
    case_id = opened(work)
    do(work, case_id, "end_mediation", step__end_ground="no_agreement", step__routes_told=True)
    do(work, case_id, "follow_up")
    for kind in ("fulfil", "urge", "confirm"):
        with pytest.raises(UserError, match="还没有协议"):
            do(work, case_id, kind, fulfilment__item="赔钱", step__unit="法院")


def test_the_court_confirms_the_latest_agreement(work: Work) -> None:
    """人民调解法 第三十三条."""
    case_id = agreed(work)
    do(work, case_id, "confirm", step__unit="上溪人民法庭")
    row = work.session.scalars(select(Agreement)).one()
    assert (row.confirmation_applied_on, row.confirmation_court) == (TODAY, "上溪人民法庭")
    assert row.confirmation_result == "applied"
    do(work, case_id, "confirm", step__unit="上溪人民法庭", agreement__confirmation_result="confirmed")
    assert row.confirmation_result == "confirmed"


def test_a_risk_belongs_to_the_matter_and_ends(work: Work) -> None:
    """人民调解法 第二十五条: GIVEN a risk THEN it has reason, help and a day to look again, and can be lifted."""
    case_id = opened(work)
    whole = {
        "case__risk_level": "yellow",
        "case__risk_reason": "扬言打架",
        "case__risk_measures": "村干部上门",
        "case__risk_review_on": later(7),
    }
    for missing in whole:
        with pytest.raises(UserError):
            do(work, case_id, "risk", **{name: value for name, value in whole.items() if name != missing})
    with pytest.raises(UserError, match="之后"):
        do(work, case_id, "risk", **{**whole, "case__risk_review_on": TODAY})
    with pytest.raises(UserError, match="没有登记风险"):
        do(work, case_id, "lift_risk")
    assert "lift_risk" not in offered(work, case_id)
    do(work, case_id, "risk", **whole)
    assert "lift_risk" in offered(work, case_id)
    assert any("复核风险" in todo.verb for todo in todos(work.session, chief(work), later(7)))
    do(work, case_id, "lift_risk")
    assert case_of(work, case_id).risk_lifted_on == TODAY
    assert not any("复核风险" in todo.verb for todo in todos(work.session, chief(work), later(7)))
    do(work, case_id, "risk", **whole)
    assert case_of(work, case_id).risk_lifted_on is None


def test_a_police_report_names_whom(work: Work) -> None:
    case_id = opened(work)
    with pytest.raises(UserError, match="单位"):
        do(work, case_id, "report_police")
    step_id = do(work, case_id, "report_police", step__unit="上溪派出所", step__note="电话报告")
    row = work.session.scalars(select(Step).where(Step.id == step_id)).one()
    assert (row.to_state, row.by_staff_id) == ("registered", work.actor_id)


def test_a_closed_matter_can_flow_back(work: Work) -> None:
    """GIVEN a closed matter WHEN it comes back THEN it is taken up again and the first course stays readable."""
    case_id = agreed(work)
    do(work, case_id, "close", case__resolved=True)
    do(work, case_id, "reopen", case__flowed_back=True, step__note="又发生")
    case = case_of(work, case_id)
    assert (case.state, case.closed_on, case.resolved, case.flowed_back) == ("registered", None, False, True)
    do(work, case_id, "accept")
    kinds = [entry.kind for entry in open_folder(work.session, case_id, chief(work)).timeline]
    assert kinds == ["register", "accept", "agree_oral", "close", "reopen", "accept"]


def test_each_step_is_told_with_its_article(work: Work) -> None:
    case_id = agreed(work)
    timeline = open_folder(work.session, case_id, chief(work)).timeline
    assert [entry.basis for entry in timeline] == ["", "人民调解法 第十七条", "人民调解法 第二十八、三十条"]


def test_a_merged_matter_goes_no_further(work: Work) -> None:
    case_id = opened(work)
    work.withdraw(case_of(work, case_id), "重复录入")
    work.session.flush()
    assert offered(work, case_id) == {}
    with pytest.raises(UserError, match="撤回"):
        do(work, case_id, "accept")


def test_parties_added_later_count(work: Work) -> None:
    case_id = opened(work, parties=(PartyEntry(person("张秀英")),))
    do(work, case_id, "accept")
    add_party(work, case_id, PartyEntry(person("李有田"), "respondent"))
    do(work, case_id, "agree_oral", agreement__terms="退回")
    assert case_of(work, case_id).agreed_on == TODAY
