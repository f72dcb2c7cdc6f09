"""Reads days, times, numbers and amounts the way people type them, and shows them in one form.

Every reader returns None for an empty text and raises ValueError, with a Chinese sentence, for what it cannot
read.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from models.clock import CHINA, local, local_day

DAY_WORDS = {"今天": 0, "今日": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}
DAY_HINT = "可写 3.2、0302、2026-3-2、今天、昨天"
MOMENT_HINT = "可写 今天 9:30、3.2 14:30、现在"
FAR_AHEAD_DAYS = 300
LARGEST_NUMBER = 2**31 - 1
LARGEST_FEN = 2**53


def plain(text: str) -> str:
    """Full-width digits and signs as ordinary ones, without outer spaces."""
    return unicodedata.normalize("NFKC", text).strip()


def read_day(text: str, today: date) -> date | None:
    """A calendar day. A year left out means this year; one far ahead (``12.30`` in January) means the
    last.
    """
    words = plain(text)
    if not words:
        return None
    if words in DAY_WORDS:
        return today + timedelta(days=DAY_WORDS[words])
    parts = _day_parts(words)
    try:
        if len(parts) == 3:
            year, month, day = parts
            return date(year + 2000 if year < 100 else year, month, day)
        if len(parts) == 2:
            found = date(today.year, *parts)
            return found.replace(year=today.year - 1) if (found - today).days > FAR_AHEAD_DAYS else found
        if len(parts) == 1:
            return today.replace(day=parts[0])
    except ValueError:
        pass
    raise ValueError(f"日期没有看懂，{DAY_HINT}。")


def _day_parts(words: str) -> list[int]:
    if re.fullmatch(r"\d{8}", words):
        return [int(words[:4]), int(words[4:6]), int(words[6:])]
    if re.fullmatch(r"\d{6}", words):
        return [int(words[:2]), int(words[2:4]), int(words[4:])]
    if re.fullmatch(r"\d{3,4}", words):
        return [int(words[:-2]), int(words[-2:])]
    if re.fullmatch(r"\d{1,2}[日号]", words):
        return [int(words[:-1])]
    if re.fullmatch(r"\d+\s*[.\-/、年月\s]\s*\d+(\s*[.\-/、月\s]\s*\d+)?\s*[日号]?", words):
        return [int(part) for part in re.findall(r"\d+", words)]
    return []


def show_day(day: date | None) -> str:
    """``2026-03-02``; empty for None."""
    return "" if day is None else day.isoformat()


def read_time(text: str) -> time:
    """A time of day: ``9:30``, ``0930``, ``9点``, ``9点半``, ``下午3点20``; raises ValueError."""
    words = plain(text).replace(":", "点")
    match = re.fullmatch(r"(上午|下午|晚上|早上|中午)?\s*(\d{1,2})(?:点|时)(半|\d{1,2})?分?", words)
    if match is None:
        digits = re.fullmatch(r"(上午|下午|晚上|早上|中午)?\s*(\d{1,2})(\d{2})", words)
        if digits is None:
            raise ValueError(f"时间没有看懂，{MOMENT_HINT}。")
        match = digits
    part, hour_text, minute_text = match.groups()
    hour = int(hour_text)
    minute = 30 if minute_text == "半" else int(minute_text or 0)
    if part in ("下午", "晚上") and hour < 12:
        hour += 12
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(f"时间没有看懂，{MOMENT_HINT}。") from None


def read_moment(text: str, now: datetime) -> datetime | None:
    """A moment on a wall clock in China, in UTC. A day left out means today."""
    words = plain(text)
    if not words:
        return None
    if words in ("现在", "刚才"):
        return now
    today = local_day(now)
    match = re.fullmatch(
        r"(?P<day>.*?)[\s,T]*(?P<time>(上午|下午|晚上|早上|中午)?\s*\d{1,2}(:\d{2}|[点时](半|\d{1,2}分?)?))",
        words,
    )
    if match is None:
        raise ValueError(f"要有日期和时间，{MOMENT_HINT}。")
    day = read_day(match["day"], today) or today
    clock_time = read_time(match["time"])
    return datetime.combine(day, clock_time, CHINA).astimezone(now.tzinfo)


def show_moment(moment: datetime | None) -> str:
    """``2026-03-02 09:30`` on a wall clock in China; empty for None."""
    return "" if moment is None else local(moment).strftime("%Y-%m-%d %H:%M")


def read_number(text: str, unit: str = "") -> int | None:
    """A whole number, with or without its unit."""
    words = plain(text).removesuffix(unit).replace(",", "").strip()
    if not words:
        return None
    if not re.fullmatch(r"\d+", words) or int(words) > LARGEST_NUMBER:
        raise ValueError("这里要填整数，如 3。")
    return int(words)


def read_money(text: str) -> int | None:
    """An amount in yuan, in fen: ``1200``, ``1,200.50元``, ``1.2万``."""
    words = plain(text).removesuffix("元").replace(",", "").strip()
    if not words:
        return None
    factor = 1
    for unit, value in (("亿", 100_000_000), ("万", 10_000)):
        if words.endswith(unit):
            words, factor = words.removesuffix(unit).strip(), value
            break
    try:
        if not re.fullmatch(r"\d+(\.\d*)?|\.\d+", words):
            raise InvalidOperation
        fen = Decimal(words) * factor * 100
    except InvalidOperation:
        raise ValueError("金额没有看懂，可写 1200、1200.50、1.2万。") from None
    if fen != fen.to_integral_value() or fen > LARGEST_FEN:
        raise ValueError("金额最多写到分（两位小数）。")
    return int(fen)


def show_money(fen: int | None) -> str:
    """An amount in fen as yuan: ``1200``, ``1200.50``; empty for None."""
    if fen is None:
        return ""
    yuan, rest = divmod(abs(fen), 100)
    sign = "-" if fen < 0 else ""
    return f"{sign}{yuan}.{rest:02d}" if rest else f"{sign}{yuan}"
