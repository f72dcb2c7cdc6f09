"""The index follows every change of what it is made from, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text

from app.cases.opening import CaseEntry, open_case, update_case
from app.search.index import rebuild, rebuild_statements
from app.station import Station, Work
from models.person import Person
from tests.cases.ground import case_of, opened, rolled_back
from tests.search.material import CHANGES, KINDS, Change, apply, due_tokens, index_tokens

LENIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@LENIENT
@given(CHANGES)
def test_the_index_is_what_the_rows_say(desk: Station, changes: list[Change]) -> None:
    """GIVEN any changes, withdrawals and deletions THEN each matter's tokens are those of its words now."""
    with rolled_back(desk) as work:
        for change in changes:
            apply(work, change)
        assert index_tokens(work) == due_tokens(work)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("kind", sorted(set(KINDS)))
def test_each_change_alone(work: Work, kind: str, which: int) -> None:
    """GIVEN two matters with parties and visits WHEN one thing changes THEN the index changes with it."""
    for number, words in ((0, "张李围墙"), (1, "滴水沟")):
        apply(work, Change("open", number, words))
        apply(work, Change("visit", number, f"来访{words}"))
    apply(work, Change(kind, which, "𠮷𬭎新"))
    assert index_tokens(work) == due_tokens(work)


def test_initials_follow_the_name(work: Work) -> None:
    """GIVEN a person WHEN the name is corrected THEN the initials are those of the new one."""
    someone = work.add(Person(name="单立人"))
    work.session.refresh(someone)
    assert someone.initials.split()[0] == "slr"
    someone.name = "翟立人"
    work.session.flush()
    work.session.refresh(someone)
    assert someone.initials.split()[0] == "zlr"


def test_a_change_of_state_leaves_the_index_alone(work: Work) -> None:
    """GIVEN a matter WHEN only dates and state change THEN no document is written anew."""
    case_id = opened(work, facts="围墙")
    before = work.session.execute(text("SELECT count(*), max(id) FROM case_fts_data")).one()
    update_case(work, case_id, {"state": "accepted", "affected_count": 3})
    assert work.session.execute(text("SELECT count(*), max(id) FROM case_fts_data")).one() == before


def test_a_rollback_leaves_the_index_as_it_was(desk: Station) -> None:
    """GIVEN a change that fails WHEN it is rolled back THEN the index holds nothing of it."""
    with rolled_back(desk) as work:
        open_case(work, CaseEntry(facts="不会留下"))
        assert index_tokens(work)
    with rolled_back(desk) as work:
        assert index_tokens(work) == due_tokens(work) == {}


@pytest.mark.parametrize("by_slices", [True, False])
def test_rebuilding_gives_the_same_index(work: Work, by_slices: bool) -> None:
    """GIVEN an index gone wrong WHEN it is rebuilt, at once or in slices THEN it is what the rows say."""
    for number in range(5):
        opened(work, facts=f"第{number}条围墙")
    work.session.execute(text("DELETE FROM case_fts WHERE rowid > 2"))
    assert index_tokens(work) != due_tokens(work)
    seen: list[tuple[int, int]] = []
    if by_slices:
        assert rebuild(work.session, lambda done, of: seen.append((done, of)))
        assert seen[-1][0] == seen[-1][1] > 0
    else:
        for statement in rebuild_statements():
            work.session.execute(text(statement))
    assert index_tokens(work) == due_tokens(work)


def test_a_cancelled_rebuild_says_so(work: Work) -> None:
    """GIVEN a rebuild WHEN it is cancelled THEN it returns False and reports no progress."""
    opened(work)
    seen: list[int] = []
    assert not rebuild(work.session, lambda done, of: seen.append(done), lambda: True)
    assert seen == []


def test_two_updates_in_one_statement(work: Work) -> None:
    """GIVEN one statement over many people THEN every matter of theirs is found by the new name."""
    ids = [opened(work, facts=str(number)) for number in range(3)]
    work.session.execute(text("UPDATE person SET name = '赵铁柱' || name WHERE name = '李有田'"))
    tokens = index_tokens(work)
    assert all("铁柱" in tokens[case_of(work, case_id).local_id] for case_id in ids)
