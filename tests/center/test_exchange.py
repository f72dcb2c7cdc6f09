"""A station and a center exchange: nothing lost, nothing doubled, whatever is cut where."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select, text, update

from app.center.intake import Intake
from app.center.schema import CHANGE, CONFLICT, DEVICE, HELD, OP, QUARANTINE, RECEIPT, RECORD
from app.sync.courier import CenterRefusalError, Phase, WireBrokenError
from app.sync.wire import open_receipt
from app.sync.wire_frame import WireError, WireFault
from models.base import synced_tables
from models.case import Case
from models.errors import Cancelled
from models.exchange import Operation, Receipt, SentBatch, SyncState, Verdict
from models.tables import METADATA
from tests.center.ground import Center, DirectWire, lose
from tests.ground.clock import FakeClock
from tests.sync.side import Side


def assert_equal(side: Side, center: Center) -> None:
    assert side.rows() == center.rows()
    assert side.counts.not_sent == side.counts.sent_unconfirmed == 0


def small_batches(side: Side) -> None:
    side.outbox.finish("", 20)


def test_everything_arrives_and_is_receipted(side: Side, center: Center, wire: DirectWire) -> None:
    side.add_cases(30)
    before = side.counts
    assert (before.sent_unconfirmed, before.stored) == (0, 0)
    steps = side.exchange(wire)
    assert [step.phase for step in steps] == [Phase.ASKED, Phase.PUSHED, Phase.DONE]
    assert side.counts.stored == before.not_sent == center.count()
    assert_equal(side, center)
    with side.store.read() as session:
        receipt = session.scalars(select(Receipt)).one()
        assert session.scalars(select(SentBatch)).all() == []
        assert receipt.last_n == before.not_sent
        assert session.scalars(select(SyncState)).one().last_message.startswith("已同步")


def test_nothing_new_costs_one_question_and_no_batch(side: Side, wire: DirectWire) -> None:
    side.exchange(wire)
    wire.sent.clear()
    assert [step.phase for step in side.exchange(wire)] == [Phase.ASKED, Phase.DONE]
    assert wire.sent == []


def test_updates_and_sql_at_the_county(side: Side, center: Center, wire: DirectWire) -> None:
    case_id = side.add_cases(1)[0]
    side.exchange(wire)
    side.edit_case(case_id, title="排水沟纠纷", amount_fen=None, difficult=True)
    side.edit_case(case_id, amount_fen=2**40)
    side.exchange(wire)
    assert_equal(side, center)
    with center.engine.begin() as connection:
        row = connection.exec_driver_sql('select title, amount_fen, revision from "case"').one()
    assert tuple(row) == ("排水沟纠纷", 2**40, 3)


def test_the_numbers_of_each_scope_are_gapless(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    sides = [new_side(f"{number}村") for number in range(3)]
    for side in sides:
        small_batches(side)
        side.add_cases(9)
        side.exchange(wire)
    by_scope: dict[str, list[int]] = {}
    for change in center.all(CHANGE):
        by_scope.setdefault(change["scope"], []).append(change["n"])
    assert set(by_scope) == {"*", *(side.station_id.hex for side in sides)}
    for scope, numbers in by_scope.items():
        assert sorted(numbers) == list(range(1, center.streams()[scope] + 1))


def test_a_lost_request_is_sent_again_byte_for_byte(side: Side, center: Center, wire: DirectWire) -> None:
    side.add_cases(3)
    wire.before = lose
    with pytest.raises(WireBrokenError):
        side.exchange(wire)
    assert center.count() == 0
    assert side.counts.sent_unconfirmed > 0
    wire.before = lambda data: data
    side.add_cases(2)
    side.exchange(wire)
    assert wire.sent[0] == wire.sent[1]
    assert_equal(side, center)


def test_a_lost_answer_is_made_good_by_the_mark(side: Side, center: Center, wire: DirectWire) -> None:
    side.add_cases(3)
    wire.after = lose
    with pytest.raises(WireBrokenError):
        side.exchange(wire)
    taken = center.count()
    wire.after = lambda data: data
    side.exchange(wire)
    assert len(wire.sent) == 1
    assert center.count() == taken == side.counts.stored
    assert_equal(side, center)


def test_the_same_batch_again_gets_the_same_receipt(side: Side, center: Center, wire: DirectWire) -> None:
    side.add_cases(4)
    side.exchange(wire)
    before = {table.name: center.all(table) for table in (OP, CHANGE, RECEIPT)}
    assert wire.send(wire.sent[0]) == wire.receipts[0]
    assert {table.name: center.all(table) for table in (OP, CHANGE, RECEIPT)} == before
    assert open_receipt(wire.receipts[0], center.opened.identity.public_key).last_n == side.counts.stored


def test_old_batches_after_newer_ones_change_nothing(side: Side, center: Center, wire: DirectWire) -> None:
    small_batches(side)
    side.add_cases(12)
    side.exchange(wire)
    rows, operations = center.rows(), center.count()
    for envelope in reversed(wire.sent):
        wire.send(envelope)
    assert (center.rows(), center.count()) == (rows, operations)


def test_a_hole_is_refused_with_the_mark(side: Side, center: Center, wire: DirectWire) -> None:
    small_batches(side)
    side.add_cases(12)
    side.exchange(wire)
    with center.engine.begin() as connection:
        connection.execute(delete(RECEIPT).where(RECEIPT.c.first_n > 1))
        connection.execute(delete(OP).where(OP.c.n > 20))
    with pytest.raises(CenterRefusalError, match="我这里收到第 20 条") as caught:
        wire.send(wire.sent[2])
    assert (caught.value.kind, caught.value.mark) == ("hole", 20)


@pytest.mark.parametrize("place", [0, 3, 7, 8, 11, 40, 200, -900, -200, -65, -64, -1])
def test_a_batch_changed_on_the_way_is_never_taken(
    side: Side, center: Center, wire: DirectWire, place: int
) -> None:
    side.add_cases(5)

    def spoil(data: bytes) -> bytes:
        spoilt = bytearray(data)
        spoilt[place] ^= 0x10
        return bytes(spoilt)

    wire.before = spoil
    with pytest.raises(CenterRefusalError):
        side.exchange(wire)
    assert center.count() == 0
    wire.before = lambda data: data
    side.exchange(wire)
    assert_equal(side, center)


@pytest.mark.parametrize("length", [0, 1, 7, 8, 12, 300, -1])
def test_a_batch_cut_short_is_never_taken(side: Side, center: Center, wire: DirectWire, length: int) -> None:
    side.add_cases(2)
    wire.before = lambda data: data[:length]
    with pytest.raises(CenterRefusalError):
        side.exchange(wire)
    assert center.count() == 0


def test_a_spoilt_or_swapped_receipt_is_not_believed(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    one, other = new_side("甲村"), new_side("乙村")
    one.add_cases(1)
    one.exchange(wire)
    foreign = wire.receipts[0]
    other.add_cases(1)
    wire.after = lambda _data: foreign
    with pytest.raises(WireError) as caught:
        other.exchange(wire)
    assert caught.value.fault is WireFault.WRONG_DEVICE
    assert other.counts.stored == 0
    wire.after = lambda data: data[:-1] + bytes([data[-1] ^ 1])
    other.add_cases(1)
    with pytest.raises(WireError) as caught:
        other.exchange(wire)
    assert caught.value.fault is WireFault.BAD_SIGNATURE
    wire.after = lambda data: data
    other.exchange(wire)
    assert center.rows() == {**one.rows(), **other.rows()}


def test_an_old_answer_is_not_taken_for_the_new_one(side: Side, wire: DirectWire) -> None:
    old = wire.mark(side.outbox.question().data)
    with pytest.raises(WireError) as caught:
        side.outbox.take_mark(old, "another nonce")
    assert caught.value.fault is WireFault.NOT_ASKED


def test_cancel_between_batches_and_go_on_later(side: Side, center: Center, wire: DirectWire) -> None:
    small_batches(side)
    side.add_cases(20)
    total = side.counts.not_sent
    with pytest.raises(Cancelled):
        side.exchange(wire, cancelled=lambda: len(wire.sent) >= 2)
    counts = side.counts
    assert counts.stored == center.count() > 0
    assert counts.not_sent == total - counts.stored
    side.exchange(wire)
    assert_equal(side, center)


def test_writing_goes_on_during_an_exchange(side: Side, center: Center, wire: DirectWire) -> None:
    small_batches(side)
    side.add_cases(8)
    turns = iter(range(3))

    def meanwhile(data: bytes) -> bytes:
        if next(turns, None) is not None:
            side.add_cases(1)
        return data

    wire.after = meanwhile
    side.exchange(wire)
    assert_equal(side, center)


def test_a_restored_center_gets_everything_again(
    new_side: Callable[..., Side], center: Center, wire: DirectWire, clock: FakeClock
) -> None:
    sides = [new_side(f"{number}村") for number in range(2)]
    for side in sides:
        small_batches(side)
        side.add_cases(6)
        side.exchange(wire)
    cut = {side.device_id: 20 for side in sides}
    with center.engine.begin() as connection:
        # What a backup of an earlier moment lacks: the later rows of every table.
        for device in cut:
            connection.execute(delete(OP).where(OP.c.device_id == device, OP.c.n > 20))
            connection.execute(delete(RECEIPT).where(RECEIPT.c.device_id == device, RECEIPT.c.first_n > 1))
    generation = sides[0].outbox.question()
    steps = sides[0].exchange(wire)
    assert any("恢复过数据" in warning for step in steps for warning in step.warnings)
    sides[1].exchange(wire)
    assert generation.nonce
    assert center.count() == sum(side.counts.stored for side in sides)
    assert center.rows() == {**sides[0].rows(), **sides[1].rows()}
    with sides[0].store.read() as session:
        state = session.scalars(select(SyncState)).one()
        assert state.generation != center.opened.identity.generation


def test_a_wrong_clock_is_only_warned_of(
    side: Side, center: Center, wire: DirectWire, clock: FakeClock
) -> None:
    side.add_cases(1)
    side.clock = FakeClock(clock.now().replace(year=2038))
    side.outbox._clock = side.clock
    steps = side.exchange(wire)
    assert any("本机时间比县中心快" in warning for warning in steps[0].warnings)
    assert_equal(side, center)
    assert center.all(DEVICE)[0]["skew_seconds"] > 3600


def test_a_revoked_device_is_shut_out_and_its_batch_kept(
    side: Side, center: Center, wire: DirectWire
) -> None:
    side.exchange(wire)
    side.add_cases(1)
    batch = side.outbox.next_batch(500)
    assert batch is not None
    assert center.enrolment.revoke(side.device_id)
    with pytest.raises(CenterRefusalError, match="停用"):
        side.exchange(wire)
    for _ in range(2):
        with pytest.raises(CenterRefusalError, match="停用"):
            wire.send(batch.envelope)
    assert [bytes(kept["bytes"]) for kept in center.all(QUARANTINE)] == [batch.envelope]
    assert center.count() == 1
    assert side.counts.stored == 1


def test_two_stations_change_two_fields_of_one_case(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    one, other, case_id = shared_case(new_side, wire)
    one.edit_case(case_id, title="甲改的名称")
    other.edit_case(case_id, place="乙改的地点")
    for side in (one, other):
        side.exchange(wire)
    row = center.rows()["case", case_id.hex]
    assert (row["title"], row["place"]) == ("甲改的名称", "乙改的地点")
    assert center.all(CONFLICT) == []


def test_two_stations_change_the_same_field(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    one, other, case_id = shared_case(new_side, wire)
    one.edit_case(case_id, title="甲改的名称")
    other.edit_case(case_id, title="乙改的名称", place="乙改的地点")
    one.exchange(wire)
    other.exchange(wire)
    row = center.rows()["case", case_id.hex]
    assert (row["title"], row["place"]) == ("甲改的名称", "乙改的地点")
    (conflict,) = center.all(CONFLICT)
    assert (conflict["in_force"], conflict["kept"]) == ('"甲改的名称"', '"乙改的名称"')
    with other.store.read() as session:
        verdict = session.scalars(select(Verdict)).one()
        assert verdict.verdict == "flagged"
        assert "事项名称" in verdict.reason
    settle(other, case_id, center)
    other.edit_case(case_id, title="商定的名称")
    other.exchange(wire)
    assert center.rows()["case", case_id.hex]["title"] == "商定的名称"
    assert center.all(CONFLICT)[0]["settled_at"] is not None


def test_a_withdrawal_against_an_edit_lets_the_edit_survive(
    new_side: Callable[..., Side], center: Center, wire: DirectWire, clock: FakeClock
) -> None:
    for order in ("withdrawal first", "edit first"):
        one, other, case_id = shared_case(new_side, wire)
        one.edit_case(case_id, withdrawn_at=clock.now(), withdrawn_reason="录错")
        other.edit_case(case_id, facts="补充了新的情况。")
        for side in (one, other) if order == "withdrawal first" else (other, one):
            side.exchange(wire)
        row = center.rows()["case", case_id.hex]
        assert (row["facts"], row["withdrawn_at"]) == ("补充了新的情况。", None), order
        kept = [conflict for conflict in center.all(CONFLICT) if conflict["row_id"] == case_id]
        assert {conflict["column_name"] for conflict in kept} >= {"withdrawn_at", "withdrawn_reason"}


def shared_case(new_side: Callable[..., Side], wire: DirectWire) -> tuple[Side, Side, object]:
    """A case that the county's office and a village both hold, as a pull would have left it."""
    one, other = new_side("上溪村"), new_side("县办公室", level="county")
    case_id = one.add_cases(1)[0]
    one.exchange(wire)
    copy_rows(one, other)
    for side in (one, other):
        settle(side, case_id, wire.center)
    return one, other, case_id


