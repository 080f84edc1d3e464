"""Figures that contradict each other beyond reconciling are named row by row."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.conftest import DATA

from seawall.errors import InputError
from seawall.network import base_case
from seawall.study import read


def spoiled(folder: Path, table: str, old: str, new: str) -> Path:
    """A copy of the three-node study with one text of one table replaced."""
    shutil.copytree(DATA / "three", folder)
    text = (folder / table).read_text(encoding="utf-8")
    assert old in text
    (folder / table).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def test_a_figure_that_would_move_too_far_is_named(tmp_path: Path) -> None:
    """Demand that nothing supplies: each tier with its file, line, value and the way it misses."""
    study = read(spoiled(tmp_path / "s", "demands.csv", "homes,14.6,", "homes,34.6,"))
    with pytest.raises(InputError) as caught:
        base_case(study)
    found = {(p.file, p.row, p.column, p.value) for p in caught.value.problems}
    assert ("demands.csv", 2, "quantity", "34.6") in found
    assert "contradicts the other figures" in str(caught.value)
    assert "times this" in str(caught.value)


def test_a_place_that_cannot_be_balanced_is_named(tmp_path: Path) -> None:
    """The only lane carries nothing: every figure of the place that stays off is listed."""
    study = read(spoiled(tmp_path / "s", "lanes.csv", "USD/t,36.5,", "USD/t,0,"))
    with pytest.raises(InputError) as caught:
        base_case(study)
    assert caught.value.exit_code == 3
    assert {p.file for p in caught.value.problems} <= {
        "demands.csv", "facilities.csv", "lanes.csv",
    }  # fmt: skip
    assert all(p.row and p.row > 1 for p in caught.value.problems)
