"""The main path, step by step: visit → dispute → mediation → agreement → sync → the row at the county."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import text

from app.cases.folder import open_folder
from app.cases.issuing import MadePaper, draft_paper, issue_paper
from app.cases.lifecycle.engine import StepEntry, take_step
from app.cases.opening import CaseEntry
from app.cases.paper_data import Subject
from app.cases.parties import PartyEntry, add_party
from app.cases.people import PersonEntry
from app.cases.visibility import Viewer
from app.cases.visits import VisitEntry, VisitorEntry, open_case_from_visit, register_visit
from app.center.database import DATABASE_FILE, connect
from app.search.query import search
from app.station import Station
from app.sync.courier import exchange
from app.sync.enrol import enrol
from app.sync.ledger import counts
from app.sync.outbox import Outbox
from app.tour.center_process import CenterProcess
from models.clock import local

Say = Callable[[str], None]

WORKERS = "拖欠工资的事跑了三趟厂里，老板总说下个月。去年七月到十二月的工资一分没有结，家里等钱用。"
TERMS = (
    "白泉镇宏发石材加工厂欠付黄三妹等十三名工人2025年7月至12月工资共计人民币214,600元，双方核对无误。\n"
    "上述工资分三期支付：签订本协议当日支付60,000元；2026年一个月内支付80,000元；两个月内付清余款74,600元。\n"
    "如有一期逾期超过十日，工人可以就全部未付款项向人民法院起诉，或者申请支付令。"
)


@dataclass(frozen=True, slots=True)
class Walked:
    """What the walk leaves."""

    case_id: UUID
    papers: tuple[Path, ...]
    stored: int


class Walk:
    """Walks the main path on an open station and says what each step proved."""

    def __init__(self, station: Station, folder: Path, say: Say) -> None:
        self._station = station
        self._folder = folder
        self._say = say
        me = station.signed_in
        self._viewer = Viewer(me.staff_id, me.may_see_accusations)

    def receive(self) -> UUID:
        """Registers a visit."""
        station = self._station
        huang = PersonEntry(
            name="黄三妹", sex="2", born_on=date(1983, 5, 5), phone="13900000083", address="白泉镇石桥路9号"
        )
        wei = PersonEntry(
            name="韦阿勇", sex="1", born_on=date(1979, 12, 30), ethnicity="08", phone="13900000079"
        )
        with station.change("来访登记") as work:
            visit_id = register_visit(
                work,
                VisitEntry(
                    people_count=13,
                    facts=WORKERS,
                    request="一次或者分期付清十三人的工资共214,600元。",
                    problem_place="白泉镇宏发石材加工厂",
                    visitors=(VisitorEntry(huang), VisitorEntry(wei)),
                ),
            )
        self._say("来访登记：黄三妹、韦阿勇等 13 人。一次登记，后面的台账、文书、上报都不再重复录入。")
        return visit_id

    def open_dispute(self, visit_id: UUID) -> UUID:
        """Opens the dispute from the visit."""
        station = self._station
        factory = PersonEntry(
            name="白泉镇宏发石材加工厂",
            kind="legal",
            legal_representative="钱宏发",
            representative_post="厂长",
            address="白泉镇工业路1号",
        )
        others = PersonEntry(name="另有工友十一人", kind="group")
        with station.change("立为纠纷") as work:
            case_id = open_case_from_visit(
                work, visit_id, CaseEntry(kind="dispute", dispute_type="wages", amount_fen=21_460_000)
            )
            add_party(work, case_id, PartyEntry(others, "applicant", group_count=11))
            add_party(work, case_id, PartyEntry(factory, "respondent"))
        with station.query() as session:
            number = open_folder(session, case_id, self._viewer).number
            found = search(session, "hsm", self._viewer).hits
        self._say(f"立为纠纷：{number}。当事人从来访登记带过来；按拼音首字母 hsm 搜索找到 {len(found)} 件。")
        return case_id

    def mediate(self, case_id: UUID) -> None:
        """Accepts, mediates twice and reaches a written agreement."""
        today = local(self._station.clock.now()).date()
        self._step(case_id, "accept", {"case.acceptance_basis": "by_application"})
        for record, result in (
            ("厂方承认欠薪，对金额有出入，双方约定核对工资表。", "continue"),
            ("核对无误，厂方提出分三期，工人代表同意。", "agreed"),
        ):
            self._step(
                case_id,
                "mediate",
                {
                    "mediation_session.place": "白泉镇调解室",
                    "mediation_session.rights_told": True,
                    "mediation_session.record": record,
                    "mediation_session.result": result,
                },
            )
        self._step(
            case_id,
            "agree_written",
            {
                "agreement.facts": WORKERS + "厂方对欠薪数额无异议，但称资金周转困难，请求分期。",
                "agreement.terms": TERMS,
                "agreement.performance": "由厂方按期转入各工人本人银行账户，付款凭证交调解委员会备案。",
                "agreement.amount_fen": 21_460_000,
                "agreement.parties_signed_on": today,
                "agreement.mediator_signed_on": today,
                "agreement.sealed_on": today,
            },
        )
        with self._station.query() as session:
            folder = open_folder(session, case_id, self._viewer)
        detail = folder.timeline[-1].detail
        self._say(
            f"受理、两次调解、达成书面协议：一式 {detail['agreement.copies']} 份，"
            f"生效日期 {detail['agreement.effective_on']}（三方签章日期中最晚的一天，人民调解法第二十九条）。"
        )

    def _step(self, case_id: UUID, kind: str, values: dict[str, object]) -> None:
        with self._station.change(kind) as work:
            take_step(work, case_id, StepEntry(kind, {"step.happened_on": work.today, **values}))

    def print_papers(self, case_id: UUID) -> tuple[Path, ...]:
        """Makes and issues the three papers."""
        station, now = self._station, self._station.clock.now()
        written = []
        for form in ("visit_register", "acceptance_register", "agreement"):
            with station.query() as session:
                made: MadePaper = draft_paper(
                    session, form, Subject(case_id), station.codes, now, local(now).date()
                )
            with station.change("出具文书") as work:
                issue_paper(work, station.store.attachments, made, Subject(case_id))
            path = self._folder / f"{made.title}.pdf"
            path.write_bytes(made.content)
            written.append(path)
            self._say(f"出具《{made.title}》：{made.pages} 页，原样加密存档，摘要 {made.sha256[:12]}…")
        return tuple(written)

    def sync(self, center: CenterProcess, code: str) -> int:
        """Enrols, pushes everything, and returns how many operations the county confirmed."""
        station = self._station
        with center.wire() as wire:
            joined = enrol(station.store, wire, station.clock, _nonce, center.address, code)
            self._say(f"入网：密钥在本机生成，核对码 {joined.fingerprint}（电话里与县中心核对）。")
            batches = sum(
                1
                for _ in exchange(
                    Outbox(station.store, station.clock, _nonce), wire, station.clock, lambda: False
                )
            )
        with station.query() as session:
            now = counts(session)
        self._say(
            f"同步：{batches} 个来回。未发送 {now.not_sent}，已发出待确认 {now.sent_unconfirmed}，县中心已入库 {now.stored}。"
        )
        return now.stored

    def compare(self, center: CenterProcess, case_id: UUID) -> None:
        """Reads the matter at the county by SQL and holds it against the station's row."""
        with self._station.query() as session:
            folder = open_folder(session, case_id, self._viewer)
            cases = int(session.execute(text('SELECT count(*) FROM "case"')).scalar_one())
        engine = connect(f"sqlite:///{center.data / DATABASE_FILE}")
        try:
            with engine.connect() as connection:
                row = connection.execute(
                    text('SELECT number, state, amount_fen, title FROM "case" WHERE number = :number'),
                    {"number": folder.number},
                ).one()
                total = int(connection.execute(text('SELECT count(*) FROM "case"')).scalar_one())
        finally:
            engine.dispose()
        if (
            tuple(row) != (folder.number, folder.state, folder.facts["amount_fen"], folder.title)
            or total != cases
        ):
            raise RuntimeError("the county's rows differ from the station's")
        self._say(
            f"县中心数据库里的这一行：{row.number} {row.title}，与本站一致；全县表 {total} 件，与本站 {cases} 件相等。"
        )


def _nonce() -> str:
    return secrets.token_hex(16)
