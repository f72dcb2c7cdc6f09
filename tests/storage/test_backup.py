"""Backups count only when they were opened and compared; restoring deletes nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.station import Station
from app.storage import backup as backup_module
from app.storage import files
from app.storage.backup import MANIFEST, back_up, due, list_backups, preview, restore, thin
from app.storage.layout import StationFolder
from models.case import Case
from models.codes import CodeTables
from models.columns import moment_text
from models.errors import UserError
from models.exchange import SyncState
from models.ids import IdMaker
from models.visit import Visit
from tests.ground.clock import FakeClock
from tests.ground.station import FOUNDING, LOGIN, PASSWORD, open_station

Reopen = Callable[[], Station]


@pytest.fixture
def reopen(station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables) -> Reopen:
    """Opens the station's folder again after it was closed."""
    return lambda: open_station(station.store.folder, clock, new_id, codes)


def add_case(station: Station, title: str) -> None:
    """Saves a matter."""
    with station.change("登记") as work:
        work.add(Case(title=title))


def titles(station: Station) -> list[str]:
    """What is saved."""
    with station.query() as session:
        return list(session.scalars(select(Case.title).order_by(Case.local_id)))


def damage(folder: Path) -> None:
    """Changes one bit of a backup without changing its size."""
    database = folder / "station.db"
    content = bytearray(database.read_bytes())
    content[len(content) // 2] ^= 1
    database.write_bytes(bytes(content))


def test_a_backup_says_what_it_holds(station: Station, clock: FakeClock) -> None:
    """GIVEN two matters and a visit WHEN backed up THEN the preview says so without a password."""
    add_case(station, "围墙纠纷")
    clock.advance(minutes=5)
    with station.change("登记") as work:
        work.add(Case(title="水沟纠纷"))
        work.add(Visit(facts="来问水沟的事"))
    entered = clock.now()
    clock.advance(minutes=5)
    folder = back_up(station.store, clock)
    found = preview(folder)
    assert found is not None
    assert (found.cases, found.visits, found.sound) == (2, 1, True)
    assert (found.made_at, found.last_entry_at) == (clock.now(), entered)
    assert found.size == (folder / "station.db").stat().st_size
    assert "围墙" not in (folder / MANIFEST).read_text()
    assert sorted(path.name for path in folder.iterdir()) == [MANIFEST, "station.db", "station.keys.json"]


def test_a_backup_made_while_others_write(station: Station, clock: FakeClock) -> None:
    """GIVEN a journal full of fresh rows WHEN backed up THEN they are in it, and saving goes on."""
    for number in range(20):
        add_case(station, f"第{number}件")
    folder = back_up(station.store, clock)
    add_case(station, "以后")
    found = preview(folder)
    assert found is not None
    assert found.cases == 20
    assert len(titles(station)) == 21


@pytest.mark.parametrize("kind", ["cut", "flipped", "emptied"])
def test_a_copy_that_is_not_right_does_not_count(
    station: Station, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """GIVEN a disk that damages the copy WHEN backed up THEN it is not adopted and the earlier one is still there."""
    add_case(station, "围墙纠纷")
    earlier = back_up(station.store, clock)
    clock.advance(days=1)
    real = backup_module._copy_database

    def copy(store: object, target: Path) -> object:
        counts = real(store, target)  # type: ignore[arg-type]
        if kind == "cut":
            with target.open("r+b") as stream:
                stream.truncate(target.stat().st_size // 2)
        elif kind == "flipped":
            damage(target.parent)
        else:
            counts["case"] = 2
        return counts

    monkeypatch.setattr(backup_module, "_copy_database", copy)
    with pytest.raises(UserError, match=r"以前的备份都在|损坏"):
        back_up(station.store, clock)
    assert [one.folder for one in list_backups(station.store.folder.backups) if one.sound] == [earlier]
    assert list(station.store.folder.backups.iterdir()) == [earlier]


def test_leftovers_of_a_backup_that_was_cut_off(station: Station, clock: FakeClock) -> None:
    """GIVEN the half of a backup that was cut off WHEN the next is made THEN it is not listed and goes away."""
    half = station.store.folder.backups / "2026-03-01_180000.making"
    half.mkdir(parents=True)
    (half / "station.db").write_bytes(b"half")
    assert list_backups(station.store.folder.backups) == []
    made = back_up(station.store, clock)
    assert list(station.store.folder.backups.iterdir()) == [made]


def test_two_backups_in_one_second(station: Station, clock: FakeClock, tmp_path: Path) -> None:
    """GIVEN two backups in the same second WHEN made THEN the second does not overwrite the first."""
    one, two = back_up(station.store, clock, tmp_path / "u"), back_up(station.store, clock, tmp_path / "u")
    assert one != two
    assert two.is_dir()
    assert preview(two) is not None


def test_a_backup_is_due_after_a_day(station: Station, clock: FakeClock) -> None:
    """GIVEN backups WHEN a day has passed THEN the next is due; one dated in the future is no reason to wait."""
    folder = station.store.folder
    assert due(folder, clock)
    back_up(station.store, clock)
    clock.advance(hours=23, minutes=59)
    assert not due(folder, clock)
    clock.advance(minutes=1)
    assert due(folder, clock)
    clock.advance(days=-400)
    assert due(folder, clock)


def make_dated(backups: Path, pattern: Path, moments: list[datetime]) -> None:
    """Backups of other days, as the program itself would have named them, with a few bytes for a store."""
    content = b"small" * 20
    manifest = json.loads((pattern / MANIFEST).read_text())
    manifest |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    for moment in moments:
        folder = backups / moment.strftime("%Y-%m-%d_%H%M%S")
        folder.mkdir()
        (folder / "station.db").write_bytes(content)
        (folder / MANIFEST).write_text(json.dumps({**manifest, "made_at": moment_text(moment)}))


def days(backups: Path) -> list[str]:
    """The days of the backups in a folder, newest first."""
    return [one.made_at.strftime("%Y-%m-%d") for one in list_backups(backups)]


def test_thinning_keeps_days_weeks_and_months(station: Station, clock: FakeClock) -> None:
    """GIVEN a backup of each of 400 days WHEN thinned THEN 7 days, 4 weeks and 12 months are left, newest of each."""
    backups = station.store.folder.backups
    newest = back_up(station.store, clock)
    make_dated(backups, newest, [clock.now() - timedelta(days=n) for n in range(1, 400)])
    thin(backups, newest)
    kept = days(backups)
    assert kept[:7] == [(clock.now() - timedelta(days=n)).strftime("%Y-%m-%d") for n in range(7)]
    assert "2026-02-28" in kept
    assert "2026-01-31" in kept
    assert "2025-04-30" in kept
    assert "2025-03-31" not in kept
    weeks = {datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).isocalendar()[:2] for day in kept}
    assert {(2026, 10), (2026, 9), (2026, 8), (2026, 7)} <= weeks
    assert len(kept) <= 7 + 4 + 12


def test_thinning_within_a_day_keeps_the_newest(station: Station, clock: FakeClock) -> None:
    """GIVEN five backups of one day WHEN the last is made THEN it alone is left."""
    for _ in range(5):
        clock.advance(minutes=30)
        last = back_up(station.store, clock)
    assert [one.folder for one in list_backups(station.store.folder.backups)] == [last]


def test_a_damaged_backup_does_not_push_out_a_sound_one(station: Station, clock: FakeClock) -> None:
    """GIVEN the last backup of each earlier day damaged WHEN thinned THEN the sound one before it is kept."""
    backups = station.store.folder.backups
    newest = back_up(station.store, clock)
    mornings = [clock.now() - timedelta(days=n) for n in range(1, 12)]
    evenings = [moment + timedelta(hours=9) for moment in mornings]
    make_dated(backups, newest, mornings + evenings)
    for moment in evenings:
        damage(backups / moment.strftime("%Y-%m-%d_%H%M%S"))
    thin(backups, newest)
    found = list_backups(backups)
    sound = [one.made_at for one in found if one.sound]
    assert sound[:7] == [clock.now(), *mornings[:6]]
    assert len([one for one in found if not one.sound]) == len(evenings)


def test_a_wrong_clock_does_not_remove_the_newest(station: Station, clock: FakeClock) -> None:
    """GIVEN a clock fallen back to 1970 WHEN backed up THEN that backup stays though all others are 'newer'."""
    backups = station.store.folder.backups
    pattern = back_up(station.store, clock)
    make_dated(backups, pattern, [clock.now() - timedelta(days=n) for n in range(1, 400)])
    clock.set(datetime(1970, 1, 1, 4, tzinfo=UTC))
    made = back_up(station.store, clock)
    assert made.is_dir()
    assert list_backups(backups)[-1].folder == made


def test_two_stations_on_one_stick(
    tmp_path: Path, station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN two stations that back up to one stick WHEN thinned THEN neither touches the other's."""
    from app.accounts.founding import found_station
    from tests.ground.station import CHEAP

    stick = tmp_path / "stick"
    theirs = back_up(station.store, clock, stick)
    other = open_station(
        found_station(tmp_path / "other", FOUNDING, clock, new_id, CHEAP), clock, new_id, codes
    )
    for _ in range(3):
        clock.advance(hours=1)
        ours = back_up(other.store, clock, stick)
    other.close(backup=False)
    assert {one.folder for one in list_backups(stick)} == {theirs, ours}


def test_restoring_brings_back_and_deletes_nothing(
    station: Station, clock: FakeClock, reopen: Reopen
) -> None:
    """GIVEN a backup WHEN restored THEN rows and attachments are back, what was there lies aside, incarnation is new."""
    add_case(station, "备份前")
    photo = station.store.attachments.put(b"photo")
    folder = station.store.folder
    made = back_up(station.store, clock)
    add_case(station, "备份后")
    station.close(backup=False)
    shutil.rmtree(folder.attachments)
    replaced = folder.database.read_bytes()
    aside = restore(folder, made, clock)
    assert aside is not None
    assert (aside / "station.db").read_bytes() == replaced
    assert (aside / "station.keys.json").read_bytes() == folder.keys.read_bytes()
    assert made.is_dir()
    again = reopen()
    assert titles(again) == ["备份前"]
    assert again.store.attachments.get(photo) == b"photo"
    with again.query() as session:
        assert session.scalars(select(SyncState.incarnation)).one() == 2
    again.close(backup=False)


def test_what_was_put_aside_is_a_store_still(
    station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables, tmp_path: Path
) -> None:
    """GIVEN a restore that was a mistake WHEN the folder put aside is opened THEN everything is in it."""
    folder = station.store.folder
    made = back_up(station.store, clock)
    add_case(station, "备份后")
    station.close(backup=False)
    aside = restore(folder, made, clock)
    assert aside is not None
    shutil.copytree(aside, tmp_path / "undo")
    undone = open_station(StationFolder(tmp_path / "undo"), clock, new_id, codes)
    assert titles(undone) == ["备份后"]
    undone.close(backup=False)


def test_todays_password_opens_an_old_backup(station: Station, clock: FakeClock, reopen: Reopen) -> None:
    """GIVEN a password changed after the backup WHEN restored THEN today's password opens it, not the old one."""
    from app.accounts.sign_in import change_password
    from tests.ground.station import CHEAP

    made = back_up(station.store, clock)
    change_password(station.store, station.signed_in, PASSWORD, "xinmima-2026", clock, CHEAP)
    folder = station.store.folder
    station.close(backup=False)
    restore(folder, made, clock)
    with pytest.raises(UserError, match="密码不对"):
        reopen()
    open_station(
        folder, clock, station.new_id, station.codes, LOGIN, "xinmima-2026"
    ).close(backup=False)  # fmt: skip


def test_restoring_on_a_new_pc(
    tmp_path: Path, station: Station, clock: FakeClock, new_id: IdMaker, codes: CodeTables
) -> None:
    """GIVEN only a stick WHEN restored into an empty folder THEN the station is there, as a new incarnation."""
    add_case(station, "围墙纠纷")
    photo = station.store.attachments.put(b"photo")
    made = back_up(station.store, clock, tmp_path / "stick")
    folder = StationFolder(tmp_path / "new")
    assert restore(folder, made, clock) is None
    moved = open_station(folder, clock, new_id, codes)
    assert titles(moved) == ["围墙纠纷"]
    assert moved.store.attachments.get(photo) == b"photo"
    with moved.query() as session:
        assert session.scalars(select(SyncState.incarnation)).one() == 2
    moved.close(backup=False)


def test_restoring_over_a_damaged_store_and_lost_keys(
    station: Station, clock: FakeClock, reopen: Reopen
) -> None:
    """GIVEN garbage for a store and no keys WHEN restored THEN the backup's own keys open it."""
    add_case(station, "围墙纠纷")
    made = back_up(station.store, clock)
    folder = station.store.folder
    station.close(backup=False)
    folder.database.write_bytes(b"garbage" * 1000)
    folder.keys.unlink()
    restore(folder, made, clock)
    again = reopen()
    assert titles(again) == ["围墙纠纷"]
    again.close(backup=False)


def test_a_damaged_backup_is_not_restored(station: Station, clock: FakeClock, reopen: Reopen) -> None:
    """GIVEN one flipped bit in a backup WHEN restored THEN it is refused and nothing has moved."""
    made = back_up(station.store, clock)
    damage(made)
    station.close(backup=False)
    folder = station.store.folder
    before = sorted(path.name for path in folder.root.iterdir())
    found = preview(made)
    assert found is not None
    assert not found.sound
    for chosen in (made, folder.root):
        with pytest.raises(UserError, match="不完整或已损坏"):
            restore(folder, chosen, clock)
    assert sorted(path.name for path in folder.root.iterdir()) == before
    reopen().close(backup=False)


def test_a_stick_that_reads_differently_the_second_time(
    station: Station, clock: FakeClock, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a failing stick WHEN the copy taken from it differs from what was checked THEN nothing has moved."""
    made = back_up(station.store, clock)
    add_case(station, "备份后")
    station.close(backup=False)
    real = files.copy_whole

    def copy(source: Path, target: Path) -> None:
        real(source, target)
        if source.name == "station.db":
            target.write_bytes(b"x" + target.read_bytes()[1:])

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "copy_whole", copy)
        with pytest.raises(UserError, match="没有恢复"):
            restore(station.store.folder, made, clock)
    again = reopen()
    assert titles(again) == ["备份后"]
    again.close(backup=False)


def test_a_stick_pulled_in_the_middle(
    station: Station, clock: FakeClock, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a stick pulled while reading or writing THEN a sentence says so, and nothing here has moved."""
    made = back_up(station.store, clock)

    def gone(source: Path, target: Path) -> None:
        raise FileNotFoundError(2, "gone")

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "copy_whole", gone)
        with pytest.raises(UserError, match="备份没有写成"):
            back_up(station.store, clock)
        add_case(station, "备份后")
        station.close(backup=False)
        with pytest.raises(UserError, match="没有恢复"):
            restore(station.store.folder, made, clock)
    again = reopen()
    assert titles(again) == ["备份后"]
    again.close(backup=False)


def test_an_open_store_is_not_restored_over(station: Station, clock: FakeClock) -> None:
    """GIVEN an open store WHEN a backup is to be restored THEN it is refused and the store works on."""
    made = back_up(station.store, clock)
    with pytest.raises(UserError, match="已经在这台电脑上打开"):
        restore(station.store.folder, made, clock)
    add_case(station, "照常")
    assert titles(station) == ["照常"]


def test_a_restore_that_is_cut_off_can_be_repeated(
    station: Station, clock: FakeClock, reopen: Reopen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GIVEN a restore cut off when the store was already put aside THEN the folder is still a station's, and again works."""
    add_case(station, "围墙纠纷")
    made = back_up(station.store, clock)
    station.close(backup=False)
    folder = station.store.folder

    def die(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "_keys_to_use", lambda *_: b"{}")
        patch.setattr(backup_module, "write_whole", die)
        with pytest.raises(ZeroDivisionError):
            restore(folder, made, clock)
    assert not folder.database.exists()
    assert folder.founded
    restore(folder, made, clock)
    again = reopen()
    assert titles(again) == ["围墙纠纷"]
    again.close(backup=False)


def test_closing_reports_a_backup_that_failed_and_closes_all_the_same(
    station: Station, reopen: Reopen
) -> None:
    """GIVEN backups that cannot be written WHEN the station is closed THEN a sentence says so and the store is closed."""
    station.store.folder.backups.write_text("a file where the folder should be")
    with pytest.raises(UserError, match="备份没有写成"):
        station.close()
    assert not station.store.is_open
    station.store.folder.backups.unlink()
    reopen().close(backup=False)
