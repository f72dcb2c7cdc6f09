"""The shell's top bar and status line."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QToolButton,
)

from ui.frame.lane import CancelToken
from ui.style.icons import icon
from ui.style.look import Look
from ui.style.tokens import COLOURS


class TopBar(QFrame):
    """Back, search, who is signed in, large type, lock."""

    def __init__(self, look: Look, user_name: str) -> None:
        super().__init__()
        self.setObjectName("topBar")
        self.back = _tool("back", "返回", "返回上一页（Alt+←）")
        self.back.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.back.hide()
        self.search = QLineEdit()
        self.search.setPlaceholderText("查找：姓名、拼音首字母、案号、电话、内容（Ctrl+K）")
        self.search.setAccessibleName("查找")
        self.search.addAction(icon("search", COLOURS.ink_soft), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMaximumWidth(620)
        self.search.hide()
        self.user = QLabel(user_name)
        self.user.setToolTip("当前登录的工作人员")
        person = QLabel()
        person.setPixmap(icon("person").pixmap(QSize(20, 20)))
        self.large = _tool("type_size", "大字", "大字显示")
        self.large.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.large.setCheckable(True)
        self.large.setChecked(look.large)
        look.large_changed.connect(self.large.setChecked)
        self.lock = _tool("lock", "锁定", "锁定，离开时用（Ctrl+L）")
        self.lock.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 16, 6)
        row.setSpacing(8)
        row.addWidget(self.back)
        row.addWidget(self.search, 3)
        row.addStretch(1)
        row.addWidget(person)
        row.addWidget(self.user)
        row.addSpacing(8)
        row.addWidget(self.large)
        row.addWidget(self.lock)


class StatusLine(QFrame):
    """What was saved last, and what takes long, with a way to stop it."""

    def __init__(self, station_name: str) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self._cancel: CancelToken | None = None
        self.message = QLabel("已保存")
        self.waiting = QLabel()
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setFixedWidth(120)
        self.bar.setTextVisible(False)
        self.stop = QPushButton("停止")
        self.stop.setObjectName("link")
        self.stop.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.stop.clicked.connect(self._on_stop)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 2, 16, 2)
        row.setSpacing(8)
        row.addWidget(self.message)
        row.addStretch(1)
        row.addWidget(self.waiting)
        row.addWidget(self.bar)
        row.addWidget(self.stop)
        row.addWidget(QLabel(station_name))
        self.setFixedHeight(self.fontMetrics().height() + 16)
        self.hide_waiting()

    def say(self, words: str) -> None:
        """Shows a few words on the left."""
        self.message.setText(words)

    def show_waiting(self, title: str, cancel: CancelToken) -> None:
        """Names what takes long."""
        self._cancel = cancel
        self.waiting.setText(title)
        self.stop.setEnabled(True)
        for widget in (self.waiting, self.bar, self.stop):
            widget.show()

    def hide_waiting(self) -> None:
        """Nothing takes long any more."""
        self._cancel = None
        for widget in (self.waiting, self.bar, self.stop):
            widget.hide()

    def _on_stop(self) -> None:
        if self._cancel is not None:
            self._cancel.cancel()
            self.stop.setEnabled(False)
            self.waiting.setText("正在停止……")


def _tool(icon_name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(icon_name))
    button.setIconSize(QSize(20, 20))
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(text)
    return button
