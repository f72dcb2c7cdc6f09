"""Signing in: pick a name, type the password. Waiting after wrong tries is counted down in a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QPushButton

from app.accounts.sign_in import login_names
from app.accounts.waiting import remaining_wait, wait_sentence
from app.station import Station
from app.storage.keys import read_header
from models.errors import UserError
from ui.screens.entrance import EntrancePage, EntranceTools

CAPS_HINT = "大写锁定好像开着：键盘上的 Caps Lock 灯亮着就按一下它。"


class SignInPage(EntrancePage):
    """A list of names and a password."""

    def __init__(self, tools: EntranceTools) -> None:
        super().__init__(tools, "登录", "请选择您的登录名，输入密码。")
        self.password = QLineEdit()
        self.names = QListWidget()
        self.names.setAccessibleName("登录名")
        self.names.setMaximumWidth(420)
        self.names.currentTextChanged.connect(lambda _name: self._look_at_wait())
        self.names.itemActivated.connect(lambda _item: self.password.setFocus())
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName("密码")
        self.password.setMaximumWidth(420)
        self.password.installEventFilter(self)
        self.password.returnPressed.connect(self.enter)
        label = QLabel("密码")
        label.setBuddy(self.password)
        self.hint = QLabel()
        self.hint.setObjectName("fieldNote")
        self.hint.setProperty("problem", True)
        self.hint.setWordWrap(True)
        self.button = QPushButton("登录")
        self.button.setObjectName("primary")
        self.button.clicked.connect(self.enter)
        restore = QPushButton("恢复备份……")
        restore.setObjectName("link")
        restore.clicked.connect(lambda: self.go_to.emit("restore"))
        self.content.addWidget(self.names, 1)
        self.content.addWidget(label)
        self.content.addWidget(self.password)
        self.content.addWidget(self.hint)
        row = QHBoxLayout()
        row.addWidget(self.button)
        row.addSpacing(16)
        row.addWidget(restore)
        row.addStretch(1)
        self.content.addLayout(row)
        self.content.addStretch(1)
        self._busy = False
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._look_at_wait)

    def opened(self) -> None:
        """Reads the names again, preselects the last one and puts the cursor into the password."""
        self.names.clear()
        self.password.clear()
        try:
            self.names.addItems(login_names(self.tools.folder))
        except UserError as error:
            self.tools.errors.handle(error)
        rows = self.names.count()
        last = [n for n in range(rows) if self.names.item(n).text() == self.tools.preferences.last_login]
        self.names.setCurrentRow(last[0] if last else 0)
        row_height = self.names.sizeHintForRow(0) if rows else 32
        self.names.setMaximumHeight(max(min(rows, 6), 2) * row_height + 8)
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look_at_wait()

    def enter(self) -> None:
        """Tries the password."""
        name = self.names.currentItem().text() if self.names.currentItem() else ""
        password = self.password.text()
        if self._busy or not name or not self.button.isEnabled():
            return
        if not password:
            self.hint.setText("请输入密码。")
            return
        self._busy = True
        self.button.setEnabled(False)
        self.hint.setText("正在核对密码……")
        self.tools.lane.submit(
            lambda: self.tools.open_station(name, password), self._opened, self._refused, title="正在登录……"
        )

    def _opened(self, station: Station) -> None:
        self._busy = False
        self.button.setEnabled(True)
        self.hint.clear()
        self.password.clear()
        self._second.stop()
        self.tools.preferences.last_login = station.signed_in.login_name
        self.tools.remember()
        self.station_opened.emit(station)

    def _refused(self, error: Exception) -> None:
        self._busy = False
        self.button.setEnabled(True)
        self.password.clear()
        self.password.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(error, UserError) and error.title in ("密码不对", "请稍候"):
            self.hint.setText(f"{error.what}{error.remedy}")
        else:
            self.hint.clear()
            self.tools.errors.handle(error)
        self._look_at_wait()

    def _look_at_wait(self) -> None:
        """After many wrong tries the button waits, and a sentence says for how long."""
        item = self.names.currentItem()
        if item is None or self._busy:
            return
        try:
            slot = read_header(self.tools.folder.keys).slot(item.text())
        except UserError:
            return
        wait = remaining_wait(slot, self.tools.clock.now()) if slot else None
        if slot and wait:
            self.button.setEnabled(False)
            self.hint.setText(
                f"密码已连续输错 {slot.wrong_tries} 次，为了保护数据，请等 {wait_sentence(wait)}再试。"
                "数据没有受影响；忘记密码请联系县中心，不要删除任何文件。"
            )
            self._second.start()
            return
        if self._second.isActive():
            self._second.stop()
            self.hint.setText("可以再试了。")
        self.button.setEnabled(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A capital letter without Shift, or a small one with it, means that Caps Lock is on."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            letter = event.text()
            if len(letter) == 1 and letter.isascii() and letter.isalpha():
                shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
                caps = letter.isupper() != shift
                if caps or self.hint.text() == CAPS_HINT:
                    self.hint.setText(CAPS_HINT if caps else "")
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """No countdown out of sight."""
        self._second.stop()
        super().hideEvent(event)
