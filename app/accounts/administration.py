"""What the station's administrator does for the others: set a new password, close an account.

A forgotten password is no loss as long as one administrator can sign in: he holds the data key and wraps it anew.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import ACCOUNT_CLOSED, PASSWORD_SET, note_access
from app.accounts.founding import ADMINISTRATOR
from app.accounts.passwords import check_password_rules
from app.accounts.sign_in import SignedIn
from app.storage.errors import storage_errors
from app.storage.keys import KdfCost, read_header, seal_slot, write_header
from app.storage.store import Store
from models.clock import Clock
from models.desk import Account
from models.errors import UserError


def set_password(
    store: Store, administrator: SignedIn, login_name: str, password: str, clock: Clock, cost: KdfCost
) -> None:
    """Gives an account a new password and opens it again if it was closed. Takes as long as ``cost`` says.

    Raises :class:`UserError` when the caller is no administrator or the password is too simple.
    """
    _require_administrator(administrator)
    check_password_rules(password, login_name)
    slot = seal_slot(read_header(store.folder.keys).store_id, login_name, password, store.data_key, cost)
    with store.write(administrator.staff_id, clock.now()) as session:
        account = _account(session, login_name)
        account.active = True
        note_access(
            session,
            at=clock.now(),
            account_id=administrator.account_id,
            event=PASSWORD_SET,
            subject=str(account.id),
        )
        session.flush()
        header = read_header(store.folder.keys)
        known = header.slot(login_name) is not None
        with storage_errors():
            write_header(
                store.folder.keys, header.with_slot_in_place(slot) if known else header.with_slot(slot)
            )


def close_account(store: Store, administrator: SignedIn, login_name: str, clock: Clock) -> None:
    """Takes an account's key slot away; what it wrote stays, and so does its name in the records.

    Raises :class:`UserError` when the caller is no administrator, and for his own account: so one always stays.
    """
    _require_administrator(administrator)
    if login_name == administrator.login_name:
        raise UserError("不能停用自己正在用的账户。", "请由另一位管理员来停用。", title="不能停用")
    with store.write(administrator.staff_id, clock.now()) as session:
        account = _account(session, login_name)
        account.active = False
        note_access(
            session,
            at=clock.now(),
            account_id=administrator.account_id,
            event=ACCOUNT_CLOSED,
            subject=str(account.id),
        )
        session.flush()
        header = read_header(store.folder.keys)
        if header.slot(login_name) is not None:
            with storage_errors():
                write_header(store.folder.keys, header.without_slot(login_name))


def _require_administrator(signed_in: SignedIn) -> None:
    if signed_in.role != ADMINISTRATOR:
        raise UserError("只有本站管理员可以管理账户。", "请由管理员登录后操作。", title="没有权限")


def _account(session: Session, login_name: str) -> Account:
    account = session.scalars(select(Account).where(Account.login_name == login_name)).one_or_none()
    if account is None:
        raise UserError("没有这个登录名。", "请从列表中选择。")
    return account
