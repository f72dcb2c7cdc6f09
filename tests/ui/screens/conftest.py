"""What tests of the screens share: a bench that shows a screen and waits, and a few matters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.cases.lifecycle.engine import StepEntry, take_step
from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry
from app.cases.people import PersonEntry
from app.station import Work
from models.identity_number import make_identity_number
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.parts.person_form import PersonForm
from ui.screens.visit_entry import VisitScreen

Shown = TypeVar("Shown", bound=QWidget)

ZHANG_BORN = date(1956, 8, 14)
ZHANG_NUMBER = make_identity_number("339900", ZHANG_BORN, 182)
ZHANG = PersonEntry(
    name="张秀英",
    sex="2",
    born_on=ZHANG_BORN,
    ethnicity="01",
    document_number=ZHANG_NUMBER,
    phone="13900000017",
    address="上溪村3组17号",
)
LI = PersonEntry(name="李有田", sex="1", phone="13900000018", address="上溪村3组18号")
FACTS = "李有田翻建围墙，墙脚外移约三十厘米，占了两家共用的滴水沟。"


class Bench:
    """Shows screens, waits for their answers and looks into the store."""

    def __init__(self, qtbot: QtBot, desk: Desk) -> None:
        self.qtbot = qtbot
        self.desk = desk
        self.opened: list[tuple[str, dict[str, Any]]] = []
        desk.open_requested.connect(lambda name, arguments: self.opened.append((name, arguments)))

    def show(self, widget: Shown, width: int = 1270, height: int = 660) -> Shown:
        """Puts a screen in front and waits until it has read what it shows."""
        self.qtbot.addWidget(widget)
        widget.resize(width, height)
        with self.qtbot.waitExposed(widget):
            widget.show()
        widget.activateWindow()
        if isinstance(widget, Screen):
            widget.opened()
        self.settle()
        return widget

    def settle(self) -> None:
        """Waits until nothing is under way on the lanes."""
        self.qtbot.waitUntil(lambda: self.desk.idle, timeout=10_000)
        self.qtbot.wait(1)
        self.qtbot.waitUntil(lambda: self.desk.idle, timeout=10_000)

    def change(self, job: Callable[[Work], Any]) -> Any:
        """Writes straight into the station, as another screen would have."""
        with self.desk.station.change("预备") as work:
            return job(work)

    def rows(self, query: Any) -> list[Any]:
        """What a query finds; whole rows are read out before the session ends."""
        with self.desk.station.query() as session:
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    def matter(self, entry: CaseEntry | None = None) -> UUID:
        """张秀英与李有田邻里纠纷, or another matter."""
        wall = entry or CaseEntry(
            kind="dispute",
            dispute_type="neighbour",
            facts=FACTS,
            demand="围墙退回原界",
            parties=(PartyEntry(ZHANG, "applicant"), PartyEntry(LI, "respondent")),
        )
        return UUID(str(self.change(lambda work: open_case(work, wall))))

    def step(self, case_id: UUID, kind: str, **values: Any) -> UUID:
        """Takes a step; the day is today unless given."""

        def job(work: Work) -> UUID:
            typed = {
                "step.happened_on": work.today,
                **{ref.replace("__", "."): v for ref, v in values.items()},
            }
            return take_step(work, case_id, StepEntry(kind, typed))

        return UUID(str(self.change(job)))


def type_text(qtbot: QtBot, widget: QWidget, text: str) -> None:
    """Types as a person does: letters and digits by keys, Chinese through the input method."""
    widget.setFocus()
    if text.isascii():
        qtbot.keyClicks(widget, text)
        return
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


def line(form: PersonForm, ref: str) -> QLineEdit:
    """The box of a field."""
    widget = form.editor(ref).focus_widget()
    assert isinstance(widget, QLineEdit)
    return widget


def write(bench: Bench, form: PersonForm, ref: str, text: str) -> None:
    """Types into a box."""
    type_text(bench.qtbot, line(form, ref), text)


def write_facts(screen: VisitScreen, text: str) -> None:
    """Types what is reported."""
    screen.form.matter.editor("visit.facts").restore_typed(text)
    screen.form.matter.changed.emit("visit.facts")


@pytest.fixture
def bench(qtbot: QtBot, desk: Desk) -> Bench:
    """The bench on the test's desk."""
    return Bench(qtbot, desk)


@pytest.fixture
def screen(bench: Bench) -> VisitScreen:
    """The reception desk, empty, in front."""
    return bench.show(VisitScreen(bench.desk))
