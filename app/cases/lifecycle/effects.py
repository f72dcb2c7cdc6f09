"""What follows from a step: each date in its own column, computed dates, further rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.cases.lifecycle.rule import Doing, Effect
from app.cases.promises import still_open
from models.case import CaseParty
from models.duty import Errand
from models.step import Agreement, Fulfilment, Review

SIGNING_ROLES = ("applicant", "respondent", "third_party", "petitioner", "about_unit", "representative")


def signing(doing: Doing) -> list[CaseParty]:
    """The parties that an agreement binds: those standing for themselves or for a crowd, not those acting for them."""
    return [
        party for party in doing.parties if party.role in SIGNING_ROLES and party.represents_party_id is None
    ]


def first_case_day(column: str) -> Effect:
    """The step's day becomes the matter's day ``column`` unless there is one: a time limit looks at the first."""

    def set_day(doing: Doing) -> None:
        if getattr(doing.case, column) is None:
            setattr(doing.case, column, doing.step.happened_on)

    return set_day


def case_day(column: str) -> Effect:
    """The step's day becomes the matter's day ``column``."""

    def set_day(doing: Doing) -> None:
        setattr(doing.case, column, doing.step.happened_on)

    return set_day


def case_value(column: str, value: Any) -> Effect:
    """The matter's ``column`` becomes ``value``."""

    def set_value(doing: Doing) -> None:
        setattr(doing.case, column, value)

    return set_value


def handled_by_me(doing: Doing) -> None:
    """Whoever accepts a matter handles it, unless somebody already does."""
    if doing.case.mediator_id is None:
        doing.case.mediator_id = doing.work.actor_id


def agreement_effective(form: str) -> Effect:
    """人民调解法 第二十九、三十条.

    A written agreement takes effect when all parties, the mediator and the committee have signed and sealed: the
    latest of the three days; an oral one when it is reached. Copies: one for each party and one for the committee.
    """

    def set_effective(doing: Doing) -> None:
        agreement: Agreement = doing.detail
        agreement.form = form
        agreement.agreed_on = agreement.agreed_on or doing.step.happened_on
        agreement.number = agreement.number or doing.case.number
        agreement.facts = agreement.facts or doing.case.facts
        if form == "oral":
            agreement.effective_on = agreement.agreed_on
        else:
            signed = (agreement.parties_signed_on, agreement.mediator_signed_on, agreement.sealed_on)
            days = [day for day in signed if day is not None]
            agreement.effective_on = max(days) if len(days) == len(signed) else None
            agreement.copies = agreement.copies or copies_of(doing)
        doing.case.agreed_on = agreement.agreed_on
        if agreement.amount_fen is not None and doing.case.amount_fen is None:
            doing.case.amount_fen = agreement.amount_fen

    return set_effective


def copies_of(doing: Doing) -> int:
    """One for each party and one for the committee (人民调解法 第二十九条)."""
    return len(signing(doing)) + 1


def of_agreement(doing: Doing) -> None:
    """A performance belongs to the matter's latest agreement.

    What was promised and what was done about it are rows of their own: :mod:`app.cases.promises` holds them together.
    """
    fulfilment: Fulfilment = doing.detail
    latest = _latest_agreement(doing)
    fulfilment.agreement_id = latest.id if latest else None
    if not fulfilment.status:
        fulfilment.status = "fulfilled" if fulfilment.done_on else "pending"


def _latest_agreement(doing: Doing) -> Agreement | None:
    return doing.work.session.scalars(
        select(Agreement)
        .where(Agreement.case_id == doing.case.id, Agreement.withdrawn_at.is_(None))
        .order_by(Agreement.local_id.desc())
    ).first()


def urged(doing: Doing) -> None:
    """人民调解法 第三十一条: what is overdue on the step's day was urged on that day."""
    day = doing.step.happened_on
    for promise in doing.work.session.scalars(
        select(Fulfilment).where(Fulfilment.case_id == doing.case.id, Fulfilment.due_on < day, still_open())
    ):
        promise.urged_on = day
        doing.work.touch(promise)


def confirmation_sought(doing: Doing) -> None:
    """人民调解法 第三十三条: the parties asked the court named in the step to confirm the agreement."""
    agreement = _latest_agreement(doing)
    if agreement is None:
        return
    agreement.confirmation_applied_on = agreement.confirmation_applied_on or doing.step.happened_on
    agreement.confirmation_court = doing.step.unit[:60]
    result = doing.value("agreement.confirmation_result")
    agreement.confirmation_result = result or agreement.confirmation_result or "applied"
    doing.work.touch(agreement)


def delivered(doing: Doing) -> None:
    """信访工作条例 第三十五、三十六条: the petitioner's 30 days run from the delivery of each reply by itself."""
    if doing.step.from_state == "replied":
        doing.case.delivered_on = doing.step.happened_on
        return
    review = doing.work.session.scalars(
        select(Review)
        .where(Review.case_id == doing.case.id, Review.withdrawn_at.is_(None))
        .order_by(Review.local_id.desc())
    ).first()
    if review is not None:
        review.delivered_on = doing.step.happened_on
        doing.work.touch(review)


def follow_up_day(doing: Doing) -> None:
    """The follow-up's own day and person."""
    doing.detail.followed_up_on = doing.detail.followed_up_on or doing.step.happened_on
    doing.detail.by_staff_id = doing.detail.by_staff_id or doing.work.actor_id


def added_extension(doing: Doing) -> None:
    """信访工作条例 第三十四条: extensions add up, and the day by which the matter is due moves on."""
    days = int(doing.value("case.extension_days") or 0)
    if doing.case.due_on is not None:
        doing.case.due_on += timedelta(days=days)


def review_stage(stage: str) -> Effect:
    """The stage of a review."""

    def set_stage(doing: Doing) -> None:
        doing.detail.stage = stage
        doing.detail.applied_on = doing.detail.applied_on or doing.step.happened_on

    return set_stage


def errand_told(doing: Doing) -> None:
    """The errand's report back and its evaluation."""
    errand = doing.work.session.scalars(select(Errand).where(Errand.case_id == doing.case.id)).first()
    if errand is None:
        errand = doing.work.add(Errand(case_id=doing.case.id, runner_id=doing.work.actor_id))
    errand.reported_back_on = doing.step.happened_on
    errand.evaluation = doing.value("errand.evaluation") or ""
    doing.work.touch(errand)


def remembered(target: str, ref: str) -> Effect:
    """The matter's column ``target`` takes what was typed in ``ref``, when something was."""

    def copy(doing: Doing) -> None:
        value = doing.value(ref)
        if value:
            setattr(doing.case, target, value)

    return copy
