"""Signing in on the real window with a real store."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.station import Station
from app.storage.layout import StationFolder
from tests.ground.clock import FakeClock
from tests.ground.station import LOGIN, PASSWORD
from tests.ui.entrance.conftest import MakeWindow
from ui.frame.errors import Notice
from ui.screens.entrance import first_page
from ui.screens.sign_in import CAPS_HINT, SignInPage


def page_of(make_window: MakeWindow, folder: StationFolder) -> SignInPage:
    """The sign-in page of a founded station."""
    assert first_page(folder) == "sign_in"
    page = make_window(folder).show_page("sign_in")
    assert isinstance(page, SignInPage)
    return page


def attempt(qtbot: QtBot, page: SignInPage, password: str) -> None:
    """Types a password and presses Enter."""
    page.password.clear()
    qtbot.keyClicks(page.password, password)
    qtbot.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.tools.lane.idle)


def test_the_right_password_opens_the_station(
    qtbot: QtBot, make_window: MakeWindow, station_folder: StationFolder, opened: list[Station]
) -> None:
    """GIVEN a founded station WHEN its password is typed THEN the station opens for that person."""
    page = page_of(make_window, station_folder)
    assert [page.names.item(n).text() for n in range(page.names.count())] == [LOGIN]
    assert page.password.echoMode() is QLineEdit.EchoMode.Password
    attempt(qtbot, page, PASSWORD)
    assert [station.signed_in.name for station in opened] == ["王芳"]
    assert page.tools.preferences.last_login == LOGIN
    assert page.password.text() == ""


def test_five_wrong_passwords_make_one_wait_and_say_how_long(
    qtbot: QtBot,
    make_window: MakeWindow,
    station_folder: StationFolder,
    opened: list[Station],
    clock: FakeClock,
    said: list[Notice],
) -> None:
    """GIVEN five wrong tries THEN the button waits, the sentence counts down, and after it the right one opens."""
    page = page_of(make_window, station_folder)
    for _ in range(4):
        attempt(qtbot, page, "wrong-one")
        assert "密码不对" in page.hint.text()
        assert page.button.isEnabled()
        assert page.password.text() == ""
    attempt(qtbot, page, "wrong-one")
    assert not page.button.isEnabled()
    assert "已连续输错 5 次" in page.hint.text()
    assert "30 秒" in page.hint.text()
    assert "不要删除任何文件" in page.hint.text()
    attempt(qtbot, page, PASSWORD)
    assert opened == []
    clock.advance(seconds=18)
    qtbot.waitUntil(lambda: "12 秒" in page.hint.text(), timeout=3000)
    clock.advance(seconds=13)
    qtbot.waitUntil(page.button.isEnabled, timeout=3000)
    assert page.hint.text() == "可以再试了。"
    attempt(qtbot, page, PASSWORD)
    assert len(opened) == 1
    assert said == []


def test_the_wait_is_still_there_after_a_restart(
    qtbot: QtBot, make_window: MakeWindow, station_folder: StationFolder
) -> None:
    """GIVEN five wrong tries WHEN the program starts again THEN it still waits."""
    page = page_of(make_window, station_folder)
    for _ in range(5):
        attempt(qtbot, page, "wrong-one")
    page.window().close()
    later = page_of(make_window, station_folder)
    assert not later.button.isEnabled()
    later.window().close()


def test_caps_lock_is_noticed_from_what_is_typed(
    make_window: MakeWindow, station_folder: StationFolder
) -> None:
    """GIVEN capital letters without Shift THEN a hint appears, and goes with the first small one."""
    page = page_of(make_window, station_folder)
    shift, none = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier
    for letter, modifiers, hint in (
        ("A", shift, ""),
        ("A", none, CAPS_HINT),
        ("a", none, ""),
        ("a", shift, CAPS_HINT),
    ):
        event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, modifiers, letter)
        QApplication.sendEvent(page.password, event)
        assert page.hint.text() == hint
    assert page.password.text() == "AAaa"


def test_an_open_station_is_refused_kindly(
    qtbot: QtBot, make_window: MakeWindow, station: Station, opened: list[Station], said: list[Notice]
) -> None:
    """GIVEN the station open elsewhere WHEN somebody signs in THEN a sentence says so and nothing opens."""
    page = page_of(make_window, station.store.folder)
    attempt(qtbot, page, PASSWORD)
    assert opened == []
    assert "已经在这台电脑上打开" in said[0].what


def test_an_empty_password_is_not_tried(
    qtbot: QtBot, make_window: MakeWindow, station_folder: StationFolder
) -> None:
    """GIVEN no password WHEN Enter is pressed THEN it is asked for, and it counts as no try."""
    page = page_of(make_window, station_folder)
    for _ in range(6):
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert page.hint.text() == "请输入密码。"
    assert page.button.isEnabled()
