"""The table of an official form: spans, rows of at least a given height, and cutting at a page's end.

ReportLab's table cuts a row that spans a page only under conditions, and forgets its labels. Here a row is
cut where its text is cut, each part carries its own text, and label cells are printed again on the next page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reportlab.platypus.flowables import Flowable

_PAD_X, _PAD_TOP, _PAD_BOTTOM = 4.0, 3.0, 4.0
_INNER_RULE, _OUTER_RULE = 0.5, 1.1
_GUTTER = 16.0
_WORTH_CUTTING = 60.0
"""Least height in points for which a row is cut rather than moved to the next page."""


@dataclass(slots=True)
class Box:
    """A cell placed in the grid: its flowables, where it starts, how far it reaches."""

    content: list[Any]
    row: int
    column: int
    across: int
    down: int
    middle: bool
    repeats: bool
    underlined: bool
    heights: list[float] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        """The lowest row it covers."""
        return self.row + self.down - 1

    @property
    def content_height(self) -> float:
        """Height of the wrapped content, in points."""
        return sum(self.heights)


class GridTable(Flowable):  # type: ignore[misc]
    """Boxes on columns of fixed widths and rows of least heights, all in points."""

    def __init__(
        self, boxes: Sequence[Box], columns: Sequence[float], least: Sequence[float], *, ruled: bool
    ) -> None:
        super().__init__()
        self._boxes, self._columns, self._least, self._ruled = list(boxes), list(columns), list(least), ruled
        self._edges = [sum(self._columns[:place]) for place in range(len(self._columns) + 1)]
        self._rows: list[float] = []

    def _inner_width(self, box: Box) -> float:
        return self._edges[box.column + box.across] - self._edges[box.column] - 2 * self._pad_x

    @property
    def _pad_x(self) -> float:
        return _PAD_X if self._ruled else 0.0

    def _measure(self) -> None:
        rows = list(self._least)
        for box in self._boxes:
            width = self._inner_width(box)
            box.heights = [flowable.wrap(width, 1e6)[1] for flowable in box.content]
            if box.down == 1:
                rows[box.row] = max(rows[box.row], box.content_height + _PAD_TOP + _PAD_BOTTOM)
        for box in self._boxes:
            lacking = box.content_height + _PAD_TOP + _PAD_BOTTOM - sum(rows[box.row : box.last_row + 1])
            if lacking > 0:
                rows[box.last_row] += lacking
        self._rows = rows

    def wrap(self, _available_width: float, _available_height: float) -> tuple[float, float]:
        """Size in points."""
        self._measure()
        self.width, self.height = self._edges[-1], sum(self._rows)
        return self.width, self.height

    def split(self, _available_width: float, available_height: float) -> list[GridTable]:
        """The part that fits and the rest; nothing when no part fits."""
        self._measure()
        whole, used = 0, 0.0
        while whole < len(self._rows) and used + self._rows[whole] <= available_height + 1e-6:
            used += self._rows[whole]
            whole += 1
        if whole == len(self._rows):
            return [self]
        room = available_height - used
        cut = self._cut_contents(whole, room) if room >= _WORTH_CUTTING else None
        if cut is not None:
            return self._cut(whole, cut, room)
        return self._cut(whole, None, 0.0) if whole else []

    def _text_height(self, row: int) -> float:
        heights = [
            box.content_height for box in self._boxes if box.row == row and box.down == 1 and not box.repeats
        ]
        return max(heights, default=0.0) + _PAD_TOP + _PAD_BOTTOM

    def _cut_contents(self, row: int, room: float) -> dict[int, tuple[list[Any], list[Any]]] | None:
        """Contents of the row's boxes above and below the cut; ``None`` when it is better moved whole."""
        if self._text_height(row) <= room:
            return None
        cut = {}
        for place, box in enumerate(self._boxes):
            if box.row != row or box.down > 1 or box.repeats:
                continue
            parts = _cut_content(box, self._inner_width(box), room - _PAD_TOP - _PAD_BOTTOM)
            if parts is None:
                return None
            cut[place] = parts
        return cut

    def _cut(
        self, row: int, contents: dict[int, tuple[list[Any], list[Any]]] | None, room: float
    ) -> list[GridTable]:
        """Cut above ``row``, or through it when ``contents`` says how."""
        through = contents is not None
        last_above = row if through else row - 1
        upper, lower = [], []
        for place, box in enumerate(self._boxes):
            fresh = box.repeats or box.row > last_above
            above, below = (contents or {}).get(place, (box.content, box.content if fresh else []))
            if box.row <= last_above:
                upper.append(replace(box, content=above, down=min(box.last_row, last_above) - box.row + 1))
            if box.last_row >= row:
                first = max(box.row, row)
                lower.append(replace(box, content=below, row=first - row, down=box.last_row - first + 1))
        below_least = self._least[row:]
        if through:
            below_least = [max(0.0, self._least[row] - room), *self._least[row + 1 :]]
        above_least = [*self._least[:row], *([room] if through else [])]
        return [
            GridTable(upper, self._columns, above_least, ruled=self._ruled),
            GridTable(lower, self._columns, below_least, ruled=self._ruled),
        ]

    def draw(self) -> None:
        """Draw contents, then rules, on the canvas that ReportLab has set."""
        tops = [self.height - sum(self._rows[:place]) for place in range(len(self._rows) + 1)]
        for box in self._boxes:
            top, foot = tops[box.row], tops[box.last_row + 1]
            spare = top - foot - _PAD_TOP - _PAD_BOTTOM - box.content_height
            y = top - _PAD_TOP - (spare / 2 if box.middle else 0.0)
            for flowable, height in zip(box.content, box.heights, strict=True):
                y -= height
                flowable.drawOn(self.canv, self._edges[box.column] + self._pad_x, y)
            if box.underlined:
                self._draw_sign_rule(box, foot)
        if self._ruled:
            self._draw_rules(tops)

    def _draw_sign_rule(self, box: Box, foot: float) -> None:
        self.canv.setLineWidth(_INNER_RULE)
        right = self._edges[box.column + box.across]
        right -= _GUTTER if right < self._edges[-1] else 0.0
        self.canv.line(self._edges[box.column], foot + _PAD_BOTTOM, right, foot + _PAD_BOTTOM)

    def _draw_rules(self, tops: list[float]) -> None:
        self.canv.setLineWidth(_INNER_RULE)
        for box in self._boxes:
            left, right = self._edges[box.column], self._edges[box.column + box.across]
            foot = tops[box.last_row + 1]
            self.canv.rect(left, foot, right - left, tops[box.row] - foot)
        self.canv.setLineWidth(_OUTER_RULE)
        self.canv.rect(0, 0, self._edges[-1], self.height)


def _cut_content(box: Box, width: float, room: float) -> tuple[list[Any], list[Any]] | None:
    above: list[Any] = []
    for place, (flowable, height) in enumerate(zip(box.content, box.heights, strict=True)):
        if height <= room:
            above.append(flowable)
            room -= height
            continue
        pieces = flowable.split(width, room)
        if len(pieces) == 2:
            return [*above, pieces[0]], [pieces[1], *box.content[place + 1 :]]
        return (above, box.content[place:]) if above else None
    return above, []
