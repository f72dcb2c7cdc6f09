"""People as parties: found again, completed from their number, flagged and never refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.cases.opening import CaseEntry, open_case
from app.cases.parties import PartyEntry, needs_guardian, party_warnings
from app.cases.people import PersonEntry, find_people, known, problems_of, save_person
from app.station import Station, Work
from models.credit_code import make_credit_code
from models.person import Person
from tests.cases.ground import TODAY, chief, clerk, later, opened, person, rolled_back, stranger
from tests.cases.plans import plans_of

NUMBER = "11010519491231002X"
"""The example number of GB 11643: a woman born on 31 December 1949."""


def row_of(work: Work, **wanted: str) -> Person:
    """The one person with these values."""
    return work.session.scalars(select(Person).filter_by(**wanted)).one()


def people(work: Work) -> int:
    """How many people are recorded."""
    return work.session.scalar(select(func.count()).select_from(Person)) or 0


def test_a_number_fills_what_it_tells(work: Work) -> None:
    """GIVEN a good number typed carelessly THEN it is tidied and sex and birth date come from it."""
    save_person(work, PersonEntry("张秀英", document_number=" 11010519491231002x "))
    saved = row_of(work, name="张秀英")
    assert (saved.document_number, saved.document_kind) == (NUMBER, "111")
    assert (saved.sex, saved.born_on) == ("2", date(1949, 12, 31))


def test_what_was_typed_outweighs_the_number(work: Work) -> None:
    """GIVEN a birth date typed THEN it stays and the difference is told."""
    entry = PersonEntry("张秀英", document_number=NUMBER, sex="1", born_on=date(1950, 1, 1))
    save_person(work, entry)
    assert row_of(work, name="张秀英").born_on == date(1950, 1, 1)
    told = " ".join(problems_of(entry, TODAY))
    assert "性别" in told
    assert "出生日期" in told


@pytest.mark.parametrize(
    "number", ["123", "110105194912310021", "11010519491331002X", "000000000000000000", "不肯说", "1" * 40]
)
def test_a_wrong_number_is_flagged_and_kept(work: Work, number: str) -> None:
    """GIVEN a number that cannot be THEN words say so and the person is saved with it all the same."""
    entry = PersonEntry("李有田", document_number=number)
    assert problems_of(entry, TODAY)
    save_person(work, entry)
    saved = row_of(work, name="李有田")
    assert (saved.document_number, saved.sex, saved.born_on) == (number, "", None)


def test_numbers_of_others_are_not_read_as_resident_cards() -> None:
    """A passport is not checked as a resident card; an organisation's code is checked as its own kind."""
    assert problems_of(PersonEntry("Smith", document_kind="414", document_number="E1234567"), TODAY) == ()
    good = make_credit_code("91", "339900", "12345678")
    assert problems_of(PersonEntry("某厂", kind="legal", document_number=good), TODAY) == ()
    assert problems_of(PersonEntry("某厂", kind="legal", document_number=good[:-1]), TODAY)
    assert problems_of(PersonEntry("某厂", kind="legal"), TODAY) == ()


def test_the_same_number_is_the_same_person(work: Work) -> None:
    """GIVEN somebody known WHEN typed again with the number THEN the row is reused and what is new is added."""
    first = save_person(work, PersonEntry("张秀英", document_number=NUMBER, phone="13900000017"))
    again = save_person(work, PersonEntry("张秀英", document_number=NUMBER.lower(), address="上溪村3组"))
    saved = row_of(work, name="张秀英")
    assert first == again == saved.id
    assert (saved.phone, saved.address) == ("13900000017", "上溪村3组")
    assert people(work) == 1


def test_a_number_alone_is_enough(work: Work) -> None:
    """GIVEN somebody known WHEN only the number is typed THEN it is them, and the name stays."""
    first = save_person(work, PersonEntry("张秀英", document_number=NUMBER))
    assert save_person(work, PersonEntry("", document_number=NUMBER)) == first
    assert row_of(work, document_number=NUMBER).name == "张秀英"


def test_the_code_of_an_organisation_is_tidied_and_found(work: Work) -> None:
    """GIVEN a code typed in small letters and with spaces THEN it is kept in one form and found by it."""
    code = make_credit_code("91", "339900", "ABCD5678")
    first = save_person(
        work, PersonEntry("上溪砖厂", kind="legal", document_number=f" {code.lower()[:8]} {code[8:]} ")
    )
    assert row_of(work, name="上溪砖厂").document_number == code
    assert save_person(work, PersonEntry("上溪砖厂", kind="legal", document_number=code)) == first
    assert [one.id for one in find_people(work.session, code.lower())] == [first]


def test_a_number_under_another_name_renames_nobody(work: Work) -> None:
    """GIVEN a number typed for somebody else by a slip THEN the one known keeps the name."""
    save_person(work, PersonEntry("张秀英", document_number=NUMBER))
    other = save_person(work, PersonEntry("李有田", document_number=NUMBER))
    assert row_of(work, name="张秀英").id != other


