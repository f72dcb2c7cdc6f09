"""Code tables: every bundled one can be read, and a county's own values lie over them."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.codes import (
    CodeEntry,
    CodeTable,
    CodeTables,
    bundled_code_folder,
    bundled_code_tables,
    load_code_tables,
)
from models.errors import UserError

TABLES = bundled_code_tables()
TODAY = date(2026, 11, 22)
PARENTS_ELSEWHERE = {"dispute_subtype": "dispute_type"}
MAPS_INTO = {
    "dispute_type": "dispute_type_hefei",
    "dispute_type_hefei": "dispute_type",
    "dispute_type_older": "dispute_type",
    "content_class": "dispute_type",
    "content_class_2015": "content_class",
    "mediation_status_hefei": "case_state",
}
EXPECTED_CODES = {
    "case_kind": "dispute petition errand suggestion",
    "case_state": "registered transferred assigned declined routed accepted mediating agreed ended replied "
    "delivered running reviewing final_reviewing followed_up closed archived",
    "step_kind": "register accept decline mediate agree_written agree_oral end_mediation fulfil follow_up "
    "close archive transfer assign inform route extend reply deliver review final_review hear run_errand "
    "report_back adopt note risk report_police reopen link",
    "party_role": "applicant respondent petitioner representative guardian agent about_unit third_party "
    "accused",
    "person_kind": "natural legal unincorporated group",
    "visit_channel": "visit letter web phone other",
    "visit_outcome": "answered opened joined pending",
    "secrecy": "open confidential accusation",
    "mediation_result": "agreed continue failed",
    "statutory_route": "1 2 3 4 5 6",
    "account_role": "mediator head administrator",
}
"""Codes that the program's own logic speaks of: they may never be dropped from a file."""


@pytest.fixture
def county(tmp_path: Path) -> Path:
    """An empty folder for the county's own tables."""
    return tmp_path


def test_every_table_is_sound() -> None:
    """Names are Chinese, parents exist, validity is not upside down, every value says where it is from."""
    assert len(TABLES) >= 50
    for name, table in TABLES.items():
        assert len(table), name
        codes_above = TABLES[PARENTS_ELSEWHERE.get(name, name)]
        for entry in table:
            assert entry.source, (name, entry)
            assert any("一" <= ch <= "鿿" for ch in entry.name) or entry.name[0].isdigit(), (name, entry)
            assert entry.code.isascii(), (name, entry)
            assert not entry.parent or entry.parent in codes_above, (name, entry)
            assert not (entry.valid_from and entry.valid_to) or entry.valid_from <= entry.valid_to
            if name in MAPS_INTO and entry.maps_to:
                assert entry.maps_to in TABLES[MAPS_INTO[name]], (name, entry)


@pytest.mark.parametrize("name", EXPECTED_CODES)
def test_codes_the_program_speaks_of(name: str) -> None:
    """The contract between the files and the logic."""
    assert set(EXPECTED_CODES[name].split()) <= set(TABLES[name].entries)


def test_the_eighteen_dispute_types_in_the_order_of_the_statistics() -> None:
    """The national mediation statistics count by these eighteen, in this order."""
    assert [entry.name for entry in TABLES["dispute_type"]] == [
        "婚姻家庭",
        "邻里",
        "房屋宅基地",
        "合同",
        "生产经营",
        "损害赔偿",
        "山林土地",
        "征地拆迁",
        "环境污染",
        "拖欠农民工工资",
        "其他劳动争议",
        "旅游",
        "电子商务",
        "其他消费",
        "医疗",
        "道路交通事故",
        "物业",
        "其他",
    ]
    assert TABLES["dispute_type"].maps_to("traffic") == "14"
    assert len(TABLES["content_class"]) == 20
    assert len(TABLES["content_class_2015"]) == 17
    assert len(TABLES["ethnicity"]) == 58


def test_sex_is_the_right_way_round() -> None:
    """GB/T 2261.1: 1 is male; a system was seen that had it wrong."""
    assert TABLES.name_of("sex", "1") == "男"
    assert TABLES.name_of("sex", "2") == "女"


def test_names_and_codes_go_both_ways() -> None:
    """Every code and every name that stands for one value is understood."""
    for table in TABLES.values():
        for entry in table:
            assert table.parse(entry.code) == entry.code
            assert table.parse(f" {entry.name}\n", parent=entry.parent) == entry.code
            assert table.name_of(entry.code) == entry.name


@given(st.text())
def test_an_unknown_code_is_shown_as_it_stands(code: str) -> None:
    """Nothing recorded may be lost because a table does not know it."""
    table = TABLES["dispute_type"]
    if code not in table:
        assert table.name_of(code) == code
        assert table.maps_to(code) == ""


