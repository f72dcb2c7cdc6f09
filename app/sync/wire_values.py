"""How the values of a captured column look on the wire: one JSON form for each kind of column.

Row ids and bytes are lower-case hex, days ``YYYY-MM-DD``, moments the text of
:func:`models.columns.moment_text`, yes/no JSON booleans, numbers JSON whole numbers, text JSON strings.
An insert leaves out every column that holds its kind's zero (:attr:`WireColumn.zero`), so that a later change of a
default cannot alter what an older station meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, String, Table

from models.columns import NOT_CAPTURED, Moment, RowId, moment_text, parse_moment

ONLY_AT_INSERT = frozenset({"created_at", "created_by"})
"""Columns that travel with the insert and never change afterwards."""


class WireKind(Enum):
    """The JSON form of a column's values."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    DAY = "day"
    MOMENT = "moment"
    ROW = "row"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class WireColumn:
    """A captured column as the wire sees it.

    ``length``: most characters a text may have (None: no limit). ``bits``: width of a whole number, 32 or 64.
    ``zero``: the value an insert leaves out: NULL where it may be NULL, else the kind's empty value; Ellipsis for a
    required day, moment or row, which is always sent.
    """

    name: str
    kind: WireKind
    nullable: bool
    length: int | None
    bits: int
    zero: Any


_ZEROS: dict[WireKind, Any] = {WireKind.TEXT: "", WireKind.NUMBER: 0, WireKind.YES_NO: False}


def wire_kind(column: Column[Any]) -> WireKind:
    """The wire form of a column; raises TypeError for a column type the wire does not know."""
    kind = column.type
    if isinstance(kind, RowId):
        return WireKind.ROW
    if isinstance(kind, Moment):
        return WireKind.MOMENT
    for known, form in (
        (Boolean, WireKind.YES_NO),
        (Integer, WireKind.NUMBER),
        (Date, WireKind.DAY),
        (LargeBinary, WireKind.BYTES),
        (String, WireKind.TEXT),
    ):
        if isinstance(kind, known):
            return form
    raise TypeError(f"no wire form for {column.table.name}.{column.name}: {kind!r}")


@cache
def wire_columns(table: Table) -> tuple[WireColumn, ...]:
    """The captured columns of a synced table in the order of their names; ``id`` is not among them."""
    return tuple(
        _wire_column(column)
        for column in sorted(table.columns, key=lambda column: column.name)
        if column.name != "id" and not column.info.get(NOT_CAPTURED)
    )


def _wire_column(column: Column[Any]) -> WireColumn:
    kind = wire_kind(column)
    return WireColumn(
        name=column.name,
        kind=kind,
        nullable=bool(column.nullable),
        length=getattr(column.type, "length", None) if kind is WireKind.TEXT else None,
        bits=64 if isinstance(column.type, BigInteger) else 32,
        zero=None if column.nullable else _ZEROS.get(kind, ...),
    )


def _check_text(value: Any, length: int | None) -> str | None:
    if not isinstance(value, str):
        return "应为文字"
    if length is not None and len(value) > length:
        return f"超过 {length} 个字"
    try:
        value.encode()
    except UnicodeEncodeError:
        return "含有不能保存的字符"
    return "含有不能保存的字符" if "\x00" in value else None


def _check_number(value: Any, bits: int) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "应为整数"
    return None if -(1 << (bits - 1)) <= value < 1 << (bits - 1) else "数字太大"


def _check_yes_no(value: Any) -> str | None:
    return None if isinstance(value, bool) else "应为是或否"


def _check_day(value: Any) -> str | None:
    try:
        good = isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        good = False
    return None if good else "不是有效的日期"


def _check_moment(value: Any) -> str | None:
    try:
        # strptime is twenty times slower, and an intake checks thousands of moments a second.
        good = isinstance(value, str) and _MOMENT.fullmatch(value) and datetime.fromisoformat(value[:-1])
    except ValueError:
        good = False
    return None if good else "不是有效的时间"


def _check_row(value: Any) -> str | None:
    return None if is_row_hex(value) else "不是有效的记录标识"


def _check_bytes(value: Any) -> str | None:
    try:
        good = isinstance(value, str) and bytes.fromhex(value).hex() == value
    except ValueError:
        good = False
    return None if good else "不是有效的内容"


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
_HEX = frozenset("0123456789abcdef")


def is_row_hex(value: Any) -> bool:
    """Whether a value is a row id in its wire form: 32 lower-case hex digits."""
    return isinstance(value, str) and len(value) == 32 and _HEX.issuperset(value)


_CHECKS: dict[WireKind, Callable[[Any], str | None]] = {
    WireKind.YES_NO: _check_yes_no,
    WireKind.DAY: _check_day,
    WireKind.MOMENT: _check_moment,
    WireKind.ROW: _check_row,
    WireKind.BYTES: _check_bytes,
}


def fault_of(value: Any, column: WireColumn) -> str | None:
    """Why a wire value does not fit the column, as a Chinese phrase without the value; None when it fits."""
    if value is None:
        return None if column.nullable else "不能为空"
    if column.kind is WireKind.TEXT:
        return _check_text(value, column.length)
    if column.kind is WireKind.NUMBER:
        return _check_number(value, column.bits)
    return _CHECKS[column.kind](value)


def from_wire(value: Any, kind: WireKind) -> Any:
    """A checked wire value as the Python value SQLAlchemy binds."""
    if value is None:
        return None
    if kind is WireKind.ROW:
        return UUID(hex=value)
    if kind is WireKind.MOMENT:
        return parse_moment(value)
    if kind is WireKind.DAY:
        return date.fromisoformat(value)
    return bytes.fromhex(value) if kind is WireKind.BYTES else value


def to_wire(value: Any, kind: WireKind) -> Any:
    """A Python value as SQLAlchemy gives it back, in its wire form."""
    if value is None:
        return None
    if kind is WireKind.ROW:
        return value.hex
    if kind is WireKind.MOMENT:
        return moment_text(value)
    if kind is WireKind.DAY:
        return value.isoformat()
    return bytes(value).hex() if kind is WireKind.BYTES else value
