"""The left side of a case folder: who, what, how much, and the matter's own days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.cases.folder import CaseFolder, FolderParty
from app.cases.parties import ADULT
from models.field import Kind, Mask, mask_value
from models.identity_number import age_on
from ui.frame.fields import field_at
from ui.frame.reading import show_day, show_moment, show_money
from ui.frame.work import Desk

FACTS = ("facts", "demand", "place", "amount_fen", "affected_count", "affected_households")
DAYS = (
    "received_on",
    "transferred_on",
    "assigned_on",
    "told_on",
    "accepted_on",
    "due_on",
    "extension_approved_on",
    "opinion_on",
    "delivered_on",
    "agreed_on",
    "closed_on",
    "archived_on",
)
KINDS = (
    "dispute_type",
    "dispute_subtype",
    "source",
    "category",
    "purpose",
    "content_class",
    "statutory_route",
    "responsible_unit",
    "lead_official",
)
RISK = ("risk_level", "risk_reason", "risk_measures", "risk_review_on")
NATURAL = "natural"
NO_GUARDIAN_NEEDED = ("guardian", "agent", "representative")


class FactsPane(QWidget):
    """Reads only; what is wrong is corrected on a sheet."""

    add_party = Signal()
    edit_party = Signal(object)
    """A :class:`FolderParty`."""
    add_guardian = Signal(object)
    """The :class:`FolderParty` who is a minor."""
    edit_facts = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(4)
        self._parts: list[QWidget] = []

    def show_folder(self, folder: CaseFolder) -> None:
        """Draws the matter anew."""
        for part in self._parts:
            self._column.removeWidget(part)
            part.hide()
            part.deleteLater()
        self._parts = []
        while self._column.count():
            self._column.takeAt(0)
        self._heading("当事人", "加当事人", self.add_party.emit)
        for party in folder.parties:
            self._add(self._party(party, folder.parties))
        if not folder.parties:
            self._add(_soft("还没有当事人。"))
        self._heading("情况", "更正", self.edit_facts.emit)
        values = folder.facts
        for name in FACTS:
            self._fact(f"case.{name}", values.get(name))
        for claim in folder.claims:
            self._add(_text(f"· {claim}"))
        self._heading("类别")
        for name in KINDS:
            self._fact(f"case.{name}", values.get(name), in_line=True)
        self._line("承办人", folder.mediator)
        if values.get("risk_level") and not values.get("risk_lifted_on"):
            self._heading("这件事的风险和帮助措施")
            for name in RISK:
                self._fact(f"case.{name}", values.get(name), in_line=True)
        self._heading("日期")
        for name in DAYS:
            self._fact(f"case.{name}", values.get(name), in_line=True)
        for visit in folder.visits:
            words = f"{show_moment(visit.happened_at)}　{visit.people_count} 人"
            self._line("重复来访" if visit.is_repeat else "来访", words)
        self._column.addStretch(1)

    # -- people --

    def _party(self, party: FolderParty, everybody: Sequence[FolderParty]) -> QWidget:
        card = QFrame()
        card.setObjectName("card")
        column = QVBoxLayout(card)
        column.setContentsMargins(12, 6, 8, 6)
        column.setSpacing(2)
        if party.represents is not None:
            column.setContentsMargins(28, 6, 8, 6)
        column.addLayout(self._party_head(party))
        for words in self._party_lines(party):
            column.addWidget(_soft(words))
        if party.person.document_number:
            column.addWidget(HiddenNumber(party.person.document_number))
        if party.refuses_mediation:
            column.addWidget(_caution("明确拒绝调解（人民调解法第十七条）"))
        if self._lacks_guardian(party, everybody):
            column.addLayout(self._guardian_line(party))
        return card

    def _party_head(self, party: FolderParty) -> QHBoxLayout:
        role = self._desk.tools.name_in("party_role")(party.role).split("（")[0]
        name = QLabel(f"{role}　{party.person.name or '（未写姓名）'}{self._group(party)}")
        font = name.font()
        font.setBold(True)
        name.setFont(font)
        name.setWordWrap(True)
        edit = QPushButton("更正")
        edit.setObjectName("link")
        edit.setAccessibleName(f"更正{party.person.name}")
        edit.clicked.connect(lambda: self.edit_party.emit(party))
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(name, 1)
        head.addWidget(edit, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _group(self, party: FolderParty) -> str:
        return f"（{party.group_count}人）" if party.group_count else ""

    def _party_lines(self, party: FolderParty) -> list[str]:
        person, tools = party.person, self._desk.tools
        about = []
        if person.sex:
            about.append(tools.name_in("sex")(person.sex))
        if person.born_on is not None:
            about.append(f"{age_on(person.born_on, self._desk.today())}岁")
        if person.ethnicity:
            about.append(tools.name_in("ethnicity")(person.ethnicity))
        about += [part for part in (person.occupation, party.relation, party.authority) if part]
        if person.legal_representative:
            about.append(f"法定代表人 {person.legal_representative}{person.representative_post}")
        contact = [part for part in (person.phone, person.address) if part]
        lines = ["　".join(about), "　".join(contact), party.special_need]
        return [line for line in lines if line]

    def _lacks_guardian(self, party: FolderParty, everybody: Sequence[FolderParty]) -> bool:
        person = party.person
        if person.kind != NATURAL or person.born_on is None or party.role in NO_GUARDIAN_NEEDED:
            return False
        guarded = any(other.represents == party.id and other.role == "guardian" for other in everybody)
        return not guarded and age_on(person.born_on, self._desk.today()) < ADULT

    def _guardian_line(self, party: FolderParty) -> QHBoxLayout:
        add = QPushButton("补上法定代理人")
        add.setObjectName("link")
        add.clicked.connect(lambda: self.add_guardian.emit(party))
        row = QHBoxLayout()
        row.addWidget(_caution("未满十八周岁"))
        row.addWidget(add)
        row.addStretch(1)
        return row

    # -- lines --

    def _add(self, widget: QWidget) -> None:
        self._parts.append(widget)
        self._column.addWidget(widget)

    def _heading(self, words: str, verb: str = "", act: Any = None) -> None:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 4, 0, 2)
        heading = QLabel(words)
        heading.setObjectName("section")
        row.addWidget(heading, 1)
        if verb:
            button = QPushButton(verb)
            button.setObjectName("link")
            button.setAccessibleName(f"{verb}（{words}）")
            button.clicked.connect(lambda: act())
            row.addWidget(button)
        self._add(line)

    def _fact(self, ref: str, value: Any, *, in_line: bool = False) -> None:
        words = shown_value(ref, value, self._desk)
        if not words:
            return
        label = field_at(ref).label
        if in_line or field_at(ref).kind is not Kind.LONG_TEXT:
            self._line(label, words)
        else:
            self._add(_soft(label))
            self._add(_text(words))

    def _line(self, label: str, words: str) -> None:
        if not words:
            return
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        name = _soft(label)
        name.setFixedWidth(6 * self.fontMetrics().horizontalAdvance("国") + 6)
        row.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(_text(words), 1)
        self._add(line)


class HiddenNumber(QWidget):
    """A document number, masked until it is needed (个人信息保护法 第二十五条)."""

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number
        self.words = _soft(mask_value(number, Mask.DOCUMENT))
        self.words.setWordWrap(False)
        self.button = QPushButton("显示")
        self.button.setObjectName("link")
        self.button.setAccessibleName("显示证件号码")
        self.button.clicked.connect(self._turn)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.words)
        row.addWidget(self.button)
        row.addStretch(1)

    def _turn(self) -> None:
        hidden = self.button.text() == "显示"
        self.words.setText(self._number if hidden else mask_value(self._number, Mask.DOCUMENT))
        self.button.setText("遮住" if hidden else "显示")


def shown_value(ref: str, value: Any, desk: Desk) -> str:
    """A field's value as people read it; empty when there is nothing to say."""
    field = field_at(ref)
    if value in (None, "", False):
        return ""
    if field.kind is Kind.CODE and field.codes:
        return desk.tools.name_in(field.codes)(str(value))
    if field.kind is Kind.DAY:
        return show_day(value)
    if field.kind is Kind.MOMENT:
        return show_moment(value)
    if field.kind is Kind.MONEY:
        return f"{_grouped(show_money(value))} 元"
    if field.kind is Kind.YES_NO:
        return "是"
    return f"{value} {field.unit}".strip()


def _grouped(amount: str) -> str:
    whole, point, rest = amount.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _text(words: str) -> QLabel:
    label = QLabel(words)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _soft(words: str) -> QLabel:
    label = _text(words)
    label.setObjectName("soft")
    return label


def _caution(words: str) -> QLabel:
    label = _text(words)
    label.setObjectName("fieldNote")
    label.setProperty("problem", True)
    return label
