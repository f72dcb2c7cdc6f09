"""The way to the county by HTTPS. Every failure becomes a sentence that says what to do; nothing is retried
here.
"""

from __future__ import annotations

import base64
import ssl
from ipaddress import ip_address
from types import TracebackType

import httpx
import msgspec
import truststore

from app.sync.courier import CenterRefusalError, WireBrokenError
from models.errors import UserError

MEDIA_TYPE = "application/octet-stream"
MAX_ANSWER = 4 * 1024 * 1024
_TIMEOUT = httpx.Timeout(connect=10.0, read=60.0, write=60.0, pool=10.0)
_SAFE = "本机的内容没有丢失。"


class _Refused(msgspec.Struct):
    """The county's refusal as JSON."""

    kind: str
    sentence: str
    mark: int | None = None


def check_address(typed: str) -> str:
    """The county's address in its one form, without a slash at the end.

    Raises UserError for anything but https (http only to this very PC, for a trial).
    """
    text = typed.strip().rstrip("/")
    try:
        url = httpx.URL(text if "://" in text else f"https://{text}")
    except httpx.InvalidURL as error:
        raise UserError("县中心地址写得不对。", "请照县中心给的地址重新输入。") from error
    if not url.host or url.scheme not in ("https", "http") or url.query or url.userinfo:
        raise UserError("县中心地址写得不对。", "请照县中心给的地址重新输入，以 https:// 开头。")
    if url.scheme == "http" and not _is_this_pc(url.host):
        raise UserError("县中心地址不是加密的 https:// 地址，不能用来传送个人信息。", "请向县中心核对地址。")
    return str(url).rstrip("/")


def _is_this_pc(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class HttpWire:
    """The wire port over HTTP. Use as a context manager; one connection is kept for the whole exchange."""

    def __init__(self, address: str, transport: httpx.BaseTransport | None = None) -> None:
        self._address = check_address(address)
        self._client = httpx.Client(
            transport=transport,
            verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            timeout=_TIMEOUT,
            follow_redirects=False,
            headers={"Accept": f"{MEDIA_TYPE}, application/json"},
        )

    def __enter__(self) -> HttpWire:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Gives the connection back."""
        self._client.close()

    def mark(self, question: bytes) -> bytes:
        """Asks for the county's marks."""
        coded = base64.urlsafe_b64encode(question).decode("ascii")
        return self._ask("GET", "/v1/mark", params={"q": coded})

    def send(self, envelope: bytes) -> bytes:
        """Sends a batch and returns the receipt."""
        return self._ask("POST", "/v1/batches", content=envelope)

    def enrol(self, request: bytes) -> bytes:
        """Sends an enrolment request and returns the answer."""
        return self._ask("POST", "/v1/enrol", content=request)

    def _ask(
        self, method: str, path: str, *, params: dict[str, str] | None = None, content: bytes | None = None
    ) -> bytes:
        headers = {"Content-Type": MEDIA_TYPE} if content is not None else {}
        try:
            with self._client.stream(
                method, self._address + path, params=params, content=content, headers=headers
            ) as response:
                return _read(response)
        except httpx.TimeoutException as error:
            raise WireBrokenError(
                f"县中心很久没有回答。{_SAFE}", "请稍后再试，没有发完的会接着发。"
            ) from error
        except httpx.ConnectError as error:
            raise _no_connection(error) from error
        except (httpx.HTTPError, ssl.SSLError) as error:
            raise WireBrokenError(f"传送中断了。{_SAFE}", "请检查网络后再试，没有发完的会接着发。") from error


def _no_connection(error: httpx.ConnectError) -> WireBrokenError:
    if "CERTIFICATE" in str(error).upper() or "SSL" in str(error).upper():
        return WireBrokenError(
            f"县中心的网络证书没有通过核对，为防止冒名，没有发送任何内容。{_SAFE}",
            "请看本机日期是否正确，再向县中心核对地址。",
        )
    return WireBrokenError(f"连不上县中心。{_SAFE}", "请检查网络；县中心也可能没有开机，请稍后再试。")


def _read(response: httpx.Response) -> bytes:
    kind = response.headers.get("content-type", "").partition(";")[0].strip()
    parts: list[bytes] = []
    size = 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MAX_ANSWER:
            raise WireBrokenError(f"县中心的回答太大，没有采用。{_SAFE}", "请联系县中心管理员。")
        parts.append(part)
    body = b"".join(parts)
    if response.status_code == 200 and kind == MEDIA_TYPE:
        return body
    if kind == "application/json" and response.status_code in (400, 403, 409, 413):
        try:
            refused = msgspec.json.decode(body, type=_Refused)
        except (msgspec.DecodeError, msgspec.ValidationError):
            pass
        else:
            raise CenterRefusalError(refused.kind, refused.sentence, refused.mark)
    if response.status_code >= 500:
        raise WireBrokenError(
            f"县中心出了故障（{response.status_code}）。{_SAFE}", "请稍后再试，或告诉县中心。"
        )
    raise WireBrokenError(
        f"回答的不是县中心，多半是网络要求先登录或地址不对。{_SAFE}",
        "请打开浏览器看看能否上网，或核对县中心地址。",
    )
