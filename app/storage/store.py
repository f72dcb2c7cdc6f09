"""An open store: one engine, one lock, and the only two ways to reach its rows."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.storage.attachments import AttachmentStore
from app.storage.engine import make_engine, writing
from app.storage.errors import storage_errors
from app.storage.files import write_whole
from app.storage.layout import StationFolder
from app.storage.lock import StoreLock
from app.storage.migrate import bring_up_to_date
from models.clock import Clock
from models.errors import UserError
from models.exchange import SyncState

ATTACHMENT_INFO = b"mediation-desk attachments 1"


class Store:
    """The station's encrypted store while it is open. Made by :func:`open_store`.

    ``write`` and ``read`` may be used from any thread; writes wait for one another.
    """

    def __init__(self, folder: StationFolder, data_key: bytes, engine: Engine, lock: StoreLock) -> None:
        self.folder = folder
        self._key = bytearray(data_key)
        self._engine = engine
        self._lock = lock
        self._writing = threading.Lock()
        self._open = True
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=ATTACHMENT_INFO).derive(data_key)
        self.attachments = AttachmentStore(folder.attachments, derived)

    @property
    def data_key(self) -> bytes:
        """The key of the file, for backups and for new key slots."""
        return bytes(self._key)

    @property
    def is_open(self) -> bool:
        """Whether the store can be used."""
        return self._open

    @contextmanager
    def write(self, actor_id: UUID | None, now: datetime, *, capturing: bool = True) -> Iterator[Session]:
        """One transaction. It commits when the block ends and leaves no trace when the block raises.

        ``capturing`` off: the changes came from the county and must not be sent back to it.
        """
        with (
            storage_errors(),
            self._writing,
            self._engine.execution_options(writing=True).connect() as connection,
            writing(connection.connection.dbapi_connection, actor_id, now, capturing),
            Session(bind=connection, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A consistent view; any attempt to write through it fails."""
        with storage_errors(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA query_only = 1")
            try:
                with Session(bind=connection, expire_on_commit=False, autoflush=False) as session:
                    yield session
            finally:
                connection.rollback()
                raw.execute("PRAGMA query_only = 0")

    def checkpoint(self) -> None:
        """Moves the journal into the main file: nobody can tell a damaged journal tail from its end."""
        with storage_errors(), self._engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Checkpoints, lets go of the file and the lock, and forgets the key. Twice does no harm."""
        if not self._open:
            return
        self._open = False
        try:
            self.checkpoint()
            write_whole(self.folder.clean_mark, b"")
        finally:
            self._engine.dispose()
            self._lock.release()
            for index in range(len(self._key)):
                self._key[index] = 0


def open_store(
    folder: StationFolder, data_key: bytes, clock: Clock, *, random_token: Callable[[], str] = lambda: secrets.token_hex(16)
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
        engine = make_engine(folder.database, lambda: data_key)
        store = Store(folder, data_key, engine, lock)
        try:
            if not was_clean:
                check_health(store)
            match_incarnation(store, clock, random_token)
        except BaseException:
            engine.dispose()
            raise
        return store
    except BaseException:
        lock.release()
        raise


def check_health(store: Store) -> None:
    """Authenticates every page and checks the structure; raises :class:`UserError` when something is wrong."""
    with store.read() as session:
        connection: Any = session.connection().connection.dbapi_connection
        damaged = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damaged or found != "ok":
        raise UserError(
            "上次没有正常关闭，检查时发现数据文件有损坏，程序没有继续打开，以免扩大损坏。",
            "请在登录界面选择“恢复备份”，被换下的文件会留在旁边。",
            title="数据文件损坏",
        )


def match_incarnation(store: Store, clock: Clock, random_token: Callable[[], str]) -> None:
    """Takes a new incarnation before the first write when the side file does not match (restored or copied)."""
    beside = store.folder.nonce.read_text() if store.folder.nonce.exists() else ""
    with store.read() as session:
        state = session.scalars(select(SyncState)).one_or_none()
        matches = state is None or (state.nonce == beside and beside != "")
    if matches:
        return
    nonce = random_token()
    with store.write(None, clock.now()) as session:
        state = session.scalars(select(SyncState)).one()
        state.incarnation += 1
        state.nonce = nonce
    with storage_errors():
        write_whole(store.folder.nonce, nonce.encode())
