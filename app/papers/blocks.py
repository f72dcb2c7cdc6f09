"""The vocabulary in which a paper is written: what stands where, in which look. No fonts, no PDF.

Lengths are in millimetres. Three characters are drawn as lines instead of glyphs wherever they stand:
``☐`` and ``☑`` as tick boxes, ``＿`` as a rule to write on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

RULE = "＿"
TICKED, UNTICKED = "☑", "☐"
DRAWN = frozenset((RULE, TICKED, UNTICKED))
"""Characters that are drawn as lines."""


class Look(Enum):
    """How a piece of text is set; sizes and faces are in :mod:`app.papers.looks`."""

    TITLE = auto()
    NUMBER = auto()
    BODY = auto()
    FLUSH = auto()
    HEADING = auto()
    RIGHT = auto()
    SIGN_HEADING = auto()
    SIGN = auto()
    CELL = auto()
    CELL_CENTRE = auto()
    CELL_RIGHT = auto()
    LABEL = auto()
    VERTICAL_LABEL = auto()
    NOTE = auto()


@dataclass(frozen=True, slots=True)
class Run:
    """Part of a paragraph; ``strong`` sets it in 黑体."""

    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """One or more paragraphs (line feeds separate them)."""

    runs: tuple[Run, ...]
    look: Look = Look.BODY


@dataclass(frozen=True, slots=True)
class Name:
    """A short text on one line, narrowed to fit: names and numbers in cells."""

    text: str
    look: Look = Look.CELL_CENTRE


@dataclass(frozen=True, slots=True)
class Gap:
    """Empty space, in millimetres."""

    height: float


@dataclass(frozen=True, slots=True)
class WritingLines:
    """Empty lines across the page, to be written on by hand."""

    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a grid, ``across`` columns wide and ``down`` rows high.

    A cell that repeats prints its content again on the next page when the grid is cut beside it. An
    underlined cell has a rule along its foot, for a signature.
    """

    content: tuple[Block, ...]
    across: int = 1
    down: int = 1
    middle: bool = False
    repeats: bool = False
    underlined: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a grid, at least ``height`` millimetres high."""

    cells: tuple[Cell, ...]
    height: float = 10.0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. Column widths in millimetres; an unruled grid only places things beside each other."""

    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Together:
    """Blocks that stay on one page."""

    blocks: tuple[Block, ...]


Block = Text | Name | Gap | WritingLines | Grid | Together


def text(content: str | Sequence[Run], look: Look = Look.BODY) -> Text:
    """A paragraph, plain or of runs."""
    return Text((Run(content),) if isinstance(content, str) else tuple(content), look)


def label(content: str, *, across: int = 1, down: int = 1) -> Cell:
    """A centred label cell."""
    return Cell((text(content, Look.LABEL),), across, down, middle=True, repeats=True)


def vertical_label(content: str, *, down: int = 1) -> Cell:
    """A label written from top to bottom in a narrow column."""
    return Cell((text("\n".join(content), Look.VERTICAL_LABEL),), down=down, middle=True, repeats=True)


def value(content: str, *, across: int = 1, centre: bool = False) -> Cell:
    """A cell holding what was recorded, broken into lines where needed."""
    look = Look.CELL_CENTRE if centre else Look.CELL
    return Cell((text(content, look),), across, middle=True)


def name(content: str, *, across: int = 1) -> Cell:
    """A cell holding a name or number on one line."""
    return Cell((Name(content),), across, middle=True)


def long_value(content: str, *blocks: Block, across: int = 1) -> Cell:
    """A cell of running text from its top, with anything else below it."""
    return Cell((text(content, Look.CELL), *blocks), across)


def rule(ems: int) -> str:
    """A rule to write on, as wide as so many characters."""
    return RULE * ems


def tick(options: Iterable[tuple[str, bool]]) -> str:
    """Options with a tick box before each, kept apart by a space."""
    return "　".join(f"{TICKED if chosen else UNTICKED}{option}" for option, chosen in options)


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Every text in the blocks, in reading order."""
    for block in blocks:
        match block:
            case Text(runs=runs):
                yield from (run.text for run in runs)
            case Name(text=content):
                yield content
            case Together(blocks=inner):
                yield from texts(inner)
            case Grid(rows=rows):
                for row in rows:
                    for cell in row.cells:
                        yield from texts(cell.content)
            case Gap() | WritingLines():
                continue
