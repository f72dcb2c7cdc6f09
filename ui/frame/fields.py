"""Finds field descriptions by their reference ``"table.column"``."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column

from models.field import Field, field_of
from models.tables import METADATA


def column_at(reference: str) -> Column[Any]:
    """The mapped column called ``"table.column"``; raises KeyError with the reference when there is none."""
    table_name, _, column_name = reference.partition(".")
    try:
        return METADATA.tables[table_name].columns[column_name]
    except KeyError:
        raise KeyError(f"no field {reference}") from None


def field_at(reference: str) -> Field:
    """The description of the column called ``"table.column"``; raises KeyError when there is none."""
    return field_of(column_at(reference))


def short_name(reference: str) -> str:
    """``"visit.facts"`` without its table."""
    return reference.rpartition(".")[2]
