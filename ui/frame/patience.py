"""How long a person waits before the window says so: wait cursor after 0.3 s, progress after 0.6 s, never a
flash.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from ui.frame.lane import Lane, Task

CURSOR_AFTER_MS = 300
PROGRESS_AFTER_MS = 600


class Patience(QObject):
    """Watches lanes; only jobs that are not quiet count."""

    waiting = Signal(str, object)
    """A job has taken long enough to be named: its title and its CancelToken."""
    over = Signal()
    """Nothing long is under way any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: list[Task] = []
        self._cursor_on = False
        self._shown = False
        self._cursor_timer = self._timer(CURSOR_AFTER_MS, self._show_cursor)
        self._progress_timer = self._timer(PROGRESS_AFTER_MS, self._show_progress)

    def watch(self, lane: Lane) -> None:
        """Counts this lane's jobs too."""
        lane.started.connect(self._started)
        lane.ended.connect(self._ended)

    def stop(self) -> None:
        """Forgets everything under way and gives the cursor back."""
        self._tasks.clear()
        self._calm()

    def _timer(self, after_ms: int, call: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(after_ms)
        timer.timeout.connect(call)
        return timer

    def _started(self, task: Task) -> None:
        if task.quiet:
            return
        self._tasks.append(task)
        if len(self._tasks) == 1:
            self._cursor_timer.start()
            self._progress_timer.start()

    def _ended(self, task: Task) -> None:
        if task not in self._tasks:
            return
        self._tasks.remove(task)
        if not self._tasks:
            self._calm()
        elif self._shown:
            self._show_progress()

    def _show_cursor(self) -> None:
        if not self._cursor_on:
            self._cursor_on = True
            QGuiApplication.setOverrideCursor(Qt.CursorShape.BusyCursor)

    def _show_progress(self) -> None:
        task = self._tasks[0]
        self._shown = True
        self.waiting.emit(task.title or "正在处理……", task.cancel)

    def _calm(self) -> None:
        self._cursor_timer.stop()
        self._progress_timer.stop()
        if self._cursor_on:
            self._cursor_on = False
            QGuiApplication.restoreOverrideCursor()
        if self._shown:
            self._shown = False
            self.over.emit()
