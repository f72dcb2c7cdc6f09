"""The window around the screens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.station import Station
from models.errors import UserError
from tests.ground.station import CHEAP
from ui.desktop import BuiltDesktop, build_desktop
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.registry import SCREENS, ScreenEntry
from ui.style.look import Look


class Plain(Screen):
    """A screen that shows its arguments."""

    def __init__(self, desk: Desk, arguments: Mapping[str, Any]) -> None:
        super().__init__(desk)
        self.arguments = dict(arguments)
        self.content.addWidget(QLabel(str(self.arguments)))


ENTRIES = [
    ScreenEntry("first", "一", "today", Plain, rail=True),
    ScreenEntry("second", "二", "ledger", Plain, rail=True, keys="F3"),
    ScreenEntry("case", "事项", "folder", Plain),
    ScreenEntry("new", "登记", "visit", Plain, keys="F2"),
    ScreenEntry("search", "查找", "search", Plain),
]


@pytest.fixture
def built(qtbot: QtBot, station: Station, look: Look) -> Iterator[BuiltDesktop]:
    """The window with plain screens, in front."""
    made = build_desktop(station, look, screens=ENTRIES, cost=CHEAP)
    with qtbot.waitActive(made.shell):
        made.shell.show()
        made.shell.activateWindow()
    yield made
    made.close()


def front(built: BuiltDesktop) -> Plain:
    """The screen in front."""
    screen = built.shell.current()
    assert isinstance(screen, Plain)
    return screen


def buttons(built: BuiltDesktop) -> dict[str, QToolButton]:
    """The rail."""
    rail = built.shell.findChild(QWidget, "rail")
    assert rail is not None
    return {button.text(): button for button in rail.findChildren(QToolButton)}


def test_the_rail_shows_only_what_exists(built: BuiltDesktop) -> None:
    """GIVEN a table of screens THEN the rail has its entries in order and the first is in front."""
    assert list(buttons(built)) == ["一", "二"]
    assert buttons(built)["一"].isChecked()
    assert "Ctrl+1" in buttons(built)["一"].toolTip()
    assert built.shell.windowTitle() == "调解工作台 — 上溪村"
    assert built.shell.top.user.text() == "王芳（管理员）"


def test_rail_screens_are_made_once_and_kept(built: BuiltDesktop) -> None:
    """GIVEN two rail screens WHEN one goes to and fro THEN the same screens come back."""
    first = front(built)
    buttons(built)["二"].click()
    assert front(built) is not first
    built.shell.show_screen("first")
    assert front(built) is first


def test_a_screen_opened_with_arguments_has_a_way_back(qtbot: QtBot, built: BuiltDesktop) -> None:
    """GIVEN a case opened from a list WHEN going back by key or by name THEN the list is in front again."""
    below = front(built)
    assert not built.shell.top.back.isVisible()
    built.desk.open("case", case_id=7)
    assert front(built).arguments == {"case_id": 7}
    built.desk.open("case", case_id=8)
    assert built.shell.top.back.isVisible()
    qtbot.keyClick(built.shell, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert front(built).arguments == {"case_id": 7}
    built.desk.open("back")
    assert front(built) is below
    built.desk.open("back")
    assert front(built) is below


def test_choosing_from_the_rail_closes_what_was_opened_on_top(built: BuiltDesktop) -> None:
    """GIVEN a case on top WHEN a rail entry is chosen THEN the case is closed, and drafts were told."""
    told: list[int] = []
    built.desk.open("case", case_id=7)
    built.desk.leaving.connect(lambda: told.append(1))
    buttons(built)["二"].click()
    assert not built.shell.top.back.isVisible()
    assert built.shell.pages.count() == 2
    assert told


def test_keys_open_screens(qtbot: QtBot, built: BuiltDesktop) -> None:
    """GIVEN keys in the table of screens THEN they open them from anywhere."""
    qtbot.keyClick(built.shell, Qt.Key.Key_F2)
    assert built.shell.top.back.isVisible()
    qtbot.keyClick(built.shell, Qt.Key.Key_F3)
    assert buttons(built)["二"].isChecked()
    qtbot.keyClick(built.shell, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert buttons(built)["一"].isChecked()


def test_search_is_reached_by_key_and_opens_with_the_words(qtbot: QtBot, built: BuiltDesktop) -> None:
    """GIVEN Ctrl+K and words WHEN Enter is pressed THEN the search screen opens with them."""
    qtbot.keyClick(built.shell, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert built.shell.top.search.hasFocus()
    qtbot.keyClicks(built.shell.top.search, "wf")
    qtbot.keyClick(built.shell.top.search, Qt.Key.Key_Return)
    assert front(built).arguments == {"words": "wf"}
    asked: list[str] = []
    built.shell.set_search_opener(asked.append)
    qtbot.keyClick(built.shell.top.search, Qt.Key.Key_Return)
    assert asked == ["wf"]


def test_without_a_search_screen_there_is_no_search_box(qtbot: QtBot, station: Station, look: Look) -> None:
    """GIVEN no search in the table of screens THEN no dead box is shown."""
    made = build_desktop(station, look, screens=ENTRIES[:2], cost=CHEAP)
    qtbot.addWidget(made.shell)
    made.shell.show()
    assert not made.shell.top.search.isVisible()
    made.close()


def test_errors_are_said_on_the_screen_in_front(built: BuiltDesktop) -> None:
    """GIVEN an error from a job THEN the banner of the screen in front says it, and no box opens."""
    built.desk.errors.handle(UserError("磁盘快满了。", "请清理。"))
    assert front(built).banner.text() == "磁盘快满了。请清理。"


def test_the_status_line_tells_of_saving_and_of_what_takes_long(qtbot: QtBot, built: BuiltDesktop) -> None:
    """GIVEN a long job THEN it is named with a button to stop it; a save is told when it is done."""
    status = built.shell.status
    token = built.desk.network(
        "对账", lambda outside: [outside.cancel.check() for _ in iter(int, 1)], quiet=False
    )
    qtbot.waitUntil(status.stop.isVisible, timeout=3000)
    assert status.waiting.text() == "正在对账……"
    status.stop.click()
    assert token.cancelled
    qtbot.waitUntil(lambda: not status.stop.isVisible(), timeout=3000)
    built.desk.change("登记", lambda _work: None)
    assert status.message.text() == "正在保存：登记……"
    qtbot.waitUntil(lambda: status.message.text() == "已保存：登记")


def test_large_type_is_one_button_away(built: BuiltDesktop, look: Look) -> None:
    """GIVEN the button 大字 THEN it turns large type on and off, and follows it."""
    built.shell.top.large.click()
    assert look.large
    look.set_large(False)
    assert not built.shell.top.large.isChecked()


def test_closing_and_locking_are_asked_of_the_program(built: BuiltDesktop) -> None:
    """GIVEN the window closed or locked by the person THEN the program is asked first and drafts are told."""
    told: list[str] = []
    built.desk.leaving.connect(lambda: told.append("leaving"))
    built.shell.close_requested.connect(lambda: told.append("close"))
    built.shell.lock_requested.connect(lambda: told.append("lock"))
    built.shell.close()
    built.shell.top.lock.click()
    assert told == ["leaving", "close", "leaving", "lock"]
    assert built.shell.isVisible()


def test_every_screen_in_the_table_has_an_icon_and_a_name(look: Look) -> None:
    """GIVEN the real table of screens THEN names are unique, icons exist and rail entries can be made."""
    from ui.style.icons import icon_path

    assert look is not None
    assert len({entry.name for entry in SCREENS}) == len(SCREENS)
    for entry in SCREENS:
        assert icon_path(entry.icon).is_file()


def test_the_whole_real_window_opens_every_rail_screen(qtbot: QtBot, station: Station, look: Look) -> None:
    """GIVEN the real screens on a real station WHEN each is opened THEN none says that something went wrong."""
    made = build_desktop(station, look, cost=CHEAP)
    qtbot.addWidget(made.shell)
    said: list[object] = []
    made.desk.errors.said.connect(said.append)
    made.shell.resize(1366, 728)
    made.shell.show()
    for entry in SCREENS:
        if entry.rail:
            made.shell.show_screen(entry.name)
            qtbot.waitUntil(lambda: made.desk.idle, timeout=10_000)
            current = made.shell.current()
            assert current is not None
            assert made.shell.minimumSizeHint().width() <= 1366
            assert made.shell.minimumSizeHint().height() <= 728
    assert said == []
    made.close()


def test_every_control_of_the_window_has_a_name(qtbot: QtBot, station: Station, look: Look) -> None:
    """GIVEN the real screens THEN every control that takes the keyboard has a text or an accessible name."""
    from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit

    made = build_desktop(station, look, cost=CHEAP)
    qtbot.addWidget(made.shell)
    made.shell.show()
    for name in ("sync", "settings"):
        made.shell.show_screen(name)
        qtbot.waitUntil(lambda: made.desk.idle, timeout=10_000)
    nameless = []
    for widget in made.shell.findChildren(QWidget):
        if not isinstance(widget, (QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)):
            continue
        if widget.objectName().startswith("qt_") or isinstance(widget.parent(), QComboBox):
            continue
        if widget.focusPolicy() is Qt.FocusPolicy.NoFocus or isinstance(widget.window().parent(), QComboBox):
            continue
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if not widget.accessibleName() and not text:
            nameless.append((type(widget).__name__, widget.parent()))
    assert nameless == []
    made.close()
