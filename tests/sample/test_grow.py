"""The sample station: believable, lawful in its dates, and the same for the same seed."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sample.grow import YEARS, grow
from app.sample.material import load_material
from app.sample.shape import SampleCase, SampleEvent, SampleStation
from models.codes import bundled_code_tables
from models.credit_code import read_credit_code
from models.identity_number import age_on, read_identity_number

END = date(2026, 11, 22)
TABLES = bundled_code_tables()
RESULT_TABLES = {
    "mediate": "mediation_result",
    "end_mediation": "end_ground",
    "decline": "decline_ground",
    "fulfil": "fulfilment_status",
    "follow_up": "evaluation",
    "report_back": "evaluation",
    "close": "evaluation",
    "reply": "petition_outcome",
    "review": "review_conclusion",
    "final_review": "review_conclusion",
    "risk": "risk_level",
    "confirm": "confirmation_result",
    "deliver": "service_result",
}
METHOD_TABLES = {"follow_up": "follow_up_method", "deliver": "service_method"}
CASE_TABLES = {
    "kind": "case_kind",
    "state": "case_state",
    "dispute_type": "dispute_type",
    "source": "case_source",
    "acceptance_basis": "acceptance_basis",
    "party_relation": "party_relation",
    "purpose": "petition_purpose",
    "category": "petition_category",
    "content_class": "content_class",
    "secrecy": "secrecy",
}
PARTY_TABLES = {"role": "party_role", "kind": "person_kind", "sex": "sex", "ethnicity": "ethnicity"}
ORDER = ["accept", "mediate", "agree", "fulfil", "follow_up", "close", "archive"]


@pytest.fixture(scope="module")
def station() -> SampleStation:
    """A station as the desktop's sample has it."""
    return grow(2026, END, 300)


@pytest.fixture(scope="module")
def many() -> SampleStation:
    """Enough matters to see rare things."""
    return grow(7, END, 3000)


def digest(station: SampleStation) -> str:
    """A hash over everything that was grown."""
    return hashlib.sha256(repr(station).encode()).hexdigest()


def grown(station: SampleStation) -> list[SampleCase]:
    """The invented matters, without the written ones."""
    return [case for case in station.cases if case.key.startswith("grown")]


def days_of(case: SampleCase, kind: str) -> list[date]:
    """The days of the events whose kind begins so."""
    return [event.on for event in case.events if event.kind.startswith(kind)]


def test_the_same_seed_gives_the_same_station(station: SampleStation) -> None:
    """A sample can be named by its seed."""
    assert digest(grow(2026, END, 300)) == digest(station)
    assert digest(grow(2027, END, 300)) != digest(station)


def test_more_matters_leave_the_first_ones_as_they_are(station: SampleStation) -> None:
    """Each invented matter depends on the seed and its own number only."""
    more = {case.key: case for case in grow(2026, END, 320).cases}
    assert all(more[case.key] == case for case in station.cases)


def test_as_many_as_wanted_over_three_years(station: SampleStation) -> None:
    """Three hundred matters, the twenty written ones among them (one of those is a sweep)."""
    assert len(station.cases) == 300
    assert len({case.key for case in station.cases}) == 300
    days = [case.registered_on for case in station.cases]
    assert days == sorted(days)
    assert END - timedelta(days=365 * YEARS + 3) <= days[0]
    assert days[-1] <= END
    assert len({day.year for day in days}) >= 3


def test_the_written_matters_are_taken_as_they_are(station: SampleStation) -> None:
    """Facts, demand, amount and visit of matters.yaml come through unchanged."""
    cases = {case.key: case for case in station.cases}
    sweeps = 0
    for matter in load_material().matters["matters"]:
        if matter["kind"] == "inspection":
            sweeps += 1
            continue
        case = cases[matter["id"]]
        assert case.kind == matter["kind"]
        assert case.station == matter["station"]
        if "facts" in matter:
            assert case.facts == matter["facts"]
        if "demand" in matter:
            assert case.demand == matter["demand"]
        if "type" in matter:
            assert TABLES.name_of("dispute_type", case.dispute_type) == matter["type"]
        assert case.amount_fen == (matter["amount"] * 100 if "amount" in matter else None)
        assert (case.visit.people if case.visit else None) == matter.get("visit", {}).get("people")
    assert sweeps == 1
    weeks = {sweep.period: sweep.found for sweep in station.inspections if sweep.station == "上溪村"}
    assert [weeks[week] for week in ("2026-W10", "2026-W11", "2026-W12")] == [1, 0, 0]


