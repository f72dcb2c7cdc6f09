"""Finds the machine's own Chinese faces by the names inside the files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from app.papers.fonts.sfnt import FaceNames, read_faces

_SUFFIXES = (".ttf", ".ttc")
_LIKELY = ("fang", "kai", "hei", "sun", "song", "fz", "xbs", "st", "gb", "方正", "仿宋", "楷", "黑", "宋")
"""Parts of the file names that such faces usually have; they are looked at first, to stop early."""


def system_font_folders() -> tuple[Path, ...]:
    """Where this operating system keeps fonts; folders that do not exist are left out."""
    if sys.platform == "win32":
        places = [
            Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
            Path(os.environ.get("LOCALAPPDATA", "")) / "Microsoft" / "Windows" / "Fonts",
        ]
    else:
        places = [
            Path("/usr/share/fonts"),
            Path("/usr/local/share/fonts"),
            Path.home() / ".local" / "share" / "fonts",
            Path.home() / ".fonts",
        ]
    return tuple(place for place in places if place.is_dir())


def _font_files(folders: Sequence[Path]) -> list[Path]:
    files = [
        Path(place) / name
        for folder in folders
        for place, _folders, names in os.walk(folder)
        for name in names
        if name.lower().endswith(_SUFFIXES)
    ]
    return sorted(files, key=_search_order)


def _search_order(path: Path) -> tuple[bool, str]:
    name = path.name.lower()
    return not any(part in name for part in _LIKELY), str(path)


def find_faces(folders: Sequence[Path], wanted: Sequence[Sequence[str]]) -> list[FaceNames | None]:
    """For each list of names (the preferred first) the best face found in ``folders``, or ``None``.

    Reads only the name tables, and stops as soon as every list has its first choice.
    """
    ranks = [{name: rank for rank, name in enumerate(names)} for names in wanted]
    best: list[tuple[int, FaceNames] | None] = [None] * len(wanted)
    for face in _all_faces(_font_files(folders)):
        for place, names in enumerate(ranks):
            rank = min((names[family] for family in face.families if family in names), default=None)
            held = best[place]
            if rank is not None and (held is None or rank < held[0]):
                best[place] = (rank, face)
        if all(held is not None and held[0] == 0 for held in best):
            break
    return [None if held is None else held[1] for held in best]


def _all_faces(files: Iterable[Path]) -> Iterator[FaceNames]:
    for path in files:
        yield from read_faces(path)
