"""Pinyin initials of names. Surnames have readings of their own that no general dictionary gives first."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

MOST_READINGS = 8
"""Names with more plausible readings than this are rare; the index keeps the first ones."""

LONGEST_PERSON = 4
"""Characters of the longest usual Chinese name; what is longer is an organisation or of another language."""

SURNAME_INITIALS: dict[str, str] = {
    "单": "s",
    "曾": "z",
    "解": "x",
    "仇": "q",
    "翟": "z",
    "查": "z",
    "区": "o",
    "盖": "g",
    "覃": "tq",
    "任": "r",
    "朴": "p",
    "尉": "wy",
    "乐": "yl",
    "洗": "x",
    "冼": "x",
    "员": "y",
    "贠": "y",
    "缪": "m",
    "繁": "p",
    "种": "c",
    "折": "s",
    "黑": "h",
    "秘": "b",
    "那": "n",
    "葛": "g",
    "华": "h",
    "宁": "n",
    "纪": "j",
    "燕": "y",
    "应": "y",
    "过": "g",
    "晁": "c",
    "逄": "p",
    "逢": "p",
    "召": "s",
    "曲": "q",
    "车": "c",
    "佴": "n",
    "隗": "wk",
    "郗": "xc",
    "乜": "n",
    "句": "g",
    "都": "d",
    "莘": "s",
    "祭": "z",
    "令": "l",
    "万": "w",
    "长": "z",
    "相": "x",
    "谌": "cs",
    "殷": "y",
    "洪": "h",
    "褚": "c",
    "臧": "z",
    "卜": "b",
    "柏": "b",
    "不": "f",
    "刁": "d",
    "费": "f",
    "訾": "z",
    "沈": "s",
    "石": "s",
    "重": "c",
    "行": "x",
    "会": "g",
    "牟": "m",
    "俞": "y",
    "於": "y",
    "粘": "n",
    "阚": "k",
    "䶮": "y",
    "𬭎": "h",
    "㛃": "j",
}
"""First letter(s) of a surname's reading where it differs from, or is unknown to, the general dictionary."""

COMPOUND_SURNAMES: dict[str, str] = {
    "尉迟": "yc",
    "令狐": "lh",
    "万俟": "mq",
    "单于": "cy",
    "澹台": "tt",
    "长孙": "zs",
    "宇文": "yw",
    "欧阳": "oy",
    "司马": "sm",
    "上官": "sg",
    "诸葛": "zg",
    "夏侯": "xh",
    "皇甫": "hf",
    "公孙": "gs",
    "慕容": "mr",
    "轩辕": "xy",
}

RARE_GIVEN: dict[str, str] = {
    "䶮": "y",
    "𬭎": "h",
    "㛃": "j",
    "𠮷": "j",
    "𫖯": "f",
    "𬀩": "w",
    "𪚥": "z",
    "䲜": "x",
}
"""Characters of given names that the general dictionary does not know or may not know."""


def _readings(ch: str) -> str:
    """All first letters a character may be read with, commonest first; empty when unknown."""
    if ch.isascii():
        return ch.lower() if ch.isalnum() else ""
    if ch in RARE_GIVEN:
        return RARE_GIVEN[ch]
    from pypinyin import Style, pinyin  # imported late: 0.4 s of CPU that a start does not need

    found = pinyin(ch, style=Style.FIRST_LETTER, heteronym=True, errors="ignore", strict=False)
    letters = "".join(found[0]) if found else ""
    return "".join(
        dict.fromkeys(letter for letter in letters.lower() if letter.isascii() and letter.isalpha())
    )


@lru_cache(maxsize=4096)
def initials_of(name: str) -> tuple[str, ...]:
    """All plausible strings of pinyin initials of a name, commonest first; characters without reading are skipped.

    Names longer than a person's may begin with a surname or not (长江建材厂), so they are read both ways.
    """
    text = name.strip()
    if not text:
        return ()
    compound = COMPOUND_SURNAMES.get(text[:2]) if len(text) > 2 else None
    choices = list(compound) if compound else [_first_readings(text)]
    choices.extend(_readings(ch)[:2] for ch in text[len(choices) :])
    return _spelled([choice for choice in choices if choice])


def _first_readings(text: str) -> str:
    surname = SURNAME_INITIALS.get(text[0], "")
    if surname and len(text) <= LONGEST_PERSON:
        return surname
    plain = _readings(text[0])
    return "".join(dict.fromkeys(plain[:1] + surname + plain[1:2]))


def _spelled(choices: list[str]) -> tuple[str, ...]:
    """Up to :data:`MOST_READINGS` spellings: all first choices, then those that differ in one place, in two…"""
    if not choices:
        return ()
    others = [(place, letter) for place, letters in enumerate(choices) for letter in letters[1:]]
    found: dict[str, None] = {}
    for many in range(len(choices) + 1):
        for changes in combinations(others, many):
            letters = [letters[0] for letters in choices]
            for place, letter in changes:
                letters[place] = letter
            found["".join(letters)] = None
            if len(found) == MOST_READINGS:
                return tuple(found)
        if many >= len(others):
            break
    return tuple(found)


def initials_text(name: str | None) -> str:
    """The readings of :func:`initials_of` written apart by spaces, as the store keeps them (200 characters at most)."""
    if not name:
        return ""
    text = " ".join(initials_of(name[:40]))
    return text if len(text) <= 200 else text[:200].rsplit(" ", 1)[0]
