from __future__ import annotations

import pytest

from app.search.pinyin import MOST_READINGS, initials_of, initials_text


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("张秀英", "zxy"),
        ("单德福", "sdf"),
        ("曾志强", "zzq"),
        ("解永康", "xyk"),
        ("仇小明", "qxm"),
        ("翟桂兰", "zgl"),
        ("查国平", "zgp"),
        ("区文华", "owh"),
        ("盖建国", "gjg"),
        ("覃桂花", "tgh"),
        ("覃桂花", "qgh"),
        ("尉迟敬", "ycj"),
        ("令狐冲", "lhc"),
        ("冼玉梅", "xym"),
        ("䶮", "y"),
        ("陈𬭎", "ch"),
        ("赵𠮷", "zj"),
        ("长江建材厂", "cjjcc"),
        ("重庆石材公司", "cqscgs"),
        ("John Wu", "johnwu"),
    ],
)
def test_readings(name: str, initials: str) -> None:
    assert initials in initials_of(name)


def test_a_surname_is_not_read_as_a_common_word() -> None:
    assert all(word.startswith("s") for word in initials_of("单德福"))


def test_a_character_without_reading_is_skipped() -> None:
    assert initials_of("王☆明")[0] == "wm"
    assert initials_of("☆") == ()


def test_readings_are_few_and_fit_the_column() -> None:
    name = "长行乐重单解曾朝" * 5
    assert 1 < len(initials_of(name)) <= MOST_READINGS
    assert len(initials_text(name)) <= 200
    assert initials_text(name).split()[0] == initials_of(name)[0]


def test_nothing() -> None:
    assert initials_text(None) == initials_text("") == ""
    assert initials_of("  ") == ()
