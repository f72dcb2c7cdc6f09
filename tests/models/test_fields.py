"""Every column of every table is described: label, code table, personal data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Table

from models.base import SYNCED, Base, synced_tables
from models.codes import bundled_code_folder
from models.field import Field, Kind, Mask, Personal, mask_value
from models.tables import METADATA

COLUMNS = [(table, column) for table in METADATA.sorted_tables for column in table.columns]
NAMES = [f"{table.name}.{column.name}" for table, column in COLUMNS]

TELLS_OF_A_PERSON = (
    "name",
    "initials",
    "sex",
    "born",
    "ethnicity",
    "phone",
    "address",
    "document_number",
    "occupation",
    "facts",
    "demand",
    "request",
    "record",
    "terms",
    "participants",
    "mediators",
    "recorder",
    "members",
    "chair",
    "relation",
    "special_need",
    "reason",
    "note",
)
"""Words in a column's name that mark what people say of themselves or others."""

PUBLIC_NAMES = {
    "org_unit.name",
    "step.document_number",
    "assignment.document_number",
    "paper.number",
    "org_unit.short_name",
    "org_unit.committee_name",
    "org_unit.phone",
    "org_unit.address",
    "operation.table_name",
    "reception_slot.absence_reason",
    "verdict.reason",
}
"""Columns whose names sound personal but that speak of offices or of the program itself."""


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_column_is_described(table: Table, column: Column[Any]) -> None:
    """GIVEN a column WHEN its info is read THEN it carries a Chinese label and says whether it is personal."""
    field = column.info.get("field")
    assert isinstance(field, Field), f"{table.name}.{column.name} has no description"
    assert any("一" <= ch <= "鿿" for ch in field.label), f"{table.name}.{column.name} has no Chinese label"
    assert field.personal is not None, f"{table.name}.{column.name} does not say whether it is personal data"
    if field.kind is Kind.CODE:
        assert field.codes, f"{table.name}.{column.name} names no code table"


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_code_table_exists(table: Table, column: Column[Any]) -> None:
    """GIVEN a coded column THEN its code table is a data file, and its default is one of its codes."""
    field: Field = column.info["field"]
    if field.codes is None:
        assert field.kind is not Kind.CODE
        return
    path: Path = bundled_code_folder() / f"{field.codes}.csv"
    assert path.is_file(), f"{table.name}.{column.name}: no code table {field.codes}"
    default = str(column.default.arg) if column.default is not None else ""  # type: ignore[attr-defined]
    if default:
        codes = [line.split(",")[0] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
        assert default in codes, f"{table.name}.{column.name}: default {default} is not in {field.codes}"


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=NAMES)
def test_personal_data_is_marked(table: Table, column: Column[Any]) -> None:
    """GIVEN a column whose name tells of a person THEN it is marked as personal data."""
    field: Field = column.info["field"]
    sounds_personal = any(word in column.name.split("_") or column.name == word for word in TELLS_OF_A_PERSON)
    if field.kind in (Kind.LONG_TEXT,):
        assert field.personal is Personal.SENSITIVE, (
            f"{table.name}.{column.name}: free text may hold anything"
        )
    if (
        sounds_personal
        and field.kind in (Kind.TEXT, Kind.LONG_TEXT)
        and f"{table.name}.{column.name}" not in PUBLIC_NAMES
    ):
        assert field.personal is not Personal.NO, f"{table.name}.{column.name} is unmarked personal data"


def test_every_class_has_a_chinese_name() -> None:
    """Tables are shown to people, so each has a label."""
    for mapper in Base.registry.mappers:
        assert any("一" <= ch <= "鿿" for ch in mapper.class_.__label__), mapper.class_


def test_synced_tables_have_what_sync_needs() -> None:
    """Every synced table can be named, dated and withdrawn; parents come before children."""
    seen: set[str] = set()
    tables = synced_tables(METADATA)
    assert len(tables) >= 25
    for table in tables:
        assert {"id", "station_id", "created_at", "changed_at", "withdrawn_at", "revision"} <= set(
            table.columns.keys()
        )
        for key in table.foreign_keys:
            target = key.column.table.name
            assert target == table.name or target in seen, f"{table.name} comes before {target}"
            assert METADATA.tables[target].info.get(SYNCED)
        seen.add(table.name)


@pytest.mark.parametrize(
    ("text", "mask", "shown"),
    [
        ("张秀英", Mask.NAME, "张某某"),
        ("𬭎", Mask.NAME, "某"),
        ("13900000017", Mask.PHONE, "139****0017"),
        ("11010519491231002X", Mask.DOCUMENT, "110105********002X"),
        ("上溪村3组17号", Mask.ADDRESS, "上溪村3***"),
        ("打伤了人", Mask.HIDDEN, "***"),
        ("", Mask.HIDDEN, ""),
        ("原样", Mask.NONE, "原样"),
    ],
)
def test_masks(text: str, mask: Mask, shown: str) -> None:
    """Masked values keep just enough to recognise them."""
    assert mask_value(text, mask) == shown
