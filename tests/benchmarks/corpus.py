"""Fills a store with many synthetic cases quickly: Core inserts with a fixed seed, no capture."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.case import Case, CaseParty
from models.person import Person

STARTED = datetime(2023, 1, 2, 1, 0, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕𬭎䶮"
GIVEN = "秀英桂兰玉梅建国志强小明红军海燕春生文华德福永康长林金凤国平晓东美娟月娥有田正阿勇三妹昇玥垚赟"
PHRASES = (
    "因两家相邻宅基地界线说法不一发生争执",
    "翻建围墙占用共用通道",
    "排水沟堵塞雨水倒灌进灶屋",
    "拖欠工资至今没有结清",
    "承包地被占用修路没有补偿",
    "山林四至不清砍伐毛竹引起纠纷",
    "彩礼返还数额达不成一致",
    "赡养老人费用如何分担意见不合",
    "车辆碰撞后医药费和误工费协商不成",
    "养殖场污水流入鱼塘造成死鱼",
    "稻谷收购价款拖延支付",
    "经村干部现场查看双方各执一词",
    "希望调解委员会到场丈量确定界址",
    "要求赔偿损失并恢复原状",
    "双方曾多次协商未果矛盾逐步加深",
    "邻里关系紧张需要及时处理",
)
COMMON = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
KINDS = ("dispute",) * 17 + ("petition", "petition", "errand")
STATES = ("registered", "accepted", "mediating", "agreed", "followed_up", "closed", "closed", "closed")
TYPES = 18


def corpus_text(random: Random, length: int) -> str:
    """About ``length`` characters, 40 % stock phrases and 60 % loose words, as measured texts are."""
    parts: list[str] = []
    size = 0
    while size < length:
        part = (
            random.choice(PHRASES)
            if random.random() < 0.4
            else "".join(random.choices(COMMON, k=random.randint(4, 12)))
        )
        parts.append(part)
        size += len(part) + 1
    return "，".join(parts) + "。"


def corpus_name(random: Random) -> str:
    """A name of two or three characters, now and then with a rare one."""
    return random.choice(SURNAMES) + "".join(random.choices(GIVEN, k=random.randint(1, 2)))


def _slices(count: int, size: int) -> Iterator[range]:
    for start in range(0, count, size):
        yield range(start, min(start + size, count))


def fill(
    session: Session, count: int, *, station_id: UUID, seed: int = 7, type_codes: list[str], start: int = 0
) -> None:
    """Adds ``count`` cases with two parties each. The caller's transaction decides about capture."""
    random = Random(seed)
    for part in _slices(count, 2000):
        cases, people, parties = [], [], []
        for index in part:
            at = STARTED + timedelta(minutes=(start + index) * 3 // 2)
            common = {"station_id": station_id, "created_at": at, "changed_at": at}
            case_id = UUID(int=random.getrandbits(128))
            names = [corpus_name(random) for _ in range(2)]
            cases.append(
                {
                    **common,
                    "id": case_id,
                    "number": f"({at.year})太阳人调字第{start + index + 1}号",
                    "number_year": at.year,
                    "number_serial": start + index + 1,
                    "kind": random.choice(KINDS),
                    "state": random.choice(STATES),
                    "dispute_type": random.choice(type_codes),
                    "title": f"{names[0]}与{names[1]}纠纷",
                    "facts": corpus_text(random, 240),
                    "demand": corpus_text(random, 30),
                    "received_on": date(at.year, at.month, at.day),
                    "registered_at": at,
                }
            )
            for position, name in enumerate(names):
                person_id = UUID(int=random.getrandbits(128))
                phone = f"139{random.randrange(10**8):08d}"
                people.append({**common, "id": person_id, "name": name, "phone": phone})
                parties.append(
                    {
                        **common,
                        "id": UUID(int=random.getrandbits(128)),
                        "case_id": case_id,
                        "person_id": person_id,
                        "role": "applicant" if position == 0 else "respondent",
                        "position": position,
                    }
                )
        session.execute(insert(Case), cases)
        session.execute(insert(Person), people)
        session.execute(insert(CaseParty), parties)
