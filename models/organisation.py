"""The tree of offices and the people who work there."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Mapped

from models.base import Base, Synced
from models.columns import code_field, day_field, row_field, text_field, yes_no_field
from models.field import Mask, Personal


class OrgUnit(Synced, Base):
    """A county center, a township station or a village station (县 → 乡镇 → 村)."""

    __tablename__ = "org_unit"
    __label__ = "机构"

    parent_id: Mapped[UUID | None] = row_field("上级机构", "org_unit.id")
    level: Mapped[str] = code_field("级别", "org_level")
    name: Mapped[str] = text_field("机构名称", 60, personal=Personal.NO)
    area_code: Mapped[str] = text_field("行政区划代码", 12, personal=Personal.NO, hint="十二位数字")
    short_name: Mapped[str] = text_field(
        "调委会简称",
        8,
        personal=Personal.NO,
        hint="用在案号里，如“上溪”",
        basis="卷宗封面：（　）年　人调字第　号",
    )
    committee_name: Mapped[str] = text_field("人民调解委员会全称", 80, personal=Personal.NO)
    committee_kind: Mapped[str] = code_field("调委会类型", "committee_kind")
    phone: Mapped[str] = text_field("办公电话", 30, personal=Personal.NO)
    address: Mapped[str] = text_field("办公地址", 120, personal=Personal.NO)
    valid_from: Mapped[date | None] = day_field("启用日期")
    valid_to: Mapped[date | None] = day_field("停用日期")


class Staff(Synced, Base):
    """A person who works at a station: mediator, information officer, head (人民调解法 第八、九、十条)."""

    __tablename__ = "staff"
    __label__ = "工作人员"

    org_unit_id: Mapped[UUID | None] = row_field("所在机构", "org_unit.id")
    name: Mapped[str] = text_field("姓名", 60, personal=Personal.ORDINARY)
    sex: Mapped[str] = code_field("性别", "sex", personal=Personal.ORDINARY)
    role: Mapped[str] = code_field("岗位", "staff_role")
    duty: Mapped[str] = text_field("职务和分管工作", 80, personal=Personal.NO)
    phone: Mapped[str] = text_field("电话", 30, personal=Personal.ORDINARY, mask=Mask.PHONE)
    is_mediator: Mapped[bool] = yes_no_field("人民调解员")
    full_time: Mapped[bool] = yes_no_field("专职")
    appointed_on: Mapped[date | None] = day_field("任职日期")
    left_on: Mapped[date | None] = day_field("离任日期")
