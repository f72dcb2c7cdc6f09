"""Disputes of the sample, entered at the window from the visit to the end. Each begins on its own day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from models.identity_number import make_identity_number
from tests.scenarios.window import Typed, Window

Matter = Mapping[str, Any]


def person(known: Matter) -> dict[str, str]:
    """A party of the sample as it is typed into a person's form."""
    columns = {"name": "name", "sex": "sex", "born": "born_on", "phone": "phone", "address": "address"}
    typed = {f"person.{column}": str(known[key]) for key, column in columns.items() if key in known}
    if "ethnicity" in known:
        typed["person.ethnicity"] = f"{known['ethnicity']}族"
    return typed


def without(typed: Typed, *names: str) -> dict[str, str | bool]:
    """The same, but for some fields that a form has not."""
    return {ref: value for ref, value in typed.items() if ref not in names}


def wall_opened(window: Window, matter: Matter) -> None:
    """张秀英 comes; a dispute is made of the visit, 李有田 is added in the folder."""
    (zhang,), (li,) = matter["parties"]["applicant"], matter["parties"]["respondent"]
    window.at("2026-03-02 09:10")
    window.receive(
        person(zhang),
        {
            "visit.facts": matter["facts"],
            "visit.request": matter["demand"],
            "visit.problem_place": "上溪村3组",
            "visit.happened_at": "2026-03-02 09:10",
        },
    )
    window.open_matter(
        "立为纠纷", {"case.dispute_type": matter["type"], "case.dispute_subtype": "围墙滴水沟"}
    )
    window.edit_party("加当事人（当事人）", {"case_party.role": "被申请人", **person(li)})


def wall_settled(window: Window) -> None:
    """In the open folder: mediated twice, agreed in writing, fulfilled, followed up, closed."""
    window.step("受理", case__acceptance_basis="依当事人申请")
    window.at("2026-03-04")
    window.step(
        "调解",
        mediation_session__place="张秀英家院坝",
        mediation_session__rights_told=True,
        mediation_session__record="现场丈量，墙脚外移二十八厘米，双方认可尺寸。\n李有田称是泥水匠放线放错了。",
        mediation_session__result="择日再调",
    )
    window.at("2026-03-06")
    window.step(
        "调解",
        mediation_session__place="上溪村调解室",
        mediation_session__record="再次丈量，谈妥退墙和修沟的费用。",
        mediation_session__result="达成协议",
    )
    window.step(
        "书面协议",
        agreement__terms="一、围墙退回二十八厘米。\n二、十五日内恢复水沟，费用各半。",
        agreement__performance="2026年3月21日前完成，调解委员会到场查看。",
        agreement__performance_place="上溪村3组",
        agreement__amount_fen="1260.50",
        agreement__parties_signed_on="2026-03-06",
        agreement__mediator_signed_on="2026-03-06",
        agreement__sealed_on="2026-03-06",
    )
    window.issue("调解协议书")
    window.at("2026-03-20")
    window.step(
        "登记履行",
        fulfilment__item="围墙退回二十八厘米，水沟恢复",
        fulfilment__due_on="2026-03-21",
        fulfilment__done_on="2026-03-20",
        fulfilment__status="已履行",
        fulfilment__proof="现场照片两张",
    )
    window.at("2026-04-19")
    window.step(
        "回访",
        follow_up__method="上门",
        follow_up__fulfilment="已履行",
        follow_up__satisfaction="满意",
        follow_up__truthful=True,
        follow_up__note="下过两场大雨，水没有再进灶屋。",
    )
    window.step(
        "办结",
        case__settlement_depth="实质性办结",
        case__resolved=True,
        case__closing_note="协议已履行，双方和好。",
    )


def wages_agreed(window: Window, matter: Matter) -> None:
    """Thirteen workers and their factory: agreed in three instalments, the first paid at once."""
    huang, wei, group = matter["parties"]["applicant"]
    (factory,) = matter["parties"]["respondent"]
    window.at("2026-04-20")
    window.receive(
        person(huang),
        {
            "visit.facts": matter["facts"],
            "visit.request": "付清十三人的工资。",
            "visit.happened_at": "今天 9:00",
            "visit.people_count": "13",
        },
        [{"name": wei["name"], "role": "信访人", "phone": "13900000079"}],
    )
    window.open_matter(
        "立为纠纷",
        {"case.dispute_type": matter["type"], "case.amount_fen": str(matter["amount"])},
        {"person.name": factory["name"], "person.kind": "法人", "person.address": "白泉镇工业路1号"},
    )
    window.edit_party(
        f"更正{factory['name']}",
        {
            "person.legal_representative": factory["legal_representative"],
            "person.representative_post": "厂长",
        },
    )
    window.edit_party(f"更正{wei['name']}", without(person(wei), "person.name"))
    window.edit_party(
        "加当事人（当事人）",
        {"person.kind": "群体（多人）", "person.name": group["name"], "case_party.role": "申请人"},
        {"case_party.group_count": str(group["count"])},
    )
    window.step("受理")
    window.step(
        "书面协议",
        agreement__terms="工资共214600元，分三期付：签字当日60000元，一个月内80000元，两个月内74600元。",
        agreement__amount_fen="21.46万",
        agreement__parties_signed_on="2026-04-20",
        agreement__mediator_signed_on="2026-04-20",
        agreement__sealed_on="2026-04-20",
    )
    for item, amount, due, done in (
        ("第一期工资", "60000", "2026-04-20", "2026-04-20"),
        ("第二期工资", "80000", "2026-05-20", ""),
        ("第三期工资", "74600", "2026-06-20", ""),
    ):
        paid = {"fulfilment.done_on": done, "fulfilment.status": "已履行"} if done else {}
        sheet = window.begin_step(
            "登记履行",
            {
                "fulfilment.item": item,
                "fulfilment.amount_fen": amount,
                "fulfilment.due_on": due,
                "fulfilment.done_on": "",
                "fulfilment.status": "待履行",
                **paid,
            },
        )
        window.click(sheet.do_button)


