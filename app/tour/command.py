"""``python -m app demo``: an invented township, the main path, screenshots, and the window where there is a screen."""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from app.accounts.founding import StationFounding, found_station
from app.accounts.sign_in import sign_in
from app.sample.grow import grow
from app.sample.township import SampleClock, fill_station
from app.station import Station
from app.storage.keys import SMALL_PC_COST
from app.tour.center_process import CenterProcess
from app.tour.walk import Walk
from models.clock import Clock, SystemClock, local_day
from models.codes import bundled_code_tables
from models.ids import seeded_ids

SEED = 2026
CASES = 300
LOGIN, PASSWORD = "王芳", "yanshi-2026"
SCREENS = ("today", "visits", "ledger", "case", "sync")


class Photographer(Protocol):
    """Takes pictures of the real window; made by ``ui``."""

    def photograph(self, names: Sequence[str], folder: Path) -> list[Path]:
        """Saves a PNG of each named screen."""
        ...

    def open_window(self) -> None:
        """Leaves the window to the user until it is closed."""
        ...

    def close(self) -> None:
        """Takes the window down."""
        ...


MakePhotographer = Callable[[Station], Photographer]


def run(arguments: list[str], make_photographer: MakePhotographer) -> int:
    """Runs the tour and returns the process's exit code."""
    parser = argparse.ArgumentParser(prog="demo", description="演示：一个虚构的乡镇")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("demo-output"), help="存放结果的文件夹")
    parser.add_argument("--cases", type=int, default=CASES, help="虚构事项的件数")
    parser.add_argument("--no-window", action="store_true", help="只走流程，不打开窗口")
    options = parser.parse_args(arguments)
    folder: Path = options.folder.resolve()
    _tour(folder, options.cases, make_photographer, SystemClock(), show=not options.no_window)
    return 0


def _tour(folder: Path, cases: int, make_photographer: MakePhotographer, clock: Clock, *, show: bool) -> None:
    started = time.monotonic()

    def say(sentence: str) -> None:
        print(f"[{time.monotonic() - started:5.1f} 秒] {sentence}", flush=True)

    _clear(folder)
    say(f"演示开始，结果放在 {folder.name}/ 。人员、单位、号码都是虚构的。")
    station, sample_clock = _found(folder / "station", clock)
    try:
        _fill(station, sample_clock, cases, clock, say)
        sample_clock.follow(clock)
        walk = Walk(station, folder, say)
        visit_id = walk.receive()
        case_id = walk.open_dispute(visit_id)
        walk.mediate(case_id)
        papers = walk.print_papers(case_id)
        with CenterProcess(folder / "center") as center:
            say(f"县中心已启动：{center.address}（另一个进程，SQLite）。")
            walk.sync(center, center.new_code("太阳乡", "township"))
            walk.compare(center, case_id)
            # The county stays within reach while the user looks around, so that the sync page works too.
            _show(station, folder, len(papers), make_photographer, say, show=show)
    finally:
        station.close(backup=False)


def _show(
    station: Station,
    folder: Path,
    papers: int,
    make_photographer: MakePhotographer,
    say: Callable[[str], None],
    *,
    show: bool,
) -> None:
    photographer = make_photographer(station)
    try:
        pictures = photographer.photograph(SCREENS, folder / "screenshots")
        say(f"截图 {len(pictures)} 张，文书 {papers} 份，都在 {folder.name}/ 里。")
        say(f"演示完成。演示站点的登录名是“{LOGIN}”，密码是 {PASSWORD} 。")
        if show:
            photographer.open_window()
    finally:
        photographer.close()


def _clear(folder: Path) -> None:
    for name in ("station", "center", "screenshots"):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)


def _found(root: Path, clock: Clock) -> tuple[Station, SampleClock]:
    begin = clock.now() - timedelta(days=3 * 366)
    sample_clock = SampleClock(begin)
    new_id = seeded_ids(SEED, sample_clock)
    founding = StationFounding(
        station_name="太阳乡",
        level="township",
        area_code="339900201000",
        short_name="太阳",
        committee_name="太阳乡人民调解委员会",
        user_name="王芳",
        login_name=LOGIN,
        password=PASSWORD,
        duty="调解委员会主任",
    )
    folder = found_station(root, founding, sample_clock, new_id, SMALL_PC_COST)
    store, signed_in = sign_in(folder, LOGIN, PASSWORD, sample_clock)
    return Station(store, signed_in, sample_clock, new_id, bundled_code_tables()), sample_clock


def _fill(
    station: Station, sample_clock: SampleClock, cases: int, clock: Clock, say: Callable[[str], None]
) -> None:
    yesterday = local_day(clock.now()) - timedelta(days=1)
    sample = grow(SEED, yesterday, cases)
    filled = fill_station(station, sample_clock, sample, lambda _done, _all: None)
    say(
        f"虚构的太阳乡：三年 {filled.cases} 件事项、{filled.visits} 次来访、{filled.steps} 步办理，全部写入加密数据库。"
    )
