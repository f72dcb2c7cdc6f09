"""Files that belong to matters, and papers as they were issued."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.base import Base, Synced
from models.columns import (
    code_field,
    moment_field,
    number_field,
    row_field,
    system_text_field,
    text_field,
)
from models.field import Personal


class Attachment(Synced, Base):
    """A photo, scan or recording; its bytes lie encrypted under the SHA-256 of the plain content."""

    __tablename__ = "attachment"
    __label__ = "附件"

    case_id: Mapped[UUID | None] = row_field("事项", "case.id")
    visit_id: Mapped[UUID | None] = row_field("来访登记", "visit.id")
    step_id: Mapped[UUID | None] = row_field("办理过程", "step.id")
    kind: Mapped[str] = code_field("附件类型", "attachment_kind")
    name: Mapped[str] = text_field("名称", 120, personal=Personal.SENSITIVE)
    media_type: Mapped[str] = system_text_field("文件类型", 80)
    size: Mapped[int] = number_field("大小", unit="字节", default=0)
    sha256: Mapped[str] = system_text_field("内容摘要", 64)
    taken_at: Mapped[datetime | None] = moment_field("形成时间")


class Paper(Synced, Base):
    """A paper as issued: never rendered again, because other fonts would break its lines elsewhere."""

    __tablename__ = "paper"
    __label__ = "文书"

    case_id: Mapped[UUID | None] = row_field("事项", "case.id")
    visit_id: Mapped[UUID | None] = row_field("来访登记", "visit.id")
    form: Mapped[str] = code_field("文书种类", "paper_form")
    number: Mapped[str] = text_field("文号", 60, personal=Personal.NO)
    title: Mapped[str] = text_field("标题", 120, personal=Personal.ORDINARY)
    issued_at: Mapped[datetime | None] = moment_field("出具时间")
    issued_by: Mapped[UUID | None] = row_field("出具人", "staff.id", index=False)
    recipient: Mapped[str] = text_field("送交对象", 80, personal=Personal.ORDINARY)
    pages: Mapped[int] = number_field("页数", unit="页", default=0)
    sha256: Mapped[str] = system_text_field("文件摘要", 64)
    content_hash: Mapped[str] = system_text_field("内容摘要", 64)
    fonts: Mapped[str] = system_text_field("所用字体")
