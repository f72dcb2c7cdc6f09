"""Dates, times and small numbers as Chinese papers write them."""

from __future__ import annotations

from datetime import date, datetime

from app.papers.blocks import rule
from models.clock import local

_DIGITS = "零一二三四五六七八九"
BLANK_DATE = f"{rule(3)}年{rule(2)}月{rule(2)}日"
"""A date to be filled in by hand."""


def chinese_date(day: date | None) -> str:
    """2026年3月2日; rules to write on when there is no date."""
    return BLANK_DATE if day is None else f"{day.year}年{day.month}月{day.day}日"


def chinese_moment(moment: datetime | None) -> str:
    """2026年3月2日9时05分 on a wall clock in China; rules to write on when there is no time.

    Raises :class:`ValueError` when the moment has no time zone.
    """
    if moment is None:
        return f"{BLANK_DATE}{rule(2)}时{rule(2)}分"
    if moment.tzinfo is None:
        raise ValueError("a moment on a paper needs its time zone")
    there = local(moment)
    return f"{chinese_date(there.date())}{there.hour}时{there.minute:02}分"


def chinese_count(number: int) -> str:
    """A count from 0 to 99 in Chinese numerals (一式十五份).

    Raises :class:`ValueError` outside that range.
    """
    if not 0 <= number <= 99:
        raise ValueError(number)
    tens, units = divmod(number, 10)
    if not tens:
        return _DIGITS[units]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[units] if units else "")


def numbered(items: tuple[str, ...]) -> tuple[str, ...]:
    """Items with 一、二、… before each, unless there is only one or they carry numbers of their own."""
    if len(items) < 2 or any(_has_number(item) for item in items):
        return items
    return tuple(f"{chinese_count(place)}、{item}" for place, item in enumerate(items, 1))


def _has_number(item: str) -> bool:
    head = item.lstrip("（(第 　")[:3]
    digits = "0123456789〇一二三四五六七八九十"
    return len(head) > 1 and head[0] in digits and any(mark in head[1:] for mark in "、.．）)条")
