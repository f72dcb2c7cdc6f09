"""Founding a station: the first start makes the store, the office, the first user and the device's keys."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.access import ACCOUNT_ADDED, note_access
from app.accounts.passwords import check_password_rules
from app.storage.engine import KEY_BYTES
from app.storage.errors import storage_errors
from app.storage.files import replace_file, sync_folder, write_whole
from app.storage.keys import Header, KdfCost, read_header, seal_slot, write_header
from app.storage.layout import StationFolder
from app.storage.migrate import build
from app.storage.place import check_place
from app.storage.store import Store, open_store
from models.clock import Clock, local, local_day
from models.desk import Account
from models.errors import UserError
from models.exchange import SyncState
from models.field import field_of
from models.ids import IdMaker
from models.organisation import OrgUnit, Staff

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class StationFounding:
    """What the first-start wizard asks for."""

    station_name: str
    level: str
    area_code: str
    short_name: str
    committee_name: str
    user_name: str
    login_name: str
    password: str
    duty: str = ""


def check_founding(founding: StationFounding) -> None:
    """Raises :class:`UserError` for what the wizard must have before a station can be founded."""
    for value, label, column in (
        (founding.station_name, "站点名称", OrgUnit.name),
        (founding.short_name, "调委会简称", OrgUnit.short_name),
        (founding.committee_name, "", OrgUnit.committee_name),
        (founding.user_name, "您的姓名", Staff.name),
        (founding.duty, "", Staff.duty),
        (founding.login_name, "登录名", Account.login_name),
    ):
        field = field_of(column)
        if label and not value.strip():
            raise UserError(f"还没有填“{label}”。", "填好后再继续；已经填的都还在。", title="还差一项")
        if field.length is not None and len(value.strip()) > field.length:
            raise UserError(
                f"“{label or field.label}”太长，最多 {field.length} 个字。",
                "请改短后再继续；已经填的都还在。",
                title="太长",
            )
    if founding.area_code and not (
        len(founding.area_code) == 12 and founding.area_code.isascii() and founding.area_code.isdigit()
    ):
        raise UserError(
            "行政区划代码应是 12 位数字。", "不清楚可以先空着，以后在设置里补。", title="代码不对"
        )
    check_password_rules(founding.password, founding.login_name.strip())


def found_station(
    root: Path,
    founding: StationFounding,
    clock: Clock,
    new_id: IdMaker,
    cost: KdfCost,
    *,
    random_token: Callable[[], str] = lambda: secrets.token_hex(16),
) -> StationFolder:
    """Makes a station in a folder, wholly or not at all.

    Raises :class:`UserError` when the folder cannot be used, already holds a station, or an answer is missing.
    """
    check_founding(founding)
    place = check_place(root)
    folder = StationFolder(place.folder)
    if folder.founded:
        raise UserError(
            "这个文件夹里已经有一个站点的数据，不能再建一个。原有数据没有改动。",
            "请直接登录，或换一个空文件夹。",
            title="已有站点",
        )
    data_key = os.urandom(KEY_BYTES)
    store_id, nonce = new_id(), random_token()
    slot = seal_slot(store_id, founding.login_name.strip(), founding.password, data_key, cost)
    with storage_errors(), tempfile.TemporaryDirectory(dir=place.folder, prefix=".founding-") as temporary:
        draft = StationFolder(Path(temporary))
        build(draft.database, data_key, clock)
        write_header(draft.keys, Header(store_id, (slot,)))
        write_whole(draft.nonce, nonce.encode())
        write_whole(draft.clean_mark, b"")
        store = open_store(draft, data_key, clock)
        try:
            _first_rows(store, founding, clock, new_id, nonce)
        finally:
            store.close()
        _set_leftover_keys_aside(folder, clock)
        # The store comes last: without it a founding that was cut off does not count as one.
        for source, target in (
            (draft.nonce, folder.nonce),
            (draft.clean_mark, folder.clean_mark),
            (draft.keys, folder.keys),
            (draft.database, folder.database),
        ):
            replace_file(source, target)
        sync_folder(folder.root)
    return folder


def _set_leftover_keys_aside(folder: StationFolder, clock: Clock) -> None:
    """Keys without a store are most likely those of a founding that was cut off, but nobody can be sure."""
    if folder.keys.exists():
        stamp = local(clock.now()).strftime("%Y-%m-%d_%H%M%S")
        replace_file(folder.keys, folder.root / f"station.keys.{stamp}.json")


def _first_rows(store: Store, founding: StationFounding, clock: Clock, new_id: IdMaker, nonce: str) -> None:
    now = clock.now()
    station_id, staff_id = new_id(), new_id()
    common = {
        "station_id": station_id,
        "created_at": now,
        "changed_at": now,
        "created_by": staff_id,
        "changed_by": staff_id,
    }
    with store.write(staff_id, now) as session:
        session.add(
            SyncState(
                device_id=new_id(),
                incarnation=1,
                nonce=nonce,
                station_id=station_id,
                signing_key=Ed25519PrivateKey.generate().private_bytes_raw(),
                sealing_key=X25519PrivateKey.generate().private_bytes_raw(),
            )
        )
        session.flush()
        session.add(
            OrgUnit(
                id=station_id,
                **common,
                level=founding.level,
                name=founding.station_name.strip(),
                area_code=founding.area_code,
                short_name=founding.short_name.strip(),
                committee_name=founding.committee_name.strip()
                or f"{founding.station_name.strip()}人民调解委员会",
                committee_kind=_committee_kind(founding.level),
                valid_from=local_day(now),
            )
        )
        session.flush()
        session.add(
            Staff(
                id=staff_id,
                **common,
                org_unit_id=station_id,
                name=founding.user_name.strip(),
                duty=founding.duty,
                role="mediator",
                is_mediator=True,
                appointed_on=local_day(now),
            )
        )
        session.flush()
        _add_account_rows(
            session, new_id(), founding.login_name.strip(), staff_id, ADMINISTRATOR, True, clock
        )


def _committee_kind(level: str) -> str:
    return {"village": "village", "township": "township"}.get(level, "")


def _add_account_rows(
    session: Session,
    account_id: UUID,
    login_name: str,
    staff_id: UUID,
    role: str,
    may_see_accusations: bool,
    clock: Clock,
) -> None:
    session.add(
        Account(
            id=account_id,
            login_name=login_name,
            staff_id=staff_id,
            role=role,
            may_see_accusations=may_see_accusations,
            active=True,
            created_at=clock.now(),
        )
    )
    note_access(session, at=clock.now(), account_id=account_id, event=ACCOUNT_ADDED, subject=str(account_id))


def add_account(
    store: Store,
    *,
    name: str,
    login_name: str,
    password: str,
    role: str,
    may_see_accusations: bool,
    actor_id: UUID | None,
    clock: Clock,
    new_id: IdMaker,
    cost: KdfCost,
) -> UUID:
    """Adds a user of this store and returns the account's id.

    Raises :class:`UserError` when the login name is taken or the password too simple. Takes as long as ``cost`` says.
    """
    name, login_name = name.strip(), login_name.strip()
    if not name or not login_name:
        raise UserError("还没有填姓名或登录名。", "填好后再继续；已经填的都还在。", title="还差一项")
    check_password_rules(password, login_name)
    header = read_header(store.folder.keys)
    if header.slot(login_name) is not None:
        raise UserError("这个登录名已经有人用了。", "请换一个登录名。", title="登录名重复")
    slot = seal_slot(header.store_id, login_name, password, store.data_key, cost)
    account_id, staff_id, now = new_id(), new_id(), clock.now()
    with store.write(actor_id, now) as session:
        if session.scalars(select(Account.local_id).where(Account.login_name == login_name)).first():
            raise UserError("这个登录名以前用过。", "请换一个登录名。", title="登录名重复")
        state = session.scalars(select(SyncState)).one()
        session.add(
            Staff(
                id=staff_id,
                station_id=state.station_id,
                created_at=now,
                changed_at=now,
                created_by=actor_id,
                changed_by=actor_id,
                org_unit_id=state.station_id,
                name=name,
                role="mediator",
                is_mediator=True,
                appointed_on=local_day(now),
            )
        )
        session.flush()
        _add_account_rows(session, account_id, login_name, staff_id, role, may_see_accusations, clock)
        # Inside the transaction: were the slot not saved, the account would be one nobody can use.
        with storage_errors():
            write_header(store.folder.keys, read_header(store.folder.keys).with_slot(slot))
    return account_id
