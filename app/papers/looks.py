"""Sizes, faces and spacing of every look, in points (小四 12, 三号 16, 二号 22; GB/T 9704-2012, 5.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.papers.blocks import Look
from app.papers.fonts.roles import Role

Align = Literal["left", "centre", "right", "justify"]


@dataclass(frozen=True, slots=True)
class Style:
    """How a paragraph is set. Lengths in points; ``indent`` in characters."""

    role: Role
    size: float
    leading: float
    align: Align = "left"
    indent: float = 0.0
    before: float = 0.0
    after: float = 0.0
    keep_with_next: bool = False


LOOKS = {
    Look.TITLE: Style(Role.TITLE_SONG, 22, 32, "centre", after=8, keep_with_next=True),
    Look.NUMBER: Style(Role.FANGSONG, 14, 22, "right", after=10, keep_with_next=True),
    Look.BODY: Style(Role.FANGSONG, 16, 28, "justify", indent=2),
    Look.FLUSH: Style(Role.FANGSONG, 16, 28, "justify"),
    Look.HEADING: Style(Role.HEITI, 16, 28, "left", indent=2, keep_with_next=True),
    Look.RIGHT: Style(Role.FANGSONG, 16, 28, "right"),
    Look.SIGN_HEADING: Style(Role.HEITI, 14, 24, "left", before=4),
    Look.SIGN: Style(Role.KAITI, 14, 21, "left"),
    Look.CELL: Style(Role.FANGSONG, 12, 19, "justify"),
    Look.CELL_CENTRE: Style(Role.FANGSONG, 12, 19, "centre"),
    Look.CELL_RIGHT: Style(Role.FANGSONG, 12, 19, "right"),
    Look.LABEL: Style(Role.HEITI, 12, 18, "centre"),
    Look.VERTICAL_LABEL: Style(Role.HEITI, 12, 17, "centre"),
    Look.NOTE: Style(Role.SONGTI, 9, 13.5, "left"),
}
