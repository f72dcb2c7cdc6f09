"""What each paper says, read from the rows that were entered once. A new paper adds one reader and a row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.parties import MOST_REPRESENTATIVES, party_rows
from app.papers.forms.acceptance_register import AcceptanceData, Origin
from app.papers.forms.agreement import AgreementData
from app.papers.forms.visit_register import VisitData
from app.papers.party import Actor, Party
from models.case import Case, CaseParty
from models.clock import local, local_day
from models.codes import CodeTables
from models.errors import UserError
from models.identity_number import age_on
from models.organisation import OrgUnit, Staff
from models.person import Person
from models.step import Agreement
from models.visit import Visit, VisitPerson

ORGANISATIONS = ("legal", "unincorporated")
ACTING = ("guardian", "agent")
FIRST_SIDE = ("applicant", "petitioner", "representative")
SECOND_SIDE = ("respondent", "about_unit", "third_party")
MOST_NAMED = MOST_REPRESENTATIVES
"""People of a crowd the register describes one by one; how many came stands beside them."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a paper is about: a matter, a reception, or both."""

    case_id: UUID | None = None
    visit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PaperContent:
    """A paper's data with its number and the day it speaks of."""

    data: Any
    number: str


Reader = Callable[[Session, Subject, CodeTables, date], PaperContent]


def visit_register(session: Session, subject: Subject, codes: CodeTables, today: date) -> PaperContent:
    """来访登记表."""
    visit = _visit(session, subject)
    day = local_day(visit.happened_at) if visit.happened_at else today
    rows = session.execute(
        select(VisitPerson, Person)
        .join(Person, Person.id == VisitPerson.person_id)
        .where(VisitPerson.visit_id == visit.id, VisitPerson.withdrawn_at.is_(None))
        .order_by(VisitPerson.position)
    ).all()
    representatives = tuple(person for link, person in rows if link.role == "representative")
    others = tuple(person for link, person in rows if link.role != "representative")
    shown = (others or representatives)[:MOST_NAMED]
    named = tuple(_party(person, "来访人", codes, day) for person in shown)
    if visit.anonymous:
        named, representatives = (Party(role="来访人", name="（匿名）"),), ()
    data = VisitData(
        issuer=_office(session, visit.station_id).name,
        happened_at=local(visit.happened_at) if visit.happened_at else None,
        receiver=_staff_name(session, visit.received_by),
        visitors=named or (Party(role="来访人"),),
        people_count=visit.people_count,
        representatives=tuple(person.name for person in representatives),
        repeat=visit.is_repeat,
        facts=visit.facts,
        request=visit.request,
        problem_place=visit.problem_place,
        opinion=visit.handling_opinion,
        responsible_unit=visit.responsible_unit,
        result=visit.handling_result or visit.answer,
    )
    return PaperContent(data, visit.number)


def acceptance_register(session: Session, subject: Subject, codes: CodeTables, today: date) -> PaperContent:
    """人民调解受理登记表."""
    del today
    case = _case(session, subject)
    rows = [row for row in party_rows(session, case.id) if row[0].represents_party_id is None]
    origin = {
        "by_application": Origin.APPLICATION,
        "own_initiative": Origin.INITIATIVE,
    }.get(case.acceptance_basis)
    handed_over = case.source not in ("", "application", "initiative", "visit")
    data = AcceptanceData(
        issuer=_office(session, case.station_id).committee_name,
        accepted_on=case.accepted_on,
        origin=origin,
        source_note=(case.source_detail or codes.name_of("case_source", case.source)) if handed_over else "",
        applicants=tuple(person.name for party, person in rows if party.role in FIRST_SIDE),
        respondents=tuple(person.name for party, person in rows if party.role in SECOND_SIDE),
        dispute_kind=_dispute_kind(case, codes),
        facts="\n".join(part for part in (case.facts, _with("申请事项：", case.demand)) if part),
        registrar=_staff_name(session, case.mediator_id or case.created_by),
        registered_on=case.accepted_on,
    )
    return PaperContent(data, case.number)


