"""The timeline of a case and the steps that need fields of their own."""

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


class Step(Synced, Base):
    """One thing done in a matter: who, when it happened, when it was recorded, on what basis.

    ``happened_on`` may lie before ``created_at``: a late entry is seen as late, never back-dated.
    """

    __tablename__ = "step"
    __label__ = "办理过程"
    __table_args__ = (
        Index("ix_step_case_id_happened_on", "case_id", "happened_on"),
        {"info": {SYNCED: True}},
    )

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False, index=False)
    kind: Mapped[str] = code_field("步骤", "step_kind")
    happened_on: Mapped[date | None] = day_field("日期")
    happened_at: Mapped[datetime | None] = moment_field("时间")
    by_staff_id: Mapped[UUID | None] = row_field("经办人", "staff.id", index=False)
    from_state: Mapped[str] = code_field("原状态", "case_state")
    to_state: Mapped[str] = code_field("新状态", "case_state")
    unit: Mapped[str] = text_field("去向（相关）单位", 80, personal=Personal.NO)
    document_number: Mapped[str] = text_field("文书文号", 60, personal=Personal.NO)
    basis: Mapped[str] = text_field("依据", 120, personal=Personal.NO)
    due_on: Mapped[date | None] = day_field("期限")
    end_ground: Mapped[str] = code_field("终止原因", "end_ground", basis="人民调解法 第二十六条")
    decline_ground: Mapped[str] = code_field("不予受理原因", "decline_ground")
    routes_told: Mapped[bool] = yes_no_field(
        "已告知其他途径", basis="人民调解法 第二十六条；信访工作条例 第二十三条"
    )
    note: Mapped[str] = long_text_field("情况说明")


class MediationSession(Synced, Base):
    """One mediation, as in 人民调解记录 (人民调解法 第二十至二十四条)."""

    __tablename__ = "mediation_session"
    __label__ = "调解记录"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    started_at: Mapped[datetime | None] = moment_field("开始时间")
    ended_at: Mapped[datetime | None] = moment_field("结束时间")
    place: Mapped[str] = text_field("地点", 80, personal=Personal.NO)
    mediators: Mapped[str] = text_field("调解员", 120, personal=Personal.ORDINARY)
    participants: Mapped[str] = text_field("参加人", 200, personal=Personal.ORDINARY)
    recorder: Mapped[str] = text_field("记录人", 60, personal=Personal.ORDINARY)
    held_in_public: Mapped[bool] = yes_no_field("公开进行", basis="人民调解法 第二十三条")
    rights_told: Mapped[bool] = yes_no_field("已告知权利义务", basis="人民调解工作若干规定 第三十条")
    record: Mapped[str] = long_text_field("调解记录")
    result: Mapped[str] = code_field("调解结果", "mediation_result")
    result_note: Mapped[str] = long_text_field("结果说明")


class Agreement(Synced, Base):
    """A written or oral agreement (人民调解法 第二十八至三十三条)."""

    __tablename__ = "agreement"
    __label__ = "调解协议"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    form: Mapped[str] = code_field("协议形式", "agreement_form", default="written")
    number: Mapped[str] = text_field("协议编号", 60, personal=Personal.NO)
    facts: Mapped[str] = long_text_field("纠纷主要事实、争议事项")
    terms: Mapped[str] = long_text_field("协议内容")
    performance: Mapped[str] = long_text_field("履行方式、时限")
    performance_place: Mapped[str] = text_field("履行地点", 80, personal=Personal.NO)
    amount_fen: Mapped[int | None] = money_field("协议金额")
    copies: Mapped[int | None] = number_field("份数", unit="份", basis="人民调解法 第二十九条")
    recorder: Mapped[str] = text_field("记录人", 60, personal=Personal.ORDINARY)
    agreed_on: Mapped[date | None] = day_field("达成日期")
    parties_signed_on: Mapped[date | None] = day_field("当事人签名日期")
    mediator_signed_on: Mapped[date | None] = day_field("调解员签名日期")
    sealed_on: Mapped[date | None] = day_field("盖章日期")
    effective_on: Mapped[date | None] = day_field("生效日期", basis="人民调解法 第二十九、三十条")
    confirmation_applied_on: Mapped[date | None] = day_field(
        "司法确认申请日期", basis="人民调解法 第三十三条"
    )
    confirmation_court: Mapped[str] = text_field("司法确认法院", 60, personal=Personal.NO)
    confirmation_result: Mapped[str] = code_field("司法确认结果", "confirmation_result")


