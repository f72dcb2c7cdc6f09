"""Accusations (检举控告): never in sight of others, never in the hands of the accused (信访工作条例 第三十条)."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import select

from app.cases.folder import open_folder
from app.cases.ledger import LedgerFilter, ledger_count, ledger_page
from app.cases.lifecycle.engine import StepEntry, take_step
from app.cases.lifecycle.withdrawal import withdraw_step
from app.cases.opening import CaseEntry, open_case, update_case
from app.cases.parties import PartyEntry, add_party
from app.cases.people import PersonEntry, find_people
from app.cases.today import todos
from app.cases.visibility import STRANGER, Viewer, stricter
from app.cases.visits import (
    VisitEntry,
    VisitorEntry,
    join_case,
    merge_duplicate,
    open_case_from_visit,
    possible_matches,
    recent_visits,
    register_visit,
)
from app.station import Work
from models.errors import UserError
from models.organisation import Staff
from models.step import Step
from models.visit import Visit
from tests.cases.ground import TODAY, case_of, chief, clerk, do, later, opened, person, put, stranger

ACCUSED = PersonEntry("赵德财", address="上溪村村委会", occupation="县自然资源局白泉所所长")
TELLER = PersonEntry("张秀英", phone="13900000017", document_number="11010519491231002X")


def accusation(work: Work) -> UUID:
    """An accusation of 赵德财 by 张秀英."""
    return opened(
        work,
        "petition",
        category="accusation",
        facts="倒卖宅基地",
        parties=(PartyEntry(TELLER, "petitioner"), PartyEntry(ACCUSED, "accused")),
    )


def without_right(work: Work) -> Work:
    """The same transaction in the hands of somebody who may not see accusations."""
    return replace(work, may_see_accusations=False)


@pytest.mark.parametrize("secrecy", ["open", "confidential", "accusation"])
@pytest.mark.parametrize("kind", ["petition", "dispute", "suggestion"])
def test_the_category_decides(work: Work, kind: str, secrecy: str) -> None:
    case_id = open_case(work, CaseEntry(kind=kind, category="accusation", secrecy=secrecy))
    assert case_of(work, case_id).secrecy == "accusation"


def test_naming_an_accused_makes_it_one(work: Work) -> None:
    case_id = opened(work, "petition")
    add_party(work, case_id, PartyEntry(ACCUSED, "accused"))
    case = case_of(work, case_id)
    assert (case.category, case.secrecy) == ("accusation", "accusation")


def test_correcting_does_not_open_it(work: Work) -> None:
    case_id = accusation(work)
    update_case(work, case_id, {"secrecy": "open", "facts": "更正"})
    assert (case_of(work, case_id).secrecy, case_of(work, case_id).facts) == ("accusation", "更正")


@pytest.mark.parametrize(
    "unit",
    [
        "上溪村村委会",
        "上溪村村委会监督组",
        "县自然资源局",
        "县自然资源局白泉所",
        "赵德财",
        "赵德财办公室",
        " 上溪村村委会 ",
    ],
)
@pytest.mark.parametrize("kind", ["transfer", "inform"])
def test_it_never_goes_to_the_accused(work: Work, kind: str, unit: str) -> None:
    case_id = accusation(work)
    with pytest.raises(UserError, match="第三十条"):
        do(work, case_id, kind, step__unit=unit)
    with pytest.raises(UserError, match="第三十条"):
        update_case(work, case_id, {"responsible_unit": unit})


def test_it_goes_to_the_organ_in_charge(work: Work) -> None:
    case_id = accusation(work)
    do(work, case_id, "transfer", step__unit="县纪委监委")
    do(work, case_id, "inform", step__unit="县纪委监委")
    do(work, case_id, "close")
    case = case_of(work, case_id)
    assert (case.state, case.responsible_unit, case.transferred_on) == ("closed", "县纪委监委", TODAY)


@pytest.mark.parametrize("kind", ["accept", "assign", "mediate", "reply", "decline", "agree_written", "note"])
def test_nothing_else_is_done_with_it(work: Work, kind: str) -> None:
    case_id = accusation(work)
    with pytest.raises(UserError, match="不能做"):
        do(work, case_id, kind, step__unit="县纪委监委")


def test_others_meet_it_nowhere(work: Work) -> None:
    """GIVEN an accusation received and registered THEN no list, count, hint, finder or folder shows it to others."""
    with_visit = register_visit(
        work, VisitEntry(facts="倒卖宅基地", secrecy="accusation", visitors=(VisitorEntry(TELLER),))
    )
    case_id = open_case_from_visit(
        work,
        with_visit,
        CaseEntry("petition", category="accusation", parties=(PartyEntry(ACCUSED, "accused"),)),
    )
    case = case_of(work, case_id)
    case.due_on = later(1)
    work.session.flush()
    for viewer in (clerk(work), stranger(work), STRANGER):
        assert ledger_page(work.session, LedgerFilter(), viewer).rows == ()
        assert ledger_count(work.session, LedgerFilter(kind="petition"), viewer) == 0
        assert ledger_count(work.session, LedgerFilter(words="宅基地"), viewer) == 0
        assert todos(work.session, viewer, TODAY) == ()
        assert recent_visits(work.session, viewer) == ()
        for words in ("赵德财", "zdc", "张秀英", "zxy", "13900000017", "1101051949"):
            assert find_people(work.session, words, viewer=viewer) == ()
        with pytest.raises(UserError, match="无权"):
            open_folder(work.session, case_id, viewer)
    assert len(ledger_page(work.session, LedgerFilter(), chief(work)).rows) == 1
    assert [one.name for one in find_people(work.session, "zdc", viewer=chief(work))] == ["赵德财"]
    assert possible_matches(work.session, (TELLER, ACCUSED), chief(work)) == ()


def test_others_cannot_change_it(work: Work) -> None:
    """GIVEN its identifier THEN who may not see an accusation cannot step, correct, join, merge or withdraw."""
    case_id, other = accusation(work), opened(work)
    visit = register_visit(work, VisitEntry(facts="再来"))
    step_id = work.session.scalars(select(Step.id).where(Step.case_id == case_id)).one()
    clerks = without_right(work)
    for attempt in (
        lambda: take_step(
            clerks, case_id, StepEntry("transfer", {"step.happened_on": TODAY, "step.unit": "纪委"})
        ),
        lambda: update_case(clerks, case_id, {"facts": "没事"}),
        lambda: join_case(clerks, visit, case_id, repeat=True),
        lambda: merge_duplicate(clerks, other, case_id, "同一件"),
        lambda: withdraw_step(clerks, step_id, "看看"),
    ):
        with pytest.raises(UserError, match="无权"):
            attempt()


def test_the_visit_keeps_the_matter_secret(work: Work) -> None:
    """GIVEN a confidential reception WHEN a matter is opened or joined THEN the stricter of the two holds."""
    for told, typed, kept in (
        ("accusation", "confidential", "accusation"),
        ("confidential", "open", "confidential"),
        ("open", "confidential", "confidential"),
    ):
        visit = register_visit(work, VisitEntry(secrecy=told))
        case_id = open_case_from_visit(work, visit, CaseEntry("petition", secrecy=typed))
        assert case_of(work, case_id).secrecy == kept
        row = work.session.scalars(select(Visit).where(Visit.id == visit)).one()
        assert row.secrecy == kept


def test_an_accusation_does_not_join_an_open_matter(work: Work) -> None:
    case_id = opened(work, "petition")
    visit = register_visit(work, VisitEntry(facts="所长收钱", secrecy="accusation"))
    with pytest.raises(UserError, match="第三十条"):
        join_case(work, visit, case_id, repeat=False)
    row = work.session.scalars(select(Visit).where(Visit.id == visit)).one()
    assert (row.case_id, row.outcome) == (None, "pending")
    quiet = register_visit(work, VisitEntry(facts="家里的事", secrecy="confidential"))
    join_case(work, quiet, case_id, repeat=False)
    assert case_of(work, case_id).secrecy == "confidential"


def test_matters_of_different_circles_are_not_merged(work: Work) -> None:
    with pytest.raises(UserError, match="知悉范围"):
        merge_duplicate(work, accusation(work), opened(work, "petition"), "同一件")


def test_somebody_known_from_elsewhere_stays_findable(work: Work) -> None:
    """GIVEN somebody in an accusation and in an open matter THEN the finder offers them, the matter stays hidden."""
    accusation(work)
    opened(work, parties=(PartyEntry(TELLER),))
    assert [one.name for one in find_people(work.session, "张秀英", viewer=stranger(work))] == ["张秀英"]
    assert find_people(work.session, "赵德财", viewer=stranger(work)) == ()


def test_a_confidential_matter_is_for_who_handles_it(work: Work) -> None:
    """GIVEN a confidential matter THEN who registered it and who handles it see it, and nobody else."""
    case_id = opened(work, secrecy="confidential", parties=(PartyEntry(person("甲")),))
    colleague = work.add(Staff(name="刘敏"))
    handler = Viewer(colleague.id, False)
    assert ledger_page(work.session, LedgerFilter(), clerk(work)).rows[0].id == case_id
    assert ledger_page(work.session, LedgerFilter(), handler).rows == ()
    put(work, case_id, mediator_id=colleague.id)
    assert ledger_page(work.session, LedgerFilter(), handler).rows[0].id == case_id
    assert ledger_page(work.session, LedgerFilter(), stranger(work)).rows == ()


def test_stricter() -> None:
    assert stricter("open", "confidential") == stricter("confidential", "open") == "confidential"
    assert stricter("accusation", "confidential") == "accusation"
