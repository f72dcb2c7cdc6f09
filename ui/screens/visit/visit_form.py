"""Who came, with whom, about what: the one entry that every paper, table and report reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.cases.people import PersonEntry
from app.cases.visits import VisitEntry, VisitorEntry, VisitRecord
from models.field import Field, Kind, Personal
from ui.frame.cell import LABEL_EM
from ui.frame.form import Form, FormRow, Section
from ui.frame.work import Desk
from ui.screens.parts.person_form import PersonForm
from ui.screens.visit.marks import Marks
from ui.screens.visit.visitors import FurtherVisitors

PERSON = "person."
PETITIONER, REPRESENTATIVE = "petitioner", "representative"
HAPPENED_AT = "visit.happened_at"
FIRST_RECEIVER = "first_receiver"
ANONYMOUS = "匿名来访：不登记姓名，反映的问题照常登记。"


class VisitForm(QWidget):
    """Everything typed at a reception. Nothing is required (信访工作条例 第二十二条)."""

    changed = Signal()
    """Anything was typed or ticked."""
    people_changed = Signal()
    """Who came is no longer what it was."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.person = PersonForm(desk, "来访人")
        self.further = FurtherVisitors(desk)
        self.matter = Form(matter_sections(), desk.tools)
        self.marks = Marks(desk.tools)
        self._anonymous = QLabel(ANONYMOUS)
        self._anonymous.setObjectName("soft")
        self._anonymous.hide()
        self._people = QWidget()
        self._untouched = False
        self._put_together()
        self._connect()
        self.start_anew()

    # -- values --

    def people(self) -> tuple[PersonEntry, ...]:
        """Those named, the first visitor first."""
        return tuple(visitor.person for visitor in self.visitors())

    def visitors(self) -> tuple[VisitorEntry, ...]:
        """Those named, with their roles; nobody when the visit is anonymous."""
        if self.marks.values()["anonymous"]:
            return ()
        others = [
            VisitorEntry(line.entry(), str(line.role.value() or PETITIONER)) for line in self.further.filled()
        ]
        if self.person.empty:
            return tuple(others)
        # Among representatives only, the first one named is a representative too (信访工作条例 第二十条).
        elected = bool(others) and all(other.role == REPRESENTATIVE for other in others)
        first = VisitorEntry(self.person.entry(), REPRESENTATIVE if elected else PETITIONER)
        return (first, *others)

    def entry(self) -> VisitEntry:
        """The reception as typed."""
        values = self.matter.values(short=True)
        values.pop(FIRST_RECEIVER)
        values["people_count"] = values["people_count"] or 1
        values["channel"] = values["channel"] or "visit"
        return replace(self._kept, **values, **self.marks.values(), visitors=self.visitors())

    def settle(self) -> bool:
        """Whether everything typed can be read; if not, the first box that cannot says why."""
        return self.person.settle() and self.matter.settle()

    def start_anew(self) -> None:
        """An empty form for whoever comes next."""
        self._untouched = False
        self._kept = VisitEntry()
        self.person.start_anew()
        self.further.clear()
        self.matter.clear()
        self.marks.set_values({})
        self._set_matter({"channel": "visit", "people_count": 1})
        self._follow_marks()
        self._untouched = True

    def show_record(self, record: VisitRecord) -> None:
        """A reception recorded earlier, to go on with."""
        self.start_anew()
        self._untouched = False
        self._kept = record.entry
        visitors = list(zip(record.entry.visitors, record.people, strict=True))
        if visitors:
            self.person.take(visitors[0][1])
        for visitor, person in visitors[1:]:
            line = self.further.add_line()
            line.role.set_value(visitor.role)
            line.take(person)
        names = [name for name in VisitEntry.__dataclass_fields__ if name != "visitors"]
        values = {name: getattr(record.entry, name) for name in names}
        self._set_matter(values)
        self.marks.set_values(values)
        self._follow_marks()

    # -- drafts --

    def typed(self) -> dict[str, str]:
        """What a draft keeps besides the matter's own fields."""
        texts = {f"{PERSON}{ref}": text for ref, text in self.person.typed().items() if ref != "person.kind"}
        return {**texts, **self.further.typed(), **self.marks.typed()}

    def restore_typed(self, texts: Mapping[str, str]) -> None:
        """Puts back what :meth:`typed` gave."""
        own = {
            ref.removeprefix(PERSON): text
            for ref, text in texts.items()
            if ref.startswith(f"{PERSON}person.")
        }
        self.person.restore_typed({"person.kind": self.person.editor("person.kind").typed(), **own})
        self.further.restore_typed(dict(texts))
        self.marks.restore_typed(dict(texts))
        self._show_receiver()
        self._follow_marks()

    # -- inside --

    def _put_together(self) -> None:
        people = QVBoxLayout(self._people)
        people.setContentsMargins(0, 0, 0, 0)
        people.setSpacing(4)
        people.addWidget(self.person)
        further = QHBoxLayout()
        further.setContentsMargins(int(LABEL_EM * self.fontMetrics().horizontalAdvance("国")), 0, 0, 0)
        further.addWidget(self.further)
        people.addLayout(further)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 12)
        column.setSpacing(4)
        for widget in (self._anonymous, self._people, self.marks, self.matter):
            column.addWidget(widget)
        column.addStretch(1)

    def _connect(self) -> None:
        self.person.changed.connect(lambda _ref: self._on_people())
        self.person.reused.connect(lambda _person: self._on_people())
        self.further.changed.connect(self._on_people)
        self.matter.changed.connect(self._on_matter)
        self.marks.changed.connect(self._on_marks)
        self.person.finished.connect(lambda: self.matter.first_widget().setFocus())

    def _set_matter(self, values: Mapping[str, Any]) -> None:
        self.matter.set_values(values)
        self._show_receiver()

    def _show_receiver(self) -> None:
        self.matter.editor(FIRST_RECEIVER).set_value(self._desk.station.signed_in.name)

    def _note_the_time(self) -> None:
        """The first thing typed is the moment of the visit: a window left open for days must not date it back,
        because time limits run from that day (信访工作条例 第二十二条).
        """
        if self._untouched:
            self._untouched = False
            moment = self.matter.editor(HAPPENED_AT)
            if moment.value() is None and not moment.typed():
                moment.set_value(self._desk.now())

    def _on_matter(self, _ref: str) -> None:
        self._note_the_time()
        self.changed.emit()

    def _on_people(self) -> None:
        self._note_the_time()
        self.changed.emit()
        self.people_changed.emit()

    def _on_marks(self) -> None:
        self._follow_marks()
        self._on_people()

    def _follow_marks(self) -> None:
        anonymous = bool(self.marks.values()["anonymous"])
        self._people.setVisible(not anonymous)
        self._anonymous.setVisible(anonymous)


def matter_sections() -> list[Section]:
    """The fields below the visitors, in the order in which people tell their story."""
    receiver = Field("首问责任人", Kind.TEXT, Personal.ORDINARY, basis="首问责任制；登记后不再更改")
    return [
        Section(
            "反映的问题",
            "visit.facts",
            "visit.request",
            FormRow("visit.problem_place", wide=True),
        ),
        Section(
            "来访情况",
            "visit.channel",
            "visit.happened_at",
            "visit.people_count",
            FormRow(FIRST_RECEIVER, field=receiver, read_only=True),
            "visit.handling_opinion",
        ),
    ]
