"""Who stands in a matter: parties, guardians, agents, representatives."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.people import NATURAL, PersonEntry, save_person
from app.cases.visibility import ACCUSATION
from app.search.segment import normalise
from app.station import Work
from models.case import Case, CaseParty
from models.errors import UserError
from models.identity_number import age_on
from models.person import Person

ADULT = 18
ACCUSED = "accused"
MOST_REPRESENTATIVES = 5
"""信访工作条例 第二十条."""

SIDE_ORDER = (
    "applicant",
    "petitioner",
    "respondent",
    "about_unit",
    "accused",
    "third_party",
    "representative",
)


@dataclass(frozen=True, slots=True)
class PartyEntry:
    """Somebody in a matter as typed. ``actors`` are the guardians and agents that act for this party."""

    person: PersonEntry
    role: str = "applicant"
    group_count: int | None = None
    special_need: str = ""
    refuses_mediation: bool = False
    relation: str = ""
    authority: str = ""
    actors: tuple[PartyEntry, ...] = field(default=())


def add_party(work: Work, case_id: UUID, entry: PartyEntry, *, represents: UUID | None = None) -> UUID:
    """Adds a party, and those who act for it, at the end of its matter's list; returns the party's id.

    A title made from the parties follows them; one that somebody wrote stays.
    """
    with _title_following(work, case_id):
        return _add_party(work, case_id, entry, represents)


def _add_party(work: Work, case_id: UUID, entry: PartyEntry, represents: UUID | None) -> UUID:
    position = len(work.session.scalars(select(CaseParty.id).where(CaseParty.case_id == case_id)).all())
    person_id = save_person(work, entry.person)
    party = work.add(
        CaseParty(
            case_id=case_id,
            person_id=person_id,
            role=entry.role,
            position=position,
            represents_party_id=represents,
            relation=entry.relation,
            authority=entry.authority,
            group_count=entry.group_count,
            special_need=entry.special_need,
            refuses_mediation=entry.refuses_mediation,
        )
    )
    _mark_accusation(work, case_id, entry.role)
    for actor in entry.actors:
        _add_party(work, case_id, actor, party.id)
    return party.id


def _mark_accusation(work: Work, case_id: UUID, role: str) -> None:
    """A matter with somebody accused in it is an accusation (信访工作条例 第三十条)."""
    case = work.session.scalars(select(Case).where(Case.id == case_id)).one()
    if role == ACCUSED and case.secrecy != ACCUSATION:
        case.category = case.secrecy = ACCUSATION
        work.touch(case)
        work.session.flush()


def not_given_to_accused(session: Session, case_id: UUID, unit: str) -> None:
    """Raises :class:`UserError` where a unit is the accused, or where they work (信访工作条例 第三十条)."""
    target = normalise(unit).strip()
    people = session.execute(
        select(Person.name, Person.address, Person.occupation)
        .join(CaseParty, CaseParty.person_id == Person.id)
        .where(
            CaseParty.case_id == case_id,
            CaseParty.role.in_((ACCUSED, "about_unit")),
            CaseParty.withdrawn_at.is_(None),
        )
    )
    told = [tuple(normalise(word).strip() for word in person) for person in people]
    if target and any(
        any(word and (target in word or word in target) for word in (name, address)) or target in occupation
        for name, address, occupation in told
    ):
        raise UserError(
            "检举控告材料不得转给被检举、控告的人员或者单位（信访工作条例第三十条），这一步没有记下。",
            "请改选有权处理的机关，例如纪检监察机关。",
            title="不能转给被反映的一方",
        )


def update_party(work: Work, party_id: UUID, entry: PartyEntry) -> None:
    """Corrects a party and the person behind it."""
    party = work.session.scalars(select(CaseParty).where(CaseParty.id == party_id)).one()
    with _title_following(work, party.case_id):
        party.person_id = save_person(work, entry.person)
        party.role = entry.role
        _mark_accusation(work, party.case_id, entry.role)
        party.group_count = entry.group_count
        party.special_need = entry.special_need
        party.refuses_mediation = entry.refuses_mediation
        party.relation = entry.relation
        party.authority = entry.authority
        work.touch(party)
        work.session.flush()


def withdraw_party(work: Work, party_id: UUID, reason: str) -> None:
    """Takes a party out of a matter with a reason; raises :class:`models.errors.UserError` without one."""
    party = work.session.scalars(select(CaseParty).where(CaseParty.id == party_id)).one()
    with _title_following(work, party.case_id):
        work.withdraw(party, reason)
        work.session.flush()


@contextmanager
def _title_following(work: Work, case_id: UUID) -> Iterator[None]:
    case = work.session.scalars(select(Case).where(Case.id == case_id)).one()
    followed = case.title == automatic_title(work, case)
    yield
    title = automatic_title(work, case)
    if followed and case.title != title:
        case.title = title
        work.touch(case)
        work.session.flush()


def automatic_title(work: Work, case: Case) -> str:
    """The title that the matter's parties and type make."""
    type_name = work.codes.name_of("dispute_type", case.dispute_type) if case.dispute_type else ""
    return case_title(work.session, case, type_name)


