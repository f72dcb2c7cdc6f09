"""The station's side of sync: its operations, its identity, what it sent and what came back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.base import Base, LocalKey
from models.columns import (
    moment_field,
    number_field,
    row_field,
    system_bytes_field,
    system_text_field,
)


class SyncState(LocalKey, Base):
    """One row: who this store is. The nonce must match the one beside the store, else it was restored or copied."""

    __tablename__ = "sync_state"
    __label__ = "同步状态"

    device_id: Mapped[UUID] = row_field("设备", nullable=False, index=False)
    incarnation: Mapped[int] = number_field("代次", default=1)
    nonce: Mapped[str] = system_text_field("随机标记", 64)
    station_id: Mapped[UUID] = row_field("站点", nullable=False, index=False)
    signing_key: Mapped[bytes | None] = system_bytes_field("签名私钥")
    sealing_key: Mapped[bytes | None] = system_bytes_field("封装私钥")
    center_url: Mapped[str] = system_text_field("县中心地址")
    center_key: Mapped[bytes | None] = system_bytes_field("县中心公钥")
    county: Mapped[str] = system_text_field("县代码", 12)
    generation: Mapped[str] = system_text_field("县中心代次", 40)
    enrolled_at: Mapped[datetime | None] = moment_field("入网时间")
    last_exchange_at: Mapped[datetime | None] = moment_field("上次同步时间")
    last_message: Mapped[str] = system_text_field("上次同步结果")


class Operation(LocalKey, Base):
    """One committed change of one synced row, written by a trigger in the same transaction.

    ``changes`` is canonical JSON ``{column: [old, new]}``. The log is the audit trail and the row's history too,
    so it is never shortened.
    """

    __tablename__ = "operation"
    __label__ = "操作记录"
    __table_args__ = (
        UniqueConstraint("incarnation", "n"),
        Index("ix_operation_row_id", "row_id"),
    )

    incarnation: Mapped[int] = number_field("代次", default=1)
    n: Mapped[int] = number_field("序号", default=0)
    table_name: Mapped[str] = system_text_field("表", 40)
    row_id: Mapped[UUID] = row_field("行", nullable=False, index=False)
    kind: Mapped[str] = system_text_field("操作", 10)
    changes: Mapped[str] = system_text_field("变动")
    base_revision: Mapped[int] = number_field("依据版本", default=0)
    actor_id: Mapped[UUID | None] = row_field("操作人", index=False)
    made_at: Mapped[datetime] = moment_field("本机时间", nullable=False)


class SentBatch(LocalKey, Base):
    """A batch as sent: kept byte for byte until its receipt comes, so that a resend is the same batch."""

    __tablename__ = "sent_batch"
    __label__ = "已发批次"
    __table_args__ = (UniqueConstraint("incarnation", "first_n"),)

    incarnation: Mapped[int] = number_field("代次", default=1)
    first_n: Mapped[int] = number_field("起始序号", default=0)
    last_n: Mapped[int] = number_field("末尾序号", default=0)
    sha256: Mapped[str] = system_text_field("摘要", 64)
    envelope: Mapped[bytes | None] = system_bytes_field("批次内容")
    made_at: Mapped[datetime] = moment_field("生成时间", nullable=False)
    sent_at: Mapped[datetime | None] = moment_field("首次发出时间")


class Receipt(LocalKey, Base):
    """The county's signed word that it holds a batch."""

    __tablename__ = "receipt"
    __label__ = "回执"
    __table_args__ = (UniqueConstraint("incarnation", "first_n"),)

    incarnation: Mapped[int] = number_field("代次", default=1)
    first_n: Mapped[int] = number_field("起始序号", default=0)
    last_n: Mapped[int] = number_field("末尾序号", default=0)
    number: Mapped[str] = system_text_field("回执号", 60)
    generation: Mapped[str] = system_text_field("县中心代次", 40)
    stored_at: Mapped[datetime | None] = moment_field("县中心入库时间")
    received_at: Mapped[datetime] = moment_field("收到时间", nullable=False)
    body: Mapped[bytes | None] = system_bytes_field("回执原文")


class Verdict(LocalKey, Base):
    """What the county said of an operation that it did not simply accept; stays visible until put right."""

    __tablename__ = "verdict"
    __label__ = "处理结果"
    __table_args__ = (UniqueConstraint("incarnation", "n"),)

    incarnation: Mapped[int] = number_field("代次", default=1)
    n: Mapped[int] = number_field("序号", default=0)
    verdict: Mapped[str] = system_text_field("结果", 20)
    reason: Mapped[str] = system_text_field("原因")
    settled_at: Mapped[datetime | None] = moment_field("处理时间")
