"""`seawall refresh`: what is printed, what is written, how mistakes end."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from tests.study.refresh.test_comtrade import HEAD, record
from tests.test_cli import only_json, run

import seawall
from seawall.study.overlays import read_overlay


@pytest.fixture
def trade(tmp_path: Path) -> Path:
    """Customs records with INVENTED-FOR-TEST weights."""
    path = tmp_path / "trade.csv"
    lines = [HEAD, record(reporter="HOM", partner="VAL", kilograms=2_000_000),
             record(reporter="HOM", partner="XYZ")]  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_the_change_is_shown_and_written(data: Path, trade: Path, tmp_path: Path):
    out = tmp_path / "mine.csv"
    result = run("refresh", "comtrade", trade, "--study", data / "tiers", "--out", out,
                 "--who", "安藤")  # fmt: skip
    assert result.exit_code == 0, result.stderr
    assert "+42.9 %" in result.stdout
    assert "no lane that is used between them" in result.stdout
    assert f"--with {out}" in result.stderr
    (change,) = read_overlay(out)
    assert (change.row, change.value, change.who) == ("val~hom.magnet", "2000", "安藤")
    with out.open(encoding="utf-8") as handle:
        (row,) = csv.DictReader(handle)
    assert row["source"] == "UN Comtrade, 2023, file trade.csv"
    study = seawall.read(data / "tiers", [out])
    assert study.frames["lanes"].set_index("id")["base"]["val~hom.magnet"] == 2000


def test_without_out_nothing_is_written(data: Path, trade: Path, tmp_path: Path):
    before = sorted(tmp_path.iterdir())
    result = run("refresh", "comtrade", trade, "--study", data / "tiers", "--json")
    assert result.exit_code == 0, result.stderr
    found = only_json(result.stdout)
    assert found["summary"]["changes"] == 1
    assert found["tables"]["changes"][0]["new"] == "2000"
    assert found["tables"]["left"][0]["why"].startswith("the study has no lane")
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "options, code, words",
    [
        (["comtrad", "trade.csv"], 2, 'did you mean "comtrade"'),
        (["comtrade", "none.csv"], 2, "there is no file"),
        (["comtrade", "trade.csv", "--as-of", "soon"], 2, "write a date"),
        (["comtrade", "trade.csv", "--as-of", "2000-01-01"], 2, "no record lies before"),
        (["comtrade", "trade.csv", "--who", " "], 2, "may not be blank"),
        (["comtrade", "trade.csv", "--out", "trade.csv"], 2, "exists already"),
        (["world-bank-prices", "trade.csv"], 3, "no row of names with units"),
    ],
)
def test_mistakes_end_with_one_message(
    data: Path, trade: Path, options: list[str], code: int, words: str,
    monkeypatch: pytest.MonkeyPatch,
):  # fmt: skip
    monkeypatch.chdir(trade.parent)
    result = run("refresh", *options, "--study", data / "tiers")
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""
