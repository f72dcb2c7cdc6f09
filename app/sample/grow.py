"""Grows a deterministic sample: the twenty written matters and as many invented ones as are wanted.

Pure: the same seed, end and count give the same values. Courses are made whole and then cut at the end of the
sample, so that the last weeks hold open matters as a real station's would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from app.sample.course import (
    Course,
    Promise,
    dispute_course,
    errand_course,
    owed,
    petition_course,
    suggestion_course,
)
from app.sample.material import Material, Template, load_material, units_of, weighted
from app.sample.people import PeopleMaker, Want, party_relation
from app.sample.shape import (
    SampleCase,
    SampleEvent,
    SampleParty,
    SampleStation,
    SampleUnit,
    SampleVisit,
)
from app.sample.sweeps import weekly_sweeps
from app.sample.told import INITIATIVE, Teller
from app.sample.wording import fill_words
from models.clock import CHINA
from models.codes import CodeTables, bundled_code_tables

YEARS = 3
"""How far back from its end the sample reaches."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where and when one invented matter happens, and the means to make it."""

    key: str
    random: Random
    people: PeopleMaker
    unit: SampleUnit
    villages: list[SampleUnit]
    day: date
    mediator: str


def grow(
    seed: int,
    ending_on: date,
    count: int = 300,
    *,
    material: Material | None = None,
    tables: CodeTables | None = None,
) -> SampleStation:
    """A county with ``count`` matters registered in the three years up to and including ``ending_on``.

    The written matters that were registered by then are among them, whole or cut at that day.
    """
    material = material or load_material()
    tables = tables or bundled_code_tables()
    teller = Teller(material, tables, seed)
    told = [case for case in teller.cases() if case.registered_on <= ending_on][:count]
    grower = Grower(seed, ending_on, material, tables)
    grown = [grower.case(number) for number in range(1, count - len(told) + 1)]
    cases = [_cut(case, ending_on) for case in (*told, *grown)]
    cases.sort(key=lambda case: (case.registered_on, case.key))
    sweeps = [sweep for sweep in teller.inspections() if sweep.on <= ending_on]
    return SampleStation(
        units=units_of(material.matters),
        cases=tuple(cases),
        inspections=tuple(weekly_sweeps(cases, units_of(material.matters), sweeps, ending_on)),
        mediators=tuple(material.names["mediators"]["names"]),
    )


