"""The Chinese paragraph: line breaking, justification by character spacing, and a font for every glyph.

ReportLab's own paragraph begins lines with ，；”, does not justify Chinese, and leaves out silently what a
font lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from reportlab.platypus.flowables import Flowable

from app.papers.blocks import DRAWN, RULE, TICKED, Run
from app.papers.fonts.catalog import FontCatalog
from app.papers.fonts.face import EmbeddedFont
from app.papers.fonts.roles import Role
from app.papers.kinsoku import CLOSING, NOT_AT_START, OPENING, Line, break_lines, close_up
from app.papers.looks import Style

_BASELINE = 0.86
"""Ascent of a Chinese face as part of the body."""
_LOOSEST = 0.35
"""Widest extra space between two characters, as part of the body, before a line is left unjustified."""
_TICK_BOX = 1.2
"""Advance of a tick box as part of the body: the box and a little room after it."""
_FEWEST_LINES = 2
"""Fewest lines of a paragraph at the foot or the head of a page (widows and orphans)."""
_INVISIBLE = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ufe00-\ufe0f]"
)
_LINE_HEAD = re.compile("\\n[ \u3000]+")
_NO_BREAK = {0xA0: " ", 0x2028: "\n", 0x2029: "\n"}


def printable(text: str) -> str:
    """The text without what cannot be printed: control and zero-width characters, blanks at line heads."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_NO_BREAK)
    return _LINE_HEAD.sub("\n", _INVISIBLE.sub("", text))


class GlyphMissingError(RuntimeError):
    """A character without a font got past the gate in the engine: our mistake, not the user's."""


