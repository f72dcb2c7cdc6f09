"""Key slots: the random data key of a store, wrapped once per user and once for the county's recovery key.

The header file lies beside the store. A slot holds Argon2id parameters, salt, nonce and the wrapped key
(AES-256-GCM, bound to store, slot and version). The data key itself is never written anywhere.
"""

from __future__ import annotations

import base64
import json
import os
import unicodedata
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from argon2.exceptions import HashingError
from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.storage.files import write_whole
from models.columns import moment_text, parse_moment
from models.errors import UserError

FORMAT = 1
KEY_BYTES = 32
SALT_BYTES = 16
NONCE_BYTES = 12
RECOVERY_INFO = b"mediation-desk recovery slot 1"

RandomBytes = Callable[[int], bytes]


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Argon2id cost: memory in KiB, passes, lanes."""

    memory_kib: int = 128 * 1024
    passes: int = 3
    lanes: int = 4


NORMAL_COST = KdfCost()
"""0.3 to 0.6 s on an old office PC."""
SMALL_PC_COST = KdfCost(memory_kib=64 * 1024)
"""The floor, for PCs with 4 GB (RFC 9106, second recommendation)."""


@dataclass(frozen=True, slots=True)
class KeySlot:
    """One user's way to the data key, and the wrong tries since the last right one."""

    login_name: str
    cost: KdfCost
    salt: bytes
    nonce: bytes
    wrapped: bytes
    wrong_tries: int = 0
    last_try: datetime | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What lies beside the store."""

    store_id: UUID
    slots: tuple[KeySlot, ...] = ()
    recovery: bytes = b""
    recovery_key: bytes = b""
    format: int = FORMAT

    def slot(self, login_name: str) -> KeySlot | None:
        """The slot of a login name."""
        return next((slot for slot in self.slots if slot.login_name == login_name), None)

    def with_slot(self, slot: KeySlot) -> Header:
        """The header with a slot added or put in place of the one of the same name."""
        others = tuple(kept for kept in self.slots if kept.login_name != slot.login_name)
        return replace(self, slots=(*others, slot))

    def with_slot_in_place(self, slot: KeySlot) -> Header:
        """The header with a slot renewed where it stands, so that the order of names stays."""
        return replace(
            self, slots=tuple(slot if kept.login_name == slot.login_name else kept for kept in self.slots)
        )

    def without_slot(self, login_name: str) -> Header:
        """The header without a user's slot; the last slot cannot go, or nobody could open the store."""
        rest = tuple(slot for slot in self.slots if slot.login_name != login_name)
        if not rest:
            raise UserError("这是最后一个能打开本站数据的账户，不能删除。", "请先添加另一个账户。")
        return replace(self, slots=rest)


def _bound_to(store_id: UUID, login_name: str) -> bytes:
    return b"mediation-desk slot\x00" + store_id.bytes + login_name.encode() + bytes([FORMAT])


def _password_key(password: str, salt: bytes, cost: KdfCost) -> bytes:
    # An input method left in full-width mode types other characters for the same keys.
    plain = unicodedata.normalize("NFKC", password).encode()
    try:
        return hash_secret_raw(plain, salt, cost.passes, cost.memory_kib, cost.lanes, KEY_BYTES, Type.ID)
    except HashingError as problem:
        raise UserError(
            f"电脑内存不够，核对密码需要 {cost.memory_kib // 1024} MB。数据没有受影响。",
            "请关掉一些别的程序后再试。",
            title="内存不够",
        ) from problem


def seal_slot(
    store_id: UUID,
    login_name: str,
    password: str,
    data_key: bytes,
    cost: KdfCost,
    random_bytes: RandomBytes = os.urandom,
) -> KeySlot:
    """Wraps the data key under a password. Takes as long as ``cost`` says: not on the UI thread."""
    salt, nonce = random_bytes(SALT_BYTES), random_bytes(NONCE_BYTES)
    wrapped = AESGCM(_password_key(password, salt, cost)).encrypt(
        nonce, data_key, _bound_to(store_id, login_name)
    )
    return KeySlot(login_name, cost, salt, nonce, wrapped)


