"""Merging one operation into one row: pure, field by field, against the revision the station knew.

Different fields of one row from two stations: both are kept. The same field: the value accepted first stays
in force, the other waits beside it for a person. No clock decides anything. A withdrawal against an edit
made elsewhere: the edit survives and the withdrawal waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from app.sync.wire import ACCEPTED, FLAGGED, HELD, REFUSED, Word
from app.sync.wire_values import WireColumn, fault_of

STAMPS = frozenset({"changed_at", "changed_by"})
"""Say who touched the row last; they follow the last accepted change and never conflict."""

WITHDRAWAL = frozenset({"withdrawn_at", "withdrawn_by", "withdrawn_reason"})
ALL = "*"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as the merge sees it: its captured columns, their Chinese labels, and those that must be sent."""

    columns: dict[str, WireColumn]
    labels: dict[str, str]
    required: tuple[str, ...]


@dataclass(slots=True)
class RowState:
    """A row at the center while a batch is merged; values are in wire form, ids lower-case hex.

    ``fields``: the revision and device that wrote each column last (``"*"``: every column not named).
    """

    table: str
    row: str
    values: dict[str, Any]
    revision: int
    fields: dict[str, list[Any]]
    exists: bool
    open_conflicts: int = 0
    touched: bool = False
    scopes: set[str] = field(default_factory=set)

    @property
    def withdrawn(self) -> bool:
        """Whether the row is withdrawn now."""
        return self.values.get("withdrawn_at") is not None

    def writer(self, column: str) -> tuple[int, str]:
        """The revision and device that wrote a column last."""
        revision, device = self.fields.get(column) or self.fields[ALL]
        return revision, device


@dataclass(frozen=True, slots=True)
class Incoming:
    """One understood operation: its changes, and what it knew when it was made (``base``)."""

    device: str
    kind: str
    base: int
    changes: dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that waits for a person."""

    column: str
    in_force: Any
    in_force_device: str
    kept: Any


@dataclass(slots=True)
class Outcome:
    """What became of one operation."""

    word: Word = ACCEPTED
    reasons: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    pending: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    refused_whole: bool = False

    @property
    def reason(self) -> str:
        """The Chinese sentence that goes with the verdict."""
        return "".join(self.reasons)


_ORDER: dict[Word, int] = {ACCEPTED: 0, FLAGGED: 1, HELD: 2, REFUSED: 3}


def raise_to(outcome: Outcome, word: Word, reason: str) -> None:
    """Makes the verdict at least as grave as ``word`` and adds the reason."""
    if _ORDER[word] > _ORDER[outcome.word]:
        outcome.word = word
    outcome.reasons.append(reason)


def merge(state: RowState, incoming: Incoming, shape: Shape) -> Outcome:
    """Merges an operation into the row and says what became of it.

    A value that does not fit is refused by itself and named; the rest of the operation passes, so that one
    bad field does not cut off the whole history of a row that follows it.
    """
    outcome = Outcome()
    good = _fitting(incoming, shape, outcome)
    if not state.exists and _incomplete(good, shape, outcome):
        return outcome
    revision = state.revision + 1
    waiting = _withdrawal_waits(state, incoming, good)
    for name, (old, new) in good.items():
        if name in waiting or not _clashes(state, incoming, name, old, new):
            continue
        outcome.clashes.append(Clash(name, state.values[name], state.writer(name)[1], new))
        raise_to(
            outcome,
            FLAGGED,
            f"“{shape.labels[name]}”已被别的站点改过，先保留已入库的值，您的值另存待人工核定。",
        )
    for name in waiting:
        outcome.clashes.append(Clash(name, state.values[name], state.writer(ALL)[1], good[name][1]))
    if waiting:
        raise_to(outcome, FLAGGED, "别的站点在此期间改过这条记录，撤回先不生效，待人工核定。")
    beside = {clash.column for clash in outcome.clashes}
    outcome.written = [name for name in good if name not in beside]
    _lift_withdrawal(state, incoming, outcome)
    _write(state, incoming, good, outcome, revision)
    return outcome


def _fitting(incoming: Incoming, shape: Shape, outcome: Outcome) -> dict[str, list[Any]]:
    good: dict[str, list[Any]] = {}
    for name, pair in incoming.changes.items():
        column = shape.columns.get(name)
        if column is None or len(pair) != 2:
            outcome.pending.append(name)
            continue
        fault = fault_of(pair[1], column)
        if fault is None:
            good[name] = pair
        else:
            raise_to(outcome, REFUSED, f"“{shape.labels[name]}”{fault}，这一项没有入库，请改正后再次同步。")
    if outcome.pending:
        raise_to(outcome, HELD, "有的内容县中心的程序版本还读不懂，已原样保存，县中心升级后自动入库。")
    return good


def _incomplete(good: dict[str, list[Any]], shape: Shape, outcome: Outcome) -> bool:
    if all(name in good for name in shape.required):
        return False
    missing = [shape.labels[name] for name in shape.required if name not in good]
    if missing:
        outcome.refused_whole = True
        raise_to(outcome, REFUSED, f"缺少“{'”“'.join(missing)}”，这条记录没有入库，请改正后再次同步。")
    return bool(missing)


def _clashes(state: RowState, incoming: Incoming, name: str, old: Any, new: Any) -> bool:
    if not state.exists or name in STAMPS:
        return False
    current = state.values[name]
    if current == new or (incoming.kind != "insert" and current == old):
        return False
    revision, device = state.writer(name)
    return device != incoming.device and revision > incoming.base


def _changed_elsewhere(state: RowState, incoming: Incoming) -> bool:
    return any(
        device != incoming.device and revision > incoming.base
        for name, (revision, device) in state.fields.items()
        if name not in STAMPS
    )


def _withdrawal_waits(state: RowState, incoming: Incoming, good: dict[str, list[Any]]) -> list[str]:
    withdraws = good.get("withdrawn_at", [None, None])[1] is not None
    if not state.exists or not withdraws or state.withdrawn or not _changed_elsewhere(state, incoming):
        return []
    return [name for name in good if name in WITHDRAWAL]


def _lift_withdrawal(state: RowState, incoming: Incoming, outcome: Outcome) -> None:
    edits = [name for name in outcome.written if name not in WITHDRAWAL | STAMPS]
    if not state.exists or not state.withdrawn or not edits:
        return
    revision, device = state.writer("withdrawn_at")
    if device == incoming.device or revision <= incoming.base:
        return
    for name in sorted(WITHDRAWAL):
        outcome.clashes.append(Clash(name, None, incoming.device, state.values[name]))
        state.values[name] = "" if name == "withdrawn_reason" else None
        state.fields[name] = [state.revision + 1, incoming.device]
    raise_to(outcome, FLAGGED, "别的站点已撤回这条记录，您的修改保留，撤回先不生效，待人工核定。")


def _write(
    state: RowState, incoming: Incoming, good: dict[str, list[Any]], outcome: Outcome, revision: int
) -> None:
    if not outcome.written and not outcome.clashes:
        return
    for name in outcome.written:
        state.values[name] = good[name][1]
    if state.exists:
        state.fields.update({name: [revision, incoming.device] for name in outcome.written})
    else:
        state.fields = {ALL: [revision, incoming.device]}
    state.revision = revision
    state.open_conflicts += len(outcome.clashes)
    state.exists = True
    state.touched = True
