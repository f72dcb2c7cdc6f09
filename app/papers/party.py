"""A party as printed on a paper: a natural person or an organisation, with whoever acts for them."""

from __future__ import annotations

from dataclasses import dataclass

from app.papers.blocks import Block, Look, Run, rule, text


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who acts for a party: 法定代理人, 委托代理人."""

    capacity: str = "法定代理人"
    name: str = ""
    relation: str = ""
    id_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """One party. An organisation has ``legal_representative`` and ``post`` and no sex, nation or age."""

    role: str = "当事人"
    """申请人, 被申请人, 当事人, 来访人…"""
    name: str = ""
    organisation: bool = False
    sex: str = ""
    ethnicity: str = ""
    age: int | None = None
    """Full years on the day of the paper."""
    occupation: str = ""
    id_number: str = ""
    """Resident identity number, or the organisation's unified social credit code; printed only if given."""
    phone: str = ""
    address: str = ""
    legal_representative: str = ""
    post: str = ""
    actors: tuple[Actor, ...] = ()

    @property
    def age_text(self) -> str:
        """41岁; empty when not known."""
        return "" if self.age is None else f"{self.age}岁"


def or_rule(content: str, ems: int) -> str:
    """What was recorded, or a rule to write on."""
    return content or rule(ems)


def running_paragraphs(party: Party, *, ordinal: str = "") -> list[Block]:
    """A party in running text, in the order of the official form (人民调解法 第二十九条第一项)."""
    head = Run(f"{party.role}{ordinal}：", strong=True)
    details = _organisation_details(party) if party.organisation else _person_details(party)
    written: list[Block] = [text((head, Run("，".join(details) + "。")), Look.BODY)]
    for actor in party.actors:
        capacity = Run(f"{actor.capacity}：", strong=True)
        written.append(text((capacity, Run(_actor_details(actor))), Look.BODY))
    return written


def _person_details(party: Party) -> list[str]:
    details = [
        or_rule(party.name, 6),
        party.sex or f"性别{rule(2)}",
        party.ethnicity or f"民族{rule(3)}",
        party.age_text or f"年龄{rule(3)}",
        f"职业或职务：{or_rule(party.occupation, 6)}",
    ]
    if party.id_number:
        details.append(f"公民身份号码：{party.id_number}")
    return [
        *details,
        f"联系方式：{or_rule(party.phone, 7)}",
        f"单位或住址：{or_rule(party.address, 14)}",
    ]


def _organisation_details(party: Party) -> list[str]:
    details = [or_rule(party.name, 12)]
    if party.id_number:
        details.append(f"统一社会信用代码：{party.id_number}")
    return [
        *details,
        f"住所：{or_rule(party.address, 14)}",
        f"法定代表人（负责人）：{or_rule(party.legal_representative, 5)}",
        f"职务：{or_rule(party.post, 4)}",
        f"联系方式：{or_rule(party.phone, 7)}",
    ]


def _actor_details(actor: Actor) -> str:
    details = [or_rule(actor.name, 6)]
    if actor.relation:
        details.append(f"与当事人关系：{actor.relation}")
    if actor.id_number:
        details.append(f"公民身份号码：{actor.id_number}")
    return "，".join([*details, f"联系方式：{or_rule(actor.phone, 7)}"]) + "。"
