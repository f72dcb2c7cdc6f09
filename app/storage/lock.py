"""One program on one store: a lock the operating system takes back by itself when the program dies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO

from models.errors import UserError


class StoreLock:
    """Held from opening to closing a store."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stream: IO[bytes] | None = None

    def acquire(self) -> None:
        """Takes the lock; raises :class:`UserError` when another copy of the program holds it."""
        stream = open(self._path, "a+b")  # noqa: SIM115 - held open for as long as the store is
        try:
            _lock(stream)
        except OSError as problem:
            stream.close()
            raise UserError(
                "调解工作台已经在这台电脑上打开了这个站点，不能同时打开两次。数据没有受影响。",
                "请切换到已经打开的窗口；如果找不到它，请重启电脑后再试。",
                title="已经打开",
            ) from problem
        self._stream = stream

    def release(self) -> None:
        """Gives the lock back; twice does no harm."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None


if sys.platform == "win32":
    import msvcrt

    def _lock(stream: IO[bytes]) -> None:
        stream.seek(0)
        msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(stream: IO[bytes]) -> None:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)


def held_elsewhere(path: Path) -> bool:
    """Whether another program holds the lock now."""
    if not path.exists() or not os.access(path, os.W_OK):
        return False
    probe = StoreLock(path)
    try:
        probe.acquire()
    except UserError:
        return True
    probe.release()
    return False
