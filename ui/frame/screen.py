"""The base of every screen: title, banner, content, and a bar with the main action at the bottom right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)
from sqlalchemy.orm import Session

from ui.frame.banner import Banner
from ui.frame.errors import Notice, Tone
from ui.frame.lane import CancelToken, Failed
from ui.frame.work import Desk

if TYPE_CHECKING:
    from app.station import Work

Result = TypeVar("Result")


class Screen(QWidget):
    """One page of the window. It gets everything through ``desk``; it holds no session and no mapped row.

    A subclass sets ``title`` and ``shows`` (names of the tables whose rows it shows), fills :attr:`content`
    and overrides :meth:`refresh`. While the screen is out of sight a change only marks it stale; it refreshes
    when shown.
    """

    title: ClassVar[str] = ""
    shows: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._stale = True
        self._heading = QLabel(self.title)
        self._heading.setObjectName("screenTitle")
        self._beside_heading = QHBoxLayout()
        self._beside_heading.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addLayout(self._beside_heading)
        self.banner = Banner()
        self.content = QVBoxLayout()
        self.content.setSpacing(12)
        self._bar = QFrame()
        self._bar.setObjectName("actionBar")
        self._bar_row = QHBoxLayout(self._bar)
        self._bar_row.setContentsMargins(24, 8, 24, 8)
        self._bar_row.setSpacing(12)
        self._bar_row.addStretch(1)
        self._bar.hide()
        page = QVBoxLayout()
        page.setContentsMargins(24, 12, 24, 12)
        page.setSpacing(12)
        page.addLayout(head)
        page.addWidget(self.banner)
        page.addLayout(self.content, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(page, 1)
        outer.addWidget(self._bar)
        desk.changed.connect(self._on_changed)

    # -- what a subclass overrides --

    def refresh(self) -> None:
        """Reads again what the screen shows, through :meth:`query`. Called when shown and after changes."""

    def first_focus(self) -> QWidget | None:
        """The widget that gets the focus when the screen opens."""
        return None

    # -- what a subclass uses --

    def query(
        self, job: Callable[[Session], Result], done: Callable[[Result], None], failed: Failed | None = None
    ) -> CancelToken:
        """:meth:`Desk.query` owned by this screen: the result is dropped when the screen is closed."""
        return self.desk.query(job, done, failed, owner=self)

    def change(
        self,
        name: str,
        job: Callable[[Work], Result],
        done: Callable[[Result], None] | None = None,
        failed: Failed | None = None,
    ) -> CancelToken:
        """:meth:`Desk.change` owned by this screen; the change itself is made even when the screen is
        closed.
        """
        return self.desk.change(name, job, done, failed, owner=self)

    def set_title(self, title: str) -> None:
        """Changes the heading, e.g. to a case's number."""
        self._heading.setText(title)

    def add_beside_heading(self, widget: QWidget) -> None:
        """Puts a small control to the right of the heading."""
        self._beside_heading.addWidget(widget)

    def set_scrolled(self, widget: QWidget) -> QScrollArea:
        """Makes ``widget`` the content, in an area that scrolls up and down."""
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(widget)
        self.content.addWidget(area, 1)
        return area

    def add_action(
        self, label: str, act: Callable[[], Any], *, primary: bool = False, keys: str = "", left: bool = False
    ) -> QPushButton:
        """Adds a button to the bar at the bottom; ``keys`` (e.g. ``"Ctrl+Return"``) is shown in its tool
        tip.
        """
        button = QPushButton(label)
        button.setObjectName("primary" if primary else "plain")
        button.clicked.connect(lambda: act())
        if keys:
            button.setToolTip(f"{label}（{keys.replace('Return', '回车')}）")
            for text in (keys, keys.replace("Return", "Enter")) if "Return" in keys else (keys,):
                shortcut = QShortcut(QKeySequence(text), self)
                shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
                shortcut.activated.connect(button.click)
        if left:
            self._bar_row.insertWidget(0, button)
        else:
            self._bar_row.addWidget(button)
        self._bar.show()
        return button

    def show_actions(self, visible: bool) -> None:
        """Hides or shows the bar at the bottom."""
        self._bar.setVisible(visible)

    def say(self, what: str, remedy: str = "", *, title: str = "", serious: bool = False) -> None:
        """Shows a sentence in this screen's banner."""
        self.banner.say(Notice(title, what, remedy, Tone.SERIOUS if serious else Tone.INFO))

    # -- the frame's side --

    def opened(self) -> None:
        """Called by the shell each time the screen comes to the front."""
        if self._stale:
            self._stale = False
            self.refresh()
        (self.first_focus() or self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_changed(self, names: frozenset[str]) -> None:
        if not (self.shows & names):
            return
        if self.isVisible():
            self.refresh()
        else:
            self._stale = True
