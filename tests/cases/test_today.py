"""今日: what is due, in order, each once, and nothing the viewer may not see."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cases.opening import CaseEntry, open_case
from app.cases.today import DUE_TODAY, OVERDUE, SOON, WAITING, Todo, group_of, todos
from app.cases.visits import VisitEntry, answer_on_the_spot, register_visit
from app.station import Station, Work
from models.step import Fulfilment
from tests.cases.ground import TODAY, chief, clerk, do, later, opened, put, rolled_back, stranger

GROUPS = (OVERDUE, DUE_TODAY, SOON, WAITING)


def promise(work: Work, case_id: UUID, item: str, days: int) -> None:
    """Something promised, due some days from today."""
    do(work, case_id, "fulfil", fulfilment__item=item, fulfilment__due_on=later(days))


def agreed(work: Work) -> UUID:
    """A dispute with an oral agreement."""
    case_id = opened(work)
    do(work, case_id, "accept")
    do(work, case_id, "agree_oral", agreement__terms="分三期付清")
    return case_id


def told(work: Work, part: str) -> list[Todo]:
    """What there is to do whose words hold a part."""
    return [todo for todo in todos(work.session, chief(work), TODAY) if part in todo.verb]


def test_an_empty_station_has_nothing_to_do(work: Work) -> None:
    """GIVEN no records THEN there is nothing to do."""
    assert todos(work.session, chief(work), TODAY) == ()


@pytest.mark.parametrize(("days", "group"), [(-1, OVERDUE), (0, DUE_TODAY), (1, SOON), (7, SOON), (8, None)])
def test_a_promise_by_its_day(work: Work, days: int, group: str | None) -> None:
    """GIVEN a promise THEN it is overdue, due, or coming up within a week; urging is asked for when overdue."""
    promise(work, agreed(work), "付第一期", days)
    found = told(work, "付第一期")
    assert [todo.group for todo in found] == ([group] if group else [])
    assert all(todo.verb.startswith("督促" if group == OVERDUE else "约定") for todo in found)


def test_instalments_leave_one_by_one(work: Work) -> None:
    """GIVEN three instalments WHEN the first is paid in full and the second in part THEN two are still due."""
    case_id = agreed(work)
    for number, days in enumerate((-2, -1, 3)):
        promise(work, case_id, f"第{number}期", days)
    paid = {"fulfilment__done_on": TODAY}
    do(work, case_id, "fulfil", fulfilment__item="第0期", fulfilment__due_on=later(-2), **paid)
    do(
        work,
        case_id,
        "fulfil",
        fulfilment__item="第1期",
        fulfilment__due_on=later(-1),
        fulfilment__status="partial",
        **paid,
    )
    assert [(todo.verb[-3:], todo.due_on) for todo in told(work, "期")] == [
        ("第1期", later(-1)),
        ("第2期", later(3)),
    ]


def test_urging_is_written_on_the_overdue_promise(work: Work) -> None:
    """人民调解法 第三十一条: GIVEN an overdue and a coming promise WHEN urged THEN the overdue one has the day."""
    case_id = agreed(work)
    promise(work, case_id, "旧", -3)
    promise(work, case_id, "新", 3)
    do(work, case_id, "urge")
    days = {row.item: row.urged_on for row in work.session.query(Fulfilment)}
    assert days == {"旧": TODAY, "新": None}


def test_a_risk_is_looked_at_again(work: Work) -> None:
    """GIVEN a risk with its review due THEN it is asked for; lifted THEN not; it is on the matter, not on anybody."""
    case_id = opened(work)
    do(
        work,
        case_id,
        "risk",
        case__risk_level="orange",
        case__risk_reason="双方约架",
        case__risk_measures="组长上门，先隔开施工",
        case__risk_review_on=later(2),
    )
    (found,) = told(work, "复核风险")
    assert (found.case_id, found.due_on, found.group) == (case_id, later(2), SOON)
    do(work, case_id, "lift_risk")
    assert told(work, "复核风险") == []


def test_a_reception_waits_until_it_is_decided(work: Work) -> None:
    """GIVEN a reception THEN it waits; answered THEN it does not."""
    visit_id = register_visit(work, VisitEntry(facts="问低保"))
    (found,) = told(work, "来访")
    assert (found.visit_id, found.group, found.since, found.title) == (visit_id, WAITING, TODAY, "问低保")
    answer_on_the_spot(work, visit_id, "已答复")
    assert told(work, "来访") == []


@pytest.mark.parametrize(
    ("state", "waits"),
    [
        *product(("registered", "accepted", "mediating", "agreed", "ended", "running", "replied"), (True,)),
        ("followed_up", True),
        ("closed", False),
        ("archived", False),
    ],
)
def test_what_was_begun_waits_until_it_is_closed(work: Work, state: str, waits: bool) -> None:
    """GIVEN a matter in a state THEN it waits for its next step unless it is closed."""
    put(work, opened(work), state=state)
    assert bool(todos(work.session, chief(work), TODAY)) is waits


def test_the_assigned_day_is_kept_in_sight(work: Work) -> None:
    """信访工作条例 第二十二条: GIVEN a matter assigned with a day THEN the day is told when it comes near."""
    case_id = opened(work, "petition")
    do(work, case_id, "assign", step__unit="县住建局", step__due_on=later(5))
    assert [(todo.due_on, todo.group) for todo in told(work, "限办")] == [(later(5), SOON)]


def test_restricted_things_are_told_to_those_who_may_see_them(work: Work) -> None:
    """GIVEN restricted matters, receptions and promises THEN others are told nothing of them (第三十条)."""
    for secrecy in ("confidential", "accusation"):
        register_visit(work, VisitEntry(secrecy=secrecy, facts="密"))
        put(
            work, open_case(work, CaseEntry(kind="petition", secrecy=secrecy)), due_on=TODAY, risk_level="red"
        )
        case_id = agreed(work)
        promise(work, case_id, "密", 0)
        put(work, case_id, secrecy=secrecy, risk_level="red", risk_review_on=TODAY)

    def count(viewer: object) -> int:
        return len(todos(work.session, viewer, TODAY))  # type: ignore[arg-type]

    assert count(stranger(work)) == 0
    assert count(clerk(work)) * 2 == count(chief(work)) > 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["promise", "visit", "case"]), st.integers(-9, 9)), max_size=8))
def test_always_by_urgency(desk: Station, things: list[tuple[str, int]]) -> None:
    """GIVEN any things to do THEN overdue comes before today before soon before waiting, each by its day."""
    with rolled_back(desk) as work:
        for what, days in things:
            if what == "promise":
                promise(work, agreed(work), "付款", days)
            elif what == "visit":
                register_visit(work, VisitEntry(happened_at=work.now + timedelta(days=days)))
            else:
                put(work, opened(work), due_on=later(days))
        found = todos(work.session, chief(work), TODAY)
        keys = [(GROUPS.index(t.group), t.due_on or later(999), t.since or later(999)) for t in found]
        assert keys == sorted(keys)
        assert all(t.group == group_of(t.due_on, TODAY) for t in found if t.due_on)
