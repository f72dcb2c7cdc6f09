"""While a name, initials, a phone or a number is typed, the people already known appear below the box."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit
from sqlalchemy.orm import Session

from app.cases.people import KnownPerson, find_people
from models.field import Mask, mask_value
from models.identity_number import age_on
from ui.frame.work import Desk
from ui.screens.parts.drop_list import DropList
from ui.screens.parts.reading_desk import viewer_of

WAIT_MS = 150
MOST_PEOPLE = 8
SHORTEST_NUMBER = 4


def people_finder(desk: Desk, lines: Sequence[QLineEdit], parent: QObject) -> DropList:
    """The list of known people below the given boxes; its ``taken`` hands over a ``KnownPerson``."""
    viewer = viewer_of(desk)

    def ask(session: Session, text: str) -> Sequence[KnownPerson]:
        return find_people(session, text, MOST_PEOPLE, viewer)

    return DropList(
        desk,
        lines,
        ask,
        lambda person: line_about(person, desk),
        worth_asking=worth_asking,
        choose_first=str.isascii,
        wait_ms=WAIT_MS,
        width_em=34,
        name="已登记过的人",
        parent=parent,
    )


def worth_asking(text: str) -> bool:
    """One Chinese character or letter is enough; a number only from four digits on."""
    return bool(text) and (not text.isdigit() or len(text) >= SHORTEST_NUMBER)


def line_about(person: KnownPerson, desk: Desk) -> str:
    """One line by which a clerk tells people of the same name apart."""
    parts = [person.name]
    if person.sex:
        parts.append(desk.tools.name_in("sex")(person.sex))
    if person.born_on is not None:
        parts.append(f"{age_on(person.born_on, desk.today())}岁")
    parts += [part for part in (person.address, mask_value(person.phone, Mask.PHONE)) if part]
    return "　".join(parts)
