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
from app.storage.errors import storage_errors, user_error_of
from app.storage.files import UNFINISHED, copy_whole, replace_file, sync_folder, write_whole
from app.storage.keys import read_header
from app.storage.layout import StationFolder
from app.storage.lock import StoreLock
from app.storage.store import Store
from models.clock import Clock, local, local_day
from models.columns import moment_text, parse_moment
from models.errors import UserError
from models.tables import METADATA

EVERY = timedelta(hours=24)
DAILY, WEEKLY, MONTHLY = 7, 4, 12
MANIFEST = "backup.json"
MAKING = ".making"
LAST_ENTRY = "last entry"
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
    store_id: str = ""
    sha256: str = ""


def back_up(store: Store, clock: Clock, target: Path | None = None) -> Path:
    """Makes a backup and returns its folder; only then are old ones thinned.

    ``target``: the folder that holds backups, the station's own when None. Raises :class:`UserError` when the copy
    cannot be written or does not pass its check: the backups made before are then all still there.
    """
    backups = target or store.folder.backups
    made_at = clock.now()
    with store.in_use(), storage_errors():
        try:
            folder = _make(store, backups, made_at)
            thin(backups, folder)
        except OSError as problem:
            if user_error_of(problem) is not None:
                raise
            raise UserError(
                f"备份没有写成，文件夹“{backups.name}”现在用不了；站点数据和以前的备份都在。",
                "备份到U盘时请看看它是否插好，然后再备份一次。",
                title="没有备份",
            ) from problem
    return folder


def _make(store: Store, backups: Path, made_at: datetime) -> Path:
    backups.mkdir(parents=True, exist_ok=True)
    folder = _free_name(backups, made_at)
    temporary = backups / (folder.name + MAKING)
    for leftover in (temporary, *store.folder.backups.glob("*" + MAKING)):
        shutil.rmtree(leftover, ignore_errors=True)
    temporary.mkdir()
    try:
        copy = temporary / store.folder.database.name
        counts = _copy_database(store, copy)
        if _verify(copy, store.data_key) != counts:
            raise _not_sound()
        copy_whole(store.folder.keys, temporary / store.folder.keys.name)
        _copy_new_attachments(store.folder.attachments, backups / "attachments")
        store_id = str(read_header(store.folder.keys).store_id)
        write_whole(temporary / MANIFEST, _manifest(copy, counts, made_at, store_id))
        replace_file(temporary, folder)
        sync_folder(backups)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


def _free_name(backups: Path, made_at: datetime) -> Path:
    name = local(made_at).strftime("%Y-%m-%d_%H%M%S")
    folder, number = backups / name, 1
    while folder.exists():
        number += 1
        folder = backups / f"{name}_{number}"
    return folder


def due(folder: StationFolder, clock: Clock) -> bool:
    """Whether the last backup is older than 24 hours; one from the future (a wrong clock) does not count."""
    ages = [clock.now() - one.made_at for one in list_backups(folder.backups, thorough=False) if one.sound]
    return not any(timedelta(0) <= age < EVERY for age in ages)


Counts = dict[str, int | str]
"""Rows of each table, and the moment of the last entry."""


