"""A station that is killed in the middle of sending.

``python -m tests.center.send_and_die STORE ADDRESS POINT COUNT``: exchanges in small batches and kills itself at
the COUNT-th time it reaches POINT (``before send``, ``after send``, ``after receipt``).
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from app.sync.http_wire import HttpWire
from models.ids import seeded_ids
from tests.ground.clock import FakeClock
from tests.sync.side import PlainStore, Side


def main(path: str, address: str, point: str, count: str) -> None:
    left = [int(count)]

    def reached(name: str) -> None:
        if name == point:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    class Dying(HttpWire):
        def send(self, envelope: bytes) -> bytes:
            reached("before send")
            receipt = super().send(envelope)
            reached("after send")
            return receipt

    clock = FakeClock()
    side = Side(PlainStore(Path(path)), clock, seeded_ids(1, clock))
    side.outbox.finish("", 20)
    take = side.outbox.take_receipt

    def taking(data: bytes) -> list[object]:
        verdicts = take(data)
        reached("after receipt")
        return list(verdicts)

    side.outbox.take_receipt = taking  # type: ignore[assignment,method-assign]
    with Dying(address) as wire:
        side.exchange(wire)


if __name__ == "__main__":
    main(*sys.argv[1:])
