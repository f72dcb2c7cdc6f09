"""The place to sign: room for a signature and a fingerprint beside each name, and an empty place for the
seal.

The seal itself is never drawn: a paper without a real seal must look like one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.papers.blocks import Block, Cell, Gap, Grid, Look, Row, Together, text
from app.papers.wording import chinese_date

SIGN_HEIGHT = 17.0
"""Height in millimetres in which a signature and an inked fingerprint have room."""
SEAL_HEIGHT = 14.0
"""Empty height in millimetres above the committee's name; its seal, about 42 mm wide, is put across the name.
"""
_MOST_ROWS_WITH_SEAL = 5
_SHORT_LABEL = 9
"""Longest label, in characters, that leaves room to sign in half the width."""


@dataclass(frozen=True, slots=True)
class Signers:
    """Those who sign in one manner: a heading such as 人民调解员（签名）： and a label for each of them."""

    heading: str
    labels: tuple[str, ...]


def sign_blocks(
    signers: Sequence[Signers], width: float, *, before: Sequence[Block] = (), after: Sequence[Block] = ()
) -> list[Block]:
    """Places to sign over a width in millimetres.

    Each heading stays on a page with its first row, ``before`` with the first row of all, ``after`` with the
    last group: a page must not carry a seal alone.
    """
    blocks: list[Block] = []
    lead = [*before]
    for place, group in enumerate(signers):
        rows = _rows(group.labels)
        lead.append(text(group.heading, Look.SIGN_HEADING))
        last = place == len(signers) - 1
        head = rows if last and len(rows) <= _MOST_ROWS_WITH_SEAL else rows[:1]
        rest = rows[len(head) :]
        tail = (*after,) if last and not rest else ()
        blocks.append(Together((*lead, _grid(head, width), *tail)))
        if rest:
            blocks += [_grid(rest, width), *(after if last else ())]
        lead = [Gap(2)]
    return blocks


def _grid(rows: Sequence[Row], width: float) -> Grid:
    return Grid((width / 2, width / 2), tuple(rows), ruled=False)


def _rows(labels: Sequence[str]) -> list[Row]:
    """Short labels stand two by two, a long one has a row to itself."""
    rows: list[Row] = []
    waiting: str | None = None
    for label in labels:
        if len(label) > _SHORT_LABEL:
            if waiting is not None:
                rows.append(_pair(waiting, None))
                waiting = None
            rows.append(Row((_place(label, across=2),), SIGN_HEIGHT))
        elif waiting is None:
            waiting = label
        else:
            rows.append(_pair(waiting, label))
            waiting = None
    if waiting is not None:
        rows.append(_pair(waiting, None))
    return rows


def _pair(left: str, right: str | None) -> Row:
    return Row((_place(left), Cell(()) if right is None else _place(right)), SIGN_HEIGHT)


def _place(label: str, *, across: int = 1) -> Cell:
    return Cell((text(f"{label}：", Look.SIGN),), across, middle=True, underlined=True)


def seal_and_date(issuer: str, day: date | None) -> tuple[Block, ...]:
    """Where the committee seals and dates, at the right."""
    who = f"{issuer or '人民调解委员会'}（印章）"
    return Gap(SEAL_HEIGHT), text(who, Look.RIGHT), text(chinese_date(day), Look.RIGHT), Gap(2)
