"""A TrueType face for ReportLab that loads in milliseconds and embeds with a correct text layer.

ReportLab's own loader reads a 15 MB Chinese font value by value (hundreds of milliseconds and tens of
megabytes for each face). Here the file is mapped into memory and its tables are taken in bulk; the attributes
are the same ones, so that ReportLab's subsetting works on unchanged. The mapping keeps the file open for as
long as the face lives: on Windows an installer must close the program before it replaces a font.
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics, ttfonts

from app.papers.fonts import sfnt
from app.papers.text_layer import to_unicode_cmap

_CMAP_RANK = {
    (3, 10, 12): 5,
    (0, 6, 12): 4,
    (0, 4, 12): 4,
    (3, 1, 4): 3,
    (0, 3, 4): 2,
    (0, 4, 4): 2,
    (0, 1, 4): 1,
}
_SPACE, _NO_BREAK_SPACE = 0x20, 0xA0


class FontFileError(Exception):
    """A font file that is not what the catalogue took it for (damaged, or outlines of another kind)."""


def _bulk(data: bytes, code: str) -> array[int]:
    values: array[int] = array(code)
    values.frombytes(data)
    if sys.byteorder == "little":
        values.byteswap()
    return values


class _Widths(dict[int, float]):
    """Code point to advance in thousandths of the body, worked out when first asked for."""

    def __init__(self, glyphs: dict[int, int], advances: array[int], scale: float) -> None:
        super().__init__()
        self._glyphs, self._advances, self._scale = glyphs, advances, scale
        self._last = len(advances) // 2 - 1

    def __missing__(self, code: int) -> float:
        glyph = self._glyphs[code]
        width = self[code] = self._advances[min(glyph, self._last) * 2] * self._scale
        return width

    def get(self, code: int, default: Any = None) -> Any:
        """As :meth:`dict.get`, but filling in."""
        try:
            return self[code]
        except KeyError:
            return default


class _Metrics:
    """Glyph to (advance, left side bearing) in font units, as ReportLab's subsetting reads them."""

    def __init__(self, advances: array[int], bearings: array[int]) -> None:
        self._advances, self._bearings = advances, bearings
        self._full = len(advances) // 2

    def __getitem__(self, glyph: int) -> tuple[int, int]:
        if glyph < self._full:
            return self._advances[2 * glyph], self._advances[2 * glyph + 1]
        return self._advances[2 * self._full - 2], self._bearings[glyph - self._full]


