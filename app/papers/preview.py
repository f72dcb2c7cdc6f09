"""Pages of a finished PDF as pictures, for the preview and the printer. Knows nothing of Qt."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from threading import Lock

import pypdfium2

POINTS_PER_INCH = 72
_rendering = Lock()
"""PDFium must not be called from two threads at once."""


@dataclass(frozen=True, slots=True)
class PageImage:
    """A rendered page: 8-bit RGB, rows from top to bottom without padding."""

    width: int
    height: int
    rgb: bytes

    def png(self) -> bytes:
        """The picture as a PNG file."""
        stride = self.width * 3
        rows = b"".join(b"\0" + self.rgb[start : start + stride] for start in range(0, len(self.rgb), stride))
        head = struct.pack(">LLBBBBB", self.width, self.height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


def page_count(content: bytes) -> int:
    """Number of pages of a PDF. Raises :class:`pypdfium2.PdfiumError` when it is not one."""
    with _rendering:
        document = pypdfium2.PdfDocument(content)
        try:
            return len(document)
        finally:
            document.close()


def page_image(content: bytes, page: int, *, dots_per_inch: float) -> PageImage:
    """One page (counted from 0) as a picture. Raises :class:`IndexError` when there is no such page."""
    with _rendering:
        document = pypdfium2.PdfDocument(content)
        try:
            if not 0 <= page < len(document):
                raise IndexError(page)
            sheet = document[page]
            bitmap = sheet.render(scale=dots_per_inch / POINTS_PER_INCH, rev_byteorder=True)
            picture = _without_padding(bitmap)
            bitmap.close()
            sheet.close()
            return picture
        finally:
            document.close()


def _without_padding(bitmap: pypdfium2.PdfBitmap) -> PageImage:
    raw, stride, used = bytes(bitmap.buffer), bitmap.stride, bitmap.width * 3
    rows = b"".join(raw[start : start + used] for start in range(0, stride * bitmap.height, stride))
    return PageImage(bitmap.width, bitmap.height, rows)