def copy_rows(source: Side, target: Side) -> None:
    for table in synced_tables(METADATA):
        with source.store.read() as session:
            rows = [dict(row) for row in session.execute(select(table)).mappings()]
        with target.store.write(None, target.clock.now(), capturing=False) as session:
            for row in rows:
                row.pop("local_id")
                session.execute(table.insert().values(**row))


def settle(side: Side, case_id: object, center: Center) -> None:
    """Gives the station's case the county's revision."""
    revision = next(record["revision"] for record in center.all(RECORD) if record["row_id"] == case_id)
    with side.store.write(None, side.clock.now(), capturing=False) as session:
        session.execute(update(Case).where(Case.id == case_id).values(revision=revision))


def test_a_bad_value_is_refused_by_itself_and_can_be_put_right(
    side: Side, center: Center, wire: DirectWire
) -> None:
    case_id, fine = side.add_cases(2)
    side.edit_case(case_id, title="长" * 121, place="照常入库")
    side.edit_case(fine, place="别的照常入库")
    side.exchange(wire)
    row = center.rows()["case", case_id.hex]
    assert (row["title"], row["place"]) == ("宅基地纠纷0", "照常入库")
    assert center.rows()["case", fine.hex]["place"] == "别的照常入库"
    with side.store.read() as session:
        verdict = session.scalars(select(Verdict)).one()
        assert (verdict.verdict, "超过 120 个字" in verdict.reason) == ("refused", True)
    side.edit_case(case_id, title="改正了")
    side.exchange(wire)
    assert_equal(side, center)