class Paragraph(Flowable):  # type: ignore[misc]
    """One or more paragraphs of one style. Its pieces after a page break carry their own text.

    ``continued`` says that the text goes on from another piece (no indent), ``continues`` that it goes on in
    another (its last line is justified).
    """

    def __init__(
        self,
        runs: Sequence[Run],
        style: Style,
        fonts: FontCatalog,
        *,
        continued: bool = False,
        continues: bool = False,
    ) -> None:
        super().__init__()
        self.text = "".join(run.text for run in runs)
        self.runs = tuple(runs)
        self.style, self._fonts = style, fonts
        self._continued, self._continues = continued, continues
        self.spaceBefore, self.spaceAfter = style.before, style.after
        self._glyphs: list[EmbeddedFont | None] = []
        self._widths: list[float] = []
        self._lines: list[Line] = []
        self._line_width: float | None = None

    def _measure(self) -> None:
        style = self.style
        for run in self.runs:
            stack = self._fonts.stack(Role.HEITI if run.strong else style.role)
            for character in run.text:
                if character in DRAWN or character == "\n":
                    self._glyphs.append(None)
                    self._widths.append(style.size * (1.0 if character == RULE else _TICK_BOX))
                    continue
                found = stack.lookup(character)
                if found is None:
                    raise GlyphMissingError(f"U+{ord(character):04X}")
                self._glyphs.append(found[0])
                self._widths.append(found[1] * style.size / 1000)
        self._widths = close_up(self.text, self._widths, style.size)

    def lay_out(self, width: float) -> list[Line]:
        """The lines at a width in points."""
        if self._line_width == width:
            return self._lines
        if len(self._glyphs) != len(self.text):
            self._measure()
        size = self.style.size
        lines: list[Line] = []
        start = 0
        for position, part in enumerate(self.text.split("\n")):
            first = position or not self._continued
            indent = self.style.indent * size if first else 0.0
            widths = self._widths[start : start + len(part)]
            for line in break_lines(part, widths, width, first_indent=indent, size=size):
                lines.append(_moved(line, start) if start else line)
            start += len(part) + 1
        self._lines, self._line_width = lines, width
        return lines

    def natural_width(self) -> float:
        """Width of the longest paragraph on one line, in points."""
        if len(self._glyphs) != len(self.text):
            self._measure()
        widths, start = [0.0], 0
        for part in self.text.split("\n"):
            widths.append(sum(self._widths[start : start + len(part)]))
            start += len(part) + 1
        return max(widths)

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Size in points at a width."""
        self.width = available_width
        self.height = len(self.lay_out(available_width)) * self.style.leading
        return self.width, self.height

    def split(self, available_width: float, available_height: float) -> list[Paragraph]:
        """Two pieces, the first as high as possible; nothing when not even the fewest lines fit."""
        lines = self.lay_out(available_width)
        fitting = int((available_height + 1e-6) // self.style.leading)
        if fitting >= len(lines):
            return [self]
        fitting = min(fitting, len(lines) - _FEWEST_LINES) if len(lines) > 3 else fitting
        if fitting < min(_FEWEST_LINES, len(lines) - 1) or fitting < 1:
            return []
        return self._cut(fitting)

    def _cut(self, fitting: int) -> list[Paragraph]:
        place = self._lines[fitting].start
        after_line_feed = self.text[place - 1 : place] == "\n"
        head_end = place - 1 if after_line_feed else place
        head = Paragraph(
            _slice(self.runs, 0, head_end),
            self.style,
            self._fonts,
            continued=self._continued,
            continues=not after_line_feed,
        )
        head._glyphs, head._widths = self._glyphs[:head_end], self._widths[:head_end]
        head._lines, head._line_width = self._lines[:fitting], self._line_width
        tail = Paragraph(
            _slice(self.runs, place, len(self.text)),
            self.style,
            self._fonts,
            continued=not after_line_feed,
            continues=self._continues,
        )
        return [head, tail]

    def draw(self) -> None:
        """Draw on the canvas that ReportLab has set."""
        style = self.style
        pen = _Pen(self.canv, style.size)
        y = self.height - (style.leading - style.size) / 2 - style.size * _BASELINE
        for line in self._lines:
            self._draw_line(pen, line, y)
            y -= style.leading
        pen.finish()

    def _draw_line(self, pen: _Pen, line: Line, y: float) -> None:
        if line.start == line.end:
            return
        x, gap, squeeze = line.indent, 0.0, 0.0
        count = line.end - line.start
        last = line.ends_paragraph and not (self._continues and line is self._lines[-1])
        if line.slack < 0 and line.squeezed:
            squeeze = -line.slack / len(line.squeezed)
        elif line.slack > 0:
            if self.style.align == "justify" and not last and count > 1:
                even = line.slack / (count - 1)
                gap = even if even <= self.style.size * _LOOSEST else 0.0
            elif self.style.align == "centre":
                x += line.slack / 2
            elif self.style.align == "right":
                x += line.slack
        for start, end, shift, advance in self._segments(line, squeeze, gap):
            pen.show(self.text[start:end], self._glyphs[start], x - shift, y, gap, advance)
            x += advance

    def _segments(self, line: Line, squeeze: float, gap: float) -> Iterator[tuple[int, int, float, float]]:
        """Stretches of one font and regular spacing: (start, end, shift to the left, advance)."""
        squeezed = frozenset(line.squeezed) if squeeze else frozenset()
        start = line.start
        while start < line.end:
            end = start + 1
            narrow = start in squeezed or self._closed_up(start)
            if not narrow:
                while end < line.end and self._same_stretch(start, end, squeezed):
                    end += 1
            advance = sum(self._widths[start:end]) + gap * (end - start)
            shift = 0.0
            if start in squeezed:
                advance -= squeeze
                shift = squeeze if self.text[start] in OPENING else 0.0
            yield start, end, shift, advance
            start = end

    def _closed_up(self, place: int) -> bool:
        following = self.text[place + 1 : place + 2]
        return (
            self.text[place] in CLOSING
            and following != ""
            and (following in OPENING or following in NOT_AT_START)
        )

    def _same_stretch(self, start: int, place: int, squeezed: frozenset[int]) -> bool:
        if place in squeezed or self._glyphs[place] is not self._glyphs[start]:
            return False
        if self._glyphs[start] is None:
            return self.text[place] == self.text[start]
        return not self._closed_up(place)


class _Pen:
    """Writes glyphs into one PDF text object and keeps the drawn characters for afterwards."""

    def __init__(self, canvas: Any, size: float) -> None:
        self._canvas, self._size = canvas, size
        self._object = canvas.beginText()
        self._font: EmbeddedFont | None = None
        self._spacing = 0.0
        self._drawn: list[tuple[str, float, float, float]] = []

    def show(
        self, text: str, font: EmbeddedFont | None, x: float, y: float, spacing: float, advance: float
    ) -> None:
        """Show a stretch at a place; lengths in points."""
        if font is None:
            step = advance / len(text)
            if text[0] == RULE:
                self._drawn.append((RULE, x, y, advance - spacing))
            else:
                self._drawn += [(mark, x + step * place, y, self._size) for place, mark in enumerate(text)]
            return
        target = self._object
        if font is not self._font:
            target.setFont(font.fontName, self._size)
            self._font = font
        if spacing != self._spacing:
            target.setCharSpace(spacing)
            self._spacing = spacing
        target.setTextOrigin(x, y)
        target.textOut(text)

    def finish(self) -> None:
        """Close the text object, then draw rules and tick boxes."""
        if self._spacing:
            self._object.setCharSpace(0)
        if self._font is not None:
            self._canvas.drawText(self._object)
        for mark, x, y, width in self._drawn:
            if mark == RULE:
                self._canvas.setLineWidth(0.6)
                self._canvas.line(x, y - self._size * 0.12, x + width, y - self._size * 0.12)
            else:
                draw_tick_box(self._canvas, x, y, self._size, ticked=mark == TICKED)


def draw_tick_box(canvas: Any, x: float, y: float, size: float, *, ticked: bool) -> None:
    """A tick box on the baseline at (x, y), as high as a character of ``size`` points."""
    side, left, foot = size * 0.72, x + size * 0.14, y - size * 0.05
    canvas.setLineWidth(0.7)
    canvas.rect(left, foot, side, side)
    if ticked:
        canvas.setLineWidth(1.3)
        middle = left + side * 0.4
        canvas.lines(
            [
                (left + side * 0.16, foot + side * 0.52, middle, foot + side * 0.22),
                (middle, foot + side * 0.22, left + side * 0.86, foot + side * 0.82),
            ]
        )


def _moved(line: Line, distance: int) -> Line:
    return Line(
        line.start + distance,
        line.end + distance,
        line.indent,
        line.slack,
        tuple(place + distance for place in line.squeezed),
        line.ends_paragraph,
    )


def _slice(runs: Sequence[Run], start: int, end: int) -> list[Run]:
    pieces, place = [], 0
    for run in runs:
        piece = run.text[max(start - place, 0) : max(end - place, 0)]
        if piece:
            pieces.append(Run(piece, run.strong))
        place += len(run.text)
    return pieces
