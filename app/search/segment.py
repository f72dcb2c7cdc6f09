"""Cuts text into the overlapping character pairs that the full-text index keeps, and queries into the same pairs.

The index is FTS5 with ``tokenize='ascii'``: every code point above 127 is a token character, so no Chinese
character is lost, beyond the BMP either; ASCII punctuation and spaces separate. Pairs of a run are written apart
by spaces; a run's last character stands alone, so that a one-character query can be a prefix query.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator


def normalise(text: str) -> str:
    """One form for what people take to be the same: full width, half width, case (NFKC, lower)."""
    return unicodedata.normalize("NFKC", text).lower()


def is_word_character(ch: str) -> bool:
    """Whether a character belongs to a run; everything else separates and is never matched across."""
    return unicodedata.category(ch)[0] in "LNM" or (ord(ch) > 0xFFFF) or unicodedata.category(ch) == "Co"


def runs(text: str) -> Iterator[str]:
    """The unbroken runs of word characters of a text, normalised."""
    run: list[str] = []
    for ch in normalise(text):
        if is_word_character(ch):
            run.append(ch)
        elif run:
            yield "".join(run)
            run = []
    if run:
        yield "".join(run)


def pairs(run: str) -> list[str]:
    """Overlapping pairs of a run, or the single character of a run of one."""
    if len(run) == 1:
        return [run]
    return [run[i : i + 2] for i in range(len(run) - 1)]


def segment(text: str | None) -> str:
    """What the index stores for a text: its pairs, and each run's last character alone, without repeats."""
    if not text:
        return ""
    tokens: dict[str, None] = {}
    for run in runs(text):
        tokens.update(dict.fromkeys(pairs(run)))
        tokens[run[-1]] = None
    return " ".join(tokens)


def query_runs(words: str) -> list[str]:
    """The runs a query consists of; each must occur in a matter for it to be found."""
    return list(dict.fromkeys(runs(words)))


def match_expression(words: str) -> str:
    """The FTS5 expression for a query; empty when the query has no word character.

    Tokens hold no quote, because a quote separates runs.
    """
    parts: list[str] = []
    for run in query_runs(words):
        if len(run) == 1:
            parts.append(f'"{run}"*')
        else:
            parts.extend(f'"{pair}"' for pair in pairs(run))
    return " AND ".join(dict.fromkeys(parts))
