"""Citizen identity numbers (公民身份号码, GB 11643): read, checked, and made for samples and tests.

A bad number never keeps a record from being saved; it is flagged with the reasons, in Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"

_PROVINCES_BY_REGION = "11-15 21-23 31-37 41-46 50-54 61-65 71-71 81-83"
PROVINCES = frozenset(
    str(number)
    for first, last in (span.split("-") for span in _PROVINCES_BY_REGION.split(" "))
    for number in range(int(first), int(last) + 1)
)
"""First two digits in use (GB/T 2260; 83 since 2018 for residence permits of Taiwan residents)."""

OLDEST_AGE = 130

_FORM = re.compile(r"[0-9]{17}[0-9X]")
_OLD_FORM = re.compile(r"[0-9]{15}")

FULL, LIMITED, NONE = "full", "limited", "none"
"""Codes of the table ``capacity``: civil capacity (民法典 第十七至二十条)."""


@dataclass(frozen=True, slots=True)
class IdentityNumber:
    """What a number says. ``text`` is the tidied number; ``sex_code`` is of GB/T 2261.1 (empty: not told).

    ``problems`` are short Chinese phrases, empty for a good number. Sex and birth date are told only as far
    as the number's form allows, and are not to be relied upon while there are problems.
    """

    text: str
    sex_code: str = ""
    birth_date: date | None = None
    problems: tuple[str, ...] = ()

    @property
    def valid(self) -> bool:
        """Whether nothing is wrong with the number."""
        return not self.problems


def tidy_number(text: str) -> str:
    """The number in half-width capitals without spaces and dashes, as people paste it from anywhere."""
    wide = unicodedata.normalize("NFKC", text).upper()
    return "".join(ch for ch in wide if not ch.isspace() and ch not in "-－—·" and ch.isprintable())


def check_digit(first17: str) -> str:
    """The 18th character for the first 17 digits (ISO 7064 MOD 11-2); raises ValueError for anything else."""
    if not re.fullmatch(r"[0-9]{17}", first17):
        raise ValueError("seventeen digits are needed")
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, first17, strict=True))
    return CHECK_DIGITS[total % 11]


def make_identity_number(area: str, born: date, sequence: int) -> str:
    """A number with a right check digit: six digits of area, birth date, sequence 0–999 (odd: male).

    Raises ValueError for an area that is not six digits or a sequence out of range.
    """
    if not re.fullmatch(r"[0-9]{6}", area) or not 0 <= sequence <= 999:
        raise ValueError("six digits of area and a sequence of 0 to 999 are needed")
    first17 = f"{area}{born:%Y%m%d}{sequence:03d}"
    return first17 + check_digit(first17)


def read_identity_number(text: str, today: date) -> IdentityNumber:
    """Reads and checks a number as of ``today``; never raises, whatever the text."""
    number = tidy_number(text)
    if _OLD_FORM.fullmatch(number):
        return _read_old(number, today)
    if not _FORM.fullmatch(number):
        return IdentityNumber(number, problems=(_form_problem(number),))
    problems = []
    if number[:2] not in PROVINCES:
        problems.append("前两位不是省级行政区划代码")
    born, problem = _birth_date(number[6:14], today)
    if problem:
        problems.append(problem)
    if number[17] != check_digit(number[:17]):
        problems.append("校验码不符，请核对是否抄错一位")
    return IdentityNumber(number, _sex_code(number[16]), born, tuple(problems))


def _read_old(number: str, today: date) -> IdentityNumber:
    problems = ["十五位旧号码已停用，请按现行居民身份证填写十八位号码"]
    if number[:2] not in PROVINCES:
        problems.append("前两位不是省级行政区划代码")
    born, problem = _birth_date("19" + number[6:12], today)
    if problem:
        problems.append(problem)
    return IdentityNumber(number, _sex_code(number[14]), born, tuple(problems))


def _form_problem(number: str) -> str:
    if not number:
        return "没有填写号码"
    if re.fullmatch(r"[0-9X]+", number):
        if len(number) != 18:
            return f"应为十八位，现在是{len(number)}位"
        return "前十七位应当都是数字"
    return "只能由数字组成，末位可以是X"


def _birth_date(digits: str, today: date) -> tuple[date | None, str]:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None, "出生日期不是真实的日期"
    if born > today:
        return born, "出生日期在今天之后"
    if age_on(born, today) > OLDEST_AGE:
        return born, "出生日期过早"
    return born, ""


def _sex_code(digit: str) -> str:
    return "1" if int(digit) % 2 else "2"


def age_on(birth: date, day: date) -> int:
    """Full years on a day, counted from the birthday itself; negative before birth.

    Who was born on 29 February turns a year older on 1 March of a common year.
    """
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def capacity_on(birth: date, day: date) -> str:
    """Civil capacity by age alone: none below 8, limited below 18 (民法典 第十七至二十条).

    A code of the table ``capacity``. Someone of 16 or more living on own income counts as full (第十八条), which
    a birth date cannot tell.
    """
    age = age_on(birth, day)
    if age < 8:
        return NONE
    return LIMITED if age < 18 else FULL
