"""What the settings page asks for, as plain functions for the lanes."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from PySide6.QtCore import qVersion
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.sign_in import change_password
from app.station import Station, Work
from app.storage.backup import BackupPreview, back_up, list_backups
from app.storage.keys import KdfCost
from models.exchange import SyncState
from models.organisation import OrgUnit

EDITABLE = (
    "name",
    "level",
    "area_code",
    "committee_kind",
    "committee_name",
    "short_name",
    "phone",
    "address",
)
PARTS = (
    ("Qt / PySide6", "LGPL-3.0", "PySide6_Essentials"),
    ("SQLAlchemy", "MIT", "SQLAlchemy"),
    ("SQLCipher（sqlcipher3）", "BSD / zlib", "sqlcipher3"),
    ("cryptography", "Apache-2.0 / BSD-3", "cryptography"),
    ("argon2-cffi", "MIT", "argon2-cffi"),
    ("ReportLab", "BSD", "reportlab"),
    ("pypdfium2", "Apache-2.0 / BSD-3", "pypdfium2"),
    ("httpx", "BSD-3", "httpx"),
    ("pypinyin", "MIT", "pypinyin"),
    ("Noto Sans SC / Noto Serif SC", "SIL OFL 1.1", ""),
)


@dataclass(frozen=True, slots=True)
class StationFacts:
    """The own office's row as plain values by column name."""

    values: dict[str, Any]


def read_station(session: Session) -> StationFacts:
    """The own office; raises NoResultFound in a store that was never founded."""
    unit = _own_unit(session)
    return StationFacts({name: getattr(unit, name) for name in EDITABLE})


def save_station(work: Work, values: dict[str, Any]) -> None:
    """Writes the facts that differ."""
    unit = _own_unit(work.session)
    for name in EDITABLE:
        if name in values and getattr(unit, name) != values[name]:
            setattr(unit, name, values[name])
            work.touch(unit)


def _own_unit(session: Session) -> OrgUnit:
    state = select(SyncState.station_id).scalar_subquery()
    return session.scalars(select(OrgUnit).where(OrgUnit.id == state)).one()


def list_station_backups(station: Station) -> list[BackupPreview]:
    """The backups beside the store, newest first."""
    return list_backups(station.store.folder.backups)


def back_up_station(station: Station, target: Path | None = None) -> Path:
    """Makes a verified backup; raises UserError when it cannot."""
    return back_up(station.store, station.clock, target)


def change_own_password(station: Station, old: str, new: str, cost: KdfCost) -> None:
    """Changes the signed-in person's password; raises UserError when the old one is wrong."""
    change_password(station.store, station.signed_in, old, new, station.clock, cost)


def about_text(folder: Path) -> str:
    """Version, where the data is, and the free software inside."""
    lines = [
        "调解工作台：村、乡镇调解站登记来访、办理矛盾纠纷、出具文书，定期与县中心同步。",
        f"数据文件夹：{folder}",
        f"Python {platform.python_version()}，Qt {qVersion()}",
        "",
        "程序里用到的自由软件和字体：",
    ]
    for name, licence, package in PARTS:
        number = _version(package)
        lines.append(f"{name} {number}　{licence}" if number else f"{name}　{licence}")
    lines.append("许可证全文随程序放在 resources 文件夹里。")
    return "\n".join(lines)


def _version(package: str) -> str:
    try:
        return version(package) if package else ""
    except PackageNotFoundError:
        return ""
