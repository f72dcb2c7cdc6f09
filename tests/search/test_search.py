"""What the index finds is what reading every matter finds, after any changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from app.cases.visibility import STRANGER, Viewer
from app.search.index import rebuild
from app.search.pinyin import initials_text
from app.search.query import scan, search
from app.station import Station, Work
from models.case import Case, CaseParty
from models.person import Person
from models.visit import Visit
from tests.cases.doing import LI, SIDES, opened, viewer_of
from tests.cases.plans import plans_of

ALL = Viewer(None, True)
LETTERS = "墙水沟田李有𠮷𬭎aＡbZ1１2号，。 （|'\"*é㈱"
TEXTS = st.text(LETTERS, max_size=12)
NAMES = st.text("李王田𠮷𬭎秀英a", min_size=1, max_size=4)


@dataclass
class Told:
    """A matter as the test remembers it."""

    case: Case
    texts: dict[str, str]
    people: list[tuple[CaseParty, Person]] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def parts(self) -> Iterator[str]:
        """Every text that must be found, as it stands now."""
        yield from self.texts.values()
        yield self.case.number
        for party, person in self.people:
            if party.withdrawn_at is None:
                yield from (person.name, initials_text(person.name), person.legal_representative)
        for visit in self.visits:
            if visit.withdrawn_at is None:
                yield from (visit.facts, visit.request, visit.problem_place)


def pieces(words: str) -> list[str]:
    """What a text is cut into, written down here anew."""
    folded = unicodedata.normalize("NFKC", words).lower()
    return [piece for piece in re.split(r"[\W_]+", folded) if piece]


def holds(told: Told, words: str) -> bool:
    """Whether all pieces of the words occur unbroken in the matter."""
    texts = [piece for part in told.parts() for piece in pieces(part)]
    wanted = pieces(words)
    return bool(wanted) and all(any(one in piece for piece in texts) for one in wanted)


class _Undo(Exception):
    """Takes the transaction of an example back."""


@contextmanager
def undone(station: Station) -> Iterator[Work]:
    with pytest.raises(_Undo), station.change("试一试") as work:
        yield work
        raise _Undo


def add_told(work: Work, number: int, facts: str, demand: str, names: list[str], visit_facts: str) -> Told:
    case = work.add(Case(number=f"（2026）上溪字第{number}号", facts=facts, demand=demand))
    told = Told(case, {"facts": facts, "demand": demand})
    for name in names:
        person = work.add(Person(name=name, legal_representative=name[::-1]))
        told.people.append((work.add(CaseParty(case_id=case.id, person_id=person.id)), person))
    told.visits.append(work.add(Visit(case_id=case.id, facts=visit_facts, request=demand)))
    return told


Change = Callable[[Work, Told, Told, str], None]


def edit_facts(work: Work, told: Told, other: Told, words: str) -> None:
    told.case.facts = told.texts["facts"] = words


def clear_demand(work: Work, told: Told, other: Told, words: str) -> None:
    told.case.demand = told.texts["demand"] = ""


def rename_person(work: Work, told: Told, other: Told, words: str) -> None:
    for _, person in told.people[:1]:
        person.name = words


def withdraw_party(work: Work, told: Told, other: Told, words: str) -> None:
    for party, _ in told.people[:1]:
        party.withdrawn_at = work.now


def share_person(work: Work, told: Told, other: Told, words: str) -> None:
    for _, person in other.people[-1:]:
        told.people.append((work.add(CaseParty(case_id=told.case.id, person_id=person.id)), person))


def move_visit(work: Work, told: Told, other: Told, words: str) -> None:
    for visit in told.visits[:1]:
        visit.case_id = other.case.id
        visit.facts = words
        told.visits.remove(visit)
        other.visits.append(visit)


def withdraw_visit(work: Work, told: Told, other: Told, words: str) -> None:
    for visit in told.visits[:1]:
        visit.withdrawn_at = work.now


CHANGES: tuple[Change, ...] = (
    edit_facts, clear_demand, rename_person, withdraw_party, share_person, move_visit, withdraw_visit,
)  # fmt: skip

MATTERS = st.lists(st.tuples(TEXTS, TEXTS, st.lists(NAMES, max_size=2), TEXTS), min_size=2, max_size=4)
EDITS = st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 3), st.integers(0, 3), TEXTS), max_size=6)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(matters=MATTERS, edits=EDITS, queries=st.lists(TEXTS, max_size=3), data=st.data())
def test_index_finds_what_reading_finds(
    station: Station,
    matters: list[tuple[str, str, list[str], str]],
    edits: list[tuple[Change, int, int, str]],
    queries: list[str],
    data: st.DataObject,
) -> None:
    """GIVEN any matters and changes WHEN any words are sought THEN index, scan and the test's memory agree."""
    with undone(station) as work:
        told = [add_told(work, number, *matter) for number, matter in enumerate(matters)]
        for change, one, other, words in edits:
            change(work, told[one % len(told)], told[other % len(told)], words)
            work.session.flush()
        source = data.draw(st.sampled_from([part for one in told for part in one.parts()]))
        start = data.draw(st.integers(0, max(len(source) - 1, 0)))
        cut = source[start : start + data.draw(st.integers(1, 5))]
        for words in (*queries, cut, f"{cut} {queries[0]}" if queries else cut):
            expected = [one.case.local_id for one in reversed(told) if holds(one, words)]
            assert [hit.local_id for hit in search(work.session, words, ALL).hits] == expected, words
            assert scan(work.session, words, ALL) == expected, words


