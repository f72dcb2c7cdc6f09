"""People as parties: found again by name, pinyin initials, phone or number; a bad number is flagged, not refused."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases.visibility import STRANGER, Viewer, person_visible_to
from app.station import Work
from models.credit_code import read_credit_code
from models.identity_number import IdentityNumber, read_identity_number
from models.person import Person

RESIDENT_CARD = "111"
CREDIT_CODE = "uscc"
NATURAL = "natural"


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """What is typed about somebody. ``id`` None: a new person."""

    name: str = ""
    id: UUID | None = None
    kind: str = NATURAL
    sex: str = ""
    born_on: date | None = None
    ethnicity: str = ""
    document_kind: str = ""
    document_number: str = ""
    phone: str = ""
    address: str = ""
    occupation: str = ""
    legal_representative: str = ""
    representative_post: str = ""

    @property
    def empty(self) -> bool:
        """Nothing that tells who it is."""
        return not any((self.name.strip(), self.document_number.strip(), self.phone.strip(), self.id))


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody already recorded."""

    id: UUID
    kind: str
    name: str
    sex: str
    born_on: date | None
    ethnicity: str
    document_kind: str
    document_number: str
    phone: str
    address: str
    occupation: str
    legal_representative: str
    representative_post: str

    def entry(self) -> PersonEntry:
        """As an entry to be typed on."""
        return PersonEntry(**{name: getattr(self, name) for name in PersonEntry.__dataclass_fields__})


FIELDS = tuple(name for name in PersonEntry.__dataclass_fields__ if name != "id")


def known(person: Person) -> KnownPerson:
    """A person's row as a plain value."""
    return KnownPerson(id=person.id, **{name: getattr(person, name) for name in FIELDS})


def begins_with(column: InstrumentedAttribute[str], text: str) -> ColumnElement[bool]:
    """Begins with ``text``, written as a range so that the index serves it (LIKE does not, in this driver)."""
    return (column >= text) & (column < text + "\U0010ffff")


def find_people(
    session: Session, text: str, limit: int = 8, viewer: Viewer = STRANGER
) -> tuple[KnownPerson, ...]:
    """People whose name, pinyin initials, phone or document number begins with the text; newest first.

    Also finds a name by any two or more of its characters in a row, and initials by their rarer readings. People
    known only from matters and receptions that the viewer may not see are left out (信访工作条例 第三十条).
    """
    wanted = unicodedata.normalize("NFKC", text).strip()
    if not wanted:
        return ()
    conditions = [begins_with(Person.name, wanted)]
    if wanted.isascii() and wanted.isalpha():
        conditions.append(begins_with(Person.initials, wanted.lower()))
    if wanted[0].isdigit():
        conditions.append(begins_with(Person.phone, wanted))
        conditions.append(begins_with(Person.document_number, wanted.upper()))
    query = (
        select(Person)
        .where(Person.withdrawn_at.is_(None), person_visible_to(viewer))
        .order_by(Person.local_id.desc())
        .limit(limit)
    )
    found = list(session.scalars(query.where(or_(*conditions))))
    inside = _inside(wanted)
    if inside is not None and len(found) < limit:
        found += [person for person in session.scalars(query.where(inside)) if person not in found]
    return tuple(known(person) for person in found[:limit])


def _inside(wanted: str) -> ColumnElement[bool] | None:
    """Holds the text anywhere but at the beginning: read row by row, so only where the index found too few."""
    if len(wanted) < 2 or wanted[0].isdigit():
        return None
    if wanted.isascii():
        return Person.initials.contains(f" {wanted.lower()}", autoescape=True) if wanted.isalpha() else None
    return Person.name.contains(wanted, autoescape=True)


def read_number(entry: PersonEntry, today: date) -> IdentityNumber | None:
    """What the identity number says, when there is one of a natural person."""
    number = entry.document_number.strip()
    if not number or entry.kind != NATURAL or entry.document_kind not in ("", RESIDENT_CARD):
        return None
    return read_identity_number(number, today)


def problems_of(entry: PersonEntry, today: date) -> tuple[str, ...]:
    """What looks wrong, in words. None of it keeps the record from being saved (信访工作条例 第二十二条)."""
    if entry.kind != NATURAL:
        return read_credit_code(entry.document_number).problems if entry.document_number.strip() else ()
    identity = read_number(entry, today)
    if identity is None:
        return ()
    problems = list(identity.problems)
    if entry.sex and identity.sex_code and entry.sex in "12" and entry.sex != identity.sex_code:
        problems.append("填写的性别与身份证号码不一致。")
    if entry.born_on and identity.birth_date and entry.born_on != identity.birth_date:
        problems.append("填写的出生日期与身份证号码不一致。")
    return tuple(problems)


def save_person(work: Work, entry: PersonEntry) -> UUID:
    """Records a new person, or what changed of a known one; returns the id.

    A good number is tidied and fills sex and birth date where they were left empty. The same number under the same
    name, or under none, never makes a second person; under another name somebody mistyped, and both are kept.
    """
    values = {name: getattr(entry, name) for name in FIELDS}
    values = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    identity = read_number(entry, work.today)
    if identity is not None and not identity.problems:
        values["document_number"] = identity.text
        values["document_kind"] = RESIDENT_CARD
        values["sex"] = values["sex"] or identity.sex_code
        values["born_on"] = values["born_on"] or identity.birth_date
    if entry.kind != NATURAL and values["document_number"]:
        credit = read_credit_code(str(values["document_number"]))
        if not credit.problems:
            values["document_number"] = credit.text
            values["document_kind"] = values["document_kind"] or CREDIT_CODE
    person = _existing(work.session, entry.id, str(values["document_number"]), str(values["name"]))
    if person is None:
        return work.add(Person(**values)).id
    changed = {name: value for name, value in values.items() if value and getattr(person, name) != value}
    if entry.id is not None:
        changed.update({name: v for name, v in values.items() if not v and getattr(person, name)})
    if changed:
        for name, value in changed.items():
            setattr(person, name, value)
        work.touch(person)
        work.session.flush()
    return person.id


def _existing(session: Session, person_id: UUID | None, number: str, name: str) -> Person | None:
    if person_id is not None:
        return session.scalars(select(Person).where(Person.id == person_id)).one()
    if not number:
        return None
    query = select(Person).where(Person.document_number == number, Person.withdrawn_at.is_(None))
    if name:
        query = query.where(Person.name == name)
    return session.scalars(query.order_by(Person.local_id).limit(1)).one_or_none()
