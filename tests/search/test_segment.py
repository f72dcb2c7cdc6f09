from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.segment import match_expression, query_runs, segment


def test_pairs_and_last_character() -> None:
    assert segment("滴水沟，墙") == "滴水 水沟 沟 墙"


def test_characters_beyond_the_basic_plane_stay_whole() -> None:
    assert segment("𠮷𬭎") == "𠮷𬭎 𬭎"


def test_full_width_and_case_are_one() -> None:
    assert segment("Ａ１号") == segment("a1号") == "a1 1号 号"


@pytest.mark.parametrize("nothing", [None, "", "，。 （）", "\x00\n"])
def test_nothing_to_find(nothing: str | None) -> None:
    assert segment(nothing) == ""
    assert match_expression(nothing or "") == ""


def test_expressions() -> None:
    assert match_expression("沟") == '"沟"*'
    assert match_expression("滴水沟 墙") == '"滴水" AND "水沟" AND "墙"*'


@given(st.text())
def test_no_text_breaks_the_expression(words: str) -> None:
    """No quote, operator or control character of the user's words reaches the full-text syntax."""
    expression = match_expression(words)
    assert expression.count('"') % 2 == 0
    assert bool(expression) == bool(query_runs(words))
    for part in expression.split(" AND ") if expression else []:
        assert part.strip('*"')
        assert part.startswith('"')
        assert all(ch.isalnum() or ord(ch) > 127 for ch in part.strip('*"'))


@given(st.text(), st.text())
def test_punctuation_keeps_texts_apart(one: str, other: str) -> None:
    assert set(segment(f"{one}|{other}").split()) == set(segment(one).split()) | set(segment(other).split())
