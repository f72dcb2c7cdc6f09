"""The twenty matters of ``matters.yaml``, with the courses that ``courses.toml`` spells out day by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from app.sample.material import Material
from app.sample.people import AREA, MALE, party_relation
from app.sample.shape import SampleCase, SampleEvent, SampleInspection, SampleParty, SampleVisit
from models.clock import CHINA
from models.codes import CodeTables
from models.credit_code import make_credit_code
from models.identity_number import make_identity_number

PARTY_GROUPS = ("applicant", "petitioner", "representatives", "respondent", "about_unit")
INITIATIVE = ("initiative", "inspection")


class Teller:
    """Turns the written matters into values; ``tables`` turn their Chinese words into codes."""

    def __init__(self, material: Material, tables: CodeTables, seed: int) -> None:
        self._material = material
        self._tables = tables
        self._seed = seed

    def cases(self) -> list[SampleCase]:
        """Every matter but the sweeps, in the order in which they are written."""
        told: dict[str, SampleCase] = {}
        for matter in self._material.matters["matters"]:
            if matter["kind"] != "inspection":
                told[matter["id"]] = self._case(matter, self._material.courses[matter["id"]], told)
        return list(told.values())

    def inspections(self) -> list[SampleInspection]:
        """The sweeps, one a week; Friday is the day of report."""
        found = []
        for matter in self._material.matters["matters"]:
            if matter["kind"] != "inspection":
                continue
            course = self._material.courses[matter["id"]]
            for week, count in zip(matter["weeks"], matter["found"], strict=True):
                year, number = week.split("-W")
                friday = date.fromisocalendar(int(year), int(number), 5)
                detail = course["detail_found"] if count else course["detail_none"]
                found.append(SampleInspection(matter["station"], friday, week, count, detail))
        return found

    def _case(
        self, matter: Mapping[str, Any], course: Mapping[str, Any], told: Mapping[str, SampleCase]
    ) -> SampleCase:
        visit = self._visit(matter)
        parties = self._parties(matter, course, told)
        duplicated = told.get(matter.get("duplicates", ""))
        source = self._code("case_source", matter.get("source") or course.get("source", ""))
        purpose = self._code("petition_purpose", matter.get("purpose", ""))
        if matter["kind"] == "petition" and not purpose:
            purpose = "claim"
        is_dispute = matter["kind"] == "dispute"
        return SampleCase(
            key=matter["id"],
            kind=matter["kind"],
            title=course.get("title") or _title(parties, matter.get("type", "")),
            station=matter["station"],
            registered_on=visit.at.date() if visit else course["received"],
            facts=matter.get("facts") or course.get("facts", ""),
            demand=matter.get("demand") or course.get("demand", ""),
            dispute_type=self._code("dispute_type", matter.get("type", "")),
            dispute_subtype=course.get("subtype", ""),
            source=source or ("application" if is_dispute and not duplicated else ""),
            acceptance_basis=_basis(source) if is_dispute else "",
            party_relation=party_relation(parties) if is_dispute else "",
            purpose=purpose,
            category=_category(purpose),
            content_class=course.get("content_class", ""),
            secrecy=_secrecy(matter, purpose),
            amount_fen=_fen(matter.get("amount")),
            affected_households=matter.get("affected_households"),
            difficult=course.get("difficult", False),
            visit=visit,
            parties=parties,
            claims=tuple(matter.get("claims", ())),
            terms=course.get("terms", ""),
            performance=course.get("performance", ""),
            events=tuple(_event(row) for row in course.get("events", ())),
            mediator=course.get("mediator", ""),
            repeats=matter.get("repeats", ""),
            duplicates=matter.get("duplicates", ""),
            note=matter.get("note", ""),
        )

    def _visit(self, matter: Mapping[str, Any]) -> SampleVisit | None:
        row = matter.get("visit")
        if row is None:
            return None
        return SampleVisit(
            at=_moment(row["at"]),
            channel=self._code("visit_channel", row["channel"]),
            people=row["people"],
            anonymous=row.get("anonymous", False),
            joint_signed=row.get("joint_signed", False),
            outcome="joined" if matter.get("repeats") else "opened",
        )

    def _parties(
        self, matter: Mapping[str, Any], course: Mapping[str, Any], told: Mapping[str, SampleCase]
    ) -> tuple[SampleParty, ...]:
        made: list[SampleParty] = []
        groups = matter.get("parties", {})
        for group in PARTY_GROUPS:
            role = "representative" if group == "representatives" else group
            for row in groups.get(group, ()):
                row = {"name": row} if isinstance(row, str) else row
                made.append(self._party({"role": role, **row}, matter["id"]))
                if "guardian" in row:
                    made.append(SampleParty("guardian", "natural", row["guardian"], represents=row["name"]))
        for row in course.get("parties", ()):
            if "same_as" in row:
                made += [party for party in told[row["same_as"]].parties if party.name == row["name"]]
            else:
                made.append(self._party(row, matter["id"]))
        return tuple(made)

    def _party(self, row: Mapping[str, Any], key: str) -> SampleParty:
        kind = _person_kind(row)
        sex = self._code("sex", row.get("sex", ""))
        born = row.get("born")
        random = Random(f"{self._seed}/{key}/{row['name']}")
        number = credit = ""
        if born and sex:
            number = make_identity_number(AREA, born, random.randrange(0, 500) * 2 + (sex == MALE))
        elif kind == "legal":
            credit = make_credit_code("91", AREA, f"{random.randrange(10**8):08d}")
        ethnicity = f"{row.get('ethnicity', '汉')}族" if kind == "natural" and sex else ""
        return SampleParty(
            role=row["role"],
            kind=kind,
            name=row["name"],
            sex=sex,
            born=born,
            identity_number=number,
            phone=row.get("phone", ""),
            address=row.get("address", ""),
            ethnicity=self._code("ethnicity", ethnicity),
            legal_representative=row.get("legal_representative", ""),
            credit_code=credit,
            count=row.get("count"),
            represents=row.get("represents", ""),
            relation=row.get("relation", ""),
            note=row.get("note", ""),
        )

    def _code(self, table: str, words: str) -> str:
        if not words:
            return ""
        code = self._tables[table].parse(words)
        if code is None:
            raise ValueError(f"{words} is not in the code table {table}")
        return code


def _person_kind(row: Mapping[str, Any]) -> str:
    kind = row.get("kind", "natural")
    if kind == "organisation":
        return "unincorporated" if row["name"].endswith("小组") else "legal"
    return str(kind)


def _title(parties: Sequence[SampleParty], type_name: str) -> str:
    applicants = [party.name for party in parties if party.role == "applicant"]
    respondents = [party.name for party in parties if party.role == "respondent"]
    if not applicants or not respondents:
        return f"{type_name}纠纷"
    several = "等人" if len(applicants) > 1 else ""
    return f"{applicants[0]}{several}与{respondents[0]}{type_name}纠纷"


def _event(row: Mapping[str, Any]) -> SampleEvent:
    at = datetime.combine(row["on"], time(9, 30), CHINA) if row["kind"] == "mediate" else None
    return SampleEvent(
        on=row["on"],
        kind=row["kind"],
        note=row.get("note", ""),
        result=row.get("result", ""),
        at=at,
        unit=row.get("unit", ""),
        amount_fen=_fen(row.get("amount")),
        due_on=row.get("due"),
        method=row.get("method", ""),
    )


def _moment(written: Any) -> datetime:
    """YAML gives a date for a bare day and text for a time without seconds; a letter is opened at nine."""
    if isinstance(written, str):
        return datetime.strptime(written, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
    if isinstance(written, datetime):
        return written.replace(tzinfo=CHINA)
    return datetime.combine(written, time(9, 0), CHINA)


def _fen(yuan: int | None) -> int | None:
    return None if yuan is None else yuan * 100


def _basis(source: str) -> str:
    return "own_initiative" if source in INITIATIVE else "by_application"


def _category(purpose: str) -> str:
    if not purpose:
        return ""
    return {"suggestion": "suggestion", "accusation": "accusation"}.get(purpose, "claim")


def _secrecy(matter: Mapping[str, Any], purpose: str) -> str:
    if purpose == "accusation":
        return "accusation"
    return "confidential" if matter.get("confidential") else "open"


def week_of(day: date) -> str:
    """The ISO week a day lies in, as ``2026-W10``."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def friday_of(day: date) -> date:
    """The Friday of the day's week."""
    return day + timedelta(days=5 - day.isoweekday())
