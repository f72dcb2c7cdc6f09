"""The sync page: three numbers that prove where the records are, one button, and enrolment."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from app.sync.courier import Progress
from app.sync.enrol import Enrolment
from models.field import Field, Kind, Personal
from ui.frame import reading
from ui.frame.form import Form, FormRow, Section
from ui.frame.lane import CancelToken
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.sync_jobs import SyncOverview, read_overview, run_enrolment, run_exchange

NOT_A_BACKUP = (
    "同步不是备份：同步把登记的内容交给县中心，本机的备份在“设置”里，退出程序时自动做。两样都要有。"
)


class SyncPage(Screen):
    """未发送, 已发出待确认, 县中心已入库; 立即同步; 入网."""

    title = "同步"
    shows = frozenset({"operation", "sync_state", "receipt", "verdict", "visit", "case", "step", "person"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._overview: SyncOverview | None = None
        self._running: CancelToken | None = None
        self._total = 0
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        cards = QHBoxLayout()
        cards.setSpacing(16)
        self.not_sent = _Card("未发送", "还在本机，没有交给县中心")
        self.unconfirmed = _Card("已发出待确认", "已发出，还没有收到县中心回执")
        self.stored = _Card("县中心已入库", "县中心已签收，有回执为凭")
        for card in (self.not_sent, self.unconfirmed, self.stored):
            cards.addWidget(card, 1)
        column.addLayout(cards)
        self.result = _sentence()
        self.remarks = _sentence("fieldNote")
        self.remarks.setProperty("problem", True)
        column.addWidget(self.result)
        column.addWidget(self.remarks)
        column.addLayout(self._make_progress())
        column.addWidget(self._make_enrolment())
        self.membership = _sentence("soft")
        column.addWidget(self.membership)
        words = _sentence("soft")
        words.setText(NOT_A_BACKUP)
        column.addWidget(words)
        column.addStretch(1)
        self.set_scrolled(body)
        self.sync_button = self.add_action("立即同步", self.start, primary=True, keys="F9")

    def refresh(self) -> None:
        """Reads the numbers again."""
        self.query(read_overview, self._show)

    def first_focus(self) -> QWidget:
        """The button, or the address while there is no county to sync with."""
        if self._overview is not None and not self._overview.enrolled:
            return self.enrol_form.first_widget()
        return self.sync_button

    def start(self) -> None:
        """Begins an exchange; a second press while one runs does nothing."""
        if self._running is not None or self._overview is None or not self._overview.enrolled:
            return
        self._total = self._overview.counts.not_sent + self._overview.counts.sent_unconfirmed
        self.sync_button.setEnabled(False)
        self._progress(True, "正在连接县中心……")
        report = self.desk.reporter(self._on_progress, self)
        address = self._overview.address
        self._running = self.desk.network(
            "同步",
            lambda outside: run_exchange(outside, address, report),
            self._done,
            self._failed,
            owner=self,
        )

    # -- building --

    def _make_progress(self) -> QHBoxLayout:
        self.bar = QProgressBar()
        self.bar.setMaximumWidth(360)
        self.step = QLabel()
        self.stop = QPushButton("停止")
        self.stop.clicked.connect(self._on_stop)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.bar, 2)
        row.addWidget(self.step, 3)
        row.addWidget(self.stop)
        self._progress(False)
        return row

    def _make_enrolment(self) -> QFrame:
        text = Field("县中心地址", Kind.TEXT, Personal.NO, length=200, hint="https://…（县中心给的地址）")
        code = Field("入网码", Kind.TEXT, Personal.NO, length=40, hint="县中心给的一次性入网码")
        self.enrol_form = Form(
            [
                Section(
                    "本站还没有入网",
                    FormRow("address", field=text, required=True, wide=True),
                    FormRow("code", field=code, required=True, wide=True),
                )
            ],
            self.desk.tools,
        )
        self.enrol_form.finished.connect(self._enrol)
        explain = _sentence("soft")
        explain.setText(
            "入网时本机自己生成密钥，私钥不离开本机。入网后会显示六位核对码，请打电话给县中心，两边念出来应当一样。"
        )
        self.enrol_button = QPushButton("入网")
        self.enrol_button.setObjectName("primary")
        self.enrol_button.clicked.connect(self._enrol)
        self.enrolment = QFrame()
        self.enrolment.setObjectName("card")
        column = QVBoxLayout(self.enrolment)
        column.setContentsMargins(16, 4, 16, 16)
        column.addWidget(self.enrol_form)
        column.addWidget(explain)
        column.addWidget(self.enrol_button, 0, Qt.AlignmentFlag.AlignRight)
        self.enrolment.hide()
        return self.enrolment

    # -- showing --

    def _show(self, overview: SyncOverview) -> None:
        self._overview = overview
        self.not_sent.set_number(overview.counts.not_sent)
        self.unconfirmed.set_number(overview.counts.sent_unconfirmed)
        self.stored.set_number(overview.counts.stored)
        if overview.receipt_number:
            self.stored.set_words(
                f"最近回执 {overview.receipt_number}\n入库时间 {reading.show_moment(overview.receipt_at)}"
            )
        when = reading.show_moment(overview.last_exchange_at)
        self.result.setText(f"上次同步 {when}：{overview.last_message}" if when else "还没有同步过。")
        self.remarks.setText(
            "\n".join((f"县中心对 {overview.remark_count} 条内容有话说：", *overview.remarks))
            if overview.remarks
            else ""
        )
        self.remarks.setVisible(bool(overview.remarks))
        self.enrolment.setVisible(not overview.enrolled)
        self.sync_button.setEnabled(overview.enrolled and self._running is None)
        self.show_actions(overview.enrolled)
        self.membership.setVisible(overview.enrolled)
        self.membership.setText(
            f"县中心：{overview.address}（县代码 {overview.county}），"
            f"{reading.show_moment(overview.enrolled_at)} 入网，核对码 {spaced(overview.fingerprint)}。"
        )

    def _progress(self, running: bool, words: str = "") -> None:
        for widget in (self.bar, self.step, self.stop):
            widget.setVisible(running)
        self.stop.setEnabled(running)
        self.bar.setRange(0, 0)
        self.step.setText(words)

    def _on_progress(self, progress: Progress) -> None:
        left = progress.counts.not_sent + progress.counts.sent_unconfirmed
        self._total = max(self._total, left)
        if self._total:
            self.bar.setRange(0, self._total)
            self.bar.setValue(self._total - left)
        self.step.setText(progress.sentence)
        self.not_sent.set_number(progress.counts.not_sent)
        self.unconfirmed.set_number(progress.counts.sent_unconfirmed)
        self.stored.set_number(progress.counts.stored)
        if progress.warnings:
            self.say("".join(progress.warnings), title="请留意")

    # -- ends --

    def _on_stop(self) -> None:
        if self._running is not None:
            self._running.cancel()
            self.stop.setEnabled(False)
            self.step.setText("正在停止，发完这一批就停……")

    def _done(self, _last: Progress) -> None:
        self._settle()

    def _failed(self, error: Exception) -> None:
        self._settle()
        self.desk.errors.handle(error)

    def _settle(self) -> None:
        self._running = None
        self._progress(False)
        self.refresh()

    # -- enrolment --

    def _enrol(self) -> None:
        if not self.enrol_form.settle() or not self.enrol_button.isEnabled():
            return
        values = self.enrol_form.values()
        self.enrol_button.setEnabled(False)
        self.desk.network(
            "入网",
            lambda outside: run_enrolment(outside, values["address"], values["code"]),
            self._enrolled,
            self._not_enrolled,
            owner=self,
            quiet=False,
        )

    def _enrolled(self, enrolment: Enrolment) -> None:
        self.enrol_button.setEnabled(True)
        self.enrol_form.clear()
        self.say(
            f"核对码是 {spaced(enrolment.fingerprint)}。",
            "请打电话给县中心核对这六位数字，一样才可以同步；不一样请停下来告诉县中心。",
            title="已入网",
        )
        self.refresh()

    def _not_enrolled(self, error: Exception) -> None:
        self.enrol_button.setEnabled(True)
        self.desk.errors.handle(error)


class _Card(QFrame):
    """One number with its name and a line on what it means."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__()
        self.setObjectName("card")
        self._name = name
        heading = QLabel(name)
        self._number = QLabel("—")
        self._number.setObjectName("figure")
        self._words = QLabel(words)
        self._words.setObjectName("small")
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(4)
        column.addWidget(heading)
        column.addWidget(self._number)
        column.addWidget(self._words)
        column.addStretch(1)

    def set_number(self, number: int) -> None:
        """Shows the number of records."""
        self._number.setText(f"{number} 条")
        self.setAccessibleName(f"{self._name} {number} 条")

    def number(self) -> str:
        """The number as shown."""
        return self._number.text()

    def set_words(self, words: str) -> None:
        """The line below the number."""
        self._words.setText(words)


def spaced(digits: str) -> str:
    """``123 456``: two groups are easier to read over the phone."""
    return f"{digits[:3]} {digits[3:]}"


def _sentence(name: str = "") -> QLabel:
    label = QLabel()
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if name:
        label.setObjectName(name)
    return label
