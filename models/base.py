"""The declarative base and what all rows have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Integer, MetaData, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from models.columns import (
    NOT_CAPTURED,
    RowId,
    info_of,
    moment_field,
    number_field,
    row_field,
    text_field,
)
from models.field import Field, Kind, Personal

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

SYNCED = "synced"
"""Key in a table's ``info``: its rows travel to the county."""


class Base(DeclarativeBase):
    """Base of every mapped class; each has a Chinese ``__label__``."""

    metadata = MetaData(naming_convention=NAMING)
    __label__: str = ""


class LocalKey:
    """A small whole-number key: B-trees and the full-text index want it; it never leaves the station."""

    local_id: Mapped[int] = mapped_column(
        Integer,
        primary_key=True,
        info={
            **info_of(Field("本机序号", Kind.SYSTEM, Personal.NO)),
            NOT_CAPTURED: True,
        },
    )


class Synced(LocalKey):
    """A row that the county also gets. It is never deleted, only withdrawn with a reason and a person."""

    @declared_attr.directive
    def __table_args__(cls) -> Any:  # noqa: N805 - SQLAlchemy's own convention
        return {"info": {SYNCED: True}}

    id: Mapped[UUID] = mapped_column(
        RowId,
        unique=True,
        nullable=False,
        info=info_of(Field("编号标识", Kind.SYSTEM, Personal.NO)),
    )
    station_id: Mapped[UUID] = mapped_column(
        RowId, nullable=False, info=info_of(Field("所属站点", Kind.ROW, Personal.NO))
    )
    created_at: Mapped[datetime] = moment_field("录入时间", nullable=False)
    created_by: Mapped[UUID | None] = row_field("录入人", index=False)
    changed_at: Mapped[datetime] = moment_field("修改时间", nullable=False)
    changed_by: Mapped[UUID | None] = row_field("修改人", index=False)
    withdrawn_at: Mapped[datetime | None] = moment_field("撤回时间")
    withdrawn_by: Mapped[UUID | None] = row_field("撤回人", index=False)
    withdrawn_reason: Mapped[str] = text_field("撤回理由", 200, personal=Personal.SENSITIVE)
    revision: Mapped[int] = number_field("县中心版本", default=0, captured=False)


def synced_tables(metadata: MetaData) -> list[Table]:
    """Every table whose rows travel, in an order in which parents come before children."""
    return [table for table in metadata.sorted_tables if table.info.get(SYNCED)]
