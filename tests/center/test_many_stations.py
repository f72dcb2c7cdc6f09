"""Many stations at once: gapless numbers in commit order, seen by a reader that never looks back."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlalchemy import select

from app.center.intake import Intake
from app.center.schema import CHANGE
from tests.center.ground import Center, DirectWire
from tests.ground.clock import FakeClock
from tests.sync.side import Side

STATIONS, ROUNDS = 4, 4


class Follower(threading.Thread):
    """Reads the county's scope forward only, as a puller does."""

    def __init__(self, center: Center) -> None:
        super().__init__(name="follower")
        self._center = center
        self.done = threading.Event()
        self.seen: list[int] = []

    def run(self) -> None:
        while True:
            last_turn = self.done.is_set()
            with self._center.engine.connect() as connection:
                place = self.seen[-1] if self.seen else 0
                query = (
                    select(CHANGE.c.n).where(CHANGE.c.scope == "*", CHANGE.c.n > place).order_by(CHANGE.c.n)
                )
                self.seen += connection.execute(query).scalars().all()
            if last_turn:
                return
            self.done.wait(0.01)


def test_no_change_is_skipped_by_a_reader_that_only_moves_on(
    new_side: Callable[..., Side], center: Center, wire: DirectWire, clock: FakeClock
) -> None:
    sides = [new_side(f"{number}村") for number in range(STATIONS)]
    batches: list[list[bytes]] = []
    for side in sides:
        side.outbox.finish("", 20)
        side.add_cases(4 * ROUNDS)
        wire.sent.clear()
        shadow = DirectWire(center)
        side.exchange(shadow)
        batches.append(shadow.sent)
    numbers = sum(center.streams().values())
    assert numbers > 0
    with center.engine.begin() as connection:
        for table in (
            "op",
            "receipt",
            "change",
            "stream",
            "record",
            "case",
            "person",
            "case_party",
            "org_unit",
        ):
            connection.exec_driver_sql(f'DELETE FROM "{table}"')
    follower = Follower(center)
    faults: list[BaseException] = []

    def push(envelopes: list[bytes]) -> None:
        intake = Intake(center.engine, center.opened.identity, clock)
        try:
            for envelope in envelopes:
                intake.take(envelope)
        except BaseException as error:
            faults.append(error)

    follower.start()
    threads = [threading.Thread(target=push, args=[envelopes]) for envelopes in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    follower.done.set()
    follower.join(60)
    assert faults == []
    assert follower.seen == list(range(1, center.streams()["*"] + 1))
    assert center.rows() == {key: row for side in sides for key, row in side.rows().items()}
