"""The desk: the only ways off the UI thread.

``query`` reads and ``change`` writes, both on the one database lane, in order; ``upkeep`` is for work on the
store as a whole (backup, password); ``network`` is for what waits for a wire and may itself call the database
lane. Jobs are plain functions; they get a session or a unit of work and give plain values back, never mapped
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from app.storage.keys import NORMAL_COST, KdfCost
from models.clock import local_day
from ui.frame.errors import ErrorDoors
from ui.frame.lane import CancelToken, Failed, Lane
from ui.frame.patience import Patience
from ui.frame.tools import FormTools

if TYPE_CHECKING:
    from app.station import Station, Work
    from ui.style.look import Look

Result = TypeVar("Result")


class Desk(QObject):
    """An open station as the screens see it."""

    changed = Signal(object)
    """A change was committed: a frozenset of table names, e.g. ``{"visit", "case"}``."""
    open_requested = Signal(str, object)
    """A screen asks for another one: its name and a dict of arguments."""
    leaving = Signal()
    """A screen is about to be closed or the window locked: drafts save themselves now."""
    status = Signal(str)
    """A few words for the status line, such as 已保存."""

    def __init__(
        self,
        station: Station,
        errors: ErrorDoors,
        *,
        look: Look | None = None,
        cost: KdfCost = NORMAL_COST,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.station = station
        self.look = look
        self.cost = cost
        self.errors = errors
        self.tools = FormTools(station.codes, station.clock)
        self.patience = Patience(self)
        self._lane = Lane("database", errors.handle, parent=self)
        self._wires = Lane("network", errors.handle, threads=2, parent=self)
        self.patience.watch(self._lane)
        self.patience.watch(self._wires)

    def now(self) -> datetime:
        """The present moment by the station's clock."""
        return self.station.clock.now()

    def today(self) -> date:
        """The calendar day in China."""
        return local_day(self.now())

    def open(self, screen: str, **arguments: object) -> None:
        """Asks the shell to show the screen with this name, e.g. ``desk.open("case", case_id=...)``."""
        self.open_requested.emit(screen, arguments)

    def query(
        self,
        job: Callable[[Session], Result],
        done: Callable[[Result], None],
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        title: str = "正在读取……",
        quiet: bool = False,
    ) -> CancelToken:
        """Reads on the database lane: ``job(session)`` there, then ``done(result)`` here.

        Give ``owner`` (the widget that wants the result) when ``done`` is not one of its methods.
        """

        def run() -> Result:
            with self.station.query() as session:
                return job(session)

        return self._lane.submit(run, done, failed, owner=owner, cancel=cancel, title=title, quiet=quiet)

    def change(
        self,
        name: str,
        job: Callable[[Work], Result],
        done: Callable[[Result], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        quiet: bool = False,
    ) -> CancelToken:
        """Writes in one transaction on the database lane; ``name`` is what people call it, e.g. 登记来访.

        The tables touched are found out from the session; after the commit and after ``done``,
        :attr:`changed` tells them. The change is committed even when ``owner`` is closed meanwhile.
        """

        def run() -> tuple[Result, frozenset[str]]:
            return run_change(self.station, name, job)

        def finish(outcome: tuple[Result, frozenset[str]]) -> None:
            result, touched = outcome
            if done is not None and _alive(keeper):
                done(result)
            if not quiet:
                self.status.emit(f"已保存：{name}")
            self.announce(touched)

        def fail(error: Exception) -> None:
            if not quiet:
                self.status.emit(f"没有保存：{name}")
            if failed is not None and _alive(keeper):
                failed(error)
            else:
                self.errors.handle(error)

        keeper = owner or _method_owner(done)
        if not quiet:
            self.status.emit(f"正在保存：{name}……")
        return self._lane.submit(
            run, finish, fail, owner=self, cancel=cancel, title=f"正在{name}……", quiet=quiet
        )

    def upkeep(
        self,
        name: str,
        job: Callable[[Station], Result],
        done: Callable[[Result], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        quiet: bool = False,
    ) -> CancelToken:
        """Work on the store as a whole, on the database lane: backup, verification, password."""
        return self._lane.submit(
            lambda: job(self.station),
            done,
            failed,
            owner=owner,
            cancel=cancel,
            title=f"正在{name}……",
            quiet=quiet,
        )

    def network(
        self,
        name: str,
        job: Callable[[Outside], Result],
        done: Callable[[Result], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        quiet: bool = True,
    ) -> CancelToken:
        """Work that waits for a wire, in a pool of two; ``job(outside)`` reads ``outside.cancel`` between
        steps.

        Quiet by default, because such pages show their own progress.
        """
        token = cancel or CancelToken()
        outside = Outside(self, token)
        return self._wires.submit(
            lambda: job(outside), done, failed, owner=owner, cancel=token, title=f"正在{name}……", quiet=quiet
        )

    def reporter(self, show: Callable[..., None], owner: QObject) -> Callable[..., None]:
        """A function a job may call with its progress; ``show`` runs on the UI thread while ``owner``
        lives.
        """
        return self._wires.reporter(show, owner)

    def announce(self, touched: Iterable[str]) -> None:
        """Tells the screens that rows of these tables are no longer what they were."""
        names = frozenset(touched)
        if names:
            self.changed.emit(names)

    def run_on_lane(self, job: Callable[[], Result]) -> Result:
        """For :class:`Outside`: runs a job on the database lane and waits for it."""
        return self._lane.call(job)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way; tests wait for it."""
        return self._lane.idle and self._wires.idle

    def close(self) -> None:
        """Finishes queued saves, stops network jobs, ends the threads. The station itself stays open."""
        self._wires.cancel_all()
        self._lane.close()
        self._wires.close()
        self.patience.stop()


class Outside:
    """What a network job is handed: the station, its cancel flag, and the way back to the database lane."""

    def __init__(self, desk: Desk, cancel: CancelToken) -> None:
        self._desk = desk
        self.station = desk.station
        self.cancel = cancel

    def query(self, job: Callable[[Session], Result]) -> Result:
        """Reads on the database lane and waits."""

        def run() -> Result:
            with self.station.query() as session:
                return job(session)

        return self._desk.run_on_lane(run)

    def change(self, name: str, job: Callable[[Work], Result]) -> Result:
        """Writes on the database lane and waits."""
        return self._desk.run_on_lane(lambda: run_change(self.station, name, job)[0])


def run_change(station: Station, name: str, job: Callable[[Work], Result]) -> tuple[Result, frozenset[str]]:
    """Runs one change and says which tables it touched, also by bulk statements."""
    touched: set[str] = set()

    def flushed(session: Session, _context: Any) -> None:
        for row in (*session.new, *session.dirty, *session.deleted):
            touched.add(row.__table__.name)

    def executed(state: ORMExecuteState) -> None:
        if not (state.is_insert or state.is_update or state.is_delete):
            return
        table = getattr(state.statement, "table", None)
        if table is not None:
            touched.add(table.name)

    with station.change(name) as work:
        event.listen(work.session, "after_flush", flushed)
        event.listen(work.session, "do_orm_execute", executed)
        result = job(work)
        work.session.flush()
    return result, frozenset(touched)


def new_row_id(desk: Desk) -> UUID:
    """An identifier for a row that the UI names before it is saved, such as the subject of a draft."""
    return desk.station.new_id()


def _alive(owner: QObject | None) -> bool:
    from shiboken6 import isValid

    return owner is None or isValid(owner)


def _method_owner(callback: Callable[..., None] | None) -> QObject | None:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None
