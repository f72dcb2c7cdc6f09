"""Small flowables: a text that must fit its cell, and empty room to sign in."""

from __future__ import annotations

from reportlab.platypus.flowables import Flowable

from app.papers.fonts.catalog import FontCatalog
from app.papers.looks import Style
from app.papers.paragraph import GlyphMissingError

_NARROWEST = 60.0
"""Smallest horizontal scale in per cent; below it the size goes down as well."""
_BASELINE = 0.86


class FittedName(Flowable):  # type: ignore[misc]
    """A text on one line, narrowed to the width it gets: a name of eleven characters where three were
    expected.
    """

    def __init__(self, text: str, style: Style, fonts: FontCatalog) -> None:
        super().__init__()
        self.text, self.style = text, style
        stack = fonts.stack(style.role)
        self._glyphs = []
        for character in text:
            found = stack.lookup(character)
            if found is None:
                raise GlyphMissingError(f"U+{ord(character):04X}")
            self._glyphs.append(found)

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Size in points: all of the width, one line high."""
        self.width, self.height = available_width, self.style.leading
        return self.width, self.height

    def draw(self) -> None:
        """Draw on the canvas that ReportLab has set."""
        if not self.text:
            return
        size = self.style.size
        natural = sum(width for _font, width in self._glyphs) * size / 1000
        scale = min(100.0, 100 * self.width / natural)
        if scale < _NARROWEST:
            size *= scale / _NARROWEST
            scale = _NARROWEST
        used = natural * (size / self.style.size) * scale / 100
        x = (self.width - used) / 2 if self.style.align == "centre" else 0.0
        target = self.canv.beginText()
        target.setTextOrigin(x, (self.height + size) / 2 - size * _BASELINE)
        target.setHorizScale(scale)
        for character, (font, _width) in zip(self.text, self._glyphs, strict=True):
            target.setFont(font.fontName, size)
            target.textOut(character)
        target.setHorizScale(100)
        self.canv.drawText(target)


class RuledLines(Flowable):  # type: ignore[misc]
    """Lines to write on, so many points apart; cut by a page between two of them."""

    def __init__(self, count: int, leading: float) -> None:
        super().__init__()
        self._count, self._leading = count, leading

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Size in points."""
        self.width, self.height = available_width, self._count * self._leading
        return self.width, self.height

    def split(self, _available_width: float, available_height: float) -> list[RuledLines]:
        """The lines that fit and the rest."""
        fitting = int((available_height + 1e-6) // self._leading)
        if not 0 < fitting < self._count:
            return [self] if fitting else []
        return [RuledLines(fitting, self._leading), RuledLines(self._count - fitting, self._leading)]

    def draw(self) -> None:
        """Draw on the canvas that ReportLab has set."""
        self.canv.setLineWidth(0.6)
        for place in range(self._count):
            y = self.height - (place + 1) * self._leading + 4
            self.canv.line(0, y, self.width, y)


class Room(Flowable):  # type: ignore[misc]
    """Empty height in points; given up when it would be cut by a page."""

    def __init__(self, height: float) -> None:
        super().__init__()
        self.room = height

    def wrap(self, available_width: float, _available_height: float) -> tuple[float, float]:
        """Size in points."""
        self.width, self.height = available_width, self.room
        return self.width, self.height

    def draw(self) -> None:
        """Draws nothing."""
