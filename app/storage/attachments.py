"""Encrypted files named by their content: written once, never changed, found again by SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.storage.errors import storage_errors
from app.storage.files import write_whole
from models.errors import UserError

NONCE_BYTES = 12


class AttachmentStore:
    """A folder of encrypted files. File names are keyed, so that a known document cannot be recognised by its hash."""

    def __init__(self, folder: Path, key: bytes, random_bytes: Callable[[int], bytes] = os.urandom) -> None:
        self.folder = folder
        self._cipher = AESGCM(key)
        self._name_key = hashlib.sha256(b"names" + key).digest()
        self._random_bytes = random_bytes

    def path_of(self, sha256: str) -> Path:
        """Where the content with this SHA-256 (hex) lies."""
        name = hmac.digest(self._name_key, sha256.encode(), "sha256").hex()
        return self.folder / name[:2] / name

    def put(self, content: bytes) -> str:
        """Keeps the content and returns its SHA-256 (hex). The same content again mends a damaged file."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path_of(sha256)
        if path.exists() and self._is_whole(path, sha256):
            return sha256
        with storage_errors():
            path.parent.mkdir(parents=True, exist_ok=True)
            nonce = self._random_bytes(NONCE_BYTES)
            write_whole(path, nonce + self._cipher.encrypt(nonce, content, sha256.encode()))
        return sha256

    def get(self, sha256: str) -> bytes:
        """The content; raises :class:`UserError` when the file is missing or damaged."""
        try:
            with storage_errors():
                return self._open(self.path_of(sha256), sha256)
        except FileNotFoundError as problem:
            raise UserError("这份附件的文件不在本机，记录本身没有受影响。", "可以从备份中找回。") from problem
        except (InvalidTag, ValueError) as problem:
            raise UserError("这份附件的文件损坏了，记录本身没有受影响。", "可以从备份中找回。") from problem

    def _open(self, path: Path, sha256: str) -> bytes:
        sealed = path.read_bytes()
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], sha256.encode())

    def _is_whole(self, path: Path, sha256: str) -> bool:
        try:
            self._open(path, sha256)
        except (OSError, InvalidTag, ValueError):
            return False
        return True
