"""The one description of a field, kept in each mapped column's ``info`` and read from there by forms, tables,
Excel headers, printed papers, search, audit and the wire.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import Column
from sqlalchemy.orm import InstrumentedAttribute

INFO_KEY = "field"


class Personal(Enum):
    """How far a field is personal information (个人信息保护法 第四条, 第二十八条)."""

    NO = "no"
    """Says nothing about a natural person."""
    ORDINARY = "ordinary"
    """Personal information."""
    SENSITIVE = "sensitive"
    """Sensitive personal information, or text that may hold it: strict need, shown only where needed."""


class Mask(Enum):
    """How a personal field is shown where it need not be read in full."""

    NONE = "none"
    NAME = "name"
    PHONE = "phone"
    DOCUMENT = "document"
    ADDRESS = "address"
    HIDDEN = "hidden"


class Kind(Enum):
    """What kind of value a field holds; it decides the widget, the printed form and the wire form."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CODE = "code"
    DAY = "day"
    MOMENT = "moment"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    ROW = "row"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Field:
    """What a column means to people.

    ``label``: Chinese label. ``codes``: name of the code table of a :attr:`Kind.CODE` field. ``length``: most
    characters a text may have (None: no limit). ``unit``: Chinese unit shown behind numbers. ``hint``: grey text
    in an empty box. ``basis``: the article or form that asks for the field.
    """

    label: str
    kind: Kind
    personal: Personal | None
    mask: Mask = Mask.NONE
    codes: str | None = None
    length: int | None = None
    unit: str = ""
    hint: str = ""
    basis: str = ""


def field_of(column: Column[Any] | InstrumentedAttribute[Any]) -> Field:
    """The description of a mapped column.

    Raises KeyError when the column carries none; a test keeps that from happening in a mapped class.
    """
    description = column.info[INFO_KEY]
    assert isinstance(description, Field)
    return description


def mask_value(text: str, mask: Mask) -> str:
    """The text as it may be shown where the whole of it is not needed (个人信息保护法 第二十五条)."""
    if not text or mask is Mask.NONE:
        return text
    if mask is Mask.NAME:
        return text[0] + "某" * min(len(text) - 1, 2) if len(text) > 1 else "某"
    if mask is Mask.PHONE:
        return text[:3] + "****" + text[-4:] if len(text) >= 11 else "****"
    if mask is Mask.DOCUMENT:
        return text[:6] + "*" * max(len(text) - 10, 4) + text[-4:] if len(text) >= 15 else "****"
    if mask is Mask.ADDRESS:
        return text[: max(len(text) // 2, 1)] + "***"
    return "***"
