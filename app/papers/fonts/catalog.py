"""Which face draws which character.

A role's own face comes first (the machine's if it has one, else the bundled one), then the bundled fallbacks,
so that a rare name never vanishes. Nothing is opened before a character needs it; the 30 MB of rare
characters least of all.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

from reportlab.pdfbase import pdfmetrics

from app.papers.fonts.face import EmbeddedFont
from app.papers.fonts.roles import FACES, FALLBACKS, SYSTEM_RARE, Role
from app.papers.fonts.sfnt import FaceNames
from app.papers.fonts.system import find_faces, system_font_folders

BUNDLED_FONTS = Path(__file__).resolve().parents[3] / "resources" / "fonts"
"""The fonts that come with the program."""

_FULL_WIDTH_QUOTES = frozenset("“”‘’")
_FULL_WIDTH = 900
"""Narrowest advance, in thousandths of the body, that a Chinese quotation mark may have."""
_registering = Lock()


class LazyFace:
    """A face that is opened when first asked for anything."""

    def __init__(self, path: Path, index: int = 0) -> None:
        self._path, self._index = path, index

    @functools.cached_property
    def font(self) -> EmbeddedFont:
        """The opened font, registered with ReportLab under a name made of its place."""
        name = f"{self._path}#{self._index}"
        with _registering:
            if name in pdfmetrics.getRegisteredFontNames():
                known: EmbeddedFont = pdfmetrics.getFont(name)
                return known
            font = EmbeddedFont(name, self._path, self._index)
            pdfmetrics.registerFont(font)
            return font

    @property
    def postscript_name(self) -> str:
        """The name under which the face appears in the PDF."""
        return str(self.font.face.name.ustr)

    def width(self, character: str) -> float | None:
        """Advance in thousandths of the body; ``None`` when the face lacks the character."""
        code = ord(character)
        face = self.font.face
        if not face.charToGlyph.get(code):
            return None
        width = float(face.charWidths[code])
        return None if character in _FULL_WIDTH_QUOTES and width < _FULL_WIDTH else width


class FontStack:
    """A role's faces in the order in which they are tried."""

    def __init__(self, faces: Sequence[LazyFace]) -> None:
        self._faces = tuple(faces)
        self._found: dict[str, tuple[EmbeddedFont, float] | None] = {}

    @property
    def primary(self) -> EmbeddedFont:
        """The role's own face."""
        return self._faces[0].font

    def lookup(self, character: str) -> tuple[EmbeddedFont, float] | None:
        """The font that draws the character and its advance in thousandths of the body, if there is one."""
        try:
            return self._found[character]
        except KeyError:
            found = self._found[character] = self._search(character)
            return found

    def _search(self, character: str) -> tuple[EmbeddedFont, float] | None:
        for face in self._faces:
            width = face.width(character)
            if width is not None:
                return face.font, width
        return None


class FontCatalog:
    """The faces of every role. Pass no ``system_folders`` to use the bundled fonts only."""

    def __init__(self, bundled: Path, system_folders: Sequence[Path] = ()) -> None:
        self._bundled = bundled
        self._system_folders = tuple(system_folders)
        self._faces: dict[tuple[Path, int], LazyFace] = {}
        self._stacks: dict[Role, FontStack] = {}

    @functools.cached_property
    def _system(self) -> dict[Role | None, FaceNames]:
        if not self._system_folders:
            return {}
        roles: list[Role | None] = [*FACES, None]
        found = find_faces(self._system_folders, [*(faces.families for faces in FACES.values()), SYSTEM_RARE])
        return {role: face for role, face in zip(roles, found, strict=True) if face is not None}

    def _face(self, path: Path, index: int = 0) -> LazyFace:
        return self._faces.setdefault((path, index), LazyFace(path, index))

    def stack(self, role: Role) -> FontStack:
        """The faces of a role, its own first."""
        if role not in self._stacks:
            self._stacks[role] = FontStack(self._chain(role))
        return self._stacks[role]

    def _chain(self, role: Role) -> list[LazyFace]:
        own, rare = self._system.get(role), self._system.get(None)
        chain = (
            [self._face(own.path, own.index)] if own else [self._face(self._bundled / FACES[role].bundled)]
        )
        chain += [self._face(self._bundled / name) for name in FALLBACKS]
        if rare:
            chain.insert(-1, self._face(rare.path, rare.index))
        return list(dict.fromkeys(chain))

    def stand_ins(self) -> tuple[Role, ...]:
        """The roles drawn with a bundled face because the machine has none of its own: worth saying once."""
        return tuple(role for role in Role if role not in self._system)

    def missing(self, text: Iterable[str]) -> tuple[str, ...]:
        """The characters that no face can draw, each once, in order of appearance."""
        stack = self.stack(Role.SONGTI)
        return tuple(dict.fromkeys(character for character in text if stack.lookup(character) is None))


@functools.cache
def standard_fonts(*, bundled_only: bool = False) -> FontCatalog:
    """The fonts of this machine, found once per run; ``bundled_only`` leaves the system's own faces aside."""
    return FontCatalog(BUNDLED_FONTS, () if bundled_only else system_font_folders())
