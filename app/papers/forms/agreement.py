"""人民调解协议书 (人民调解法 第二十八、二十九条).

Takes effect when the parties and the mediator have signed and the committee has sealed; one copy for each
party and one for the committee, so the number of copies is the number of parties and one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.papers.blocks import Block, Gap, Look, WritingLines, rule, text
from app.papers.form import Form, Margins, Sheet
from app.papers.party import Party, or_rule, running_paragraphs
from app.papers.signing import Signers, seal_and_date, sign_blocks
from app.papers.wording import chinese_count, numbered

_MARGINS = Margins(left=27, right=25, top=28, bottom=28)
_WIDTH = 210 - _MARGINS.left - _MARGINS.right


@dataclass(frozen=True, slots=True)
class AgreementData:
    """What the agreement says. ``terms`` are numbered 一、二、… unless they bring numbers of their own."""

    issuer: str = ""
    parties: tuple[Party, ...] = (Party(role="当事人"), Party(role="当事人"))
    facts: str = ""
    terms: tuple[str, ...] = ()
    performance: str = ""
    """履行方式、时限."""
    copies: int | None = None
    """Parties and one; ``None`` leaves room to write it."""
    mediators: tuple[str, ...] = ("",)
    recorder: str = ""
    signed_on: date | None = None


def story(data: AgreementData, sheet: Sheet) -> Sequence[Block]:
    """The agreement from number to date."""
    blocks: list[Block] = [
        text("人民调解协议书", Look.TITLE),
        text(f"编号：{or_rule(sheet.number, 11)}", Look.NUMBER),
    ]
    for party, ordinal in zip(data.parties, _ordinals(data.parties), strict=True):
        blocks += running_paragraphs(party, ordinal=ordinal)
    blocks += _section("纠纷主要事实、争议事项：", (data.facts,) if data.facts else (), 8)
    blocks += _section("经调解，自愿达成如下协议：", numbered(data.terms), 10)
    blocks += _section("履行方式、时限：", (data.performance,) if data.performance else (), 4)
    copies = rule(3) if data.copies is None else chinese_count(data.copies)
    closing = text(f"本协议一式{copies}份，当事人、人民调解委员会各持一份。")
    seal = seal_and_date(data.issuer, data.signed_on)
    return [*blocks, *sign_blocks(_signers(data), _WIDTH, before=(closing, Gap(3)), after=seal)]


def _ordinals(parties: Sequence[Party]) -> list[str]:
    """一、二、… for parties of one role, so that the text can name them; nothing for the only one of its
    role.
    """
    roles = [party.role for party in parties]
    counted: dict[str, int] = {}
    ordinals = []
    for role in roles:
        counted[role] = counted.get(role, 0) + 1
        ordinals.append(chinese_count(counted[role]) if roles.count(role) > 1 else "")
    return ordinals


def _section(heading: str, paragraphs: Sequence[str], blank_lines: int) -> list[Block]:
    if not paragraphs:
        return [text(heading, Look.HEADING), WritingLines(blank_lines)]
    return [text(heading, Look.HEADING), text("\n".join(paragraphs))]


def _signers(data: AgreementData) -> list[Signers]:
    parties = []
    for party, ordinal in zip(data.parties, _ordinals(data.parties), strict=True):
        parties.append(f"{party.role}{ordinal} {party.name}".strip())
        parties += [f"{actor.capacity} {actor.name}".strip() for actor in party.actors]
    staff = [f"人民调解员 {name}".strip() for name in data.mediators]
    return [
        Signers("当事人（签名、盖章或按指印）", tuple(parties)),
        Signers("人民调解员、记录人（签名）", (*staff, f"记录人 {data.recorder}".strip())),
    ]


FORM = Form("agreement", "人民调解协议书", AgreementData, story, _MARGINS)
