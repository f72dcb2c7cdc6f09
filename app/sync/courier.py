"""One exchange with the county as a state machine over ports: the store, the wire, a clock and a cancel
switch.

HTTP drives it now, a stick later, and the tests with wires that fail at will. It asks for the county's marks,
settles what they mean, and pushes batches until nothing is left. It may be cut anywhere: whatever was not
receipted is still in the store and goes out at the next exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from app.sync.ledger import SyncCounts
from app.sync.outbox import LARGEST, SMALLEST, Outgoing, Question
from app.sync.reconcile import Fork, MarkOutcome
from app.sync.wire import VerdictLine
from models.clock import Clock
from models.errors import Cancelled, UserError

QUICK_SECONDS, SLOW_SECONDS = 3.0, 5.0
SKEW_WARNING_SECONDS = 300
_TURNS = 5
_NARROWINGS = 8


class Phase(Enum):
    """Where an exchange stands."""

    ASKED = "asked"
    PUSHED = "pushed"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of an exchange. ``warnings`` and ``sentence`` are Chinese; ``verdicts`` those of this step."""

    phase: Phase
    counts: SyncCounts
    sentence: str
    warnings: tuple[str, ...] = ()
    verdicts: tuple[VerdictLine, ...] = ()


class CenterRefusalError(UserError):
    """The county refused a message; ``kind`` is its word for why, ``mark`` how far it has our operations."""

    def __init__(self, kind: str, sentence: str, mark: int | None) -> None:
        super().__init__(sentence, title="县中心没有收下")
        self.kind = kind
        self.mark = mark


class WireBrokenError(UserError):
    """The way to the county failed: nothing is known of the last message but that no answer came."""


class StorePort(Protocol):
    """What an exchange needs of the station; :class:`app.sync.outbox.Outbox` is it."""

    def counts(self) -> SyncCounts:
        """The three numbers."""
        ...

    def question(self, fork: Fork | None = None) -> Question:
        """A question for the county's marks, or about the places within a fork."""
        ...

    def take_mark(self, data: bytes, nonce: str) -> MarkOutcome:
        """Takes the marks in."""
        ...

    def next_batch(self, size: int) -> Outgoing | None:
        """The next batch, or None."""
        ...

    def take_receipt(self, data: bytes) -> list[VerdictLine]:
        """Takes a receipt in."""
        ...

    def batch_size(self) -> int:
        """The batch size to begin with."""
        ...

    def finish(self, message: str, size: int, failed: Outgoing | None = None) -> None:
        """Keeps how it ended."""
        ...


class WirePort(Protocol):
    """A way to the county."""

    def mark(self, question: bytes) -> bytes:
        """Carries a question; returns the answer; raises WireBrokenError or CenterRefusalError."""
        ...

    def send(self, envelope: bytes) -> bytes:
        """Carries a batch; returns the receipt; raises WireBrokenError or CenterRefusalError."""
        ...


def exchange(
    store: StorePort, wire: WirePort, clock: Clock, cancelled: Callable[[], bool]
) -> Iterator[Progress]:
    """Runs one exchange and yields each step; asks ``cancelled`` between steps.

    Raises Cancelled, WireBrokenError (no answer), CenterRefusalError and WireError (a message not to be
    used); in each case everything unconfirmed stays in the store.
    """
    run = _Exchange(store, wire, clock, cancelled)
    try:
        yield from run.steps()
    except Cancelled:
        store.finish("已停止，没有发完的内容下次接着发。", run.size)
        raise
    except UserError as error:
        store.finish(error.what, run.size, run.too_slow)
        raise


class _Exchange:
    """The state of one exchange."""

    def __init__(self, store: StorePort, wire: WirePort, clock: Clock, cancelled: Callable[[], bool]) -> None:
        self.store = store
        self.wire = wire
        self.clock = clock
        self.cancelled = cancelled
        self.size = store.batch_size()
        self.too_slow: Outgoing | None = None

    def steps(self) -> Iterator[Progress]:
        """Ask, push, ask again where the county says so, done."""
        turns = 0
        yield self._ask()
        while (batch := self._next()) is not None:
            try:
                verdicts = self._send(batch)
            except CenterRefusalError as refusal:
                turns += 1
                if refusal.kind not in ("hole", "overlap") or turns > _TURNS:
                    raise
                yield self._ask()
                continue
            counts = self.store.counts()
            sentence = (
                f"县中心已收到 {counts.stored} 条，还有 {counts.not_sent + counts.sent_unconfirmed} 条。"
            )
            yield Progress(Phase.PUSHED, counts, sentence, verdicts=tuple(verdicts))
        counts = self.store.counts()
        sentence = f"已同步，县中心共收到本站 {counts.stored} 条。"
        self.store.finish(sentence, self.size)
        yield Progress(Phase.DONE, counts, sentence)

    def _stop_if_cancelled(self) -> None:
        if self.cancelled():
            raise Cancelled

    def _next(self) -> Outgoing | None:
        self._stop_if_cancelled()
        return self.store.next_batch(self.size)

    def _ask(self) -> Progress:
        self._stop_if_cancelled()
        question = self.store.question()
        outcome = self.store.take_mark(self.wire.mark(question.data), question.nonce)
        for _ in range(_NARROWINGS):
            if outcome.fork is None:
                break
            question = self.store.question(outcome.fork)
            outcome = self.store.take_mark(self.wire.mark(question.data), question.nonce)
        return Progress(Phase.ASKED, self.store.counts(), "已连上县中心。", tuple(_warnings(outcome)))

    def _send(self, batch: Outgoing) -> list[VerdictLine]:
        began = self.clock.now()
        try:
            receipt = self.wire.send(batch.envelope)
        except WireBrokenError:
            if self._seconds_since(began) >= SLOW_SECONDS and batch.count > SMALLEST:
                self.size = max(SMALLEST, batch.count // 2)
                self.too_slow = batch
            raise
        seconds = self._seconds_since(began)
        if seconds < QUICK_SECONDS:
            self.size = min(LARGEST, max(self.size, batch.count) * 2)
        elif seconds > SLOW_SECONDS:
            self.size = max(SMALLEST, batch.count // 2)
        return self.store.take_receipt(receipt)

    def _seconds_since(self, began: datetime) -> float:
        return max(0.0, (self.clock.now() - began).total_seconds())


def _warnings(outcome: MarkOutcome) -> Iterator[str]:
    if abs(outcome.skew_seconds) > SKEW_WARNING_SECONDS:
        way = "快" if outcome.skew_seconds > 0 else "慢"
        minutes = abs(outcome.skew_seconds) // 60
        yield f"本机时间比县中心{way} {minutes} 分钟。同步不受影响，但请校准本机时间，以免登记时间不准。"
    if outcome.sent_back:
        yield f"县中心恢复过数据，缺少的 {outcome.sent_back} 条会自动补发。"
    if outcome.new_incarnation is not None:
        yield (
            "本站的数据可能被恢复或复制过，尚未入库的内容已重新编号再发。"
            "如有另一台电脑在用同一份数据，请停用其中一台。"
        )
