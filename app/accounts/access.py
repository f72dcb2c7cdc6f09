"""The access log: who signed in, printed, exported or opened a restricted matter. It holds no content."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from models.desk import AccessLog

SIGNED_IN = "sign_in"
SIGN_IN_FAILED = "sign_in_failed"
SIGNED_OUT = "sign_out"
PRINTED = "print"
EXPORTED = "export"
OPENED_RESTRICTED = "open_restricted"
PASSWORD_CHANGED = "change_password"
ACCOUNT_ADDED = "add_account"
ACCOUNT_CLOSED = "close_account"
PASSWORD_SET = "set_password"
RECOVERED = "recover"
RESTORED = "restore"


def note_access(
    session: Session,
    *,
    at: datetime,
    account_id: UUID | None,
    event: str,
    subject: str = "",
    succeeded: bool = True,
) -> None:
    """Adds a line. ``subject`` is a row's id or a form's code, never a name."""
    session.add(AccessLog(at=at, account_id=account_id, event=event, subject=subject, succeeded=succeeded))
