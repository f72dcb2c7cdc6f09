"""The little of a TrueType file (ISO/IEC 14496-22) that is needed to decide whether to use it.

Only the table directory, the name table and the embedding flag are read, so that a folder of a thousand
system fonts can be searched by name without opening each of them whole.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

TRUETYPE = (b"\0\1\0\0", b"true")
COLLECTION = b"ttcf"
_FAMILY_NAMES = (1, 4, 16)
_POSTSCRIPT_NAME = 6
_WINDOWS = 3
_MACINTOSH = 1
_RESTRICTED = 0x0002
_NO_SUBSET_OR_BITMAP_ONLY = 0x0300


@dataclass(frozen=True, slots=True)
class FaceNames:
    """One usable face in a font file."""

    path: Path
    index: int
    """Position in a TrueType collection; 0 in a plain file."""
    families: frozenset[str]
    """Every family and full name in every language, as written in the name table."""
    postscript: str


def table_directory(data: bytes | memoryview, offset: int) -> dict[str, tuple[int, int]]:
    """Tables of the face whose directory starts at ``offset``: tag to (offset, length).

    ``data`` must hold the whole directory. Raises :class:`struct.error` when it is cut short.
    """
    (count,) = struct.unpack_from(">H", data, offset + 4)
    tables = {}
    for position in range(count):
        tag, _checksum, start, length = struct.unpack_from(">4sLLL", data, offset + 12 + 16 * position)
        tables[tag.decode("latin-1")] = (start, length)
    return tables


def decode_names(table: bytes) -> list[tuple[int, int, str]]:
    """The name table as (platform, name id, text); names in unknown encodings are left out."""
    count, strings = struct.unpack_from(">HH", table, 2)
    names = []
    for position in range(count):
        platform, encoding, _language, name_id, length, start = struct.unpack_from(
            ">6H", table, 6 + 12 * position
        )
        raw = table[strings + start : strings + start + length]
        if platform == _WINDOWS and encoding in (1, 10):
            names.append((platform, name_id, raw.decode("utf-16-be", "replace")))
        elif platform == _WINDOWS and encoding == 3:
            names.append((platform, name_id, raw.replace(b"\0", b"").decode("gbk", "replace")))
        elif platform == _MACINTOSH and encoding == 0:
            names.append((platform, name_id, raw.decode("mac_roman")))
    return names


def postscript_name(names: list[tuple[int, int, str]]) -> str:
    """The PostScript name, or an empty string when there is none that a PDF could carry."""
    for wanted in (_POSTSCRIPT_NAME, 4, 1):
        for _platform, name_id, text in names:
            plain = text.replace(" ", "-")
            if name_id == wanted and plain and _is_pdf_name(plain):
                return plain
    return ""


def _is_pdf_name(text: str) -> bool:
    return all("!" <= character <= "~" and character not in "[](){}<>/%" for character in text)


def read_faces(path: Path) -> Iterator[FaceNames]:
    """The embeddable faces with TrueType outlines in a file; nothing for other or broken files.

    Faces with CFF outlines are left out because they cannot be embedded by our PDF engine, and faces whose
    licence flag forbids embedding or subsetting because they must not be.
    """
    try:
        with path.open("rb") as file:
            for index, offset in enumerate(_face_offsets(file)):
                face = _read_face(file, path, index, offset)
                if face is not None:
                    yield face
    except (OSError, struct.error, ValueError):
        return


def _face_offsets(file: BinaryIO) -> tuple[int, ...]:
    head = file.read(12)
    if head[:4] != COLLECTION:
        return (0,)
    (count,) = struct.unpack_from(">L", head, 8)
    if count > 64:
        return ()
    return struct.unpack(f">{count}L", file.read(4 * count))


def _read_face(file: BinaryIO, path: Path, index: int, offset: int) -> FaceNames | None:
    file.seek(offset)
    head = file.read(12)
    if head[:4] not in TRUETYPE:
        return None
    (count,) = struct.unpack_from(">H", head, 4)
    tables = table_directory(head + file.read(16 * count), 0)
    if not {"glyf", "loca", "cmap", "name", "OS/2"} <= tables.keys():
        return None
    file.seek(tables["OS/2"][0] + 8)
    (licence,) = struct.unpack(">H", file.read(2))
    if licence & 0xF == _RESTRICTED or licence & _NO_SUBSET_OR_BITMAP_ONLY:
        return None
    file.seek(tables["name"][0])
    names = decode_names(file.read(tables["name"][1]))
    families = frozenset(text for _platform, name_id, text in names if name_id in _FAMILY_NAMES)
    return FaceNames(path, index, families, postscript_name(names) or path.stem)
