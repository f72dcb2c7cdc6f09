"""Receptions: never refused, the first receiver fixed, repeats counted, double entries merged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.cases.folder import open_folder
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry, withdraw_party
from app.cases.people import PersonEntry
from app.cases.visits import (
    VisitEntry,
    VisitorEntry,
    answer_on_the_spot,
    join_case,
    merge_duplicate,
    open_case_from_visit,
    possible_matches,
    read_visit,
    recent_visits,
    register_visit,
    update_visit,
    visit_warnings,
)
from app.station import Work
from models.case import Case, CaseLink, CaseParty
from models.errors import UserError
from models.step import Step
from models.visit import Visit, VisitPerson
from tests.cases.ground import TODAY, case_of, chief, clerk, do, opened, person, stranger

ZHANG = person("张秀英", phone="13900000017", document_number="11010519491231002X")


def visit_of(work: Work, visit_id: UUID) -> Visit:
    """The row of a reception."""
    work.session.expire_all()
    return work.session.scalars(select(Visit).where(Visit.id == visit_id)).one()


def count(work: Work, mapped: type) -> int:
    """How many rows of a table there are."""
    return work.session.scalar(select(func.count()).select_from(mapped)) or 0


@pytest.mark.parametrize(
    "entry",
    [
        VisitEntry(),
        VisitEntry(anonymous=True, channel="letter", facts="匿名反映"),
        VisitEntry(people_count=0),
        VisitEntry(visitors=(VisitorEntry(PersonEntry()),)),
        VisitEntry(visitors=(VisitorEntry(PersonEntry(document_number="不详")),)),
    ],
)
def test_however_little_was_said_it_is_registered(work: Work, entry: VisitEntry) -> None:
    """GIVEN next to nothing THEN it is registered with number, day, time and first receiver (第二十二条)."""
    visit = visit_of(work, register_visit(work, entry))
    assert visit.number == "上溪访2026-0001"
    assert visit.received_on == TODAY
    assert visit.registered_at == work.now
    assert visit.first_received_by == visit.received_by == work.actor_id
    assert (visit.people_count, visit.outcome) == (1, "pending")


def test_a_crowd_of_forty_six(work: Work) -> None:
    """GIVEN 46 people with five representatives THEN all count, the five are named, and nothing is warned of."""
    five = tuple(VisitorEntry(person(f"代表{number}"), "representative") for number in range(5))
    entry = VisitEntry(people_count=46, visitors=five)
    assert visit_warnings(entry) == ()
    visit_id = register_visit(work, entry)
    assert visit_of(work, visit_id).people_count == 46
    assert [one.role for one in read_visit(work.session, visit_id).entry.visitors] == ["representative"] * 5


def test_more_named_than_counted_raises_the_count(work: Work) -> None:
    """GIVEN 46 names and a count of 1 THEN 46 came, and each is kept in order."""
    named = tuple(VisitorEntry(person(f"村民{number:02}")) for number in range(46))
    visit_id = register_visit(work, VisitEntry(visitors=named))
    assert visit_of(work, visit_id).people_count == 46
    assert [one.name for one in read_visit(work.session, visit_id).people] == [
        f"村民{n:02}" for n in range(46)
    ]


@pytest.mark.parametrize(
    ("representatives", "people", "warned"), [(5, 5, 0), (6, 6, 1), (0, 6, 1), (0, 5, 0)]
)
def test_representatives_are_warned_of_not_refused(
    work: Work, representatives: int, people: int, warned: int
) -> None:
    """信访工作条例 第二十条: more than five, or a crowd without any, is said and saved all the same."""
    named = tuple(
        VisitorEntry(person(f"代表{number}"), "representative") for number in range(representatives)
    )
    entry = VisitEntry(people_count=people, visitors=named)
    assert len(visit_warnings(entry)) == warned
    visit_id = register_visit(work, entry)
    assert len(read_visit(work.session, visit_id).people) == representatives


def test_the_first_receiver_stays(work: Work) -> None:
    """首问责任制: GIVEN a reception WHEN it is corrected THEN number, registration and first receiver stay."""
    visit_id = register_visit(work, VisitEntry(facts="旧"))
    before = visit_of(work, visit_id)
    kept = (before.number, before.registered_at, before.first_received_by)
    update_visit(work, visit_id, VisitEntry(facts="新", happened_at=datetime(2026, 3, 1, 2, 0, tzinfo=UTC)))
    visit = visit_of(work, visit_id)
    assert (visit.number, visit.registered_at, visit.first_received_by) == kept
    assert (visit.facts, visit.happened_at) == ("新", datetime(2026, 3, 1, 2, 0, tzinfo=UTC))


def test_correcting_the_visitors(work: Work) -> None:
    """GIVEN three visitors WHEN one is dropped, one made representative, one added THEN the list says so in order."""
    names = tuple(VisitorEntry(person(name)) for name in ("甲一", "乙二", "丙三"))
    visit_id = register_visit(work, VisitEntry(visitors=names))
    first, second, _ = read_visit(work.session, visit_id).entry.visitors
    changed = (VisitorEntry(second.person, "representative"), first, VisitorEntry(person("丁四")))
    update_visit(work, visit_id, VisitEntry(visitors=changed))
    record = read_visit(work.session, visit_id)
    assert [(one.person.name, one.role) for one in record.entry.visitors] == [
        ("乙二", "representative"),
        ("甲一", "petitioner"),
        ("丁四", "petitioner"),
    ]
    rows = work.session.scalars(select(VisitPerson).where(VisitPerson.withdrawn_at.is_not(None))).all()
    assert len(rows) == 1, "the one dropped is withdrawn, not deleted"


def test_answered_on_the_spot(work: Work) -> None:
    """GIVEN an answer THEN the reception is done; GIVEN none THEN a sentence asks for it and nothing changes."""
    visit_id = register_visit(work, VisitEntry(facts="问低保"))
    with pytest.raises(UserError, match="当场答复"):
        answer_on_the_spot(work, visit_id, "  ")
    assert visit_of(work, visit_id).outcome == "pending"
    answer_on_the_spot(work, visit_id, "已告知材料清单。")
    assert (visit_of(work, visit_id).outcome, visit_of(work, visit_id).answer) == (
        "answered",
        "已告知材料清单。",
    )


def test_opening_takes_over_what_was_typed(work: Work) -> None:
    """GIVEN a reception WHEN a dispute is opened from it THEN words, days, people come along, each once."""
    visit_id = register_visit(
        work,
        VisitEntry(
            happened_at=datetime(2026, 3, 1, 2, 0, tzinfo=UTC),
            received_on=date(2026, 3, 2),
            facts="围墙",
            request="拆",
            problem_place="3组",
            visitors=(VisitorEntry(ZHANG), VisitorEntry(person("赵六"), "representative")),
        ),
    )
    case = case_of(work, open_case_from_visit(work, visit_id, CaseEntry(dispute_type="neighbour")))
    assert (case.facts, case.demand, case.place) == ("围墙", "拆", "3组")
    assert (case.petitioned_on, case.received_on, case.applied_on) == (date(2026, 3, 1), TODAY, TODAY)
    assert visit_of(work, visit_id).outcome == "opened"
    roles = work.session.scalars(select(CaseParty.role).order_by(CaseParty.position)).all()
    assert roles == ["applicant", "representative"]
    with pytest.raises(UserError, match="已经立案"):
        open_case_from_visit(work, visit_id, CaseEntry())


def test_a_repeat_counts_and_starts_nothing_anew(work: Work) -> None:
    """GIVEN an accepted matter WHEN the same person comes again THEN the visit counts and no date moves (第十九条)."""
    first = register_visit(work, VisitEntry(visitors=(VisitorEntry(ZHANG),)))
    case_id = open_case_from_visit(work, first, CaseEntry())
    do(work, case_id, "accept")
    before = (case_of(work, case_id).state, case_of(work, case_id).accepted_on)
    again = register_visit(work, VisitEntry(facts="再来", visitors=(VisitorEntry(ZHANG),)))
    join_case(work, again, case_id, repeat=True)
    visit = visit_of(work, again)
    assert (visit.case_id, visit.is_repeat, visit.repeats_visit_id, visit.outcome) == (
        case_id,
        True,
        first,
        "joined",
    )
    assert (case_of(work, case_id).state, case_of(work, case_id).accepted_on) == before
    assert (count(work, Case), count(work, Visit)) == (1, 2)
    folder = open_folder(work.session, case_id, chief(work))
    assert [one.is_repeat for one in folder.visits] == [False, True]
    assert any("重复来访" in entry.note for entry in folder.timeline)


def test_another_person_in_the_same_matter_is_no_repeat(work: Work) -> None:
    """GIVEN a visit that only belongs to a matter THEN it is joined and not marked as a repeat."""
    case_id = opened(work)
    visit_id = register_visit(work, VisitEntry())
    join_case(work, visit_id, case_id, repeat=False)
    visit = visit_of(work, visit_id)
    assert (visit.is_repeat, visit.repeats_visit_id) == (False, None)
    with pytest.raises(UserError):
        answer_on_the_spot(work, visit_id, "不能再答复")


def test_a_double_entry_is_merged_with_a_trace(work: Work) -> None:
    """GIVEN one event keyed twice THEN the second is withdrawn, linked, readable, and cannot be worked on."""
    original, double = opened(work), opened(work)
    with pytest.raises(UserError):
        merge_duplicate(work, double, original, " ")
    with pytest.raises(UserError):
        merge_duplicate(work, original, original, "同一件")
    merge_duplicate(work, double, original, "两台电脑各录一次")
    row = case_of(work, double)
    assert row.withdrawn_at is not None
    assert row.duplicate_of_case_id == original
    link = work.session.scalars(select(CaseLink)).one()
    assert (link.case_id, link.other_case_id, link.kind) == (double, original, "duplicate")
    assert any(row.number in note for note in work.session.scalars(select(Step.note)))
    assert open_folder(work.session, double, chief(work)).next_steps == ()
    with pytest.raises(UserError, match="撤回"):
        do(work, double, "accept")


@pytest.mark.parametrize(
    "typed",
    [
        PersonEntry("张秀英", phone="13900000017"),
        PersonEntry("张秀英", document_number="11010519491231002X"),
        PersonEntry("", document_number="11010519491231002X"),
    ],
)
def test_a_hint_at_the_same_person(work: Work, typed: PersonEntry) -> None:
    """GIVEN a matter of the same person THEN it is hinted at, once, and only as a hint."""
    case_id = opened(work, parties=(PartyEntry(ZHANG), PartyEntry(ZHANG, "respondent")))
    assert [one.case_id for one in possible_matches(work.session, (typed,), chief(work))] == [case_id]
    assert possible_matches(work.session, (person("张秀英"), PersonEntry()), chief(work)) == ()


def test_no_hint_at_somebody_taken_out(work: Work) -> None:
    """GIVEN a party withdrawn from a matter THEN the matter is no longer hinted at."""
    opened(work, parties=(PartyEntry(ZHANG),))
    withdraw_party(work, work.session.scalars(select(CaseParty.id)).one(), "登记错人")
    assert possible_matches(work.session, (ZHANG,), chief(work)) == ()


@pytest.mark.parametrize("secrecy", ["confidential", "accusation"])
def test_hints_never_show_what_is_restricted(work: Work, secrecy: str) -> None:
    """GIVEN a restricted matter THEN nobody is hinted at it, not even those who may see it (第三十条)."""
    open_case(work, CaseEntry(kind="petition", secrecy=secrecy, parties=(PartyEntry(ZHANG, "petitioner"),)))
    for viewer in (chief(work), clerk(work), stranger(work)):
        assert possible_matches(work.session, (ZHANG,), viewer) == ()


def test_a_restricted_reception_is_listed_for_those_who_may_see_it(work: Work) -> None:
    """GIVEN receptions of each kind THEN each viewer's list holds those they may see; the anonymous stay so."""
    for secrecy in ("open", "confidential", "accusation"):
        register_visit(work, VisitEntry(secrecy=secrecy, facts=secrecy, visitors=(VisitorEntry(ZHANG),)))
    register_visit(work, VisitEntry(anonymous=True, facts="匿名", visitors=(VisitorEntry(ZHANG),)))

    def seen(viewer: object) -> set[str]:
        return {row.facts for row in recent_visits(work.session, viewer)}  # type: ignore[arg-type]

    assert seen(chief(work)) == {"open", "confidential", "accusation", "匿名"}
    assert seen(clerk(work)) == {"open", "confidential", "匿名"}
    assert seen(stranger(work)) == {"open", "匿名"}
    names = {row.facts: row.visitors for row in recent_visits(work.session, chief(work))}
    assert (names["open"], names["匿名"]) == ("张秀英", "匿名")