def test_what_is_not_understood_is_kept_raw_and_blocks_nothing(
    side: Side, center: Center, wire: DirectWire
) -> None:
    case_id = side.add_cases(1)[0]
    with side.store.write(None, side.clock.now()) as session:
        session.execute(
            text("update operation set changes = replace(changes, '\"facts\":', '\"facts_2027\":')")
        )
        session.execute(text("update operation set table_name = 'relic' where table_name = 'case_party'"))
    side.exchange(wire)
    assert center.rows()["case", case_id.hex]["title"] == "宅基地纠纷0"
    assert ("case", case_id.hex) in center.rows()
    causes = sorted((held["table_name"], held["cause"], held["pending"]) for held in center.all(HELD))
    assert causes == [("case", "schema", '["facts_2027"]'), *[("relic", "schema", "[]")] * 2]
    raw = {bytes(op["raw"]).decode() for op in center.all(OP) if op["table_name"] == "relic"}
    with side.store.read() as session:
        kept = session.scalars(select(Operation.changes).where(Operation.table_name == "relic")).all()
    assert all(any(changes in one for one in raw) for changes in kept)
    assert side.counts.stored == center.count()
    assert center.intake.replay_waiting() == 3
    upgrade(center)
    assert center.intake.replay_waiting() == 0
    assert center.all(HELD) == []
    assert_equal(side, center)


