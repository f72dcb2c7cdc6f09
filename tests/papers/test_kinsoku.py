"""No line begins or ends with a forbidden mark, whatever the width, and no character is lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.papers.kinsoku import (
    CLOSING,
    NOT_AT_END,
    NOT_AT_START,
    OPENING,
    break_lines,
    close_up,
    may_break,
)

SIZE = 16.0
NASTY = (
    "纠纷主要事实：申请人（龚䶮）与被申请人“𠮷野赟”系邻居。2025年3月12日，渗水造成损失36,800.00元；双方协商未果！"
    "依据《中华人民共和国民法典》第二百八十八条、《人民调解法》第三十一条，自愿达成协议——账号6222021234567890123……"
    "（编号：DHPG-2025-0417）。"
)


def widths_of(text: str) -> list[float]:
    return [SIZE / 2 if character.isascii() else SIZE for character in text]


pieces = st.sampled_from(
    [*"人民调解委员会", *"，。、；：？！）》”", *"（《“", "24,560.50", "DH-2025", " ", "——", "……"]
)
texts = st.lists(pieces, max_size=80).map("".join)


@given(text=texts, width=st.floats(min_value=120, max_value=460), indent=st.sampled_from([0.0, 32.0]))
def test_lines_keep_every_character_in_order(text: str, width: float, indent: float) -> None:
    lines = break_lines(text, close_up(text, widths_of(text), SIZE), width, first_indent=indent, size=SIZE)
    joined = "".join(text[line.start : line.end] for line in lines)
    assert joined.replace(" ", "") == text.replace(" ", "")
    assert lines[0].indent == indent
    assert [line.ends_paragraph for line in lines] == [False] * (len(lines) - 1) + [True]


@given(text=texts, width=st.floats(min_value=120, max_value=460))
def test_no_line_overflows_beyond_what_squeezing_takes_back(text: str, width: float) -> None:
    widths = close_up(text, widths_of(text), SIZE)
    for line in break_lines(text, widths, width, size=SIZE):
        used = sum(widths[line.start : line.end])
        assert used + line.slack == pytest.approx(width)
        if line.slack < -1e-6:
            assert line.squeezed
            assert -line.slack <= len(line.squeezed) * SIZE * 0.45 + 1e-6
            assert all(text[place] in CLOSING or text[place] in OPENING for place in line.squeezed)


@given(text=texts, width=st.floats(min_value=120, max_value=460))
def test_a_line_ends_unlawfully_only_when_nothing_lawful_is_on_it(text: str, width: float) -> None:
    lines = break_lines(text, close_up(text, widths_of(text), SIZE), width, size=SIZE)
    for line, following in pairwise(lines):
        if text[line.end : following.start].strip(" ") == "" and line.end < following.start:
            continue
        if not may_break(text[line.end - 1], text[following.start]):
            inside = range(line.start + 1, line.end)
            assert not any(may_break(text[place - 1], text[place]) for place in inside)


@pytest.mark.parametrize("width", range(200, 460, 4))
def test_width_sweep_of_an_official_text(width: int) -> None:
    lines = break_lines(NASTY, close_up(NASTY, widths_of(NASTY), SIZE), width, first_indent=32, size=SIZE)
    starts = [NASTY[line.start] for line in lines[1:]]
    ends = [NASTY[line.end - 1] for line in lines[:-1]]
    assert not [mark for mark in starts if mark in NOT_AT_START]
    assert not [mark for mark in ends if mark in NOT_AT_END]
    for line in lines[:-1]:
        assert not NASTY[line.end - 1 : line.end + 1].isdecimal()


def test_a_run_wider_than_the_line_is_cut() -> None:
    number = "6222021234567890123"
    lines = break_lines(number, widths_of(number), 40, size=SIZE)
    assert [number[line.start : line.end] for line in lines] == ["62220", "21234", "56789", "0123"]


def test_a_full_stop_just_missing_is_pulled_in() -> None:
    text = "甲，乙、丙，丁。"
    lines = break_lines(text, widths_of(text), 7 * SIZE, size=SIZE)
    assert len(lines) == 1
    assert lines[0].slack == pytest.approx(-SIZE)
    assert [text[place] for place in lines[0].squeezed] == ["，", "、", "，", "。"]


def test_neighbouring_marks_close_up() -> None:
    assert close_up("》、“", [SIZE] * 3, SIZE) == [SIZE / 2, SIZE / 2, SIZE]
    assert close_up("》甲", [SIZE] * 2, SIZE) == [SIZE, SIZE]
