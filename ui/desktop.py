"""The composition root of the desktop program: everything is made and wired here, once."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# SQLAlchemy before PySide6: shiboken's import hook makes later imports slower (measured, 15 % of the start).
import platformdirs
import sqlalchemy  # noqa: F401
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from app.accounts.sign_in import SignedIn
from app.station import Station
from app.storage.backup import due
from app.storage.keys import NORMAL_COST, KdfCost
from app.storage.layout import StationFolder
from models.clock import Clock, SystemClock
from models.codes import CodeTables, bundled_code_tables
from models.errors import UserError
from models.ids import IdMaker, new_id
from ui.frame.errors import ErrorDoors, Notice, install_hooks
from ui.frame.garbage import UiGarbage
from ui.frame.lane import Lane
from ui.frame.preferences import Preferences, read_preferences, write_preferences
from ui.frame.work import Desk
from ui.screens.entrance import EntranceTools, EntranceWindow, default_pages, first_page
from ui.screens.registry import SCREENS, ScreenEntry
from ui.screens.search_palette import attach_search
from ui.screens.settings_jobs import back_up_station, read_station
from ui.screens.shell import Shell
from ui.style.look import Look

PROGRAM = "MediationDesk"
BACKUP_LOOK_MS = 60 * 60 * 1000
LOG = logging.getLogger("desktop")


@dataclass(frozen=True, slots=True)
class BuiltDesktop:
    """The desk and its window, wired together."""

    desk: Desk
    shell: Shell

    def close(self) -> None:
        """Ends the work and closes the window without a backup; the station stays open."""
        self.desk.leaving.emit()
        self.desk.close()
        self.shell.let_go()
        self.shell.deleteLater()


def build_desktop(
    station: Station,
    look: Look,
    *,
    errors: ErrorDoors | None = None,
    screens: Sequence[ScreenEntry] = SCREENS,
    cost: KdfCost = NORMAL_COST,
) -> BuiltDesktop:
    """Builds the whole window on an open station; call ``shell.show()`` and, at the end, ``close()``."""
    doors = errors or ErrorDoors(station.store.folder.root, station.clock)
    desk = Desk(station, doors, look=look, cost=cost)
    with station.query() as session:
        name = str(read_station(session).values["name"])
    shell = Shell(
        desk, screens, look, station_name=name, user_name=_shown_name(station.signed_in, station.codes)
    )
    attach_search(desk, shell.top.search, shell)
    return BuiltDesktop(desk, shell)


def _shown_name(signed_in: SignedIn, codes: CodeTables) -> str:
    return f"{signed_in.name}（{codes.name_of('account_role', signed_in.role)}）"


class Desktop(QObject):
    """The running program: entrance, then window, then entrance again when it is locked."""

    def __init__(
        self,
        look: Look,
        root: Path,
        preferences_file: Path,
        *,
        clock: Clock,
        make_id: IdMaker = new_id,
        codes: CodeTables,
        cost: KdfCost = NORMAL_COST,
        errors: ErrorDoors | None = None,
    ) -> None:
        super().__init__()
        self._look = look
        self._root = root
        self._preferences_file = preferences_file
        self.preferences: Preferences = read_preferences(preferences_file)
        self._clock = clock
        self._make_id = make_id
        self._codes = codes
        self._cost = cost
        self.errors = errors or ErrorDoors(root, clock)
        self.entrance: EntranceWindow | None = None
        self.built: BuiltDesktop | None = None
        self._lane: Lane | None = None
        self._hourly = QTimer(self)
        self._hourly.setInterval(BACKUP_LOOK_MS)
        self._hourly.timeout.connect(self._back_up_when_due)
        self.on_end: Callable[[], None] = QApplication.quit
        self.ask: Callable[[str], bool] = _ask_to_leave
        look.set_large(self.preferences.large_type)
        look.large_changed.connect(self._remember_large)

    def start(self) -> None:
        """Shows the entrance: first start or sign-in."""
        self._lane = Lane("entrance", self.errors.handle, parent=self)
        tools = EntranceTools(
            folder=StationFolder(self._root),
            clock=self._clock,
            new_id=self._make_id,
            codes=self._codes,
            cost=self._cost,
            errors=self.errors,
            preferences=self.preferences,
            remember=self._remember,
            lane=self._lane,
        )
        self.entrance = EntranceWindow(tools, default_pages())
        self.entrance.station_opened.connect(self._enter)
        self.entrance.closed.connect(self._entrance_closed)
        self.entrance.show_page(first_page(tools.folder))
        self.entrance.show()

    def stop(self) -> None:
        """Closes whatever is open, as if its window had been closed; for the system's own requests."""
        if self.built is not None:
            self.built.shell.close()
        elif self.entrance is not None:
            self.entrance.close()

    # -- entrance --

    def _enter(self, station: Station) -> None:
        assert self.entrance is not None
        self._root = self.entrance.tools.folder.root
        self.built = build_desktop(station, self._look, errors=self.errors, cost=self._cost)
        shell = self.built.shell
        shell.lock_requested.connect(self._lock)
        shell.close_requested.connect(self._leave)
        self._drop_entrance()
        shell.show()
        self._hourly.start()

    def _drop_entrance(self) -> None:
        entrance, self.entrance = self.entrance, None
        if entrance is not None:
            entrance.closed.disconnect(self._entrance_closed)
            entrance.close()
            entrance.deleteLater()
        lane, self._lane = self._lane, None
        if lane is not None:
            # Its last job may be the one whose result is being delivered right now.
            QTimer.singleShot(0, self, lane.close)

    def _entrance_closed(self) -> None:
        self.entrance = None
        if self._lane is not None:
            self._lane.close()
            self._lane = None
        self.on_end()

    # -- window --

    def _lock(self) -> None:
        built, self.built = self.built, None
        if built is None:
            return
        self._hourly.stop()
        built.close()
        built.desk.station.close(backup=False)
        self.start()

    def _leave(self) -> None:
        built = self.built
        if built is None or not built.shell.isEnabled():
            return
        built.shell.setEnabled(False)
        built.shell.status.say("正在备份，做完就退出……")
        built.desk.upkeep("备份并退出", back_up_station, lambda _place: self._left(), self._not_backed_up)

    def _not_backed_up(self, error: Exception) -> None:
        reason = str(error) if isinstance(error, UserError) else "备份时程序出了差错。"
        if not isinstance(error, UserError):
            self.errors.handle(error)
        if self.ask(reason):
            self._left()
        elif self.built is not None:
            self.built.shell.setEnabled(True)
            self.built.shell.status.say("没有退出")

    def _left(self) -> None:
        built, self.built = self.built, None
        if built is None:
            return
        self._hourly.stop()
        QTimer.singleShot(0, self, lambda: self._end(built))

    def _end(self, built: BuiltDesktop) -> None:
        built.close()
        built.desk.station.close(backup=False)
        self.on_end()

    def _back_up_when_due(self) -> None:
        if self.built is None:
            return

        def job(station: Station) -> bool:
            if due(station.store.folder, station.clock):
                back_up_station(station)
                return True
            return False

        self.built.desk.upkeep("备份", job, self._backed_up, quiet=True)

    def _backed_up(self, made: bool) -> None:
        if made and self.built is not None:
            self.built.shell.status.say("已自动备份")

    # -- preferences --

    def _remember_large(self, large: bool) -> None:
        self.preferences.large_type = large
        self._remember()

    def _remember(self) -> None:
        try:
            write_preferences(self._preferences_file, self.preferences)
        except OSError:
            # The window works without; saying so would only puzzle the person.
            LOG.info("preferences not saved")


