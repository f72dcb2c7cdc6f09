"""Measures callables side by side: interleaved rounds, process CPU time, best and percentiles.

Wall time is worthless on a machine that does other work, so CPU time is compared unless a benchmark asks for the wall.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Sample:
    """Seconds taken by one contender, a value a round."""

    name: str
    seconds: list[float] = field(default_factory=list)

    @property
    def best(self) -> float:
        """The least disturbed round."""
        return min(self.seconds)

    def percentile(self, share: float) -> float:
        """The value below which ``share`` (0 to 1) of the rounds lie."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def race(
    contenders: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
    timer: Callable[[], float] = time.process_time,
) -> dict[str, Sample]:
    """Runs every contender once a round, in turn, so that a slow moment of the machine hits all of them."""
    samples = {name: Sample(name) for name in contenders}
    for contender in contenders.values():
        contender()
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for name, contender in contenders.items():
                started = timer()
                contender()
                samples[name].seconds.append(timer() - started)
    finally:
        gc.enable()
    return samples


def report(title: str, samples: Mapping[str, Sample], *, baseline: str, aim: str, each: int = 1) -> None:
    """Prints each contender's milliseconds for one of ``each`` items and its ratio to the baseline."""
    print(f"\n{title}    目标：{aim}")
    base = samples[baseline].best
    for name, sample in samples.items():
        print(
            f"  {name:<28} 最好 {sample.best * 1e3 / each:9.3f} ms   中位 {sample.percentile(0.5) * 1e3 / each:9.3f} ms"
            f"   p95 {sample.percentile(0.95) * 1e3 / each:9.3f} ms   比 {sample.best / base:6.2f}×"
        )


def report_value(title: str, value: str, *, aim: str) -> None:
    """Prints one figure with its aim."""
    print(f"  {title:<32} {value}    目标：{aim}")
