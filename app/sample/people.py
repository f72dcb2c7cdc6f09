"""Invented people and organisations with right check digits, and the pairs that quarrel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any

from app.sample.material import split_weights, weighted
from app.sample.shape import SampleParty, SampleUnit
from models.credit_code import make_credit_code
from models.identity_number import make_identity_number

MALE, FEMALE = "1", "2"
AREA = "339900"
"""Area digits of every invented person; no real county has them."""

RARE_SHARE = 0.002
"""Share of names that carry a rare character."""

CHINESE_IDENTITY_CARD, CREDIT_CODE = "111", "uscc"


@dataclass(frozen=True, slots=True)
class Want:
    """What a pair has to be like: bounds of the applicant's age, an old parent, the applicant's sex, a trade."""

    ages: tuple[int, int] | None = None
    elder: bool = False
    a_sex: str = ""
    company: str = "factory"


class PeopleMaker:
    """Makes the parties of one matter; ``serial`` keeps phone numbers of different matters apart."""

    def __init__(self, random: Random, names: Mapping[str, Any], serial: int) -> None:
        self._random = random
        self._names = names
        self._serial = serial
        self._phones = 0

    def pair(
        self, kind: str, unit: SampleUnit, villages: list[SampleUnit], day: date, want: Want
    ) -> tuple[SampleParty, ...]:
        """Applicant first, respondent second, then guardians; how they stand to each other is ``kind``."""
        village = unit if unit.level == "village" else self._random.choice(villages)
        makers = {
            "couple": self._couple,
            "parent_child": self._parent_child,
            "in_laws": self._in_laws,
            "siblings": self._siblings,
            "child_victim": self._child_victim,
        }
        if kind in makers:
            return makers[kind](village, day, want)
        if kind == "groups":
            return self._groups(village, day)
        first = self.person("applicant", village, day, ages=want.ages, sex=want.a_sex)
        return first, self._respondent(kind, village, first, day, want)

    def person(
        self,
        role: str,
        village: SampleUnit,
        day: date,
        *,
        ages: tuple[int, int] | None = None,
        sex: str = "",
        surname: str = "",
        address: str = "",
    ) -> SampleParty:
        """One natural person of a village, as old as ``ages`` say on the day."""
        low, high = ages or weighted(self._random, [((60, 82), 34), ((38, 59), 46), ((22, 37), 20)])
        born = self._born(self._random.randint(low, high), day)
        sex = sex or self._random.choice((MALE, FEMALE))
        name = self.name(sex, born, surname)
        told_number = self._random.random() < 0.88
        number = make_identity_number(AREA, born, self._sequence(sex)) if told_number else ""
        old = day.year - born.year >= 60
        return SampleParty(
            role=role,
            kind="natural",
            name=name,
            sex=sex,
            born=born,
            identity_number=number,
            phone=self._phone() if self._random.random() < (0.75 if old else 0.94) else "",
            address=address or self._address(village),
            ethnicity=weighted(self._random, split_weights(self._names["ethnicities"]["weights"])),
            occupation=self._occupation(born, day),
        )

    def name(self, sex: str, born: date, surname: str = "") -> str:
        """A name in the fashion of its time; now and then with a rare character."""
        surname = surname or weighted(self._random, split_weights(self._names["surnames"]))
        time = "old" if born.year < 1968 else "middle" if born.year < 1989 else "young"
        fashion = self._names["given"][f"{time}_{'male' if sex == MALE else 'female'}"]
        first, last = self._random.choice(fashion["first"]), self._random.choice(fashion["last"])
        if last == surname[-1]:
            last = fashion["last"][0] if last != fashion["last"][0] else fashion["last"][1]
        if self._random.random() < RARE_SHARE:
            last = self._random.choice(self._names["rare"]["male" if sex == MALE else "female"])
        if first in (last, surname[-1]) or self._random.random() < 0.12:
            return f"{surname}{last}"
        return f"{surname}{first}{last}"

    def organisation(
        self, name: str, day: date, kind: str = "legal", role: str = "respondent"
    ) -> SampleParty:
        """A company, a committee or a group as a party, with somebody who speaks for it."""
        born = self._born(self._random.randint(35, 62), day)
        digits = "".join(self._random.choice("0123456789") for _ in range(8))
        return SampleParty(
            role=role,
            kind=kind,
            name=name,
            phone=self._phone(),
            legal_representative=self.name(MALE, born),
            credit_code=make_credit_code("91", AREA, digits) if kind == "legal" else "",
        )

    def _respondent(
        self, kind: str, village: SampleUnit, first: SampleParty, day: date, want: Want
    ) -> SampleParty:
        if kind == "company":
            pattern = self._random.choice(self._names["companies"][want.company])
            word = self._random.choice(self._names["company_words"]["words"])
            return self.organisation(pattern.format(place=village.parent, word=word), day)
        if kind == "clinic":
            place = village.name if self._random.random() < 0.6 else village.parent
            return self.organisation(f"{place}{'卫生室' if place == village.name else '中心卫生院'}", day)
        if kind == "village":
            committee = self.organisation(f"{village.name}村民委员会", day)
            return replace(committee, credit_code=make_credit_code("54", AREA, village.area_code[-8:]))
        sex = MALE if kind == "worker_boss" else ""
        ages = (32, 58) if kind == "worker_boss" else None
        second = self.person("respondent", village, day, ages=ages, sex=sex)
        while second.name == first.name:
            second = self.person("respondent", village, day, ages=ages, sex=sex)
        return second

    def _couple(self, village: SampleUnit, day: date, want: Want) -> tuple[SampleParty, ...]:
        low, high = want.ages or (24, 50)
        sex = want.a_sex or FEMALE
        first = self.person("applicant", village, day, ages=(low, high), sex=sex)
        age = _age(first, day)
        other = (max(22, age - 4), age + 4)
        second = self.person("respondent", village, day, ages=other, sex=_other(sex), address=first.address)
        return first, second

    def _parent_child(self, village: SampleUnit, day: date, want: Want) -> tuple[SampleParty, ...]:
        parent = self.person("applicant", village, day, ages=(72, 86) if want.elder else (62, 84))
        age = _age(parent, day)
        surname = _surname(parent.name) if parent.sex == MALE else ""
        child = self.person("respondent", village, day, ages=(age - 34, age - 22), surname=surname)
        return parent, child

    def _in_laws(self, village: SampleUnit, day: date, want: Want) -> tuple[SampleParty, ...]:
        mother = self.person("applicant", village, day, ages=want.ages or (56, 74), sex=FEMALE)
        age = _age(mother, day)
        ages = (max(22, age - 36), age - 24)
        daughter = self.person("respondent", village, day, ages=ages, sex=FEMALE, address=mother.address)
        return mother, daughter

    def _siblings(self, village: SampleUnit, day: date, want: Want) -> tuple[SampleParty, ...]:
        first = self.person("applicant", village, day, ages=want.ages or (36, 66))
        age = _age(first, day)
        surname = _surname(first.name)
        second = self.person("respondent", village, day, ages=(max(22, age - 9), age + 9), surname=surname)
        while second.name == first.name or second.born == first.born:
            second = self.person(
                "respondent", village, day, ages=(max(22, age - 9), age + 9), surname=surname
            )
        return first, second

    def _child_victim(self, village: SampleUnit, day: date, want: Want) -> tuple[SampleParty, ...]:
        parent = self.person("guardian", village, day, ages=(29, 42))
        surname = _surname(parent.name)
        child = self.person("applicant", village, day, ages=(6, 13), surname=surname, address=parent.address)
        child = replace(child, phone="", occupation="学生")
        relation = "父亲" if parent.sex == MALE else "母亲"
        guardian = replace(parent, represents=child.name, relation=relation)
        second = self.person("respondent", village, day, ages=want.ages or (28, 62))
        return child, second, guardian

    def _groups(self, village: SampleUnit, day: date) -> tuple[SampleParty, ...]:
        first, second = self._random.sample(self._names["places"]["groups"], 2)
        return (
            self.organisation(f"{village.name}{first}村民小组", day, "unincorporated", "applicant"),
            self.organisation(f"{village.name}{second}村民小组", day, "unincorporated"),
        )

    def _born(self, age: int, day: date) -> date:
        year, month, dom = day.year - age - 1, self._random.randint(1, 12), self._random.randint(1, 28)
        born = date(year, month, dom)
        return born.replace(year=year + 1) if (month, dom) <= (day.month, day.day) else born

    def _sequence(self, sex: str) -> int:
        return self._random.randrange(0, 500) * 2 + (1 if sex == MALE else 0)

    def _phone(self) -> str:
        self._phones += 1
        return f"1390000{1000 + (self._serial * 7 + self._phones) % 9000:04d}"

    def _address(self, village: SampleUnit) -> str:
        return f"{village.name}{self._random.choice(self._names['places']['hamlets'])}{self._random.randint(1, 60)}号"

    def _occupation(self, born: date, day: date) -> str:
        age = day.year - born.year
        words = self._names["occupations"]["old" if age >= 60 else "middle" if age >= 36 else "young"]
        return str(self._random.choice(words))


def sibling_word(first: SampleParty, second: SampleParty) -> str:
    """兄弟, 姐妹, 兄妹 or 姐弟, by sex and who is older; empty when a birth date is missing."""
    if first.born is None or second.born is None:
        return ""
    elder, younger = sorted((first, second), key=lambda party: party.born or date.min)
    return ("兄" if elder.sex == MALE else "姐") + ("弟" if younger.sex == MALE else "妹")


def party_relation(parties: tuple[SampleParty, ...]) -> str:
    """The code of ``party_relation`` for the applicants and respondents among the parties; empty without both."""
    sides = [
        {party.kind == "natural" for party in parties if party.role == role}
        for role in ("applicant", "respondent")
    ]
    if not all(sides):
        return ""
    if all(side == {True} for side in sides):
        return "citizen_citizen"
    return "citizen_organisation" if {True} in sides else "organisation_organisation"


def _age(party: SampleParty, day: date) -> int:
    assert party.born is not None
    return day.year - party.born.year - ((day.month, day.day) < (party.born.month, party.born.day))


def _other(sex: str) -> str:
    return FEMALE if sex == MALE else MALE


def _surname(name: str) -> str:
    return name[:2] if name[:2] in ("欧阳", "上官", "司徒", "令狐") else name[0]
