"""Makes the PDF of a paper: the same content on the same fonts gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import Any

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

from app.papers.archival import Imprint, make_archival
from app.papers.blocks import DRAWN, Block, texts
from app.papers.fonts.catalog import FontCatalog, standard_fonts
from app.papers.fonts.roles import Role
from app.papers.form import Form, Margins, Sheet, T, content_hash
from app.papers.mark import mark_path, paper_mark
from app.papers.paragraph import printable
from app.papers.typesetter import Typesetter
from app.papers.wording import chinese_date
from models.clock import local
from models.errors import UserError

_building = Lock()
"""One paper at a time: ReportLab's fonts keep the state of the document that is being written."""
_MARK_SIDE = 17 * mm
_FOOT = 12 * mm
_PAGE_NUMBER_SIZE, _SMALL_SIZE = 10.5, 8.0


@dataclass(frozen=True, slots=True)
class PaperFile:
    """A finished paper."""

    content: bytes
    sha256: str
    """Of ``content``, in hexadecimal."""
    content_hash: str
    """Of what the paper says; see :func:`app.papers.form.content_hash`."""
    pages: int
    fonts: tuple[str, ...]
    """PostScript names of the embedded fonts, sorted."""
    title: str


def build_paper(
    form: Form[T],
    data: T | None,
    *,
    number: str = "",
    printed_at: datetime,
    blank: bool = False,
    fonts: FontCatalog | None = None,
) -> PaperFile:
    """Make a paper, or with ``blank`` the empty form to be filled in by hand.

    ``number`` is the paper's or case's number; without one the pages carry no QR code. ``printed_at`` must
    have a time zone. ``fonts`` are this machine's unless given. The file is PDF/A-2b. Its hash cannot be
    printed inside it, so the QR code carries the hash of the content instead.

    Raises :class:`UserError` naming the characters that no font can draw; nothing is made then.
    """
    if data is None or blank:
        data, blank = form.data_type() if data is None else data, True
    fonts = fonts or standard_fonts()
    story = form.story(data, Sheet(number, blank))
    hashed = content_hash(form.code, number, data)
    with _building:
        _refuse_missing(fonts, [*texts(story), number])
        footer = _Footer(form.code, number, hashed, printed_at, fonts, form.margins)
        imprint = Imprint(form.title, data.issuer, number, printed_at, hashed)
        content, canvas = _write(story, form.margins, footer, imprint, fonts)
    return PaperFile(
        content,
        hashlib.sha256(content).hexdigest(),
        hashed,
        canvas.page_total,
        canvas.embedded,
        form.title,
    )


def _refuse_missing(fonts: FontCatalog, written: Sequence[str]) -> None:
    text = printable("".join(dict.fromkeys("".join(written))))
    missing = fonts.missing(character for character in text if character not in DRAWN and character != "\n")
    if missing:
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in missing[:8])
        raise UserError(
            f"文书没有生成：字库里没有{named}，印出来会是空白。已经录入的内容都在，没有丢失。",
            "请核对是否录错，改成规范汉字后再生成；确为人名用字的，请在这台电脑上安装含有该字的字体。",
            title="有字无法打印",
        )


def _write(
    story: Sequence[Block], margins: Margins, footer: _Footer, imprint: Imprint, fonts: FontCatalog
) -> tuple[bytes, _PaperCanvas]:
    output = BytesIO()
    width, height = A4
    frame = Frame(
        margins.left * mm,
        margins.bottom * mm,
        width - (margins.left + margins.right) * mm,
        height - (margins.top + margins.bottom) * mm,
        *(0, 0, 0, 0),
    )
    template = BaseDocTemplate(
        output,
        pagesize=A4,
        lang="zh-CN",
        title=imprint.title,
        author=imprint.author,
        invariant=1,
        pageCompression=1,
        initialFontName=fonts.stack(Role.SONGTI).primary.fontName,
    )
    template.addPageTemplates([PageTemplate(frames=[frame])])
    canvases: list[_PaperCanvas] = []

    def make_canvas(*arguments: Any, **options: Any) -> _PaperCanvas:
        canvases.append(_PaperCanvas(*arguments, footer=footer, imprint=imprint, **options))
        return canvases[-1]

    template.build(Typesetter(fonts).set(story), canvasmaker=make_canvas)
    return output.getvalue(), canvases[-1]


class _PaperCanvas(Canvas):  # type: ignore[misc]
    """Keeps the pages until their number is known, then writes each with its footer."""

    def __init__(self, *arguments: Any, footer: _Footer, imprint: Imprint, **options: Any) -> None:
        super().__init__(*arguments, pdfVersion=(1, 7), **options)
        self._footer, self._imprint = footer, imprint
        self._kept: list[dict[str, Any]] = []
        self.page_total = 0
        self.embedded: tuple[str, ...] = ()

    def showPage(self) -> None:  # noqa: N802
        """Keep the page for later."""
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write all pages and the file."""
        self.page_total = len(self._kept)
        kept, total = self._kept, self.page_total
        for page, state in enumerate(kept, 1):
            self.__dict__.update(state)
            self._footer.draw(self, page, total)
            super().showPage()
        self.page_total = total
        names = {font.face.name.ustr for font in self._doc.delayedFonts}
        self.embedded = tuple(sorted(names))
        make_archival(self, self._imprint)
        super().save()


class _Footer:
    """Page x of y in the middle, number and date of print on the left, the QR code on the right."""

    def __init__(
        self,
        form: str,
        number: str,
        hashed: str,
        printed_at: datetime,
        fonts: FontCatalog,
        margins: Margins,
    ) -> None:
        self._form, self._number, self._hash = form, number, hashed
        self._printed = f"{chinese_date(local(printed_at).date())}打印"
        self._stack = fonts.stack(Role.SONGTI)
        self._left, self._right = margins.left * mm, A4[0] - margins.right * mm

    def draw(self, canvas: Canvas, page: int, total: int) -> None:
        """Draw the footer of a page."""
        self._centred(canvas, f"第 {page} 页 共 {total} 页", A4[0] / 2, _FOOT, _PAGE_NUMBER_SIZE)
        if not self._number:
            return
        self._show(canvas, self._number, self._left, _FOOT + 10, _SMALL_SIZE)
        self._show(canvas, self._printed, self._left, _FOOT, _SMALL_SIZE)
        written = paper_mark(self._form, self._number, self._hash, page, total).encode()
        x, y = self._right - _MARK_SIDE + 2, _FOOT - 14
        canvas._code.append(f"q 1 0 0 1 {x:.2f} {y:.2f} cm 0 g {mark_path(written, _MARK_SIDE)} Q")

    def _width(self, text: str, size: float) -> float:
        return sum(found[1] for found in map(self._stack.lookup, text) if found) * size / 1000

    def _centred(self, canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
        self._show(canvas, text, x - self._width(text, size) / 2, y, size)

    def _show(self, canvas: Canvas, text: str, x: float, y: float, size: float) -> None:
        target = canvas.beginText()
        target.setTextOrigin(x, y)
        for character in text:
            found = self._stack.lookup(character)
            if found is not None:
                target.setFont(found[0].fontName, size)
                target.textOut(character)
        canvas.drawText(target)
