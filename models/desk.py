"""What stays on this PC: accounts, drafts, settings, counters and the access log."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Base, LocalKey
from models.columns import (
    code_field,
    moment_field,
    number_field,
    row_field,
    system_text_field,
    text_field,
    yes_no_field,
)
from models.field import Personal


class Account(LocalKey, Base):
    """Someone who may open this store; the password itself only opens a key slot beside the store."""

    __tablename__ = "account"
    __label__ = "登录账户"

    id: Mapped[UUID] = row_field("账户标识", nullable=False)
    login_name: Mapped[str] = text_field("登录名", 40, personal=Personal.ORDINARY, index=True)
    staff_id: Mapped[UUID | None] = row_field("工作人员", "staff.id", index=False)
    role: Mapped[str] = code_field("权限", "account_role")
    may_see_accusations: Mapped[bool] = yes_no_field("可办理检举控告件", basis="信访工作条例 第三十条")
    active: Mapped[bool] = yes_no_field("启用")
    created_at: Mapped[datetime] = moment_field("建立时间", nullable=False)


class Draft(LocalKey, Base):
    """What is being typed, saved every few seconds and offered again after a crash."""

    __tablename__ = "draft"
    __label__ = "草稿"
    __table_args__ = (UniqueConstraint("screen", "subject"),)

    screen: Mapped[str] = system_text_field("界面", 60)
    subject: Mapped[str] = system_text_field("对象", 80)
    content: Mapped[str] = system_text_field("内容")
    saved_at: Mapped[datetime] = moment_field("保存时间", nullable=False)
    account_id: Mapped[UUID | None] = row_field("账户", index=False)


class Setting(LocalKey, Base):
    """One setting of this station."""

    __tablename__ = "setting"
    __label__ = "设置"

    key: Mapped[str] = system_text_field("名称", 60)
    value: Mapped[str] = system_text_field("值")


class NumberCounter(LocalKey, Base):
    """The last serial given out for a series (case number or visit number) in a year."""

    __tablename__ = "number_counter"
    __label__ = "编号"
    __table_args__ = (UniqueConstraint("series", "year"),)

    series: Mapped[str] = system_text_field("系列", 40)
    year: Mapped[int] = number_field("年度", default=0)
    last: Mapped[int] = number_field("已用序号", default=0)


class AccessLog(LocalKey, Base):
    """Who signed in, printed, exported or opened a restricted matter (网络安全法: kept six months at least)."""

    __tablename__ = "access_log"
    __label__ = "访问日志"

    at: Mapped[datetime] = moment_field("时间", nullable=False, index=True)
    account_id: Mapped[UUID | None] = row_field("账户", index=False)
    event: Mapped[str] = system_text_field("事件", 40)
    subject: Mapped[str] = system_text_field("对象", 80)
    succeeded: Mapped[bool] = yes_no_field("成功")
