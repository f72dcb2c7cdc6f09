"""Unified social credit codes of organisations (统一社会信用代码, GB 32100)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from models.identity_number import tidy_number

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters in use; I, O, S, V and Z are left out because they are misread."""

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")

REGISTERING_BODIES = {
    "1": "机构编制",
    "2": "外交",
    "3": "司法行政",
    "4": "文化",
    "5": "民政",
    "6": "旅游",
    "7": "宗教",
    "8": "工会",
    "9": "市场监管（工商）",
    "A": "中央军委改革和编制办公室",
    "N": "农业农村",
    "Y": "其他",
}
"""First character: whose register it is. From memory, unverified: shown, never a reason to refuse."""


@dataclass(frozen=True, slots=True)
class CreditCode:
    """What a code says. ``text`` is the tidied code, ``area`` the six digits of the registering place.

    ``problems`` are short Chinese phrases, empty for a good code.
    """

    text: str
    area: str = ""
    registered_with: str = ""
    problems: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with the code."""
        return not self.problems


def credit_check_character(first17: str) -> str:
    """The 18th character for the first 17; raises ValueError for characters not in use or another length."""
    if len(first17) != 17 or any(ch not in ALPHABET for ch in first17):
        raise ValueError("seventeen characters of the code's alphabet are needed")
    total = sum(pow(3, place, 31) * ALPHABET.index(ch) for place, ch in enumerate(first17))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(first8: str) -> str:
    """The 9th character of the organisation code inside (GB 11714); raises ValueError for a bad form."""
    if not re.fullmatch(r"[0-9A-Z]{8}", first8):
        raise ValueError("eight digits or capitals are needed")
    total = sum(
        weight * (int(ch) if ch.isdigit() else ord(ch) - ord("A") + 10)
        for weight, ch in zip(_ORGANISATION_WEIGHTS, first8, strict=True)
    )
    return "0123456789X"[(11 - total % 11) % 11]


def make_credit_code(registered_with: str, area: str, organisation: str) -> str:
    """A code with right check characters: two characters, six digits, eight characters.

    For samples and tests. Raises ValueError for characters or lengths that a code cannot have.
    """
    first17 = f"{registered_with}{area}{organisation}{organisation_check_character(organisation)}"
    if not re.fullmatch(r"[0-9]{6}", area) or len(registered_with) != 2:
        raise ValueError("two characters and six digits of area are needed")
    return first17 + credit_check_character(first17)


def read_credit_code(text: str) -> CreditCode:
    """Reads and checks a code; never raises, whatever the text.

    The inner organisation code is not checked: codes given to older bodies do not all keep to it.
    """
    code = tidy_number(text)
    if not code:
        return CreditCode(code, problems=("没有填写统一社会信用代码",))
    if len(code) != 18:
        return CreditCode(code, problems=(f"应为十八位，现在是{len(code)}位",))
    wrong = sorted({ch for ch in code if ch not in ALPHABET})
    if wrong:
        return CreditCode(code, problems=(f"不会出现“{'、'.join(wrong)}”，请核对是否看错",))
    if not _FORM.fullmatch(code):
        return CreditCode(code, problems=("第三至八位应当是六位行政区划数字",))
    problems = ("校验码不符，请核对是否抄错一位",) if code[17] != credit_check_character(code[:17]) else ()
    return CreditCode(code, code[2:8], REGISTERING_BODIES.get(code[0], ""), problems)