def test_the_index_is_sound_after_changes_and_rebuilding(station: Station) -> None:
    """GIVEN changed matters WHEN the index is checked and made anew THEN it is sound and finds the same."""
    case_id = opened(station, facts="翻建围墙占了滴水沟")
    with station.change("更正") as work:
        work.session.scalars(select(Case).where(Case.id == case_id)).one().facts = "排水沟堵了"
        work.session.flush()
        seen: list[tuple[int, int]] = []
        assert rebuild(work.session, lambda done, all_: seen.append((done, all_)))
        assert seen[-1][0] == seen[-1][1] == 1
        work.session.execute(text("INSERT INTO case_fts (case_fts) VALUES ('integrity-check')"))
    with station.query() as session:
        assert [hit.id for hit in search(session, "排水沟", ALL).hits] == [case_id]
        assert search(session, "滴水沟", ALL).hits == ()


def test_rebuilding_can_be_stopped(station: Station) -> None:
    opened(station, facts="翻建围墙")
    with undone(station) as work:
        assert not rebuild(work.session, lambda *_: None, lambda: True)
    with station.query() as session:
        assert len(search(session, "围墙", ALL).hits) == 1


def test_a_change_of_state_does_not_touch_the_index(station: Station) -> None:
    case_id = opened(station, facts="翻建围墙")
    with station.change("状态") as work:
        before = work.session.execute(text("SELECT total_changes()")).scalar_one()
        case = work.session.scalars(select(Case).where(Case.id == case_id)).one()
        case.state = "accepted"
        work.session.flush()
        after = work.session.execute(text("SELECT total_changes()")).scalar_one()
    assert after - before == 2  # the row and its operation


@pytest.mark.parametrize(
    "words", ["13900000018", "1390000001", "１３９００００００１８", "11010119610203", "lyt"]
)
def test_a_persons_number_finds_the_matters(station: Station, words: str) -> None:
    with station.change("立案") as work:
        work.add(Person(name="李有田", phone="13900000018", document_number="11010119610203001X"))
    case_id = opened(station)
    with station.change("证件") as work:
        person = work.session.scalars(
            select(Person).where(Person.name == LI.name).order_by(Person.local_id.desc())
        ).first()
        assert person is not None
        person.document_number = "11010119610203001X"
    with station.query() as session:
        assert [hit.id for hit in search(session, words, ALL).hits] == [case_id]


def test_a_withdrawn_party_is_not_found_by_number(station: Station) -> None:
    opened(station)
    with station.change("撤回") as work:
        for party in work.session.scalars(select(CaseParty)):
            work.withdraw(party, "填错")
    with station.query() as session:
        assert search(session, "13900000018", ALL).hits == ()


@pytest.mark.parametrize(("secrecy", "seen"), [("open", True), ("confidential", True), ("accusation", False)])
def test_restricted_matters_stay_hidden(station: Station, secrecy: str, seen: bool) -> None:
    """GIVEN a restricted matter WHEN others search by words, initials or phone THEN it is not there."""
    case_id = opened(station, secrecy=secrecy, facts="反映占地", parties=SIDES)
    registrar = Viewer(station.signed_in.staff_id, False)
    for words in ("占地", "占", "反映占地", "lyt", "13900000018", "上溪"):
        with station.query() as session:
            assert [hit.id for hit in search(session, words, ALL).hits] == [case_id]
            assert bool(search(session, words, registrar).hits) == seen
            assert bool(search(session, words, STRANGER).hits) == (secrecy == "open")
            assert bool(scan(session, "占地", STRANGER)) == (secrecy == "open")


def test_search_reads_only_indexes(station: Station) -> None:
    """Whatever is sought, no table is read from end to end."""
    opened(station)
    for viewer in (ALL, viewer_of(station), STRANGER):
        for words in ("墙", "围墙", "翻建围墙", "围墙 排水", "zxy", "13900000018", "上溪人调字第1号"):
            with station.query() as session:
                plans = plans_of(session, lambda w=words, v=viewer: search(session, w, v))  # type: ignore[misc]
            for line in plans.splitlines():
                assert not re.fullmatch(r"SCAN (case|c|p|cp|person|case_party|visit|v)( .*)?", line), plans
