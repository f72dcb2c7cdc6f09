"""The three doors an error can leave by: cancelled, the user's, ours.

Anything raised that is neither :class:`Cancelled` nor :class:`UserError` is ours: a defect to be reported.
"""

from __future__ import annotations


class Cancelled(Exception):
    """The user asked to stop; nothing is shown."""


class UserError(Exception):
    """Something the user can understand and act upon.

    ``what`` says what happened and that nothing was lost, ``remedy`` what to do now; both are Chinese sentences
    without personal data, because they also reach the log.
    """

    def __init__(self, what: str, remedy: str = "", *, title: str = "没有完成") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy
        self.title = title

    def __str__(self) -> str:
        return f"{self.what}{self.remedy}"