def agreement(session: Session, subject: Subject, codes: CodeTables, today: date) -> PaperContent:
    """人民调解协议书: the matter's latest written agreement. Raises :class:`UserError` when there is none."""
    case = _case(session, subject)
    found = session.scalars(
        select(Agreement)
        .where(Agreement.case_id == case.id, Agreement.form == "written", Agreement.withdrawn_at.is_(None))
        .order_by(Agreement.local_id.desc())
    ).first()
    if found is None:
        raise UserError(
            "这件事还没有书面协议，没有内容可以打印。", "请先登记“书面协议”；需要空白表格可以打印空白件。"
        )
    day = found.agreed_on or today
    mediators = [_staff_name(session, case.mediator_id), *case.co_mediators.replace("、", " ").split()]
    parties = tuple(
        _party(
            person, _role_word(party, codes), codes, day, party, _actors(session, case.id, party.id, codes)
        )
        for party, person in party_rows(session, case.id)
        if party.represents_party_id is None and party.role in (*FIRST_SIDE, *SECOND_SIDE)
    )
    data = AgreementData(
        issuer=_office(session, case.station_id).committee_name,
        parties=parties,
        facts=found.facts,
        terms=tuple(line.strip() for line in found.terms.splitlines() if line.strip()),
        performance="，".join(
            part for part in (found.performance, _with("履行地点：", found.performance_place)) if part
        ),
        copies=found.copies or len(parties) + 1,
        mediators=tuple(name for name in mediators if name) or ("",),
        recorder=found.recorder,
        signed_on=found.agreed_on,
    )
    return PaperContent(data, found.number or case.number)


READERS: dict[str, Reader] = {
    "visit_register": visit_register,
    "acceptance_register": acceptance_register,
    "agreement": agreement,
}


def read_content(
    session: Session, form: str, subject: Subject, codes: CodeTables, today: date
) -> PaperContent:
    """What a paper of the form says about the subject; raises :class:`UserError` when there is nothing to say."""
    return READERS[form](session, subject, codes, today)


def _case(session: Session, subject: Subject) -> Case:
    if subject.case_id is None:
        raise UserError("这份文书要从案件夹里打印。", "请先打开对应的事项。")
    return session.scalars(select(Case).where(Case.id == subject.case_id)).one()


def _visit(session: Session, subject: Subject) -> Visit:
    query = select(Visit).order_by(Visit.happened_at, Visit.local_id)
    if subject.visit_id is not None:
        query = query.where(Visit.id == subject.visit_id)
    else:
        query = query.where(Visit.case_id == subject.case_id)
    visit = session.scalars(query).first() if subject.visit_id or subject.case_id else None
    if visit is None:
        raise UserError("这件事没有来访登记，没有内容可以打印。", "需要空白表格可以打印空白件。")
    return visit


def _office(session: Session, station_id: UUID) -> OrgUnit:
    return session.scalars(select(OrgUnit).where(OrgUnit.id == station_id)).one()


def _staff_name(session: Session, staff_id: UUID | None) -> str:
    if staff_id is None:
        return ""
    return session.scalars(select(Staff.name).where(Staff.id == staff_id)).one_or_none() or ""


def _dispute_kind(case: Case, codes: CodeTables) -> str:
    name = codes.name_of("dispute_type", case.dispute_type) if case.dispute_type else ""
    return f"{name}（{case.dispute_subtype}）" if case.dispute_subtype else name


def _role_word(party: CaseParty, codes: CodeTables) -> str:
    name = codes.name_of("party_role", party.role)
    return name.split("（")[0]


def _with(label: str, text: str) -> str:
    return f"{label}{text}" if text else ""


def _actors(session: Session, case_id: UUID, party_id: UUID, codes: CodeTables) -> tuple[Actor, ...]:
    return tuple(
        Actor(
            capacity=_role_word(party, codes),
            name=person.name,
            relation=party.relation,
            id_number=person.document_number,
            phone=person.phone,
        )
        for party, person in party_rows(session, case_id)
        if party.represents_party_id == party_id and party.role in ACTING
    )


def _party(
    person: Person,
    role: str,
    codes: CodeTables,
    day: date,
    party: CaseParty | None = None,
    actors: tuple[Actor, ...] = (),
) -> Party:
    organisation = person.kind in ORGANISATIONS
    name = person.name
    if party is not None and party.group_count:
        name = f"{name}（{party.group_count}人）"
    ethnicity = codes.name_of("ethnicity", person.ethnicity) if person.ethnicity else ""
    return Party(
        role=role,
        name=name,
        organisation=organisation,
        sex=codes.name_of("sex", person.sex) if person.sex in ("1", "2") else "",
        ethnicity=ethnicity if not ethnicity or ethnicity.endswith(("族", "人士")) else f"{ethnicity}族",
        age=age_on(person.born_on, day) if person.born_on else None,
        occupation=person.occupation,
        id_number=person.document_number,
        phone=person.phone,
        address=person.address,
        legal_representative=person.legal_representative,
        post=person.representative_post,
        actors=actors,
    )
