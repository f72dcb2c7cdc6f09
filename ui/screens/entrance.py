"""The window before anybody has signed in: first start, sign-in, restore."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QIcon
from PySide6.QtWidgets import QLabel, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from app.accounts.sign_in import sign_in
from app.station import Station
from app.storage.keys import KdfCost
from app.storage.layout import StationFolder
from models.clock import Clock
from models.codes import CodeTables
from models.ids import IdMaker
from ui.frame.banner import Banner
from ui.frame.errors import ErrorDoors, Notice
from ui.frame.lane import Lane
from ui.frame.patience import Patience
from ui.frame.preferences import Preferences
from ui.frame.tools import FormTools
from ui.style.icons import icon_path


@dataclass(slots=True)
class EntranceTools:
    """What the pages need; made by the composition root. ``folder`` changes when the person picks another."""

    folder: StationFolder
    clock: Clock
    new_id: IdMaker
    codes: CodeTables
    cost: KdfCost
    errors: ErrorDoors
    preferences: Preferences
    remember: Callable[[], None]
    lane: Lane

    @property
    def forms(self) -> FormTools:
        """For the pages' forms."""
        return FormTools(self.codes, self.clock)

    def open_station(self, login_name: str, password: str) -> Station:
        """Signs in and opens the station; for the lane, because deriving the key takes its time."""
        store, signed_in = sign_in(self.folder, login_name, password, self.clock)
        try:
            return Station(store, signed_in, self.clock, self.new_id, self.codes)
        except BaseException:
            store.close()
            raise


class EntrancePage(QWidget):
    """A page of the entrance: a title, an explanation and the page's own content."""

    station_opened = Signal(object)
    """Somebody has signed in: the open :class:`Station`."""
    go_to = Signal(str)
    """Another page is wanted: ``sign_in``, ``restore`` or ``first_start``."""

    def __init__(self, tools: EntranceTools, title: str, explanation: str) -> None:
        super().__init__()
        self.tools = tools
        heading = QLabel(title)
        heading.setObjectName("screenTitle")
        self.explanation = QLabel(explanation)
        self.explanation.setObjectName("soft")
        self.explanation.setWordWrap(True)
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(0, 0, 0, 0)
        self.content.setSpacing(12)
        self.content.addWidget(heading)
        self.content.addWidget(self.explanation)

    def opened(self) -> None:
        """Called each time the page comes to the front."""


class EntranceWindow(QMainWindow):
    """Shows one page in the middle, with a banner above it."""

    station_opened = Signal(object)
    closed = Signal()

    def __init__(
        self, tools: EntranceTools, pages: dict[str, Callable[[EntranceTools], EntrancePage]]
    ) -> None:
        super().__init__()
        self.tools = tools
        self._factories = pages
        self._pages: dict[str, EntrancePage] = {}
        self.setWindowTitle("调解工作台")
        self.setWindowIcon(QIcon(str(icon_path("program"))))
        self.resize(880, 640)
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.waiting = QLabel()
        self.waiting.setObjectName("soft")
        ground = QWidget()
        ground.setObjectName("page")
        column = QVBoxLayout(ground)
        column.setContentsMargins(40, 24, 40, 16)
        column.setSpacing(12)
        column.addWidget(self.banner)
        column.addWidget(self.stack, 1)
        column.addWidget(self.waiting, 0, Qt.AlignmentFlag.AlignRight)
        self.setCentralWidget(ground)
        tools.errors.said.connect(self.banner.say)
        self._patience = Patience(self)
        self._patience.watch(tools.lane)
        self._patience.waiting.connect(lambda title, _cancel: self.waiting.setText(title))
        self._patience.over.connect(self.waiting.clear)

    def show_page(self, name: str) -> EntrancePage:
        """Brings a page to the front; raises KeyError for a name that is none."""
        page = self._pages.get(name)
        if page is None:
            page = self._factories[name](self.tools)
            page.station_opened.connect(self.station_opened)
            page.go_to.connect(self.show_page)
            self._pages[name] = page
            self.stack.addWidget(page)
        self.stack.setCurrentWidget(page)
        page.opened()
        return page

    def say(self, notice: Notice) -> None:
        """Shows a notice, e.g. why the last session ended."""
        self.banner.say(notice)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Nothing is open here that would need saving."""
        self._patience.stop()
        super().closeEvent(event)
        self.closed.emit()


def default_pages() -> dict[str, Callable[[EntranceTools], EntrancePage]]:
    """The three pages by name."""
    from ui.screens.first_start import FirstStartPage
    from ui.screens.restore import RestorePage
    from ui.screens.sign_in import SignInPage

    return {"sign_in": SignInPage, "restore": RestorePage, "first_start": FirstStartPage}


def first_page(folder: StationFolder) -> str:
    """Which page the program starts with."""
    return "sign_in" if folder.founded else "first_start"


def described(path: Path) -> str:
    """A folder's path for a sentence."""
    return f"“{path}”"
