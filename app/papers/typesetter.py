"""Turns the blocks of a story into flowables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, assert_never

from reportlab.lib.units import mm
from reportlab.platypus.flowables import CondPageBreak, KeepTogether, Spacer

from app.papers.blocks import Block, Cell, Gap, Grid, Look, Name, Run, Text, Together, WritingLines
from app.papers.fonts.catalog import FontCatalog
from app.papers.grid import Box, GridTable
from app.papers.looks import LOOKS
from app.papers.paragraph import Paragraph, printable
from app.papers.widgets import FittedName, Room, RuledLines

_HEADING_ROOM = 92.0
"""A heading goes to the next page unless so many points are left: itself and two lines of text."""


class Typesetter:
    """Sets blocks with the faces of one catalogue."""

    def __init__(self, fonts: FontCatalog) -> None:
        self._fonts = fonts

    def set(self, blocks: Iterable[Block]) -> list[Any]:
        """The flowables of a story.

        Raises :class:`ValueError` for a grid whose cells do not fill its columns.
        """
        flowables = []
        for block in blocks:
            if isinstance(block, Text) and LOOKS[block.look].keep_with_next:
                flowables.append(CondPageBreak(_HEADING_ROOM))
            flowables.append(self._set_one(block, in_cell=False))
        return flowables

    def _set_one(self, block: Block, *, in_cell: bool) -> Any:
        match block:
            case Text():
                return self._paragraph(block)
            case Name():
                return FittedName(printable(block.text).strip(), LOOKS[block.look], self._fonts)
            case Gap():
                return Room(block.height * mm) if in_cell else Spacer(1, block.height * mm)
            case WritingLines():
                return RuledLines(block.count, LOOKS[Look.BODY].leading)
            case Grid():
                return self._grid(block)
            case Together():
                return KeepTogether(self.set(block.blocks))
            case _:
                assert_never(block)

    def _paragraph(self, block: Text) -> Paragraph:
        runs = [Run(printable(run.text), run.strong) for run in block.runs]
        if runs:
            runs[0] = Run(runs[0].text.lstrip(" 　\n"), runs[0].strong)
            runs[-1] = Run(runs[-1].text.rstrip(), runs[-1].strong)
        return Paragraph(runs, LOOKS[block.look], self._fonts)

    def _grid(self, grid: Grid) -> GridTable:
        boxes: list[Box] = []
        taken: set[tuple[int, int]] = set()
        for row, line in enumerate(grid.rows):
            column = 0
            for cell in line.cells:
                while (row, column) in taken:
                    column += 1
                boxes.append(self._box(cell, row, column))
                taken.update((row + y, column + x) for y in range(cell.down) for x in range(cell.across))
        _check_filled(grid, taken)
        columns = [width * mm for width in grid.columns]
        return GridTable(boxes, columns, [row.height * mm for row in grid.rows], ruled=grid.ruled)

    def _box(self, cell: Cell, row: int, column: int) -> Box:
        content = [self._set_one(block, in_cell=True) for block in cell.content]
        return Box(content, row, column, cell.across, cell.down, cell.middle, cell.repeats, cell.underlined)


def _check_filled(grid: Grid, taken: set[tuple[int, int]]) -> None:
    wanted = {(row, column) for row in range(len(grid.rows)) for column in range(len(grid.columns))}
    if taken != wanted:
        raise ValueError(f"cells do not fill the grid: {sorted(wanted ^ taken)}")
