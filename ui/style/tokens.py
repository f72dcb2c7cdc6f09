"""Colours, type sizes and spacing. Nothing else in ``ui/`` names a colour or a size.

One light theme: warm white paper, ink, an accent (靛青), one alert colour (赭红) and one of caution. Each
pair of text and ground listed in :data:`TEXT_PAIRS` keeps WCAG 2.1's 4.5 : 1; a test computes it.
"""

from __future__ import annotations

from dataclasses import dataclass

SPACING = (4, 8, 12, 16, 24)
"""Distances in device-independent pixels."""

ROW_HEIGHT = 34
"""Height of a table row and of an entry box at normal type size, in device-independent pixels."""

BASE_POINT = 11.0
LARGE_TYPE = 1.25
"""Factor of the large-type mode."""


@dataclass(frozen=True, slots=True)
class Colours:
    """The palette; names say what a colour is for."""

    page: str = "#FAF8F3"
    surface: str = "#FFFFFF"
    rail: str = "#F0ECE2"
    ink: str = "#22262B"
    ink_soft: str = "#565B63"
    hint: str = "#6C717A"
    line: str = "#CFC8B8"
    line_strong: str = "#8F8775"
    accent: str = "#17476B"
    accent_hover: str = "#0F3653"
    accent_soft: str = "#E1EBF2"
    on_accent: str = "#FFFFFF"
    focus: str = "#1D6FA8"
    caution: str = "#8A4B08"
    caution_soft: str = "#FBF0DC"
    alert: str = "#A3261C"
    alert_soft: str = "#FBE9E6"
    good: str = "#2C6238"
    selected: str = "#D7E6F1"


COLOURS = Colours()

TEXT_PAIRS: tuple[tuple[str, str], ...] = tuple(
    (getattr(COLOURS, text), getattr(COLOURS, ground))
    for text, ground in (
        ("ink", "page"),
        ("ink", "surface"),
        ("ink", "rail"),
        ("ink", "selected"),
        ("ink", "caution_soft"),
        ("ink", "alert_soft"),
        ("ink", "accent_soft"),
        ("ink_soft", "page"),
        ("ink_soft", "surface"),
        ("ink_soft", "rail"),
        ("hint", "page"),
        ("hint", "surface"),
        ("accent", "page"),
        ("accent", "surface"),
        ("accent", "rail"),
        ("accent", "accent_soft"),
        ("on_accent", "accent"),
        ("on_accent", "accent_hover"),
        ("caution", "page"),
        ("caution", "surface"),
        ("caution", "caution_soft"),
        ("alert", "page"),
        ("alert", "alert_soft"),
        ("good", "page"),
        ("good", "surface"),
    )
)


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two ``#RRGGBB`` colours, 1 to 21 (WCAG 2.1, 1.4.3)."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
