"""The five faces of Chinese official papers (GB/T 9704-2012, 5.2.2) and what stands in for each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a face is used for; the value is the face's everyday Chinese name."""

    FANGSONG = "仿宋"
    """Running text."""
    TITLE_SONG = "小标宋"
    """Titles."""
    HEITI = "黑体"
    """Headings and labels."""
    KAITI = "楷体"
    """Signature lines and sub-titles."""
    SONGTI = "宋体"
    """Page numbers and small print."""


@dataclass(frozen=True, slots=True)
class RoleFaces:
    """Where the face of a role comes from: the machine's own first, else the bundled file."""

    families: tuple[str, ...]
    """Family or full names as in the name table, the preferred first."""
    bundled: str
    """File under ``resources/fonts``."""


FACES = {
    Role.FANGSONG: RoleFaces(
        (
            "仿宋_GB2312",
            "FangSong_GB2312",
            "仿宋",
            "FangSong",
            "方正仿宋_GBK",
            "FZFangSong-Z02",
            "方正仿宋简体",
            "华文仿宋",
            "STFangsong",
            "朱雀仿宋",
            "Zhuque Fangsong (technical preview)",
        ),
        "LXGWWenKai-Light.ttf",
    ),
    Role.TITLE_SONG: RoleFaces(
        ("方正小标宋_GBK", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FZXiaoBiaoSong-B05S"),
        "NotoSerifSC-Bold.ttf",
    ),
    Role.HEITI: RoleFaces(("黑体", "SimHei", "方正黑体_GBK", "FZHei-B01"), "NotoSansSC-Medium.ttf"),
    Role.KAITI: RoleFaces(
        ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "方正楷体_GBK", "FZKai-Z03", "华文楷体", "STKaiti"),
        "LXGWWenKai-Light.ttf",
    ),
    Role.SONGTI: RoleFaces(("宋体", "SimSun", "方正书宋_GBK", "FZShuSong-Z01"), "NotoSerifSC-Regular.ttf"),
}

SYSTEM_RARE = ("SimSun-ExtB", "宋体-ExtB")
"""Rare characters outside the basic plane, where the machine has them."""
FALLBACKS = ("LXGWWenKai-Light.ttf", "NotoSerifSC-Regular.ttf", "NotoSansSC-Medium.ttf", "HanaMinB.ttf")
"""Tried for each character that the role's face lacks, in this order; the last is opened only when needed."""
