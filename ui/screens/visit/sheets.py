"""What becomes of a visit: an answer at once, a new matter, or a place in one that is there already."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from app.cases.opening import CaseEntry
from app.cases.parties import PartyEntry
from app.cases.visits import PossibleMatch, answer_on_the_spot, join_case, open_case_from_visit
from app.search.query import CaseHit, search
from app.station import Work
from models.field import Field, Kind, Personal
from ui.frame.form import Form, FormRow, Section
from ui.frame.reading import show_day
from ui.frame.work import Desk
from ui.screens.parts.person_form import PersonForm
from ui.screens.parts.reading_desk import viewer_of
from ui.screens.parts.sheet import Sheet

SaveVisit = Callable[[Work], UUID]
"""Records the visit as typed and returns its id; runs inside the sheet's own change."""

OTHER_SIDE = ("person.name", "person.phone", "person.address", "person.document_number", "person.kind")
CLAIMS = "claims"
FOUND_ROLE = Qt.ItemDataRole.UserRole


class AnswerSheet(Sheet):
    """当场答复: what was said, and the visit is done."""

    def __init__(self, desk: Desk, save: SaveVisit, answer: str) -> None:
        super().__init__(
            desk, "当场答复", "写清怎样答复的；来访登记表的“办理结果”一栏就用这段话。", "登记并答复"
        )
        self._save = save
        self.form = Form([FormRow("visit.answer", required=True)], desk.tools)
        self.form.set_values({"visit.answer": answer})
        self.set_body(self.form)

    def first_widget(self) -> QWidget:
        """The answer."""
        return self.form.first_widget()

    def act(self) -> None:
        """Records visit and answer in one change; the result is the visit's id."""
        if not self.form.settle():
            return
        answer, save = str(self.form.editor("visit.answer").value()), self._save

        def job(work: Work) -> UUID:
            visit_id = save(work)
            answer_on_the_spot(work, visit_id, answer)
            return visit_id

        self.do_button.setEnabled(False)
        self.desk.change("当场答复", job, self.finish, self.refuse, owner=self)


class OpeningSheet(Sheet):
    """立案: the few things a matter needs beyond the visit. The result is the matter's id."""

    def __init__(
        self,
        desk: Desk,
        kind: str,
        save: SaveVisit,
        *,
        heading: str,
        below: str,
        parts: Sequence[Section | FormRow],
    ) -> None:
        super().__init__(desk, heading, below, "登记并打开案件夹")
        self.kind = kind
        self._save = save
        self.form = Form(parts, desk.tools)
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.addWidget(self.form)
        self.other: PersonForm | None = None

    def with_other_side(self, desk: Desk, title: str, refs: Sequence[str] = OTHER_SIDE) -> None:
        """Adds the fields of the party on the other side."""
        self.other = PersonForm(desk, title, who=refs)
        self.column.addWidget(self.other)
        self.form.finished.connect(lambda: self.other and self.other.first_widget().setFocus())
        self.other.finished.connect(self.do_button.setFocus)

    def settled_body(self) -> None:
        """Called once every part is in place."""
        self.column.addStretch(1)
        self.set_body(self.body)

    def first_widget(self) -> QWidget:
        """The first field."""
        return self.form.first_widget()

    def entry(self) -> CaseEntry:
        """The matter as typed; the visit's own facts are added by the app."""
        values = self.form.values(short=True)
        claims = tuple(line.strip() for line in str(values.pop(CLAIMS, "")).splitlines() if line.strip())
        kind = "suggestion" if values.get("category") == "suggestion" else self.kind
        return CaseEntry(kind=kind, claims=claims, **values)

    def other_party(self, kind: str) -> tuple[PartyEntry, ...]:
        """The party on the other side, if one was named."""
        if self.other is None or self.other.empty:
            return ()
        role = {"dispute": "respondent"}.get(kind, "about_unit")
        return (PartyEntry(self.other.entry(), role),)

    def act(self) -> None:
        """Records visit, matter and the other side in one change."""
        if not self.form.settle() or (self.other is not None and not self.other.settle()):
            return
        entry, save = self.entry(), self._save
        others = self.other_party(entry.kind)
        if entry.category == "accusation":
            others = tuple(PartyEntry(party.person, "accused") for party in others)

        def job(work: Work) -> UUID:
            return open_matter(work, save(work), entry, others)

        self.do_button.setEnabled(False)
        self.desk.change("立案", job, self.finish, self.refuse, owner=self)


def open_matter(work: Work, visit_id: UUID, entry: CaseEntry, others: Sequence[PartyEntry]) -> UUID:
    """Opens the matter from the visit and adds whoever stands on the other side."""
    from app.cases.parties import add_party

    case_id = open_case_from_visit(work, visit_id, entry)
    for party in others:
        add_party(work, case_id, party)
    return case_id


