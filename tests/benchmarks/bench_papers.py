"""A two-page agreement, cold (a new process) and warm."""

from __future__ import annotations

import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

from tests.benchmarks.corpus import PHRASES
from tests.benchmarks.measure import race, report, report_value

NOW = datetime(2026, 3, 7, 8, 0, tzinfo=UTC)
COLD = (
    "import time; t = time.process_time()\n"
    "from tests.benchmarks.bench_papers import build\n"
    "pages = build(); print(pages, time.process_time() - t)"
)


def build() -> int:
    """Makes the agreement and returns its number of pages."""
    from app.papers.engine import build_paper
    from app.papers.forms import form_named
    from app.papers.forms.agreement import AgreementData
    from app.papers.party import Party

    text = "，".join(PHRASES) + "。"
    data = AgreementData(
        issuer="上溪村人民调解委员会",
        parties=(
            Party(role="申请人", name="张秀英", sex="女", ethnicity="汉族", age=69, phone="13900000017"),
            Party(role="被申请人", name="𬭎小满", sex="男", ethnicity="汉族", age=65, phone="13900000018"),
        ),
        facts=text,
        terms=(text, text[:80], text[:60]),
        performance=text[:60],
        copies=3,
        mediators=("王芳",),
        recorder="王芳",
        signed_on=date(2026, 3, 7),
    )
    return build_paper(form_named("agreement"), data, number="（2026）上溪人调字第1号", printed_at=NOW).pages


def run(folder: Path, large: bool) -> None:
    """Prints the warm and the cold cost."""
    del folder, large
    report("协议书（热）", race({"协议书": build}, rounds=20), baseline="协议书", aim="≤ 35 ms")
    cold = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", COLD], capture_output=True, text=True, check=True)
        pages, cpu = done.stdout.split()
        cold.append((float(cpu), time.perf_counter() - started))
    cpu, wall = min(cold)
    report_value(
        "协议书（冷，新进程）", f"CPU {cpu * 1e3:.0f} ms，墙钟 {wall * 1e3:.0f} ms，{pages} 页", aim="—"
    )
