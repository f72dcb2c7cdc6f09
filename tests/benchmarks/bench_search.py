"""Search of any length against a plain LIKE over the same columns."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

from sqlalchemy import text

from app.cases.visibility import Viewer
from app.search.query import search
from app.station import Station
from tests.benchmarks.corpus import COMMON, PHRASES, corpus_name
from tests.benchmarks.measure import Sample, report_value
from tests.benchmarks.stores import big_station

QUERIES = 60
LIKES = 4


def run(folder: Path, large: bool) -> None:
    """Prints the latency of search and of LIKE for queries of one to five characters, pinyin and names."""
    many = 1_000_000 if large else 100_000
    station = big_station(folder, many)
    try:
        print(f"\n检索，{many:,} 件（每种 {QUERIES} 个词）".replace(",", " "))
        for name, words in _queries().items():
            _measure(station, name, words)
    finally:
        station.close(backup=False)


def _queries() -> dict[str, list[str]]:
    random = Random(5)
    phrases = [random.choice(PHRASES) for _ in range(QUERIES)]

    def cut(length: int) -> list[str]:
        starts = [random.randrange(len(phrase) - length) for phrase in phrases]
        return [phrase[start : start + length] for phrase, start in zip(phrases, starts, strict=True)]

    return {
        "一个字": random.sample(COMMON, QUERIES // 2) + [cut_[0] for cut_ in cut(2)[: QUERIES // 2]],
        "两个字": cut(2),
        "三个字": cut(3),
        "五个字": cut(5),
        "姓名": [corpus_name(random) for _ in range(QUERIES)],
        "首字母": ["zxy", "lyt", "wgl", "zms", "cjg", "hxh"] * (QUERIES // 6),
    }


def _measure(station: Station, name: str, queries: list[str]) -> None:
    viewer = Viewer(station.signed_in.staff_id, True)
    fast, slow = Sample(name), Sample(name)
    with station.query() as session:
        for words in queries:
            started = time.process_time()
            search(session, words, viewer)
            fast.seconds.append(time.process_time() - started)
        for words in queries[:LIKES]:
            started = time.process_time()
            session.execute(
                text(
                    'SELECT local_id FROM "case" WHERE title LIKE :w OR facts LIKE :w OR demand LIKE :w '
                    "ORDER BY local_id DESC"
                ),
                {"w": f"%{words}%"},
            ).all()
            slow.seconds.append(time.process_time() - started)
    ratio = slow.percentile(0.5) / max(fast.percentile(0.5), 1e-9)
    report_value(
        name,
        f"中位 {fast.percentile(0.5) * 1e3:7.2f} ms   p95 {fast.percentile(0.95) * 1e3:7.2f} ms   "
        f"LIKE {slow.percentile(0.5) * 1e3:8.1f} ms   快 {ratio:6.0f} 倍",
        aim="p95 ≤ 5 ms，≥ 100 倍",
    )
