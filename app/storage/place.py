"""Where a store may lie: a local folder that nobody else writes to."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.errors import UserError

LEAST_FREE = 200 * 1024 * 1024
"""Bytes below which the user is warned."""

_SYNCED_FOLDERS = re.compile(
    r"^(onedrive.*|dropbox.*|icloud.*|google ?drive.*|我的坚果云|坚果云|nutstore.*|百度网盘.*|baidunetdisk.*"
    r"|baidusyncdisk|weiyun.*|腾讯微云|wpsdrive|wps云盘|wps网盘|阿里云盘.*|seafile|nextcloud|syncthing)$",
    re.IGNORECASE,
)
_NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "davfs", "ncpfs"}
_NETWORK_FUSE = (
    "fuse.sshfs",
    "fuse.rclone",
    "fuse.davfs",
    "fuse.gvfsd-fuse",
    "fuse.glusterfs",
    "fuse.cephfs",
)
_DRIVE_REMOTE = 4
_KEEP = "请换一个本机硬盘上的普通文件夹，例如程序默认的位置。"


@dataclass(frozen=True, slots=True)
class PlaceReport:
    """What was found about a folder that may be used."""

    folder: Path
    free_bytes: int
    warnings: tuple[str, ...]


def check_place(folder: Path, *, mounts: str | None = None) -> PlaceReport:
    """Checks a folder for a store and makes it when it is missing.

    ``mounts`` is the text of ``/proc/mounts``, read when None. Raises :class:`UserError` with the reason when the
    folder is inside a synced folder, on a network share, or cannot be written.
    """
    absolute = Path(os.path.abspath(folder))
    # The folder as named and as it really lies: a link or a mapped drive must not hide where it leads.
    for place in dict.fromkeys((absolute, absolute.resolve())):
        _refuse_synced(place)
        _refuse_network(place, mounts)
    try:
        absolute.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=absolute) as probe:
            probe.write(b"x")
            probe.flush()
    except OSError as problem:
        raise UserError(
            f"文件夹“{absolute.name}”不能写入，站点数据不能放在这里。什么都没有改动。",
            "请检查文件夹的权限，或换一个本机硬盘上的文件夹。",
            title="文件夹不能写入",
        ) from problem
    free = shutil.disk_usage(absolute).free
    warnings = ("磁盘剩余空间不足 200 MB，请尽快清理，以免存不下新的记录。",) if free < LEAST_FREE else ()
    return PlaceReport(absolute, free, warnings)


def _refuse_synced(folder: Path) -> None:
    variables = {os.environ.get(name, "") for name in ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")}
    roots = {Path(value) for value in variables if value}
    for part in (folder, *folder.parents):
        if _SYNCED_FOLDERS.match(part.name) or part in roots:
            raise UserError(
                f"文件夹在网盘同步目录“{part.name}”里。网盘会在使用中搬动数据文件，可能造成损坏，而且会把个人信息传到外面。",
                _KEEP,
                title="不能放在网盘里",
            )


def _refuse_network(folder: Path, mounts: str | None) -> None:
    if sys.platform == "win32":
        remote = _is_remote_drive(folder)
    elif sys.platform.startswith("linux"):
        remote = _is_network_mount(folder, mounts if mounts is not None else _read_mounts())
    else:
        remote = False
    if remote or str(folder).startswith("\\\\"):
        raise UserError(
            "文件夹在网络共享盘上。网络一断，正在保存的内容可能写坏。", _KEEP, title="不能放在网络盘里"
        )


def _read_mounts() -> str:
    try:
        return Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _is_network_mount(folder: Path, mounts: str) -> bool:
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = Path(parts[1].replace("\\040", " "))
        if (folder == point or point in folder.parents) and len(point.parts) >= best:
            best, kind = len(point.parts), parts[2]
    return kind in _NETWORK_FILE_SYSTEMS or kind.startswith(_NETWORK_FUSE)


def _is_remote_drive(folder: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == _DRIVE_REMOTE)
