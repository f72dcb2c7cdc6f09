"""Tells a store in its place from a restored or copied one, and gives the latter a new incarnation.

Two stores with one identity would number different operations alike. So the store holds a nonce that must be in the
side file, and the side file's own fingerprint (this machine, the time at which the file came to be here): a copy of
the whole folder brings the nonce along, but not the fingerprint.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.storage.errors import storage_errors
from app.storage.files import write_whole
from models.clock import Clock
from models.desk import Setting
from models.exchange import SyncState

if TYPE_CHECKING:
    from app.storage.store import Store

PLACE_KEY = "side_file_place"
_MACHINE_ID_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def machine_identity() -> str:
    """What the operating system calls this machine; empty when it does not say."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(
                winreg.HKEY_LOCAL_MACHINE,
                r"SOFTWARE\Microsoft\Cryptography",
                access=winreg.KEY_READ | winreg.KEY_WOW64_64KEY,
            ) as key:
                return str(winreg.QueryValueEx(key, "MachineGuid")[0])
        except OSError:
            return ""
    for path in _MACHINE_ID_FILES:
        try:
            return path.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            continue
    return ""


def place_of(path: Path, machine: str) -> str:
    """A fingerprint that a copy of the file does not share, whatever the copying tool preserves.

    On Windows the file's number, volume and time of creation; elsewhere the time of its last change of status, which
    no tool can set.
    """
    status = os.stat(path)
    parts = [machine, str(status.st_ctime_ns)]
    if sys.platform == "win32":
        parts += [str(status.st_dev), str(status.st_ino)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def match_incarnation(
    store: Store, clock: Clock, random_token: Callable[[], str], machine: Callable[[], str] = machine_identity
) -> None:
    """Takes a new incarnation when the store is not where it was; to be called before the first write.

    A store that was only just founded has no fingerprint yet: its first opening records it.
    """
    side_file = store.folder.nonce
    with store.read() as session:
        state = session.scalars(select(SyncState)).one_or_none()
        if state is None:
            return
        nonce, recorded = state.nonce, _recorded(session)
    with storage_errors():
        beside = side_file.read_bytes() if side_file.exists() else b""
        here = place_of(side_file, machine()) if beside else ""
    matches = beside != b"" and beside == nonce.encode()
    if matches and recorded == here:
        return
    if not matches or recorded:
        here = _move_on(store, clock, random_token(), machine)
    with store.write(None, clock.now()) as session:
        row = session.scalars(select(Setting).where(Setting.key == PLACE_KEY)).one_or_none()
        if row is None:
            session.add(Setting(key=PLACE_KEY, value=here))
        else:
            row.value = here


def _move_on(store: Store, clock: Clock, nonce: str, machine: Callable[[], str]) -> str:
    """Raises the incarnation, then renews the side file: cut off between the two, the next opening raises again."""
    with store.write(None, clock.now()) as session:
        state = session.scalars(select(SyncState)).one()
        state.incarnation += 1
        state.nonce = nonce
    with storage_errors():
        write_whole(store.folder.nonce, nonce.encode())
        return place_of(store.folder.nonce, machine())


def _recorded(session: Session) -> str:
    return session.scalars(select(Setting.value).where(Setting.key == PLACE_KEY)).one_or_none() or ""
