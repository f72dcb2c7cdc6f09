"""Ctrl+K: one box for matters and people, results while one types, Enter opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QWidget
from sqlalchemy.orm import Session

from app.cases.people import KnownPerson, find_people
from app.cases.visibility import Viewer
from app.search.query import CaseHit, search
from ui.frame.reading import show_day
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.parts.drop_list import DropList
from ui.screens.parts.people_finder import line_about
from ui.screens.parts.reading_desk import viewer_of

WAIT_MS = 120
MOST_PEOPLE = 5
MOST_DROPPED = 8
FOUND_ROLE = Qt.ItemDataRole.UserRole
HINT = "姓名、拼音首字母、案号、电话，或者事情里的几个字"


@dataclass(frozen=True, slots=True)
class Found:
    """What the words led to."""

    cases: tuple[CaseHit, ...]
    people: tuple[KnownPerson, ...]
    more: bool = False


def look_up(session: Session, words: str, viewer: Viewer, limit: int = 50) -> Found:
    """Matters the viewer may see, and people."""
    page = search(session, words, viewer, limit)
    return Found(page.hits, find_people(session, words, MOST_PEOPLE, viewer), page.more)


def open_found(desk: Desk, found: CaseHit | KnownPerson) -> None:
    """Opens the matter or the person."""
    if isinstance(found, CaseHit):
        desk.open("case", case_id=found.id)
    else:
        desk.open("people", person_id=found.id)


def found_words(found: CaseHit | KnownPerson, desk: Desk) -> str:
    """One line: what it is called, and what tells it from others."""
    if isinstance(found, KnownPerson):
        return line_about(found, desk)
    state = desk.tools.name_in("case_state")(found.state)
    return f"{found.title}　{state}　{show_day(found.received_on)}　{found.number}"


def attach_search(desk: Desk, box: QLineEdit, parent: QObject) -> DropList:
    """Lets results drop down below a box while one types in it, such as the one in the window's top bar."""

    def ask(session: Session, words: str) -> Sequence[CaseHit | KnownPerson]:
        found = look_up(session, words, viewer_of(desk), MOST_DROPPED)
        return (*found.cases, *found.people)

    drop = DropList(
        desk,
        [box],
        ask,
        lambda found: found_words(found, desk),
        worth_asking=bool,
        choose_first=lambda _words: False,
        wait_ms=WAIT_MS,
        width_em=44,
        name="查找结果",
        parent=parent,
    )
    drop.taken.connect(lambda found: open_found(desk, found))
    return drop


class SearchScreen(Screen):
    """The whole page of results for some words."""

    title = "查找"
    shows = frozenset({"case", "person", "case_party"})

    def __init__(self, desk: Desk, words: str = "") -> None:
        super().__init__(desk)
        self._run = 0
        self.box = _Box()
        self.box.setText(words)
        self.note = QLabel(HINT)
        self.note.setObjectName("soft")
        self.found = QListWidget()
        self.found.setAccessibleName("查找结果")
        self.found.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.content.addWidget(self.box)
        self.content.addWidget(self.note)
        self.content.addWidget(self.found, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self.refresh)
        self.box.textEdited.connect(lambda _text: self._timer.start())
        self.box.down.connect(self._into_list)
        self.box.returnPressed.connect(self._open_current)
        self.found.itemActivated.connect(self._open)

    def first_focus(self) -> QWidget:
        """The box."""
        return self.box

    def refresh(self) -> None:
        """Looks for the words as they stand; answers to older words are dropped."""
        self._run += 1
        run, words, viewer = self._run, self.box.text().strip(), viewer_of(self.desk)
        if not words:
            self._show(run, Found((), ()))
            return

        def job(session: Session) -> Found:
            return look_up(session, words, viewer) if run == self._run else Found((), ())

        self.desk.query(job, lambda found: self._show(run, found), owner=self, quiet=True)

    def _show(self, run: int, found: Found) -> None:
        if run != self._run:
            return
        self.found.clear()
        self._section("事项", found.cases)
        self._section("人员", found.people)
        first = next((row for row in range(self.found.count()) if self._value(row) is not None), -1)
        self.found.setCurrentRow(first)
        self.note.setText(self._note(found))

    def _note(self, found: Found) -> str:
        if not self.box.text().strip():
            return HINT
        if not found.cases and not found.people:
            return "没有找到。可以少写几个字，或者换姓名的首字母再试。"
        more = "，只列出最新的；再多写几个字可以缩小范围" if found.more else ""
        return f"找到 {len(found.cases)} 件事{more}，{len(found.people)} 个人。"

    def _section(self, heading: str, values: Sequence[CaseHit | KnownPerson]) -> None:
        if not values:
            return
        title = QListWidgetItem(heading)
        title.setFlags(Qt.ItemFlag.NoItemFlags)
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        self.found.addItem(title)
        for value in values:
            item = QListWidgetItem(found_words(value, self.desk))
            item.setToolTip(item.text())
            item.setData(FOUND_ROLE, value)
            self.found.addItem(item)

    def _value(self, row: int) -> CaseHit | KnownPerson | None:
        value: CaseHit | KnownPerson | None = self.found.item(row).data(FOUND_ROLE)
        return value

    def _into_list(self) -> None:
        self.found.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_current(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.refresh()
        elif self.found.currentItem() is not None:
            self._open(self.found.currentItem())

    def _open(self, item: QListWidgetItem) -> None:
        value = item.data(FOUND_ROLE)
        if value is not None:
            open_found(self.desk, value)


class _Box(QLineEdit):
    """A search box from which the arrow key leads into the list."""

    down = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText(HINT)
        self.setAccessibleName("查找")
        self.setClearButtonEnabled(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Down goes into the list."""
        if event.key() == Qt.Key.Key_Down:
            self.down.emit()
            return
        super().keyPressEvent(event)
