"""The first start, from the empty folder to the open station."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.station import Station
from app.storage.layout import StationFolder
from models.organisation import OrgUnit, Staff
from tests.ui.entrance.conftest import MakeWindow
from ui.frame.errors import Notice
from ui.screens.entrance import first_page
from ui.screens.first_start import FirstStartPage, area_code_remark, example_number, suggest


def write(page: FirstStartPage, ref: str, text: str) -> None:
    """As a person would type it."""
    form = next(form for form in page.forms if ref in form.references())
    form.editor(ref).restore_typed(text)
    form.editor(ref).changed.emit()


@pytest.fixture
def page(qtbot: QtBot, make_window: MakeWindow, tmp_path: Path) -> FirstStartPage:
    """The wizard on an empty folder."""
    folder = StationFolder(tmp_path / "fresh")
    assert first_page(folder) == "first_start"
    made = make_window(folder).show_page("first_start")
    assert isinstance(made, FirstStartPage)
    qtbot.waitUntil(lambda: made.tools.lane.idle)
    return made


def test_three_steps_found_a_real_station(
    qtbot: QtBot, page: FirstStartPage, opened: list[Station], said: list[Notice]
) -> None:
    """GIVEN an empty folder WHEN the three steps are filled THEN a station is founded and somebody is signed in."""
    assert str(page.tools.folder.root) in page.place.text()
    write(page, "org_unit.name", "上溪村人民调解室")
    write(page, "org_unit.level", "村级")
    write(page, "org_unit.area_code", "339900201201")
    page.go_on()
    assert page.committee_form.values(short=True) == {
        "committee_name": "上溪村人民调解委员会",
        "short_name": "上溪",
    }
    assert page.example.text() == "案号会是这样：（2026）上溪人调字第1号"
    write(page, "org_unit.short_name", "溪口")
    assert "溪口人调字" in page.example.text()
    page.go_on()
    write(page, "staff.name", "王芳")
    assert page.person_form.values()["account.login_name"] == "王芳"
    write(page, "password", "shangxi-2026")
    write(page, "again", "shangxi-2026")
    page.go_on()
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    (station,) = opened
    assert station.signed_in.login_name == "王芳"
    assert station.signed_in.role == "administrator"
    with station.query() as session:
        unit = session.scalars(select(OrgUnit)).one()
        assert (unit.name, unit.level, unit.area_code) == ("上溪村人民调解室", "village", "339900201201")
        assert (unit.short_name, unit.committee_name) == ("溪口", "上溪村人民调解委员会")
        assert session.scalars(select(Staff.name)).one() == "王芳"
    assert page.tools.folder.database.read_bytes()[:6] != b"SQLite"
    assert said == []


def test_each_step_asks_for_what_it_needs(page: FirstStartPage) -> None:
    """GIVEN an empty step or a wrong area code WHEN going on THEN it stays and says why; going back loses nothing."""
    page.go_on()
    assert page.steps.currentIndex() == 0
    assert page.station_form.row("org_unit.name").note() == "请填写站点名称。"
    write(page, "org_unit.name", "上溪村")
    write(page, "org_unit.level", "村级")
    write(page, "org_unit.area_code", "3399")
    page.go_on()
    assert page.steps.currentIndex() == 0
    assert "十二位" in page.station_form.row("org_unit.area_code").note()
    write(page, "org_unit.area_code", "")
    page.go_on()
    assert page.steps.currentIndex() == 1
    page.go_back()
    assert page.station_form.values()["org_unit.name"] == "上溪村"


def test_weak_and_differing_passwords_are_said_in_words(page: FirstStartPage, opened: list[Station]) -> None:
    """GIVEN a password that is too simple, or typed differently THEN no station is founded and it says why."""
    for ref, text in (("org_unit.name", "上溪村"), ("org_unit.level", "村级")):
        write(page, ref, text)
    page.go_on()
    page.go_on()
    write(page, "staff.name", "王芳")
    write(page, "password", "12345678")
    write(page, "again", "12345678")
    page.go_on()
    assert "太容易被猜到" in page.person_form.row("password").note()
    write(page, "password", "shangxi-2026")
    page.go_on()
    assert page.person_form.row("again").note() == "两次输入的密码不一样。"
    assert opened == []
    assert not page.tools.folder.founded


def test_a_synced_folder_is_refused_and_another_may_be_taken(
    qtbot: QtBot, page: FirstStartPage, tmp_path: Path, said: list[Notice]
) -> None:
    """GIVEN a folder inside a cloud drive THEN it is refused with the reason; another one is taken and remembered."""
    page.use_folder(tmp_path / "OneDrive" / "station")
    qtbot.waitUntil(lambda: bool(said))
    assert "不能用" in page.place.text()
    for ref, text in (("org_unit.name", "上溪村"), ("org_unit.level", "村级")):
        write(page, ref, text)
    page.go_on()
    assert page.steps.currentIndex() == 0
    page.use_folder(tmp_path / "elsewhere")
    qtbot.waitUntil(lambda: page.tools.lane.idle)
    page.go_on()
    assert page.steps.currentIndex() == 1
    assert page.tools.preferences.data_folder == str(tmp_path / "elsewhere")


def test_the_whole_wizard_can_be_walked_by_keyboard(
    qtbot: QtBot, page: FirstStartPage, opened: list[Station]
) -> None:
    """GIVEN only a keyboard WHEN Enter is pressed in each field THEN step follows step."""
    for ref, text in (("org_unit.name", "上溪村"), ("org_unit.level", "村级")):
        write(page, ref, text)
    for ref in page.station_form.references():
        qtbot.keyClick(page.station_form.editor(ref).focus_widget(), Qt.Key.Key_Return)
    assert page.steps.currentIndex() == 1
    for ref in page.committee_form.references():
        qtbot.keyClick(page.committee_form.editor(ref).focus_widget(), Qt.Key.Key_Return)
    assert page.steps.currentIndex() == 2
    write(page, "staff.name", "王芳")
    for ref in ("password", "again"):
        qtbot.keyClicks(page.person_form.editor(ref).focus_widget(), "shangxi-2026")
        qtbot.keyClick(page.person_form.editor(ref).focus_widget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)


def test_links_lead_to_restore(page: FirstStartPage) -> None:
    """GIVEN a new PC for an old station THEN a backup can be restored instead."""
    wanted: list[str] = []
    page.go_to.connect(wanted.append)
    next(b for b in page.findChildren(QPushButton) if "恢复备份" in b.text()).click()
    assert wanted == ["restore"]


@pytest.mark.parametrize(
    ("name", "short", "committee"),
    [
        ("上溪村人民调解室", "上溪", "上溪村人民调解委员会"),
        ("清河镇调解工作站", "清河", "清河镇人民调解委员会"),
        ("城东社区", "城东", "城东社区人民调解委员会"),
        ("", "", ""),
    ],
)
def test_names_are_suggested(name: str, short: str, committee: str) -> None:
    """GIVEN a station's name THEN the committee's names follow from it."""
    made = suggest(name)
    assert (made.short_name, made.committee_name) == (short, committee)


def test_small_helpers() -> None:
    """The example number and the area code's remark."""
    assert example_number(2026, "") == "（2026）××人调字第1号"
    assert area_code_remark("") == ""
    assert area_code_remark("33990020120x") != ""
