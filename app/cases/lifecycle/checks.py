"""What the law forbids or asks for before a step; each check names its article."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from app.cases.lifecycle.effects import signing
from app.cases.lifecycle.rule import Doing
from app.cases.parties import not_given_to_accused
from app.cases.visibility import ACCUSATION
from models.duty import Errand
from models.errors import UserError
from models.step import Agreement, Review

PETITION_ROUTE = "6"
HAPPENED = (
    "step.happened_on",
    "agreement.parties_signed_on",
    "agreement.mediator_signed_on",
    "agreement.sealed_on",
    "fulfilment.done_on",
    "case.extension_approved_on",
    "case.extension_told_on",
)
"""Days of things done; the others in a form are promised or due."""
LONGEST_EXTENSION = 30
"""Days, in total (信访工作条例 第三十四条)."""


def not_in_the_future(doing: Doing) -> None:
    """What is recorded has happened; a later day is a slip of the hand."""
    latest = doing.work.today + timedelta(days=1)
    for ref in HAPPENED:
        day = doing.value(ref)
        if day is not None and day > latest:
            raise UserError(
                f"日期 {day:%Y-%m-%d} 还没有到，这一步没有记下，填的内容都还在。",
                "请改成实际发生的日期。",
            )


def nobody_refuses(doing: Doing) -> None:
    """人民调解法 第十七条: where a party clearly refuses, there is no mediation."""
    if any(party.refuses_mediation and party.withdrawn_at is None for party in doing.parties):
        raise UserError(
            "有一方当事人明确拒绝调解，依照人民调解法第十七条不得调解。已填的内容都还在。",
            "可以终止调解并告知仲裁、行政、司法途径；若当事人改变主意，请先在当事人信息里更正。",
            title="不能调解",
        )


def two_sides(doing: Doing) -> None:
    """An agreement is between parties: there must be two of them."""
    if len(signing(doing)) < 2:
        raise UserError("协议至少要有两方当事人，现在登记的不够。", "请先在左边补上当事人，再来登记协议。")


def ground_given(doing: Doing) -> None:
    """人民调解法 第二十六条: when mediation ends the parties are told of the other routes."""
    if not doing.value("step.end_ground"):
        raise UserError("还没有选终止调解的原因。", "选好后再记下；已填的内容都还在。")
    if not doing.value("step.routes_told"):
        raise UserError(
            "调解不成，应当告知当事人可以依法通过仲裁、行政、司法等途径维护权利（人民调解法第二十六条）。",
            "告知后勾选“已告知其他途径”，再记下这一步。",
        )


def decline_reason(doing: Doing) -> None:
    """信访工作条例 第二十三条: whoever is turned away is told why and where to go."""
    if not doing.value("step.decline_ground"):
        raise UserError("还没有选不予受理的原因。", "选好后再记下；已填的内容都还在。")
    if not doing.value("step.routes_told"):
        raise UserError(
            "不予受理要告知当事人应当找哪里（信访工作条例第二十三条；人民调解法第二十六条）。",
            "告知后勾选“已告知其他途径”，再记下这一步。",
        )


def extension_lawful(doing: Doing) -> None:
    """信访工作条例 第三十四条: at most 30 days in total, approved, with a reason, and the petitioner told."""
    days = doing.value("case.extension_days") or 0
    already = doing.case.extension_days or 0
    if days <= 0 or days + already > LONGEST_EXTENSION:
        raise UserError(
            f"延期总共不得超过 {LONGEST_EXTENSION} 日（信访工作条例第三十四条），已延 {already} 日，这次填了 {days} 日。",
            "请改小延长天数。",
        )
    for ref, label in (
        ("case.extension_approver", "批准人"),
        ("case.extension_reason", "延期理由"),
        ("case.extension_approved_on", "批准日期"),
        ("case.extension_told_on", "告知日期"),
    ):
        if not doing.value(ref):
            raise UserError(
                f"延期要有{label}（信访工作条例第三十四条）。", "补上后再记下；已填的内容都还在。"
            )


def not_to_the_accused(doing: Doing) -> None:
    """信访工作条例 第三十条: an accusation never reaches the accused or their unit."""
    if doing.case.secrecy == ACCUSATION:
        not_given_to_accused(doing.work.session, doing.case.id, str(doing.value("step.unit") or ""))


def organ_named(doing: Doing) -> None:
    """信访工作条例 第二十二条: a matter handed on goes to a named organ."""
    if not str(doing.value("step.unit") or "").strip():
        raise UserError("还没有填转给哪个单位。", "填好后再记下；已填的内容都还在。")


def another_procedure(doing: Doing) -> None:
    """信访工作条例 第三十一条: routes 1–5 lead elsewhere; route 6 is the petition procedure itself."""
    if doing.value("case.statutory_route") == PETITION_ROUTE:
        raise UserError(
            "第六项就是信访程序，不是导入别的途径（信访工作条例第三十一条），这一步没有记下。",
            "请登记“受理”；应走诉讼、仲裁、行政程序的，请改选对应的途径。",
        )


def risk_described(doing: Doing) -> None:
    """A risk belongs to a matter, has a reason, leads to help and is looked at again on a day."""
    for ref, label in (
        ("case.risk_level", "等级"),
        ("case.risk_reason", "缘由"),
        ("case.risk_measures", "帮助措施"),
        ("case.risk_review_on", "复核日"),
    ):
        if not doing.value(ref):
            raise UserError(
                f"登记风险要写明{label}。", "风险只属于这件事，到复核日要再看一次；已填的内容都还在。"
            )


def risk_looked_at_again(doing: Doing) -> None:
    """A risk's review lies ahead of the day it is recorded for; otherwise nobody would look again."""
    review_on = doing.value("case.risk_review_on")
    if review_on and doing.step.happened_on and review_on <= doing.step.happened_on:
        raise UserError("复核日要在登记日之后。", "请改成以后的一天；已填的内容都还在。")


