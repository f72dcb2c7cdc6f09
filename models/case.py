"""One matter, from registration to archive, and who stands in it."""

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
    money_field,
    number_field,
    row_field,
    text_field,
    yes_no_field,
)
from models.field import Personal


class Case(Synced, Base):
    """A matter (事项): dispute, petition, errand or suggestion.

    Every date that starts or ends a time limit has a field of its own: a single date column cannot serve
    信访工作条例 第二十二至三十六条 (第三十四条 runs from acceptance, 第三十五、三十六条 from delivery).
    """

    __tablename__ = "case"
    __label__ = "事项"
    __table_args__ = (
        Index("ix_case_number", "number"),
        Index("ix_case_state", "state", "local_id"),
        Index("ix_case_kind_state", "kind", "state", "local_id"),
        Index("ix_case_dispute_type", "dispute_type", "local_id"),
        Index("ix_case_received_on", "received_on", "local_id"),
        Index(
            "ix_case_report",
            "received_on",
            "kind",
            "state",
            "dispute_type",
            "station_id",
            "withdrawn_at",
        ),
        Index("ix_case_secrecy", "secrecy"),
        {"info": {SYNCED: True}},
    )

    number: Mapped[str] = text_field("案号", 40, personal=Personal.NO)
    number_year: Mapped[int | None] = number_field("年度")
    number_serial: Mapped[int | None] = number_field("序号")
    number_tag: Mapped[str] = text_field("机号", 4, personal=Personal.NO)
    kind: Mapped[str] = code_field("事项类别", "case_kind", default="dispute")
    state: Mapped[str] = code_field("状态", "case_state", default="registered")
    title: Mapped[str] = text_field("事项名称", 120, personal=Personal.ORDINARY, hint="甲与乙××纠纷")
    dispute_type: Mapped[str] = code_field("纠纷类型", "dispute_type")
    dispute_subtype: Mapped[str] = text_field("具体类型", 40, personal=Personal.NO)
    source: Mapped[str] = code_field("案件来源", "case_source")
    source_detail: Mapped[str] = text_field("来源说明", 80, personal=Personal.ORDINARY)
    acceptance_basis: Mapped[str] = code_field("受理方式", "acceptance_basis", basis="人民调解法 第十七条")
    party_relation: Mapped[str] = code_field("当事人关系", "party_relation")
    difficult: Mapped[bool] = yes_no_field("疑难复杂")
    purpose: Mapped[str] = code_field("信访目的", "petition_purpose")
    category: Mapped[str] = code_field(
        "信访类别", "petition_category", basis="信访工作条例 第二十九至三十一条"
    )
    statutory_route: Mapped[str] = code_field("法定途径", "statutory_route", basis="信访工作条例 第三十一条")
    content_class: Mapped[str] = code_field("内容分类", "content_class")
    secrecy: Mapped[str] = code_field("知悉范围", "secrecy", default="open", basis="信访工作条例 第三十条")
    facts: Mapped[str] = long_text_field("简要情况")
    demand: Mapped[str] = long_text_field("申请事项（诉求）")
    happened_on: Mapped[date | None] = day_field("发生日期")
    place: Mapped[str] = text_field("发生地点", 120, personal=Personal.ORDINARY)
    amount_fen: Mapped[int | None] = money_field("涉及金额")
    affected_count: Mapped[int | None] = number_field("涉及人数", unit="人")
    affected_households: Mapped[int | None] = number_field("涉及户数", unit="户")

    petitioned_on: Mapped[date | None] = day_field("信访日期")
    received_on: Mapped[date | None] = day_field("收到日期", basis="信访工作条例 第二十二、二十三条")
    registered_at: Mapped[datetime | None] = moment_field("登记时间")
    applied_on: Mapped[date | None] = day_field("申请调解日期", basis="诉讼时效自申请之日中断")
    transferred_on: Mapped[date | None] = day_field("转送日期", basis="信访工作条例 第二十二条")
    assigned_on: Mapped[date | None] = day_field("交办日期", basis="信访工作条例 第二十二条")
    told_on: Mapped[date | None] = day_field("告知日期", basis="信访工作条例 第二十三条")
    accepted_on: Mapped[date | None] = day_field("受理日期", basis="信访工作条例 第三十四条")
    due_on: Mapped[date | None] = day_field("限办日期")
    extension_approved_on: Mapped[date | None] = day_field("延期批准日期", basis="信访工作条例 第三十四条")
    extension_days: Mapped[int | None] = number_field("延长天数", unit="日")
    extension_approver: Mapped[str] = text_field("延期批准人", 60, personal=Personal.ORDINARY)
    extension_reason: Mapped[str] = text_field("延期理由", 200, personal=Personal.SENSITIVE)
    extension_told_on: Mapped[date | None] = day_field("延期告知日期")
    opinion_on: Mapped[date | None] = day_field("处理意见书日期", basis="信访工作条例 第三十二条")
    opinion_result: Mapped[str] = code_field("处理意见", "petition_outcome", basis="信访工作条例 第三十二条")
    delivered_on: Mapped[date | None] = day_field("送达日期", basis="信访工作条例 第三十五条")
    agreed_on: Mapped[date | None] = day_field("达成协议日期")
    closed_on: Mapped[date | None] = day_field("办结日期")
    archived_on: Mapped[date | None] = day_field("归档日期")

    settlement_depth: Mapped[str] = code_field("办结程度", "settlement_depth")
    resolved: Mapped[bool] = yes_no_field("实际化解", basis="办结不等于化解，分开记")
    flowed_back: Mapped[bool] = yes_no_field("倒流")
    closing_note: Mapped[str] = long_text_field("结案说明")
    mediator_id: Mapped[UUID | None] = row_field("承办人", "staff.id", index=False)
    co_mediators: Mapped[str] = text_field("其他调解员", 120, personal=Personal.ORDINARY)
    responsible_unit: Mapped[str] = text_field("责任单位", 80, personal=Personal.NO)
    lead_official: Mapped[str] = text_field("包案领导", 60, personal=Personal.ORDINARY)
    repeats_case_id: Mapped[UUID | None] = row_field("重复事项的原件", "case.id")
    duplicate_of_case_id: Mapped[UUID | None] = row_field("重复录入的原件", "case.id")

    risk_level: Mapped[str] = code_field("事项风险等级", "risk_level", basis="人民调解法 第二十五条")
    risk_reason: Mapped[str] = text_field("风险缘由", 200, personal=Personal.SENSITIVE)
    risk_measures: Mapped[str] = text_field("帮助措施", 300, personal=Personal.SENSITIVE)
    risk_review_on: Mapped[date | None] = day_field("风险复核日")
    risk_lifted_on: Mapped[date | None] = day_field("风险解除日期")
    prevention: Mapped[str] = code_field("防止激化情形", "prevention_kind")
    prevention_count: Mapped[int | None] = number_field("防止激化人数", unit="人")
    negative_outcome: Mapped[str] = code_field("不良后果", "negative_outcome")


