"""What a password must be: long enough and not one of the first a stranger would try. Nothing expires."""

from __future__ import annotations

from models.errors import UserError

SHORTEST = 8
_COMMON = {
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11111111",
    "88888888",
    "66666666",
    "00000000",
    "password",
    "abcd1234",
    "a1234567",
    "qwertyui",
    "asdfghjk",
    "woaini123",
    "123123123",
}


def password_problem(password: str, login_name: str) -> str:
    """What is wrong with a password, in words; empty when it may be used."""
    if len(password) < SHORTEST:
        return f"密码至少 {SHORTEST} 位。"
    if len(set(password)) < 4 or password.lower() in _COMMON:
        return "这个密码太容易被猜到，请换一个。"
    if login_name and password.lower() == login_name.lower():
        return "密码不能和登录名相同。"
    return ""


def check_password_rules(password: str, login_name: str) -> None:
    """Raises :class:`UserError` when a password may not be used."""
    problem = password_problem(password, login_name)
    if problem:
        raise UserError(problem, "例如用一句话的首字母加几个数字。", title="密码太简单")
