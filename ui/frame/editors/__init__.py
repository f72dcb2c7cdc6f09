"""One widget per kind of field, and :func:`editor_for`, which chooses it."""

from __future__ import annotations

from models.field import Field, Kind
from ui.frame.editors.base import Editor
from ui.frame.editors.choice import Choice, ChoiceEditor
from ui.frame.editors.line import DayEditor, LineEditor, MomentEditor, MoneyEditor, NumberEditor
from ui.frame.editors.long_text import LongTextEditor
from ui.frame.editors.yes_no import YesNoEditor
from ui.frame.tools import FormTools

__all__ = ["Choice", "ChoiceEditor", "Editor", "editor_for"]


def editor_for(field: Field, tools: FormTools, *, secret: bool = False) -> Editor:
    """The widget in which a value of this kind is entered. References get an empty list to be filled."""
    if field.kind is Kind.LONG_TEXT:
        return LongTextEditor(field)
    if field.kind is Kind.CODE:
        assert field.codes is not None
        return ChoiceEditor(tools.choices(field.codes), empty="", name_of=tools.name_in(field.codes))
    if field.kind is Kind.ROW:
        return ChoiceEditor([], empty=None)
    if field.kind is Kind.DAY:
        return DayEditor(tools)
    if field.kind is Kind.MOMENT:
        return MomentEditor(tools)
    if field.kind is Kind.NUMBER:
        return NumberEditor(field.unit)
    if field.kind is Kind.MONEY:
        return MoneyEditor()
    if field.kind is Kind.YES_NO:
        return YesNoEditor()
    return LineEditor(field, secret=secret)
