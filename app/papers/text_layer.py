"""The text layer of a PDF: what copying, searching and screen readers get from the drawn glyphs."""

from __future__ import annotations

from collections.abc import Sequence

_BLOCK = 100
"""Most entries that one ``beginbfchar`` block may hold (Adobe technical note 5411)."""
_SPACE = 32


def to_unicode_cmap(subset: Sequence[int]) -> str:
    """A ToUnicode CMap for a font of at most 256 glyphs (ISO 32000-1, 9.10.3).

    ``subset`` gives the code point of each glyph code; zero means the code is not used. Characters outside
    the basic plane are written as UTF-16BE surrogate pairs.
    """
    entries = [
        (code, character)
        for code, character in enumerate(subset)
        if character and not (character == _SPACE and code != _SPACE)
    ]
    lines = [
        "/CIDInit /ProcSet findresource begin",
        "12 dict begin",
        "begincmap",
        "/CIDSystemInfo",
        "<< /Registry (Adobe)",
        "/Ordering (UCS)",
        "/Supplement 0",
        ">> def",
        "/CMapName /Adobe-Identity-UCS def",
        "/CMapType 2 def",
        "1 begincodespacerange",
        "<00> <FF>",
        "endcodespacerange",
    ]
    for start in range(0, len(entries), _BLOCK):
        block = entries[start : start + _BLOCK]
        lines.append(f"{len(block)} beginbfchar")
        lines += [
            f"<{code:02X}> <{chr(character).encode('utf-16-be').hex().upper()}>" for code, character in block
        ]
        lines.append("endbfchar")
    lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
    return "\n".join(lines)
