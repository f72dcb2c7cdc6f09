"""Paragraphs split without losing text and draw what they hold."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from app.papers.blocks import Look, Run
from app.papers.fonts.catalog import FontCatalog
from app.papers.fonts.roles import Role
from app.papers.looks import LOOKS
from app.papers.paragraph import GlyphMissingError, Paragraph, printable
from tests.papers.samples import FACTS, LONG

BODY = LOOKS[Look.BODY]


def test_printable_drops_what_has_no_ink() -> None:
    assert printable("甲\u200b乙\ufeff\r\n　　丙\t丁\x07\u00a0戊\ufe0f") == "甲乙\n丙 丁 戊"


@settings(max_examples=60, deadline=None)
@given(room=st.floats(min_value=0, max_value=600), width=st.floats(min_value=150, max_value=450))
def test_split_keeps_all_text_and_every_line(fonts: FontCatalog, room: float, width: float) -> None:
    whole = Paragraph([Run("事实：", strong=True), Run(FACTS)], BODY, fonts)
    lines = [whole.text[line.start : line.end] for line in whole.lay_out(width)]
    pieces = whole.split(width, room)
    if not pieces:
        assert room < 2 * BODY.leading + 1e-6 or len(lines) <= 3
        return
    split = [piece.text[line.start : line.end] for piece in pieces for line in piece.lay_out(width)]
    assert split == lines
    assert "".join("".join(piece.text for piece in pieces).split()) == "".join(whole.text.split())
    assert pieces[0].wrap(width, room)[1] <= max(room, 0) + 1e-6
    if len(pieces) == 2 and len(lines) > 3:
        assert min(len(piece.lay_out(width)) for piece in pieces) >= 2


def test_pieces_keep_bold_runs(fonts: FontCatalog) -> None:
    whole = Paragraph([Run("甲" * 100), Run("乙" * 100, strong=True)], BODY, fonts)
    first, second = whole.split(448, 3 * BODY.leading)
    strong = [run.text for piece in (first, second) for run in piece.runs if run.strong]
    assert "".join(strong) == "乙" * 100


def test_text_layer_is_the_text(fonts: FontCatalog, page_texts: Callable[[bytes], list[str]]) -> None:
    text = "龚䶮、𠮷野赟、𬭎小满、王㛃、𫖯𬱟，人民月；“引号”——省略……24,560.50元（大写：贰万）·〔2026〕第1号"
    output = BytesIO()
    canvas = Canvas(output, initialFontName=fonts.stack(Role.SONGTI).primary.fontName)
    paragraph = Paragraph([Run(text)], BODY, fonts)
    paragraph.wrap(300, 700)
    paragraph.drawOn(canvas, 50, 500)
    canvas.save()
    assert page_texts(output.getvalue()) == ["".join(text.split())]


def test_more_than_one_subset_reads_back(
    fonts: FontCatalog, page_texts: Callable[[bytes], list[str]]
) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 600)))
    output = BytesIO()
    canvas = Canvas(output, initialFontName=fonts.stack(Role.SONGTI).primary.fontName)
    paragraph = Paragraph([Run(text)], LOOKS[Look.CELL], fonts)
    paragraph.wrap(450, 700)
    paragraph.drawOn(canvas, 50, 100)
    canvas.save()
    assert page_texts(output.getvalue()) == [text]


def test_character_without_a_font_never_vanishes_silently(fonts: FontCatalog) -> None:
    with pytest.raises(GlyphMissingError):
        Paragraph([Run("甲\ue000")], BODY, fonts).wrap(200, 200)


def test_long_text_splits_again_and_again(fonts: FontCatalog) -> None:
    rest, seen = Paragraph([Run(LONG)], BODY, fonts), ""
    while True:
        pieces = rest.split(448, 600)
        seen += pieces[0].text
        if len(pieces) == 1:
            break
        rest = pieces[1]
    assert seen == LONG
