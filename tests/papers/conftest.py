"""The bundled fonts, and a paper's text read back by another program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pypdfium2
import pytest

from app.papers.fonts.catalog import FontCatalog, standard_fonts
from models.clock import CHINA

PRINTED_AT = datetime(2026, 3, 2, 9, 10, tzinfo=CHINA)


@pytest.fixture(scope="session")
def fonts() -> FontCatalog:
    return standard_fonts(bundled_only=True)


@pytest.fixture
def printed_at() -> datetime:
    return PRINTED_AT


@pytest.fixture
def page_texts() -> Callable[[bytes], list[str]]:
    """The text layer of each page without any white space."""

    def read(content: bytes) -> list[str]:
        document = pypdfium2.PdfDocument(content)
        try:
            texts = []
            for page in document:
                layer = page.get_textpage()
                texts.append("".join(layer.get_text_bounded().split()))
                layer.close()
                page.close()
            return texts
        finally:
            document.close()

    return read
