"""Code tables: the fixed lists of values (纠纷类型, 案件来源, 民族 …) read from CSV files.

Each table is one file ``<table>.csv`` with the columns ``code, name, parent, valid_from, valid_to, maps_to,
source``. Lists change by year and by county and several could not be verified, so a county may drop a file of
the same name into a folder of its own: its rows replace bundled rows of the same code and add new ones. A
code that is in no table is shown as it stands, because a value once recorded must stay readable.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from pathlib import Path
from types import MappingProxyType

from models.errors import UserError

UNVERIFIED_MARK = "未核实"
"""A row whose ``source`` starts with this was not seen in a primary text; a county may have to replace it."""

LONGEST_CODE = 40
"""Characters a code may have; the width of the code columns."""

NO_CODE = ""
"""The code of "not said"."""


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One value of a code table.

    ``parent``: code of the value above it, in the same table unless the table's description says otherwise.
    ``valid_from`` and ``valid_to``: first and last day on which the value may be chosen; None is open.
    ``maps_to``: its code in another list (``resources/codes/README.md``). ``source``: where it was read.
    """

    code: str
    name: str
    parent: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    maps_to: str = ""
    source: str = ""

    @property
    def verified(self) -> bool:
        """Whether the value was read in a text that counts."""
        return not self.source.startswith(UNVERIFIED_MARK)

    def valid_on(self, day: date) -> bool:
        """Whether the value may be chosen on the day; both ends count."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


@dataclass(frozen=True)
class CodeTable:
    """One list of values in its order; ``entries`` is keyed by code."""

    name: str
    entries: Mapping[str, CodeEntry]
    _by_name: Mapping[str, tuple[CodeEntry, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, tuple[CodeEntry, ...]] = {}
        for entry in self.entries.values():
            by_name[entry.name] = (*by_name.get(entry.name, ()), entry)
        object.__setattr__(self, "_by_name", by_name)

    def __contains__(self, code: object) -> bool:
        return code in self.entries

    def __iter__(self) -> Iterator[CodeEntry]:
        return iter(self.entries.values())

    def __len__(self) -> int:
        return len(self.entries)

    def name_of(self, code: str) -> str:
        """The Chinese name; an unknown code comes back as it is, so that nothing recorded is lost."""
        entry = self.entries.get(code)
        return entry.name if entry else code

    def maps_to(self, code: str) -> str:
        """The value's code in the other list; empty when there is none."""
        entry = self.entries.get(code)
        return entry.maps_to if entry else ""

    def entries_on(self, day: date, parent: str | None = None) -> tuple[CodeEntry, ...]:
        """The values that may be chosen on a day, in order; with ``parent``, only those below it."""
        return tuple(
            entry for entry in self if entry.valid_on(day) and (parent is None or entry.parent == parent)
        )

    def parse(self, text: str, parent: str | None = None) -> str | None:
        """The code for a code or an exact name; None when there is none or when the name stands for several.

        ``parent`` narrows a name that occurs below several values.
        """
        wanted = text.strip()
        if wanted in self.entries:
            return wanted
        named = self._by_name.get(wanted, ())
        if parent is not None:
            named = tuple(entry for entry in named if entry.parent == parent)
        return named[0].code if len(named) == 1 else None


class CodeTables(Mapping[str, CodeTable]):
    """All code tables, handed to whoever shows or reads codes."""

    def __init__(self, tables: Mapping[str, CodeTable]) -> None:
        self._tables = dict(tables)

    def __getitem__(self, name: str) -> CodeTable:
        """The table of that name; raises KeyError for a table that does not exist."""
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def name_of(self, table: str, code: str) -> str:
        """The Chinese name of a code; the code itself when it is unknown."""
        return self._tables[table].name_of(code)


def bundled_code_folder() -> Path:
    """The folder of the code tables that come with the program."""
    return Path(__file__).resolve().parent.parent / "resources" / "codes"


def bundled_code_tables(overrides: Path | None = None) -> CodeTables:
    """The bundled tables with the county's changes laid over them; raises as :func:`load_code_tables`."""
    return CodeTables(load_code_tables(bundled_code_folder(), overrides))


def load_code_tables(folder: Path, overrides: Path | None = None) -> Mapping[str, CodeTable]:
    """Reads every ``*.csv`` of a folder, then those of the county's folder over them.

    A missing ``overrides`` folder counts as empty. Raises UserError, naming file and line, when a file cannot
    be understood; a table is then better absent than half read.
    """
    entries = {path.stem: _read(path) for path in sorted(folder.glob("*.csv"))}
    if overrides is not None and overrides.is_dir():
        for path in sorted(overrides.glob("*.csv")):
            entries[path.stem] = {**entries.get(path.stem, {}), **_read(path)}
    return {name: CodeTable(name, MappingProxyType(found)) for name, found in entries.items()}


def _read(path: Path) -> dict[str, CodeEntry]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel on a Chinese Windows saves CSV in the system's code page.
        text = content.decode("gb18030", errors="replace")
    found: dict[str, CodeEntry] = {}
    rows = csv.reader(StringIO(text, newline=""))
    header = [heading.strip() for heading in next(rows, [])]
    if "code" not in header or "name" not in header:
        raise _unreadable(path, 1, "第一行应当是列名，至少有 code 和 name 两列")
    for row in rows:
        if not any(cell.strip() for cell in row):
            continue
        entry = _entry(dict(zip(header, map(str.strip, row), strict=False)), path, rows.line_num)
        if entry.code in found:
            raise _unreadable(path, rows.line_num, f"代码“{entry.code}”重复")
        found[entry.code] = entry
    return found


def _entry(cells: dict[str, str], path: Path, line: int) -> CodeEntry:
    code, name = cells.get("code", ""), cells.get("name", "")
    if not code or not name:
        raise _unreadable(path, line, "代码和名称都要填写")
    if len(code) > LONGEST_CODE:
        raise _unreadable(path, line, f"代码超过{LONGEST_CODE}个字符")
    return CodeEntry(
        code,
        name,
        cells.get("parent", ""),
        _day(cells.get("valid_from", ""), path, line),
        _day(cells.get("valid_to", ""), path, line),
        cells.get("maps_to", ""),
        cells.get("source", ""),
    )


def _day(text: str, path: Path, line: int) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _unreadable(path, line, f"日期“{text}”应写成 2026-01-31 的样子") from None


def _unreadable(path: Path, line: int, reason: str) -> UserError:
    return UserError(
        f"代码表文件“{path.name}”第{line}行读不懂：{reason}。已有的数据没有改动。",
        "请改好这个文件后重新打开程序，或者先把它移走，用程序自带的代码表。",
        title="代码表没有读入",
    )
