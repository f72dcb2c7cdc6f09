"""Column types and the short constructors by which every table describes its columns.

Text and codes are never NULL (empty means "not said"), so that nobody has to tell two kinds of nothing apart;
days, moments, numbers and references are NULL when unknown.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Text,
    TypeDecorator,
    Uuid,
    false,
    types,
)
from sqlalchemy.orm import MappedColumn, mapped_column

from models.field import INFO_KEY, Field, Kind, Mask, Personal

NOT_CAPTURED = "not_captured"
"""Key in a column's ``info``: the column is derived or local and never leaves the station."""

MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


class RowId(TypeDecorator[UUID]):
    """A UUID: 16 bytes in SQLite (half of its text form, in every index), ``uuid`` in PostgreSQL."""

    impl = LargeBinary
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """The native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Uuid(as_uuid=True))
        return dialect.type_descriptor(LargeBinary(16))

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> Any:
        """To the database."""
        if value is None or dialect.name == "postgresql":
            return value
        return value.bytes

    def process_result_value(self, value: Any, dialect: Dialect) -> UUID | None:
        """From the database."""
        if value is None or isinstance(value, UUID):
            return value
        return UUID(bytes=bytes(value))


class Moment(TypeDecorator[datetime]):
    """An aware moment: sortable ISO text in UTC in SQLite, ``timestamptz`` in PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> types.TypeEngine[Any]:
        """The native type where there is one."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String(27))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To the database; a naive value is a defect and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must be aware")
        return value if dialect.name == "postgresql" else moment_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """From the database, in UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return parse_moment(str(value))


def moment_text(moment: datetime) -> str:
    """The one text form of a moment, in the store and on the wire."""
    return moment.astimezone(UTC).strftime(MOMENT_FORMAT)


def parse_moment(text: str) -> datetime:
    """Reads :func:`moment_text`; raises ValueError for anything else."""
    return datetime.strptime(text, MOMENT_FORMAT).replace(tzinfo=UTC)


def info_of(field: Field, captured: bool = True) -> dict[Any, Any]:
    """A column's ``info`` with its description; not captured: it never leaves the station."""
    info: dict[Any, Any] = {INFO_KEY: field}
    if not captured:
        info[NOT_CAPTURED] = True
    return info


def text_field(
    label: str,
    length: int,
    *,
    personal: Personal,
    mask: Mask = Mask.NONE,
    index: bool = False,
    hint: str = "",
    basis: str = "",
    captured: bool = True,
) -> MappedColumn[Any]:
    """One line of free text of at most ``length`` characters."""
    field = Field(label, Kind.TEXT, personal, mask, length=length, hint=hint, basis=basis)
    return mapped_column(
        String(length),
        default="",
        server_default="",
        nullable=False,
        index=index,
        info=info_of(field, captured),
    )


def long_text_field(
    label: str,
    *,
    personal: Personal = Personal.SENSITIVE,
    hint: str = "",
    basis: str = "",
) -> MappedColumn[Any]:
    """Free text of any length. What people tell a mediator may hold anything, so it counts as sensitive."""
    field = Field(label, Kind.LONG_TEXT, personal, Mask.HIDDEN, hint=hint, basis=basis)
    return mapped_column(Text, default="", server_default="", nullable=False, info=info_of(field))


def code_field(
    label: str,
    table: str,
    *,
    personal: Personal = Personal.NO,
    default: str = "",
    index: bool = False,
    basis: str = "",
) -> MappedColumn[Any]:
    """A code from the code table ``table``."""
    field = Field(label, Kind.CODE, personal, codes=table, basis=basis)
    return mapped_column(
        String(40),
        default=default,
        server_default=default,
        nullable=False,
        index=index,
        info=info_of(field),
    )


def day_field(
    label: str,
    *,
    personal: Personal = Personal.NO,
    index: bool = False,
    basis: str = "",
) -> MappedColumn[Any]:
    """A calendar day in China."""
    return mapped_column(
        Date,
        nullable=True,
        index=index,
        info=info_of(Field(label, Kind.DAY, personal, basis=basis)),
    )


def moment_field(
    label: str,
    *,
    index: bool = False,
    nullable: bool = True,
    basis: str = "",
    captured: bool = True,
) -> MappedColumn[Any]:
    """An instant, kept in UTC."""
    field = Field(label, Kind.MOMENT, Personal.NO, basis=basis)
    return mapped_column(Moment, nullable=nullable, index=index, info=info_of(field, captured))


def number_field(
    label: str,
    *,
    unit: str = "",
    default: int | None = None,
    basis: str = "",
    captured: bool = True,
) -> MappedColumn[Any]:
    """A whole number; NULL when unknown unless a default is given."""
    field = Field(label, Kind.NUMBER, Personal.NO, unit=unit, basis=basis)
    return mapped_column(
        Integer,
        nullable=default is None,
        default=default,
        server_default=None if default is None else str(default),
        info=info_of(field, captured),
    )


def money_field(label: str, *, basis: str = "") -> MappedColumn[Any]:
    """An amount in fen (1/100 yuan); shown in yuan."""
    return mapped_column(
        BigInteger,
        nullable=True,
        info=info_of(Field(label, Kind.MONEY, Personal.NO, unit="元", basis=basis)),
    )


def yes_no_field(label: str, *, personal: Personal = Personal.NO, basis: str = "") -> MappedColumn[Any]:
    """Yes or no; no unless said otherwise."""
    field = Field(label, Kind.YES_NO, personal, basis=basis)
    return mapped_column(
        Boolean,
        default=False,
        server_default=false(),
        nullable=False,
        info=info_of(field),
    )


def row_field(
    label: str,
    target: str | None = None,
    *,
    personal: Personal = Personal.NO,
    index: bool = True,
    nullable: bool = True,
) -> MappedColumn[Any]:
    """A reference to another row by its ``id``; ``target`` is ``table.id``, or None for any table."""
    args = [ForeignKey(target)] if target else []
    field = Field(label, Kind.ROW, personal)
    return mapped_column(RowId, *args, nullable=nullable, index=index, info=info_of(field))


def system_text_field(label: str, length: int | None = None, *, default: str = "") -> MappedColumn[Any]:
    """Text the program writes for itself: never typed, never personal."""
    field = Field(label, Kind.SYSTEM, Personal.NO)
    return mapped_column(
        String(length) if length else Text,
        default=default,
        server_default=default,
        nullable=False,
        info=info_of(field),
    )


def system_bytes_field(label: str, *, nullable: bool = True) -> MappedColumn[Any]:
    """Bytes the program writes for itself, such as a hash or a key."""
    return mapped_column(
        LargeBinary,
        nullable=nullable,
        info=info_of(Field(label, Kind.SYSTEM, Personal.NO)),
    )