def wages_paid(window: Window) -> None:
    """In the open folder: the second instalment is five days late, urged, then paid; the third in time."""
    window.at("2026-05-25")
    window.step("督促履行", step__note="电话督促厂方，答应三日内付。")
    for day, item, proof in (
        ("2026-05-27", "第二期工资", "转账回单"),
        ("2026-06-20", "第三期工资", "转账回单"),
    ):
        window.at(day)
        sheet = window.begin_step("登记履行", {"fulfilment.done_on": "今天", "fulfilment.proof": proof})
        assert sheet.form.editor("fulfilment.item").value() == item  # type: ignore[attr-defined]
        window.fill(sheet.form, {"fulfilment.status": "已履行"})  # type: ignore[attr-defined]
        window.click(sheet.do_button)


def accident(window: Window, matter: Matter) -> None:
    """A child with a rare surname, the guardian added in the folder, agreed and taken to the court."""
    (child,), (driver,) = matter["parties"]["applicant"], matter["parties"]["respondent"]
    window.at("2026-06-22")
    number = make_identity_number("339900", date.fromisoformat(str(child["born"])), 121)
    window.receive(
        {"person.name": child["name"], "person.document_number": number, "person.address": "白泉镇学前路3号"},
        {"visit.facts": matter["facts"], "visit.request": "赔偿医药费和护理费。"},
    )
    window.open_matter(
        "立为纠纷",
        {
            "case.dispute_type": matter["type"],
            "case.source": matter["source"],
            "case.amount_fen": str(matter["amount"]),
        },
        {"person.name": driver["name"], "person.phone": "13900000090"},
    )
    window.press("补上法定代理人")
    sheet = window.shell.current().sheet  # type: ignore[union-attr]
    window.fill(
        sheet.person,
        {"person.name": child["guardian"], "person.phone": "13900000021", "person.sex": "男"},
    )
    window.fill(sheet.role_form, {"case_party.relation": "父子"})
    window.click(sheet.do_button)
    window.step("受理")
    window.step(
        "书面协议",
        agreement__terms="郑昇一次性赔偿医药费、护理费共52000元。",
        agreement__amount_fen=str(matter["amount"]),
        agreement__parties_signed_on="2026-06-22",
        agreement__mediator_signed_on="2026-06-22",
        agreement__sealed_on="2026-06-22",
    )
    window.issue("调解协议书")
    window.at("2026-07-18")
    window.step("司法确认", step__unit="和川县人民法院", agreement__confirmation_result="已申请")


def marriage_opened(window: Window, matter: Matter) -> None:
    """Told in confidence; both sides are named. Nothing is decided yet."""
    window.at("2026-07-20")
    screen = window.receive(
        {"person.name": "石秋菊", "person.sex": "女", "person.phone": "13900000031"},
        {"visit.facts": matter["facts"], "visit.request": "要求停止打骂，返还嫁妆。"},
    )
    window.enter(screen.form.marks.secrecy, "限定知悉")
    window.open_matter(
        "立为纠纷",
        {"case.dispute_type": matter["type"], "case.source": matter["source"]},
        {"person.name": "廖本贵", "person.phone": "13900000032"},
    )


def marriage_ended(window: Window) -> None:
    """In the open folder: one side refuses, mediation ends, the other routes are told."""
    window.edit_party("更正廖本贵", {}, {"case_party.refuses_mediation": True})
    window.step("报告公安机关", step__unit="白泉派出所", step__note="女方有伤情照片，已联系妇联。")
    window.step(
        "终止调解",
        step__end_ground="当事人明确拒绝调解",
        step__routes_told=True,
        step__unit="和川县人民法院",
        step__note="已告知可以报警、申请人身安全保护令，可以起诉离婚。",
    )
