"""Fills the slots of a template: names, amounts, and days as people say them."""

from __future__ import annotations

from datetime import date
from random import Random

from app.sample.material import Template
from app.sample.people import sibling_word
from app.sample.shape import SampleParty


def fill_words(
    template: Template,
    random: Random,
    parties: tuple[SampleParty, ...],
    mediator: str,
    happened: date,
    told: date,
) -> tuple[int | None, dict[str, str]]:
    """The amount in fen, and what fills the slots of the template's texts."""
    yuan = _yuan(random, template.money) if template.money else None
    words: dict[str, str] = {slot: random.choice(values) for slot, values in template.slots.items()}
    other = parties[1] if len(parties) > 1 else parties[0]
    words |= {
        "a": parties[0].name,
        "b": other.name,
        "m": mediator,
        "when": _when(happened, told),
        "amount": _yuan_text(yuan) if yuan is not None else "",
        "sibling": sibling_word(parties[0], other),
    }
    # A slot's own words may name the parties.
    words |= {slot: words[slot].format_map(words) for slot in template.slots}
    return (yuan * 100 if yuan is not None else None), words


def _yuan(random: Random, bounds: tuple[int, int]) -> int:
    low, high = bounds
    # Most amounts lie near the lower end.
    value = low + (high - low) * random.random() ** 2
    step = 10 if value < 1000 else 100 if value < 10_000 else 1000
    return max(step, round(value / step) * step)


def _yuan_text(yuan: int) -> str:
    return f"{yuan / 10_000:g}万元" if yuan >= 10_000 else f"{yuan}元"


def _when(happened: date, told: date) -> str:
    if happened.year == told.year or (told - happened).days <= 30:
        return f"{happened.month}月{happened.day}日"
    if happened.year == told.year - 1:
        return f"去年{happened.month}月"
    return f"{happened.year}年{happened.month}月"