class Grower:
    """Makes invented matters; each depends on the seed and its own number only."""

    def __init__(self, seed: int, ending_on: date, material: Material, tables: CodeTables) -> None:
        self._seed = seed
        self._ending_on = ending_on
        self._material = material
        self._tables = tables
        self._units = {unit.name: unit for unit in units_of(material.matters)}

    def case(self, number: int) -> SampleCase:
        """The matter of that number, with its course not yet cut."""
        random = Random(f"{self._seed}/{number}")
        kind = weighted(random, self._material.seasons["kinds"].items())
        makers: Mapping[str, Callable[[Setting], SampleCase]] = {
            "dispute": self._dispute,
            "petition": self._petition,
            "errand": self._errand,
            "suggestion": self._suggestion,
        }
        return makers[kind](self._setting(random, number, kind))

    def _setting(self, random: Random, number: int, kind: str) -> Setting:
        day = self._ending_on - timedelta(days=random.randrange(365 * YEARS))
        stations = self._material.seasons["stations"]
        if kind in ("petition", "suggestion"):
            stations = {name: w for name, w in stations.items() if self._units[name].level == "township"}
        unit = self._units[weighted(random, stations.items())]
        township = unit.name if unit.level == "township" else unit.parent
        villages = [village for village in self._units.values() if village.parent == township]
        return Setting(
            key=f"grown-{number:05d}",
            random=random,
            people=PeopleMaker(random, self._material.names, number),
            unit=unit,
            villages=villages,
            day=day if random.random() < 0.12 else _working(day, self._ending_on),
            mediator=self._mediator(unit),
        )

    def _mediator(self, unit: SampleUnit) -> str:
        mediators = self._material.names["mediators"]["names"]
        return str(mediators[list(self._units).index(unit.name) % len(mediators)])

    def _dispute(self, setting: Setting) -> SampleCase:
        random = setting.random
        dispute_type, template = self._dispute_template(setting)
        if template.pair == "village" and setting.unit.level == "village":
            # A village's own mediators do not mediate between their committee and a villager.
            township = self._units[setting.unit.parent]
            setting = replace(setting, unit=township, mediator=self._mediator(township))
        source = self._source(random, template)
        want = Want(template.ages, template.elder, template.a_sex, template.company)
        parties = setting.people.pair(template.pair, setting.unit, setting.villages, setting.day, want)
        happened = setting.day - timedelta(days=random.randint(*_delay(dispute_type)))
        amount, words = fill_words(template, random, parties, setting.mediator, happened, setting.day)
        terms = template.terms.format_map(words)
        subtype = self._tables.name_of("dispute_subtype", f"{dispute_type}_{template.subtype}")
        type_name = self._tables.name_of("dispute_type", dispute_type)
        return SampleCase(
            key=setting.key,
            kind="dispute",
            title=f"{parties[0].name}与{parties[1].name}{subtype if dispute_type == 'other' else type_name}纠纷",
            station=setting.unit.name,
            registered_on=setting.day,
            facts=template.facts.format_map(words),
            demand=template.demand.format_map(words),
            dispute_type=dispute_type,
            dispute_subtype=subtype,
            source=source,
            acceptance_basis="own_initiative" if source in INITIATIVE else "by_application",
            party_relation=party_relation(parties),
            secrecy=template.secrecy,
            happened_on=happened,
            place=_place(parties, setting.unit),
            amount_fen=amount,
            visit=_visit(random, setting.day) if source in ("application", "visit") else None,
            parties=parties,
            terms=terms,
            events=self._dispute_events(
                setting, dispute_type, template, words, Promise(terms, owed(terms, amount)), parties, source
            ),
            mediator=setting.mediator,
        )

    def _dispute_template(self, setting: Setting) -> tuple[str, Template]:
        """A type as common as the month makes it, and one of its texts that can happen in the month."""
        month = setting.day.month
        types = self._material.seasons["types"].items()
        weights = [(name, row["weight"] * row["months"][month - 1]) for name, row in types]
        dispute_type = weighted(setting.random, weights)
        texts = self._material.disputes[dispute_type]
        fitting = [text for text in texts if not text.months or month in text.months]
        return dispute_type, setting.random.choice(fitting)

    def _dispute_events(
        self,
        setting: Setting,
        dispute_type: str,
        template: Template,
        words: Mapping[str, str],
        promise: Promise,
        parties: tuple[SampleParty, ...],
        source: str,
    ) -> tuple[SampleEvent, ...]:
        between_people = all(party.kind == "natural" for party in parties)
        common = self._material.common
        course = Course(setting.random, setting.day, common, words, between_people=between_people)
        groundwork = self._material.groundwork[dispute_type]
        dispute_course(course, groundwork, promise, (template.risk, template.measures), source in INITIATIVE)
        return tuple(course.events)

    def _petition(self, setting: Setting) -> SampleCase:
        random = setting.random
        template = random.choice(self._material.petitions)
        extra = template.extra
        petitioner = setting.people.person(
            "petitioner",
            random.choice(setting.villages),
            setting.day,
            ages=template.ages,
            sex=template.a_sex,
        )
        happened = setting.day - timedelta(days=random.randint(10, 90))
        amount, words = fill_words(template, random, (petitioner,), setting.mediator, happened, setting.day)
        course = Course(random, setting.day, self._material.common, words)
        unit = extra["unit"]
        if unit.endswith("人民政府"):
            unit = f"{setting.unit.name}人民政府"
        reply = extra["reply"].format_map(words)
        petition_course(course, unit, extra["outcome"], reply, own=unit.startswith(setting.unit.name))
        return SampleCase(
            key=setting.key,
            kind="petition",
            title=f"{petitioner.name}{extra['title'].format_map(words)}",
            station=setting.unit.name,
            registered_on=setting.day,
            facts=template.facts.format_map(words),
            demand=template.demand.format_map(words),
            purpose=extra["purpose"],
            category="claim",
            content_class=extra["content_class"],
            happened_on=happened,
            amount_fen=amount,
            visit=_visit(random, setting.day, petition=True),
            parties=(petitioner,),
            events=tuple(course.events),
        )

    def _errand(self, setting: Setting) -> SampleCase:
        random = setting.random
        template = random.choice(self._material.errands)
        ages = template.ages or (66, 84)
        village = random.choice(setting.villages)
        asking = setting.people.person("applicant", village, setting.day, ages=ages, sex=template.a_sex)
        happened = setting.day - timedelta(days=random.randint(1, 20))
        _, words = fill_words(template, random, (asking,), setting.mediator, happened, setting.day)
        course = Course(random, setting.day, self._material.common, words)
        errand_course(course, template.extra["unit"], template.extra["result"])
        return SampleCase(
            key=setting.key,
            kind="errand",
            title=f"{asking.name}{template.extra['title'].format_map(words)}",
            station=setting.unit.name,
            registered_on=setting.day,
            facts=template.facts.format_map(words),
            visit=_visit(random, setting.day),
            parties=(replace(asking, note="腿脚不便" if ages[0] >= 66 else ""),),
            claims=tuple(claim.format_map(words) for claim in template.extra["claims"]),
            events=tuple(course.events),
            mediator=setting.mediator,
        )

    def _suggestion(self, setting: Setting) -> SampleCase:
        random = setting.random
        template = random.choice(self._material.suggestions)
        petitioner = setting.people.person("petitioner", random.choice(setting.villages), setting.day)
        happened = setting.day - timedelta(days=random.randint(5, 40))
        _, words = fill_words(template, random, (petitioner,), setting.mediator, happened, setting.day)
        course = Course(random, setting.day, self._material.common, words)
        extra = template.extra
        unit = f"{setting.unit.name}人民政府" if extra["unit"] == "镇人民政府" else extra["unit"]
        suggestion_course(course, unit, extra["reply"], extra["adopted"])
        return SampleCase(
            key=setting.key,
            kind="suggestion",
            title=extra["title"].format_map(words),
            station=setting.unit.name,
            registered_on=setting.day,
            facts=template.facts.format_map(words),
            purpose="suggestion",
            category="suggestion",
            visit=_visit(random, setting.day, petition=True),
            parties=(petitioner,),
            events=tuple(course.events),
        )

    def _source(self, random: Random, template: Template) -> str:
        if template.source and random.random() < 0.7:
            return template.source
        sources: Mapping[str, float] = self._material.seasons["sources"]
        return weighted(random, sources.items())


