"""Adds or corrects a party; a minor's guardian is asked for, never insisted on (民法典 第十九至二十三条)."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.cases.folder import FolderParty
from app.cases.parties import PartyEntry, add_party, needs_guardian, update_party, withdraw_party
from app.station import Work
from ui.frame.form import Form, FormRow
from ui.frame.work import Desk
from ui.screens.parts.person_form import PersonForm
from ui.screens.parts.sheet import Sheet

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
    "person.legal_representative",
    "person.representative_post",
)
ORGANISATION_ONLY = ("person.legal_representative", "person.representative_post")
PERSON_ONLY = ("person.sex", "person.born_on", "person.ethnicity", "person.occupation")
ACTING = ("guardian", "agent")
GUARDIAN_WHO = (
    "person.name",
    "person.document_number",
    "person.phone",
    "person.address",
    "person.sex",
    "person.born_on",
)
ORGANISATIONS = ("legal", "unincorporated")


class PartyEditor(Sheet):
    """One party. ``acts_for``: the party this one is guardian or agent of."""

    def __init__(
        self,
        desk: Desk,
        case_id: UUID,
        *,
        party: FolderParty | None = None,
        acts_for: FolderParty | None = None,
        role: str = "applicant",
    ) -> None:
        heading = "更正当事人" if party else f"{acts_for.person.name}的法定代理人" if acts_for else "加当事人"
        below = (
            "这里改的姓名、电话、住址，在所有文书和台账里一起改过来。"
            if party
            else "输入姓名、首字母或电话可以找到登记过的人。"
        )
        super().__init__(desk, heading, below, "保存")
        self._case_id = case_id
        self._party = party
        self._acts_for = acts_for
        self.person = PersonForm(desk, "", before=[FormRow("case_party.role", required=True)], who=WHO)
        self.role_form = Form(
            [
                "case_party.relation",
                "case_party.authority",
                "case_party.group_count",
                "case_party.special_need",
                "case_party.refuses_mediation",
            ],
            desk.tools,
        )
        self.guardian = PersonForm(desk, "法定代理人（监护人）", who=GUARDIAN_WHO)
        self.guardian_form = Form(["case_party.relation"], desk.tools)
        self.person.editor("case_party.role").set_value("guardian" if acts_for else role)
        self._put_together()
        if party is not None:
            self._show(party)
        self._follow()

    def first_widget(self) -> QWidget:
        """The name, because the role is mostly right already."""
        return self.person.editor("person.name").focus_widget()

    def entry(self) -> PartyEntry:
        """The party as typed, with the guardian when one was named."""
        person = self.person.entry()
        role = str(self.person.editor("case_party.role").value())
        values = self.role_form.values(short=True)
        actors: tuple[PartyEntry, ...] = ()
        if not self.guardian.empty and not self.guardian.isHidden():
            relation = str(self.guardian_form.editor("case_party.relation").value())
            actors = (PartyEntry(self.guardian.entry(), "guardian", relation=relation),)
        return PartyEntry(person, role, actors=actors, **values)

    def act(self) -> None:
        """Saves the party and whoever acts for it."""
        if not all(
            form.settle() for form in (self.person, self.role_form, self.guardian, self.guardian_form)
        ):
            return
        entry, case_id, party, acts_for = self.entry(), self._case_id, self._party, self._acts_for

        def job(work: Work) -> UUID:
            if party is None:
                return add_party(work, case_id, entry, represents=acts_for.id if acts_for else None)
            update_party(work, party.id, entry)
            for actor in entry.actors:
                add_party(work, case_id, actor, represents=party.id)
            return party.id

        self.do_button.setEnabled(False)
        self.desk.change("保存当事人", job, self.finish, self.refuse, owner=self)

    def _put_together(self) -> None:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for form in (self.person, self.role_form, self.guardian, self.guardian_form):
            column.addWidget(form)
        column.addStretch(1)
        self.set_body(body)
        self.person.changed.connect(lambda _ref: self._follow())
        self.person.reused.connect(lambda _person: self._follow())
        self.person.finished.connect(lambda: self.role_form.first_widget().setFocus())
        self.role_form.finished.connect(self._after_role)
        self.guardian.finished.connect(lambda: self.guardian_form.first_widget().setFocus())
        self.guardian_form.finished.connect(self.do_button.setFocus)
        if self._party is not None:
            remove = QPushButton("不是这件事的当事人…")
            remove.setObjectName("link")
            remove.clicked.connect(self._remove)
            self.foot.insertWidget(0, remove)

    def _after_role(self) -> None:
        widget = self.do_button if self.guardian.isHidden() else self.guardian.first_widget()
        widget.setFocus()

    def _show(self, party: FolderParty) -> None:
        self.person.take(party.person)
        self.person.row("person.name").set_hint("")
        self.person.editor("case_party.role").set_value(party.role)
        self.role_form.set_values(
            {
                "relation": party.relation,
                "authority": party.authority,
                "group_count": party.group_count,
                "special_need": party.special_need,
                "refuses_mediation": party.refuses_mediation,
            }
        )

    def _follow(self) -> None:
        """Shows what the kind of party, its role and its age ask for."""
        kind = str(self.person.editor("person.kind").value())
        role = str(self.person.editor("case_party.role").value())
        for ref in ORGANISATION_ONLY:
            self.person.row(ref).setVisible(kind in ORGANISATIONS)
        for ref in PERSON_ONLY:
            self.person.row(ref).setVisible(kind not in (*ORGANISATIONS, "group"))
        acting = role in ACTING
        self.role_form.row("case_party.relation").setVisible(acting)
        self.role_form.row("case_party.authority").setVisible(role == "agent")
        self.role_form.row("case_party.group_count").setVisible(kind == "group" or role == "representative")
        self.role_form.row("case_party.refuses_mediation").setVisible(not acting)
        minor = self._party is None and needs_guardian(
            PartyEntry(self.person.entry(), role), self.desk.today()
        )
        self.guardian.setVisible(minor)
        self.guardian_form.setVisible(minor)

    def _remove(self) -> None:
        party = self._party
        assert party is not None
        self.desk.change(
            "撤下当事人",
            lambda work: withdraw_party(work, party.id, "登记有误，不是当事人"),
            lambda _none: self.finish(party.id),
            self.refuse,
            owner=self,
        )
