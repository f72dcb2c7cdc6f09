"""Days in words: how far off a day is, and what day it is."""

from __future__ import annotations

from datetime import date

WEEKDAYS = "一二三四五六日"


def long_day(day: date) -> str:
    """11月22日 星期日."""
    return f"{day.month}月{day.day}日　星期{WEEKDAYS[day.weekday()]}"


def days_off(day: date, today: date) -> str:
    """逾期3天, 今天, 明天, 还有3天."""
    distance = (day - today).days
    if distance < 0:
        return f"逾期{-distance}天"
    return {0: "今天", 1: "明天"}.get(distance, f"还有{distance}天")


def waited(since: date | None, today: date) -> str:
    """已等3天; empty when it is not known since when."""
    if since is None:
        return ""
    days = (today - since).days
    return "今天来的" if days <= 0 else f"已等{days}天"
