"""Forms made from the field descriptions, on real widgets."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from models.base import synced_tables
from models.clock import at_local
from models.codes import CodeTables
from models.field import Field, Kind, Personal
from models.tables import METADATA
from tests.ground.clock import FakeClock
from ui.frame.editors import Choice
from ui.frame.fields import field_at
from ui.frame.form import Form, FormRow, Section
from ui.frame.tools import FormTools

TABLES = [table.name for table in synced_tables(METADATA)]
SOMEBODY = UUID(int=7)


@pytest.fixture
def tools(codes: CodeTables, clock: FakeClock) -> FormTools:
    """Real code tables and a clock on 2 March 2026."""
    return FormTools(codes, clock)


def sample(reference: str, tools: FormTools) -> Any:
    """A value that fits the field."""
    field = field_at(reference)
    if field.kind is Kind.CODE:
        return tools.choices(str(field.codes))[0].value
    values: dict[Kind, Any] = {
        Kind.TEXT: "𠮷某"[: field.length],
        Kind.LONG_TEXT: "起因：宅基地边界。\n经过：“争吵”。𬭎",
        Kind.DAY: date(2024, 2, 29),
        Kind.MOMENT: datetime(2026, 3, 2, 1, 2, 3, 4567, tzinfo=at_local(2026, 1, 1).tzinfo),
        Kind.NUMBER: 46,
        Kind.MONEY: 120050,
        Kind.YES_NO: True,
        Kind.ROW: SOMEBODY,
        Kind.SYSTEM: "text/plain",
    }
    return values[field.kind]


def type_by_input_method(widget: QWidget, text: str) -> None:
    """Types the way Chinese is typed: a preedit, then a commit."""
    preedit = QInputMethodEvent("l", [])
    QApplication.sendEvent(widget, preedit)
    commit = QInputMethodEvent()
    commit.setCommitString(text)
    QApplication.sendEvent(widget, commit)


@pytest.mark.parametrize("table", TABLES)
def test_every_synced_table_makes_a_form_and_values_round_trip(
    qtbot: QtBot, tools: FormTools, table: str
) -> None:
    """GIVEN any synced table WHEN a form of all its fields is filled THEN the same values come out."""
    references = [
        f"{table}.{column.name}"
        for column in METADATA.tables[table].columns
        if column.name not in ("local_id", "id")
    ]
    form = Form(references, tools)
    qtbot.addWidget(form)
    for reference in references:
        if field_at(reference).kind is Kind.ROW:
            form.set_choices(reference, [Choice(SOMEBODY, "王芳")])
    empty = form.values()
    for reference, value in empty.items():
        kind = field_at(reference).kind
        assert value == (
            ""
            if kind in (Kind.TEXT, Kind.LONG_TEXT, Kind.CODE, Kind.SYSTEM)
            else False
            if kind is Kind.YES_NO
            else None
        )
    values = {reference: sample(reference, tools) for reference in references}
    form.set_values(values)
    assert form.values() == values
    assert form.settle()
    typed = form.typed()
    form.clear()
    assert form.values() == empty
    fresh = Form(references, tools)
    qtbot.addWidget(fresh)
    for reference in references:
        if field_at(reference).kind is Kind.ROW:
            fresh.set_choices(reference, [Choice(SOMEBODY, "王芳")])
    fresh.restore_typed(typed)
    restored = fresh.values()
    for reference, value in values.items():
        if field_at(reference).kind is Kind.MOMENT:
            assert restored[reference] == value.replace(second=0, microsecond=0)
        else:
            assert restored[reference] == value
    fresh.set_read_only(True)
    assert fresh.values() == restored


def test_each_field_is_named_and_bound_to_its_label(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a form THEN every editor has an accessible name without a mnemonic and is its label's buddy."""
    form = Form(
        [Section("来访", "visit.facts", "visit.channel", "visit.people_count", "visit.urgent")], tools
    )
    qtbot.addWidget(form)
    for reference in form.references():
        cell = form.row(reference)
        widget = cell.editor.focus_widget()
        assert widget.accessibleName() == field_at(reference).label
        assert "&" not in cell.label.text()
        assert cell.label.buddy() is widget