def risk_registered(doing: Doing) -> None:
    """Only what was registered can be lifted."""
    if not doing.case.risk_level or doing.case.risk_lifted_on is not None:
        raise UserError("这件事现在没有登记风险，不用解除。", "如需登记，请用“登记风险”。")


def not_reviewed_before(doing: Doing) -> None:
    """信访工作条例 第三十五条: one 复查."""
    if _reviews(doing, "review"):
        raise UserError(
            "这件事已经申请过复查，没有再记一次。",
            "不服复查意见的，请登记“申请复核”（信访工作条例第三十六条）。",
        )


def reviewed_once(doing: Doing) -> None:
    """信访工作条例 第三十六条: 复核 follows 复查, and after it the matter is final."""
    if not _reviews(doing, "review"):
        raise UserError(
            "复核要在复查之后申请（信访工作条例第三十六条），这件事还没有复查。", "请先登记“申请复查”。"
        )
    if _reviews(doing, "final_review"):
        raise UserError(
            "这件事已经复核终结，不再受理（信访工作条例第三十六条）。来访仍可登记。",
            "请做好解释和帮扶；确有新的事实和理由的，另行登记。",
        )


def _reviews(doing: Doing, stage: str) -> int:
    return int(
        doing.work.session.scalar(
            select(func.count())
            .select_from(Review)
            .where(Review.case_id == doing.case.id, Review.stage == stage, Review.withdrawn_at.is_(None))
        )
        or 0
    )


def agreement_exists(doing: Doing) -> None:
    """人民调解法 第三十一条: what is performed is an agreement."""
    found = doing.work.session.scalar(
        select(func.count())
        .select_from(Agreement)
        .where(Agreement.case_id == doing.case.id, Agreement.withdrawn_at.is_(None))
    )
    if not found:
        raise UserError("这件事还没有协议，这一步没有记下。", "请先登记书面或口头协议。")


def reported_back(doing: Doing) -> None:
    """An errand closes only when the person was told and asked how it went."""
    errand = doing.work.session.scalars(
        select(Errand).where(Errand.case_id == doing.case.id, Errand.reported_back_on.is_not(None))
    ).first()
    if errand is None or not errand.evaluation:
        raise UserError("代跑要先回告群众并记下评价，才能办结。", "请先登记“回告群众”。")
