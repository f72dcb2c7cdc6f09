"""The three doors of an error in the window: cancelled (silence), the user's (a sentence), ours (a report
file).

Reports carry no personal data: no local variables, no SQL parameters, and a message only after everything
that could be a value (quoted text, Chinese text, digits) has been taken out.
"""

from __future__ import annotations

import platform
import re
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import (
    QMessageLogContext,
    QObject,
    Qt,
    QtMsgType,
    Signal,
    qInstallMessageHandler,
    qVersion,
)

from models.clock import Clock, local
from models.errors import Cancelled, UserError

REPORT_FOLDER = "reports"
REPORTS_KEPT = 20


class Tone(Enum):
    """How a notice looks: plain news, something to put right, or a defect of the program."""

    INFO = "info"
    PROBLEM = "problem"
    SERIOUS = "serious"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a banner says; ``tone`` sets its colour, ``actions`` are labelled buttons."""

    title: str
    what: str
    remedy: str = ""
    tone: Tone = Tone.INFO
    actions: tuple[tuple[str, Callable[[], None]], ...] = ()


class ErrorDoors(QObject):
    """Every exception that nobody caught comes here, from whatever thread."""

    said = Signal(object)
    """A :class:`Notice` for the banner of the window in front."""
    _arrived = Signal(object)

    def __init__(self, data_folder: Path, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = data_folder / REPORT_FOLDER
        self._clock = clock
        self._arrived.connect(self._tell, Qt.ConnectionType.QueuedConnection)

    def handle(self, error: BaseException) -> None:
        """Sends the error to its door; may be called from any thread."""
        if isinstance(error, Cancelled):
            return
        if isinstance(error, UserError):
            notice = Notice(error.title, error.what, error.remedy, Tone.PROBLEM)
        else:
            notice = self._defect(error)
        if threading.current_thread() is threading.main_thread():
            self.said.emit(notice)
        else:
            self._arrived.emit(notice)

    def _tell(self, notice: Notice) -> None:
        self.said.emit(notice)

    def _defect(self, error: BaseException) -> Notice:
        try:
            place = str(write_report(self._folder, error, self._clock))
            remedy = f"已写好一份不含个人信息的情况说明，请交给县中心：{place}"
        except OSError:
            remedy = "情况说明没有写成（磁盘可能已满），请记下时间告诉县中心。"
        return Notice(
            "程序出了差错",
            "刚才的操作没有完成。已保存的内容都在，正在填写的内容也还留着。",
            remedy,
            tone=Tone.SERIOUS,
        )


def write_report(folder: Path, error: BaseException, clock: Clock) -> Path:
    """Writes the report file of a defect and keeps the newest twenty; raises OSError when it cannot."""
    folder.mkdir(parents=True, exist_ok=True)
    name = local(clock.now()).strftime("report-%Y%m%d-%H%M%S-%f.txt")
    path = folder / name
    path.write_text(report_text(error, clock), encoding="utf-8")
    for old in sorted(folder.glob("report-*.txt"))[:-REPORTS_KEPT]:
        old.unlink(missing_ok=True)
    return path


def report_text(error: BaseException, clock: Clock) -> str:
    """Versions and the stack of an exception and of what caused it: places in the program, no values."""
    lines = [
        "调解工作台 差错说明（不含个人信息）",
        f"时间：{local(clock.now()).isoformat(timespec='seconds')}",
        f"系统：{platform.system()} {platform.release()} {platform.machine()}",
        f"Python {platform.python_version()}，Qt {qVersion()}",
    ]
    link: BaseException | None = error
    seen: set[int] = set()
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        lines += ["", f"{type(link).__module__}.{type(link).__qualname__}：{harmless_message(link)}"]
        for frame in traceback.extract_tb(link.__traceback__):
            lines.append(f"  {_short_path(frame.filename)}:{frame.lineno} {frame.name}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\n".join(lines) + "\n"


def harmless_message(error: BaseException) -> str:
    """The exception's message without anything that could be a value."""
    original = getattr(error, "orig", None)
    if isinstance(original, BaseException):
        return f"{type(original).__qualname__} {harmless_message(original)}"
    text = str(error).split("\n", 1)[0][:400]
    text = re.sub(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\[[^\]]*\]|\([^)]*\)|\{[^}]*\}", "‹…›", text)
    text = re.sub(r"[^\x00-\x7f‹›…]+", "‹…›", text)
    return re.sub(r"\w*\d{2,}\w*", "‹…›", text)


def install_hooks(doors: ErrorDoors, log: Callable[[str], None]) -> Callable[[], None]:
    """Wires the process's hooks to the doors and returns a function that puts the old ones back.

    Qt's own messages go to ``log``: they concern us, not the person at the window.
    """
    old_hook, old_thread_hook = sys.excepthook, threading.excepthook

    def on_exception(kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            old_hook(kind, error, _trace)
            return
        doors.handle(error)

    def on_thread_exception(arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            doors.handle(arguments.exc_value)

    def on_qt_message(kind: QtMsgType, _context: QMessageLogContext, message: str) -> None:
        if kind is not QtMsgType.QtDebugMsg:
            log(f"Qt {kind.name}: {message}")

    sys.excepthook = on_exception
    threading.excepthook = on_thread_exception
    old_handler = qInstallMessageHandler(on_qt_message)

    def restore() -> None:
        sys.excepthook = old_hook
        threading.excepthook = old_thread_hook
        qInstallMessageHandler(old_handler)

    return restore


def _short_path(path: str) -> str:
    parts = Path(path).parts
    for anchor in ("site-packages", "app", "ui", "models"):
        if anchor in parts:
            return "/".join(parts[parts.index(anchor) :])
    return Path(path).name