def upgrade(center: Center) -> None:
    """What a center that has learnt the column and the table reads in the operations it kept."""
    with center.engine.begin() as connection:
        for op in connection.execute(select(OP)).mappings().all():
            raw = bytes(op["raw"]).replace(b"facts_2027", b"facts").replace(b"relic", b"case_party")
            connection.execute(update(OP).where(OP.c.n == op["n"]).values(raw=raw))
        connection.execute(update(HELD).where(HELD.c.table_name == "case").values(pending='["facts"]'))


def test_an_update_waits_for_its_row_and_is_applied_when_it_comes(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    one, other = new_side("上溪村"), new_side("县办公室", level="county")
    case_id = one.add_cases(1)[0]
    copy_rows(one, other)
    other.edit_case(case_id, place="先到的修改")
    other.exchange(wire)
    assert ("case", case_id.hex) not in center.rows()
    assert [held["cause"] for held in center.all(HELD)] == ["row"]
    one.exchange(wire)
    assert center.rows()["case", case_id.hex]["place"] == "先到的修改"
    assert center.all(HELD) == []


def test_a_village_cannot_write_another_villages_rows(
    new_side: Callable[..., Side], center: Center, wire: DirectWire
) -> None:
    one, other = new_side("上溪村"), new_side("下溪村")
    case_id = one.add_cases(1)[0]
    one.exchange(wire)
    copy_rows(one, other)
    other.edit_case(case_id, title="越权的修改")
    other.exchange(wire)
    assert center.rows()["case", case_id.hex]["title"] == "宅基地纠纷0"
    assert [held["cause"] for held in center.all(HELD)] == ["scope"]
    with other.store.read() as session:
        assert "属于别的站点" in session.scalars(select(Verdict)).one().reason


def test_a_crash_before_the_commit_leaves_nothing(side: Side, center: Center, wire: DirectWire) -> None:
    side.add_cases(3)
    labels: list[str] = []
    center.intake = Intake(center.engine, center.opened.identity, side.clock, labels.append)
    batch = side.outbox.next_batch(500)
    assert batch is not None
    for label in ("operations merged", "rows written", "changes numbered", "before commit"):

        def stop(reached: str, label: str = label) -> None:
            if reached == label:
                raise RuntimeError(label)

        center.intake = Intake(center.engine, center.opened.identity, side.clock, stop)
        with pytest.raises(RuntimeError, match=label):
            wire.send(batch.envelope)
        assert (center.count(), center.rows(), center.streams()) == (0, {}, {})
    center.intake = Intake(center.engine, center.opened.identity, side.clock, labels.append)
    side.exchange(wire)
    assert labels[-1] == "after commit"
    assert_equal(side, center)
