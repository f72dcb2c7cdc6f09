"""What the sync page asks for, as plain functions for the lanes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.sync.courier import Progress, exchange
from app.sync.enrol import Enrolment, enrol, own_fingerprint
from app.sync.http_wire import HttpWire, check_address
from app.sync.ledger import SyncCounts, counts, state_of
from app.sync.outbox import Outbox
from models.exchange import Receipt, Verdict
from ui.frame.work import Outside

VERDICTS_SHOWN = 5
VERDICT_WORDS = {"refused": "没有收下", "held": "暂缓处理", "flagged": "收下，但要核对"}


@dataclass(frozen=True, slots=True)
class SyncOverview:
    """Everything the sync page shows. ``remarks`` are the county's words on single operations not yet
    settled.
    """

    counts: SyncCounts
    enrolled: bool
    address: str
    county: str
    enrolled_at: datetime | None
    fingerprint: str
    last_exchange_at: datetime | None
    last_message: str
    receipt_number: str
    receipt_at: datetime | None
    remarks: tuple[str, ...]
    remark_count: int


def read_overview(session: Session) -> SyncOverview:
    """Reads the page's content; raises NoResultFound in a store that was never founded."""
    state = state_of(session)
    receipt = session.scalars(
        select(Receipt).order_by(Receipt.received_at.desc(), Receipt.last_n.desc())
    ).first()
    open_verdicts = session.scalars(
        select(Verdict).where(Verdict.settled_at.is_(None)).order_by(Verdict.local_id.desc())
    ).all()
    return SyncOverview(
        counts=counts(session),
        enrolled=state.enrolled_at is not None,
        address=state.center_url,
        county=state.county,
        enrolled_at=state.enrolled_at,
        fingerprint=own_fingerprint(session) if state.enrolled_at else "",
        last_exchange_at=state.last_exchange_at,
        last_message=state.last_message,
        receipt_number=receipt.number if receipt else "",
        receipt_at=receipt.stored_at if receipt else None,
        remarks=tuple(
            f"第 {verdict.n} 条{VERDICT_WORDS.get(verdict.verdict, verdict.verdict)}：{verdict.reason}"
            for verdict in open_verdicts[:VERDICTS_SHOWN]
        ),
        remark_count=len(open_verdicts),
    )


def run_enrolment(outside: Outside, address: str, code: str) -> Enrolment:
    """Enrols the station at the county; raises UserError with what went wrong."""
    place = check_address(address)
    station = outside.station
    with HttpWire(place) as wire:
        return enrol(station.store, wire, station.clock, _new_nonce, place, code)


def run_exchange(outside: Outside, address: str, report: Callable[[Progress], None]) -> Progress:
    """Sends everything unsent and reports each step; raises UserError or Cancelled, and loses nothing
    then.
    """
    station = outside.station
    outbox = Outbox(station.store, station.clock, _new_nonce)
    last: Progress | None = None
    with HttpWire(address) as wire:
        for step in exchange(outbox, wire, station.clock, outside.cancel):
            last = step
            report(step)
    assert last is not None
    return last


def _new_nonce() -> str:
    return secrets.token_hex(16)