class Face(ttfonts.TTFontFace):  # type: ignore[misc]
    """One face of a font file. Raises :class:`FontFileError` when the file is not a TrueType font."""

    def __init__(self, path: Path, index: int = 0) -> None:
        pdfmetrics.TypeFace.__init__(self, None)
        self.filename = str(path)
        try:
            with path.open("rb") as file:
                self._ttf_data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._read(index)
        except (struct.error, KeyError, ValueError, IndexError) as error:
            raise FontFileError(f"{path.name}: {error}") from error

    def _read(self, index: int) -> None:
        data = self._ttf_data
        self.subfontNameX = b""
        start = 0
        if data[:4] == sfnt.COLLECTION:
            (start,) = struct.unpack_from(">L", data, 12 + 4 * index)
            self.subfontNameX = b"-%d" % index
        if data[start : start + 4] not in sfnt.TRUETYPE:
            raise ValueError("no TrueType outlines")
        self.table: dict[str, dict[str, Any]] = {
            tag: {"tag": tag, "offset": offset, "length": length}
            for tag, (offset, length) in sfnt.table_directory(data[start : start + 4096], 0).items()
        }
        self.tables = list(self.table.values())
        self._pos = 0
        self.fileKind = "TTF"
        self._read_names()
        self._read_head()
        self._read_style()
        self._read_cmap()
        self._read_metrics()

    def _unpack(self, layout: str, tag: str, offset: int = 0) -> tuple[int, ...]:
        return struct.unpack_from(">" + layout, self._ttf_data, self.table[tag]["offset"] + offset)

    def _read_names(self) -> None:
        names = sfnt.decode_names(bytes(self.get_table("name")))
        text = sfnt.postscript_name(names) or Path(self.filename).stem
        self.name = ttfonts.TTFNameBytes(text.encode("ascii", "replace"))
        by_id = {name_id: value for _platform, name_id, value in reversed(names)}
        self.familyName = ttfonts.TTFNameBytes(by_id.get(1, text).encode())
        self.styleName = ttfonts.TTFNameBytes(by_id.get(2, "Regular").encode())
        self.fullName = ttfonts.TTFNameBytes(by_id.get(4, text).encode())
        self.uniqueFontID = ttfonts.TTFNameBytes(by_id.get(3, text).encode())

    def _read_head(self) -> None:
        (units,) = self._unpack("H", "head", 18)
        self.unitsPerEm = units
        self._scale = 1 if units == 1000 else 1000 / units
        self._pdfScale = self._to_pdf
        self.bbox = [value * self._scale for value in self._unpack("4h", "head", 36)]
        (self._long_loca,) = self._unpack("H", "head", 50)
        (self.numGlyphs,) = self._unpack("H", "maxp", 4)
        self._full_font = False

    def _to_pdf(self, value: float) -> float:
        return value * self._scale

    def _read_style(self) -> None:
        version, _average, weight = self._unpack("HhH", "OS/2")
        ascent, descent = self._unpack("2h", "OS/2", 68)
        self.ascent, self.descent = ascent * self._scale, descent * self._scale
        self.capHeight = self._unpack("h", "OS/2", 88)[0] * self._scale if version > 1 else self.ascent
        self.stemV = 50 + int((weight / 65.0) ** 2)
        slant, self.underlinePosition, self.underlineThickness, fixed = self._unpack("lhhL", "post", 4)
        self.italicAngle = slant / 65536
        self.flags = ttfonts.FF_SYMBOLIC
        self.flags |= ttfonts.FF_ITALIC if self.italicAngle else 0
        self.flags |= ttfonts.FF_FORCEBOLD if weight >= 600 else 0
        self.flags |= ttfonts.FF_FIXED if fixed else 0

    def _read_cmap(self) -> None:
        (count,) = self._unpack("H", "cmap", 2)
        best: tuple[int, int, int] | None = None
        for position in range(count):
            platform, encoding, offset = self._unpack("HHL", "cmap", 4 + 8 * position)
            (layout,) = self._unpack("H", "cmap", offset)
            rank = _CMAP_RANK.get((platform, encoding, layout), 0)
            if rank and (best is None or rank > best[0]):
                best = (rank, self.table["cmap"]["offset"] + offset, layout)
        if best is None:
            raise ValueError("no Unicode character map")
        glyphs = self._segments_32(best[1]) if best[2] == 12 else self._segments_16(best[1])
        if _SPACE in glyphs:
            glyphs[_NO_BREAK_SPACE] = glyphs[_SPACE]
        self.charToGlyph = glyphs
        self.glyphToChar: dict[int, list[int]] = {}

    def _segments_32(self, offset: int) -> dict[int, int]:
        data = self._ttf_data
        (count,) = struct.unpack_from(">L", data, offset + 12)
        groups = _bulk(data[offset + 16 : offset + 16 + 12 * count], "I")
        glyphs: dict[int, int] = {}
        for first, last, glyph in zip(groups[::3], groups[1::3], groups[2::3], strict=True):
            glyphs.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
        return glyphs

    def _segments_16(self, offset: int) -> dict[int, int]:
        data = self._ttf_data
        (double,) = struct.unpack_from(">H", data, offset + 6)

        def column(position: int) -> array[int]:
            start = offset + 14 + position * double + (2 if position else 0)
            return _bulk(data[start : start + double], "H")

        ranges = offset + 16 + 3 * double
        glyphs: dict[int, int] = {}
        columns = zip(column(0), column(1), column(2), column(3), strict=True)
        for position, (last, first, delta, range_offset) in enumerate(columns):
            if first > last:
                continue
            if not range_offset:
                glyphs.update((code, (code + delta) & 0xFFFF) for code in range(first, last + 1))
                continue
            start = ranges + 2 * position + range_offset
            found = _bulk(data[start : start + 2 * (last - first + 1)], "H")
            glyphs.update(
                (code, (glyph + delta) & 0xFFFF)
                for code, glyph in zip(range(first, last + 1), found, strict=False)
                if glyph
            )
        glyphs.pop(0xFFFF, None)
        return glyphs

    def _read_metrics(self) -> None:
        (full,) = self._unpack("H", "hhea", 34)
        start = self.table["hmtx"]["offset"]
        data = self._ttf_data
        advances = _bulk(data[start : start + 4 * full], "H")
        rest = start + 4 * full
        bearings = _bulk(data[rest : rest + 2 * (self.numGlyphs - full)], "H")
        self.hmetrics = _Metrics(advances, bearings)
        self.defaultWidth = advances[0] * self._scale
        self.charWidths = _Widths(self.charToGlyph, advances, self._scale)
        start = self.table["loca"]["offset"]
        if self._long_loca:
            self.glyphPos = _bulk(data[start : start + 4 * (self.numGlyphs + 1)], "I")
        else:
            halves = _bulk(data[start : start + 2 * (self.numGlyphs + 1)], "H")
            self.glyphPos = array("I", (2 * half for half in halves))

    def get_table(self, tag: str) -> Any:
        """The bytes of a table; the outlines as a view, because copying 10 MB for each subset is what made it
        slow.
        """
        start, length = self.get_table_pos(tag)
        if tag == "glyf":
            return memoryview(self._ttf_data)[start : start + length]
        return self._ttf_data[start : start + length]


class EmbeddedFont(ttfonts.TTFont):  # type: ignore[misc]
    """A face under the name by which ReportLab knows it, with the text layer corrected as it is embedded."""

    def __init__(self, name: str, path: Path, index: int = 0) -> None:
        self.fontName = name
        self.face = Face(path, index)
        self.encoding = ttfonts.TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        self._asciiReadable = False
        self.shapable = False

    def addObjects(self, doc: Any) -> None:  # noqa: N802
        """Embed the subsets used by a document, then mend the text layer that ReportLab writes beside them.

        It must be UTF-16BE (ISO 32000-1, 9.10.3): ReportLab writes five hexadecimal digits for 𠮷, which
        readers take for another character.
        """
        state = self.state[doc]
        subsets, internal = state.subsets, state.internalName
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            pdf_font = doc.idToObject["BasicFonts"].dict[f"{internal}+{number}"]
            stream = doc.idToObject["toUnicodeCMap:" + pdf_font.BaseFont]
            stream.content = to_unicode_cmap(subset)
