"""`seawall stress --close ...`: shocks without a file, kept with --save, and their mistakes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.test_cli import only_json, run

import seawall
from seawall.errors import UsageError
from seawall.shocks import Scenario, Shock
from seawall.shocks.given import given
from seawall.study.writer import scenario_file, write_scenario


@pytest.fixture(autouse=True)
def own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEAWALL_RUNS", str(tmp_path / "runs"))


@pytest.fixture
def mine(twelve: Path, tmp_path: Path) -> Path:
    """A copy of the 12-node study."""
    copy = tmp_path / "mine"
    seawall.write(seawall.read(twelve), copy)
    return copy


def test_shocks_given_and_saved_are_the_scenario_of_that_name(mine: Path):
    """What --save writes is found, and asks the same question with the same answer."""
    asked = ["--response", "frozen", "--json"]
    shocks = ["--close", "narrows", "--demand", "Nord:lng:+20%", "--from", "2026-12-01"]
    first = run("stress", mine, *shocks, "--days", "30", "--save", "my-shock", *asked)
    assert first.exit_code == 0, first.stderr
    assert "seawall stress" in first.stderr
    assert "my-shock" in first.stderr
    again = run("stress", mine, "my-shock", *asked)
    assert again.exit_code == 0, again.stderr
    one, other = only_json(first.stdout), only_json(again.stdout)
    assert one["run"]["id"] == other["run"]["id"]
    assert one["tables"] == other["tables"]
    assert one["summary"]["title"] == (
        "The narrows shut and demand for gas in the grid in Nord up 20 % for 30 days "
        "from 1 December 2026"
    )
    assert seawall.read(mine).scenarios() == (
        "canal-60d", "demand-up", "gulf-outage", "my-shock", "narrows-60d",
    )  # fmt: skip


def test_given_shocks_are_what_a_file_would_be(twelve: Path):
    """The same shock by option and by file has the same losses."""
    read = seawall.read(twelve)
    by_file = seawall.stress(read, "narrows-60d", response="frozen").summary()
    by_word = seawall.stress(read, given(read, close=["The Narrows"]), response="frozen").summary()
    assert by_word["loss"] == by_file["loss"] > 0


def test_the_date_moves_the_months_of_grids(mine: Path):
    """Gas has no seasons, grids do: in December load is half as high again."""
    loads = mine / "loads.csv"
    text = loads.read_text(encoding="utf-8")
    loads.write_text(text.replace("nord-city,12,40,", "nord-city,12,60,"), encoding="utf-8")
    read = seawall.read(mine)
    first = {}
    for month in (7, 12):
        scenario = given(read, close=["narrows"], start=date(2026, month, 1), days=30)
        weeks = seawall.stress(read, scenario, response="frozen").tables["grid_weeks"]
        city = weeks[weeks["grid"] == "nord-city"].iloc[0]
        assert str(city["period_start"]) == f"2026-{month:02}-01"
        first[month] = city["load_gwh"]
    assert first[12] == pytest.approx(1.5 * first[7], rel=1e-6)


@pytest.mark.parametrize(
    "options, words",
    [
        (["--days", "30"], "--days belongs to shocks given here"),
        (["narrows-60d", "--close", "narrows"], 'either the scenario "narrows-60d" or --close'),
        (["--save", "x"], "--save belongs"),
        (["--close", "narows"], 'did you mean "narrows"'),
        (["--close", "narrows", "--save", "narrows-60d"], "already: choose another name"),
        (["--close", "narrows", "--save", "../x"], "is no name for a scenario"),
        (["--stop", "NRD:gas", "--ban", "SUD:gas"], "no lane abroad of gas from"),
    ],
)
def test_mistakes_end_with_one_message_and_save_nothing(mine: Path, options: list[str], words: str):
    before = sorted(path.name for path in (mine / "scenarios").iterdir())
    result = run("stress", mine, *options)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""
    assert sorted(path.name for path in (mine / "scenarios").iterdir()) == before


def test_a_built_in_study_stays_as_it_is():
    result = run("stress", "india-japan", "--close", "hormuz", "--save", "mine")
    assert result.exit_code == 2
    assert "seawall new DIR --from india-japan" in result.stderr


def test_a_study_without_scenarios_gets_its_first(twelve: Path, tmp_path: Path):
    copy = tmp_path / "bare"
    seawall.write(seawall.read(twelve), copy)
    for path in (copy / "scenarios").iterdir():
        path.unlink()
    (copy / "scenarios").rmdir()
    write_scenario(seawall.read(copy), "初めて", 'title = "t"\n[[shock]]\npassage = "narrows"\n')
    assert seawall.read(copy).scenarios() == ("初めて",)


def test_a_study_of_no_folder_cannot_keep_one(twelve: Path):

    with pytest.raises(UsageError, match="is not a folder"):
        scenario_file(replace(seawall.read(twelve), folder=None), "mine")


def test_shocks_pass_through_as_one_scenario(twelve: Path, monkeypatch: pytest.MonkeyPatch):
    """The question is asked a Scenario, not options."""
    calls: list[object] = []

    def stress(_: object, scenario: object, **__: object) -> None:
        calls.append(scenario)
        raise UsageError("asked")

    monkeypatch.setitem(vars(seawall), "stress", stress)
    run("stress", twelve, "--close", "sound", "--depth", "0.25", "--title", "Ours")
    (found,) = calls
    assert isinstance(found, Scenario)
    assert found.title == "Ours"
    assert found.shock == (Shock(passage="sound", depth=0.25),)
