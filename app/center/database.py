"""Opens the center's database: SQLite for a trial, PostgreSQL in earnest; checks its version and its
generation.

A center whose database was put back from a backup takes a new generation: its nonce no longer matches the
one in the data folder. A backup younger than the last start escapes that check; then the first station that
holds a receipt beyond the center's mark reveals it (:mod:`app.center.marks`).
"""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, Table, create_engine, event, insert, inspect, select, update

from app.center.schema import CENTER, METADATA, MIRRORS, SCHEMA_VERSION, WIRE_SCHEMA
from app.sync.wire_frame import public_bytes
from models.clock import Clock
from models.errors import UserError

NONCE_FILE = "center.nonce"
DATABASE_FILE = "center.db"
_PASSWORD_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class CenterIdentity:
    """Who this center is. ``signing_key``: raw private Ed25519 key; it signs receipts and must stay here."""

    county: str
    generation: str
    signing_key: bytes

    @property
    def public_key(self) -> bytes:
        """The raw public key that stations hold."""
        return public_bytes(self.signing_key)


def connect(url: str) -> Engine:
    """An engine for the center; SQLite gets WAL, FULL and a write lock taken at the start of each
    transaction.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-32000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def admin_hash(password: str, salt: bytes) -> bytes:
    """The stored form of the administrator's password (scrypt)."""
    return hashlib.scrypt(password.encode(), salt=salt, n=2**15, r=8, p=1, maxmem=64 * 1024 * 1024, dklen=32)


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened center; ``password`` is the administrator's, given only when it was just made."""

    engine: Engine
    identity: CenterIdentity
    password: str | None
    restored: bool


def open_center(engine: Engine, folder: Path, county: str, clock: Clock, *, serving: bool = True) -> Opened:
    """Opens or founds the center of a county in this database.

    ``serving``: this process will answer stations, so the nonce is checked and renewed; an administrator's
    command beside a running server leaves it alone. Raises UserError when the database is of a newer
    program or of another county.
    """
    folder.mkdir(parents=True, exist_ok=True)
    METADATA.create_all(engine)
    with engine.begin() as connection:
        row = connection.execute(select(CENTER)).mappings().first()
        if row is None:
            return _found(engine, connection, folder, county, clock)
        if row["county"] != county:
            raise UserError(f"这个数据库属于县代码 {row['county']}，不是 {county}。", "请核对 --county。")
        if row["schema_version"] > SCHEMA_VERSION:
            raise UserError("这个数据库由更新版本的程序建立，本程序不会改动它。", "请升级县中心程序。")
        _add_columns(connection)
        if not serving:
            known = CenterIdentity(county, row["generation"], bytes(row["signing_key"]))
            return Opened(engine, known, None, False)
        restored = not _nonce_matches(folder, row["nonce"])
        generation = new_generation() if restored else row["generation"]
        nonce = secrets.token_hex(16)
        connection.execute(
            update(CENTER).values(
                generation=generation,
                nonce=nonce,
                schema_version=SCHEMA_VERSION,
                wire_schema=WIRE_SCHEMA,
            )
        )
        identity = CenterIdentity(county, generation, bytes(row["signing_key"]))
    _write_nonce(folder, nonce)
    return Opened(engine, identity, None, restored)


def new_generation() -> str:
    """A name no generation had before."""
    return secrets.token_hex(8)


def _found(engine: Engine, connection: Any, folder: Path, county: str, clock: Clock) -> Opened:
    password = "".join(secrets.choice(_PASSWORD_ALPHABET) for _ in range(16))
    salt, nonce = secrets.token_bytes(16), secrets.token_hex(16)
    identity = CenterIdentity(county, new_generation(), Ed25519PrivateKey.generate().private_bytes_raw())
    connection.execute(
        insert(CENTER).values(
            county=county,
            generation=identity.generation,
            signing_key=identity.signing_key,
            schema_version=SCHEMA_VERSION,
            wire_schema=WIRE_SCHEMA,
            nonce=nonce,
            admin_salt=salt,
            admin_hash=admin_hash(password, salt),
            created_at=clock.now(),
        )
    )
    _write_nonce(folder, nonce)
    return Opened(engine, identity, password, False)


def _add_columns(connection: Any) -> None:
    """Adds the columns that the typed copies gained since the database was made."""
    inspector = inspect(connection)
    for table in MIRRORS.values():
        present = {column["name"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            if column.name not in present:
                connection.exec_driver_sql(_add_column(table, column.name, connection.dialect))


def _add_column(table: Table, name: str, dialect: Any) -> str:
    kind = table.c[name].type.compile(dialect=dialect)
    return f'ALTER TABLE "{table.name}" ADD COLUMN "{name}" {kind}'


def _nonce_matches(folder: Path, nonce: str) -> bool:
    try:
        return (folder / NONCE_FILE).read_text(encoding="ascii").strip() == nonce
    except FileNotFoundError:
        return False


def _write_nonce(folder: Path, nonce: str) -> None:
    temporary = folder / (NONCE_FILE + ".new")
    with temporary.open("w", encoding="ascii") as file:
        file.write(nonce)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / NONCE_FILE)
