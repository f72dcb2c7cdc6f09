"""Attachments: encrypted, named by their content under a key, verified when read."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from app.station import Station
from app.storage.attachments import AttachmentStore
from models.errors import UserError
from tests.ground.clock import FakeClock

KEY = bytes(range(32))
PHOTO = "张秀英的身份证照片".encode() * 50


def store_in(folder: Path) -> AttachmentStore:
    """An attachment store of its own."""
    return AttachmentStore(folder, KEY)


def files(folder: Path) -> list[Path]:
    """The files in it."""
    return [path for path in folder.rglob("*") if path.is_file()]


def test_content_comes_back_and_says_nothing_on_disk(tmp_path: Path) -> None:
    """GIVEN a photo WHEN kept THEN it is found by its hash; neither its bytes nor its hash is readable on disk."""
    store = store_in(tmp_path)
    sha256 = store.put(PHOTO)
    assert sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert store.get(sha256) == PHOTO
    (path,) = files(tmp_path)
    assert PHOTO[:24] not in path.read_bytes()
    assert sha256 not in str(path)


def test_the_same_content_is_kept_once(tmp_path: Path) -> None:
    """GIVEN a photo already kept WHEN it comes again THEN there is one file, not written again."""
    store = store_in(tmp_path)
    store.put(PHOTO)
    before = files(tmp_path)[0].read_bytes()
    store.put(PHOTO)
    assert [path.read_bytes() for path in files(tmp_path)] == [before]


def test_another_key_reads_nothing(tmp_path: Path) -> None:
    """GIVEN another store's key WHEN it looks for the photo THEN it does not even find its name."""
    sha256 = store_in(tmp_path).put(PHOTO)
    with pytest.raises(UserError, match="不在本机"):
        AttachmentStore(tmp_path, bytes(32)).get(sha256)


@pytest.mark.parametrize("place", [0, 12, 100, -1])
def test_a_damaged_file_is_said_and_mended(tmp_path: Path, place: int) -> None:
    """GIVEN one flipped bit WHEN read THEN a sentence says so; the same content kept again mends it."""
    store = store_in(tmp_path)
    sha256 = store.put(PHOTO)
    (path,) = files(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(UserError, match="损坏"):
        store.get(sha256)
    store.put(PHOTO)
    assert store.get(sha256) == PHOTO


@pytest.mark.parametrize("length", [0, 5, 20])
def test_a_cut_file_is_said(tmp_path: Path, length: int) -> None:
    """GIVEN a file cut short WHEN read THEN a sentence says so."""
    store = store_in(tmp_path)
    sha256 = store.put(PHOTO)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(UserError, match="损坏"):
        store.get(sha256)


def test_one_file_in_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    """GIVEN two photos WHEN one's file is put in the other's place THEN reading fails."""
    store = store_in(tmp_path)
    one, two = store.put(PHOTO), store.put(b"another")
    store.path_of(one).write_bytes(store.path_of(two).read_bytes())
    with pytest.raises(UserError, match="损坏"):
        store.get(one)
    assert store.get(two) == b"another"


def test_many_threads_keep_the_same_content(tmp_path: Path) -> None:
    """GIVEN eight threads WHEN they keep the same photo at once THEN it is whole and nothing is left over."""
    store, start = store_in(tmp_path), threading.Barrier(8)

    def keep() -> None:
        start.wait()
        for _ in range(5):
            store.put(PHOTO)

    threads = [threading.Thread(target=keep) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(hashlib.sha256(PHOTO).hexdigest()) == PHOTO
    assert len(files(tmp_path)) == 1


def test_a_stations_attachments_are_backed_up_once(station: Station, clock: FakeClock) -> None:
    """GIVEN an attachment WHEN two backups are made THEN the pool holds its file once, byte for byte."""
    from app.storage.backup import back_up

    sha256 = station.store.attachments.put(PHOTO)
    for _ in range(2):
        back_up(station.store, clock)
        clock.advance(hours=1)
    (pooled,) = files(station.store.folder.backups / "attachments")
    assert pooled.read_bytes() == station.store.attachments.path_of(sha256).read_bytes()
