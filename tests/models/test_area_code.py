"""Area codes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.area_code import LENGTHS, AreaCode, area_code_problem, read_area_code

AREAS = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True).map(AreaCode)


@pytest.mark.parametrize(
    ("text", "level", "significant", "kind"),
    [
        ("330000000000", "province", "33", ""),
        ("331000000000", "city", "3310", ""),
        ("331023000000", "county", "331023", ""),
        ("331023101000", "township", "331023101", "镇"),
        ("331023001000", "township", "331023001", "街道"),
        ("331023201201", "village", "331023201201", "乡"),
        ("331023901000", "township", "331023901", ""),
    ],
)
def test_levels(text: str, level: str, significant: str, kind: str) -> None:
    """The level is told by the zeros behind it, the kind of township by the seventh digit."""
    area = AreaCode(text)
    assert (area.level, area.significant, area.township_kind) == (level, significant, kind)


def test_a_village_lies_in_all_above_it() -> None:
    """One code carries its whole line of areas."""
    village = AreaCode("331023201201")
    line = [village]
    while (above := line[-1].parent) is not None:
        line.append(above)
    assert [area.text for area in line] == [
        "331023201201",
        "331023201000",
        "331023000000",
        "331000000000",
        "330000000000",
    ]
    assert all(area.contains(village) for area in line)
    assert not village.contains(line[1])
    assert not AreaCode("331024000000").contains(village)


def test_a_county_that_stands_for_its_city() -> None:
    """The sample county 339900 ends in 00 like a city without counties; its townships still lie in it."""
    county = AreaCode("339900000000")
    assert county.level == "city"
    assert AreaCode("339900201201").at("county") == county
    assert county.contains(AreaCode("339900201201"))


@given(AREAS)
def test_the_area_above_holds_the_area(area: AreaCode) -> None:
    """For any code: going up keeps the leading digits, and the level becomes no lower."""
    for level, length in LENGTHS.items():
        if length <= LENGTHS[area.level]:
            assert area.at(level).contains(area)
            assert area.text.startswith(area.at(level).significant)
    assert area.at(area.level) == area


def test_there_is_nothing_below() -> None:
    """A township's code names no village."""
    with pytest.raises(ValueError, match="village"):
        AreaCode("331023201000").at("village")


@pytest.mark.parametrize("text", ["33", "3310", "331023", "331023201", "331023201201", " 331023 201 201 "])
def test_shorter_codes_are_filled_up(text: str) -> None:
    """Tables give 2, 4, 6, 9 or 12 digits."""
    area = read_area_code(text)
    assert area is not None
    assert area.text.startswith(text.replace(" ", ""))
    assert area_code_problem(text) == ""


@pytest.mark.parametrize("text", ["", "3", "33102", "33102320120", "3310232012011", "33102x", "三三"])
def test_other_texts_are_no_codes(text: str) -> None:
    """They are told in words, not refused with an error."""
    assert read_area_code(text) is None
    assert "十二位" in area_code_problem(text)


def test_no_area_begins_with_zeros() -> None:
    """A spreadsheet that lost its leading digits is noticed."""
    assert "00" in area_code_problem("000000000000")


@pytest.mark.parametrize("text", ["", "331023", "33102320120x"])
def test_an_area_has_twelve_digits(text: str) -> None:
    """Inside the program a code is whole."""
    with pytest.raises(ValueError, match="twelve"):
        AreaCode(text)
