"""Row identifiers: UUIDv7, made by the caller so that a row has its name before the store sees it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

import uuid_utils

from models.clock import Clock

IdMaker = Callable[[], UUID]
"""Makes a new identifier at each call."""


def new_id() -> UUID:
    """A fresh UUIDv7 (RFC 9562) from the operating system's randomness and clock."""
    return UUID(int=uuid_utils.uuid7().int)


def seeded_ids(seed: int, clock: Clock) -> IdMaker:
    """Identifiers that repeat for the same seed and clock: for tests and the sample station."""
    random = Random(seed)

    def make() -> UUID:
        milliseconds = int(clock.now().timestamp() * 1000) & ((1 << 48) - 1)
        value = (milliseconds << 80) | (0x7 << 76) | (random.getrandbits(12) << 64)
        return UUID(int=value | (0b10 << 62) | random.getrandbits(62))

    return make
