"""来访登记: one screen for whoever comes in; saving is always possible."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from sqlalchemy.orm import Session

from app.cases.visits import (
    PossibleMatch,
    VisitRecord,
    VisitRow,
    possible_matches,
    read_visit,
    recent_visits,
    register_visit,
    update_visit,
)
from app.station import Work
from ui.frame.drafts import DraftKeeper
from ui.frame.errors import Notice
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.parts.beside import scrolled
from ui.screens.parts.faces import Faces
from ui.screens.parts.reading_desk import viewer_of
from ui.screens.parts.sheet import Sheet
from ui.screens.visit.sheets import (
    AnswerSheet,
    JoinSheet,
    SaveVisit,
    dispute_sheet,
    errand_sheet,
    petition_sheet,
)
from ui.screens.visit.side import MatchesCard, RecentVisits
from ui.screens.visit.visit_form import VisitForm

LOOK_AFTER_MS = 400
RECENT = 30
SIDE_EM = 19
WIDE_FROM_EM = 70


class VisitScreen(Screen):
    """The reception desk. ``visit_id`` goes on with a visit recorded earlier."""

    title = "来访登记"
    shows = frozenset({"visit", "case"})

    def __init__(self, desk: Desk, visit_id: UUID | None = None) -> None:
        super().__init__(desk)
        self._visit_id = visit_id
        self._pushed = visit_id is not None
        self._answer = ""
        self._runs = 0
        self.form = VisitForm(desk)
        self.matches = MatchesCard(desk)
        self.recent = RecentVisits(desk)
        self._form_area = scrolled(self.form)
        self.sheet: Sheet | None = None
        self._side_column = QVBoxLayout()
        self.faces = Faces(
            self._form_area,
            self._side(),
            names=("登记", "最近来访"),
            side_em=SIDE_EM,
            wide_from_em=WIDE_FROM_EM,
        )
        self.content.addWidget(self.faces, 1)
        self._draft = DraftKeeper(desk, self.form.matter, "visit", str(visit_id or "new"), self.banner)
        self._draft.extra = self.form.typed
        self._draft.restored = self.form.restore_typed
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_AFTER_MS)
        self._look_timer.timeout.connect(self._look_for_matches)
        self._buttons = self._add_actions()
        self._connect()
        if visit_id is None:
            self._draft.offer()
        else:
            self.query(lambda session: read_visit(session, visit_id), self._show_record)

    def first_focus(self) -> QWidget:
        """The first visitor's name, or the sheet that is open."""
        return self.sheet.first_widget() if self.sheet is not None else self.form.person.first_widget()

    def refresh(self) -> None:
        """Reads the recent visits; the form is left alone."""
        viewer = viewer_of(self.desk)

        def job(session: Session) -> Sequence[VisitRow]:
            return recent_visits(session, viewer, RECENT)

        self.query(job, self.recent.show_visits)

    # -- actions --

    def keep(self) -> None:
        """先存着: the visit is recorded and waits for a decision."""
        if self.form.settle():
            self.change("登记来访", self._saver(), self._kept)

    def answer(self) -> None:
        """当场答复."""
        self._open_sheet(lambda save: AnswerSheet(self.desk, save, self._answer))

    def open_dispute(self) -> None:
        """立为纠纷."""
        self._open_sheet(lambda save: dispute_sheet(self.desk, save))

    def open_petition(self) -> None:
        """立为信访事项."""
        self._open_sheet(lambda save: petition_sheet(self.desk, save))

    def open_errand(self) -> None:
        """信访代跑."""
        claims = str(self.form.matter.editor("visit.request").value())
        self._open_sheet(lambda save: errand_sheet(self.desk, save, claims))

    def join(self, match: PossibleMatch | None = None) -> None:
        """并入已有事项."""
        self._open_sheet(lambda save: JoinSheet(self.desk, save, self.matches.matches))
        if match is not None and isinstance(self.sheet, JoinSheet):
            self.sheet.choose(match.case_id)

    # -- inside --

    def _side(self) -> QWidget:
        side = QWidget()
        column = self._side_column
        side.setLayout(column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.matches)
        column.addWidget(self.recent, 1)
        return side

    def _place_matches(self, wide: bool) -> None:
        """The hint must be in sight: beside the form, or on top of it."""
        if wide:
            self._side_column.insertWidget(0, self.matches)
        else:
            self.content.insertWidget(0, self.matches)
        self.matches.set_compact(not wide)

    def _add_actions(self) -> list[QPushButton]:
        keep = self.add_action("先存着", self.keep, keys="Ctrl+S", left=True)
        return [
            keep,
            self.add_action("并入已有事项", self.join, keys="F5"),
            self.add_action("信访代跑", self.open_errand, keys="F6"),
            self.add_action("当场答复", self.answer, keys="F7"),
            self.add_action("立为信访事项", self.open_petition, keys="F8"),
            self.add_action("立为纠纷", self.open_dispute, primary=True, keys="F9"),
        ]

    def _connect(self) -> None:
        self.form.changed.connect(self._draft.touch)
        self.form.people_changed.connect(self._look_timer.start)
        self.matches.opened.connect(lambda match: self.desk.open("case", case_id=match.case_id))
        self.matches.joined.connect(self.join)
        self.recent.opened.connect(self._open_recent)
        self.faces.arranged.connect(self._place_matches)
        self._place_matches(self.faces.wide)

    def _saver(self) -> SaveVisit:
        entry, visit_id = self.form.entry(), self._visit_id

        def save(work: Work) -> UUID:
            if visit_id is None:
                return register_visit(work, entry)
            update_visit(work, visit_id, entry)
            return visit_id

        return save

    def _open_sheet(self, make: object) -> None:
        assert callable(make)
        if self.sheet is not None or not self.form.settle():
            return
        sheet: Sheet = make(self._saver())
        self.sheet = sheet
        sheet.given_up.connect(self._close_sheet)
        sheet.done.connect(self._settled)
        self.faces.open_sheet(sheet)
        self.show_actions(False)
        self.matches.setVisible(self.faces.wide and bool(self.matches.matches))
        sheet.begin()

    def _close_sheet(self) -> None:
        self.sheet = None
        self.faces.close_sheet()
        self.show_actions(True)
        self.matches.setVisible(bool(self.matches.matches))
        self.form.person.first_widget().setFocus()

    def _settled(self, result: UUID) -> None:
        answered = isinstance(self.sheet, AnswerSheet)
        self._close_sheet()
        if answered:
            self._kept(result)
            return
        self._leave_behind()
        self.desk.open("case", case_id=result)

    def _leave_behind(self) -> None:
        """The visit is done: an empty form for the next one, or back to where it was opened from."""
        if self._pushed:
            self._draft.saved()
            self.desk.open("back")
        else:
            self._start_anew()

    def _kept(self, visit_id: UUID) -> None:
        self._leave_behind()
        if self._pushed:
            return
        self.banner.say(
            Notice(
                "已登记",
                "这次来访已经存好，可以接着登记下一位。",
                actions=(
                    (
                        "打印来访登记表",
                        lambda: self.desk.open("paper", form="visit_register", visit_id=visit_id),
                    ),
                    ("接着处理", lambda: self.desk.open("visit", visit_id=visit_id)),
                ),
            )
        )

    def _start_anew(self) -> None:
        self._visit_id = None
        self._answer = ""
        self.set_title(self.title)
        self.form.start_anew()
        self._draft.saved()
        self._draft.rename("new")
        self.matches.show_matches(())
        self._form_area.verticalScrollBar().setValue(0)
        self.form.person.first_widget().setFocus()

    def _show_record(self, record: VisitRecord) -> None:
        self.set_title(f"来访登记　{record.number}")
        self._answer = record.answer
        self.form.show_record(record)
        for button in self._buttons[1:]:
            button.setEnabled(record.case_id is None)
        self._draft.offer()
        self._look_for_matches()

    def _look_for_matches(self) -> None:
        self._runs += 1
        run, people, viewer = self._runs, self.form.people(), viewer_of(self.desk)

        def job(session: Session) -> Sequence[PossibleMatch]:
            return possible_matches(session, people, viewer) if run == self._runs else ()

        self.desk.query(job, lambda found: self._show_matches(run, found), owner=self, quiet=True)

    def _show_matches(self, run: int, found: Sequence[PossibleMatch]) -> None:
        if run == self._runs:
            self.matches.show_matches(found)

    def _open_recent(self, row: VisitRow) -> None:
        if row.case_id is not None:
            self.desk.open("case", case_id=row.case_id)
        else:
            self.desk.open("visit", visit_id=row.id)
