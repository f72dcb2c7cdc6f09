"""人民调解受理登记表 (人民调解法 第十七条: by application or on the committee's own initiative)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.papers.blocks import Block, Cell, Gap, Grid, Look, Row, label, long_value, text, tick, value
from app.papers.form import Form, Sheet
from app.papers.party import or_rule
from app.papers.wording import chinese_date


class Origin(StrEnum):
    """How the matter came to the committee."""

    APPLICATION = "application"
    INITIATIVE = "initiative"


@dataclass(frozen=True, slots=True)
class AcceptanceData:
    """What the register says."""

    issuer: str = ""
    accepted_on: date | None = None
    origin: Origin | None = None
    source_note: str = ""
    """Who handed the matter over, if anyone did: 望街派出所移送, 县人民法院委托."""
    applicants: tuple[str, ...] = ()
    respondents: tuple[str, ...] = ()
    dispute_kind: str = ""
    facts: str = ""
    registrar: str = ""
    registered_on: date | None = None


def story(data: AcceptanceData, sheet: Sheet) -> Sequence[Block]:
    """The register on one page, longer when the facts are."""
    by_application, by_initiative = data.origin is Origin.APPLICATION, data.origin is Origin.INITIATIVE
    way = tick((("依当事人申请", by_application), ("主动调解（经当事人同意）", by_initiative)))
    source = tick((("①当事人申请", by_application), ("②人民调解委员会主动调解", by_initiative)))
    if data.source_note:
        source += f"\n移送、委托情况：{data.source_note}"
    between = (
        f"{or_rule('、'.join(data.applicants), 9)} 与 {or_rule('、'.join(data.respondents), 9)} 之间的纠纷"
    )
    rows = (
        Row((label("时间"), value(chinese_date(data.accepted_on), across=2)), 12),
        Row((label("登记方式"), value(way, across=2)), 12),
        Row((label("当事人"), value(between, across=2)), 14),
        Row((label("纠纷类型"), value(data.dispute_kind, across=2)), 12),
        Row((label("案件来源"), value(source, across=2)), 12),
        Row((label("纠纷简要\n情况"), long_value(data.facts, across=2)), 84),
        Row((_signature("当事人（签名）：", across=2), _signature(_registrar(data), across=1)), 24),
        Row((_seal(data),), 40),
    )
    return (
        text("人民调解受理登记表", Look.TITLE),
        text(f"编号：{or_rule(sheet.number, 11)}", Look.NUMBER),
        Grid((28, 55, 83), rows),
        Gap(2),
        text("备注：此表由人民调解委员会填写。", Look.NOTE),
    )


def _registrar(data: AcceptanceData) -> str:
    return f"登记人 {data.registrar}（签名）：" if data.registrar else "登记人（签名）："


def _signature(line: str, *, across: int) -> Cell:
    return Cell((text(line, Look.CELL),), across)


def _seal(data: AcceptanceData) -> Cell:
    who = f"{data.issuer or '人民调解委员会'}（印章）"
    return Cell(
        (Gap(14), text(who, Look.CELL_RIGHT), text(chinese_date(data.registered_on), Look.CELL_RIGHT)), 3
    )


FORM = Form("acceptance_register", "人民调解受理登记表", AcceptanceData, story)
