"""What offices do besides working single matters: assign, supervise, sweep, receive, run errands."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.base import Base, Synced
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


class Assignment(Synced, Base):
    """A matter handed to an organ with a date to report back (交办), and the official in charge (包案)."""

    __tablename__ = "assignment"
    __label__ = "交办"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    level: Mapped[str] = code_field("交办级别", "assignment_level")
    batch: Mapped[str] = text_field("交办批次", 40, personal=Personal.NO)
    document_number: Mapped[str] = text_field("交办文号", 60, personal=Personal.NO)
    to_unit: Mapped[str] = text_field("承办单位", 80, personal=Personal.NO)
    is_lead: Mapped[bool] = yes_no_field("牵头单位")
    lead_official: Mapped[str] = text_field("包案领导", 60, personal=Personal.ORDINARY)
    responsible_person: Mapped[str] = text_field("责任人", 60, personal=Personal.ORDINARY)
    requirement: Mapped[str] = long_text_field("办理要求")
    plan: Mapped[str] = long_text_field("化解方案")
    assigned_on: Mapped[date | None] = day_field("交办日期")
    due_on: Mapped[date | None] = day_field("反馈期限", index=True, basis="信访工作条例 第二十二条")
    reported_on: Mapped[date | None] = day_field("反馈日期")
    result: Mapped[str] = long_text_field("办理结果")
    written_off_on: Mapped[date | None] = day_field("销账日期")
    checked_by: Mapped[str] = text_field("销账核验人", 60, personal=Personal.ORDINARY)


class SupervisionNotice(Synced, Base):
    """督办函 or 风险提示函 to a responsible unit, about a matter and never about a person."""

    __tablename__ = "supervision_notice"
    __label__ = "督办提示"

    case_id: Mapped[UUID | None] = row_field("事项", "case.id")
    kind: Mapped[str] = code_field("函件类型", "notice_kind")
    number: Mapped[str] = text_field("函号", 60, personal=Personal.NO)
    to_unit: Mapped[str] = text_field("责任单位", 80, personal=Personal.NO)
    problem: Mapped[str] = long_text_field("问题")
    requirement: Mapped[str] = long_text_field("要求")
    issued_on: Mapped[date | None] = day_field("发函日期")
    due_on: Mapped[date | None] = day_field("回复期限")
    replied_on: Mapped[date | None] = day_field("回复日期")
    reply: Mapped[str] = long_text_field("回复内容")


class Inspection(Synced, Base):
    """A sweep for disputes (排查); one that found nothing is a zero report and is reported as 0."""

    __tablename__ = "inspection"
    __label__ = "排查"

    kind: Mapped[str] = code_field("排查类型", "inspection_kind")
    inspected_on: Mapped[date | None] = day_field("排查日期", index=True)
    period: Mapped[str] = text_field("所属周期", 20, personal=Personal.NO)
    area: Mapped[str] = text_field("排查区域", 80, personal=Personal.NO)
    inspectors: Mapped[str] = text_field("排查人员", 120, personal=Personal.ORDINARY)
    found_count: Mapped[int] = number_field("排出件数", unit="件", default=0)
    settled_count: Mapped[int] = number_field("当场化解件数", unit="件", default=0)
    detail: Mapped[str] = long_text_field("排查情况")
    reported_at: Mapped[datetime | None] = moment_field("报送时间")


class InspectionFinding(Synced, Base):
    """A matter that a sweep turned up."""

    __tablename__ = "inspection_finding"
    __label__ = "排查事项"

    inspection_id: Mapped[UUID] = row_field("排查", "inspection.id", nullable=False)
    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)


class ReceptionSlot(Synced, Base):
    """A leading official's published reception time (领导接访; 信访工作条例 第十八条)."""

    __tablename__ = "reception_slot"
    __label__ = "接访排班"

    kind: Mapped[str] = code_field("接访形式", "reception_kind")
    starts_at: Mapped[datetime | None] = moment_field("开始时间", index=True)
    ends_at: Mapped[datetime | None] = moment_field("结束时间")
    place: Mapped[str] = text_field("地点", 80, personal=Personal.NO)
    official: Mapped[str] = text_field("接访领导", 60, personal=Personal.NO)
    post: Mapped[str] = text_field("职务", 60, personal=Personal.NO)
    portfolio: Mapped[str] = text_field("分管工作", 120, personal=Personal.NO)
    published_on: Mapped[date | None] = day_field("公示日期")
    held: Mapped[bool] = yes_no_field("已接访")
    absence_reason: Mapped[str] = text_field("未接访原因", 120, personal=Personal.NO)
    received_batches: Mapped[int] = number_field("接访批次", unit="批", default=0)
    received_people: Mapped[int] = number_field("接访人次", unit="人次", default=0)


class Errand(Synced, Base):
    """A matter staff run on somebody's behalf (信访代跑); one errand may carry several claims."""

    __tablename__ = "errand"
    __label__ = "代跑"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    runner_id: Mapped[UUID | None] = row_field("代跑员", "staff.id", index=False)
    destination: Mapped[str] = text_field("代跑去向", 120, personal=Personal.NO)
    reported_back_on: Mapped[date | None] = day_field("回告日期")
    evaluation: Mapped[str] = code_field("群众评价", "evaluation")


class ErrandClaim(Synced, Base):
    """One thing asked for in an errand."""

    __tablename__ = "errand_claim"
    __label__ = "代跑诉求"

    errand_id: Mapped[UUID] = row_field("代跑", "errand.id", nullable=False)
    claim: Mapped[str] = text_field("诉求", 160, personal=Personal.SENSITIVE)
    destination: Mapped[str] = text_field("去向部门", 80, personal=Personal.NO)
    done_on: Mapped[date | None] = day_field("办成日期")
    result: Mapped[str] = long_text_field("办理结果")
