"""The settings page on a real station."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.accounts.sign_in import sign_in
from app.station import Station
from app.storage.backup import list_backups
from models.organisation import OrgUnit
from tests.ground.clock import FakeClock
from tests.ground.station import LOGIN, PASSWORD
from ui.frame.errors import Notice
from ui.frame.work import Desk
from ui.screens.settings_page import SettingsPage
from ui.style.look import Look


@pytest.fixture
def page(qtbot: QtBot, desk: Desk) -> SettingsPage:
    """The page with everything read."""
    made = SettingsPage(desk)
    qtbot.addWidget(made)
    made.show()
    made.opened()
    qtbot.waitUntil(lambda: desk.idle)
    return made


def test_the_stations_facts_are_changed_and_captured(
    qtbot: QtBot, page: SettingsPage, station: Station
) -> None:
    """GIVEN the administrator WHEN the phone is written and saved THEN the office's row has it, once."""
    assert page.station_form.values(short=True)["committee_name"] == "上溪村人民调解委员会"
    page.station_form.editor("org_unit.phone").restore_typed("0999-1234567")
    page.save_station.click()
    qtbot.waitUntil(lambda: page.desk.idle)
    with station.query() as session:
        unit = session.query(OrgUnit).one()
        assert (unit.phone, unit.name) == ("0999-1234567", "上溪村")


def test_a_backup_is_made_here_and_on_a_stick(
    qtbot: QtBot, page: SettingsPage, station: Station, tmp_path: Path, clock: FakeClock
) -> None:
    """GIVEN the buttons WHEN they are pressed THEN verified backups lie in the folder and on the stick."""
    assert page.backups.item(0).text() == "还没有备份"
    page.backup_now.click()
    qtbot.waitUntil(lambda: page.desk.idle and page.backup_now.isEnabled(), timeout=10_000)
    assert "已做好并核对过" in page.banner.text()
    assert "完好" in page.backups.item(0).text()
    clock.advance(minutes=1)
    page.back_up_to(tmp_path / "stick")
    qtbot.waitUntil(lambda: page.desk.idle, timeout=10_000)
    (made,) = list_backups(tmp_path / "stick" / "调解工作台备份")
    assert made.sound


def test_a_backup_that_fails_is_said(
    qtbot: QtBot, page: SettingsPage, tmp_path: Path, said: list[Notice]
) -> None:
    """GIVEN a place that takes no files WHEN a backup is wanted there THEN a notice says so."""
    (tmp_path / "file").write_text("in the way")
    page.back_up_to(tmp_path / "file")
    qtbot.waitUntil(lambda: bool(said))
    assert page.backup_now.isEnabled()


def fill(page: SettingsPage, old: str, new: str, again: str) -> None:
    """Types the three passwords and presses the button."""
    for ref, text in (("old", old), ("new", new), ("again", again)):
        page.password_form.editor(ref).set_value(text)
        page.password_form.editor(ref).changed.emit()
    page.password_button.click()


def test_the_password_is_changed(
    qtbot: QtBot, page: SettingsPage, station: Station, clock: FakeClock
) -> None:
    """GIVEN the old and a good new password THEN only the new one opens the station afterwards."""
    fill(page, PASSWORD, "xin-mima-2026", "xin-mima-2026")
    qtbot.waitUntil(lambda: page.desk.idle and page.password_button.isEnabled(), timeout=10_000)
    assert page.banner.text().startswith("下次登录请用新密码")
    assert page.password_form.values()["new"] == ""
    folder = station.store.folder
    station.close(backup=False)
    store, signed_in = sign_in(folder, LOGIN, "xin-mima-2026", clock)
    assert signed_in.name == "王芳"
    store.close()


def test_a_bad_new_password_is_said_in_words(qtbot: QtBot, page: SettingsPage, said: list[Notice]) -> None:
    """GIVEN a short one, a differing one, or a wrong old one THEN nothing changes and it says why."""
    fill(page, PASSWORD, "short", "short")
    assert "至少" in page.password_form.row("new").note()
    fill(page, PASSWORD, "xin-mima-2026", "xin-mima-2027")
    assert "不一样" in page.password_form.row("again").note()
    fill(page, "not-the-old-one", "xin-mima-2026", "xin-mima-2026")
    qtbot.waitUntil(lambda: bool(said), timeout=10_000)
    assert "原密码不对" in said[0].what
    assert page.password_button.isEnabled()


def test_large_type_and_licences(page: SettingsPage, look: Look) -> None:
    """GIVEN the other tabs THEN large type follows the box, and the free software inside is named."""
    page.large.click()
    assert look.large
    look.set_large(False)
    assert not page.large.isChecked()
    texts = "".join(label.text() for label in page.findChildren(QLabel))
    for name in ("PySide6", "LGPL-3.0", "SQLCipher", "OFL"):
        assert name in texts
