"""Papers filled in as a station would, with the names that other programs lose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from app.papers.forms.acceptance_register import AcceptanceData, Origin
from app.papers.forms.agreement import AgreementData
from app.papers.forms.visit_register import VisitData
from app.papers.party import Actor, Party
from tests.papers.conftest import PRINTED_AT

ADDRESS = "江南省东海市滨江区望江街道幸福路18号2单元602室"
FACTS = (
    "申请人与被申请人系上下楼邻居。2025年3月12日晚，因被申请人家中防水层破损，渗水至申请人家客厅，造成吊顶、"
    "木地板受损。双方就赔偿金额多次协商未果（申请人主张36,800.00元，被申请人仅认可12,000.00元），评估损失为"
    "24,560.50元（编号：DHPG-2025-0417）。\n争议事项：“谁来修、怎么修”——是否由物业公司统一维修……"
)

AGREEMENT = AgreementData(
    issuer="望江街道人民调解委员会",
    parties=(
        Party(
            "申请人", "刘䶮", sex="男", ethnicity="汉族", age=36, occupation="个体工商户", phone="13800138000"
        ),
        Party(
            "被申请人",
            "𬭎小满",
            sex="女",
            ethnicity="回族",
            age=16,
            id_number="110101201001011237",
            address=ADDRESS,
            actors=(Actor(name="王㛃", relation="母亲", phone="13700137000"),),
        ),
        Party(
            "被申请人",
            "东海市安居物业服务有限公司",
            organisation=True,
            legal_representative="𠮷野赟",
            post="总经理",
            phone="0512-88886666",
            address="东海市人民路1号",
        ),
    ),
    facts=FACTS,
    terms=(
        "被申请人一次性赔偿24,560.50元，账号6222021234567890123。",
        "被申请人重做防水。",
        "再无其他争议。",
    ),
    performance="2026年3月31日前一次性付清。",
    copies=4,
    mediators=("周㛃", "赵𬭎"),
    recorder="李昇",
    signed_on=date(2026, 3, 2),
)
WORKERS = replace(
    AGREEMENT,
    parties=(
        *(Party("申请人", f"工人{place}号", phone=f"138001380{place:02}") for place in range(10, 23)),
        AGREEMENT.parties[2],
    ),
    copies=15,
)
ACCEPTANCE = AcceptanceData(
    issuer="望江街道人民调解委员会",
    accepted_on=date(2026, 3, 2),
    origin=Origin.APPLICATION,
    source_note="望街派出所移送",
    applicants=("刘䶮",),
    respondents=("𬭎小满", "东海市安居物业服务有限公司"),
    dispute_kind="邻里纠纷",
    facts=FACTS,
    registrar="李昇",
    registered_on=date(2026, 3, 2),
)
VISIT = VisitData(
    issuer="望江街道",
    happened_at=PRINTED_AT,
    receiver="周㛃",
    visitors=(
        Party(
            "来访人",
            "阿卜杜热合曼·阿卜杜拉",
            sex="男",
            age=41,
            id_number="110101198512011237",
            address=ADDRESS,
        ),
        Party(
            "来访人",
            "望江砖瓦厂",
            organisation=True,
            legal_representative="王㛃",
            post="厂长",
            phone="88886666",
        ),
    ),
    people_count=7,
    representatives=("阿卜杜热合曼·阿卜杜拉",),
    repeat=True,
    facts="料场夜间作业，噪声大、扬尘重。",
    request="停止夜间作业，修复村道。",
    problem_place="望江村三组",
    opinion="已当面听取并记录，三日内组织现场查看。",
    responsible_unit="望江街道城建办",
    result="已修复。",
)
LONG = "".join(
    f"第{place}次协商时，双方就排水、通行和赔偿（含利息）又有新的说法；" for place in range(1, 301)
)
