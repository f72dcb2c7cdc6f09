"""The window around the screens: rail on the left, search and user on top, status line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.frame.errors import Notice
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.registry import ScreenEntry
from ui.screens.shell_bars import StatusLine, TopBar
from ui.style.icons import icon, icon_path
from ui.style.look import Look
from ui.style.tokens import COLOURS

SearchOpener = Callable[[str], None]
BACK = "back"
"""What ``desk.open`` takes for the way back."""
SEARCH = "search"
"""The name of the screen that the search box opens, with ``words``."""
RAIL_ICON, RAIL_ICON_LOW = 24, 20
"""Pixels of an icon above its word, and beside it."""
RAIL_PADDING = 30
"""Pixels of a rail button around icon and word, and to the next button."""
LINES_AROUND = 8
"""Lines of text that the bars above and below the rail take."""


class Shell(QMainWindow):
    """Shows one screen at a time. Rail screens are made once and kept; the others are a stack with a way
    back.
    """

    lock_requested = Signal()
    close_requested = Signal()
    """The window was closed; the composition root ends the work and then calls :meth:`let_go`."""

    def __init__(
        self, desk: Desk, screens: Sequence[ScreenEntry], look: Look, *, station_name: str, user_name: str
    ) -> None:
        super().__init__()
        self.desk = desk
        self._entries = {entry.name: entry for entry in screens}
        self._kept: dict[str, Screen] = {}
        self._pushed: list[Screen] = []
        self._free_to_close = False
        self.setWindowTitle(f"调解工作台 — {station_name}")
        self.setWindowIcon(QIcon(str(icon_path("program"))))
        self.resize(1320, 720)
        self.top = TopBar(look, user_name)
        self.pages = QStackedWidget()
        self.pages.setObjectName("page")
        self.status = StatusLine(station_name)
        self._rail_buttons: dict[str, QToolButton] = {}
        self._rail = self._make_rail(screens, look)
        self._put_together()
        self._search_opener: SearchOpener | None = None
        if SEARCH in self._entries:
            self.set_search_opener(lambda words: desk.open(SEARCH, words=words))
        self._connect(look)
        first = next((entry.name for entry in screens if entry.rail), None)
        if first is not None:
            self.show_screen(first)

    # -- screens --

    def show_screen(self, name: str, arguments: Mapping[str, Any] | None = None) -> Screen:
        """Brings a screen to the front. Raises KeyError for a name that is not in the table of screens."""
        entry = self._entries[name]
        if entry.rail and not arguments:
            self._drop_pushed()
            screen = self._kept.get(name)
            if screen is None:
                screen = entry.factory(self.desk, {})
                self._kept[name] = screen
                self.pages.addWidget(screen)
            self._rail_buttons[name].setChecked(True)
        else:
            self.desk.leaving.emit()
            screen = entry.factory(self.desk, arguments or {})
            self._pushed.append(screen)
            self.pages.addWidget(screen)
        self._bring(screen)
        return screen

    def go_back(self) -> None:
        """Closes the screen in front and shows the one below it."""
        if not self._pushed:
            return
        self._close(self._pushed.pop())
        below = self._pushed[-1] if self._pushed else self._rail_screen()
        if below is not None:
            self._bring(below)

    def current(self) -> Screen | None:
        """The screen in front."""
        widget = self.pages.currentWidget()
        return widget if isinstance(widget, Screen) else None

    def set_search_opener(self, opener: SearchOpener) -> None:
        """Registers what Ctrl+K leads to; until then there is no search box."""
        self._search_opener = opener
        self.top.search.show()

    def let_go(self) -> None:
        """Really closes the window."""
        self._free_to_close = True
        self.close()

    # -- inside --

    def _make_rail(self, screens: Sequence[ScreenEntry], look: Look) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        # The rail must not keep the window from being as low as a small screen at 150 % asks for.
        rail.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 12, 8, 12)
        column.setSpacing(4)
        group = QButtonGroup(rail)
        for place, entry in enumerate((entry for entry in screens if entry.rail), start=1):
            button = QToolButton()
            button.setText(entry.title)
            button.setIcon(icon(entry.icon, COLOURS.accent, COLOURS.on_accent))
            button.setIconSize(QSize(RAIL_ICON, RAIL_ICON))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setCheckable(True)
            button.setAccessibleName(entry.title)
            button.setToolTip(f"{entry.title}（{entry.keys or f'Ctrl+{place}'}）")
            opens = partial(self.show_screen, entry.name)
            button.clicked.connect(lambda _=False, opens=opens: opens())
            self._shortcut(entry.keys or f"Ctrl+{place}", opens)
            group.addButton(button)
            column.addWidget(button)
            self._rail_buttons[entry.name] = button
        column.addStretch(1)
        for entry in screens:
            if entry.keys and not entry.rail:
                self._shortcut(entry.keys, partial(self.show_screen, entry.name))
        # A bound method: the look outlives this window, and Qt then forgets the connection with it.
        look.large_changed.connect(self._size_rail)
        return rail

    def _size_rail(self, _large: bool = False) -> None:
        """Icons above the words where there is height for it, beside them where there is not."""
        metrics = self.fontMetrics()
        tall = (metrics.height() + RAIL_ICON + RAIL_PADDING) * len(self._rail_buttons)
        low = self.height() < tall + metrics.height() * LINES_AROUND
        style = (
            Qt.ToolButtonStyle.ToolButtonTextBesideIcon if low else Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        )
        icon_size = RAIL_ICON_LOW if low else RAIL_ICON
        for button in self._rail_buttons.values():
            button.setFixedWidth(metrics.horizontalAdvance("国") * 5)
            if button.toolButtonStyle() is not style:
                button.setToolButtonStyle(style)
                button.setIconSize(QSize(icon_size, icon_size))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keeps the rail whole at any height."""
        super().resizeEvent(event)
        self._size_rail()

    def _put_together(self) -> None:
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._rail)
        middle.addWidget(self.pages, 1)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self._size_rail()

    def _connect(self, look: Look) -> None:
        desk = self.desk
        desk.open_requested.connect(self._on_open)
        desk.errors.said.connect(self._on_said)
        desk.status.connect(self.status.say)
        desk.patience.waiting.connect(self.status.show_waiting)
        desk.patience.over.connect(self.status.hide_waiting)
        self.top.back.clicked.connect(self.go_back)
        self.top.lock.clicked.connect(self._lock)
        self.top.search.returnPressed.connect(self._search)
        self.top.large.toggled.connect(look.set_large)
        self._shortcut("Ctrl+K", self._focus_search)
        self._shortcut("Alt+Left", self.go_back)
        self._shortcut("Ctrl+L", self._lock)

    def _shortcut(self, keys: str, act: Callable[[], Any]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _bring(self, screen: Screen) -> None:
        self.pages.setCurrentWidget(screen)
        self.top.back.setVisible(bool(self._pushed))
        screen.opened()

    def _rail_screen(self) -> Screen | None:
        for name, button in self._rail_buttons.items():
            if button.isChecked():
                return self._kept.get(name)
        return None

    def _drop_pushed(self) -> None:
        self.desk.leaving.emit()
        while self._pushed:
            self._close(self._pushed.pop())

    def _close(self, screen: Screen) -> None:
        self.desk.leaving.emit()
        self.pages.removeWidget(screen)
        screen.deleteLater()

    def _on_open(self, name: str, arguments: dict[str, Any]) -> None:
        if name == BACK:
            self.go_back()
        else:
            self.show_screen(name, arguments)

    def _on_said(self, notice: Notice) -> None:
        screen = self.current()
        if screen is not None:
            screen.banner.say(notice)

    def _focus_search(self) -> None:
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def _search(self) -> None:
        if self._search_opener is not None and self.top.search.text().strip():
            self._search_opener(self.top.search.text().strip())

    def _lock(self) -> None:
        self.desk.leaving.emit()
        self.lock_requested.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Lets the composition root save and back up first."""
        if self._free_to_close:
            super().closeEvent(event)
            return
        event.ignore()
        self.desk.leaving.emit()
        self.close_requested.emit()
