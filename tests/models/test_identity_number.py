"""Identity numbers: every slip of the pen is caught, and nothing is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from models.identity_number import (
    age_on,
    capacity_on,
    check_digit,
    make_identity_number,
    read_identity_number,
    tidy_number,
)

TODAY = date(2026, 11, 22)
BIRTHS = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
AREAS = st.sampled_from(["339900", "110105", "440524", "810000", "650100"])
NUMBERS = st.builds(make_identity_number, AREAS, BIRTHS, st.integers(0, 999))


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_textbook_numbers_have_right_check_digits(number: str) -> None:
    """The two customary samples; the second was born in 1880, too long ago to be alive."""
    assert check_digit(number[:17]) == number[17]


def test_what_a_number_says() -> None:
    """Birth date and sex are read from it."""
    read = read_identity_number("11010519491231002X", TODAY)
    assert (read.valid, read.sex_code, read.birth_date) == (True, "2", date(1949, 12, 31))


@given(AREAS, BIRTHS, st.integers(0, 999))
def test_made_numbers_pass_and_say_what_went_in(area: str, born: date, sequence: int) -> None:
    """GIVEN area, birth and sequence WHEN a number is made THEN it reads back, odd sequences as male."""
    read = read_identity_number(make_identity_number(area, born, sequence), TODAY)
    assert read.problems == ()
    assert read.birth_date == born
    assert read.sex_code == ("1" if sequence % 2 else "2")


@given(NUMBERS, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_is_caught(number: str, place: int, other: str) -> None:
    """Any single slip is found."""
    assume(number[place] != other)
    slipped = number[:place] + other + number[place + 1 :]
    assert read_identity_number(slipped, TODAY).problems


@given(NUMBERS, st.integers(0, 16))
def test_two_neighbours_exchanged_are_caught(number: str, place: int) -> None:
    """Any exchange of two different neighbours is found."""
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert read_identity_number(swapped, TODAY).problems


@given(NUMBERS, st.integers(0, 17))
def test_a_lost_or_doubled_character_is_caught(number: str, place: int) -> None:
    """The length is told."""
    assert "现在是17位" in read_identity_number(number[:place] + number[place + 1 :], TODAY).problems[0]
    assert (
        "现在是19位"
        in read_identity_number(number[:place] + number[place:][0] + number[place:], TODAY).problems[0]
    )


@given(st.text())
def test_any_text_is_read_without_complaint(text: str) -> None:
    """A bad number never keeps a record from being saved, so reading never raises."""
    read = read_identity_number(text, TODAY)
    assert read.valid == (not read.problems)
    assert all(any("一" <= ch <= "鿿" for ch in problem) for problem in read.problems)


@pytest.mark.parametrize(
    "pasted",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X\n",
        "110105-19491231-002X",
    ],
)
def test_pasted_forms_are_tidied(pasted: str) -> None:
    """Full-width, lower-case, spaced and dashed numbers are all one number."""
    assert tidy_number(pasted) == "11010519491231002X"
    assert read_identity_number(pasted, TODAY).valid


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("", "没有填写号码"),
        ("1101051949123100", "应为十八位，现在是16位"),
        ("11010519491231002号", "只能由数字组成，末位可以是X"),
        ("1101051949123100X2", "前十七位应当都是数字"),
        ("990105194912310023", "前两位不是省级行政区划代码"),
        (
            make_identity_number("339900", date(2026, 2, 1), 1).replace("0201", "0230"),
            "出生日期不是真实的日期",
        ),
        (make_identity_number("339900", TODAY + timedelta(days=1), 1), "出生日期在今天之后"),
        ("440524188001010014", "出生日期过早"),
        ("110105194912310020", "校验码不符，请核对是否抄错一位"),
    ],
)
def test_problems_are_told_in_words(number: str, problem: str) -> None:
    """Each kind of mistake has its own sentence."""
    assert problem in read_identity_number(number, TODAY).problems


def test_a_child_born_today_may_have_a_number() -> None:
    """The future begins tomorrow."""
    assert read_identity_number(make_identity_number("339900", TODAY, 2), TODAY).valid


def test_old_numbers_are_flagged_but_read() -> None:
    """Fifteen digits: no check digit, born in the 1900s, no longer in use."""
    read = read_identity_number("110105491231002", TODAY)
    assert "十五位旧号码已停用" in read.problems[0]
    assert (read.birth_date, read.sex_code) == (date(1949, 12, 31), "2")
    assert read_identity_number("110105491331002", TODAY).birth_date is None


@pytest.mark.parametrize("first", ["", "1" * 16, "1" * 18, "1" * 16 + "X", "１" * 17])
def test_check_digit_wants_seventeen_digits(first: str) -> None:
    """Only the program calls it, so a bad argument is a defect."""
    with pytest.raises(ValueError, match="seventeen"):
        check_digit(first)


@pytest.mark.parametrize(("area", "sequence"), [("3399", 1), ("33990X", 1), ("339900", 1000), ("339900", -1)])
def test_numbers_are_not_made_of_anything(area: str, sequence: int) -> None:
    """Area and sequence have a form."""
    with pytest.raises(ValueError, match="area"):
        make_identity_number(area, TODAY, sequence)


@pytest.mark.parametrize(
    ("birth", "day", "age", "capacity"),
    [
        (date(2018, 11, 23), TODAY, 7, "none"),
        (date(2018, 11, 22), TODAY, 8, "limited"),
        (date(2008, 11, 23), TODAY, 17, "limited"),
        (date(2008, 11, 22), TODAY, 18, "full"),
        (date(2008, 2, 29), date(2026, 2, 28), 17, "limited"),
        (date(2008, 2, 29), date(2026, 3, 1), 18, "full"),
        (date(2016, 2, 29), date(2024, 2, 29), 8, "limited"),
        (TODAY, TODAY, 0, "none"),
    ],
)
def test_age_and_capacity(birth: date, day: date, age: int, capacity: str) -> None:
    """民法典 第十七、十九、二十条: 18 full, 8 limited, counted from the birthday."""
    assert age_on(birth, day) == age
    assert capacity_on(birth, day) == capacity
