"""The bundled fonts are what the manifest says, load as ReportLab would load them, and cover rare names."""

from __future__ import annotations

import hashlib
import json
import struct
from pathlib import Path

import pytest
from reportlab.pdfbase.ttfonts import TTFontFace

from app.papers.fonts.catalog import BUNDLED_FONTS, FontCatalog
from app.papers.fonts.face import Face, FontFileError
from app.papers.fonts.roles import FACES, FALLBACKS, Role
from app.papers.fonts.sfnt import read_faces, table_directory
from app.papers.fonts.system import find_faces

MANIFEST = json.loads((BUNDLED_FONTS / "manifest.json").read_text("utf-8"))["fonts"]


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_bundled_file_is_the_one_in_the_manifest(entry: dict[str, str]) -> None:
    content = (BUNDLED_FONTS / entry["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert (BUNDLED_FONTS / entry["licence_file"]).stat().st_size > 500


def test_every_font_used_or_lying_there_is_in_the_manifest() -> None:
    listed = {entry["file"] for entry in MANIFEST}
    lying = {path.name for path in BUNDLED_FONTS.iterdir() if path.suffix in (".ttf", ".ttc", ".otf", ".icc")}
    used = {faces.bundled for faces in FACES.values()} | set(FALLBACKS)
    assert lying == listed
    assert used <= listed


@pytest.mark.parametrize(
    "name", ["LXGWWenKai-Light.ttf", "NotoSansSC-Medium.ttf", "NotoSerifSC-Bold.ttf", "HanaMinB.ttf"]
)
def test_fast_face_reads_what_reportlab_reads(name: str) -> None:
    path = BUNDLED_FONTS / name
    slow, fast = TTFontFace(str(path)), Face(path)
    assert fast.charToGlyph == {
        code: glyph for code, glyph in slow.charToGlyph.items() if glyph or code in fast.charToGlyph
    }
    assert all(
        fast.charWidths[code] == width for code, width in slow.charWidths.items() if code in fast.charToGlyph
    )
    assert list(fast.glyphPos) == list(slow.glyphPos)
    ours = [fast.hmetrics[glyph] for glyph in range(fast.numGlyphs)]
    assert [bearing for _advance, bearing in ours] == [bearing for _advance, bearing in slow.hmetrics]
    # For the trailing glyphs ReportLab repeats the last advance already scaled to thousandths; the table wants units.
    assert all(
        advance in (theirs, round(theirs * fast.unitsPerEm / 1000))
        for (advance, _), (theirs, _) in zip(ours, slow.hmetrics, strict=True)
    )
    for attribute in (
        "name",
        "ascent",
        "descent",
        "capHeight",
        "bbox",
        "stemV",
        "flags",
        "italicAngle",
        "defaultWidth",
    ):
        assert getattr(fast, attribute) == getattr(slow, attribute), attribute


def test_subset_is_the_same_as_reportlabs() -> None:
    path = BUNDLED_FONTS / "LXGWWenKai-Light.ttf"
    subset = [0, *map(ord, "人民调解𠮷䶮Aé")]
    assert Face(path).makeSubset(subset) == TTFontFace(str(path)).makeSubset(subset)


def test_damaged_font_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes((BUNDLED_FONTS / "LXGWWenKai-Light.ttf").read_bytes()[:5000])
    with pytest.raises(FontFileError):
        Face(broken)
    (tmp_path / "text.ttf").write_bytes(b"this is no font at all, only some text")
    with pytest.raises(FontFileError):
        Face(tmp_path / "text.ttf")
    assert list(read_faces(tmp_path / "text.ttf")) == []


def test_chain_covers_gb18030_and_names(fonts: FontCatalog) -> None:
    basic = map(chr, [*range(0x4E00, 0xA000), *range(0x3400, 0x4DC0)])
    assert fonts.missing(basic) == ()
    assert fonts.missing("𠮷𬭎𫖯𬱟𠅤𣗋𫍽𬣞𬬭𬴊𦰡𪨰王㛃刘䶮“”‘’—…·〔〕①②③℃％×") == ()
    assert fonts.missing("调\ue000😀") == ("\ue000", "😀")


@pytest.mark.parametrize("role", Role)
def test_quotation_marks_are_full_width_in_every_role(fonts: FontCatalog, role: Role) -> None:
    for mark in "“”‘’":
        found = fonts.stack(role).lookup(mark)
        assert found is not None
        assert found[1] >= 900


def test_rare_font_is_opened_only_when_needed() -> None:
    catalog = FontCatalog(BUNDLED_FONTS)
    stack = catalog.stack(Role.FANGSONG)
    assert stack.lookup("人") is not None
    assert not _opened(catalog, "HanaMinB.ttf")
    assert stack.lookup("\U00020005") is not None
    assert _opened(catalog, "HanaMinB.ttf")


def _opened(catalog: FontCatalog, name: str) -> bool:
    return any("font" in vars(face) for (path, _index), face in catalog._faces.items() if path.name == name)


def renamed(source: Path, target: Path, family: str) -> None:
    """A copy of a font whose name table says only ``family``."""
    data = bytearray(source.read_bytes())
    raw = family.encode("utf-16-be")
    table = struct.pack(">3H", 0, 1, 18) + struct.pack(">6H", 3, 1, 0x804, 1, len(raw), 0) + raw
    (count,) = struct.unpack_from(">H", data, 4)
    for place in range(count):
        if data[12 + 16 * place : 16 + 16 * place] == b"name":
            struct.pack_into(">LL", data, 20 + 16 * place, len(data), len(table))
    target.write_bytes(bytes(data) + table)


def test_systems_own_face_comes_first_by_its_inner_name(tmp_path: Path) -> None:
    renamed(BUNDLED_FONTS / "NotoSansSC-Regular.ttf", tmp_path / "whatever.ttf", "仿宋_GB2312")
    catalog = FontCatalog(BUNDLED_FONTS, (tmp_path,))
    assert catalog.stack(Role.FANGSONG).primary.face.filename == str(tmp_path / "whatever.ttf")
    assert catalog.stack(Role.HEITI).primary.face.filename == str(BUNDLED_FONTS / "NotoSansSC-Medium.ttf")
    assert set(catalog.stand_ins()) == set(Role) - {Role.FANGSONG}
    assert catalog.stack(Role.FANGSONG).lookup("䶮") is not None


def test_preferred_name_wins_and_unembeddable_faces_are_left_out(tmp_path: Path) -> None:
    source = BUNDLED_FONTS / "NotoSansSC-Regular.ttf"
    renamed(source, tmp_path / "fang_a.ttf", "FangSong")
    renamed(source, tmp_path / "fang_b.ttf", "仿宋_GB2312")
    wanted = FACES[Role.FANGSONG].families
    found = find_faces((tmp_path,), [wanted])[0]
    assert found is not None
    assert found.path.name == "fang_b.ttf"
    data = bytearray((tmp_path / "fang_b.ttf").read_bytes())
    start = table_directory(bytes(data[:4096]), 0)["OS/2"][0]
    struct.pack_into(">H", data, start + 8, 0x0002)
    (tmp_path / "fang_b.ttf").write_bytes(data)
    found = find_faces((tmp_path,), [wanted])[0]
    assert found is not None
    assert found.path.name == "fang_a.ttf"
