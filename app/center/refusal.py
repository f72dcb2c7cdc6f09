"""Why the center does not take a message in: a kind for programs, a Chinese sentence for people."""

from __future__ import annotations

from enum import Enum


class Cause(Enum):
    """The kinds of refusals with their HTTP status."""

    DAMAGED = ("damaged", 400)
    TOO_NEW = ("too_new", 400)
    TOO_LARGE = ("too_large", 413)
    BAD_SIGNATURE = ("bad_signature", 403)
    WRONG_COUNTY = ("wrong_county", 403)
    UNKNOWN_DEVICE = ("unknown_device", 403)
    REVOKED = ("revoked", 403)
    HOLE = ("hole", 409)
    OVERLAP = ("overlap", 409)
    WRONG_CODE = ("wrong_code", 403)
    CODE_USED = ("code_used", 403)
    CODE_EXPIRED = ("code_expired", 403)
    CODE_LOCKED = ("code_locked", 403)

    @property
    def word(self) -> str:
        """The kind as programs read it."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status that goes with it."""
        return self.value[1]


class RefusedError(Exception):
    """A message that is not taken in; ``sentence`` is Chinese and without personal data.

    ``mark``: how far the center has the operations of this device and incarnation, where that matters.
    """

    def __init__(self, cause: Cause, sentence: str, mark: int | None = None) -> None:
        super().__init__(sentence)
        self.cause = cause
        self.sentence = sentence
        self.mark = mark