def needs_guardian(entry: PartyEntry, today: date) -> bool:
    """Whether a party is a minor without a guardian named (民法典 第十九、二十条): asked for, never insisted on."""
    born = entry.person.born_on
    if entry.person.kind != NATURAL or born is None or entry.role in ("guardian", "agent", "representative"):
        return False
    return age_on(born, today) < ADULT and not any(actor.role == "guardian" for actor in entry.actors)


def party_warnings(entries: tuple[PartyEntry, ...], today: date) -> tuple[str, ...]:
    """What to look at again, in words; nothing here keeps the record from being saved."""
    warnings = [
        f"{entry.person.name or '当事人'}未满十八周岁，请补上法定代理人（监护人）。"
        for entry in entries
        if needs_guardian(entry, today)
    ]
    representatives = sum(entry.role == "representative" for entry in entries)
    if representatives > MOST_REPRESENTATIVES:
        warnings.append(f"代表人不得超过五人（信访工作条例第二十条），现在有 {representatives} 人。")
    return tuple(warnings)


def party_rows(session: Session, case_id: UUID) -> list[tuple[CaseParty, Person]]:
    """A matter's parties with their people, sides in order, those acting for a party right behind it."""
    rows = [
        (party, person)
        for party, person in session.execute(
            select(CaseParty, Person)
            .join(Person, Person.id == CaseParty.person_id)
            .where(CaseParty.case_id == case_id, CaseParty.withdrawn_at.is_(None))
            .order_by(CaseParty.position)
        )
    ]
    principals = [row for row in rows if row[0].represents_party_id is None]
    principals.sort(key=lambda row: _side(row[0].role))
    ordered: list[tuple[CaseParty, Person]] = []
    for row in principals:
        ordered.append(row)
        ordered += [actor for actor in rows if actor[0].represents_party_id == row[0].id]
    return ordered


def _side(role: str) -> int:
    return SIDE_ORDER.index(role) if role in SIDE_ORDER else len(SIDE_ORDER)


def case_title(session: Session, case: Case, type_name: str) -> str:
    """甲与乙××纠纷, from the parties; what the matter is about when nobody is named."""
    rows = [row for row in party_rows(session, case.id) if row[0].represents_party_id is None]
    first = [
        row for row in rows if row[0].role in ("applicant", "petitioner", "representative") and row[1].name
    ]
    second = [row for row in rows if row[0].role in ("respondent", "about_unit") and row[1].name]
    ending = {"errand": "代跑", "suggestion": "建议", "petition": "信访事项"}.get(case.kind, "")
    if case.kind == "dispute":
        ending = type_name if type_name.endswith(("纠纷", "争议")) else f"{type_name}纠纷"
    sides = [_side_name(side) for side in (first, second) if side]
    if not sides:
        return ending
    joined = "与".join(sides) if case.kind == "dispute" else sides[0]
    return f"{joined}{ending}"[:120]


def _side_name(rows: list[tuple[CaseParty, Person]]) -> str:
    """The first name of a side, and how many people (or parties, where an organisation is among them) it has."""
    first = rows[0][1].name
    count = sum(party.group_count or 1 for party, _ in rows)
    if count == 1:
        return first
    people = all(person.kind in (NATURAL, "group") for _, person in rows)
    return f"{first}等{count}{'人' if people else '方'}"
