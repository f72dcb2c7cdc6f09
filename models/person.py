"""People and organisations as parties. A person is a name in matters, never a profile: no score, flag or list."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from models.base import SYNCED, Base, Synced
from models.columns import code_field, day_field, text_field
from models.field import Mask, Personal


class Person(Synced, Base):
    """A natural person, an organisation or a group named as a party or visitor."""

    __tablename__ = "person"
    __label__ = "人员"
    __table_args__ = (
        Index("ix_person_name", "name"),
        Index("ix_person_initials", "initials"),
        Index("ix_person_phone", "phone"),
        Index("ix_person_document_number", "document_number"),
        {"info": {SYNCED: True}},
    )

    kind: Mapped[str] = code_field("主体类型", "person_kind", default="natural")
    name: Mapped[str] = text_field("姓名（名称）", 80, personal=Personal.ORDINARY, mask=Mask.NAME)
    initials: Mapped[str] = text_field(
        "拼音首字母", 200, personal=Personal.ORDINARY, mask=Mask.HIDDEN, captured=False
    )
    sex: Mapped[str] = code_field("性别", "sex", personal=Personal.ORDINARY)
    born_on: Mapped[date | None] = day_field("出生日期", personal=Personal.ORDINARY)
    ethnicity: Mapped[str] = code_field("民族", "ethnicity", personal=Personal.ORDINARY)
    document_kind: Mapped[str] = code_field("证件类型", "id_document")
    document_number: Mapped[str] = text_field("证件号码", 40, personal=Personal.SENSITIVE, mask=Mask.DOCUMENT)
    phone: Mapped[str] = text_field("联系电话", 40, personal=Personal.ORDINARY, mask=Mask.PHONE)
    address: Mapped[str] = text_field("单位或住址", 160, personal=Personal.ORDINARY, mask=Mask.ADDRESS)
    occupation: Mapped[str] = text_field("职业或职务", 40, personal=Personal.ORDINARY)
    legal_representative: Mapped[str] = text_field(
        "法定代表人（负责人）", 60, personal=Personal.ORDINARY, mask=Mask.NAME
    )
    representative_post: Mapped[str] = text_field("法定代表人职务", 40, personal=Personal.NO)
