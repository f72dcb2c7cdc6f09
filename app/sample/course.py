"""The dated course an invented matter takes, within the time limits of the law."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from app.sample.material import weighted
from app.sample.shape import SampleEvent
from models.clock import CHINA

HANDLING_DAYS = 60
"""A petition is handled within 60 days of acceptance (信访工作条例 第三十四条)."""

EXTENSION_DAYS = 30
"""The longest extension (信访工作条例 第三十四条)."""

MEDIATION_DAYS = 28
"""A dispute is mediated within a month (人民调解工作若干规定 第三十三条)."""

PERIODS = {
    "当场": 0,
    "当日": 0,
    "当天": 0,
    "当晚": 0,
    "两日内": 2,
    "三日内": 3,
    "五日内": 5,
    "七日内": 7,
    "十日内": 10,
    "十五日内": 15,
    "二十日内": 20,
    "一个月内": 30,
    "两个月内": 60,
    "三个月内": 90,
    "年底前": 60,
    "冬天前": 90,
    "秋收后": 90,
    "分四期": 360,
    "分两年": 730,
}
"""Days that the words of an agreement give for its performance."""

EVALUATIONS = (("satisfied", 80.0), ("fair", 16.0), ("dissatisfied", 4.0))


@dataclass(frozen=True, slots=True)
class Promise:
    """What was agreed: the words, and the amount in fen where one is owed in full."""

    terms: str
    amount_fen: int | None


class Course:
    """Builds a course event by event; a day is never earlier than the one before it."""

    def __init__(
        self,
        random: Random,
        start: date,
        common: Mapping[str, Sequence[str]],
        words: Mapping[str, str],
        *,
        between_people: bool = True,
    ):
        self._between_people = between_people
        self.day = start
        self.events: list[SampleEvent] = []
        self.random = random
        self.common = common
        self.words = words

    def add(
        self,
        kind: str,
        after: tuple[int, int] = (0, 0),
        *,
        office_day: bool = False,
        phrase: str = "",
        note: str = "",
        result: str = "",
        unit: str = "",
        amount_fen: int | None = None,
        due_on: date | None = None,
        at: datetime | None = None,
        method: str = "",
    ) -> SampleEvent:
        """One more event, ``after`` days later; ``office_day`` moves it off a weekend."""
        self.wait(after, office_day=office_day)
        text = note or (self.phrase(phrase) if phrase else "")
        event = SampleEvent(self.day, kind, text, result, at, unit, amount_fen, due_on, method)
        self.events.append(event)
        return event

    def wait(self, after: tuple[int, int], *, office_day: bool = False) -> None:
        """Lets days pass; ``office_day`` goes on to Monday from a weekend."""
        self.day += timedelta(days=self.random.randint(*after))
        while office_day and self.day.weekday() >= 5:
            self.day += timedelta(days=1)

    def phrase(self, name: str) -> str:
        """One of the common phrases with its slots filled; some fit only when both sides are people."""
        choices = [
            *self.common[name],
            *(self.common.get(f"{name}_people", ()) if self._between_people else ()),
        ]
        return self.random.choice(choices).format_map(self.words)

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.random.random() < share

    def opening(self) -> datetime:
        """A moment in office hours on the course's day."""
        hour = weighted(self.random, [(8, 20.0), (9, 32.0), (10, 18.0), (14, 12.0), (15, 14.0), (16, 4.0)])
        minute = self.random.choice((0, 10, 20, 30, 40, 50))
        return datetime.combine(self.day, time(hour, minute), CHINA)

    def evaluation(self) -> str:
        """What people say afterwards, a code of ``evaluation``."""
        return weighted(self.random, EVALUATIONS)


def period_of(terms: str) -> int:
    """Days that the words give for the performance; ten when they give none."""
    found = [days for words, days in PERIODS.items() if words in terms]
    return max(found, default=10)


def parts_of(terms: str) -> int:
    """In how many parts the words say it is paid."""
    for words, parts in (("分四期", 4), ("分三次", 3), ("分两次", 2), ("分两年", 2), ("余下", 2)):
        if words in terms:
            return parts
    return 1


