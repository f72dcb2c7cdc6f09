"""A forgotten password with no administrator left to help: the county opens the recovery slot, by files on a stick.

The person chooses a new password and takes a request to the county. The county opens the recovery slot with its
private key and seals the data key to a key made for this one request, whose private half is wrapped under the new
password. So neither file, nor both together, open anything without the new password, and no record is lost.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import replace
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select

from app.accounts.access import RECOVERED, note_access
from app.accounts.passwords import check_password_rules
from app.storage.errors import storage_errors
from app.storage.files import write_whole
from app.storage.keys import (
    KEY_BYTES,
    KdfCost,
    open_recovery,
    open_sealed,
    open_slot,
    read_header,
    seal_recovery,
    seal_slot,
    seal_to,
    slot_from_json,
    slot_to_json,
    write_header,
)
from app.storage.layout import StationFolder
from app.storage.store import Store, open_store
from models.clock import Clock
from models.columns import moment_text
from models.desk import Account
from models.errors import UserError
from models.ids import IdMaker

FORMAT = 1
REQUEST, ANSWER = "recovery request", "recovery answer"
ANSWER_INFO = b"mediation-desk recovery answer 1"


def keep_recovery_slot(store: Store, county_key: bytes) -> bool:
    """Wraps the data key to the county's recovery public key (X25519, 32 bytes); False when that was done before.

    To be called whenever the county's key becomes known or changes.
    """
    header = read_header(store.folder.keys)
    if header.recovery and header.recovery_key == county_key:
        return False
    sealed = seal_recovery(header.store_id, store.data_key, county_key)
    with storage_errors():
        write_header(store.folder.keys, replace(header, recovery=sealed, recovery_key=county_key))
    return True


def ask_for_recovery(
    folder: StationFolder, login_name: str, new_password: str, clock: Clock, new_id: IdMaker, cost: KdfCost
) -> bytes:
    """Makes the request for the county; a later one replaces it. Takes as long as ``cost`` says.

    Raises :class:`UserError` when there is no recovery slot, no such name, or the password is too simple.
    """
    header = read_header(folder.keys)
    if header.slot(login_name) is None:
        raise UserError("没有这个登录名。", "请从列表中选择您的名字。")
    if not header.recovery:
        raise UserError(
            "本站还没有存放县中心的恢复钥匙，县中心打不开本站的数据。数据没有受影响。",
            "请由本站管理员登录后为您设新密码；若没有别人能登录，请再想一想原来的密码。",
            title="不能由县中心恢复",
        )
    check_password_rules(new_password, login_name)
    request_id, private = new_id(), X25519PrivateKey.generate()
    wrapped = seal_slot(
        header.store_id, _pending_name(request_id), new_password, private.private_bytes_raw(), cost
    )
    pending = {"request_id": str(request_id), "login_name": login_name, "slot": slot_to_json(wrapped)}
    request = {
        "format": FORMAT,
        "kind": REQUEST,
        "store_id": str(header.store_id),
        "request_id": str(request_id),
        "login_name": login_name,
        "made_at": moment_text(clock.now()),
        "sealed": _text(header.recovery),
        "answer_key": _text(private.public_key().public_bytes_raw()),
    }
    with storage_errors():
        write_whole(folder.recovery, json.dumps(pending, ensure_ascii=False).encode())
    return json.dumps(request, ensure_ascii=False, indent=1).encode()


def check_digits(request: bytes) -> str:
    """Eight digits of a request, to be read over the phone before the county answers.

    They show that nobody put his own key into the request on its way.
    """
    content = _read(request, REQUEST)
    digest = hashlib.sha256("\0".join(f"{key}={content[key]}" for key in sorted(content)).encode()).digest()
    number = f"{int.from_bytes(digest[:8], 'big') % 10**8:08d}"
    return f"{number[:4]} {number[4:]}"


def answer_recovery(request: bytes, county_private: X25519PrivateKey) -> bytes:
    """The county's side: opens the recovery slot and seals the data key for this one request.

    Raises :class:`UserError` for a file that is no request or that was sealed to another county.
    """
    content = _read(request, REQUEST)
    try:
        store_id, request_id = UUID(content["store_id"]), UUID(content["request_id"])
        data_key = open_recovery(store_id, base64.b64decode(content["sealed"]), county_private)
        sealed = seal_to(
            base64.b64decode(content["answer_key"]), data_key, _answer_info(store_id, request_id)
        )
    except (InvalidTag, ValueError, KeyError, TypeError) as problem:
        raise UserError(
            "这份申请不是发给本县的，或文件已损坏，没有开出答复。", "请核对站点，让对方重新导出一份申请。"
        ) from problem
    answer = {
        "format": FORMAT,
        "kind": ANSWER,
        "store_id": str(store_id),
        "request_id": str(request_id),
        "sealed": _text(sealed),
    }
    return json.dumps(answer, indent=1).encode()


def finish_recovery(
    folder: StationFolder, answer: bytes, new_password: str, clock: Clock, cost: KdfCost
) -> str:
    """Puts the new password in force and returns the login name. Takes twice as long as ``cost`` says.

    Raises :class:`UserError` when the answer is for another request or station, was used before, or the password is
    not the one chosen with the request; the old slots are then as they were.
    """
    content = _read(answer, ANSWER)
    header = read_header(folder.keys)
    pending = _read_pending(folder)
    if (content.get("store_id"), content.get("request_id")) != (str(header.store_id), pending["request_id"]):
        raise _wrong_answer()
    request_id = UUID(pending["request_id"])
    private = open_slot(header.store_id, slot_from_json(pending["slot"]), new_password)
    if private is None:
        raise UserError(
            "密码和提出申请时设的不一样。数据没有受影响。", "请输入申请时设的新密码。", title="密码不对"
        )
    try:
        data_key = open_sealed(
            X25519PrivateKey.from_private_bytes(private),
            base64.b64decode(content["sealed"]),
            _answer_info(header.store_id, request_id),
        )
    except (InvalidTag, ValueError, KeyError, TypeError) as problem:
        raise _wrong_answer() from problem
    if len(data_key) != KEY_BYTES:
        raise _wrong_answer()
    login_name = str(pending["login_name"])
    slot = seal_slot(header.store_id, login_name, new_password, data_key, cost)
    store = open_store(folder, data_key, clock)
    try:
        with store.write(None, clock.now()) as session:
            account = session.scalars(select(Account).where(Account.login_name == login_name)).one_or_none()
            note_access(session, at=clock.now(), account_id=account.id if account else None, event=RECOVERED)
            with storage_errors():
                write_header(folder.keys, read_header(folder.keys).with_slot_in_place(slot))
        folder.recovery.unlink(missing_ok=True)
    finally:
        store.close()
    return login_name


def _pending_name(request_id: UUID) -> str:
    return f"recovery {request_id}"


def _answer_info(store_id: UUID, request_id: UUID) -> bytes:
    return ANSWER_INFO + store_id.bytes + request_id.bytes


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def _read(data: bytes, kind: str) -> dict[str, Any]:
    try:
        content = json.loads(data)
        if content["kind"] == kind and content["format"] == FORMAT:
            return dict(content)
    except (ValueError, KeyError, TypeError):
        pass
    raise UserError("这个文件不是恢复密码用的文件，或者已损坏。数据没有受影响。", "请重新选择文件。")


def _read_pending(folder: StationFolder) -> dict[str, Any]:
    try:
        return dict(json.loads(folder.recovery.read_bytes()))
    except (OSError, ValueError, TypeError) as problem:
        raise UserError(
            "这台电脑上没有等待答复的申请，这份答复可能已经用过了。数据没有受影响。", "请重新提出申请。"
        ) from problem


def _wrong_answer() -> UserError:
    return UserError(
        "这份答复不是给本站这次申请的，没有采用。数据没有受影响。", "请向县中心要这次申请的答复。"
    )
