"""Weekly sweeps for disputes (排查), with zero reports where nothing was found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.sample.shape import SampleCase, SampleInspection, SampleUnit
from app.sample.told import friday_of, week_of

WEEKS_OF_SWEEPS = 26
"""How far back from the end of the sample every village's sweeps reach."""


def weekly_sweeps(
    cases: Sequence[SampleCase], units: Sequence[SampleUnit], told: Sequence[SampleInspection], last: date
) -> list[SampleInspection]:
    """Weekly sweeps of every village, counting what sweeps really found; those written out come first."""
    found: dict[tuple[str, str], list[str]] = {}
    for case in cases:
        if case.source == "inspection":
            found.setdefault((case.station, week_of(case.registered_on)), []).append(case.key)
    written = {(sweep.station, sweep.period) for sweep in told}
    sweeps = list(told)
    for village in (unit for unit in units if unit.level == "village"):
        for weeks in range(WEEKS_OF_SWEEPS):
            friday = friday_of(last - timedelta(weeks=weeks))
            period = week_of(friday)
            if friday > last or (village.name, period) in written:
                continue
            keys = tuple(found.get((village.name, period), ()))
            detail = (
                f"排查出矛盾纠纷{len(keys)}件，已登记。" if keys else "本周未排查出新的矛盾纠纷，零报告。"
            )
            sweeps.append(SampleInspection(village.name, friday, period, len(keys), detail, keys))
    return sorted(sweeps, key=lambda sweep: (sweep.on, sweep.station))
