"""The quiet line at the top of a page: what happened, what to do, close. It never takes the focus away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ui.frame.errors import Notice
from ui.style.icons import icon


class Banner(QFrame):
    """Shows one :class:`Notice` at a time; the newest one wins."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._title = QLabel()
        self._title.setObjectName("bannerTitle")
        self._buttons: list[QPushButton] = []
        self._close = QToolButton()
        self._close.setIcon(icon("close"))
        self._close.setToolTip("关闭这条提示")
        self._close.setAccessibleName("关闭提示")
        self._close.clicked.connect(self.dismiss)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 8, 8, 8)
        self._row.setSpacing(12)
        self._row.addWidget(self._title, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addWidget(self._text, 1)
        self._row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def say(self, notice: Notice) -> None:
        """Shows the notice, with one button for each of its actions."""
        self._clear_buttons()
        self._title.setText(notice.title)
        self._title.setVisible(bool(notice.title))
        self._text.setText(f"{notice.what}{notice.remedy}")
        self.setAccessibleName(f"{notice.title}：{notice.what}{notice.remedy}")
        self.setProperty("tone", notice.tone.value)
        for label, act in notice.actions:
            button = QPushButton(label)
            button.setObjectName("plain")
            button.clicked.connect(lambda _=False, act=act: self._act(act))
            self._row.insertWidget(self._row.count() - 1, button, 0, Qt.AlignmentFlag.AlignTop)
            self._buttons.append(button)
        for widget in (self, self._title):
            widget.style().unpolish(widget)
            widget.style().polish(widget)
        self.show()

    def text(self) -> str:
        """What is being said; empty when nothing is."""
        return self._text.text() if not self.isHidden() else ""

    def actions_shown(self) -> list[QPushButton]:
        """The buttons of the present notice."""
        return list(self._buttons)

    def dismiss(self) -> None:
        """Takes the notice away."""
        self._clear_buttons()
        self.hide()
        self.closed.emit()

    def _act(self, act: object) -> None:
        self.dismiss()
        if callable(act):
            act()

    def _clear_buttons(self) -> None:
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons.clear()
