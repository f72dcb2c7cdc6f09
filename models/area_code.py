"""Area codes (行政区划代码): twelve digits.

Two digits each for province, city and county, three each for township and village.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE = "province", "city", "county", "township", "village"

LENGTHS = {PROVINCE: 2, CITY: 4, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12}
"""How many leading digits name the area, by level from the top."""

TOWNSHIP_KINDS = {"0": "街道", "1": "镇", "2": "乡", "3": "乡", "4": "政企合一单位", "5": "政企合一单位"}


@dataclass(frozen=True, slots=True)
class AreaCode:
    """An area by its twelve digits; zeros behind the level's own digits."""

    text: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[0-9]{12}", self.text):
            raise ValueError("an area code has twelve digits")

    @property
    def level(self) -> str:
        """The lowest level that is not zero: one of the keys of :data:`LENGTHS`.

        A city without counties and its stand-in county have the same twelve digits (441900…, 339900…) and are
        told as a city; what an office counts as is kept in ``OrgUnit.level``.
        """
        for level, length in LENGTHS.items():
            if not self.text[length:].strip("0"):
                return level
        raise AssertionError("the last level leaves nothing over")

    @property
    def significant(self) -> str:
        """The leading digits that name the area; every area inside begins with them."""
        return self.text[: LENGTHS[self.level]]

    @property
    def township_kind(self) -> str:
        """街道, 镇 or 乡, from the seventh digit; empty above a township and for numbers not in use."""
        if self.level not in (TOWNSHIP, VILLAGE):
            return ""
        return TOWNSHIP_KINDS.get(self.text[6], "")

    def at(self, level: str) -> AreaCode:
        """The area of a level above (or the same) that this one lies in; KeyError for an unknown level.

        Raises ValueError when the level lies below this area's own.
        """
        if LENGTHS[level] > LENGTHS[self.level]:
            raise ValueError(f"{self.text} has no {level}")
        return AreaCode(self.text[: LENGTHS[level]].ljust(12, "0"))

    @property
    def parent(self) -> AreaCode | None:
        """The area one level up; None for a province."""
        levels = list(LENGTHS)
        place = levels.index(self.level)
        return self.at(levels[place - 1]) if place else None

    def contains(self, other: AreaCode) -> bool:
        """Whether the other area lies in this one, or is this one."""
        return other.text.startswith(self.significant)


def read_area_code(text: str) -> AreaCode | None:
    """Reads a code of 2, 4, 6, 9 or 12 digits, as tables give them; None for anything else."""
    digits = "".join(text.split())
    if len(digits) not in LENGTHS.values() or not re.fullmatch(r"[0-9]+", digits):
        return None
    return AreaCode(digits.ljust(12, "0"))


def area_code_problem(text: str) -> str:
    """What is wrong with a code, in Chinese; empty when nothing is."""
    area = read_area_code(text)
    if area is None:
        return "行政区划代码应为十二位数字（也可以只填前二、四、六、九位）"
    if area.text.startswith("00"):
        return "行政区划代码不会以00开头"
    return ""
