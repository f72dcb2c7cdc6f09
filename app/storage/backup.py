"""Verified backups: made by the backup API, opened and checked before they count, thinned by day, week and month."""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.storage.engine import connect
from app.storage.errors import storage_errors
from app.storage.files import sync_folder, write_whole
from app.storage.keys import read_header
from app.storage.layout import StationFolder
from app.storage.lock import StoreLock
from app.storage.store import Store
from models.clock import Clock, local
from models.columns import moment_text, parse_moment
from models.errors import UserError

EVERY = timedelta(hours=24)
DAILY, WEEKLY, MONTHLY = 7, 4, 12
MANIFEST = "backup.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class BackupPreview:
    """What a backup holds, shown before it is restored. Counts and days only: nobody has signed in yet."""

    folder: Path
    made_at: datetime
    cases: int
    visits: int
    last_entry_at: datetime | None
    size: int
    sound: bool


def back_up(store: Store, clock: Clock, target: Path | None = None) -> Path:
    """Makes a backup and returns its folder; only then are old ones thinned.

    ``target``: the folder that holds backups, the station's own when None. Raises :class:`UserError` when the copy
    cannot be written or does not pass its check: the backups made before are then all still there.
    """
    backups = target or store.folder.backups
    made_at = clock.now()
    folder = backups / local(made_at).strftime("%Y-%m-%d_%H%M%S")
    with storage_errors():
        temporary = backups / (folder.name + ".making")
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        try:
            copy = temporary / store.folder.database.name
            counts = _copy_database(store, copy)
            _require_same(counts, _verify(copy, store.data_key))
            shutil.copyfile(store.folder.keys, temporary / store.folder.keys.name)
            _copy_new_attachments(store.folder.attachments, backups / "attachments")
            write_whole(temporary / MANIFEST, _manifest(copy, counts, made_at))
            shutil.rmtree(folder, ignore_errors=True)
            temporary.replace(folder)
            sync_folder(backups)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    thin(backups)
    return folder


def due(folder: StationFolder, clock: Clock) -> bool:
    """Whether the last sound backup is older than 24 hours."""
    found = [preview.made_at for preview in list_backups(folder.backups) if preview.sound]
    return not found or clock.now() - max(found) >= EVERY


@dataclass(frozen=True, slots=True)
class _Counts:
    cases: int
    visits: int
    operations: int
    last_entry: str


def _counts(connection: Any) -> _Counts:
    row = connection.execute(
        'SELECT (SELECT count(*) FROM "case"), (SELECT count(*) FROM visit), (SELECT count(*) FROM operation), '
        "coalesce((SELECT max(made_at) FROM operation), '')"
    ).fetchone()
    return _Counts(int(row[0]), int(row[1]), int(row[2]), str(row[3]))


def _copy_database(store: Store, copy: Path) -> _Counts:
    """One step with all pages: a copy in steps is restarted by every commit and may never end."""
    with (
        closing(connect(store.folder.database, store.data_key)) as source,
        closing(connect(copy, store.data_key)) as target,
    ):
        source.backup(target, pages=-1)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return _counts(target)


def _verify(copy: Path, data_key: bytes) -> _Counts:
    with closing(connect(copy, data_key)) as connection:
        damaged = connection.execute("PRAGMA cipher_integrity_check").fetchall()
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damaged or found != "ok":
            raise _not_sound()
        counts = _counts(connection)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for ending in ("-wal", "-shm"):
        copy.with_name(copy.name + ending).unlink(missing_ok=True)
    return counts


def _require_same(made: _Counts, read: _Counts) -> None:
    if made != read:
        raise _not_sound()


def _not_sound() -> UserError:
    return UserError(
        "这次备份写出后核对不上，没有采用；站点数据和以前的备份都在。", "请检查磁盘是否有问题，然后再备份一次。"
    )


def _manifest(copy: Path, counts: _Counts, made_at: datetime) -> bytes:
    content = {
        "format": FORMAT,
        "made_at": moment_text(made_at),
        "cases": counts.cases,
        "visits": counts.visits,
        "operations": counts.operations,
        "last_entry": counts.last_entry,
        "size": copy.stat().st_size,
        "sha256": _sha256(copy),
    }
    return json.dumps(content, indent=1).encode()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copy_new_attachments(source: Path, target: Path) -> None:
    """Attachments never change, so each is copied once into a pool that all backups share."""
    if not source.exists():
        return
    for path in source.rglob("*"):
        copy = target / path.relative_to(source)
        if path.is_file() and not path.name.endswith(".new") and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            write_whole(copy, path.read_bytes())