def open_slot(store_id: UUID, slot: KeySlot, password: str) -> bytes | None:
    """The data key, or None when the password is wrong. Takes as long as the slot's cost says."""
    try:
        return AESGCM(_password_key(password, slot.salt, slot.cost)).decrypt(
            slot.nonce, slot.wrapped, _bound_to(store_id, slot.login_name)
        )
    except InvalidTag:
        return None


def _suite() -> hpke.Suite:
    return hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def seal_to(public_key: bytes, content: bytes, info: bytes) -> bytes:
    """Seals to an X25519 public key (HPKE, RFC 9180); ``info`` says what for and must be the same when opening.

    Raises ValueError for something that is no public key.
    """
    return _suite().encrypt(content, X25519PublicKey.from_public_bytes(public_key), info=info)


def open_sealed(private_key: X25519PrivateKey, sealed: bytes, info: bytes) -> bytes:
    """Opens :func:`seal_to`; raises cryptography's InvalidTag for another key, purpose or content."""
    return _suite().decrypt(sealed, private_key, info=info)


def seal_recovery(store_id: UUID, data_key: bytes, county_key: bytes) -> bytes:
    """Wraps the data key to the county's recovery public key."""
    return seal_to(county_key, data_key, RECOVERY_INFO + store_id.bytes)


def open_recovery(store_id: UUID, sealed: bytes, county_private: X25519PrivateKey) -> bytes:
    """Opens the recovery slot; raises cryptography's InvalidTag for another county's key."""
    return open_sealed(county_private, sealed, RECOVERY_INFO + store_id.bytes)


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def slot_to_json(slot: KeySlot) -> dict[str, Any]:
    """A slot as it is saved."""
    return {
        "login_name": slot.login_name,
        "cost": asdict(slot.cost),
        "salt": _text(slot.salt),
        "nonce": _text(slot.nonce),
        "wrapped": _text(slot.wrapped),
        "wrong_tries": slot.wrong_tries,
        "last_try": moment_text(slot.last_try) if slot.last_try else "",
    }


def slot_from_json(content: dict[str, Any]) -> KeySlot:
    """Reads :func:`slot_to_json`; raises ValueError, KeyError or TypeError for anything else."""
    return KeySlot(
        content["login_name"],
        KdfCost(**content["cost"]),
        base64.b64decode(content["salt"]),
        base64.b64decode(content["nonce"]),
        base64.b64decode(content["wrapped"]),
        int(content["wrong_tries"]),
        parse_moment(content["last_try"]) if content["last_try"] else None,
    )


def write_header(path: Path, header: Header) -> None:
    """Saves the header atomically."""
    content = {
        "format": header.format,
        "store_id": str(header.store_id),
        "recovery": _text(header.recovery),
        "recovery_key": _text(header.recovery_key),
        "slots": [slot_to_json(slot) for slot in header.slots],
    }
    write_whole(path, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read_header(path: Path) -> Header:
    """Reads the header; raises :class:`UserError` when it is missing, damaged or newer than this program."""
    try:
        content = json.loads(path.read_bytes())
        if content["format"] > FORMAT:
            raise UserError(
                "这份数据是用更新版本的调解工作台建立的，本版本打不开。数据没有改动。",
                "请安装新版本后再打开。",
            )
        slots = tuple(slot_from_json(slot) for slot in content["slots"])
        return Header(
            UUID(content["store_id"]),
            slots,
            base64.b64decode(content["recovery"]),
            base64.b64decode(content["recovery_key"]),
        )
    except FileNotFoundError as problem:
        raise UserError(
            "找不到本站的钥匙文件（station.keys.json），数据仍在，只是现在打不开。",
            "请用“恢复备份”，或联系县中心，不要删除任何文件。",
        ) from problem
    except OSError as problem:
        raise UserError(
            "本站的钥匙文件（station.keys.json）现在读不出来，数据没有受影响。",
            "请检查文件夹的权限或安全软件的设置，然后再试。",
        ) from problem
    except (ValueError, KeyError, TypeError) as problem:
        raise UserError(
            "本站的钥匙文件损坏了，数据仍在，只是现在打不开。",
            "请用“恢复备份”，或联系县中心，不要删除任何文件。",
        ) from problem
