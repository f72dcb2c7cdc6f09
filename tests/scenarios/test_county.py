"""Nine matters entered at the window, sent to a county center of its own process, read there by SQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from app.tour.center_process import CenterProcess
from tests.scenarios import disputes, petitions
from tests.scenarios.county import compare_everything, count, county_link, operations
from tests.scenarios.window import Window
from ui.screens.people import PeopleScreen
from ui.screens.sync_page import SyncPage

Matters = Mapping[str, Mapping[str, Any]]
AT_LEAST = {
    "visit": 10,
    "visit_person": 14,
    "case": 8,
    "case_party": 20,
    "person": 20,
    "step": 40,
    "mediation_session": 2,
    "agreement": 3,
    "fulfilment": 6,
    "follow_up": 1,
    "errand": 1,
    "errand_claim": 2,
    "paper": 2,
    "org_unit": 1,
    "staff": 1,
}
"""So many rows the matters surely make: an empty table compared with an empty one proves nothing."""


@pytest.fixture
def county(tmp_path: Path, postgres_url: str) -> Iterator[CenterProcess]:
    """A county center as a process of its own, over HTTP, on PostgreSQL."""
    with CenterProcess(tmp_path / "center", postgres_url) as running:
        yield running


def enter_everything(window: Window, matters: Matters) -> None:
    """All the matters of these scenarios, one after another in one window."""
    disputes.wall_opened(window, matters["wall"])
    disputes.wall_settled(window)
    disputes.wages_agreed(window, matters["wages"])
    disputes.wages_paid(window)
    disputes.accident(window, matters["accident"])
    disputes.marriage_opened(window, matters["marriage"])
    disputes.marriage_ended(window)
    petitions.accusation(window, matters["accusation"])
    petitions.accusation_transferred(window)
    petitions.errand(window, matters["errand"])
    petitions.crowd(window, matters["estate493"])
    petitions.windfarm(window, matters["windfarm"])
    petitions.windfarm_again(window, matters["repeat"])
    petitions.wall_again(window, matters["wall"])


def send_all(window: Window) -> SyncPage:
    """Presses 立即同步 and waits until the three numbers say that the county holds everything."""
    page = window.go("同步", SyncPage)
    assert page.not_sent.number() == f"{operations(window) - _stored(page)} 条"
    window.press("立即同步")
    window.wait(lambda: page.not_sent.number() == "0 条" and page.sync_button.isEnabled())
    assert page.unconfirmed.number() == "0 条"
    assert page.stored.number() == f"{operations(window)} 条"
    assert not page.remarks.isVisible(), page.remarks.text()
    return page


def _stored(page: SyncPage) -> int:
    return int(page.stored.number().split()[0])


def test_what_the_window_recorded_is_what_the_county_holds(
    window: Window, matters: Matters, county: CenterProcess, postgres_url: str
) -> None:
    """GIVEN the matters entered WHEN the station enrols and syncs THEN every column of every row is at the county."""
    enter_everything(window, matters)
    page = window.go("同步", SyncPage)
    code = county.new_code("上溪村", "village")
    window.fill(page.enrol_form, {"address": county.address, "code": code})
    window.press("入网")
    window.wait(lambda: "核对码是" in page.banner.text())
    window.settle()
    send_all(window)

    counted = compare_everything(window, postgres_url)
    too_few = {name: counted[name] for name, least in AT_LEAST.items() if counted[name] < least}
    assert not too_few
    _read_at_the_county(postgres_url, operations(window))
    _a_changed_word_is_found(window, postgres_url)

    _correct_a_phone(window)
    before = operations(window)
    send_all(window)
    assert compare_everything(window, postgres_url) == counted
    with county_link(postgres_url) as link:
        assert count(link, "SELECT count(*) FROM op") == before
        assert count(link, "SELECT count(*) FROM person WHERE phone = %s", "13900000099") == 1
    send_all(window)
    assert compare_everything(window, postgres_url) == counted


def _a_changed_word_is_found(window: Window, url: str) -> None:
    """The comparison itself is put to the test: one word in one row at the county makes it fail."""
    changed = "UPDATE follow_up SET note = note || '。'"
    with county_link(url) as link:
        assert link.execute(changed.encode()).rowcount == 1
    with pytest.raises(AssertionError, match="follow_up"):
        compare_everything(window, url)
    with county_link(url) as link:
        link.execute(b"UPDATE follow_up SET note = left(note, -1)")
    compare_everything(window, url)


def _correct_a_phone(window: Window) -> None:
    screen = window.go("人员", PeopleScreen)
    window.type_into(screen.box, "张秀英")
    window.wait(lambda: screen.found.count() == 1)
    window.qtbot.keyClick(screen.box, Qt.Key.Key_Return)
    window.settle()
    window.fill(screen.form, {"person.phone": "13900000099"})
    window.press("保存更正")


def _read_at_the_county(url: str, operation_count: int) -> None:
    """What a county official would ask in SQL."""
    with county_link(url) as link:
        assert count(link, "SELECT count(*) FROM op") == operation_count
        assert count(link, "SELECT count(*) FROM op WHERE verdict <> 'accepted'") == 0
        assert count(link, "SELECT count(DISTINCT (device_id, incarnation, n)) FROM op") == operation_count
        rows = link.execute(
            """
            SELECT c.title, p.name, cp.role FROM "case" c
            JOIN case_party cp ON cp.case_id = c.id JOIN person p ON p.id = cp.person_id
            WHERE c.dispute_type = 'traffic' ORDER BY cp.position
            """
        ).fetchall()
        assert [(row["name"], row["role"]) for row in rows] == [
            ("𬭎小满", "applicant"),
            ("郑昇", "respondent"),
            ("𬭎志强", "guardian"),
        ]
        assert {row["title"] for row in rows} == {"𬭎小满与郑昇道路交通事故纠纷"}
        for name in ("王㛃", "刘䶮"):
            assert count(link, "SELECT count(*) FROM person WHERE name = %s", name) == 1
        rows = link.execute(
            """
            SELECT v.outcome, v.is_repeat, c.kind, count(*) AS many FROM visit v JOIN "case" c ON c.id = v.case_id
            GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
            """
        ).fetchall()
        assert [tuple(row.values()) for row in rows] == [
            ("joined", False, "dispute", 1),
            ("joined", True, "petition", 1),
            ("opened", False, "dispute", 4),
            ("opened", False, "errand", 1),
            ("opened", False, "petition", 3),
        ]
        assert count(link, "SELECT sum(people_count) FROM visit") == 46 + 13 + 8
        assert count(link, "SELECT sum(amount_fen) FROM fulfilment WHERE done_on IS NOT NULL") == 21_460_000
        assert count(link, "SELECT count(*) FROM step WHERE kind = 'accept'") == 4
        assert (
            count(
                link,
                'SELECT count(*) FROM "case" WHERE secrecy = %s AND category = %s',
                "accusation",
                "accusation",
            )
            == 1
        )
        assert count(link, "SELECT count(*) FROM held") == 0
        assert count(link, "SELECT count(*) FROM conflict") == 0
        assert count(link, "SELECT count(*) FROM quarantine") == 0