def test_what_the_written_matters_are_there_to_show(station: SampleStation) -> None:
    """Repeat, double entry, accusation, representatives, a guardian, instalments, the 30-day limits."""
    cases = {case.key: case for case in station.cases}
    assert (cases["repeat"].repeats, cases["double-entry"].duplicates) == ("windfarm", "wall")
    assert cases["repeat"].visit is not None
    assert cases["repeat"].visit.outcome == "joined"
    first, again = cases["windfarm"].parties[0], cases["repeat"].parties[0]
    assert first == again
    assert cases["accusation"].secrecy == "accusation"
    assert cases["accusation"].parties_as("accused")
    assert len(cases["estate493"].parties_as("representative")) == 5
    assert cases["accident"].parties_as("guardian")[0].represents == "𬭎小满"
    paid = [event.amount_fen or 0 for event in cases["wages"].events if event.kind == "fulfil"]
    assert sum(paid) == cases["wages"].amount_fen
    agreed, applied = days_of(cases["accident"], "agree")[0], days_of(cases["accident"], "confirm")[0]
    assert (applied - agreed).days == 26
    veteran = cases["veteran"]
    delivered = days_of(veteran, "deliver")
    assert (days_of(veteran, "review")[0] - delivered[0]).days == 28
    assert (days_of(veteran, "final_review")[0] - delivered[1]).days == 30


def test_every_code_is_in_its_table(many: SampleStation) -> None:
    """Nothing is grown that the program could not show."""
    for case in many.cases:
        for name, table in CASE_TABLES.items():
            code = getattr(case, name)
            assert not code or code in TABLES[table], (case.key, name, code)
        for party in case.parties:
            for name, table in PARTY_TABLES.items():
                code = getattr(party, name)
                assert not code or code in TABLES[table], (case.key, name, code)
        for event in case.events:
            assert event.kind in TABLES["step_kind"], (case.key, event)
            if event.result:
                assert event.result in TABLES[RESULT_TABLES[event.kind]], (case.key, event)
            if event.method:
                assert event.method in TABLES[METHOD_TABLES[event.kind]], (case.key, event)
        if case.visit:
            assert case.visit.channel in TABLES["visit_channel"]
            assert case.visit.outcome in TABLES["visit_outcome"]
    for unit in many.units:
        assert unit.level in TABLES["org_level"]


def test_days_follow_each_other(many: SampleStation) -> None:
    """Visit, acceptance, sessions, agreement, performance, follow-up, close, archive; nothing after the end."""
    for case in many.cases:
        assert all(case.registered_on <= event.on <= END for event in case.events), case
        assert [event.on for event in case.events] == sorted(event.on for event in case.events), case
        if case.visit:
            assert case.visit.at.date() == case.registered_on
        if case.happened_on:
            assert case.happened_on <= case.registered_on
        if not case.key.startswith("grown"):
            continue
        reached = [(days_of(case, kind)[0], days_of(case, kind)[-1]) for kind in ORDER if days_of(case, kind)]
        for earlier, later in pairwise(reached):
            assert earlier[1] <= later[0], case


def test_time_limits_of_the_law_are_kept(many: SampleStation) -> None:
    """调解 within a month of acceptance; 信访 notice in 15 days, opinion in 60, with at most 30 more."""
    for case in grown(many):
        accepted = days_of(case, "accept")
        if case.kind == "dispute" and accepted:
            assert all((day - accepted[0]).days <= 31 for day in days_of(case, "mediate")), case
        if case.kind == "petition":
            for day in days_of(case, "inform"):
                assert (day - case.registered_on).days <= 15, case
            for event in case.events:
                if event.kind == "reply":
                    limit = 90 if days_of(case, "extend") else 60
                    assert (event.on - accepted[0]).days <= limit, case


def test_agreements_and_endings_hang_together(many: SampleStation) -> None:
    """Terms only where something was agreed; a failed mediation ends; performances add up to what was owed."""
    for case in grown(many):
        agreed = [event for event in case.events if event.kind in ("agree_written", "agree_oral")]
        assert bool(case.terms) == bool(agreed) == bool(case.performance)
        results = [event.result for event in case.events if event.kind == "mediate"]
        if "failed" in results:
            assert not agreed
        if agreed and agreed[0].amount_fen and case.state in ("closed", "archived"):
            paid = sum(event.amount_fen or 0 for event in case.events if event.kind == "fulfil")
            assert paid == agreed[0].amount_fen, case
        if case.kind == "errand" and case.state == "closed":
            assert days_of(case, "report_back")
            assert case.claims


def test_people_are_sound(many: SampleStation) -> None:
    """Right check digits, sex and birth as in the number, ages of the living, no number of a real county."""
    for case in many.cases:
        for party in case.parties:
            if party.identity_number:
                read = read_identity_number(party.identity_number, case.registered_on)
                assert read.valid, (case.key, party)
                assert (read.sex_code, read.birth_date) == (party.sex, party.born)
                assert party.identity_number.startswith("339900")
            if party.born:
                assert 0 <= age_on(party.born, case.registered_on) <= 95
            if party.credit_code:
                assert read_credit_code(party.credit_code).valid
            if party.phone:
                assert re.fullmatch(r"1390000[0-9]{4}", party.phone)
        names = [party.name for party in case.parties]
        assert len(names) == len(set(names)), case


