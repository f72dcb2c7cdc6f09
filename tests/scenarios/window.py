"""Drives the real window as a person at the desk does: types, clicks, reads what is on the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.station import Station
from models.clock import CHINA
from tests.ground.clock import FakeClock
from ui.desktop import BuiltDesktop
from ui.frame.editors import ChoiceEditor, Editor, LongTextEditor, YesNoEditor
from ui.frame.errors import Notice
from ui.frame.form import Form
from ui.frame.screen import Screen
from ui.screens.case_folder import CaseFolderScreen
from ui.screens.paper_view import PaperScreen
from ui.screens.parts.person_form import PersonForm
from ui.screens.parts.sheet import Sheet
from ui.screens.party_editor import PartyEditor
from ui.screens.search_palette import SearchScreen
from ui.screens.visit.sheets import JoinSheet, OpeningSheet
from ui.screens.visit_entry import VisitScreen

PATIENCE_MS = 15_000
Kind = TypeVar("Kind")
Typed = Mapping[str, "str | bool"]
"""What is typed into a form: text by field reference; for a tick, whether it is to be set."""


class Window:
    """One open desktop window on one station."""

    def __init__(self, qtbot: QtBot, built: BuiltDesktop, clock: FakeClock) -> None:
        self.qtbot = qtbot
        self.built = built
        self.desk = built.desk
        self.shell = built.shell
        self.clock = clock
        self.closed = False
        self.said: list[Notice] = []
        self.desk.errors.said.connect(self.said.append)
        with qtbot.waitExposed(self.shell):
            self.shell.show()
        self.shell.activateWindow()
        self.settle()

    @property
    def station(self) -> Station:
        """The station behind the window, to look into."""
        return self.desk.station

    def close(self) -> None:
        """Closes the window and the station."""
        self.closed = True
        self.settle()
        self.built.close()
        self.station.close(backup=False)

    def rows(self, query: Any) -> list[Any]:
        """What a query finds in the station's store."""
        with self.station.query() as session:
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    # -- waiting --

    def wait(self, condition: Any) -> None:
        """Waits until something is so."""
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Waits until nothing is under way; lists that dropped down are put away with Esc, as people do."""
        self.wait(lambda: self.desk.idle)
        self.qtbot.wait(1)
        self.wait(lambda: self.desk.idle)
        self.put_list_away()
        if not self.shell.isActiveWindow():
            # The offscreen platform, unlike a window manager, does not give the focus back after a list.
            self.shell.activateWindow()
            self.wait(self.shell.isActiveWindow)

    def put_list_away(self) -> None:
        """Esc, where a list has dropped down."""
        popup = QApplication.activePopupWidget()
        if popup is not None:
            self.qtbot.keyClick(popup, Qt.Key.Key_Escape)

    def at(self, moment: str) -> None:
        """The wall clock in China goes on to ``2026-03-05 14:30`` (the day alone: ten past nine)."""
        text = moment if " " in moment else f"{moment} 09:10"
        then = datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)
        assert then >= self.clock.now(), "matters are entered in the order of their days"
        self.clock.set(then)

    # -- screens --

    def go(self, title: str, kind: type[Kind]) -> Kind:
        """Clicks a place in the rail."""
        self.click(self._button(self.shell, title, by_name=True))
        return self.on(kind)

    def on(self, kind: type[Kind]) -> Kind:
        """The screen in front, which is of this kind."""
        screen = self.shell.current()
        assert isinstance(screen, kind), f"in front is {type(screen).__name__}"
        return screen

    def back(self) -> None:
        """Clicks 返回 in the top bar."""
        self.click(self.shell.top.back)

    def words(self, widget: QWidget | None = None) -> str:
        """All that can be read on the screen in front, or on a part of it."""
        place = widget or self.shell.current()
        assert place is not None
        labels = [label.text() for label in place.findChildren(QLabel) if label.isVisible()]
        buttons = [button.text() for button in place.findChildren(QAbstractButton) if button.isVisible()]
        return "\n".join((*labels, *buttons))

    # -- hands --

    def click(self, button: QAbstractButton) -> None:
        """Clicks with the mouse, and waits for what follows."""
        assert button.isEnabled(), f"{button.text()} cannot be clicked"
        self.settle()
        self.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        self.settle()

    def press(self, label: str, within: QWidget | None = None) -> None:
        """Clicks the button with this text on the screen in front."""
        self.click(self._button(within or self.on(Screen), label))

    def press_named(self, name: str) -> None:
        """Clicks the button that a screen reader calls by this name."""
        self.click(self._button(self.on(Screen), name, by_name=True))

    def type_into(self, widget: QLineEdit | QPlainTextEdit, text: str) -> None:
        """Replaces a box's text: letters and digits by keys, everything else through the input method."""
        widget.setFocus()
        widget.selectAll()
        for place, line in enumerate(text.split("\n")):
            if place:
                self.qtbot.keyClick(widget, Qt.Key.Key_Return)
            if line.isascii():
                self.qtbot.keyClicks(widget, line)
            else:
                event = QInputMethodEvent()
                event.setCommitString(line)
                QApplication.sendEvent(widget, event)

    def enter(self, editor: Editor, value: str | bool) -> None:
        """Enters one value and leaves the field with Tab."""
        if isinstance(editor, YesNoEditor):
            self.tick(editor.box, bool(value))
            return
        assert isinstance(value, str)
        widget = editor.focus_widget()
        if isinstance(editor, ChoiceEditor):
            line = editor.box.lineEdit()
            assert line is not None
            widget = line
        assert isinstance(widget, (QLineEdit, QPlainTextEdit))
        assert widget.isVisible(), f"not in sight: {widget.accessibleName()}"
        self.type_into(widget, value)
        self.put_list_away()
        self.qtbot.keyClick(widget, Qt.Key.Key_Tab)
        assert editor.unreadable() == "", f"{value}: {editor.unreadable()}"
        if isinstance(editor, LongTextEditor):
            assert editor.value() == value

    def tick(self, box: QCheckBox, wanted: bool) -> None:
        """Sets or takes away a tick with the mouse."""
        if box.isChecked() != wanted:
            self.qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
        assert box.isChecked() == wanted

    def fill(self, form: Form, values: Typed) -> None:
        """Fills in fields of a form."""
        for ref, value in values.items():
            self.enter(form.editor(ref), value)

    def choose_known(self, form: PersonForm, text: str, line_contains: str) -> None:
        """Types initials or a name, waits for the list of known people and takes one with arrows and Enter."""
        name = form.editor("person.name").focus_widget()
        assert isinstance(name, QLineEdit)
        self.type_into(name, text)
        self.wait(lambda: any(line_contains in line for line in form.finder.shown))
        wanted = next(place for place, line in enumerate(form.finder.shown) if line_contains in line)
        popup = form.finder.popup()
        while popup.currentIndex().row() < wanted:
            self.qtbot.keyClick(popup, Qt.Key.Key_Down)
        assert popup.currentIndex().row() == wanted
        self.qtbot.keyClick(popup, Qt.Key.Key_Return)
        self.settle()

    # -- the reception --

    def receive(self, person: Typed, matter: Typed, further: Sequence[Mapping[str, str]] = ()) -> VisitScreen:
        """Fills in the reception form: the first visitor, those who came along, and what is reported."""
        screen = self.go("来访", VisitScreen)
        self.fill(screen.form.person, person)
        for each in further:
            self.click(screen.form.further.add_button)
            line = screen.form.further.lines[-1]
            for part, text in each.items():
                self.enter(line.role if part == "role" else line.editors[part], text)
        self.fill(screen.form.matter, matter)
        self.settle()
        return screen

    def open_matter(self, verb: str, values: Typed, other: Typed | None = None) -> CaseFolderScreen:
        """Makes a matter of the visit on the screen and comes out in its folder."""
        screen = self.on(VisitScreen)
        self.press(verb)
        sheet = screen.sheet
        assert isinstance(sheet, OpeningSheet)
        self.fill(sheet.form, values)
        if other:
            assert sheet.other is not None
            self.fill(sheet.other, other)
        self.click(sheet.do_button)
        return self.on(CaseFolderScreen)

    def join(self, *, repeat: bool) -> CaseFolderScreen:
        """Puts the visit on the screen to the matter of the hint beside it."""
        screen = self.on(VisitScreen)
        self.wait(lambda: bool(screen.matches.matches))
        self.press("并入这件")
        sheet = screen.sheet
        assert isinstance(sheet, JoinSheet)
        self.tick(sheet.repeat, repeat)
        self.click(sheet.do_button)
        return self.on(CaseFolderScreen)

    # -- the folder --

    def offered(self) -> list[str]:
        """The next steps that the folder in front offers."""
        return [button.text() for button in self.on(CaseFolderScreen).steps.step_buttons]

    def begin_step(self, verb: str, values: Typed) -> Sheet:
        """Opens the form of a next step and fills it in."""
        folder = self.on(CaseFolderScreen)
        (button,) = [each for each in folder.steps.step_buttons if each.text() == verb]
        self.click(button)
        assert folder.sheet is not None
        self.fill(folder.sheet.form, values)  # type: ignore[attr-defined]
        return folder.sheet

    def step(self, verb: str, **values: str | bool) -> None:
        """Takes a next step; ``table__column`` are the values typed."""
        sheet = self.begin_step(verb, _references(values))
        self.click(sheet.do_button)
        folder = self.on(CaseFolderScreen)
        assert folder.sheet is None, self.words(folder.sheet)

    def refused_step(self, verb: str, **values: str | bool) -> str:
        """Tries a step that must not be taken; gives the words of the refusal and goes back."""
        sheet = self.begin_step(verb, _references(values))
        self.click(sheet.do_button)
        folder = self.on(CaseFolderScreen)
        assert folder.sheet is sheet, f"{verb} was taken"
        words = sheet.banner.text()
        self.press("返回", sheet)
        return words

    def edit_party(self, opener: str, person: Typed, role: Typed | None = None) -> None:
        """Opens a party's form by its button, fills it in and saves."""
        folder = self.on(CaseFolderScreen)
        self.press_named(opener)
        sheet = folder.sheet
        assert isinstance(sheet, PartyEditor)
        self.fill(sheet.person, person)
        self.fill(sheet.role_form, role or {})
        self.click(sheet.do_button)
        assert folder.sheet is None, self.words(folder.sheet)

    def issue(self, paper: str) -> None:
        """Opens a paper of the folder in front, issues it and comes back."""
        self.press(paper)
        screen = self.on(PaperScreen)
        self.wait(screen.issue_button.isEnabled)
        self.settle()
        self.click(screen.issue_button)
        assert screen.note.text().startswith("已出具"), self.words()
        self.back()

    # -- finding --

    def search(self, words: str) -> list[str]:
        """Types into the box on top, presses Enter and reads the results."""
        self.type_into(self.shell.top.search, words)
        self.settle()
        self.qtbot.keyClick(self.shell.top.search, Qt.Key.Key_Return)
        self.settle()
        return lines_of(self.on(SearchScreen).found)

    def _button(self, within: QWidget, label: str, *, by_name: bool = False) -> QAbstractButton:
        found = [
            button
            for button in within.findChildren(QAbstractButton)
            if (button.accessibleName() if by_name else button.text()) == label and button.isVisible()
        ]
        assert len(found) == 1, f"{len(found)} buttons “{label}” on {type(within).__name__}"
        return found[0]


def lines_of(view: QListWidget) -> list[str]:
    """The lines of a list, headings too."""
    return [view.item(row).text() for row in range(view.count())]


def _references(values: Typed) -> dict[str, str | bool]:
    return {name.replace("__", ".", 1): value for name, value in values.items()}
