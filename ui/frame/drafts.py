"""What is being typed is saved every few seconds and offered again after a crash.

The draft is the text as typed, kept in the store's local ``draft`` table through the database lane. It goes
away only when the form was saved, or when the person says it is not wanted.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from PySide6.QtCore import QObject, QTimer
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models.clock import local
from models.desk import Draft
from ui.frame.banner import Banner
from ui.frame.errors import Notice
from ui.frame.form import Form
from ui.frame.work import Desk

if TYPE_CHECKING:
    from app.station import Work

SAVE_EVERY_MS = 3000
MEANWHILE = "#2"
"""Ends the subject of what is typed while an older draft still waits for a decision; neither overwrites the
other.
"""


@dataclass(frozen=True, slots=True)
class DraftText:
    """A draft as read back: the texts by field reference, when they were saved and what they belong to."""

    texts: dict[str, str]
    saved_at: datetime
    subject: str = ""


class DraftKeeper(QObject):
    """Keeps one form's draft. ``screen`` and ``subject`` name it, e.g. ``("visit", "new")``."""

    def __init__(self, desk: Desk, form: Form, screen: str, subject: str, banner: Banner) -> None:
        super().__init__(form)
        self._desk = desk
        self._form = form
        self._screen = screen
        self._subject = own_subject(desk, subject)
        self._banner = banner
        self._last: dict[str, str] = {}
        self._base: dict[str, str] = {}
        self._held = False
        self._timer = QTimer(self)
        self._timer.setInterval(SAVE_EVERY_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.keep_now)
        self.extra: Callable[[], dict[str, str]] | None = None
        """More texts to keep than the form's own, such as a list of people; see :attr:`restored`."""
        self.restored: Callable[[dict[str, str]], None] | None = None
        """Called with all the texts after 继续填写."""
        form.changed.connect(lambda _ref: self.touch())
        desk.leaving.connect(self._on_leaving)

    def touch(self) -> None:
        """Something was typed: a save is due in at most three seconds."""
        if not self._timer.isActive():
            self._timer.start()

    def keep_now(self) -> None:
        """Saves the draft at once if anything changed."""
        self._timer.stop()
        texts = self._texts()
        if texts == self._last or (self._held and texts == self._base):
            return
        self._last = texts
        screen, subject = self._screen, self._subject + (MEANWHILE if self._held else "")
        self._desk.change("保存草稿", lambda work: keep_draft(work, screen, subject, texts), quiet=True)

    def offer(self) -> None:
        """Looks for a draft and offers it in the banner. Until the person decides, it is not overwritten."""
        self._base = self._texts()
        screen, subject = self._screen, self._subject
        self._desk.query(
            lambda session: find_draft(session, screen, subject), self._found, owner=self, quiet=True
        )

    def saved(self) -> None:
        """The form was saved: the draft goes."""
        self._timer.stop()
        self._held = False
        self._last = self._texts()
        screen, subject = self._screen, self._subject
        self._desk.change("清除草稿", lambda work: drop_draft(work.session, screen, subject), quiet=True)

    def rename(self, subject: str) -> None:
        """From now on the draft belongs to another subject, e.g. a row that has just got its identifier."""
        self._subject = own_subject(self._desk, subject)
        self._last = {}

    def _on_leaving(self) -> None:
        if self._timer.isActive():
            self.keep_now()

    def _texts(self) -> dict[str, str]:
        texts = self._form.typed()
        if self.extra is not None:
            texts.update(self.extra())
        return texts

    def _found(self, draft: DraftText | None) -> None:
        if draft is None or not draft.texts or draft.texts == self._base:
            return
        self._held = True
        self._banner.say(
            Notice(
                "上次没有存完的内容",
                f"{local(draft.saved_at):%m月%d日 %H:%M} 在这里填写的内容还留着。",
                actions=(
                    ("继续填写", lambda: self._take(draft.texts)),
                    ("不要了", self._discard),
                ),
            )
        )

    def _take(self, texts: dict[str, str]) -> None:
        now = self._texts()
        typed_since = {ref: text for ref, text in now.items() if text != self._base.get(ref, "")}
        whole = {**texts, **typed_since}
        self._held = False
        self._form.restore_typed(whole)
        if self.restored is not None:
            self.restored(whole)
        self.keep_now()
        self._form.first_widget().setFocus()

    def _discard(self) -> None:
        self._held = False
        self._last = {}
        screen, subject = self._screen, self._subject
        self._desk.change("清除草稿", lambda work: drop_draft(work.session, screen, subject), quiet=True)
        self.touch()


def own_subject(desk: Desk, subject: str) -> str:
    """The subject as kept in the store: a draft is offered only to the person who typed it."""
    return f"{desk.station.signed_in.account_id.hex}/{subject}"


def keep_draft(work: Work, screen: str, subject: str, texts: dict[str, str]) -> None:
    """Writes the draft of a form; an empty one is removed."""
    if subject.endswith(MEANWHILE):
        work.session.execute(delete(Draft).where(Draft.screen == screen, Draft.subject == subject))
    else:
        drop_draft(work.session, screen, subject)
    if texts:
        content = json.dumps(texts, ensure_ascii=False, sort_keys=True)
        work.session.add(
            Draft(
                screen=screen,
                subject=subject,
                content=content,
                saved_at=work.now,
                account_id=work.account_id,
            )
        )


def find_draft(session: Session, screen: str, subject: str) -> DraftText | None:
    """The draft of a form, or None; what was typed while it waited for a decision lies on top of it."""
    rows = session.scalars(
        select(Draft)
        .where(Draft.screen == screen, Draft.subject.in_((subject, subject + MEANWHILE)))
        .order_by(Draft.subject)
    ).all()
    if not rows:
        return None
    texts: dict[str, str] = {}
    for row in rows:
        texts |= _texts_in(row.content)
    return DraftText(texts, rows[-1].saved_at, subject)


def drafts_of(session: Session, screen: str, account_id: UUID) -> list[DraftText]:
    """Every draft of a screen by this person, newest first: what was left unfinished."""
    rows = session.scalars(
        select(Draft)
        .where(Draft.screen == screen, Draft.account_id == account_id)
        .order_by(Draft.saved_at.desc())
    )
    return [
        DraftText(_texts_in(row.content), row.saved_at, row.subject.partition("/")[2])
        for row in rows
        if not row.subject.endswith(MEANWHILE)
    ]


def drop_draft(session: Session, screen: str, subject: str) -> None:
    """Removes a draft; also for use inside the change that saves the form."""
    both = (subject, subject + MEANWHILE)
    session.execute(delete(Draft).where(Draft.screen == screen, Draft.subject.in_(both)))


def _texts_in(content: str) -> dict[str, str]:
    found = json.loads(content)
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
