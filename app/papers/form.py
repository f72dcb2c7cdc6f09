"""What a paper is: a code, a title, the data it takes, and the story it tells; and the hash of that data."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, Generic, Protocol, TypeVar

from app.papers.blocks import Block


class PaperData(Protocol):
    """What every paper's data has; the rest is the form's own. Always a frozen dataclass with defaults."""

    @property
    def issuer(self) -> str:
        """The committee or station that issues the paper."""
        ...


T = TypeVar("T", bound=PaperData)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a story knows beyond its data."""

    number: str
    """The paper's or case's number; empty when there is none yet."""
    blank: bool
    """Whether an empty form is wanted, with room to write by hand."""


@dataclass(frozen=True, slots=True)
class Margins:
    """Page margins in millimetres on A4."""

    left: float = 22.0
    right: float = 22.0
    top: float = 20.0
    bottom: float = 26.0


@dataclass(frozen=True, slots=True)
class Form(Generic[T]):
    """One paper. ``data_type()`` without arguments gives the data of an empty form."""

    code: str
    """Stable name in the code table ``paper_form``."""
    title: str
    data_type: Callable[[], T]
    story: Callable[[T, Sheet], Sequence[Block]]
    margins: Margins = Margins()


def content_hash(form: str, number: str, data: PaperData) -> str:
    """SHA-256 of what a paper says, in hexadecimal.

    It is taken over the canonical data (form code, number and every field, as sorted JSON) and not over the
    PDF, because it is printed inside the PDF, which cannot contain its own hash. The same content on other
    fonts, printed on another day, has the same content hash.
    """
    content = {"form": form, "number": number, "data": _plain(data)}
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _plain(part: Any) -> Any:
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {field.name: _plain(getattr(part, field.name)) for field in dataclasses.fields(part)}
    if isinstance(part, Enum):
        return part.value
    if isinstance(part, date):
        return part.isoformat()
    if isinstance(part, tuple | list):
        return [_plain(item) for item in part]
    if part is None or isinstance(part, str | int | float):
        return part
    raise TypeError(f"not a value a paper can carry: {type(part).__name__}")
