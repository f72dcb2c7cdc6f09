"""Unified social credit codes."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.credit_code import (
    ALPHABET,
    credit_check_character,
    make_credit_code,
    organisation_check_character,
    read_credit_code,
)

CODES = st.builds(
    make_credit_code,
    st.sampled_from(["91", "92", "12", "54", "N1"]),
    st.integers(110000, 659999).map(str),
    st.text(ALPHABET, min_size=8, max_size=8),
)


def test_the_known_code_is_good() -> None:
    """A published code passes, with its inner organisation code, and says where it is registered."""
    read = read_credit_code("91110000600037341L")
    assert (read.valid, read.area, read.registered_with) == (True, "110000", "市场监管（工商）")
    assert organisation_check_character("60003734") == "1"
    assert read_credit_code(" ９１１１００００６０００３７３４１ｌ ") == read


@given(CODES)
def test_made_codes_pass(code: str) -> None:
    """Generated codes read back without problems."""
    assert read_credit_code(code).problems == ()


@given(CODES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_caught(code: str, place: int, other: str) -> None:
    """Any single slip is found: the weights are never 0 modulo 31."""
    assume(code[place] != other)
    assert read_credit_code(code[:place] + other + code[place + 1 :]).problems


@given(CODES, st.integers(0, 16))
def test_two_neighbours_exchanged_are_caught(code: str, place: int) -> None:
    """Any exchange of two different neighbours is found."""
    assume(code[place] != code[place + 1])
    assert read_credit_code(code[:place] + code[place + 1] + code[place] + code[place + 2 :]).problems


@given(st.text())
def test_any_text_is_read_without_complaint(text: str) -> None:
    """Reading never raises."""
    read = read_credit_code(text)
    assert read.valid == (not read.problems)


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "没有填写"),
        ("9111000060003734", "现在是16位"),
        ("9111000060003734IO", "不会出现“I、O”"),
        ("91AA00006000373415", "行政区划数字"),
        ("91110000600037341M", "校验码不符"),
    ],
)
def test_problems_are_told_in_words(code: str, problem: str) -> None:
    """Each kind of mistake has its own sentence."""
    assert problem in read_credit_code(code).problems[0]


@pytest.mark.parametrize("first", ["", "1" * 16, "I" * 17])
def test_check_character_wants_seventeen_of_the_alphabet(first: str) -> None:
    """Only the program calls it, so a bad argument is a defect."""
    with pytest.raises(ValueError, match="alphabet"):
        credit_check_character(first)


@pytest.mark.parametrize(
    "parts", [("9", "110000", "60003734"), ("91", "11000X", "60003734"), ("91", "110000", "6000373")]
)
def test_codes_are_not_made_of_anything(parts: tuple[str, str, str]) -> None:
    """The parts have lengths."""
    with pytest.raises(ValueError, match="are needed"):
        make_credit_code(*parts)
