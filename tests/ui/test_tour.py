"""The tour walks the main path on real parts and leaves papers, pictures and the county's row."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from app.center.database import DATABASE_FILE, connect
from app.tour.command import SCREENS, run
from ui.photograph import SCALES, WindowPhotographer
from ui.style.look import Look

CASES = 24


def test_the_tour_leaves_what_it_says(look: Look, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """GIVEN an empty folder WHEN the tour is run twice THEN papers, pictures and the county's row are there."""
    for _ in range(2):
        code = run(
            [str(tmp_path / "甲"), "--cases", str(CASES), "--no-window"],
            lambda station: WindowPhotographer(station, look),
        )
        assert code == 0
    said = capsys.readouterr().out
    for proof in (
        "来访登记",
        "立为纠纷",
        "一式 5 份",
        "《人民调解协议书》",
        "核对码",
        "未发送 0",
        "与本站一致",
    ):
        assert said.count(proof) >= 2, proof
    folder = tmp_path / "甲"
    for name in ("来访登记表", "人民调解受理登记表", "人民调解协议书"):
        assert (folder / f"{name}.pdf").read_bytes().startswith(b"%PDF-")
    pictures = {path.name for path in (folder / "screenshots").glob("*.png")}
    assert pictures == {f"{name}{ending}.png" for name in SCREENS for ending in SCALES}
    engine = connect(f"sqlite:///{folder / 'center' / DATABASE_FILE}")
    try:
        with engine.connect() as connection:
            rows = connection.execute(
                text("SELECT state, amount_fen FROM \"case\" WHERE title LIKE '黄三妹等13人%'")
            )
            assert ("agreed", 21_460_000) in [tuple(row) for row in rows]
    finally:
        engine.dispose()