def _ask_to_leave(reason: str) -> bool:
    box = QMessageBox()
    box.setWindowTitle("退出前没有备份成")
    box.setText(f"{reason}\n\n已录入的内容都已保存在本机。仍然要退出吗？")
    leave = box.addButton("仍然退出", QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton("先不退出", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.exec()
    return box.clickedButton() is leave


def data_folder(chosen: str, preferences: Preferences) -> Path:
    """Where the station lives: as told on the command line, as picked at the first start, or the usual
    place.
    """
    if chosen:
        return Path(chosen)
    if preferences.data_folder:
        return Path(preferences.data_folder)
    return platformdirs.user_data_path(PROGRAM, appauthor=False) / "station"


def station_founded() -> bool:
    """Whether this user has a station of their own in the usual place, or where they once put it."""
    preferences = read_preferences(platformdirs.user_config_path(PROGRAM, appauthor=False) / "window.json")
    return StationFolder(data_folder("", preferences)).founded


def run(arguments: list[str]) -> int:
    """Opens the desktop and returns the exit code when its window is closed."""
    parser = argparse.ArgumentParser(prog="调解工作台", description="调解工作台：登记、调解、文书、同步")
    parser.add_argument("--data", default="", metavar="文件夹", help="站点数据放在哪个文件夹")
    options = parser.parse_args(arguments)
    application = QApplication(sys.argv[:1])
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName("调解工作台")
    application.setQuitOnLastWindowClosed(False)
    preferences_file = platformdirs.user_config_path(PROGRAM, appauthor=False) / "window.json"
    if options.data:
        preferences_file = Path(options.data) / "window.json"
    root = data_folder(options.data, read_preferences(preferences_file))
    clock = SystemClock()
    errors = ErrorDoors(root, clock)
    restore_hooks = install_hooks(errors, LOG.info)
    garbage = UiGarbage()
    try:
        program = Desktop(
            Look(application), root, preferences_file, clock=clock, codes=bundled_code_tables(), errors=errors
        )
        signal.signal(signal.SIGTERM, lambda _number, _frame: program.stop())
        signal.signal(signal.SIGINT, lambda _number, _frame: program.stop())
        program.start()
        return application.exec()
    except UserError as error:
        _say_and_end(Notice(error.title, error.what, error.remedy))
        return 1
    finally:
        garbage.stop()
        restore_hooks()


def _say_and_end(notice: Notice) -> None:
    QMessageBox.critical(None, notice.title, f"{notice.what}{notice.remedy}")
