"""Turns what a store can meet (a full disk, a read-only folder, a damaged file) into sentences a user can act upon."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from app.storage.engine import DAMAGE
from models.errors import UserError

_SENTENCES: tuple[tuple[str, str, str, str], ...] = (
    (
        "disk is full",
        "磁盘空间不够",
        "磁盘满了，刚才这一步没有存上；以前存好的都在，正在输入的内容也还在窗口里。",
        "请删除一些不用的文件，腾出空间后再保存一次。",
    ),
    (
        "readonly",
        "不能写入",
        "数据文件夹现在不能写入，刚才这一步没有存上；以前存好的都在。",
        "请检查文件夹的权限或安全软件的设置，然后再保存一次。",
    ),
    (
        "not a database",
        "打不开数据",
        "数据文件打不开：文件头损坏，或钥匙对不上。文件没有被改动。",
        "请在登录界面选择“恢复备份”。不要删除任何文件。",
    ),
    *(
        (
            sign,
            "数据文件损坏",
            "数据文件有一部分损坏了，程序已停止读写以免扩大损坏。",
            "请在登录界面选择“恢复备份”，被换下的文件会留在旁边。",
        )
        for sign in DAMAGE
    ),
    (
        "disk i/o error",
        "磁盘读写出错",
        "磁盘读写出错，刚才这一步没有存上；以前存好的没有改动。",
        "请检查磁盘，重新打开程序后再试；若反复出现，请先备份到别处。",
    ),
    (
        "locked",
        "数据正忙",
        "数据正被另一项工作占用，刚才这一步没有存上。",
        "请稍等片刻再试一次。",
    ),
    (
        "unable to open database file",
        "打不开数据",
        "数据文件打不开，可能是文件夹不在或没有权限。文件没有被改动。",
        "请检查数据文件夹后再试。",
    ),
)


_SIGN_OF_ERRNO = {
    errno.ENOSPC: "disk is full",
    errno.EDQUOT: "disk is full",
    errno.EFBIG: "disk is full",
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
    errno.EIO: "disk i/o error",
}


def user_error_of(problem: BaseException) -> UserError | None:
    """The sentence for a database or file-system error, or None when it is ours."""
    text = ""
    if isinstance(problem, DBAPIError | dbapi2.DatabaseError):
        text = str(getattr(problem, "orig", None) or problem).lower()
    elif isinstance(problem, OSError):
        text = _SIGN_OF_ERRNO.get(problem.errno or 0, "")
    for sign, title, what, remedy in _SENTENCES:
        if sign in text:
            return UserError(what, remedy, title=title)
    return None


@contextmanager
def database_errors() -> Iterator[None]:
    """Raises :class:`UserError` for what the store met; errors of other files pass, they are another matter."""
    try:
        yield
    except (DBAPIError, dbapi2.DatabaseError) as problem:
        understood = user_error_of(problem)
        if understood is None:
            raise
        raise understood from problem


@contextmanager
def storage_errors() -> Iterator[None]:
    """As :func:`database_errors`, and for the files beside the store as well."""
    try:
        with database_errors():
            yield
    except OSError as problem:
        understood = user_error_of(problem)
        if understood is None:
            raise
        raise understood from problem