def _counts(connection: Any) -> Counts:
    tables = [table.name for table in METADATA.sorted_tables]
    counts: Counts = {
        name: int(connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name in tables
    }
    last = connection.execute("SELECT coalesce(max(made_at), '') FROM operation").fetchone()[0]
    counts[LAST_ENTRY] = str(last)
    return counts


def _copy_database(store: Store, copy: Path) -> Counts:
    """Copies in one step, because a copy in steps is restarted by every commit; returns the source's counts."""
    with (
        closing(connect(store.folder.database, store.data_key)) as source,
        closing(connect(copy, store.data_key)) as target,
    ):
        source.execute("BEGIN")
        counts = _counts(source)
        source.backup(target, pages=-1)
        source.execute("COMMIT")
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return counts


def _verify(copy: Path, data_key: bytes) -> Counts:
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


def _not_sound() -> UserError:
    return UserError(
        "这次备份写出后核对不上，没有采用；站点数据和以前的备份都在。",
        "请检查磁盘是否有问题，然后再备份一次。",
    )


def _manifest(copy: Path, counts: Counts, made_at: datetime, store_id: str) -> bytes:
    content = {
        "format": FORMAT,
        "store_id": store_id,
        "made_at": moment_text(made_at),
        "cases": counts["case"],
        "visits": counts["visit"],
        "operations": counts["operation"],
        "last_entry": counts[LAST_ENTRY],
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
        if path.is_file() and path.suffix != UNFINISHED and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy_whole(path, copy)


def list_backups(backups: Path, *, thorough: bool = True) -> list[BackupPreview]:
    """The backups in a folder, newest first; a damaged one is listed as not sound. ``thorough`` as in preview."""
    found = [preview(folder, thorough=thorough) for folder in backups.glob("*") if folder.suffix != MAKING]
    return sorted((one for one in found if one is not None), key=lambda one: one.made_at, reverse=True)


def preview(folder: Path, *, thorough: bool = True) -> BackupPreview | None:
    """What a backup says of itself; None when it is no backup.

    ``thorough``: its bytes are checked against its manifest (reads the whole file); else only their number.
    """
    try:
        content = json.loads((folder / MANIFEST).read_bytes())
        database = folder / "station.db"
        sound = database.is_file() and database.stat().st_size == content["size"]
        if sound and thorough:
            sound = _sha256(database) == content["sha256"]
        return BackupPreview(
            folder,
            parse_moment(content["made_at"]),
            int(content["cases"]),
            int(content["visits"]),
            parse_moment(content["last_entry"]) if content["last_entry"] else None,
            int(content["size"]),
            sound,
            str(content["store_id"]),
            str(content["sha256"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def thin(backups: Path, newest: Path) -> list[Path]:
    """Removes backups beyond the last of 7 days, 4 weeks and 12 months; returns what was removed.

    ``newest``, which was only just verified, always stays. Others are read through before one of an earlier day is
    removed for their sake: one that is not sound neither counts nor is removed, somebody may want to look into it.
    Backups of other stations in the same folder (a stick) are not touched.
    """
    made = preview(newest, thorough=False)
    if made is None:
        return []
    own = [one for one in list_backups(backups, thorough=False) if one.store_id == made.store_id]
    removed = _surplus(own, made)
    if any(local_day(one.made_at) != local_day(made.made_at) for one in removed):
        checked = [preview(one.folder) for one in own if one.folder != newest]
        removed = _surplus([made, *(one for one in checked if one is not None)], made)
    for one in removed:
        shutil.rmtree(one.folder, ignore_errors=True)
    return [one.folder for one in removed]


def _surplus(backups: list[BackupPreview], newest: BackupPreview) -> list[BackupPreview]:
    others = sorted(
        (one for one in backups if one.sound and one.folder != newest.folder),
        key=lambda one: (one.made_at, one.folder.name),
        reverse=True,
    )
    kept: set[Path] = {newest.folder}
    for limit, bucket in (
        (DAILY, lambda at: at.strftime("%Y-%m-%d")),
        (WEEKLY, lambda at: "{}-{}".format(*at.isocalendar()[:2])),
        (MONTHLY, lambda at: at.strftime("%Y-%m")),
    ):
        last: dict[str, Path] = {}
        for one in (newest, *others):
            last.setdefault(bucket(local(one.made_at)), one.folder)
        kept.update(last[key] for key in list(last)[:limit])
    return [one for one in others if one.folder not in kept]


def restore(folder: StationFolder, backup: Path, clock: Clock) -> Path | None:
    """Puts a backup in the place of the store; what was there is kept in a folder beside it, which is returned.

    The side file is left out, so the restored store takes a new incarnation before its first write. Raises
    :class:`UserError` when the backup is damaged or the store is open; nothing has then been moved.
    """
    found = preview(backup)
    if found is None or not found.sound:
        raise _unusable()
    lock = StoreLock(folder.lock)
    with storage_errors():
        folder.root.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        try:
            incoming = folder.root / ".restoring.db"
            keys = _bring_in(folder, backup, incoming, found.sha256)
            aside = _set_aside(folder, clock)
            write_whole(folder.keys, keys)
            replace_file(incoming, folder.database)
            sync_folder(folder.root)
            return aside
        finally:
            lock.release()


def _bring_in(folder: StationFolder, backup: Path, incoming: Path, sha256: str) -> bytes:
    """Copies everything that comes from the backup's disk, before anything here is moved; returns the keys."""
    try:
        copy_whole(backup / "station.db", incoming)
        keys = _keys_to_use(folder, backup)
        _copy_new_attachments(backup.parent / "attachments", folder.attachments)
        sound = _sha256(incoming) == sha256
    except OSError as problem:
        incoming.unlink(missing_ok=True)
        if user_error_of(problem) is not None:
            raise
        raise _unusable() from problem
    if not sound:
        # A failing stick may read differently the second time.
        incoming.unlink()
        raise _unusable()
    return keys


def _unusable() -> UserError:
    return UserError(
        "这个备份不完整或已损坏，没有恢复。现有数据没有改动。", "请选另一个备份。", title="备份不能用"
    )


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
    """Moves the store away. The keys are only copied: cut off here, the folder still counts as a station's."""
    moved = [path for path in (*folder.database_files(), folder.nonce, folder.clean_mark) if path.exists()]
    if not moved and not folder.keys.exists():
        return None
    stamp = local(clock.now()).strftime("%Y-%m-%d_%H%M%S")
    aside, number = folder.root / f"replaced-{stamp}", 1
    while aside.exists():
        number += 1
        aside = folder.root / f"replaced-{stamp}_{number}"
    aside.mkdir()
    if folder.keys.exists():
        copy_whole(folder.keys, aside / folder.keys.name)
    for path in moved:
        replace_file(path, aside / path.name)
    sync_folder(aside)
    return aside