def dispute_sheet(desk: Desk, save: SaveVisit) -> OpeningSheet:
    """立为纠纷 (人民调解法 第十七条)."""
    sheet = OpeningSheet(
        desk,
        "dispute",
        save,
        heading="立为纠纷",
        below="来访人作为申请人；事实、诉求、地点从来访登记带过来，不用再填。",
        parts=[
            Section("纠纷", "case.dispute_type", "case.dispute_subtype", "case.source", "case.amount_fen"),
        ],
    )
    sheet.form.set_values({"case.source": "application"})
    sheet.with_other_side(desk, "被申请人（可以以后再补）")
    sheet.settled_body()
    return sheet


def petition_sheet(desk: Desk, save: SaveVisit) -> OpeningSheet:
    """立为信访事项 (信访工作条例 第二十二、二十九至三十一条)."""
    sheet = OpeningSheet(
        desk,
        "petition",
        save,
        heading="立为信访事项",
        below="检举控告类只转有权机关，被反映的一方在任何地方都看不到（信访工作条例第三十条）。",
        parts=[
            Section(
                "信访事项",
                "case.category",
                "case.purpose",
                "case.content_class",
                "case.amount_fen",
                "case.affected_count",
                "case.affected_households",
            ),
        ],
    )
    sheet.with_other_side(
        desk, "被反映的单位或个人（可以以后再补）", ("person.name", "person.kind", "person.address")
    )
    assert sheet.other is not None
    sheet.other.editor("person.kind").set_value("legal")
    sheet.settled_body()
    return sheet


def errand_sheet(desk: Desk, save: SaveVisit, claims: str) -> OpeningSheet:
    """信访代跑: what is to be run, one claim a line."""
    field = Field("要代跑的事", Kind.LONG_TEXT, Personal.SENSITIVE, hint="一行一件，例如：残疾证换证")
    sheet = OpeningSheet(
        desk,
        "errand",
        save,
        heading="信访代跑",
        below="一行写一件要跑的事；代跑员先记为您本人，可以在案件夹里改。",
        parts=[FormRow(CLAIMS, field=field)],
    )
    sheet.form.set_values({CLAIMS: claims})
    sheet.form.finished.connect(sheet.do_button.setFocus)
    sheet.settled_body()
    return sheet


class JoinSheet(Sheet):
    """并入已有事项: a repeat visit is registered and counted, and starts no second acceptance."""

    def __init__(self, desk: Desk, save: SaveVisit, matches: Sequence[PossibleMatch]) -> None:
        super().__init__(
            desk,
            "并入已有事项",
            "登记并计入来访，不另起受理，也不另算期限（信访工作条例第十九条）。",
            "登记并入这件事",
        )
        self._save = save
        self._run = 0
        self.words = QLineEdit()
        self.words.setPlaceholderText("姓名、首字母、案号、内容")
        self.words.setAccessibleName("查找要并入的事项")
        self.found = QListWidget()
        self.found.setAccessibleName("可以并入的事项")
        self.repeat = QCheckBox("同一人、同一件事再次来访（计入重复来访）")
        self.repeat.setChecked(True)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.words, self.found, self.repeat):
            column.addWidget(widget)
        self.set_body(body)
        self.words.textEdited.connect(lambda _text: self._look())
        self.words.returnPressed.connect(self.found.setFocus)
        self._list([(each.case_id, each.number, each.title, each.received_on) for each in matches])

    def first_widget(self) -> QWidget:
        """The list when something is likely, else the search box."""
        return self.found if self.found.count() else self.words

    def choose(self, case_id: UUID) -> None:
        """Makes a matter of the list the chosen one."""
        for row in range(self.found.count()):
            if self.found.item(row).data(FOUND_ROLE) == case_id:
                self.found.setCurrentRow(row)

    def act(self) -> None:
        """Records the visit as belonging to the chosen matter; the result is the matter's id."""
        item = self.found.currentItem()
        if item is None:
            self.words.setFocus()
            return
        case_id, save, repeat = item.data(FOUND_ROLE), self._save, self.repeat.isChecked()

        def job(work: Work) -> UUID:
            join_case(work, save(work), case_id, repeat=repeat)
            return UUID(str(case_id))

        self.do_button.setEnabled(False)
        self.desk.change("并入已有事项", job, self.finish, self.refuse, owner=self)

    def _look(self) -> None:
        self._run += 1
        run, words, viewer = self._run, self.words.text().strip(), viewer_of(self.desk)
        if not words:
            return

        def job(session: Session) -> Sequence[CaseHit]:
            return search(session, words, viewer, limit=20).hits if run == self._run else ()

        self.desk.query(job, lambda hits: self._show(run, hits), owner=self, quiet=True)

    def _show(self, run: int, hits: Sequence[CaseHit]) -> None:
        if run == self._run:
            self._list([(hit.id, hit.number, hit.title, hit.received_on) for hit in hits])

    def _list(self, rows: Sequence[tuple[UUID, str, str, Any]]) -> None:
        self.found.clear()
        for case_id, number, title, received_on in rows:
            item = QListWidgetItem(f"{number}　{title}　{show_day(received_on)}")
            item.setData(FOUND_ROLE, case_id)
            self.found.addItem(item)
        if rows:
            self.found.setCurrentRow(0)
