"""Where a Chinese line may end (禁则; GB/T 15834-2011, 5.1) and how punctuation gives way.

Pure arithmetic over character widths; knows nothing of fonts or PDF. Widths and lengths are in points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NOT_AT_START = frozenset("，。、；：？！）】》〉」』〕｝］”’…—～·％‰℃,.;:!?)]}%›»々〗﹚")
"""Characters that must not begin a line."""
NOT_AT_END = frozenset("（【《〈「『〔｛［“‘￥$([{〖«‹#＄☐☑")
"""Characters that must not end a line."""
CLOSING = frozenset("，。、；：）】》〉」』〕｝］”’")
"""Marks whose right half is empty and may be taken away."""
OPENING = frozenset("（【《〈「『〔｛［“‘")
"""Marks whose left half is empty and may be taken away."""
_ALPHANUMERIC = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_JOINER = frozenset(".,:/-_@%+'&#")
_PAIRED = frozenset("—…")
"""Marks that are written double and stay together."""
_SQUEEZE = 0.45
"""Largest part of the body that a mark gives up when a line is squeezed."""
_MOST_PULLED_IN = 2
"""Most closing marks that are pulled back onto a full line."""
_SPACE = " "


@dataclass(frozen=True, slots=True)
class Line:
    """One line: the characters ``text[start:end]``."""

    start: int
    end: int
    indent: float
    slack: float
    """Free width left on the line; negative when marks have to be squeezed by that much in all."""
    squeezed: tuple[int, ...]
    """Positions of the marks that share a negative slack."""
    ends_paragraph: bool


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters."""
    if after in NOT_AT_START or before in NOT_AT_END:
        return False
    if before in _PAIRED and after == before:
        return False
    if before in _ALPHANUMERIC and (after in _ALPHANUMERIC or after in _JOINER):
        return False
    return not (before in _JOINER and after in _ALPHANUMERIC)


def close_up(text: str, widths: Sequence[float], size: float) -> list[float]:
    """Widths with the gap between two neighbouring marks (》、“ and the like) closed up by half a body.

    Only marks at least nine tenths of the body wide have such a gap.
    """
    closed = list(widths)
    wide = size * 0.9
    for position in range(len(text) - 1):
        mark, following = text[position], text[position + 1]
        meets = mark in CLOSING and (following in CLOSING or following in OPENING)
        if meets and min(widths[position], widths[position + 1]) >= wide:
            closed[position] -= size / 2
    return closed


def break_lines(
    text: str, widths: Sequence[float], available: float, *, first_indent: float = 0.0, size: float
) -> list[Line]:
    """Break one paragraph (no line feeds in it) into lines of at most ``available``.

    A line is filled greedily. A closing mark that just misses is pulled in by squeezing marks on the line;
    otherwise the line is broken at the last lawful place before. Only a run that cannot be broken lawfully
    and is wider than the line (a 19-digit account number in a narrow cell) is cut where it ends.
    """
    lines: list[Line] = []
    start, indent = 0, first_indent
    while start < len(text):
        room = available - indent
        line = _one_line(text, widths, start, room, indent, size)
        lines.append(line)
        start, indent = line.end, 0.0
        while start < len(text) and text[start] == _SPACE:
            start += 1
    return lines or [Line(0, 0, first_indent, available - first_indent, (), True)]


def _one_line(
    text: str, widths: Sequence[float], start: int, room: float, indent: float, size: float
) -> Line:
    count = len(text)
    end, used = start, 0.0
    while end < count and used + widths[end] <= room + 1e-6:
        used += widths[end]
        end += 1
    squeezed: tuple[int, ...] = ()
    if end < count:
        pulled = _pull_in(text, widths, start, end, room - used, size)
        if pulled is not None:
            end, squeezed = pulled
        else:
            end = _push_out(text, start, end)
    if end == start:
        end += 1
    last = end >= count or not text[end:].strip(_SPACE)
    visible = end
    while visible > start + 1 and text[visible - 1] == _SPACE:
        visible -= 1
    used = sum(widths[start:visible])
    return Line(start, visible, indent, room - used, squeezed, last)


def _pull_in(
    text: str, widths: Sequence[float], start: int, end: int, room: float, size: float
) -> tuple[int, tuple[int, ...]] | None:
    if text[end] not in NOT_AT_START:
        return None
    last = end
    while last < len(text) and text[last] in NOT_AT_START:
        last += 1
    if last - end > _MOST_PULLED_IN or (last < len(text) and not may_break(text[last - 1], text[last])):
        return None
    marks = tuple(
        place
        for place in range(start, last)
        if (text[place] in CLOSING or text[place] in OPENING) and widths[place] >= size * 0.9
    )
    if sum(widths[end:last]) - room > len(marks) * size * _SQUEEZE:
        return None
    return last, marks


def _push_out(text: str, start: int, end: int) -> int:
    place = end
    while place > start and not may_break(text[place - 1], text[place]):
        place -= 1
    return place if place > start else max(end, start + 1)
