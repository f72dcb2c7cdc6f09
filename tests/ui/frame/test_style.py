"""The look: contrast, sizes, icons, glyphs."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.style.icons import FOLDER, icon, icon_path
from ui.style.look import FONT_FOLDER, Look, load_families
from ui.style.sheet import style_sheet
from ui.style.tokens import COLOURS, LARGE_TYPE, TEXT_PAIRS, contrast


@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_has_enough_contrast(text: str, ground: str) -> None:
    """GIVEN a pair of text and ground in use THEN WCAG 2.1 AA holds: 4.5 : 1."""
    assert contrast(text, ground) >= 4.5


def test_contrast_is_the_standards() -> None:
    """The two ends of the scale are 21 and 1."""
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_the_focus_ring_stands_out() -> None:
    """A control's focus ring keeps 3 : 1 against every ground it is drawn on (WCAG 2.1, 1.4.11)."""
    for ground in (COLOURS.page, COLOURS.surface, COLOURS.rail):
        assert contrast(COLOURS.focus, ground) >= 3
        assert contrast(COLOURS.line_strong, ground) >= 3


def test_the_sheet_names_no_colour_of_its_own() -> None:
    """GIVEN the style sheet THEN every colour in it is a token and no placeholder is left."""
    sheet = style_sheet(11.0, "a.svg", "b.svg")
    used = set(re.findall(r"#[0-9A-Fa-f]{6}\b", sheet))
    assert used
    assert used <= {getattr(COLOURS, name) for name in COLOURS.__slots__}
    assert "$" not in sheet


def test_large_type_is_a_quarter_larger(qtbot: QtBot, qapp: QApplication) -> None:
    """GIVEN the look WHEN large type is turned on and off THEN the application's type follows."""
    look = Look(qapp)
    small = qapp.font().pointSizeF()
    assert small >= 11
    with qtbot.waitSignal(look.large_changed):
        look.set_large(True)
    assert qapp.font().pointSizeF() == pytest.approx(small * LARGE_TYPE)
    look.set_large(False)
    assert qapp.font().pointSizeF() == pytest.approx(small)


def test_buttons_of_qt_speak_chinese(qapp: QApplication) -> None:
    """GIVEN the look THEN Qt's own buttons are in Chinese."""
    Look(qapp)
    assert QApplication.translate("QPlatformTheme", "Cancel") == "取消"


def test_bundled_fonts_hold_the_characters_of_names(qtbot: QtBot) -> None:
    """GIVEN the bundled families THEN common and rare characters all have a glyph in one of them."""
    assert qtbot is not None
    families = load_families(FONT_FOLDER)
    assert len(families) >= 2
    for character in "调解𠮷𬭎䶮，。“”（）①℃":
        assert any(
            QRawFont.fromFont(QFont(family)).supportsCharacter(ord(character))
            for family in families
            if QFontDatabase.hasFamily(family)
        ), character


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_icons_draw_something(qtbot: QtBot, path: object) -> None:
    """GIVEN each icon file THEN it renders and is not empty."""
    assert qtbot is not None
    name = str(getattr(path, "stem", ""))
    image = icon(name).pixmap(24, 24).toImage()
    assert not image.isNull()
    assert any(image.pixelColor(x, y).alpha() > 0 for x in range(24) for y in range(24))
    assert icon_path(name).read_text(encoding="utf-8").startswith("<svg")


def test_a_missing_icon_is_a_defect() -> None:
    """GIVEN a name without a file THEN it raises instead of drawing nothing."""
    with pytest.raises(FileNotFoundError):
        icon_path("no-such-icon")
