"""A sheet: a short form with a heading that takes the place of what is in the middle until it is done."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from models.errors import UserError
from ui.frame.banner import Banner
from ui.frame.errors import Notice
from ui.frame.work import Desk
from ui.screens.parts.beside import scrolled


class Sheet(QFrame):
    """Heading, banner, body, 返回 and one main button. Ctrl+Enter does it, Esc goes back."""

    done = Signal(object)
    """What the sheet is for was done; carries its result."""
    given_up = Signal()
    """返回 was chosen."""

    def __init__(self, desk: Desk, heading: str, below: str, verb: str) -> None:
        super().__init__()
        self.desk = desk
        self.setObjectName("card")
        self.banner = Banner()
        self.do_button = QPushButton(verb)
        self.do_button.setObjectName("primary")
        self.do_button.setToolTip("Ctrl+回车")
        self.do_button.clicked.connect(lambda: self.act())
        title = QLabel(heading)
        title.setObjectName("screenTitle")
        small = QLabel(below)
        small.setObjectName("small")
        small.setWordWrap(True)
        small.setVisible(bool(below))
        back = QPushButton("返回")
        back.setObjectName("plain")
        back.setToolTip("Esc；填了的内容会留着")
        back.clicked.connect(lambda: self.go_back())
        self.foot = QHBoxLayout()
        self.foot.setSpacing(12)
        self.foot.addStretch(1)
        self.foot.addWidget(back)
        self.foot.addWidget(self.do_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 12, 16, 12)
        self._column.setSpacing(8)
        for widget in (title, small, self.banner):
            self._column.addWidget(widget)
        self._column.addLayout(self.foot)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.do_button.click)

    # -- what a subclass overrides --

    def act(self) -> None:
        """What the main button does."""
        raise NotImplementedError

    def first_widget(self) -> QWidget:
        """Where the focus begins."""
        return self.do_button

    def go_back(self) -> None:
        """Leaves the sheet without doing anything."""
        self.given_up.emit()

    # -- what a subclass uses --

    def set_body(self, body: QWidget) -> None:
        """The form, in an area that scrolls."""
        self._column.insertWidget(self._column.count() - 1, scrolled(body), 1)

    def begin(self) -> None:
        """Called when the sheet comes into sight."""
        self.first_widget().setFocus(Qt.FocusReason.OtherFocusReason)

    def finish(self, result: Any) -> None:
        """The change was committed."""
        self.done.emit(result)

    def refuse(self, error: Exception) -> None:
        """Says in words why it was not done; what was typed stays."""
        self.do_button.setEnabled(True)
        if isinstance(error, UserError):
            self.banner.say(Notice(error.title, error.what, error.remedy))
        else:
            self.desk.errors.handle(error)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.go_back()
            return
        super().keyPressEvent(event)
