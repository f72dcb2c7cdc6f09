"""来访登记表 (信访工作条例 第十九、二十二条).

The regulation asks for name, address, request, facts and reasons, truthfully recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.papers.blocks import (
    Block,
    Cell,
    Gap,
    Grid,
    Look,
    Row,
    label,
    long_value,
    name,
    rule,
    text,
    tick,
    value,
    vertical_label,
)
from app.papers.form import Form, Sheet
from app.papers.party import Party, or_rule
from app.papers.wording import chinese_moment

_COLUMNS = (12.0, 29.0, 46.0, 21.0, 18.0, 15.0, 25.0)
_LOW = 9.5
_TALL = (46.0, 26.0, 28.0, 20.0)
"""Heights in millimetres of 问题, 诉求, 意见 and 结果 with one visitor; more visitors take from them."""
_SHORTEST = 0.45
_NOTICE = (
    "告知：本表所填个人信息只用于登记、办理您反映的事项，依法保密。您可以凭登记号查询办理情况、评价办理结果，"
    "也可以查阅并要求更正本人信息。"
)


@dataclass(frozen=True, slots=True)
class VisitData:
    """What the register says."""

    issuer: str = ""
    happened_at: datetime | None = None
    receiver: str = ""
    visitors: tuple[Party, ...] = (Party(role="来访人"),)
    """Those registered by name: of a crowd its representatives, at most five (第二十条)."""
    people_count: int | None = None
    representatives: tuple[str, ...] = ()
    repeat: bool | None = None
    facts: str = ""
    request: str = ""
    problem_place: str = ""
    opinion: str = ""
    responsible_unit: str = ""
    result: str = ""


def story(data: VisitData, sheet: Sheet) -> Sequence[Block]:
    """The register: who came, what about, what was said and done."""
    count = rule(3) if data.people_count is None else str(data.people_count)
    again = tick((("首次", data.repeat is False), ("重复", data.repeat is True)))
    taken = 30.0 * (len(data.visitors) - 1)
    facts, request, opinion, result = (height * max(_SHORTEST, 1 - taken / sum(_TALL)) for height in _TALL)
    rows = [row for visitor in data.visitors for row in _visitor(visitor)]
    rows += [
        Row(
            (
                label("来访人数", across=2),
                value(f"{count} 人", centre=True),
                label("信访次数"),
                value(again, across=3),
            ),
            _LOW,
        ),
        Row((label("代表人", across=2), value("、".join(data.representatives), across=5)), _LOW),
        Row((label("问题发生地", across=2), value(data.problem_place, across=5)), _LOW),
        Row((label("反映的\n主要问题", across=2), long_value(data.facts, across=5)), facts),
        Row((label("诉求", across=2), long_value(data.request, across=5)), request),
        Row((label("接待处理\n意见", across=2), long_value(data.opinion, across=5)), opinion),
        Row((label("责任单位", across=2), value(data.responsible_unit, across=5)), _LOW),
        Row((label("办理结果", across=2), long_value(data.result, across=5)), result),
        Row((_sign("来访人（签名或按指印）：", 3), _sign(_receiver(data), 4)), 20),
    ]
    return (
        text(f"{data.issuer}来访登记表", Look.TITLE),
        _heading(data, sheet),
        Grid(_COLUMNS, tuple(rows)),
        Gap(2),
        text(_NOTICE, Look.NOTE),
    )


def _heading(data: VisitData, sheet: Sheet) -> Grid:
    number = text(f"登记号：{or_rule(sheet.number, 8)}", Look.CELL)
    moment = text(f"来访时间：{chinese_moment(data.happened_at)}", Look.CELL_RIGHT)
    return Grid((64.0, 102.0), (Row((Cell((number,)), Cell((moment,))), 8),), ruled=False)


def _visitor(visitor: Party) -> tuple[Row, ...]:
    if visitor.organisation:
        leader = "　".join(part for part in (visitor.legal_representative, visitor.post) if part)
        return (
            Row((vertical_label("来访单位", down=3), label("名称"), value(visitor.name, across=5))),
            Row((label("负责人、职务"), value(leader), label("联系电话"), name(visitor.phone, across=3))),
            Row((label("住所"), value(visitor.address, across=5))),
        )
    return (
        Row(
            (
                vertical_label("来访人", down=3),
                label("姓名"),
                name(visitor.name),
                label("性别"),
                name(visitor.sex),
                label("年龄"),
                name(visitor.age_text),
            )
        ),
        Row(
            (label("公民身份号码"), name(visitor.id_number), label("联系电话"), name(visitor.phone, across=3))
        ),
        Row((label("单位或住址"), value(visitor.address, across=5))),
    )


def _receiver(data: VisitData) -> str:
    return f"接待人 {data.receiver}（签名）：" if data.receiver else "接待人（签名）："


def _sign(line: str, across: int) -> Cell:
    return Cell((text(line, Look.CELL),), across)


FORM = Form("visit_register", "来访登记表", VisitData, story)
