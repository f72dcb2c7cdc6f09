"""Who somebody is: name, number, phone, address; sex and birth date come from the identity number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cases.people import RESIDENT_CARD, KnownPerson, PersonEntry, known
from models.identity_number import IdentityNumber, age_on, read_identity_number
from models.person import Person
from ui.frame.form import Form, FormRow, Section
from ui.frame.work import Desk
from ui.screens.parts.people_finder import people_finder

WHO = (
    "person.name",
    "person.document_number",
    "person.phone",
    "person.address",
    "person.sex",
    "person.born_on",
    "person.ethnicity",
    "person.kind",
)


KNOWN = "person.id"
"""Key under which a draft keeps whose fields these are."""


def read_known(session: Session, person_id: UUID) -> KnownPerson | None:
    """A person by id, or None."""
    person = session.scalars(select(Person).where(Person.id == person_id)).one_or_none()
    return None if person is None else known(person)


class PersonForm(Form):
    """The fields of one person, with the list of known people below name, number and phone."""

    reused = Signal(object)
    """A person already known was taken over (:class:`app.cases.people.KnownPerson`)."""

    def __init__(
        self,
        desk: Desk,
        title: str,
        *,
        before: Sequence[FormRow] = (),
        after: Sequence[FormRow | str] = (),
        who: Sequence[str] = WHO,
    ) -> None:
        rows: list[str | FormRow] = [*before]
        rows += [self._row_for(ref) for ref in who]
        super().__init__([Section(title, *rows, *after)] if title else [*rows, *after], desk.tools)
        self._desk = desk
        self._known: KnownPerson | None = None
        finder_lines = ("person.name", "person.document_number", "person.phone")
        self.finder = people_finder(desk, [self._line(ref) for ref in finder_lines if ref in who], self)
        self.finder.taken.connect(self.take)
        self.changed.connect(self._on_changed)
        if "person.kind" in who:
            self.editor("person.kind").set_value("natural")

    def entry(self) -> PersonEntry:
        """The person as typed; what is known besides stays as it is."""
        begun = self._known.entry() if self._known is not None else PersonEntry()
        values = {ref.partition(".")[2]: self.editor(ref).value() for ref in self._own_references()}
        values["kind"] = values.get("kind") or begun.kind
        return replace(begun, **values)

    @property
    def empty(self) -> bool:
        """Whether nothing that names a person was filled in."""
        names = ("person.name", "person.document_number", "person.phone", "person.address")
        return not any(self.editor(ref).typed().strip() for ref in names)

    def take(self, person: KnownPerson) -> None:
        """Fills in a person already known; what is changed afterwards is a correction of that person."""
        self._known = person
        self.set_values({ref: getattr(person, ref.partition(".")[2], None) for ref in self._own_references()})
        self._read_number()
        self.row("person.name").set_hint("以前登记过的人；如不是同一人，请清空姓名重填。")
        self.reused.emit(person)

    def start_anew(self) -> None:
        """Empties the form for somebody else."""
        self._known = None
        self.clear()
        self.row("person.name").set_hint("")
        if "person.kind" in self.references():
            self.editor("person.kind").set_value("natural")
        self._read_number()

    def typed(self) -> dict[str, str]:
        """What a draft keeps; it remembers whom it belongs to, or the person would be recorded twice."""
        known = {KNOWN: str(self._known.id)} if self._known is not None else {}
        return {**super().typed(), **known}

    def restore_typed(self, texts: Mapping[str, str]) -> None:
        """Puts back a draft and reads the number in it again."""
        super().restore_typed(texts)
        self._known = None
        self._read_number()
        if texts.get(KNOWN):
            person_id = UUID(texts[KNOWN])
            self._desk.query(lambda session: read_known(session, person_id), self._remember, quiet=True)

    def _remember(self, person: KnownPerson | None) -> None:
        if self._known is None and person is not None and not self.empty:
            self._known = person

    def number(self) -> IdentityNumber | None:
        """What the identity number says; None when there is none or the paper is of another kind."""
        text = str(self.editor("person.document_number").value())
        kind = (
            self.editor("person.document_kind").value() if "person.document_kind" in self.references() else ""
        )
        organisation = "person.kind" in self.references() and self.editor("person.kind").value() not in (
            "",
            "natural",
        )
        if not text or kind not in ("", RESIDENT_CARD) or organisation:
            return None
        return read_identity_number(text, self._desk.today())

    def _row_for(self, ref: str) -> FormRow:
        if ref == "person.name":
            return FormRow(ref, hint="姓名、拼音首字母或电话")
        if ref == "person.document_number":
            return FormRow(ref, check=self._number_problem)
        return FormRow(ref)

    def _number_problem(self, _value: Any) -> str:
        number = self.number()
        return f"{'；'.join(number.problems)}。不影响保存。" if number is not None and number.problems else ""

    def _own_references(self) -> list[str]:
        return [ref for ref in self.references() if ref.startswith("person.")]

    def _line(self, ref: str) -> QLineEdit:
        line = self.editor(ref).focus_widget()
        assert isinstance(line, QLineEdit)
        return line

    def _on_changed(self, ref: str) -> None:
        if ref == "person.name" and not self.editor(ref).typed() and self._known is not None:
            self._known = None
            self.row("person.name").set_hint("")
        if ref in ("person.document_number", "person.born_on", "person.kind", "person.document_kind"):
            self._read_number()

    def _read_number(self) -> None:
        if "person.sex" not in self.references() or "person.born_on" not in self.references():
            return  # A short form, such as the other side's, leaves them to what is saved.
        number = self.number()
        told = number is not None and number.valid
        if number is not None and told:
            self.editor("person.sex").set_value(number.sex_code)
            self.editor("person.born_on").set_value(number.birth_date)
        for ref in ("person.sex", "person.born_on"):
            self.row(ref).set_read_only(told)
        born = self.editor("person.born_on").value()
        self.row("person.born_on").set_hint("" if born is None else f"{age_on(born, self._desk.today())} 岁")
