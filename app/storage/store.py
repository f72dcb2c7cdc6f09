"""An open store: one engine, one lock, and the only two ways to reach its rows."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from app.storage.attachments import AttachmentStore
from app.storage.engine import make_engine, writing
from app.storage.errors import database_errors, storage_errors
from app.storage.files import sync_folder, write_whole
from app.storage.incarnation import match_incarnation
from app.storage.layout import StationFolder
from app.storage.lock import StoreLock
from app.storage.migrate import bring_up_to_date
from models.clock import Clock
from models.errors import UserError

ATTACHMENT_INFO = b"mediation-desk attachments 1"
CLOSE_PATIENCE = 10.0
"""Seconds that closing waits for readers and writers."""


class Store:
    """The station's encrypted store while it is open. Made by :func:`open_store`.

    ``write`` and ``read`` may be used from any thread; writes wait for one another.
    """

    def __init__(self, folder: StationFolder, data_key: bytes, lock: StoreLock) -> None:
        self.folder = folder
        self._key = bytearray(data_key)
        self._engine = make_engine(folder.database, lambda: self.data_key, self._note_damage)
        self._damaged = False
        self._writer = self._engine.execution_options(writing=True)
        self._lock = lock
        self._writing = threading.Lock()
        self._writing_thread: int | None = None
        self._users = 0
        self._idle = threading.Condition()
        self._open = True
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=ATTACHMENT_INFO).derive(data_key)
        self.attachments = AttachmentStore(folder.attachments, derived)

    @property
    def data_key(self) -> bytes:
        """The key of the file, for backups and for new key slots; raises RuntimeError in a closed store."""
        if not self._key:
            raise RuntimeError("the store is closed")
        return bytes(self._key)

    @property
    def is_open(self) -> bool:
        """Whether the store can be used."""
        return self._open

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keeps the store from closing for the length of a block; raises RuntimeError in a closed store."""
        with self._idle:
            if not self._open:
                raise RuntimeError("the store is closed")
            self._users += 1
        try:
            yield
        finally:
            with self._idle:
                self._users -= 1
                self._idle.notify_all()

    @contextmanager
    def write(self, actor_id: UUID | None, now: datetime, *, capturing: bool = True) -> Iterator[Session]:
        """One transaction. It commits when the block ends and leaves no trace when the block raises.

        ``capturing`` off: the changes came from the county and must not be sent back to it. Raises RuntimeError for
        a write inside a write of the same thread, which would wait for itself for ever.
        """
        with (
            database_errors(),
            self.in_use(),
            self._alone(),
            self._writer.connect() as connection,
            writing(connection.connection.dbapi_connection, actor_id, now, capturing),
            Session(bind=connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._writing_thread == threading.get_ident():
            raise RuntimeError("a write inside a write")
        with self._writing:
            self._writing_thread = threading.get_ident()
            try:
                yield
            finally:
                self._writing_thread = None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; any attempt to write through it fails."""
        with database_errors(), self.in_use(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA query_only = 1")
            try:
                with Session(bind=connection, expire_on_commit=False, autoflush=False) as session:
                    yield session
            finally:
                try:
                    connection.rollback()
                    raw.execute("PRAGMA query_only = 0")
                except (DBAPIError, dbapi2.DatabaseError):
                    # A connection that met a damaged page answers nothing any more; the next one is opened afresh.
                    connection.invalidate()

    def checkpoint(self) -> None:
        """Moves the journal into the main file: nobody can tell a damaged journal tail from its end."""
        with self.in_use():
            self._checkpoint()

    def _checkpoint(self) -> None:
        with database_errors(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Waits for those who read or write, lets go of the file and the lock, and forgets the key.

        Twice does no harm. Where the disk is full or gone the journal stays as it is: nothing is lost. Then, and
        where a damaged page was met, the mark is missing, which makes the next opening check the store.
        """
        with self._idle:
            if not self._open:
                return
            self._open = False
            quiet = self._idle.wait_for(lambda: self._users == 0, CLOSE_PATIENCE)
        try:
            if quiet and not self._damaged:
                with suppress(UserError), storage_errors():
                    self._checkpoint()
                    write_whole(self.folder.clean_mark, b"")
        finally:
            self.abandon()

    def _note_damage(self) -> None:
        self._damaged = True

    def abandon(self) -> None:
        """Lets go of everything at once, without the mark of a proper end."""
        self._open = False
        self._engine.dispose()
        self._lock.release()
        self._key[:] = bytes(len(self._key))
        self._key = bytearray()


def open_store(
    folder: StationFolder,
    data_key: bytes,
    clock: Clock,
    *,
    random_token: Callable[[], str] = lambda: secrets.token_hex(16),
) -> Store:
    """Opens the store of a folder.

    Brings an older one up to date, checks one that was not closed properly, and gives a restored or copied one a
    new incarnation. Raises :class:`UserError` when it is open elsewhere, damaged or newer than this program.
    """
    lock = StoreLock(folder.lock)
    with storage_errors():
        lock.acquire()
    try:
        with storage_errors():
            was_clean = folder.clean_mark.exists()
            if not folder.database.exists():
                raise UserError(
                    "找不到本站的数据文件（station.db）。", "请用“恢复备份”，不要在这个文件夹里重新建立站点。"
                )
            bring_up_to_date(folder, data_key, clock)
            folder.clean_mark.unlink(missing_ok=True)
            sync_folder(folder.root)
        store = Store(folder, data_key, lock)
    except BaseException:
        lock.release()
        raise
    try:
        if not was_clean:
            check_health(store)
        match_incarnation(store, clock, random_token)
    except BaseException:
        store.abandon()
        raise
    return store


def check_health(store: Store) -> None:
    """Authenticates every page and checks the structure; raises :class:`UserError` when something is wrong."""
    with store.read() as session:
        connection: Any = session.connection().connection.dbapi_connection
        damaged = connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None
        sound = not damaged and connection.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok"
    if not sound:
        raise UserError(
            "上次没有正常关闭，检查时发现数据文件有损坏，程序没有继续打开，以免扩大损坏。",
            "请在登录界面选择“恢复备份”，被换下的文件会留在旁边。",
            title="数据文件损坏",
        )