def _delay(dispute_type: str) -> tuple[int, int]:
    return (20, 150) if dispute_type in ("wages", "contract", "labour") else (0, 40)


def _visit(random: Random, day: date, *, petition: bool = False) -> SampleVisit:
    channels = [("visit", 60.0), ("letter", 14.0), ("web", 16.0), ("phone", 10.0)] if petition else None
    channel = weighted(random, channels or [("visit", 80.0), ("phone", 14.0), ("web", 5.0), ("letter", 1.0)])
    hour = weighted(random, [(8, 20.0), (9, 32.0), (10, 18.0), (14, 12.0), (15, 14.0), (16, 4.0)])
    at = datetime.combine(day, time(hour, random.randrange(0, 60, 5)), CHINA)
    people = weighted(random, [(1, 64.0), (2, 26.0), (3, 8.0), (4, 2.0)]) if channel == "visit" else 1
    return SampleVisit(at, channel, people)


def _place(parties: tuple[SampleParty, ...], unit: SampleUnit) -> str:
    address = parties[0].address
    return address[: address.index("组") + 1] if "组" in address else unit.name


def _working(day: date, last: date) -> date:
    """The day itself, or the Friday before a weekend; never after the end of the sample."""
    return min(day - timedelta(days=max(0, day.isoweekday() - 5)), last)


def _cut(case: SampleCase, last: date) -> SampleCase:
    """The matter as it stands at the end of the last day: what has not happened yet is left out."""
    events = tuple(event for event in case.events if event.on <= last)
    agreed = next((event for event in events if event.kind in ("agree_written", "agree_oral")), None)
    if agreed is None:
        return replace(case, events=events, terms="", performance="")
    return replace(case, events=events, performance=case.performance or _performance(agreed))


def _performance(agreed: SampleEvent) -> str:
    if agreed.due_on is None or agreed.due_on == agreed.on:
        return "当场履行。"
    return f"{agreed.due_on.year}年{agreed.due_on.month}月{agreed.due_on.day}日前履行完毕。"
