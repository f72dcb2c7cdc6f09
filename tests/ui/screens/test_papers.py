"""文书: pages in sight, on paper, in a file; once issued it stays as it is."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from app.papers.preview import page_count
from models.desk import AccessLog
from models.document import Paper
from models.errors import UserError
from tests.ui.screens.conftest import Bench
from ui.frame.errors import Notice
from ui.frame.lane import CancelToken
from ui.screens.paper.printing import a4_printer, lp_command
from ui.screens.paper_view import PaperScreen, PaperWanted, write_file
from ui.screens.parts.day_words import days_off, waited


@pytest.fixture
def agreed(bench: Bench) -> UUID:
    """A dispute with a written agreement."""
    case_id = bench.matter()
    bench.step(case_id, "accept")
    bench.step(case_id, "agree_written", agreement__terms="围墙退回二十八厘米。\n十五日内恢复水沟。")
    return case_id


def shown(bench: Bench, wanted: PaperWanted) -> PaperScreen:
    """The paper's screen with its pages drawn."""
    screen = bench.show(PaperScreen(bench.desk, wanted))
    bench.qtbot.waitUntil(
        lambda: all(not page.isNull() for page in screen.pages.page_pictures), timeout=10_000
    )
    assert screen.pages.page_pictures
    return screen


@pytest.mark.parametrize("form", ["acceptance_register", "agreement"])
def test_a_paper_shows_its_pages(bench: Bench, agreed: UUID, form: str) -> None:
    """The pages are drawn at the zoom in sight and say the number."""
    screen = shown(bench, PaperWanted(form, case_id=agreed))
    picture = screen.pages.page_pictures[0].toImage()
    colours = {
        picture.pixelColor(x, y).name()
        for x in range(0, picture.width(), 9)
        for y in range(0, picture.height(), 9)
    }
    assert len(colours) > 2
    assert "上溪人调字第1号" in screen.note.text()
    assert screen.print_button.isEnabled()


@pytest.mark.parametrize("form", ["visit_register", "acceptance_register", "agreement"])
def test_every_form_comes_blank(bench: Bench, form: str) -> None:
    """A form to be filled in by hand needs no matter and cannot be issued."""
    screen = shown(bench, PaperWanted(form, blank=True))
    assert "空白表格" in screen.note.text()
    assert not screen.issue_button.isVisible()


def test_a_paper_that_cannot_be_made_says_why(bench: Bench, said: list[Notice]) -> None:
    """No written agreement, no agreement paper."""
    case_id = bench.matter()
    screen = bench.show(PaperScreen(bench.desk, PaperWanted("agreement", case_id=case_id)))
    assert "还没有书面协议" in said[-1].what
    assert not screen.print_button.isEnabled()


def test_zoom_by_keys(bench: Bench, agreed: UUID) -> None:
    """+ and - change the size of the pages, 0 fits them to the width again."""
    screen = shown(bench, PaperWanted("agreement", case_id=agreed))
    begun = screen.pages.zoom
    bench.qtbot.keyClick(screen.pages, Qt.Key.Key_Minus)
    bench.settle()
    smaller = screen.pages.zoom
    assert smaller < begun
    assert screen.pages.page_pictures[0].deviceIndependentSize().width() == pytest.approx(
        8.27 * 96 * smaller, abs=2
    )
    bench.qtbot.keyClick(screen.pages, Qt.Key.Key_Plus)
    bench.qtbot.keyClick(screen.pages, Qt.Key.Key_0)
    bench.settle()
    assert screen.pages.zoom == pytest.approx(begun)


def test_issued_is_kept_as_issued(bench: Bench, agreed: UUID) -> None:
    """出具 keeps the bytes; opened again it is the same file, whatever the matter has become."""
    screen = shown(bench, PaperWanted("agreement", case_id=agreed))
    screen.issue()
    bench.settle()
    (paper,) = bench.rows(select(Paper))
    assert (paper.form, paper.case_id) == ("agreement", agreed)
    again = shown(bench, PaperWanted("agreement", case_id=agreed, paper_id=paper.id))
    assert again._content == screen._content
    assert "已出具" in again.note.text()


def test_printing_makes_one_sheet_a_page(bench: Bench, agreed: UUID, tmp_path: Path) -> None:
    """The raster path, with a printer that writes a file; printing is noted."""
    screen = shown(bench, PaperWanted("agreement", case_id=agreed))
    printer = a4_printer()
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    screen.send_to(printer)
    bench.qtbot.waitUntil(lambda: "已送往打印机" in screen.banner.text(), timeout=20_000)
    bench.settle()
    assert page_count((tmp_path / "printed.pdf").read_bytes()) == len(screen.pages.page_pictures)
    assert len(bench.rows(select(AccessLog).where(AccessLog.event == "print"))) == 1


def test_lp_is_told_what_to_do() -> None:
    """A4, the copies, and the printer that was chosen."""
    assert lp_command("办公室", 2) == ["lp", "-o", "media=A4", "-n", "2", "-d", "办公室"]
    assert lp_command("", 0) == ["lp", "-o", "media=A4", "-n", "1"]


def test_a_paper_is_saved_as_a_file(bench: Bench, agreed: UUID, tmp_path: Path) -> None:
    """The very bytes, and a word about the personal data in them."""
    screen = shown(bench, PaperWanted("agreement", case_id=agreed))
    screen.save_to(tmp_path / "协议书.pdf")
    bench.qtbot.waitUntil(lambda: "已存到" in screen.banner.text(), timeout=5000)
    bench.settle()
    assert (tmp_path / "协议书.pdf").read_bytes() == screen._content
    assert list(tmp_path.glob("*.part")) == []
    assert screen._file_name() == "人民调解协议书（2026）上溪人调字第1号.pdf"


def test_a_place_that_cannot_be_written_is_said_kindly(tmp_path: Path) -> None:
    """Nothing half is left."""
    with pytest.raises(UserError, match="没有存成"):
        write_file(tmp_path / "nowhere" / "a.pdf", b"x", CancelToken())


def test_days_in_words(bench: Bench) -> None:
    """How far off a day is."""
    today = bench.desk.today()
    assert [days_off(today + timedelta(days=n), today) for n in (-3, 0, 1, 5)] == [
        "逾期3天",
        "今天",
        "明天",
        "还有5天",
    ]
    assert [waited(today - timedelta(days=n), today) for n in (0, 4)] == ["今天来的", "已等4天"]
    assert waited(None, today) == ""
