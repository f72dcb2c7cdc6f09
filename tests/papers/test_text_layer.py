"""What is copied out of a paper is what was typed, also outside the basic plane."""

from __future__ import annotations

import re

from app.papers.text_layer import to_unicode_cmap


def test_surrogate_pairs_and_blocks_of_a_hundred() -> None:
    subset = [0, *range(0x4E00, 0x4E00 + 31), 32, 0x20BB7, *range(0x5000, 0x5000 + 200)]
    cmap = to_unicode_cmap(subset)
    assert "<21> <D842DFB7>" in cmap
    assert "<20> <0020>" in cmap
    assert "<00>" not in cmap.split("endcodespacerange")[1]
    blocks = re.findall(r"(\d+) beginbfchar\n(.*?)endbfchar", cmap, re.DOTALL)
    assert [int(count) for count, _body in blocks] == [len(body.splitlines()) for _count, body in blocks]
    assert max(int(count) for count, _body in blocks) == 100
    assert sum(int(count) for count, _body in blocks) == len(subset) - 1


def test_filling_spaces_are_not_repeated() -> None:
    cmap = to_unicode_cmap([0, 32, 32, 0x4E00])
    assert "1 beginbfchar" in cmap
    assert "<03> <4E00>" in cmap
