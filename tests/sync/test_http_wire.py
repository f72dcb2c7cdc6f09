"""The way by HTTP: every failure is a Chinese sentence that says nothing was lost and what to do."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.sync.courier import CenterRefusalError, WireBrokenError
from app.sync.http_wire import MAX_ANSWER, MEDIA_TYPE, HttpWire, check_address
from models.errors import UserError

ADDRESS = "https://center.example"


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> HttpWire:
    return HttpWire(ADDRESS, transport=httpx.MockTransport(answer))


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" https://center.example/ ", "https://center.example"),
        ("center.example:8443", "https://center.example:8443"),
        ("http://127.0.0.1:8720", "http://127.0.0.1:8720"),
        ("http://localhost:8720/", "http://localhost:8720"),
    ],
)
def test_good_addresses(typed: str, address: str) -> None:
    assert check_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    ["", "http://center.example", "http://10.0.0.8", "ftp://x", "https://a:b@c.example", "https://x/?q=1"],
)
def test_bad_addresses(typed: str) -> None:
    with pytest.raises(UserError, match="县中心地址"):
        check_address(typed)


def test_an_answer_comes_back_as_it_was() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.path == "/v1/batches"
        return httpx.Response(
            200, content=b"receipt " + request.content, headers={"content-type": MEDIA_TYPE}
        )

    with answering(answer) as wire:
        assert wire.send(b"batch") == b"receipt batch"


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        (httpx.Response(200, html="<html>请先登录</html>"), "要求先登录"),
        (httpx.Response(302, headers={"location": "http://portal.example/"}), "要求先登录"),
        (httpx.Response(404, html="no"), "要求先登录"),
        (httpx.Response(200, json={"fine": True}), "要求先登录"),
        (httpx.Response(403, json={"unexpected": 1}), "要求先登录"),
        (httpx.Response(502, html="bad gateway"), "出了故障（502）"),
        (
            httpx.Response(200, content=b"0" * (MAX_ANSWER + 1), headers={"content-type": MEDIA_TYPE}),
            "太大",
        ),
    ],
)
def test_what_is_no_answer(response: httpx.Response, sentence: str) -> None:
    with (
        answering(lambda _request: response) as wire,
        pytest.raises(WireBrokenError, match=sentence) as caught,
    ):
        wire.mark(b"question")
    assert "没有丢失" in caught.value.what
    assert caught.value.remedy


def test_a_refusal_keeps_its_kind_and_mark() -> None:
    refusal = httpx.Response(409, json={"kind": "hole", "sentence": "我这里收到第 7 条。", "mark": 7})
    with (
        answering(lambda _request: refusal) as wire,
        pytest.raises(CenterRefusalError, match="第 7 条") as caught,
    ):
        wire.send(b"batch")
    assert (caught.value.kind, caught.value.mark) == ("hole", 7)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (httpx.ConnectTimeout("t"), "很久没有回答"),
        (httpx.ReadTimeout("t"), "很久没有回答"),
        (httpx.ReadError("reset"), "传送中断"),
        (httpx.RemoteProtocolError("cut"), "传送中断"),
    ],
)
def test_what_breaks_on_the_way(error: httpx.TransportError, sentence: str) -> None:
    def fail(_request: httpx.Request) -> httpx.Response:
        raise error

    with answering(fail) as wire, pytest.raises(WireBrokenError, match=sentence):
        wire.send(b"batch")


def test_a_center_that_is_down(closed_port: int) -> None:
    with (
        HttpWire(f"http://127.0.0.1:{closed_port}") as wire,
        pytest.raises(WireBrokenError, match="连不上县中心"),
    ):
        wire.mark(b"question")


@pytest.fixture
def false_center(tmp_path: Path) -> Iterator[int]:
    """Speaks TLS with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "false center")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "false.pem"
    file.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                context.wrap_socket(connection, server_side=True)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(server.getsockname()[1])
        thread.join(5)


def test_a_false_certificate_stops_everything(false_center: int) -> None:
    with HttpWire(f"https://127.0.0.1:{false_center}") as wire, pytest.raises(WireBrokenError, match="证书"):
        wire.send(b"batch")
