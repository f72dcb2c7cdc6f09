"""The file itself: repeatable, archival, refusing what it cannot print, with page numbers and the code."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import segno
from reportlab.pdfgen.canvas import Canvas

from app.papers.engine import build_paper
from app.papers.fonts.catalog import FontCatalog
from app.papers.form import Form, content_hash
from app.papers.forms import FORMS, acceptance_register, agreement, form_named, visit_register
from app.papers.mark import ForeignMarkError, PaperMark, mark_path, paper_mark
from app.papers.preview import page_count, page_image
from models.errors import UserError
from tests.papers import samples

NUMBER = "(2026)望人调字第12号"
FILLED = (
    (agreement.FORM, samples.AGREEMENT),
    (agreement.FORM, samples.WORKERS),
    (acceptance_register.FORM, samples.ACCEPTANCE),
    (visit_register.FORM, samples.VISIT),
)


@pytest.mark.parametrize(("form", "data"), FILLED)
def test_same_content_gives_the_same_bytes(
    form: Form[Any], data: Any, fonts: FontCatalog, printed_at: datetime
) -> None:
    first = build_paper(form, data, number=NUMBER, printed_at=printed_at, fonts=fonts)
    again = build_paper(form, data, number=NUMBER, printed_at=printed_at, fonts=fonts)
    assert first == again
    assert first.sha256 == hashlib.sha256(first.content).hexdigest()
    assert first.pages == page_count(first.content)


def test_content_hash_follows_the_content_and_not_the_day(fonts: FontCatalog, printed_at: datetime) -> None:
    first = build_paper(agreement.FORM, samples.AGREEMENT, number=NUMBER, printed_at=printed_at, fonts=fonts)
    later = build_paper(
        agreement.FORM,
        samples.AGREEMENT,
        number=NUMBER,
        printed_at=printed_at + timedelta(days=1),
        fonts=fonts,
    )
    assert later.content_hash == first.content_hash == content_hash("agreement", NUMBER, samples.AGREEMENT)
    assert later.sha256 != first.sha256
    changed = replace(samples.AGREEMENT, performance="2026年4月1日前付清。")
    assert content_hash("agreement", NUMBER, changed) != first.content_hash


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_every_paper_prints_blank(
    form: Form[Any], fonts: FontCatalog, printed_at: datetime, page_texts: Callable[[bytes], list[str]]
) -> None:
    paper = build_paper(form, None, printed_at=printed_at, blank=True, fonts=fonts)
    texts = page_texts(paper.content)
    assert form.title in texts[0]
    assert texts[-1].endswith(f"第{paper.pages}页共{paper.pages}页")
    assert "None" not in "".join(texts)
    assert paper.pages <= 2
    assert form_named(form.code) is form


def test_missing_glyph_is_refused_by_name_and_code(fonts: FontCatalog, printed_at: datetime) -> None:
    data = replace(samples.AGREEMENT, facts="微信说好的😀，姓名\ue863")
    with pytest.raises(UserError) as refused:
        build_paper(agreement.FORM, data, number=NUMBER, printed_at=printed_at, fonts=fonts)
    assert "😀" in refused.value.what
    assert "U+1F600" in refused.value.what
    assert "U+E863" in refused.value.what
    assert "没有丢失" in refused.value.what


def test_long_text_flows_with_right_page_numbers(
    fonts: FontCatalog, printed_at: datetime, page_texts: Callable[[bytes], list[str]]
) -> None:
    data = replace(samples.AGREEMENT, facts=samples.LONG)
    paper = build_paper(agreement.FORM, data, number=NUMBER, printed_at=printed_at, fonts=fonts)
    texts = page_texts(paper.content)
    assert paper.pages == len(texts) > 10
    footer = re.compile(r"第(\d+)页共(\d+)页")
    assert [footer.findall(text)[-1] for text in texts] == [
        (str(page), str(paper.pages)) for page in range(1, paper.pages + 1)
    ]


@pytest.mark.parametrize(
    ("form", "data"),
    [
        (acceptance_register.FORM, replace(samples.ACCEPTANCE, facts=samples.LONG)),
        (visit_register.FORM, replace(samples.VISIT, facts=samples.LONG, opinion=samples.LONG)),
    ],
)
def test_a_cell_longer_than_pages_keeps_all_its_text(
    form: Form[Any],
    data: Any,
    fonts: FontCatalog,
    printed_at: datetime,
    page_texts: Callable[[bytes], list[str]],
) -> None:
    paper = build_paper(form, data, number="", printed_at=printed_at, fonts=fonts)
    texts = page_texts(paper.content)
    whole = "".join(texts)
    for place in range(1, 301):
        assert f"第{place}次协商" in re.sub(
            r"第\d+页共\d+页|纠纷简要情况|反映的主要问题|接待处理意见|诉求", "", whole
        )
    assert (
        sum("纠纷简要" in text or "主要问题" in text or "处理" in text for text in texts) >= paper.pages - 1
    )


def test_parallel_builds_are_the_same_as_single_ones(fonts: FontCatalog, printed_at: datetime) -> None:
    def build(pair: tuple[Form[Any], Any]) -> bytes:
        return build_paper(*pair, number=NUMBER, printed_at=printed_at, fonts=fonts).content

    alone = [build(pair) for pair in FILLED]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(build, FILLED * 4))
    assert together == alone * 4


def test_file_is_archival(fonts: FontCatalog, printed_at: datetime, tmp_path: Path) -> None:
    paper = build_paper(agreement.FORM, samples.AGREEMENT, number=NUMBER, printed_at=printed_at, fonts=fonts)
    assert not re.search(rb"[^\n]endstream", paper.content)
    path = tmp_path / "paper.pdf"
    path.write_bytes(paper.content)
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/CreationDate"]) == "D:20260302091000+08'00'"
        metadata = pdf.open_metadata()
        assert metadata["pdfaid:part"] == "2"
        assert metadata["pdfaid:conformance"] == "B"
        assert metadata["dc:title"] == str(pdf.docinfo["/Title"]) == "人民调解协议书"
        assert metadata["dc:creator"] == ["望江街道人民调解委员会"]
        assert metadata["xmp:CreateDate"] == "2026-03-02T09:10:00+08:00"
        assert str(pdf.Root.Lang) == "zh-CN"
        intent = pdf.Root.OutputIntents[0]
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        loaded = [
            item
            for item in pdf.objects
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/Font"
        ]
        assert loaded
        for font in loaded:
            assert "/FontFile2" in font.FontDescriptor
            assert "/Encoding" not in font
        assert str(pdf.trailer.ID[0]) != str(pdf.trailer.ID[1])


def test_code_is_drawn_only_with_a_number(fonts: FontCatalog, printed_at: datetime) -> None:
    with_number = build_paper(
        acceptance_register.FORM, samples.ACCEPTANCE, number=NUMBER, printed_at=printed_at, fonts=fonts
    )
    without = build_paper(acceptance_register.FORM, samples.ACCEPTANCE, printed_at=printed_at, fonts=fonts)
    assert _dark_share(with_number.content) > 0.2
    assert _dark_share(without.content) == 0


def _dark_share(content: bytes) -> float:
    """Share of dark pixels at the lower right, where the code stands."""
    image = page_image(content, 0, dots_per_inch=72)
    rows = [
        image.rgb[image.width * 3 * y : image.width * 3 * (y + 1)]
        for y in range(image.height - 65, image.height - 22)
    ]
    cells = [row[3 * x] for row in rows for x in range(image.width - 108, image.width - 64)]
    return sum(value < 128 for value in cells) / len(cells)


def test_mark_reads_back_and_foreign_codes_are_refused() -> None:
    mark = paper_mark("agreement", NUMBER, "ab" * 32, 2, 3)
    assert PaperMark.decode(mark.encode()) == mark
    assert mark.content == "ab" * 10
    for foreign in ("https://example.invalid/x", "TJ1;agreement;2;ab;n", "TJ2;a;1/1;b;c", ""):
        with pytest.raises(ForeignMarkError):
            PaperMark.decode(foreign)


def test_mark_is_drawn_module_by_module() -> None:
    written = paper_mark("agreement", NUMBER, "ab" * 32, 1, 3).encode()
    matrix = segno.make(written, error="m", micro=False, encoding="utf-8").matrix
    side = len(matrix) + 4
    output = BytesIO()
    canvas = Canvas(output, pagesize=(side, side))
    canvas._code.append(mark_path(written, side))
    canvas.save()
    image = page_image(output.getvalue(), 0, dots_per_inch=72 * 4)
    drawn = [
        [
            image.rgb[3 * (image.width * (4 * row + 10) + 4 * column + 10)] < 128
            for column in range(len(matrix))
        ]
        for row in range(len(matrix))
    ]
    assert drawn == [[bool(module) for module in row] for row in matrix]


def test_list_of_papers_does_not_load_the_pdf_engine() -> None:
    script = "import sys, app.papers.forms; print(sorted(m for m in ('reportlab', 'sqlalchemy', 'segno') if m in sys.modules))"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_pictures_of_pages(fonts: FontCatalog, printed_at: datetime) -> None:
    paper = build_paper(visit_register.FORM, samples.VISIT, number=NUMBER, printed_at=printed_at, fonts=fonts)
    image = page_image(paper.content, 0, dots_per_inch=96)
    assert (image.width, image.height) == (794, 1123)
    assert len(image.rgb) == 794 * 1123 * 3
    assert image.rgb[:3] == b"\xff\xff\xff"
    assert image.png().startswith(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(IndexError):
        page_image(paper.content, paper.pages, dots_per_inch=96)
