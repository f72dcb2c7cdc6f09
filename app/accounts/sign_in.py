"""Signing in: the password opens a key slot, the slot's key opens the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.accounts.access import PASSWORD_CHANGED, SIGN_IN_FAILED, SIGNED_IN, note_access
from app.accounts.passwords import check_password_rules
from app.accounts.waiting import (
    after_right_try,
    after_wrong_try,
    anchored,
    remaining_wait,
    wait_after,
    wait_sentence,
)
from app.storage.errors import storage_errors
from app.storage.keys import Header, KdfCost, KeySlot, open_slot, read_header, seal_slot, write_header
from app.storage.layout import StationFolder
from app.storage.lock import held_elsewhere
from app.storage.store import Store, open_store
from models.clock import Clock
from models.desk import Account
from models.errors import UserError
from models.organisation import Staff


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is at the window."""

    account_id: UUID
    staff_id: UUID | None
    login_name: str
    name: str
    role: str
    may_see_accusations: bool


def login_names(folder: StationFolder) -> list[str]:
    """Those who may sign in here, in the order in which they were added."""
    return [slot.login_name for slot in read_header(folder.keys).slots]


def sign_in(
    folder: StationFolder,
    login_name: str,
    password: str,
    clock: Clock,
    *,
    opener: Callable[[StationFolder, bytes, Clock], Store] = open_store,
) -> tuple[Store, SignedIn]:
    """Opens the store for a user. Takes as long as the key slot's cost says: not on the UI thread.

    Raises :class:`UserError` for a wrong password (with the wait it earns), an unknown name, a store that is
    open elsewhere or damaged.
    """
    header = read_header(folder.keys)
    slot = header.slot(login_name)
    if slot is None:
        raise UserError("没有这个登录名。", "请从列表中选择您的名字。", title="不能登录")
    slot = _with_anchored_wait(folder, header, slot, clock)
    wait = remaining_wait(slot, clock.now())
    if wait:
        raise UserError(
            f"密码连续输错 {slot.wrong_tries} 次，请等 {wait_sentence(wait)}再试。数据没有受影响。",
            "若忘记密码，请联系县中心，不要删除任何文件。",
            title="请稍候",
        )
    if held_elsewhere(folder.lock):
        raise UserError(
            "调解工作台已经在这台电脑上打开了这个站点，不能同时打开两次。数据没有受影响。",
            "请切换到已经打开的窗口；如果找不到它，请重启电脑后再试。",
            title="已经打开",
        )
    data_key = open_slot(header.store_id, slot, password)
    if data_key is None:
        slot = after_wrong_try(slot, clock.now())
        with storage_errors():
            write_header(folder.keys, header.with_slot_in_place(slot))
        raise _wrong_password(slot.wrong_tries)
    store = opener(folder, data_key, clock)
    try:
        if slot.wrong_tries:
            with storage_errors():
                write_header(folder.keys, header.with_slot_in_place(after_right_try(slot)))
        return store, _signed_in(store, login_name, clock, slot.wrong_tries)
    except BaseException:
        store.close()
        raise


def _with_anchored_wait(folder: StationFolder, header: Header, slot: KeySlot, clock: Clock) -> KeySlot:
    moved = anchored(slot, clock.now())
    if moved != slot:
        with storage_errors():
            write_header(folder.keys, header.with_slot_in_place(moved))
    return moved


def _wrong_password(tries: int) -> UserError:
    wait = wait_after(tries)
    if wait:
        what = f"密码不对，已连续输错 {tries} 次，请等 {wait_sentence(wait)}再试。数据没有受影响。"
    else:
        what = "密码不对。数据没有受影响。"
    return UserError(what, "请检查大小写和输入法后再试。", title="密码不对")


def _signed_in(store: Store, login_name: str, clock: Clock, failures: int) -> SignedIn:
    with store.write(None, clock.now()) as session:
        account = session.scalars(select(Account).where(Account.login_name == login_name)).one_or_none()
        if account is None or not account.active:
            raise UserError("这个账户已经停用。数据没有受影响。", "请由本站管理员启用，或换一个账户登录。")
        staff = (
            session.scalars(select(Staff).where(Staff.id == account.staff_id)).one_or_none()
            if account.staff_id
            else None
        )
        for _ in range(failures):
            note_access(session, at=clock.now(), account_id=account.id, event=SIGN_IN_FAILED, succeeded=False)
        note_access(session, at=clock.now(), account_id=account.id, event=SIGNED_IN)
        return SignedIn(
            account.id,
            account.staff_id,
            account.login_name,
            staff.name if staff else account.login_name,
            account.role,
            account.may_see_accusations,
        )


def change_password(
    store: Store, signed_in: SignedIn, old: str, new: str, clock: Clock, cost: KdfCost
) -> None:
    """Wraps the data key under a new password; the store itself is not touched.

    Raises :class:`UserError` when the old password is wrong or the new one too simple.
    """
    check_password_rules(new, signed_in.login_name)
    header = read_header(store.folder.keys)
    slot = header.slot(signed_in.login_name)
    if slot is None or open_slot(header.store_id, slot, old) is None:
        raise UserError("原密码不对，密码没有改动。", "请重新输入原密码。", title="密码不对")
    renewed = seal_slot(header.store_id, signed_in.login_name, new, store.data_key, cost)
    with storage_errors():
        write_header(store.folder.keys, header.with_slot_in_place(renewed))
    with store.write(signed_in.staff_id, clock.now()) as session:
        note_access(session, at=clock.now(), account_id=signed_in.account_id, event=PASSWORD_CHANGED)
