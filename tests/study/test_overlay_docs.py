"""The reference of overlays says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import seawall
from seawall.questions.diff import COLUMNS
from seawall.study.overlay_file import OVERLAY
from seawall.study.overlay_rows import MAIN

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "overlays.md"


def test_every_example_lies_over_the_built_in_study(tmp_path: Path) -> None:
    examples = re.findall(r"^```\n(table,row.*?)^```$", PAGE.read_text("utf-8"), re.M | re.S)
    assert len(examples) == 2
    for number, text in enumerate(examples):
        file = tmp_path / f"{number}.csv"
        file.write_text(text, encoding="utf-8")
        study = seawall.read("india-japan", file)
        assert len(study.overlays) == 3
        assert not [w for w in study.warnings if w.file == str(file)]


def test_every_column_and_main_figure_is_named() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+)`", text))
    assert {column.name for column in OVERLAY.columns} <= named
    assert set(COLUMNS) <= named
    for table in ("facilities", "lanes", "demands", "contracts", "stocks", "prices", "hazards"):
        assert MAIN[table] in named
