"""Restoring a backup: a list with what each one holds, and one button."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton

from app.storage.backup import BackupPreview, list_backups, restore
from ui.frame.errors import Notice
from ui.frame.reading import show_moment
from ui.screens.entrance import EntrancePage, EntranceTools

EXPLANATION = (
    "选一个备份，核对它的时间和件数，再按“恢复这个备份”。现有的数据不会删除，会移到旁边名为"
    "“replaced-时间”的文件夹里；恢复后用原来的登录名和密码登录。"
)


class RestorePage(EntrancePage):
    """Backups newest first; a damaged one is shown but cannot be chosen."""

    def __init__(self, tools: EntranceTools) -> None:
        super().__init__(tools, "恢复备份", EXPLANATION)
        self._place: Path | None = None
        self.list = QListWidget()
        self.list.setAccessibleName("备份")
        self.list.currentItemChanged.connect(lambda _now, _before: self._on_choice())
        self.preview = QLabel()
        self.preview.setWordWrap(True)
        self.button = QPushButton("恢复这个备份")
        self.button.setObjectName("primary")
        self.button.clicked.connect(self.restore_chosen)
        other = QPushButton("从U盘或别的文件夹选……")
        other.clicked.connect(self._choose_place)
        back = QPushButton("返回")
        back.clicked.connect(self._back)
        self.content.addWidget(self.list, 1)
        self.content.addWidget(self.preview)
        row = QHBoxLayout()
        row.addWidget(other)
        row.addStretch(1)
        row.addWidget(back)
        row.addWidget(self.button)
        self.content.addLayout(row)

    def opened(self) -> None:
        """Looks for backups."""
        self.look_in(self._place or self.tools.folder.backups)

    def look_in(self, place: Path) -> None:
        """Lists the backups of a folder; each file is checked, so this runs in the background."""
        self._place = place
        self.list.clear()
        self.button.setEnabled(False)
        self.preview.setText("正在查找并核对备份……")
        self.tools.lane.submit(lambda: list_backups(place), self._listed, title="正在核对备份……")

    def restore_chosen(self) -> None:
        """Puts the chosen backup in the place of the store."""
        chosen = self.chosen()
        if chosen is None or not chosen.sound:
            return
        self.button.setEnabled(False)
        folder, clock = self.tools.folder, self.tools.clock
        self.tools.lane.submit(
            lambda: restore(folder, chosen.folder, clock), self._restored, self._failed, title="正在恢复……"
        )

    def chosen(self) -> BackupPreview | None:
        """The backup in the current line."""
        item = self.list.currentItem()
        found: BackupPreview | None = item.data(Qt.ItemDataRole.UserRole) if item else None
        return found

    def _listed(self, backups: list[BackupPreview]) -> None:
        self.list.clear()
        for backup in backups:
            item = QListWidgetItem(summary(backup))
            item.setData(Qt.ItemDataRole.UserRole, backup)
            self.list.addItem(item)
        if backups:
            first_sound = next((n for n, backup in enumerate(backups) if backup.sound), 0)
            self.list.setCurrentRow(first_sound)
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.preview.setText(f"在“{self._place}”里没有找到备份。备份在U盘上时，请插好后从下面选。")

    def _on_choice(self) -> None:
        chosen = self.chosen()
        self.button.setEnabled(chosen is not None and chosen.sound)
        if chosen is None:
            return
        if chosen.sound:
            self.preview.setText(
                f"这个备份做于 {show_moment(chosen.made_at)}，有事项 {chosen.cases} 件、来访 {chosen.visits} 次，"
                f"最后一次录入是 {show_moment(chosen.last_entry_at) or '（没有录入）'}。"
                "这之后录入的内容不在这个备份里。"
            )
        else:
            self.preview.setText("这个备份不完整或已损坏，不能用来恢复。请选另一个。")

    def _restored(self, aside: Path | None) -> None:
        kept = f"原来的数据移到了“{aside}”。" if aside else ""
        self.tools.errors.said.emit(Notice("已恢复", kept, "请用原来的登录名和密码登录。"))
        self.go_to.emit("sign_in")

    def _failed(self, error: Exception) -> None:
        self._on_choice()
        self.tools.errors.handle(error)

    def _choose_place(self) -> None:
        place = QFileDialog.getExistingDirectory(self, "备份在哪个文件夹", str(self._place or Path.home()))
        if place:
            self.look_in(backups_at(Path(place)))

    def _back(self) -> None:
        self.go_to.emit("sign_in" if self.tools.folder.founded else "first_start")


def backups_at(place: Path) -> Path:
    """The folder that holds backups, when the person picked it, the data folder above it, or one backup
    in it.
    """
    if (place / "backup.json").is_file():
        return place.parent
    return place / "backups" if (place / "backups").is_dir() else place


def summary(backup: BackupPreview) -> str:
    """One line about a backup."""
    size = backup.size / 1_000_000
    state = "完好" if backup.sound else "已损坏"
    return f"{show_moment(backup.made_at)}　事项 {backup.cases} 件　来访 {backup.visits} 次　{size:.1f} MB　{state}"
