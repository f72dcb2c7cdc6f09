"""What each paper says, against the fields of the official form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.papers.blocks import texts
from app.papers.engine import build_paper
from app.papers.fonts.catalog import FontCatalog
from app.papers.form import Sheet, content_hash
from app.papers.forms import acceptance_register, agreement, visit_register
from app.papers.party import Party
from app.papers.wording import chinese_count, chinese_date, chinese_moment, numbered
from tests.papers import samples

Reader = Callable[[bytes], list[str]]


def _in_order(whole: str, *parts: str) -> None:
    place = 0
    for part in parts:
        found = whole.find(part, place)
        assert found >= 0, f"{part} missing or out of order"
        place = found + len(part)


def test_agreement_in_the_order_of_the_form(
    fonts: FontCatalog, printed_at: datetime, page_texts: Reader
) -> None:
    number = "(2026)望人调字第12号"
    paper = build_paper(agreement.FORM, samples.AGREEMENT, number=number, printed_at=printed_at, fonts=fonts)
    whole = "".join(page_texts(paper.content))
    _in_order(
        whole,
        "人民调解协议书",
        f"编号：{number}",
        "申请人：刘䶮，男，汉族，36岁，职业或职务：个体工商户",
        "被申请人一：𬭎小满，女，回族，16岁",
        "法定代理人：王㛃，与当事人关系：母亲",
        "被申请人二：东海市安居物业服务有限公司",
        "法定代表人（负责人）：𠮷野赟，职务：总经理",
        "纠纷主要事实、争议事项",
        "经调解，自愿达成如下协议",
        "一、被申请人一次性赔偿",
        "三、再无其他争议",
        "履行方式、时限",
        "本协议一式四份，当事人、人民调解委员会各持一份",
        "当事人（签名、盖章或按指印）",
        "法定代理人王㛃",
        "人民调解员周㛃",
        "人民调解员赵𬭎",
        "记录人李昇",
        "望江街道人民调解委员会（印章）",
        "2026年3月2日",
    )


def test_thirteen_workers_all_sign(fonts: FontCatalog, printed_at: datetime, page_texts: Reader) -> None:
    paper = build_paper(agreement.FORM, samples.WORKERS, number="n", printed_at=printed_at, fonts=fonts)
    whole = "".join(page_texts(paper.content))
    signing = whole[whole.index("（签名、盖章或按指印）") :]
    assert "本协议一式十五份" in whole
    for place in range(10, 23):
        assert f"工人{place}号" in signing
    assert "人民调解委员会（印章）" in page_texts(paper.content)[-1]
    assert "记录人李昇" in page_texts(paper.content)[-1]


def test_acceptance_register_ticks_and_constants() -> None:
    story = acceptance_register.story(samples.ACCEPTANCE, Sheet("(2026)望人调字第12号", False))
    whole = "\n".join(texts(story))
    assert "☑依当事人申请　☐主动调解（经当事人同意）" in whole
    assert "☑①当事人申请　☐②人民调解委员会主动调解" in whole
    assert "刘䶮 与 𬭎小满、东海市安居物业服务有限公司 之间的纠纷" in whole
    assert "望街派出所移送" in whole
    assert "此表由人民调解委员会填写" in whole
    untouched = "\n".join(
        texts(acceptance_register.story(acceptance_register.AcceptanceData(), Sheet("", True)))
    )
    assert "☑" not in untouched
    assert untouched.count("☐") == 4


def test_visit_register_fields(fonts: FontCatalog, printed_at: datetime, page_texts: Reader) -> None:
    paper = build_paper(
        visit_register.FORM, samples.VISIT, number="望江访2026-0031", printed_at=printed_at, fonts=fonts
    )
    whole = "".join(page_texts(paper.content))
    assert paper.pages == 1
    for part in (
        "登记号：望江访2026-0031",
        "来访时间：2026年3月2日9时10分",
        "阿卜杜热合曼·阿卜杜拉",
        "110101198512011237",
        "望江砖瓦厂",
        "王㛃厂长",
        "7人",
        "望江村三组",
        samples.VISIT.facts,
        samples.VISIT.request,
        samples.VISIT.responsible_unit,
        samples.VISIT.result,
        "接待人周㛃（签名）",
        "依法保密",
    ):
        assert part in whole, part
    ticks = [
        content
        for content in texts(visit_register.story(samples.VISIT, Sheet("", False)))
        if "重复" in content
    ]
    assert ticks == ["☐首次　☑重复"]


@pytest.mark.parametrize("visitors", [1, 3, 5])
def test_visit_register_with_several_visitors(
    visitors: int, fonts: FontCatalog, printed_at: datetime
) -> None:
    data = replace(
        samples.VISIT, visitors=tuple(Party("来访人", f"来访{place}") for place in range(visitors))
    )
    paper = build_paper(visit_register.FORM, data, number="n", printed_at=printed_at, fonts=fonts)
    assert paper.pages == (1 if visitors <= 3 else 2)


def test_words_of_dates_and_counts() -> None:
    assert chinese_date(date(2026, 3, 2)) == "2026年3月2日"
    assert chinese_moment(datetime(2026, 3, 1, 17, 5, tzinfo=UTC)) == "2026年3月2日1时05分"
    with pytest.raises(ValueError, match="time zone"):
        chinese_moment(datetime(2026, 3, 2))
    assert [chinese_count(number) for number in (2, 10, 15, 20, 99)] == ["二", "十", "十五", "二十", "九十九"]
    with pytest.raises(ValueError, match="100"):
        chinese_count(100)


def test_terms_are_numbered_once() -> None:
    assert numbered(("赔偿。", "道歉。")) == ("一、赔偿。", "二、道歉。")
    assert numbered(("1.赔偿。", "2.道歉。")) == ("1.赔偿。", "2.道歉。")
    assert numbered(("（一）赔偿。", "（二）道歉。")) == ("（一）赔偿。", "（二）道歉。")
    assert numbered(("2026年3月付款。", "道歉。")) == ("一、2026年3月付款。", "二、道歉。")
    assert numbered(("一次付清。", "道歉。")) == ("一、一次付清。", "二、道歉。")
    assert numbered(("只有一条。",)) == ("只有一条。",)


def test_only_plain_values_are_hashed() -> None:
    with pytest.raises(TypeError):
        content_hash("x", "n", replace(samples.VISIT, people_count=object()))  # type: ignore[arg-type]
