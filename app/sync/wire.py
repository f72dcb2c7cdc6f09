"""Batches and receipts as bytes: what a station sends and what the county signs for it.

A batch is the next contiguous operations of one incarnation of one device: canonical JSON, compressed with
zstd, framed and signed (:mod:`app.sync.wire_frame`). The header carries no personal data, so that it may lie
in the clear on a stick and in a log. Operations are numbered by their place: the i-th has number first_n + i.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import msgspec
import zstandard
from sqlalchemy import MetaData

from app.sync.wire_frame import (
    Frame,
    Magic,
    WireError,
    WireFault,
    canonical,
    decode_header,
    make_frame,
    read_frame,
)
from app.sync.wire_values import wire_columns
from models.base import synced_tables

MAX_OPERATIONS = 2000
MAX_ASKED = 40
"""Most incarnations in one question."""
MAX_PLAIN_BODY = 64 * 1024 * 1024
COMPRESSION = "zstd"
_LEVEL = 3

Word = Literal["accepted", "flagged", "held", "refused"]
ACCEPTED: Word = "accepted"
FLAGGED: Word = "flagged"
HELD: Word = "held"
REFUSED: Word = "refused"


class WireOperation(msgspec.Struct, frozen=True, kw_only=True):
    """One operation. ``changes``: JSON object ``{column: [old, new]}`` kept as the bytes the trigger wrote.

    ``actor`` and ``row`` are lower-case hex, ``at`` is the station's own time, ``base`` the county revision
    of the row that the station knew.
    """

    actor: str | None
    at: str
    base: int
    changes: msgspec.Raw
    kind: str
    row: str
    table: str


class BatchHeader(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch is, without saying anything about anybody."""

    compression: str
    county: str
    count: int
    device: UUID
    first_n: int
    incarnation: int
    last_n: int
    made_at: str
    previous: str
    schema: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A header and its operations, each as the JSON bytes it came as, also when not understood."""

    header: BatchHeader
    operations: Sequence[bytes]


class VerdictLine(msgspec.Struct, frozen=True, array_like=True):
    """What the county says of one operation that it did not simply accept; ``reason`` is a Chinese
    sentence.
    """

    n: int
    word: Word
    reason: str


class ReceiptBody(msgspec.Struct, frozen=True, kw_only=True):
    """The county's word that it holds the operations first_n to last_n of a device's incarnation."""

    county: str
    device: UUID
    first_n: int
    generation: str
    incarnation: int
    last_n: int
    number: str
    sha256: str
    stored_at: str
    verdicts: list[VerdictLine]


class AskedMark(msgspec.Struct, frozen=True, kw_only=True):
    """One incarnation in the question: ``highest``: the station's last number; ``receipted``: up to where
    it holds receipts.
    """

    highest: int
    incarnation: int
    receipted: int


class MarkRequest(msgspec.Struct, frozen=True, kw_only=True):
    """“How far did you get with me?” for every incarnation; the answer must repeat the random ``nonce``."""

    asked: list[AskedMark]
    county: str
    device: UUID
    generation: str
    made_at: str
    nonce: str


class KnownMark(msgspec.Struct, frozen=True, kw_only=True):
    """“I have up to n” for one incarnation.

    ``digest``: digest of the county's operation ``digest_n`` (the smaller of its mark and the station's
    highest), by which a station finds that a copy of it used the same numbers; ``verdicts``: of operations
    after ``receipted``.
    """

    digest: str
    digest_n: int
    incarnation: int
    n: int
    verdicts: list[VerdictLine]


class MarkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The county's marks; ``top_incarnation``: the highest incarnation of this device that it knows."""

    county: str
    device: UUID
    generation: str
    marks: list[KnownMark]
    nonce: str
    now: str
    top_incarnation: int


def encode_operation(operation: WireOperation) -> bytes:
    """One operation as canonical JSON."""
    return msgspec.json.encode(operation)


def decode_operation(raw: bytes) -> WireOperation:
    """One operation from its JSON; raises ValueError for what this version does not understand."""
    try:
        operation = msgspec.json.decode(raw, type=WireOperation)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ValueError("not understood") from error
    return operation


def decode_changes(operation: WireOperation) -> dict[str, list[Any]]:
    """The changes ``{column: [old, new]}``; raises ValueError when they are none."""
    try:
        return msgspec.json.decode(operation.changes, type=dict[str, list[Any]])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ValueError("not understood") from error