def test_a_name_that_stands_for_several_is_not_guessed() -> None:
    """噪声 is a kind of neighbours' and of pollution disputes."""
    table = TABLES["dispute_subtype"]
    assert table.parse("噪声") is None
    assert table.parse("噪声", parent="pollution") == "pollution_04"
    assert table.parse("没有这一项") is None
    assert [entry.name for entry in table.entries_on(TODAY, parent="pollution")][:2] == ["污水", "异味"]


@pytest.mark.parametrize(
    ("day", "offered"),
    [
        (date(2019, 12, 31), ["a"]),
        (date(2020, 1, 1), ["a", "b"]),
        (date(2024, 6, 30), ["a", "b"]),
        (date(2024, 7, 1), ["a"]),
    ],
)
def test_validity_counts_both_ends(day: date, offered: list[str]) -> None:
    """A value may be chosen from its first to its last day."""
    entries = [CodeEntry("a", "甲"), CodeEntry("b", "乙", "", date(2020, 1, 1), date(2024, 6, 30))]
    table = CodeTable("t", {entry.code: entry for entry in entries})
    assert [entry.code for entry in table.entries_on(day)] == offered
    assert table.name_of("b") == "乙"


def test_a_county_changes_adds_and_ends_values(county: Path) -> None:
    """GIVEN a file of the same name THEN equal codes are replaced in place and new ones come last."""
    (county / "risk_level.csv").write_text(
        "code,name,valid_to\nblue,一般风险,\nred,重大风险,2025-12-31\nblack,特别重大,\n", encoding="utf-8"
    )
    (county / "local_area.csv").write_text("code,name\n1,东片\n", encoding="utf-8")
    tables = bundled_code_tables(county)
    assert [entry.name for entry in tables["risk_level"].entries_on(TODAY)] == [
        "一般风险",
        "黄",
        "橙",
        "特别重大",
    ]
    assert tables.name_of("risk_level", "red") == "重大风险"
    assert tables.name_of("local_area", "1") == "东片"
    assert tables["sex"].entries == TABLES["sex"].entries


def test_a_file_saved_by_excel_is_read(county: Path) -> None:
    """Excel writes a byte-order mark, or the system's code page, and Windows line ends."""
    (county / "a.csv").write_bytes("﻿code,name\r\n1,甲\r\n\r\n".encode())
    (county / "b.csv").write_bytes('code,name\r\n1,"乙,丙"\r\n'.encode("gb18030"))
    tables = load_code_tables(bundled_code_folder(), county)
    assert tables["a"].name_of("1") == "甲"
    assert tables["b"].name_of("1") == "乙,丙"


def test_a_missing_county_folder_is_no_trouble(county: Path) -> None:
    """Most stations have none."""
    assert set(bundled_code_tables(county / "none")) == set(TABLES)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        ("", 1, "列名"),
        ("甲,乙\n1,2\n", 1, "列名"),
        ("code,name\n1,甲\n1,乙\n", 3, "重复"),
        ("code,name\n,甲\n", 2, "都要填写"),
        ("code,name\n1\n", 2, "都要填写"),
        (f"code,name\n{'x' * 41},甲\n", 2, "40"),
        ("code,name,valid_to\n1,甲,明年\n", 2, "明年"),
    ],
)
def test_a_file_that_cannot_be_understood_is_named(
    county: Path, content: str, line: int, reason: str
) -> None:
    """The county's mistake is told with file and line, and what to do."""
    (county / "dispute_type.csv").write_text(content, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        bundled_code_tables(county)
    assert f"“dispute_type.csv”第{line}行" in caught.value.what
    assert reason in caught.value.what
    assert "没有改动" in caught.value.what
    assert caught.value.remedy


def test_a_table_that_does_not_exist_is_our_defect() -> None:
    """A wrong table name is in the program, not in the data."""
    with pytest.raises(KeyError):
        CodeTables({})["dispute_type"]


def test_loading_is_fast() -> None:
    """Start-up budget: all tables within 15 ms (best of several, the machine is shared)."""
    spans = []
    for _ in range(7):
        start = time.perf_counter()
        load_code_tables(bundled_code_folder())
        spans.append(time.perf_counter() - start)
    assert min(spans) < 0.015


def test_the_readme_speaks_of_every_table() -> None:
    """Nobody should have to guess how sure a table is."""
    readme = (bundled_code_folder() / "README.md").read_text(encoding="utf-8")
    assert [name for name in TABLES if name not in readme] == []
