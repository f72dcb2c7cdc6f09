"""Worker lanes: a few threads, jobs in order, results delivered on the UI thread.

This is the one module that starts threads. A job's exception never ends its lane; a finished result is
delivered before new work is taken on; a result for a closed widget is dropped; cancelling is a flag that the
job reads.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from models.errors import Cancelled

Result = TypeVar("Result")
Done = Callable[[Any], None]
Failed = Callable[[Exception], None]


class CancelToken:
    """A wish to stop, set on the UI thread and read by the worker wherever stopping is safe."""

    def __init__(self) -> None:
        self._wished = threading.Event()

    def cancel(self) -> None:
        """Asks the job to stop at its next safe place."""
        self._wished.set()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._wished.is_set()

    def __call__(self) -> bool:
        """The same as :attr:`cancelled`, for functions that want a plain callable."""
        return self.cancelled

    def check(self) -> None:
        """Raises :class:`models.errors.Cancelled` once somebody asked to stop."""
        if self.cancelled:
            raise Cancelled


@dataclass(slots=True, eq=False)
class Task:
    """One job and where its result goes. Its callbacks are only ever called and freed on the UI thread."""

    job: Callable[[], Any]
    done: Done | None
    failed: Failed | None
    owner: QObject | None
    cancel: CancelToken
    title: str = ""
    quiet: bool = False
    result: Any = None
    error: Exception | None = None
    waiter: threading.Event | None = field(default=None)


class Lane(QObject):
    """``threads`` workers taking jobs in the order in which they were handed in."""

    started = Signal(object)
    """A :class:`Task` was handed in (UI thread)."""
    ended = Signal(object)
    """A :class:`Task` came back, whatever became of it (UI thread)."""
    _woken = Signal()

    def __init__(
        self, name: str, on_error: Failed, *, threads: int = 1, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._on_error = on_error
        self._jobs: SimpleQueue[Task | None] = SimpleQueue()
        self._back: deque[Callable[[], None]] = deque()
        self._open: set[Task] = set()
        self._delivering = False
        self._closed = False
        self._woken.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(1, threads + 1)
        ]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        job: Callable[[], Result],
        done: Callable[[Result], None] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
        cancel: CancelToken | None = None,
        title: str = "",
        quiet: bool = False,
    ) -> CancelToken:
        """Hands in a job from the UI thread.

        ``done(result)`` or ``failed(error)`` is called on the UI thread, unless ``owner`` (or the widget
        whose method ``done`` is) was closed meanwhile. Without ``failed``, errors go to the lane's error
        door. ``quiet`` jobs show neither wait cursor nor progress.
        """
        self._deliver()
        task = Task(job, done, failed, owner or _owner_of(done), cancel or CancelToken(), title, quiet)
        if self._closed:
            return task.cancel
        self._open.add(task)
        self.started.emit(task)
        self._jobs.put(task)
        return task.cancel

    def call(self, job: Callable[[], Result]) -> Result:
        """Runs a job on this lane and waits for it: for the workers of another lane, never for the UI thread.

        Raises what the job raises, and Cancelled when the lane is closed.
        """
        if self._closed:
            raise Cancelled
        task = Task(job, None, None, None, CancelToken(), quiet=True, waiter=threading.Event())
        self._jobs.put(task)
        assert task.waiter is not None
        while not task.waiter.wait(0.2):
            if not any(thread.is_alive() for thread in self._threads):
                raise Cancelled
        if task.error is not None:
            raise task.error
        result: Result = task.result
        return result

    def reporter(self, show: Callable[..., None], owner: QObject) -> Callable[..., None]:
        """A function that a job may call from its thread; ``show`` is then called on the UI thread."""

        def shown(*values: object) -> None:
            if isValid(owner):
                show(*values)

        def report(*values: object) -> None:
            self._post(lambda: shown(*values))

        return report

    @property
    def idle(self) -> bool:
        """Whether nothing handed in is still under way."""
        return not self._open

    def cancel_all(self) -> None:
        """Sets the flag of every job under way."""
        for task in self._open:
            task.cancel.cancel()

    def close(self, patience_s: float = 30.0) -> None:
        """Finishes what was handed in, then ends the threads; results still to come are not delivered."""
        if self._closed:
            return
        self._closed = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join(patience_s)
        self._back.clear()
        self._open.clear()

    def _work(self) -> None:
        while True:
            task = self._jobs.get()
            if task is None:
                return
            self._run(task)
            del task

    def _run(self, task: Task) -> None:
        try:
            task.cancel.check()
            task.result = task.job()
        except Exception as error:
            task.error = error
        if task.waiter is not None:
            task.waiter.set()
        else:
            self._post(lambda: self._finish(task))

    def _post(self, call: Callable[[], None]) -> None:
        self._back.append(call)
        if not self._closed:
            self._woken.emit()

    def _deliver(self) -> None:
        # Handing in work from inside a result must not nest deliveries: order would be lost.
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._back:
                try:
                    self._back.popleft()()
                except Exception:
                    # One screen's defect must not keep the others from their results.
                    sys.excepthook(*sys.exc_info())
        finally:
            self._delivering = False
            if self._back and not self._closed:
                self._woken.emit()

    def _finish(self, task: Task) -> None:
        self._open.discard(task)
        self.ended.emit(task)
        done, failed, owner = task.done, task.failed, task.owner
        # The worker may still hold the task for a moment; widgets must be let go of on this thread only.
        task.job, task.done, task.failed, task.owner = _nothing, None, None, None
        if owner is not None and not isValid(owner):
            return
        if task.error is None:
            if done is not None:
                done(task.result)
        elif failed is not None:
            failed(task.error)
        else:
            self._on_error(task.error)


def _nothing() -> None:
    pass


def _owner_of(callback: Callable[..., None] | None) -> QObject | None:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None