def list_backups(backups: Path) -> list[BackupPreview]:
    """The backups in a folder, newest first; a damaged one is listed as not sound."""
    found = [preview(folder) for folder in backups.glob("*") if (folder / MANIFEST).is_file()]
    return sorted((one for one in found if one is not None), key=lambda one: one.made_at, reverse=True)


def preview(folder: Path) -> BackupPreview | None:
    """What a backup says of itself, with its bytes checked against its manifest; None when it is no backup."""
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        database = folder / "station.db"
        sound = database.is_file() and _sha256(database) == content["sha256"]
        return BackupPreview(
            folder,
            parse_moment(content["made_at"]),
            int(content["cases"]),
            int(content["visits"]),
            parse_moment(content["last_entry"]) if content["last_entry"] else None,
            int(content["size"]),
            sound,
        )
    except (OSError, ValueError, KeyError):
        return None


def thin(backups: Path) -> list[Path]:
    """Removes backups beyond the last of 7 days, 4 weeks and 12 months; returns what was removed.

    One that is not sound neither counts nor is removed: somebody may still want to look into it.
    """
    sound = [one for one in list_backups(backups) if one.sound]
    kept: set[Path] = set()
    for limit, bucket in (
        (DAILY, lambda at: at.strftime("%Y-%m-%d")),
        (WEEKLY, lambda at: "{}-{}".format(*at.isocalendar()[:2])),
        (MONTHLY, lambda at: at.strftime("%Y-%m")),
    ):
        newest: dict[str, Path] = {}
        for one in sound:
            newest.setdefault(bucket(local(one.made_at)), one.folder)
        kept.update(list(newest.values())[:limit])
    removed = [one.folder for one in sound if one.folder not in kept]
    for folder in removed:
        shutil.rmtree(folder, ignore_errors=True)
    return removed


def restore(folder: StationFolder, backup: Path, clock: Clock) -> Path | None:
    """Puts a backup in the place of the store; what was there is kept in a folder beside it, which is returned.

    The side file is left out, so the restored store takes a new incarnation before its first write. Raises
    :class:`UserError` when the backup is damaged or the store is open; nothing has then been moved.
    """
    found = preview(backup)
    if found is None or not found.sound:
        raise UserError(
            "这个备份不完整或已损坏，没有恢复。现有数据没有改动。", "请选另一个备份。", title="备份不能用"
        )
    lock = StoreLock(folder.lock)
    with storage_errors():
        folder.root.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        try:
            incoming = folder.root / ".restoring.db"
            shutil.copyfile(backup / "station.db", incoming)
            keys = _keys_to_use(folder, backup)
            aside = _set_aside(folder, clock)
            incoming.replace(folder.database)
            write_whole(folder.keys, keys)
            _bring_back_attachments(backup.parent / "attachments", folder.attachments)
            sync_folder(folder.root)
            return aside
        finally:
            lock.release()


def _keys_to_use(folder: StationFolder, backup: Path) -> bytes:
    """Today's key slots when they belong to the same store, so that today's passwords go on working."""
    kept = (backup / folder.keys.name).read_bytes()
    try:
        if read_header(folder.keys).store_id == read_header(backup / folder.keys.name).store_id:
            return folder.keys.read_bytes()
    except UserError:
        return kept
    return kept


def _set_aside(folder: StationFolder, clock: Clock) -> Path | None:
    present = [
        path
        for path in (*folder.database_files(), folder.keys, folder.nonce, folder.clean_mark)
        if path.exists()
    ]
    if not present:
        return None
    aside = folder.root / f"replaced-{local(clock.now()).strftime('%Y-%m-%d_%H%M%S')}"
    aside.mkdir()
    for path in present:
        path.replace(aside / path.name)
    return aside


def _bring_back_attachments(pool: Path, target: Path) -> None:
    _copy_new_attachments(pool, target)