def test_the_same_name_alone_is_not_the_same_person(work: Work) -> None:
    """GIVEN two of a name without number THEN they are two people: villages are full of namesakes."""
    assert save_person(work, PersonEntry("王芳")) != save_person(work, PersonEntry("王芳"))


def test_correcting_a_chosen_person_can_empty_a_field(work: Work) -> None:
    """GIVEN somebody chosen from the list WHEN the phone is cleared THEN it is cleared in the row."""
    first = save_person(work, PersonEntry("张秀英", phone="13900000017"))
    entry = known(row_of(work, name="张秀英")).entry()
    assert entry.id == first
    save_person(work, PersonEntry("张秀英", id=first))
    assert row_of(work, name="张秀英").phone == ""


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=30),
    st.text(max_size=25),
    st.text(max_size=20),
    st.sampled_from(["natural", "legal", "group"]),
)
def test_nothing_typed_is_ever_refused(desk: Station, name: str, number: str, phone: str, kind: str) -> None:
    """GIVEN any text in any field THEN the person is saved (信访工作条例 第二十二条)."""
    clean = str.maketrans("", "", "\x00")
    with rolled_back(desk) as work:
        entry = PersonEntry(
            name.translate(clean),
            kind=kind,
            document_number=number.translate(clean),
            phone=phone.translate(clean),
        )
        problems_of(entry, TODAY)
        assert save_person(work, entry) is not None


@pytest.mark.parametrize(
    "text",
    ["张", "张秀", "秀英", "zxy", "ZX", "139000", "110105", "11010519491231002x", " 张秀英 ", "１３９００"],
)
def test_found_by_any_beginning(work: Work, text: str) -> None:
    """GIVEN somebody recorded THEN name, middle of the name, initials, phone and number find them."""
    save_person(work, PersonEntry("张秀英", phone="13900000017", document_number=NUMBER))
    save_person(work, PersonEntry("陈建国", phone="057188888888"))
    assert [one.name for one in find_people(work.session, text)] == ["张秀英"]


@pytest.mark.parametrize("text", ["", " ", "英秀", "%", "_", "张%英", "xy", "0000017"])
def test_not_found_by_other_words(work: Work, text: str) -> None:
    """Wildcards mean themselves; a middle of a number finds nobody."""
    save_person(work, PersonEntry("张秀英", phone="13900000017", document_number=NUMBER))
    assert find_people(work.session, text) == ()


def test_newest_first_and_no_more_than_asked(work: Work) -> None:
    """GIVEN many of a family name THEN the newest come first, as many as asked for, withdrawn ones not at all."""
    for number in range(5):
        save_person(work, PersonEntry(f"赵{number}"))
    work.withdraw(row_of(work, name="赵4"), "录错")
    work.session.flush()
    assert [one.name for one in find_people(work.session, "赵", 3)] == ["赵3", "赵2", "赵1"]


@pytest.mark.parametrize("text", ["吴", "大年", "wdn", "13900000099"])
def test_who_is_known_from_an_accusation_only_stays_hidden(work: Work, text: str) -> None:
    """GIVEN somebody named only in an accusation THEN others do not find them by any look-up (第三十条)."""
    teller = person("吴大年", phone="13900000099")
    open_case(
        work, CaseEntry(kind="petition", category="accusation", parties=(PartyEntry(teller, "petitioner"),))
    )
    assert [one.name for one in find_people(work.session, text, viewer=chief(work))] == ["吴大年"]
    assert find_people(work.session, text, viewer=clerk(work)) == ()
    assert find_people(work.session, text) == ()
    opened(work, parties=(PartyEntry(known(row_of(work, name="吴大年")).entry()),))
    assert len(find_people(work.session, text, viewer=stranger(work))) == 1


@pytest.mark.parametrize("text", ["张", "zxy", "1390000", "110105"])
def test_beginnings_are_looked_up_by_index(work: Work, text: str) -> None:
    """GIVEN many people THEN a beginning is looked up in an index, and no row is read that does not match."""
    for number in range(12):
        save_person(
            work, PersonEntry("张秀英", phone=f"13900000{number:03}", document_number=f"110105{number:012}")
        )
    plan = plans_of(work.session, lambda: find_people(work.session, text, viewer=chief(work)))
    assert "ix_person_" in plan
    assert "SCAN person" not in plan


@pytest.mark.parametrize(
    ("born", "needed"), [(later(-366 * 8), True), (date(2008, 3, 2), False), (None, False)]
)
def test_a_minor_needs_a_guardian(born: date | None, needed: bool) -> None:
    """民法典 第十七条: on the eighteenth birthday no more; a guardian named ends the asking."""
    child = PartyEntry(PersonEntry("小明", born_on=born))
    assert needs_guardian(child, TODAY) is needed
    cared_for = PartyEntry(child.person, actors=(PartyEntry(PersonEntry("大明"), "guardian"),))
    assert not needs_guardian(cared_for, TODAY)
    assert bool(party_warnings((child,), TODAY)) is needed
