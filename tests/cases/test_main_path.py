"""From a reception to a closed matter, as the wall between two neighbours takes it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from app.cases.folder import open_folder
from app.cases.issuing import draft_paper, issue_paper, read_issued
from app.cases.ledger import LedgerFilter, ledger_count, ledger_page
from app.cases.lifecycle.engine import StepEntry, next_steps, take_step
from app.cases.opening import CaseEntry
from app.cases.paper_data import Subject
from app.cases.parties import PartyEntry, add_party
from app.cases.people import PersonEntry
from app.cases.today import todos
from app.cases.visibility import Viewer
from app.cases.visits import VisitEntry, VisitorEntry, open_case_from_visit, register_visit
from app.search.query import search
from app.station import Station
from models.errors import UserError
from tests.ground.clock import FakeClock

ZHANG = PersonEntry(
    name="张秀英", sex="2", born_on=date(1956, 8, 14), phone="13900000017", address="上溪村3组17号"
)
LI = PersonEntry(
    name="李有田", sex="1", born_on=date(1961, 2, 3), phone="13900000018", address="上溪村3组18号"
)
FACTS = "李有田翻建围墙，墙脚外移约三十厘米，占了两家共用的滴水沟，下雨时水倒灌进张秀英灶屋。"


def viewer_of(station: Station) -> Viewer:
    """The signed-in user as a viewer."""
    return Viewer(station.signed_in.staff_id, station.signed_in.may_see_accusations)


def open_wall(station: Station) -> UUID:
    """Registers the visit and opens the dispute."""
    with station.change("来访登记") as work:
        visit = register_visit(
            work,
            VisitEntry(facts=FACTS, request="围墙退回原界，恢复排水沟。", visitors=(VisitorEntry(ZHANG),)),
        )
    with station.change("立案") as work:
        case_id = open_case_from_visit(work, visit, CaseEntry(kind="dispute", dispute_type="neighbour"))
        add_party(work, case_id, PartyEntry(LI, "respondent"))
    return case_id


def step(station: Station, case_id: UUID, kind: str, **values: object) -> None:
    """Takes a step with values named ``table__column``."""
    with station.change(kind) as work:
        typed = {name.replace("__", "."): value for name, value in values.items()}
        take_step(work, case_id, StepEntry(kind, {"step.happened_on": work.today, **typed}))


def test_wall_from_visit_to_close(station: Station, clock: FakeClock) -> None:
    """GIVEN a visit WHEN it is worked to its end THEN each date is in its own field and the paper is kept."""
    case_id = open_wall(station)
    viewer = viewer_of(station)
    step(station, case_id, "accept", case__acceptance_basis="by_application")
    clock.advance(days=3)
    step(
        station,
        case_id,
        "mediate",
        mediation_session__record="现场丈量两次。",
        mediation_session__result="continue",
    )
    clock.advance(days=2)
    signed = date(2026, 3, 6)
    step(
        station,
        case_id,
        "agree_written",
        agreement__terms="围墙退回二十八厘米。\n十五日内恢复水沟，费用各半。",
        agreement__performance="十五日内履行。",
        agreement__parties_signed_on=signed,
        agreement__mediator_signed_on=signed,
        agreement__sealed_on=date(2026, 3, 7),
    )
    with station.query() as session:
        folder = open_folder(session, case_id, viewer)
    assert folder.state == "agreed"
    assert folder.number == "（2026）上溪人调字第1号"
    assert (folder.facts["accepted_on"], folder.facts["agreed_on"]) == (date(2026, 3, 2), date(2026, 3, 7))
    agreement = folder.timeline[-1].detail
    assert agreement["agreement.effective_on"] == date(2026, 3, 7)
    assert agreement["agreement.copies"] == 3
    with station.query() as session:
        made = draft_paper(
            session, "agreement", Subject(case_id), station.codes, clock.now(), date(2026, 3, 7)
        )
    with station.change("出具协议书") as work:
        paper_id = issue_paper(work, station.store.attachments, made, Subject(case_id))
    with station.query() as session:
        assert read_issued(session, station.store.attachments, paper_id) == made.content
        assert any("跟进履行" in todo.verb for todo in todos(session, viewer, date(2026, 3, 8)))
    step(station, case_id, "fulfil", fulfilment__item="恢复水沟", fulfilment__done_on=date(2026, 3, 7))
    step(station, case_id, "follow_up", follow_up__satisfaction="satisfied", follow_up__truthful=True)
    step(station, case_id, "close", case__resolved=True, case__closing_note="按期履行。")
    with station.query() as session:
        folder = open_folder(session, case_id, viewer)
        assert folder.state == "closed"
        assert folder.facts["closed_on"] == date(2026, 3, 7)
        assert [entry.kind for entry in folder.timeline] == [
            "register", "accept", "mediate", "agree_written", "fulfil", "follow_up", "close",
        ]  # fmt: skip
        assert {one.kind for one in folder.next_steps} == {"note", "reopen"}
        (row,) = ledger_page(session, LedgerFilter(), viewer).rows
        assert row.title == "张秀英与李有田邻里纠纷"
        assert ledger_count(session, LedgerFilter(state="closed"), viewer) == 1
        for words in ("滴", "围墙", "倒灌进张秀英", "zxy", "lyt", "13900000018", "上溪人调字第1号"):
            assert [hit.id for hit in search(session, words, viewer).hits] == [case_id], words
        assert search(session, "墙脚下雨", viewer).hits == ()


def test_a_step_out_of_order_is_refused_in_words(station: Station) -> None:
    """GIVEN a registered matter WHEN an agreement is entered THEN a sentence says what may be done, and nothing is kept."""
    case_id = open_wall(station)
    with pytest.raises(UserError, match="已登记"):
        step(station, case_id, "agree_oral", agreement__terms="退回")
    with station.query() as session:
        assert open_folder(session, case_id, viewer_of(station)).state == "registered"


def test_every_kind_offers_steps() -> None:
    """Every kind of matter can be gone on with from its first state."""
    for kind in ("dispute", "petition", "errand", "suggestion"):
        assert next_steps(kind, "registered")
    assert [one.kind for one in next_steps("petition", "registered", "accusation")] == ["transfer", "inform"]