def operation_digest(raw: bytes) -> str:
    """By which two sides see whether they mean the same operation."""
    return hashlib.sha256(raw).hexdigest()


def seal(batch: Batch, private_key: bytes) -> bytes:
    """The batch as signed bytes; raises ValueError when header and operations disagree."""
    header, count = batch.header, len(batch.operations)
    if (
        not 0 < count <= MAX_OPERATIONS
        or header.count != count
        or header.last_n - header.first_n + 1 != count
    ):
        raise ValueError("the header does not describe these operations")
    plain = b"[" + b",".join(batch.operations) + b"]"
    body = zstandard.ZstdCompressor(level=_LEVEL, write_content_size=True).compress(plain)
    return make_frame(Magic.BATCH, canonical(header), body, private_key)


def read_batch_header(envelope: bytes) -> tuple[Frame, BatchHeader]:
    """The frame and header of a batch, nothing checked yet but their form; raises WireError."""
    frame = read_frame(envelope, Magic.BATCH)
    header = decode_header(frame.header, BatchHeader)
    if header.compression != COMPRESSION:
        raise WireError(WireFault.TOO_NEW, "compression")
    fits = 0 < header.first_n <= header.last_n and header.last_n - header.first_n + 1 == header.count
    if not fits or header.incarnation < 1:
        raise WireError(WireFault.DAMAGED, "numbers")
    if header.count > MAX_OPERATIONS:
        raise WireError(WireFault.TOO_LARGE)
    return frame, header


def open_envelope(envelope: bytes, public_key: bytes) -> Batch:
    """A batch from its bytes, its signature checked before the body is unpacked; raises WireError."""
    frame, header = read_batch_header(envelope)
    frame.verify(public_key)
    return Batch(header, unpack_operations(frame, header))


def unpack_operations(frame: Frame, header: BatchHeader) -> list[bytes]:
    """The raw operations of a batch whose signature was checked; raises WireError."""
    try:
        size = zstandard.frame_content_size(frame.body)
        if not 0 <= size <= MAX_PLAIN_BODY:
            raise WireError(WireFault.TOO_LARGE)
        plain = zstandard.ZstdDecompressor().decompress(frame.body, max_output_size=MAX_PLAIN_BODY)
        operations = msgspec.json.decode(plain, type=list[msgspec.Raw])
    except (zstandard.ZstdError, msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise WireError(WireFault.DAMAGED, "body") from error
    if len(operations) != header.count:
        raise WireError(WireFault.DAMAGED, "count")
    return [bytes(operation) for operation in operations]


def sha256_of(envelope: bytes) -> str:
    """The name of a batch: the SHA-256 of its bytes."""
    return hashlib.sha256(envelope).hexdigest()


def seal_receipt(receipt: ReceiptBody, private_key: bytes) -> bytes:
    """A receipt signed by the county."""
    return make_frame(Magic.RECEIPT, canonical(receipt), b"", private_key)


def open_receipt(data: bytes, center_key: bytes) -> ReceiptBody:
    """A receipt, its signature checked; raises WireError."""
    frame = read_frame(data, Magic.RECEIPT)
    frame.verify(center_key)
    return decode_header(frame.header, ReceiptBody)


def seal_mark_request(request: MarkRequest, private_key: bytes) -> bytes:
    """A question for the mark signed by the device."""
    return make_frame(Magic.MARK_REQUEST, canonical(request), b"", private_key)


def read_mark_request(data: bytes) -> tuple[Frame, MarkRequest]:
    """The question and its frame (the device's key is looked up by what it says); raises
    :class:`WireError`.
    """
    frame = read_frame(data, Magic.MARK_REQUEST)
    return frame, decode_header(frame.header, MarkRequest)


def seal_mark(answer: MarkAnswer, private_key: bytes) -> bytes:
    """The county's mark, signed."""
    return make_frame(Magic.MARK, canonical(answer), b"", private_key)


def open_mark(data: bytes, center_key: bytes) -> MarkAnswer:
    """The county's mark, its signature checked; raises WireError."""
    frame = read_frame(data, Magic.MARK)
    frame.verify(center_key)
    return decode_header(frame.header, MarkAnswer)


def schema_revision(metadata: MetaData) -> str:
    """A short name for the set of columns a program can send, by which both sides see that they differ."""
    lines = [
        f"{table.name}.{column.name}:{column.kind.value}"
        for table in sorted(synced_tables(metadata), key=lambda table: table.name)
        for column in wire_columns(table)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]
