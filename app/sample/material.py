"""Reads the texts, names and frequencies from which sample matters are made (``resources/sample``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import yaml

from app.sample.shape import SampleUnit

Choice = TypeVar("Choice")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with slots in braces, and what has to fit it.

    ``pair`` says how applicant and respondent stand to each other, ``money`` bounds the amount in yuan, ``months``
    are the months in which it can happen (empty: any), ``company`` is the trade of a company, ``ages`` bound the applicant's age. ``extra`` keeps the
    values that only one kind of matter has.
    """

    facts: str
    demand: str = ""
    terms: str = ""
    subtype: str = ""
    pair: str = "neighbours"
    company: str = "factory"
    money: tuple[int, int] | None = None
    months: tuple[int, ...] = ()
    ages: tuple[int, int] | None = None
    elder: bool = False
    a_sex: str = ""
    source: str = ""
    secrecy: str = "open"
    risk: str = ""
    measures: str = ""
    slots: Mapping[str, Sequence[str]] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Material:
    """All that the generator draws from."""

    names: Mapping[str, Any]
    seasons: Mapping[str, Any]
    common: Mapping[str, Sequence[str]]
    disputes: Mapping[str, Sequence[Template]]
    groundwork: Mapping[str, Sequence[str]]
    petitions: Sequence[Template]
    errands: Sequence[Template]
    suggestions: Sequence[Template]
    matters: Mapping[str, Any]
    courses: Mapping[str, Any]


def bundled_sample_folder() -> Path:
    """The folder of the sample texts that come with the program."""
    return Path(__file__).resolve().parents[2] / "resources" / "sample"


def load_material(folder: Path | None = None) -> Material:
    """Reads the sample texts; a file that is missing or malformed is a defect and raises as it comes."""
    folder = folder or bundled_sample_folder()
    phrases = {path.stem: _toml(path) for path in sorted((folder / "phrases").glob("*.toml"))}
    common, errands = phrases.pop("common"), phrases.pop("errands")
    petitions = phrases.pop("petitions")
    disputes: dict[str, list[Template]] = {}
    groundwork: dict[str, Sequence[str]] = {}
    for stem, content in phrases.items():
        for row in content["matter"]:
            dispute_type = row.get("type", stem)
            disputes.setdefault(dispute_type, []).append(_template(row))
            groundwork[dispute_type] = content["groundwork"]
    return Material(
        names=_toml(folder / "names.toml"),
        seasons=_toml(folder / "seasons.toml"),
        common=common,
        disputes=disputes,
        groundwork=groundwork,
        petitions=[_template(row) for row in petitions["matter"]],
        errands=[_template(row) for row in errands["errand"]],
        suggestions=[_template(row) for row in errands["suggestion"]],
        matters=yaml.safe_load((folder / "matters.yaml").read_text(encoding="utf-8")),
        courses=_toml(folder / "courses.toml"),
    )


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


_OWN = frozenset(Template.__dataclass_fields__) - {"slots", "extra"}


def _template(row: Mapping[str, Any]) -> Template:
    own: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items() if key in _OWN
    }
    extra = {key: value for key, value in row.items() if key not in _OWN and key not in ("slots", "type")}
    return Template(**own, slots=row.get("slots", {}), extra=extra)


def units_of(matters: Mapping[str, Any]) -> tuple[SampleUnit, ...]:
    """The sample county, its townships and its villages, parents first."""
    county = matters["county"]
    units = [SampleUnit(county["name"], "county", county["code"])]
    for row in matters["townships"]:
        units.append(SampleUnit(row["name"], "township", row["code"], row["short"], county["name"]))
    for row in matters["villages"]:
        short = row["name"].removesuffix("村")
        units.append(SampleUnit(row["name"], "village", row["code"], short, row["township"]))
    return tuple(units)


def weighted(random: Random, choices: Iterable[tuple[Choice, float]]) -> Choice:
    """One of the choices, each as often as its weight says."""
    pairs = list(choices)
    place = random.random() * sum(weight for _, weight in pairs)
    for choice, weight in pairs:
        place -= weight
        if place < 0:
            return choice
    return pairs[-1][0]


def split_weights(rows: Iterable[str]) -> list[tuple[str, float]]:
    """Reads rows of ``value weight``."""
    return [(value, float(weight)) for value, weight in (row.split() for row in rows)]
