"""案件夹: a matter opened as a folder — facts left, timeline in the middle, lawful next steps and papers right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget
from sqlalchemy.orm import Session

from app.accounts.access import OPENED_RESTRICTED, note_access
from app.cases.folder import CaseFolder, FolderParty, IssuedPaper, TimelineEntry, open_folder
from app.cases.lifecycle.engine import AllowedStep
from app.station import Work
from ui.frame.editors import Choice
from ui.frame.screen import Screen
from ui.frame.work import Desk
from ui.screens.folder.facts import FactsPane
from ui.screens.folder.next_steps import NextStepsPane
from ui.screens.folder.sheets import FactsSheet, WithdrawSheet
from ui.screens.folder.timeline import TimelinePane
from ui.screens.parts.beside import scrolled
from ui.screens.parts.faces import Faces
from ui.screens.parts.reading_desk import staff_choices, viewer_of
from ui.screens.parts.sheet import Sheet
from ui.screens.party_editor import PartyEditor
from ui.screens.step_dialog import StepSheet

WIDE_FROM_EM = 52
FACTS_EM, STEPS_EM = 25, 14
GAP = 16
PAGE_MARGIN = 24
PRINCIPALS = ("applicant", "respondent", "third_party", "petitioner", "about_unit")


class CaseFolderScreen(Screen):
    """One matter."""

    title = "案件夹"
    _ready = False
    shows = frozenset({"case", "case_party", "person", "step", "paper", "visit", "fulfilment", "agreement"})

    def __init__(self, desk: Desk, case_id: UUID) -> None:
        super().__init__(desk)
        self.case_id = case_id
        self.folder: CaseFolder | None = None
        self._staff: list[Choice] = []
        self.sheet: Sheet | None = None
        self.facts = FactsPane(desk)
        self.timeline = TimelinePane(desk)
        self.steps = NextStepsPane()
        self.state = QLabel()
        self.state.setObjectName("bannerTitle")
        self.add_beside_heading(self.state)
        self.faces = Faces(
            scrolled(self.timeline),
            scrolled(self.facts),
            names=("办理过程", "情况和当事人"),
            side_em=FACTS_EM,
            wide_from_em=WIDE_FROM_EM,
            side_left=True,
        )
        self._steps_area = scrolled(self.steps)
        self._ready = True
        self._size_steps()
        self._put_together()
        self._connect()

    def first_focus(self) -> QWidget | None:
        """The first thing that may be done."""
        if self.sheet is not None:
            return self.sheet.first_widget()
        return self.steps.step_buttons[0] if self.steps.step_buttons else None

    def refresh(self) -> None:
        """Reads the matter again; a sheet that is open stays open."""
        case_id, viewer = self.case_id, viewer_of(self.desk)

        def job(session: Session) -> tuple[CaseFolder, list[Choice]]:
            return open_folder(session, case_id, viewer), staff_choices(session)

        self.query(job, self._show)

    # -- sheets --

    def take_step(self, step: AllowedStep) -> None:
        """Opens the form of a lawful step in the middle, the facts beside it."""
        if self.folder is not None:
            self._open_sheet(
                StepSheet(
                    self.desk, self.case_id, step, staff=self._staff, present=self._present(self.folder)
                )
            )

    def edit_party(self, party: FolderParty) -> None:
        """Opens the form of a party."""
        self._open_sheet(PartyEditor(self.desk, self.case_id, party=party))

    def add_party(self) -> None:
        """Opens an empty form for a party; the side that is missing is proposed."""
        roles = {party.role for party in self.folder.parties} if self.folder else set()
        dispute = self.folder is not None and self.folder.kind == "dispute"
        first = "applicant" if dispute else "petitioner"
        second = "respondent" if dispute else "about_unit"
        self._open_sheet(PartyEditor(self.desk, self.case_id, role=second if first in roles else first))

    def add_guardian(self, minor: FolderParty) -> None:
        """Opens the form of a minor's guardian."""
        self._open_sheet(PartyEditor(self.desk, self.case_id, acts_for=minor))

    def edit_facts(self) -> None:
        """Opens the form of the matter's facts."""
        if self.folder is not None:
            self._open_sheet(
                FactsSheet(self.desk, self.case_id, self.folder.kind, self.folder.facts, self._staff)
            )

    def withdraw(self, entry: TimelineEntry) -> None:
        """Opens the form that takes a step back."""
        name = self.desk.tools.name_in("step_kind")(entry.kind)
        self._open_sheet(WithdrawSheet(self.desk, entry.id, name))

    # -- inside --

    def _put_together(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addWidget(self.faces, 1)
        row.addWidget(self._steps_area)
        self.content.addLayout(row, 1)

    def _connect(self) -> None:
        self.steps.step_chosen.connect(self.take_step)
        self.steps.paper_wanted.connect(self._open_paper)
        self.steps.issued_wanted.connect(self._open_issued)
        self.facts.add_party.connect(self.add_party)
        self.facts.edit_party.connect(self.edit_party)
        self.facts.add_guardian.connect(self.add_guardian)
        self.facts.edit_facts.connect(self.edit_facts)
        self.timeline.withdraw.connect(self.withdraw)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The title is cut where there is no room for it; the whole of it stands in its tool tip."""
        super().resizeEvent(event)
        self._show_title()

    def changeEvent(self, event: QEvent) -> None:
        """Larger type needs wider buttons."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self._ready:
            self._size_steps()

    def _size_steps(self) -> None:
        self._steps_area.setFixedWidth(STEPS_EM * self.fontMetrics().horizontalAdvance("国"))

    def _show_title(self) -> None:
        if self.folder is None:
            return
        title = self.folder.title or self.desk.tools.name_in("case_kind")(self.folder.kind)
        room = self.width() - self.state.sizeHint().width() - 3 * PAGE_MARGIN
        self._heading.setToolTip(title)
        self.set_title(self._heading.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, room))

    def _show(self, read: tuple[CaseFolder, list[Choice]]) -> None:
        first = self.folder is None
        self.folder, self._staff = read
        tools = self.desk.tools
        parts = [self.folder.number, tools.name_in("case_state")(self.folder.state)]
        if self.folder.secrecy != "open":
            parts.append(tools.name_in("secrecy")(self.folder.secrecy))
        self.state.setText("　".join(parts))
        self._show_title()
        self.facts.show_folder(self.folder)
        self.timeline.show_folder(self.folder)
        self.steps.show_folder(self.folder)
        if first and self.folder.secrecy != "open":
            self._note_access()
        if first and self.isVisible() and self.steps.step_buttons:
            self.steps.step_buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _note_access(self) -> None:
        case_id = self.case_id

        def job(work: Work) -> None:
            note_access(
                work.session,
                at=work.now,
                account_id=work.account_id,
                event=OPENED_RESTRICTED,
                subject=str(case_id),
            )

        self.desk.change("记录查看", job, quiet=True)

    def _open_sheet(self, sheet: Sheet) -> None:
        self.sheet = sheet
        sheet.done.connect(lambda _result: self._close_sheet())
        sheet.given_up.connect(self._close_sheet)
        self.faces.open_sheet(sheet)
        sheet.begin()

    def _close_sheet(self) -> None:
        self.sheet = None
        self.faces.close_sheet()
        if self.steps.step_buttons:
            self.steps.step_buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _present(self, folder: CaseFolder) -> dict[str, Any]:
        """What is known already and need not be typed into a step again."""
        me = self.desk.station.signed_in.name
        principals: Sequence[str] = [
            party.person.name for party in folder.parties if party.role in PRINCIPALS
        ]
        return {
            **{f"case.{name}": value for name, value in folder.facts.items()},
            "mediation_session.mediators": folder.mediator or me,
            "mediation_session.recorder": me,
            "mediation_session.participants": "、".join(name for name in principals if name),
            "agreement.facts": folder.facts.get("facts", ""),
            "agreement.recorder": me,
        }

    def _open_paper(self, form: str, blank: bool) -> None:
        self.desk.open("paper", form=form, case_id=self.case_id, blank=blank)

    def _open_issued(self, paper: IssuedPaper) -> None:
        self.desk.open("paper", form=paper.form, case_id=self.case_id, paper_id=paper.id)
