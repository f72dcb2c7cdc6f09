"""人员: finds somebody's contact facts and the matters the viewer may see. Matters are kept, not profiles:
no counts, no order by number of visits, no marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.people import KnownPerson, find_people, known, save_person
from app.cases.visibility import Viewer, visible_to
from models.case import Case, CaseParty
from models.person import Person
from ui.frame.reading import show_day
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.parts.beside import scrolled
from ui.screens.parts.faces import MAIN, SIDE, Faces
from ui.screens.parts.people_finder import line_about, worth_asking
from ui.screens.parts.person_form import PersonForm
from ui.screens.parts.reading_desk import viewer_of

WAIT_MS = 150
MOST_FOUND = 30
MOST_MATTERS = 50
WIDE_FROM_EM = 62
LIST_EM = 28
VALUE_ROLE = Qt.ItemDataRole.UserRole
BEGIN = "输入姓名、拼音首字母、电话或证件号码。"
WHO = (
    "person.kind",
    "person.name",
    "person.document_number",
    "person.phone",
    "person.address",
    "person.sex",
    "person.born_on",
    "person.ethnicity",
    "person.occupation",
)


@dataclass(frozen=True, slots=True)
class PersonMatter:
    """A matter in which somebody is a party."""

    case_id: UUID
    number: str
    title: str
    state: str
    role: str
    received_on: date | None


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Somebody with the matters the viewer may see, newest first."""

    person: KnownPerson
    matters: tuple[PersonMatter, ...]


def read_person(session: Session, person_id: UUID, viewer: Viewer) -> PersonPage:
    """Reads somebody; restricted matters are not in the list and nothing tells that they exist."""
    person = session.scalars(select(Person).where(Person.id == person_id)).one()
    rows = session.execute(
        select(Case, CaseParty.role)
        .join(CaseParty, CaseParty.case_id == Case.id)
        .where(
            CaseParty.person_id == person_id,
            CaseParty.withdrawn_at.is_(None),
            Case.withdrawn_at.is_(None),
            visible_to(viewer),
        )
        .order_by(Case.local_id.desc())
        .limit(MOST_MATTERS)
    )
    matters = tuple(
        PersonMatter(case.id, case.number, case.title, case.state, role, case.received_on)
        for case, role in rows
    )
    return PersonPage(known(person), matters)


class PeopleScreen(Screen):
    """People, found by what one remembers of them."""

    title = "人员"
    shows = frozenset({"person", "case", "case_party"})

    def __init__(self, desk: Desk, person_id: UUID | None = None) -> None:
        super().__init__(desk)
        self._person_id = person_id
        self._run = 0
        self.box = QLineEdit()
        self.box.setPlaceholderText("查找人员")
        self.box.setAccessibleName("查找人员")
        self.note = QLabel(BEGIN)
        self.note.setObjectName("soft")
        self.found = QListWidget()
        self.found.setAccessibleName("找到的人")
        self.found.setWordWrap(True)
        self.form = PersonForm(desk, "联系方式", who=WHO)
        self.matters = QListWidget()
        self.matters.setAccessibleName("有关的事项")
        self.matters.setMinimumHeight(160)
        self.page = self._page()
        self.page.hide()
        self._page_area = scrolled(self.page)
        self.faces = Faces(
            self._page_area,
            self._left(),
            names=("这个人", "查找"),
            side_em=LIST_EM,
            wide_from_em=WIDE_FROM_EM,
            side_left=True,
        )
        self.faces.turn_to(SIDE)
        self.content.addWidget(self.faces, 1)
        self.save_button = self.add_action("保存更正", self.save, primary=True, keys="Ctrl+S")
        self.save_button.setEnabled(False)
        self.show_actions(False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._look)
        self._connect()

    def first_focus(self) -> QWidget:
        """The box."""
        return self.box

    def refresh(self) -> None:
        """Reads the list and the person in sight again."""
        if self.box.text().strip():
            self._look()
        if self._person_id is not None:
            self.open_person(self._person_id)

    def open_person(self, person_id: UUID) -> None:
        """Shows somebody."""
        self._person_id = person_id
        viewer = viewer_of(self.desk)
        self.query(lambda session: read_person(session, person_id, viewer), self._show_person)

    def save(self) -> None:
        """Corrects the person's facts; every paper and table reads them from there."""
        if self._person_id is None or not self.form.settle():
            return
        entry = self.form.entry()
        self.change("更正人员", lambda work: save_person(work, entry))

    def _left(self) -> QWidget:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.box, self.note):
            column.addWidget(widget)
        column.addWidget(self.found, 1)
        return left

    def _page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        heading = QLabel("有关的事项")
        heading.setObjectName("section")
        column.addWidget(self.form)
        column.addWidget(heading)
        column.addWidget(self.matters, 1)
        return page

    def _connect(self) -> None:
        self.box.textEdited.connect(lambda _text: self._timer.start())
        self.box.returnPressed.connect(self._take_first)
        self.found.itemActivated.connect(lambda item: self.open_person(item.data(VALUE_ROLE).id))
        self.found.currentItemChanged.connect(self._on_current)
        self.matters.itemActivated.connect(lambda item: self.desk.open("case", case_id=item.data(VALUE_ROLE)))
        self.form.reused.connect(lambda person: self.open_person(person.id))
        self.form.changed.connect(lambda _ref: self.save_button.setEnabled(True))

    def _take_first(self) -> None:
        if self.found.count():
            self.found.setFocus(Qt.FocusReason.OtherFocusReason)
            self.found.setCurrentRow(0)

    def _on_current(self, item: QListWidgetItem | None) -> None:
        if item is not None and self.found.hasFocus():
            self.open_person(item.data(VALUE_ROLE).id)

    def _look(self) -> None:
        self._run += 1
        run, words = self._run, self.box.text().strip()
        if not worth_asking(words):
            self._list(run, ())
            return

        viewer = viewer_of(self.desk)

        def job(session: Session) -> Sequence[KnownPerson]:
            return find_people(session, words, MOST_FOUND, viewer) if run == self._run else ()

        self.desk.query(job, lambda people: self._list(run, people), owner=self, quiet=True)

    def _list(self, run: int, people: Sequence[KnownPerson]) -> None:
        if run != self._run:
            return
        self.found.clear()
        for person in people:
            item = QListWidgetItem(line_about(person, self.desk))
            item.setData(VALUE_ROLE, person)
            self.found.addItem(item)
        asked = worth_asking(self.box.text().strip())
        self.note.setText("没有找到这样的人。" if asked else BEGIN)
        self.note.setVisible(not people)

    def _show_person(self, page: PersonPage) -> None:
        self.page.show()
        self.faces.turn_to(MAIN)
        self.show_actions(True)
        with_signals = self.form.blockSignals(True)
        self.form.take(page.person)
        self.form.blockSignals(with_signals)
        self.form.row("person.name").set_hint("")
        self.save_button.setEnabled(False)
        self.matters.clear()
        names, roles = self.desk.tools.name_in("case_state"), self.desk.tools.name_in("party_role")
        for matter in page.matters:
            role = roles(matter.role).split("（")[0]
            item = QListWidgetItem(
                f"{show_day(matter.received_on)}　{matter.title}　{role}　{names(matter.state)}"
            )
            item.setToolTip(matter.number)
            item.setData(VALUE_ROLE, matter.case_id)
            self.matters.addItem(item)
        if not page.matters:
            self.matters.addItem("没有您可以查看的事项。")
            self.matters.item(0).setFlags(Qt.ItemFlag.NoItemFlags)