def test_two_columns_when_wide_and_one_when_narrow(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN the same form WHEN it is wide THEN two fields stand side by side, when narrow below one another."""
    form = Form(["person.name", "person.phone", "person.address"], tools)
    qtbot.addWidget(form)
    em = form.fontMetrics().horizontalAdvance("国")
    form.resize(70 * em, 300)
    form.show()
    QApplication.processEvents()
    assert form.row("person.name").y() == form.row("person.phone").y()
    form.resize(40 * em, 300)
    QApplication.processEvents()
    assert form.row("person.name").y() < form.row("person.phone").y()


def test_enter_goes_on_and_ends_the_form(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN the cursor in a field WHEN Enter is pressed THEN the next field has it, and the last one says so."""
    form = Form(["person.name", "person.born_on", "person.phone"], tools)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    form.first_widget().setFocus()
    focused: list[QWidget | None] = []
    for reference in ("person.name", "person.born_on"):
        qtbot.keyClick(form.editor(reference).focus_widget(), Qt.Key.Key_Return)
        focused.append(form.focusWidget())
    assert focused == [
        form.editor("person.born_on").focus_widget(),
        form.editor("person.phone").focus_widget(),
    ]
    with qtbot.waitSignal(form.finished, timeout=1000):
        qtbot.keyClick(form.editor("person.phone").focus_widget(), Qt.Key.Key_Enter)


def test_tab_order_is_the_list_order(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN fields in an order WHEN Tab is pressed THEN they follow one another, long text included."""
    references = ["person.name", "visit.facts", "person.phone"]
    form = Form(references, tools)
    qtbot.addWidget(form)
    form.show()
    form.first_widget().setFocus()
    for before, after in pairwise(references):
        qtbot.keyClick(form.editor(before).focus_widget(), Qt.Key.Key_Tab)
        assert form.focusWidget() is form.editor(after).focus_widget()


def test_a_value_that_cannot_be_read_is_kept_and_said(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a day nobody can read THEN it stays as typed, the reason stands below, and saving waits."""
    form = Form(["case.happened_on", "case.place"], tools)
    qtbot.addWidget(form)
    form.show()
    line = form.editor("case.happened_on").focus_widget()
    qtbot.keyClicks(line, "2026-2-30")
    assert not form.settle()
    assert "日期没有看懂" in form.row("case.happened_on").note()
    assert form.focusWidget() is line
    assert form.values()["case.happened_on"] is None
    assert form.typed() == {"case.happened_on": "2026-2-30"}
    assert isinstance(line, QLineEdit)
    line.clear()
    qtbot.keyClicks(line, "3.2")
    assert form.settle()
    assert form.values(short=True) == {"happened_on": date(2026, 3, 2), "place": ""}
    assert form.row("case.happened_on").note() == ""


def test_too_long_text_is_counted_not_cut(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN more characters than a field holds THEN all of them stay, and the number too many is said."""
    form = Form(["org_unit.short_name", "org_unit.name"], tools)
    qtbot.addWidget(form)
    form.editor("org_unit.name").set_value("上" * 57)
    form.row("org_unit.name").review()
    assert form.row("org_unit.name").note() == "还可写 3 个字"
    form.editor("org_unit.name").restore_typed("上" * 62)
    assert not form.settle()
    assert form.row("org_unit.name").note() == "多了 2 个字，最多 60 个字。"
    assert form.values()["org_unit.name"] == "上" * 62
    form.editor("org_unit.name").restore_typed("𠮷" * 60)
    assert form.settle()


def test_required_fields_are_asked_for_in_words(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a required field left empty THEN settle says which one."""
    form = Form([FormRow("person.name", required=True), "person.phone"], tools)
    qtbot.addWidget(form)
    assert not form.settle()
    assert form.row("person.name").note() == "请填写姓名（名称）。"
    form.set_values({"name": "张三"})
    assert form.settle()


def test_a_check_warns_without_blocking(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a value that looks wrong THEN it is said in words and saved all the same."""
    row = FormRow("person.document_number", check=lambda text: "校验位不对。" if text else "")
    form = Form([row], tools)
    qtbot.addWidget(form)
    form.set_values({"document_number": "123"})
    assert form.row("person.document_number").note() == "校验位不对。"
    assert form.row("person.document_number").findChildren(QLabel)[-1].property("problem") is True
    assert form.settle()
    form.row("person.document_number").set_problem("与另一人相同。")
    assert form.row("person.document_number").note() == "与另一人相同。"


def test_codes_are_found_by_name_and_by_pinyin_initials(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a code field WHEN part of a name or its initials are typed THEN the only match is taken."""
    form = Form(["case.dispute_type", "person.ethnicity"], tools)
    qtbot.addWidget(form)
    editor = form.editor("case.dispute_type")
    box = editor.focus_widget()
    assert isinstance(box, QComboBox)
    line = box.lineEdit()
    assert line is not None
    type_by_input_method(line, "邻")
    assert editor.value() == "neighbour"
    line.clear()
    qtbot.keyClicks(line, "hyjt")
    assert editor.value() == "marriage"
    line.editingFinished.emit()
    assert line.text() == "婚姻家庭"
    form.editor("person.ethnicity").restore_typed("火星人")
    assert not form.settle()
    assert form.row("person.ethnicity").note() == "请从列表中选一项。"
    assert form.typed()["person.ethnicity"] == "火星人"


def test_a_code_no_longer_offered_stays_as_it_is(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN an old record with a code of a county's own list THEN it is shown and comes back unchanged."""
    form = Form(["case.dispute_type"], tools)
    qtbot.addWidget(form)
    form.set_values({"dispute_type": "county_77"})
    assert form.values(short=True) == {"dispute_type": "county_77"}
    assert form.settle()


def test_changed_tells_which_field_and_only_for_people(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN values set by the program THEN nothing is signalled; a key press is."""
    form = Form(["person.name", "visit.facts", "visit.urgent"], tools)
    qtbot.addWidget(form)
    told: list[str] = []
    form.changed.connect(told.append)
    form.set_values({"name": "张三", "facts": "长文", "urgent": True})
    assert told == []
    type_by_input_method(form.editor("person.name").focus_widget(), "李")
    qtbot.keyClicks(form.editor("visit.facts").focus_widget(), "x")
    form.editor("visit.urgent").focus_widget().click()  # type: ignore[attr-defined]
    assert told == ["person.name", "visit.facts", "visit.urgent"]


def test_secrets_never_reach_a_draft(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN a password field THEN what a draft keeps of the form is without it."""
    field = Field("密码", Kind.TEXT, Personal.SENSITIVE)
    form = Form([FormRow("password", field=field, secret=True), "person.name"], tools)
    qtbot.addWidget(form)
    form.editor("password").set_value(" mi ma ")
    form.set_values({"name": "张三"})
    assert form.values()["password"] == " mi ma "
    assert form.typed() == {"person.name": "张三"}


def test_the_wheel_changes_no_value_in_passing(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN the wheel over a combo box THEN the value stays and the page gets the event."""
    from PySide6.QtCore import QPoint, QPointF
    from PySide6.QtGui import QWheelEvent

    form = Form(["case.dispute_type"], tools)
    qtbot.addWidget(form)
    form.set_values({"dispute_type": "neighbour"})
    box = form.editor("case.dispute_type").focus_widget()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, -120),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(box, event)
    assert form.values(short=True) == {"dispute_type": "neighbour"}


def test_the_calendar_picks_a_day(qtbot: QtBot, tools: FormTools) -> None:
    """GIVEN the calendar of a day and of a moment WHEN a day is clicked THEN it is taken over."""
    from PySide6.QtCore import QDate
    from PySide6.QtWidgets import QCalendarWidget, QMenu, QToolButton

    form = Form(["case.happened_on", "visit.happened_at"], tools)
    qtbot.addWidget(form)
    form.show()
    for reference in form.references():
        editor = form.editor(reference)
        editor.findChild(QToolButton).click()
        menu = editor.findChild(QMenu)
        calendar = menu.findChild(QCalendarWidget)
        assert calendar.selectedDate() == QDate(2026, 3, 2)
        calendar.clicked.emit(QDate(2026, 2, 27))
        qtbot.waitUntil(lambda menu=menu: not menu.isVisible())
    assert form.values()["case.happened_on"] == date(2026, 2, 27)
    assert form.values()["visit.happened_at"] == at_local(2026, 2, 27, 9, 10)


def test_an_unknown_field_is_a_defect(tools: FormTools, qtbot: QtBot) -> None:
    """GIVEN a reference that is no column THEN it raises with the reference."""
    assert qtbot is not None
    with pytest.raises(KeyError, match=r"visit\.nothing"):
        Form(["visit.nothing"], tools)
