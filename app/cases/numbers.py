"""Case and visit numbers: made offline, final when given, no two alike.

A number is year, the committee's short name, a tag where a second PC or a restored store may give numbers too,
and a serial that starts anew each year.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.station import Work
from models.desk import NumberCounter, Setting
from models.exchange import SyncState
from models.organisation import OrgUnit

CASE_TEMPLATE_KEY = "case_number_template"
CASE_TEMPLATE = "（{year}）{short}{tag}人调字第{serial}号"
PETITION_TEMPLATE_KEY = "petition_number_template"
PETITION_TEMPLATE = "（{year}）{short}{tag}信字第{serial}号"
ERRAND_TEMPLATE_KEY = "errand_number_template"
ERRAND_TEMPLATE = "（{year}）{short}{tag}代跑第{serial}号"
VISIT_TEMPLATE_KEY = "visit_number_template"
VISIT_TEMPLATE = "{short}{tag}访{year}-{serial:04d}"
TAGS = "甲乙丙丁戊己庚辛壬癸"

_TEMPLATES = {
    "dispute": (CASE_TEMPLATE_KEY, CASE_TEMPLATE),
    "petition": (PETITION_TEMPLATE_KEY, PETITION_TEMPLATE),
    "suggestion": (PETITION_TEMPLATE_KEY, PETITION_TEMPLATE),
    "errand": (ERRAND_TEMPLATE_KEY, ERRAND_TEMPLATE),
    "visit": (VISIT_TEMPLATE_KEY, VISIT_TEMPLATE),
}


def tag_of(incarnation: int) -> str:
    """Nothing for the first incarnation of a store; 甲, 乙… for those that follow (甲甲 after 癸)."""
    if incarnation <= 1:
        return ""
    index = incarnation - 2
    tag = TAGS[index % len(TAGS)]
    return tag if index < len(TAGS) else TAGS[index // len(TAGS) - 1] + tag


def next_number(work: Work, series: str) -> tuple[str, int, int, str]:
    """Gives out the next number of a series (``dispute``, ``petition``, ``suggestion``, ``errand``, ``visit``).

    Returns the number with its year, serial and tag. The counter is raised in the caller's transaction: when that
    fails the number was never given.
    """
    key, template = _TEMPLATES[series]
    counter_series = key
    year = work.today.year
    tag = tag_of(work.session.scalars(select(SyncState.incarnation)).one())
    counter = work.session.scalars(
        select(NumberCounter).where(
            NumberCounter.series == f"{counter_series}{tag}", NumberCounter.year == year
        )
    ).one_or_none()
    if counter is None:
        counter = NumberCounter(series=f"{counter_series}{tag}", year=year, last=0)
        work.session.add(counter)
    counter.last += 1
    work.session.flush()
    form = _setting(work.session, key) or template
    short = work.session.scalars(
        select(OrgUnit.short_name).where(OrgUnit.id == work.station_id)
    ).one_or_none()
    number = form.format(year=year, short=short or "", tag=tag, serial=counter.last)
    return number, year, counter.last, tag


def example_number(short_name: str, year: int) -> str:
    """What a case number will look like, for the first-start wizard."""
    return CASE_TEMPLATE.format(year=year, short=short_name, tag="", serial=1)


def _setting(session: Session, key: str) -> str:
    return session.scalars(select(Setting.value).where(Setting.key == key)).one_or_none() or ""