class CaseParty(Synced, Base):
    """Who stands in which role; a minor's guardian and an agent are parties of their own (民法典 第十九至二十三条)."""

    __tablename__ = "case_party"
    __label__ = "当事人"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    person_id: Mapped[UUID] = row_field("人员", "person.id", nullable=False)
    role: Mapped[str] = code_field("地位", "party_role", default="applicant")
    position: Mapped[int] = number_field("顺序", default=0)
    represents_party_id: Mapped[UUID | None] = row_field("代理（监护）的当事人", "case_party.id")
    relation: Mapped[str] = text_field("与被代理人关系", 30, personal=Personal.ORDINARY)
    authority: Mapped[str] = text_field("代理权限", 120, personal=Personal.NO)
    group_count: Mapped[int | None] = number_field("所代表人数", unit="人")
    special_need: Mapped[str] = text_field("需要照顾的情况", 80, personal=Personal.SENSITIVE)
    refuses_mediation: Mapped[bool] = yes_no_field("明确拒绝调解", basis="人民调解法 第十七条")


class CaseLink(Synced, Base):
    """Two matters that belong together: repeat, duplicate entry (merged with a trace), related."""

    __tablename__ = "case_link"
    __label__ = "事项关联"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    other_case_id: Mapped[UUID] = row_field("关联事项", "case.id", nullable=False)
    kind: Mapped[str] = code_field("关联方式", "link_kind")
    reason: Mapped[str] = text_field("说明", 200, personal=Personal.SENSITIVE)