def owed(terms: str, amount_fen: int | None) -> int | None:
    """The amount agreed upon where the words promise all of it; None where they share it or name none."""
    shared = ("一半", "各半", "对半", "成", "平分", "分担")
    if amount_fen is None or any(word in terms for word in shared):
        return None
    return amount_fen


def dispute_course(
    course: Course, groundwork: Sequence[str], promise: Promise, risk: tuple[str, str], own_initiative: bool
) -> None:
    """Acceptance, mediations, an agreement or the end, and what follows."""
    if course.chance(0.03):
        ground = weighted(course.random, [("refused", 5), ("already_handled", 2), ("special_organ", 2)])
        notes = dict(
            zip(("refused", "already_handled", "special_organ"), course.common["declined"], strict=True)
        )
        course.add(
            "decline", (0, 3), office_day=True, result=ground, note=notes[ground].format_map(course.words)
        )
        return
    course.add("accept", (0, 2), office_day=True, phrase="found" if own_initiative else "accepted")
    accepted = course.day
    if risk[0]:
        note = f"缘由：{risk[0]}。措施：{risk[1]}。"
        course.add("risk", result="orange", note=note, due_on=course.day + timedelta(days=14))
    if course.chance(0.35):
        course.add("investigate", (0, 3), note=f"{course.random.choice(groundwork)}。")
    _sessions(course, groundwork, accepted, promise, bool(risk[0]))


def _sessions(
    course: Course, groundwork: Sequence[str], accepted: date, promise: Promise, risky: bool
) -> None:
    sessions = weighted(course.random, [(1, 58), (2, 30), (3, 12)])
    success = course.chance(0.86)
    for number in range(1, sessions + 1):
        span = min(8, (accepted + timedelta(days=MEDIATION_DAYS) - course.day).days)
        course.day += timedelta(days=course.random.randint(0 if number == 1 else 1, max(1, span)))
        opening = course.phrase("first_talk") if number == 1 else f"{course.random.choice(groundwork)}。"
        if number < sessions:
            course.add(
                "mediate", at=course.opening(), result="continue", note=opening + course.phrase("carry_on")
            )
        elif success:
            course.add(
                "mediate", at=course.opening(), result="agreed", note=opening + course.phrase("settle")
            )
            _agreement(course, promise, risky)
        else:
            course.add("mediate", at=course.opening(), result="failed", note=opening)
            _ending(course, accepted, risky)


def _ending(course: Course, accepted: date, risky: bool) -> None:
    ground = weighted(
        course.random, [("no_agreement", 55), ("refused", 25), ("withdrawn", 10), ("time_out", 10)]
    )
    if ground == "time_out":
        course.day = max(course.day, accepted + timedelta(days=30))
    course.add("end_mediation", (0, 2), result=ground, phrase="fail" if ground == "no_agreement" else ground)
    if risky:
        course.add("lift_risk", (10, 14), note="到期复核，双方已通过诉讼途径解决，风险解除。")
    course.add("close", (0, 5), office_day=True)
    if course.chance(0.6):
        course.add("archive", (3, 25), office_day=True)


def _agreement(course: Course, promise: Promise, risky: bool) -> None:
    days = period_of(promise.terms)
    written = days > 10 or (promise.amount_fen or 0) > 500_000 or course.chance(0.4)
    form = "agree_written" if written else "agree_oral"
    agreed = course.day
    due = agreed + timedelta(days=days)
    course.add(form, due_on=due, amount_fen=promise.amount_fen, phrase=form)
    if not _performance(course, promise, agreed, due):
        return
    if risky:
        course.day = max(course.day, agreed + timedelta(days=12))
        course.add("lift_risk", note="到期复核，没有再发生冲突，风险解除。")
    method = weighted(course.random, [("visit", 5), ("phone", 4), ("office", 1)])
    evaluation = course.evaluation()
    course.add("follow_up", (12, 40), phrase=f"follow_up_{evaluation}", result=evaluation, method=method)
    course.add("close", (0, 4), office_day=True, result=evaluation)
    if course.chance(0.7):
        course.add("archive", (3, 28), office_day=True)


