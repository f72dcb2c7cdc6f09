"""What is found, in which order, and by whom."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.cases.visibility import Viewer
from app.search.query import matching_ids, scan, search
from app.station import Station, Work
from models.case import Case
from tests.cases.ground import case_of, chief, clerk, opened, person, rolled_back, stranger
from tests.search.material import CHANGES, QUERIES, Change, apply

LENIENT = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def found(work: Work, words: str, viewer: Viewer | None = None) -> list[int]:
    """Local numbers of what a search finds."""
    return [hit.local_id for hit in search(work.session, words, viewer or chief(work), 500).hits]


@LENIENT
@given(CHANGES, st.lists(QUERIES, min_size=1, max_size=6))
def test_search_equals_a_plain_scan(desk: Station, changes: list[Change], queries: list[str]) -> None:
    """GIVEN any changes THEN any words find what reading every matter finds, newest first."""
    with rolled_back(desk) as work:
        for change in changes:
            apply(work, change)
        for words in queries:
            assert found(work, words) == scan(work.session, words, chief(work)), words


@LENIENT
@given(CHANGES, QUERIES, st.integers(1, 3))
def test_pages_of_matches_hold_each_once(desk: Station, changes: list[Change], words: str, size: int) -> None:
    """GIVEN any page size THEN going on from the last one gives every match once, newest first."""
    with rolled_back(desk) as work:
        for change in changes:
            apply(work, change)
        whole = matching_ids(work.session, words, limit=1000)
        pages: list[int] = []
        before: int | None = None
        while page := matching_ids(work.session, words, before=before, limit=size):
            pages += page
            before = page[-1]
        assert pages == whole == sorted(set(whole), reverse=True)


@pytest.mark.parametrize(
    ("words", "hit"),
    [
        ("墙", True),
        ("滴水", True),
        ("占了滴水沟", True),
        ("占滴水沟", False),
        ("墙占", False),
        ("滴水沟水", False),
        ("水沟水", False),
        ("墙 占", True),
        ("𠮷", True),
        ("陈𬭎", True),
        ("𬭎陈", False),
        ("A３栋", True),
        ("ａ3", True),
        ("3栋", True),
        ("c𬭎", False),
        ("cjh", True),
        ("139", False),
        ("1390", True),
        ("13900001234", True),
        ("330122", True),
        ("33012219810203141x", True),
        ("人调字第1号", True),
        ("（2026）上溪人调字第1号", True),
        ("(2026)上溪人调字第１号", True),
        ("9999", False),
        ("，。", False),
        ("", False),
    ],
)
def test_by_any_words(work: Work, words: str, hit: bool) -> None:
    """GIVEN one matter THEN parts of its words, names, initials and numbers find it, and nothing else does."""
    chen = person("陈𠮷𬭎", phone="13900001234", document_number="33012219810203141X")
    other = person("陈𬭎")
    case_id = open_case(
        work,
        CaseEntry(
            facts="修墙，占了滴水沟；Ａ3栋，沟水倒灌。",
            parties=(PartyEntry(chen), PartyEntry(other, "respondent")),
        ),
    )
    assert (found(work, words) == [case_of(work, case_id).local_id]) is hit, words


def test_one_matter_found_both_ways_stands_once(work: Work) -> None:
    """GIVEN a phone that the facts tell too THEN the matter is one hit, in its place by age."""
    first = opened(work, facts="打13900000017找他")
    second = opened(work, facts="别的事")
    third = opened(work, facts="13900000017", parties=())
    ids = [case_of(work, one).local_id for one in (third, second, first)]
    assert found(work, "13900000017") == ids


def test_more_is_told(work: Work) -> None:
    """GIVEN more hits than asked for THEN the newest come and the page says that there are more."""
    for number in range(4):
        opened(work, facts=f"水沟{number}")
    page = search(work.session, "水沟", chief(work), limit=3)
    assert (len(page.hits), page.more) == (3, True)
    assert [hit.local_id for hit in page.hits] == sorted((hit.local_id for hit in page.hits), reverse=True)
    assert not search(work.session, "水沟", chief(work), limit=4).more


@pytest.mark.parametrize("words", ["举报", "受贿", "村", "13900000044", "w", "王某", "330122198102031410"])
def test_restricted_matters_are_not_found_without_right(work: Work, words: str) -> None:
    """GIVEN an accusation and a confidential matter THEN no words, name or number shows them to others."""
    teller = PersonEntry(name="王某", phone="13900000044", document_number="330122198102031410")
    accusation = open_case(
        work,
        CaseEntry(
            kind="petition", category="accusation", facts="举报村里受贿", parties=(PartyEntry(teller),)
        ),
    )
    hidden = open_case(
        work, CaseEntry(secrecy="confidential", facts="举报 受贿 村", parties=(PartyEntry(teller),))
    )
    open_one = opened(work, facts="修路")
    accused, private, plain = (case_of(work, one).local_id for one in (accusation, hidden, open_one))
    assert {accused, private} <= set(found(work, words)) | {plain}
    assert accused not in found(work, words, clerk(work))
    assert set(found(work, words, stranger(work))) <= {plain}
    assert set(found(work, words, Viewer(None, False))) <= {plain}
    assert scan(work.session, words, stranger(work)) == [
        one for one in found(work, words, stranger(work)) if not words.isdigit()
    ]


def test_many_hidden_matters_do_not_hide_an_open_one(work: Work) -> None:
    """GIVEN an old open matter below many hidden ones THEN it is still found."""
    open_one = opened(work, facts="水沟", parties=())
    for number in range(60):
        open_case(work, CaseEntry(category="accusation", facts=f"水沟{number}"))
    hits = search(work.session, "水沟", clerk(work), limit=5).hits
    assert [hit.id for hit in hits] == [open_one]


def test_a_merged_matter_is_found_no_more(work: Work) -> None:
    """GIVEN a matter withdrawn as a duplicate THEN words and numbers pass it over."""
    case_id = opened(work, facts="水沟")
    work.withdraw(work.session.scalars(select(Case).where(Case.id == case_id)).one(), "重复录入")
    work.session.flush()
    assert found(work, "水沟") == found(work, "13900000017") == []


def test_a_whole_page_pasted_is_a_query_too(work: Work) -> None:
    """GIVEN a thousand characters pasted into the box THEN the matter that holds them is found, another is not."""
    story = "".join(chr(0x4E00 + number * 7 % 3000) for number in range(1000))
    case_id = opened(work, facts=story)
    assert found(work, story) == [case_of(work, case_id).local_id]
    assert found(work, story + "尾") == []
    assert found(work, "，".join(story)[:400]) == [case_of(work, case_id).local_id]
