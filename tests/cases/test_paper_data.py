"""What each paper says, read from what was entered once; issued papers are kept as they are."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pypdfium2
import pytest
from sqlalchemy import func, select

from app.cases.issuing import MadePaper, draft_paper, issue_paper, make_blank, read_issued
from app.cases.opening import CaseEntry, open_case
from app.cases.paper_data import READERS, Subject, read_content
from app.cases.parties import PartyEntry, add_party
from app.cases.people import PersonEntry
from app.cases.visits import VisitEntry, VisitorEntry, join_case, open_case_from_visit, register_visit
from app.papers.forms.acceptance_register import Origin
from app.station import Station, Work
from models.credit_code import make_credit_code
from models.document import Paper
from models.errors import UserError
from tests.cases.ground import TODAY, do, opened, person, put

TERMS = "一次付清三千元。\n\n  三月底前修好水沟。  "


def said(work: Work, form: str, **subject: UUID) -> Any:
    """What a paper says about a subject."""
    return read_content(work.session, form, Subject(**subject), work.codes, TODAY).data


def drawn(work: Work, form: str, **subject: UUID) -> tuple[MadePaper, str]:
    """A paper and the text on its pages, without breaks."""
    made = draft_paper(work.session, form, Subject(**subject), work.codes, work.now, TODAY)
    document = pypdfium2.PdfDocument(made.content)
    try:
        words = "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()
    return made, "".join(words.split())


def agreed(work: Work, parties: tuple[PartyEntry, ...], **values: Any) -> UUID:
    """A dispute between parties with a written agreement."""
    case_id = open_case(work, CaseEntry(parties=parties, facts="欠薪"))
    do(work, case_id, "accept")
    do(work, case_id, "agree_written", agreement__terms=TERMS, **values)
    return case_id


def test_the_register_of_one_visitor(work: Work) -> None:
    """来访登记表: GIVEN a woman with her number THEN sex, age on the day, hour in China and words are there."""
    visitor = person("张秀英", document_number="11010519491231002X", phone="13900000017", address="上溪村3组")
    visit_id = register_visit(
        work,
        VisitEntry(
            happened_at=datetime(2026, 3, 1, 17, 30, tzinfo=UTC),
            facts="墙脚外移",
            request="退回",
            visitors=(VisitorEntry(visitor),),
        ),
    )
    data = said(work, "visit_register", visit_id=visit_id)
    assert (data.issuer, data.receiver, data.people_count, data.repeat) == ("上溪村", "王芳", 1, False)
    assert (data.happened_at.month, data.happened_at.day, data.happened_at.hour) == (3, 2, 1)
    (shown,) = data.visitors
    assert (shown.name, shown.sex, shown.age, shown.id_number) == ("张秀英", "女", 76, "11010519491231002X")
    _, words = drawn(work, "visit_register", visit_id=visit_id)
    assert all(
        part in words
        for part in ("来访登记表", "上溪访2026-0001", "张秀英", "76岁", "墙脚外移", "13900000017")
    )


def test_the_register_of_an_anonymous_visit_names_nobody(work: Work) -> None:
    """GIVEN an anonymous reception with names noted beside it THEN the paper holds none of them."""
    named = (VisitorEntry(person("张秀英")), VisitorEntry(person("李有田"), "representative"))
    visit_id = register_visit(work, VisitEntry(anonymous=True, facts="夜里施工", visitors=named))
    _, words = drawn(work, "visit_register", visit_id=visit_id)
    assert "匿名" in words
    assert "夜里施工" in words
    assert "张秀英" not in words
    assert "李有田" not in words


def test_the_register_of_an_empty_visit_is_a_form_to_write_on(work: Work) -> None:
    """GIVEN a reception of which nothing was said THEN the form still prints, with its number."""
    made, words = drawn(work, "visit_register", visit_id=register_visit(work, VisitEntry()))
    assert made.pages == 1
    assert "上溪访2026-0001" in words


@pytest.mark.parametrize("all_named", [True, False])
def test_the_register_of_a_crowd(work: Work, all_named: bool) -> None:
    """GIVEN 46 people with five representatives THEN the paper says so in few pages, however many are named."""
    named = [VisitorEntry(person(f"代表{number}"), "representative") for number in range(5)]
    if all_named:
        named += [VisitorEntry(person(f"村民{number:02}")) for number in range(41)]
    visit_id = register_visit(work, VisitEntry(people_count=46, facts="修路占地", visitors=tuple(named)))
    data = said(work, "visit_register", visit_id=visit_id)
    assert data.people_count == 46
    assert data.representatives == tuple(f"代表{number}" for number in range(5))
    assert 1 <= len(data.visitors) <= 5
    made, words = drawn(work, "visit_register", visit_id=visit_id)
    assert made.pages <= 2
    assert "46人" in words
    assert "代表4" in words


def test_a_repeat_is_ticked(work: Work) -> None:
    """GIVEN a repeat visit THEN its own register says so, and the matter's register is its first visit's."""
    first = register_visit(work, VisitEntry(facts="第一次"))
    case_id = open_case_from_visit(work, first, CaseEntry())
    again = register_visit(work, VisitEntry(facts="第二次"))
    join_case(work, again, case_id, repeat=True)
    assert said(work, "visit_register", visit_id=again).repeat is True
    assert said(work, "visit_register", case_id=case_id).facts == "第一次"


def test_the_acceptance_register(work: Work) -> None:
    """人民调解受理登记表: both sides, the way it came, type, facts with the request, who registered and when."""
    case_id = opened(work, dispute_type="neighbour", dispute_subtype="滴水", facts="墙脚外移", demand="退回")
    do(work, case_id, "accept", case__acceptance_basis="by_application", case__mediator_id=work.actor_id)
    data = said(work, "acceptance_register", case_id=case_id)
    assert (data.issuer, data.origin, data.source_note) == ("上溪村人民调解委员会", Origin.APPLICATION, "")
    assert (data.applicants, data.respondents) == (("张秀英",), ("李有田",))
    assert (data.accepted_on, data.registrar) == (TODAY, "王芳")
    assert data.facts == "墙脚外移\n申请事项：退回"
    _, words = drawn(work, "acceptance_register", case_id=case_id)
    assert all(part in words for part in ("张秀英与李有田之间的纠纷", "滴水", "（2026）上溪人调字第1号"))


@pytest.mark.parametrize(
    ("source", "detail", "basis", "note", "origin"),
    [
        ("police", "望街派出所移送", "own_initiative", "望街派出所移送", Origin.INITIATIVE),
        ("court", "", "", "法院委派", None),
        ("visit", "", "by_application", "", Origin.APPLICATION),
    ],
)
def test_who_handed_it_over(
    work: Work, source: str, detail: str, basis: str, note: str, origin: Origin | None
) -> None:
    """GIVEN a matter handed over by another organ THEN the register says by whom."""
    case_id = opened(work, source=source, source_detail=detail)
    put(work, case_id, acceptance_basis=basis, accepted_on=TODAY)
    data = said(work, "acceptance_register", case_id=case_id)
    assert (data.source_note, data.origin) == (note, origin)


def test_the_agreement_of_a_minor(work: Work) -> None:
    """民法典 第二十七条: GIVEN a child of eleven THEN the guardian stands under the child and signs beside it."""
    mother = PartyEntry(person("周梅", phone="13900000020"), "guardian", relation="母亲")
    child = PartyEntry(person("周小明", born_on=date(2014, 5, 1), sex="1"), "applicant", actors=(mother,))
    factory = PersonEntry(
        "上溪砖厂",
        kind="legal",
        document_number=make_credit_code("91", "339900", "12345678"),
        legal_representative="钱大有",
        representative_post="厂长",
    )
    case_id = agreed(work, (child, PartyEntry(factory, "respondent")))
    first, second = said(work, "agreement", case_id=case_id).parties
    assert (first.name, first.age, first.role) == ("周小明", 11, "申请人")
    (guardian,) = first.actors
    assert (guardian.capacity, guardian.name, guardian.relation) == ("法定代理人", "周梅", "母亲")
    assert (second.organisation, second.legal_representative, second.post) == (True, "钱大有", "厂长")
    data = said(work, "agreement", case_id=case_id)
    assert data.copies == 3, "the guardian is no party of its own"
    assert data.terms == ("一次付清三千元。", "三月底前修好水沟。")
    _, words = drawn(work, "agreement", case_id=case_id)
    assert all(part in words for part in ("法定代理人：周梅", "统一社会信用代码", "钱大有", "一式三份"))


def test_the_agreement_of_thirteen_workers(work: Work) -> None:
    """GIVEN thirteen workers and their employer THEN each stands there, signs, and has a copy (第二十九条)."""
    workers = tuple(PartyEntry(person(f"工人{number:02}")) for number in range(13))
    case_id = agreed(work, (*workers, PartyEntry(person("钱大有"), "respondent")))
    data = said(work, "agreement", case_id=case_id)
    assert (len(data.parties), data.copies) == (14, 15)
    assert [party.name for party in data.parties][:13] == [f"工人{number:02}" for number in range(13)]
    _, words = drawn(work, "agreement", case_id=case_id)
    assert "一式十五份" in words
    assert all(words.count(f"工人{number:02}") >= 2 for number in range(13)), (
        "in the text and where they sign"
    )


def test_a_crowd_behind_representatives_is_a_side_too(work: Work) -> None:
    """GIVEN a reception of representatives only THEN what is opened from it can be agreed and printed."""
    five = tuple(VisitorEntry(person(f"代表{number}"), "representative") for number in range(5))
    visit_id = register_visit(work, VisitEntry(people_count=46, visitors=five))
    respondent = PartyEntry(person("钱大有"), "respondent")
    case_id = open_case_from_visit(work, visit_id, CaseEntry())
    add_party(work, case_id, respondent)
    do(work, case_id, "accept")
    do(work, case_id, "agree_written", agreement__terms=TERMS)
    data = said(work, "agreement", case_id=case_id)
    assert (len(data.parties), data.copies) == (6, 7)
    assert said(work, "acceptance_register", case_id=case_id).applicants == tuple(
        f"代表{n}" for n in range(5)
    )


def test_the_latest_written_agreement_is_printed(work: Work) -> None:
    """GIVEN no written agreement THEN words say so; an oral one is not printed on the form of a written one."""
    case_id = opened(work)
    do(work, case_id, "accept")
    do(work, case_id, "agree_oral", agreement__terms="退回")
    with pytest.raises(UserError, match="书面协议"):
        said(work, "agreement", case_id=case_id)


@pytest.mark.parametrize("form", list(READERS))
def test_without_a_subject_there_is_nothing_to_say(work: Work, form: str) -> None:
    """GIVEN no matter and no visit THEN each paper says in words that there is nothing to print."""
    with pytest.raises(UserError):
        said(work, form)


def test_issuing_twice_keeps_one(station: Station) -> None:
    """GIVEN a paper issued WHEN the same bytes are issued again THEN it is the same paper, byte for byte."""
    with station.change("立案") as work:
        case_id = agreed(work, (PartyEntry(person("张秀英")), PartyEntry(person("李有田"), "respondent")))
        made, _ = drawn(work, "agreement", case_id=case_id)
    ids = []
    for _ in range(2):
        with station.change("出具") as work:
            ids.append(issue_paper(work, station.store.attachments, made, Subject(case_id)))
    with station.change("更正") as work:
        put(work, case_id, facts="改过了")
    with station.query() as session:
        assert session.scalar(select(func.count()).select_from(Paper)) == 1
        assert ids[0] == ids[1]
        assert read_issued(session, station.store.attachments, ids[0]) == made.content


def test_a_blank_form_names_nobody(work: Work) -> None:
    """GIVEN a blank form THEN it has the title and no number."""
    made = make_blank("agreement", work.now)
    assert (made.title, made.number) == ("人民调解协议书", "")
    assert made.content.startswith(b"%PDF")