def _performance(course: Course, promise: Promise, agreed: date, due: date) -> bool:
    """Adds the performances; False when one was never kept, so that the matter stays open."""
    days = (due - agreed).days
    parts = parts_of(promise.terms) if days else 1
    amounts = _instalments(promise.amount_fen, parts)
    for number in range(parts):
        part_due = agreed + timedelta(days=days * (number + 1) // parts)
        if number + 1 == parts and days and course.chance(0.03):
            course.day = max(course.day, part_due + timedelta(days=3))
            course.add("urge", note="到期没有履行，电话督促，对方答应尽快。")
            return False
        late = days > 0 and course.chance(0.06)
        early = 0 if not days else course.random.randint(0, max(1, days // (2 * parts)))
        target = part_due + timedelta(days=5) if late else part_due - timedelta(days=early)
        if late:
            course.day = max(course.day, part_due + timedelta(days=2))
            course.add("urge", note="到期没有履行，上门督促。")
        course.day = max(course.day, target)
        phrase = "performed_late" if late else "performed_now" if not days else "performed"
        phrase += "_paid" if amounts[number] else ""
        course.add("fulfil", result="fulfilled", due_on=part_due, amount_fen=amounts[number], phrase=phrase)
    return True


def _instalments(amount_fen: int | None, parts: int) -> list[int | None]:
    if amount_fen is None:
        return [None] * parts
    each = amount_fen // parts // 10_000 * 10_000
    return [*([each] * (parts - 1)), amount_fen - each * (parts - 1)]


def petition_course(course: Course, unit: str, outcome: str, reply: str, own: bool) -> None:
    """Transfer, notice, acceptance, the opinion and its delivery (信访工作条例 第二十二至三十四条)."""
    if not own:
        course.add("transfer", (1, 5), office_day=True, unit=unit)
        course.add("inform", (1, 5), office_day=True, note="书面告知转送去向和查询办法。")
    course.wait((1, 4), office_day=True)
    accepted = course.day
    due = accepted + timedelta(days=HANDLING_DAYS)
    course.add("accept", unit=unit, due_on=due, note="书面告知受理和处理程序。")
    limit = HANDLING_DAYS - 6
    if course.chance(0.1):
        course.day = accepted + timedelta(days=50)
        due += timedelta(days=EXTENSION_DAYS)
        note = "情况复杂，涉及两个以上部门，经负责人批准延长并告知理由。"
        course.add("extend", (0, 5), office_day=True, due_on=due, note=note)
        limit = (due - course.day).days - 6
        course.add("reply", (5, limit), office_day=True, unit=unit, result=outcome, note=reply)
    else:
        course.add("reply", (12, limit), office_day=True, unit=unit, result=outcome, note=reply)
    course.add("deliver", (0, 5), office_day=True, method="in_person", result="signed")
    evaluation = course.evaluation() if outcome != "not_support" else "dissatisfied"
    course.add("follow_up", (15, 35), office_day=True, result=evaluation, method="phone", phrase="heard")
    course.add("close", (0, 5), office_day=True, result=evaluation)


def errand_course(course: Course, unit: str, result: str) -> None:
    """One to three runs, the report back to the person, and the close."""
    runs = weighted(course.random, [(1, 45), (2, 40), (3, 15)])
    for number in range(runs):
        last = number + 1 == runs
        note = result if last else course.common["errand_runs"][number].format(unit=unit)
        course.add("run_errand", (1, 6), office_day=True, unit=unit, note=note)
    evaluation = weighted(course.random, (("satisfied", 92.0), ("fair", 8.0)))
    course.add("report_back", (0, 4), phrase="report_back", result=evaluation)
    course.add("close", (0, 1), result=evaluation)


def suggestion_course(course: Course, unit: str, reply: str, adopted: bool) -> None:
    """Study, adopt or not, and always answer (信访工作条例 第二十九条)."""
    if adopted:
        course.add("adopt", (4, 14), office_day=True, unit=unit)
    course.add(
        "reply", (2, 12), office_day=True, unit=unit, note=reply, result="support" if adopted else "explain"
    )
    course.add("close", (3, 20), office_day=True, result="satisfied" if adopted else "fair")
