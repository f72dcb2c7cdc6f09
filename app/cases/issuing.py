"""Making a paper to look at, and issuing it: once issued it is kept byte for byte and never rendered again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import PRINTED, note_access
from app.cases.paper_data import PaperContent, Subject, read_content
from app.papers.forms import form_named
from app.station import Work
from app.storage.attachments import AttachmentStore
from models.codes import CodeTables
from models.document import Paper


@dataclass(frozen=True, slots=True)
class MadePaper:
    """A paper as PDF, not yet issued."""

    form: str
    title: str
    number: str
    content: bytes
    sha256: str
    content_hash: str
    pages: int
    fonts: tuple[str, ...]


def make_paper(form: str, content: PaperContent, printed_at: datetime) -> MadePaper:
    """Renders a paper: needs no store, so it runs beside the database lane.

    Raises :class:`models.errors.UserError` when a character is in none of the fonts.
    """
    from app.papers.engine import build_paper  # ReportLab is slow to import and not needed to start

    chosen = form_named(form)
    made = build_paper(chosen, content.data, number=content.number, printed_at=printed_at)
    return MadePaper(
        form,
        chosen.title,
        content.number,
        made.content,
        made.sha256,
        made.content_hash,
        made.pages,
        made.fonts,
    )


def make_blank(form: str, printed_at: datetime) -> MadePaper:
    """The form with nothing filled in, to be written on by hand."""
    from app.papers.engine import build_paper

    chosen = form_named(form)
    made = build_paper(chosen, None, printed_at=printed_at, blank=True)
    return MadePaper(
        form, chosen.title, "", made.content, made.sha256, made.content_hash, made.pages, made.fonts
    )


def draft_paper(
    session: Session, form: str, subject: Subject, codes: CodeTables, now: datetime, today: date
) -> MadePaper:
    """Reads and renders a paper."""
    return make_paper(form, read_content(session, form, subject, codes, today), now)


def issue_paper(
    work: Work, attachments: AttachmentStore, made: MadePaper, subject: Subject, recipient: str = ""
) -> UUID:
    """Keeps a paper as issued and returns its id; the same bytes issued again are the same paper."""
    sha256 = attachments.put(made.content)
    again = work.session.scalars(
        select(Paper.id).where(
            Paper.sha256 == sha256, Paper.case_id == subject.case_id, Paper.withdrawn_at.is_(None)
        )
    ).first()
    note_access(
        work.session,
        at=work.now,
        account_id=work.account_id,
        event=PRINTED,
        subject=f"{made.form} {subject.case_id or subject.visit_id}",
    )
    if again is not None:
        return again
    return work.add(
        Paper(
            case_id=subject.case_id,
            visit_id=subject.visit_id,
            form=made.form,
            number=made.number,
            title=made.title,
            issued_at=work.now,
            issued_by=work.actor_id,
            recipient=recipient,
            pages=made.pages,
            sha256=sha256,
            content_hash=made.content_hash,
            fonts="、".join(made.fonts),
        )
    ).id


def read_issued(session: Session, attachments: AttachmentStore, paper_id: UUID) -> bytes:
    """The bytes of a paper as issued; raises :class:`models.errors.UserError` when the file is gone."""
    sha256 = session.scalars(select(Paper.sha256).where(Paper.id == paper_id)).one()
    return attachments.get(sha256)
