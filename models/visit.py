"""Someone came, wrote, called or was met (来访登记; 信访工作条例 第十九、二十一、二十二条)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from models.base import SYNCED, Base, Synced
from models.columns import (
    code_field,
    day_field,
    long_text_field,
    moment_field,
    number_field,
    row_field,
    text_field,
    yes_no_field,
)
from models.field import Personal


class Visit(Synced, Base):
    """One reception event (批次). It may stay alone, open a case, or belong to one.

    The dates are kept apart because different time limits start from them (信访工作条例 第二十二、二十三条).
    """

    __tablename__ = "visit"
    __label__ = "来访登记"
    __table_args__ = (
        Index("ix_visit_happened_at", "happened_at"),
        Index("ix_visit_outcome_happened_at", "outcome", "happened_at"),
        {"info": {SYNCED: True}},
    )

    number: Mapped[str] = text_field("登记号", 40, personal=Personal.NO, index=True)
    case_id: Mapped[UUID | None] = row_field("所属事项", "case.id")
    channel: Mapped[str] = code_field(
        "信访形式", "visit_channel", default="visit", basis="信访工作条例 第十七条"
    )
    happened_at: Mapped[datetime | None] = moment_field("来访时间")
    received_on: Mapped[date | None] = day_field("收到日期", basis="信访工作条例 第二十二、二十三条")
    registered_at: Mapped[datetime | None] = moment_field("登记时间")
    postmarked_on: Mapped[date | None] = day_field("信封邮戳日期")
    addressee: Mapped[str] = text_field("受信人", 60, personal=Personal.ORDINARY)
    people_count: Mapped[int] = number_field("来访人数", unit="人", default=1)
    affected_count: Mapped[int | None] = number_field("涉及人数", unit="人")
    anonymous: Mapped[bool] = yes_no_field("匿名")
    joint_signed: Mapped[bool] = yes_no_field("联名")
    above_level: Mapped[bool] = yes_no_field("越级")
    urgent: Mapped[bool] = yes_no_field("重大紧急", basis="信访工作条例 第二十五条")
    is_repeat: Mapped[bool] = yes_no_field("重复来访", basis="同人同事；登记并计入，不另起受理")
    repeats_visit_id: Mapped[UUID | None] = row_field("首次来访", "visit.id")
    secrecy: Mapped[str] = code_field("知悉范围", "secrecy", default="open")
    place: Mapped[str] = text_field("接待地点", 80, personal=Personal.NO)
    problem_place: Mapped[str] = text_field("问题发生地", 120, personal=Personal.ORDINARY)
    facts: Mapped[str] = long_text_field(
        "反映的主要问题", hint="起因、经过、结果", basis="信访工作条例 第十九条"
    )
    request: Mapped[str] = long_text_field("诉求", hint="希望怎样解决")
    handling_opinion: Mapped[str] = long_text_field("接待处理意见")
    responsible_unit: Mapped[str] = text_field("责任单位", 80, personal=Personal.NO)
    answer: Mapped[str] = long_text_field("当场答复")
    handling_result: Mapped[str] = long_text_field("办理结果")
    outcome: Mapped[str] = code_field("去向", "visit_outcome", default="pending")
    first_received_by: Mapped[UUID | None] = row_field("首问责任人", "staff.id", index=False)
    received_by: Mapped[UUID | None] = row_field("接待人", "staff.id", index=False)
    evaluation: Mapped[str] = code_field("满意度评价", "evaluation")


class VisitPerson(Synced, Base):
    """Who came: the visitors named, and the representatives of a crowd (at most five, 第二十条)."""

    __tablename__ = "visit_person"
    __label__ = "来访人"

    visit_id: Mapped[UUID] = row_field("来访登记", "visit.id", nullable=False)
    person_id: Mapped[UUID] = row_field("来访人", "person.id", nullable=False)
    role: Mapped[str] = code_field("身份", "party_role", default="petitioner")
    position: Mapped[int] = number_field("顺序", default=0)
