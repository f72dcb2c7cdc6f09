"""Petitions, an errand and visits that come again, entered at the window. Each begins on its own day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.scenarios.disputes import person
from tests.scenarios.window import Window
from ui.screens.visit_entry import VisitScreen

Matter = Mapping[str, Any]
ACCUSED, ACCUSED_AT = "邬德彪", "竹坞村村民委员会"
ORGANS = ("和川县自然资源局", "和川县住房和城乡建设局")


def accusation(window: Window, matter: Matter) -> None:
    """Somebody unnamed reports a village clerk."""
    window.at("2026-08-03 15:30")
    screen = window.go("来访", VisitScreen)
    window.tick(screen.form.marks.ticks["anonymous"], True)
    window.fill(screen.form.matter, {"visit.facts": matter["facts"], "visit.happened_at": "今天 15:30"})
    window.open_matter(
        "立为信访事项",
        {"case.category": "检举控告类", "case.purpose": matter["purpose"]},
        {"person.name": ACCUSED, "person.kind": "自然人", "person.address": ACCUSED_AT},
    )


def accusation_transferred(window: Window) -> None:
    """In the open folder: to the organ that has the power."""
    window.step(
        "转送",
        step__unit="和川县纪委监委",
        step__document_number="和信转〔2026〕3号",
        step__note="密件专送，未抄送其他单位。",
    )


def errand(window: Window, matter: Matter) -> None:
    """Two claims, two runs, told back with an evaluation, closed."""
    (sun,) = matter["parties"]["applicant"]
    window.at("2026-08-07 10:00")
    window.receive(
        person(sun),
        {
            "visit.facts": "腿脚不便，到不了镇上和县里。",
            "visit.request": "\n".join(matter["claims"]),
            "visit.happened_at": "今天 10:00",
        },
    )
    window.open_matter("信访代跑", {})
    window.at("2026-08-10")
    window.step("跑办一次", step__unit="白泉镇残联", step__note="残疾证换证材料交齐，当场受理。")
    window.at("2026-08-14")
    window.step(
        "跑办一次", step__unit="和川县民政局", step__note="高龄补贴停发是因为年审，已补办，补发两个月。"
    )
    window.at("2026-08-20")
    window.step("回告群众", errand__evaluation="满意", step__note="新证送到家里。")
    window.step("办结", case__settlement_depth="实质性办结", case__resolved=True)


def crowd(window: Window, matter: Matter) -> None:
    """Forty-six came and named five; the petition goes to two organs."""
    window.at("2026-08-24 09:00")
    names = matter["parties"]["representatives"]
    screen = window.receive(
        {},
        {
            "visit.facts": matter["facts"],
            "visit.request": matter["demand"],
            "visit.people_count": str(matter["visit"]["people"]),
            "visit.happened_at": "今天 9:00",
        },
        [{"name": name, "role": "代表人"} for name in names],
    )
    window.tick(screen.form.marks.ticks["urgent"], True)
    window.open_matter(
        "立为信访事项",
        {
            "case.category": "申诉求决类",
            "case.purpose": matter["purpose"],
            "case.affected_households": str(matter["affected_households"]),
        },
        {"person.name": "云阳城一期开发公司"},
    )
    for organ, number in zip(ORGANS, ("和信交〔2026〕7号", "和信交〔2026〕8号"), strict=True):
        window.step(
            "交办",
            step__unit=organ,
            step__document_number=number,
            step__due_on="2026-10-23",
            step__note="双交办",
        )


def windfarm(window: Window, matter: Matter) -> None:
    """The first visit about the wind farm: a petition, handed on, informed, accepted."""
    (lv,), (company,) = matter["parties"]["petitioner"], matter["parties"]["about_unit"]
    window.at("2026-08-26 08:40")
    window.receive(person(lv), {"visit.facts": matter["facts"], "visit.request": matter["demand"]})
    window.open_matter(
        "立为信访事项",
        {
            "case.category": "申诉求决类",
            "case.purpose": matter["purpose"],
            "case.amount_fen": str(matter["amount"]),
        },
        {"person.name": company["name"], "person.kind": "法人"},
    )
    window.step("转送", step__unit="和川县自然资源局")
    window.at("2026-09-02")
    window.step("书面告知去向", step__unit="和川县自然资源局", step__document_number="和信告〔2026〕9号")
    window.step("受理", case__due_on="2026-11-01", case__responsible_unit="和川县自然资源局")


def windfarm_again(window: Window, matter: Matter) -> None:
    """The same person about the same matter: known by initials, joined as a repeat."""
    window.at("2026-09-10 09:30")
    screen = window.go("来访", VisitScreen)
    window.choose_known(screen.form.person, "lzh", "吕正红")
    window.fill(screen.form.matter, {"visit.facts": matter["facts"], "visit.happened_at": "今天 9:30"})
    window.join(repeat=True)


def wall_again(window: Window, wall: Matter) -> None:
    """The same matter entered a second time by somebody who did not know: joined, not counted as a repeat."""
    window.at("2026-09-14")
    (zhang,) = wall["parties"]["applicant"]
    screen = window.receive(
        {}, {"visit.facts": wall["facts"], "visit.request": wall["demand"], "visit.happened_at": "今天 9:00"}
    )
    window.choose_known(screen.form.person, zhang["name"], zhang["name"])
    window.join(repeat=False)
