"""Files beside the store: written whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import time
from pathlib import Path

UNFINISHED = ".new"
"""Ending of a file that is still being written; one that is left over means nothing."""


def write_whole(path: Path, content: bytes) -> None:
    """Replaces a file atomically: temp beside it, fsync, rename, fsync of the folder.

    Raises OSError when the disk is full or the folder read-only; the old content is then untouched.
    """
    # A name of its own, so that two threads that write the same file do not write into each other's.
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        descriptor = os.open(
            temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600
        )
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        replace_file(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace_file(source: Path, target: Path) -> None:
    """Renames over the target. On Windows a virus scanner may hold a fresh file for a moment, so it tries again."""
    if sys.platform == "win32":
        for _ in range(10):
            try:
                os.replace(source, target)
            except PermissionError:
                time.sleep(0.05)
            else:
                return
    os.replace(source, target)


def copy_whole(source: Path, target: Path) -> None:
    """Copies a file of any size so that the target is there whole and durable, or not at all."""
    temporary = target.with_name(f"{target.name}.{secrets.token_hex(4)}{UNFINISHED}")
    try:
        with source.open("rb") as reading, temporary.open("wb") as writing:
            shutil.copyfileobj(reading, writing, 1 << 20)
            writing.flush()
            os.fsync(writing.fileno())
        replace_file(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Makes a rename in the folder durable; Windows does so by itself and cannot open folders."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
