"""Settings: the station's facts, display, backups, password, and what this program is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.accounts.passwords import password_problem
from app.storage.backup import BackupPreview
from models.field import Field, Kind, Personal
from ui.frame.form import Form, FormRow, Section
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens import settings_jobs as jobs
from ui.screens.first_start import area_code_remark
from ui.screens.restore import summary
from ui.style.look import Look

STATION_FIELDS = (
    "org_unit.name",
    "org_unit.level",
    "org_unit.area_code",
    "org_unit.committee_kind",
    "org_unit.committee_name",
    "org_unit.short_name",
    "org_unit.phone",
    "org_unit.address",
)


class SettingsPage(Screen):
    """One tab per matter; each tab has its own button."""

    title = "设置"
    shows = frozenset({"org_unit"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.tabs = QTabWidget()
        self.tabs.addTab(self._station_tab(), "本站")
        self.tabs.addTab(self._backup_tab(), "备份")
        self.tabs.addTab(self._password_tab(), "修改密码")
        if desk.look is not None:
            self.tabs.addTab(self._display_tab(desk.look), "显示")
        self.tabs.addTab(self._about_tab(), "关于")
        self.content.addWidget(self.tabs, 1)

    def refresh(self) -> None:
        """Reads the station's facts and the list of backups."""
        self.query(jobs.read_station, self._show_station)
        self._list_backups()

    def first_focus(self) -> QWidget:
        """The tabs, so that the arrow keys lead through them."""
        return self.tabs.tabBar()

    # -- 本站 --

    def _station_tab(self) -> QWidget:
        rows = [
            FormRow(ref, check=area_code_remark if ref == "org_unit.area_code" else None)
            for ref in STATION_FIELDS
        ]
        self.station_form = Form([Section("站点和调委会", *rows)], self.desk.tools)
        self.save_station = _button("保存", primary=True)
        self.save_station.clicked.connect(self._save_station)
        words = QLabel("简称用在案号里，改了以后只影响新的案号，已有的案号不变。")
        words.setObjectName("soft")
        return _tab(self.station_form, words, _row(self.save_station))

    def _show_station(self, facts: jobs.StationFacts) -> None:
        self.station_form.set_values(facts.values)
        may_change = self.desk.station.signed_in.role == "administrator"
        self.station_form.set_read_only(not may_change)
        self.save_station.setVisible(may_change)

    def _save_station(self) -> None:
        if self.station_form.settle():
            values = self.station_form.values(short=True)
            self.change("修改本站资料", lambda work: jobs.save_station(work, values))

    # -- 备份 --

    def _backup_tab(self) -> QWidget:
        words = QLabel(
            "退出程序时自动备份一次，每个备份都打开核对过才算数。备份和数据在同一块硬盘上，"
            "硬盘坏了会一起丢：请每周复制一份到U盘，锁在柜子里。备份也是加密的。"
            "要恢复备份，请先锁定，在登录界面选“恢复备份”。"
        )
        words.setWordWrap(True)
        self.backups = QListWidget()
        self.backups.setAccessibleName("已有的备份")
        self.backups.setMinimumHeight(120)
        self.backup_now = _button("立即备份", primary=True)
        self.backup_now.clicked.connect(self._back_up)
        copy = _button("备份到U盘……")
        copy.clicked.connect(self._copy_to_stick)
        folder = _button("打开备份文件夹")
        folder.clicked.connect(self._open_folder)
        return _tab(words, self.backups, _row(folder, copy, self.backup_now), stretch=1)

    def _list_backups(self) -> None:
        self.desk.upkeep("核对备份", jobs.list_station_backups, self._show_backups, owner=self)

    def _show_backups(self, backups: list[BackupPreview]) -> None:
        self.backups.clear()
        self.backups.addItems([summary(backup) for backup in backups] or ["还没有备份"])

    def _back_up(self) -> None:
        self.backup_now.setEnabled(False)
        self.desk.upkeep("备份", jobs.back_up_station, self._backed_up, self._not_backed_up, owner=self)

    def _backed_up(self, place: Path) -> None:
        self.backup_now.setEnabled(True)
        self.say(f"备份已做好并核对过，在“{place}”。", title="已备份")
        self._list_backups()

    def _not_backed_up(self, error: Exception) -> None:
        self.backup_now.setEnabled(True)
        self.desk.errors.handle(error)

    def _copy_to_stick(self) -> None:
        place = QFileDialog.getExistingDirectory(self, "备份到哪个文件夹", str(Path.home()))
        if place:
            self.back_up_to(Path(place))

    def back_up_to(self, place: Path) -> None:
        """Makes a backup on a stick or in another folder."""
        self.desk.upkeep(
            "备份到U盘",
            lambda station: jobs.back_up_station(station, place / "调解工作台备份"),
            self._backed_up,
            self._not_backed_up,
            owner=self,
        )

    def _open_folder(self) -> None:
        place = self.desk.station.store.folder.backups
        place.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(place)))

    # -- 修改密码 --

    def _password_tab(self) -> QWidget:
        secret = Field("密码", Kind.TEXT, Personal.SENSITIVE)
        self.password_form = Form(
            [
                FormRow("old", label="原密码", field=secret, secret=True, required=True, wide=True),
                FormRow("new", label="新密码", field=secret, secret=True, required=True, wide=True),
                FormRow("again", label="再输一次", field=secret, secret=True, required=True, wide=True),
            ],
            self.desk.tools,
        )
        self.password_form.setMaximumWidth(560)
        self.password_button = _button("修改密码", primary=True)
        self.password_button.clicked.connect(self._change_password)
        self.password_form.finished.connect(self._change_password)
        return _tab(self.password_form, _row(self.password_button))

    def _change_password(self) -> None:
        if not self.password_form.settle() or not self.password_button.isEnabled():
            return
        values = self.password_form.values()
        problem = password_problem(values["new"], self.desk.station.signed_in.login_name)
        if problem:
            self.password_form.row("new").set_problem(problem)
            return
        if values["new"] != values["again"]:
            self.password_form.row("again").set_problem("两次输入的新密码不一样。")
            return
        self.password_button.setEnabled(False)
        old, new, cost = values["old"], values["new"], self.desk.cost
        self.desk.upkeep(
            "修改密码",
            lambda station: jobs.change_own_password(station, old, new, cost),
            self._password_changed,
            self._password_kept,
            owner=self,
        )

    def _password_changed(self, _nothing: None) -> None:
        self.password_button.setEnabled(True)
        self.password_form.clear()
        self.say("下次登录请用新密码。换一台电脑恢复以前的备份时，要用做备份那天的密码。", title="密码已修改")

    def _password_kept(self, error: Exception) -> None:
        self.password_button.setEnabled(True)
        self.desk.errors.handle(error)

    # -- 显示, 关于 --

    def _display_tab(self, look: Look) -> QWidget:
        self.large = QCheckBox("大字显示（字号放大四分之一）")
        self.large.setChecked(look.large)
        self.large.toggled.connect(look.set_large)
        look.large_changed.connect(self.large.setChecked)
        return _tab(self.large)

    def _about_tab(self) -> QWidget:
        words = QLabel(jobs.about_text(self.desk.station.store.folder.root))
        words.setWordWrap(True)
        words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        return _tab(words)


def _button(text: str, *, primary: bool = False) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName("primary" if primary else "plain")
    return button


def _row(*buttons: QPushButton) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.addStretch(1)
    for button in buttons:
        row.addWidget(button)
    return holder


def _tab(*widgets: QWidget, stretch: int | None = None) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(16, 16, 16, 16)
    column.setSpacing(12)
    for place, widget in enumerate(widgets):
        column.addWidget(widget, 1 if place == stretch else 0)
    if stretch is not None:
        return page
    column.addStretch(1)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(page)
    return area