def test_minors_have_a_guardian(many: SampleStation) -> None:
    """民法典 第二十三条: the guardian is the legal representative."""
    minors = 0
    for case in many.cases:
        for party in case.parties:
            if party.born and age_on(party.born, case.registered_on) < 18:
                minors += 1
                assert party.name in {guardian.represents for guardian in case.parties_as("guardian")}
    assert minors > 5


def test_texts_read_like_a_cadres(many: SampleStation) -> None:
    """Forty to two hundred characters, full-width punctuation, no slot left open, nobody called names."""
    for case in grown(many):
        assert 40 <= len(case.facts) <= 200, case.facts
        written = [case.title, case.facts, case.demand, case.terms, case.performance]
        written += [event.note for event in case.events]
        for text in written:
            assert not re.search(r"[{},;:?!()]", text), text
            assert "。。" not in text
            assert not any(
                word in text for word in ("缠访", "闹访", "非访", "稳控", "劝返", "拦截", "重点人")
            )
        assert case.facts.endswith("。")
        assert len(case.title) <= 120


def test_texts_vary(station: SampleStation) -> None:
    """At least twelve texts for each common type, and hardly two matters alike."""
    material = load_material()
    for dispute_type in ("neighbour", "marriage", "land", "homestead", "damages", "contract", "wages"):
        assert len(material.disputes[dispute_type]) >= 12, dispute_type
    assert set(material.disputes) == set(TABLES["dispute_type"].entries)
    facts = [case.facts for case in station.cases]
    assert len(set(facts)) == len(facts)


def test_every_template_names_known_things() -> None:
    """Subtypes, units and outcomes of the texts exist in the code tables, and pairs can be made."""
    material = load_material()
    for dispute_type, templates in material.disputes.items():
        for template in templates:
            assert f"{dispute_type}_{template.subtype}" in TABLES["dispute_subtype"], template
            assert template.demand
            assert template.terms
    assert all(template.extra["outcome"] in TABLES["petition_outcome"] for template in material.petitions)


def test_the_mix_is_a_villages(many: SampleStation) -> None:
    """Mostly everyday disputes; few petitions, few errands; most matters settled, some still open."""
    cases = grown(many)
    kinds = Counter(case.kind for case in cases)
    assert kinds["dispute"] / len(cases) > 0.8
    assert kinds["petition"] / len(cases) < 0.1
    assert kinds["errand"] / len(cases) < 0.1
    types = Counter(case.dispute_type for case in cases if case.kind == "dispute")
    everyday = ("neighbour", "marriage", "land", "homestead", "damages", "contract", "wages")
    assert sum(types[name] for name in everyday) / kinds["dispute"] > 0.75
    assert types.most_common(1)[0][0] == "neighbour"
    assert set(types) == set(TABLES["dispute_type"].entries)
    states = Counter(case.state for case in cases)
    done = states["closed"] + states["archived"]
    assert 0.8 < done / len(cases) < 0.99
    by_month = Counter(case.registered_on.month for case in cases if case.dispute_type == "wages")
    assert by_month[12] + by_month[1] > by_month[3] + by_month[4]


def test_a_few_names_are_rare(many: SampleStation) -> None:
    """About two in a thousand names carry a character outside the common sets."""
    rare = load_material().names["rare"]
    characters = set(rare["male"] + rare["female"])
    names = [party.name for case in grown(many) for party in case.parties if party.kind == "natural"]
    share = sum(any(ch in characters for ch in name) for name in names) / len(names)
    assert 0.0005 < share < 0.005


def test_sweeps_report_zero_too(station: SampleStation) -> None:
    """Every village every week; what a sweep found is registered, nothing found is a report of 0."""
    villages = {unit.name for unit in station.units if unit.level == "village"}
    last = [sweep for sweep in station.inspections if sweep.on > END - timedelta(weeks=8)]
    assert Counter(sweep.station for sweep in last) == dict.fromkeys(villages, 8)
    assert any(sweep.found == 0 for sweep in last)
    cases = {case.key: case for case in station.cases}
    for sweep in station.inspections:
        assert sweep.on <= END
        for key in sweep.case_keys:
            assert cases[key].source == "inspection"
            assert cases[key].station == sweep.station


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.dates(date(2020, 1, 1), date(2032, 12, 31)), st.integers(0, 40))
def test_any_seed_and_end(seed: int, end: date, count: int) -> None:
    """Whatever is asked for: the number is right and nothing lies after the end."""
    station = grow(seed, end, count)
    assert len(station.cases) == count
    for case in station.cases:
        last: SampleEvent | None = case.events[-1] if case.events else None
        assert case.registered_on <= end
        assert last is None or last.on <= end
    assert all(sweep.on <= end for sweep in station.inspections)