class Fulfilment(Synced, Base):
    """One promised performance and what became of it (人民调解法 第三十一条)."""

    __tablename__ = "fulfilment"
    __label__ = "履行情况"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    agreement_id: Mapped[UUID | None] = row_field("调解协议", "agreement.id", index=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    item: Mapped[str] = text_field("履行事项", 160, personal=Personal.SENSITIVE)
    amount_fen: Mapped[int | None] = money_field("金额")
    due_on: Mapped[date | None] = day_field("约定日期", index=True)
    done_on: Mapped[date | None] = day_field("履行日期")
    urged_on: Mapped[date | None] = day_field("督促日期")
    status: Mapped[str] = code_field("履行状态", "fulfilment_status")
    proof: Mapped[str] = text_field("凭证", 120, personal=Personal.NO)


class FollowUp(Synced, Base):
    """A follow-up call or visit (人民调解回访记录)."""

    __tablename__ = "follow_up"
    __label__ = "回访"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    followed_up_on: Mapped[date | None] = day_field("回访日期")
    method: Mapped[str] = code_field("回访方式", "follow_up_method")
    by_staff_id: Mapped[UUID | None] = row_field("回访人", "staff.id", index=False)
    fulfilment: Mapped[str] = code_field("履行情况", "fulfilment_status")
    satisfaction: Mapped[str] = code_field("满意程度", "evaluation")
    truthful: Mapped[bool] = yes_no_field("化解情况属实")
    sued: Mapped[bool] = yes_no_field("已起诉或仲裁")
    remaining_risk: Mapped[str] = long_text_field("遗留问题")
    measures: Mapped[str] = long_text_field("采取的措施")
    note: Mapped[str] = long_text_field("回访情况")


class Review(Synced, Base):
    """复查 or 复核 (信访工作条例 第三十五、三十六条)."""

    __tablename__ = "review"
    __label__ = "复查复核"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    stage: Mapped[str] = code_field("阶段", "review_stage")
    applied_on: Mapped[date | None] = day_field("申请日期")
    received_on: Mapped[date | None] = day_field("收到日期")
    organ: Mapped[str] = text_field("复查复核机关", 80, personal=Personal.NO)
    conclusion: Mapped[str] = code_field("结论", "review_conclusion")
    replied_on: Mapped[date | None] = day_field("答复日期")
    delivered_on: Mapped[date | None] = day_field("送达日期")
    note: Mapped[str] = long_text_field("说明")


class Hearing(Synced, Base):
    """A public hearing (听证) or a deliberation by neighbours (评议)."""

    __tablename__ = "hearing"
    __label__ = "听证评议"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    kind: Mapped[str] = code_field("形式", "hearing_kind")
    held_on: Mapped[date | None] = day_field("举行日期")
    place: Mapped[str] = text_field("地点", 80, personal=Personal.NO)
    chair: Mapped[str] = text_field("主持人", 60, personal=Personal.ORDINARY)
    members: Mapped[str] = text_field("听证（评议）人员", 200, personal=Personal.ORDINARY)
    record: Mapped[str] = long_text_field("笔录")
    conclusion: Mapped[str] = long_text_field("评议结论")
    excluded_days: Mapped[int | None] = number_field(
        "不计入期限天数", unit="日", basis="信访工作条例 第三十六条"
    )


class Relief(Synced, Base):
    """Aid granted in a matter; never a condition for giving up a claim (信访工作条例 第三十七条)."""

    __tablename__ = "relief"
    __label__ = "救助"

    case_id: Mapped[UUID] = row_field("事项", "case.id", nullable=False)
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id", index=False)
    kind: Mapped[str] = code_field("救助类型", "relief_kind")
    amount_fen: Mapped[int | None] = money_field("金额")
    applied_on: Mapped[date | None] = day_field("申请日期")
    approved_on: Mapped[date | None] = day_field("批准日期")
    approved_by: Mapped[str] = text_field("批准人", 60, personal=Personal.ORDINARY)
    paid_on: Mapped[date | None] = day_field("发放日期")
    voucher: Mapped[str] = text_field("发放凭证", 80, personal=Personal.NO)
    note: Mapped[str] = long_text_field("说明")
