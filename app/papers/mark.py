"""The small QR code on each page: by it a scan of the signed page finds its case."""

from __future__ import annotations

import functools
from dataclasses import dataclass

_PREFIX = "TJ1"
_HASH_DIGITS = 20
_QUIET = 2


class ForeignMarkError(ValueError):
    """A QR code that this program did not print."""


@dataclass(frozen=True, slots=True)
class PaperMark:
    """What the code says. It names a paper, never a person."""

    form: str
    page: int
    pages: int
    content: str
    """The first 20 hexadecimal digits of the content hash."""
    number: str

    def encode(self) -> str:
        """The text in the code."""
        return f"{_PREFIX};{self.form};{self.page}/{self.pages};{self.content};{self.number}"

    @classmethod
    def decode(cls, written: str) -> PaperMark:
        """The mark read from a scan. Raises :class:`ForeignMarkError` for any other code."""
        parts = written.split(";", 4)
        if len(parts) != 5 or parts[0] != _PREFIX:
            raise ForeignMarkError(written[:20])
        page, slash, pages = parts[2].partition("/")
        if not (slash and page.isdecimal() and pages.isdecimal()):
            raise ForeignMarkError(written[:20])
        return cls(parts[1], int(page), int(pages), parts[3], parts[4])


def paper_mark(form: str, number: str, content_hash: str, page: int, pages: int) -> PaperMark:
    """The mark of one page."""
    return PaperMark(form, page, pages, content_hash[:_HASH_DIGITS], number)


@functools.lru_cache(maxsize=64)
def mark_path(written: str, side: float) -> str:
    """PDF path operators that draw the code as a black square of ``side`` points at the origin.

    Error correction M; the quiet zone is two modules inside the square, the page around it being white as
    well.
    """
    import segno

    rows = segno.make(written, error="m", micro=False, encoding="utf-8").matrix
    module = side / (len(rows) + 2 * _QUIET)
    path = []
    for place, row in enumerate(rows):
        y = side - (place + 1 + _QUIET) * module
        start: int | None = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                x = (start + _QUIET) * module
                path.append(f"{x:.3f} {y:.3f} {(column - start) * module:.3f} {module:.3f} re")
                start = None
    return " ".join(path) + " f"
