"""Intervals as users get them: tables, grades, tornado, cautions, and that they repeat."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.conftest import DATA

import seawall
from seawall.errors import UsageError
from seawall.questions.asked import asked_stress
from seawall.questions.stress import StressResult
from seawall.questions.uncertainty import reruns, with_intervals
from seawall.runs import Run, document
from seawall.runs.progress import SilentProgress
from seawall.study import read

COLUMNS = {
    "intervals": ["scenario", "response", "place", "commodity", "tier", "figure", "unit", "value",
                  "p10", "p50", "p90", "grade"],
    "tornado": ["scenario", "response", "place", "commodity", "figure", "rank", "input", "table",
                "column", "source", "confidence", "name", "low_input", "high_input", "low", "high",
                "share_of_variance"],
    "draws": ["draw", "response", "place", "commodity", "figure", "value"],
}  # fmt: skip
DRAWS = 25


@cache
def answer(n: int = DRAWS, workers: int = 1) -> StressResult:
    return seawall.stress(
        read(DATA / "twelve"), "narrows-60d", ["frozen", "foresight"], uncertain=n, workers=workers
    )


def row(table: pd.DataFrame, response: str, place: str, figure: str, tier: str = "all") -> Any:
    found = table[
        (table["response"] == response) & (table["place"] == place)
        & (table["figure"] == figure) & (table["tier"] == tier)
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_tables_have_the_columns_that_stay(table: str):
    found = [c for c in answer().tables[table] if c in COLUMNS[table]]
    assert found == COLUMNS[table]


def test_intervals_are_percentiles_of_the_draws():
    """Each headline figure by its draws; the indicators carry the same ends."""
    result = answer()
    intervals, draws = result.tables["intervals"], result.tables["draws"]
    one = row(intervals, "frozen", "NRD", "unserved")
    mine = draws[(draws["response"] == "frozen") & (draws["place"] == "NRD")
                 & (draws["figure"] == "unserved") & (draws["tier"] == "all")]  # fmt: skip
    assert sorted(mine["draw"]) == list(range(DRAWS))
    assert [one["p10"], one["p50"], one["p90"]] == pytest.approx(
        np.quantile(mine["value"], [0.1, 0.5, 0.9])
    )
    assert one["p10"] < one["value"] < one["p90"]
    table = result.tables["indicators"]
    whole = table[(table["response"] == "frozen") & (table["place"] == "NRD")
                  & (table["tier"] == "all")].iloc[0]  # fmt: skip
    assert (whole["low"], whole["high"], whole["grade"]) == (one["p10"], one["p90"], one["grade"])
    assert whole["unserved"] == one["value"]
    assert table["low"].notna().all()
    assert table["grade"].notna().all()


def test_days_that_never_come_are_blank_and_counted():
    """Foresight keeps NRD supplied in most draws: no day, but the share of draws with one."""
    one = row(answer().tables["intervals"], "foresight", "NRD", "first_shortfall_day")
    assert np.isnan(one["value"])
    assert np.isnan(one["p90"])
    assert 0 < one["happens"] < 0.5
    assert one["unit"] == "day"


def test_the_tornado_runs_each_input_by_itself():
    """A reader can check a row: put the input where it says, and the figure is what it says."""
    result = answer()
    table = result.tables["tornado"]
    top = table[(table["response"] == "frozen") & (table["place"] == "SUD")
                & (table["rank"] == 1)].iloc[0]  # fmt: skip
    assert top["table"] == "stocks"
    assert top["column"] == "start"
    assert top["low"] > top["high"] > 0
    study = read(DATA / "twelve")
    stocks = study.frames["stocks"].copy()
    here = stocks["place"] == "suda-t"
    moved = top["high_input"] - stocks.loc[here, "start"]
    stocks.loc[here, "start"] += moved
    stocks.loc[here, "tank"] += moved
    other = replace(study, frames={**study.frames, "stocks": stocks})
    again = seawall.stress(other, "narrows-60d", "frozen").tables["indicators"]
    mine = again[(again["place"] == "SUD") & (again["tier"] == "all")].iloc[0]
    assert mine["unserved"] == pytest.approx(top["high"], rel=1e-9)


def test_the_tornado_is_ranked_and_its_shares_are_shares():
    table = answer().tables["tornado"]
    for _, rows in table.groupby(["response", "place", "commodity", "figure"]):
        assert rows["rank"].tolist() == list(range(1, len(rows) + 1))
        assert rows["share_of_variance"].is_monotonic_decreasing
        assert rows["share_of_variance"].between(0, 1.2).all()
        assert len(rows) <= 10
    assert set(table["figure"]) == {"unserved", "loss"}


def test_a_draw_is_the_same_with_more_draws_and_more_workers():
    """Eight draws are the first eight of more, and two processes make the same."""
    few = answer(8, workers=2).tables["draws"]
    many = answer().tables["draws"]
    first = many[many["draw"] < 8].reset_index(drop=True)
    pd.testing.assert_frame_equal(few.sort_values(list(few)).reset_index(drop=True),
                                  first.sort_values(list(few)).reset_index(drop=True))  # fmt: skip


def test_the_identity_holds_draws_and_seed():
    """What is looked up before computing is what the answer says it is."""
    study = read(DATA / "twelve")
    before = asked_stress(study, "narrows-60d", ["frozen", "foresight"], uncertain=DRAWS, seed=0)
    assert Run.of(before).id == Run.of(answer().identity).id
    other = asked_stress(study, "narrows-60d", ["frozen", "foresight"], uncertain=DRAWS + 1, seed=0)
    assert Run.of(other).id != Run.of(before).id
    text = document.document(Run.of(before), answer().summary(), answer().tables)
    assert "NaN" not in text
    assert "Infinity" not in text


class Store(dict[str, Any]):
    def put(self, key: str, value: Any) -> None:
        self[key] = value


def test_finished_draws_are_not_run_again(monkeypatch: pytest.MonkeyPatch):
    """What an interrupted run has kept is taken as it is."""
    study = read(DATA / "three")
    result = seawall.stress(study, "gate-60d", "frozen")
    kept = Store()
    one = with_intervals(result, 6, kept=kept)
    assert {f"draw-{i}" for i in range(6)} <= set(kept)
    assert any(key.startswith("input-0-") for key in kept)
    runs: list[object] = []
    run = reruns.Chain.run

    def counted(chain: reruns.Chain, z: Any) -> list[float | None]:
        runs.append(z)
        return run(chain, z)

    monkeypatch.setattr(reruns.Chain, "run", counted)
    other = with_intervals(result, 6, kept=kept)
    assert len(runs) == 1  # the study as stated, from which the rest is reckoned
    for table in ("draws", "intervals", "tornado"):
        pd.testing.assert_frame_equal(one.tables[table], other.tables[table])


class Said(SilentProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def test_it_says_how_long_it_will_take():
    progress = Said()
    result = seawall.stress(read(DATA / "three"), "gate-60d", "frozen")
    with_intervals(result, 4, progress=progress)
    assert "4 draws" in progress.notes[0]
    assert "about" in progress.notes[0]


def test_draws_without_a_base_are_counted_and_told_loudly(monkeypatch: pytest.MonkeyPatch):
    """More than one in twenty: the first thing that a reader hears."""
    study = read(DATA / "three")
    result = seawall.stress(study, "gate-60d", "frozen")
    run = reruns.rerun

    def sometimes(ask: Any, point: reruns.Point) -> dict[str, Any]:
        if point.number is not None and point.number % 3 == 0:
            return {"failed": "balance 1 stays off by 2"}
        return run(ask, point)

    monkeypatch.setattr("seawall.questions.uncertainty.rerun", sometimes)
    found = with_intervals(result, 9)
    uncertain = found.figures["uncertain"]
    assert uncertain["failed"] == 6  # three draws and their pairs
    assert "have no base" in uncertain["cautions"][0]
    assert sorted(set(found.tables["draws"]["draw"])) == [1, 2, 4, 5, 7, 8]


def test_what_does_not_happen_as_stated_but_in_many_draws_is_told_first():
    cautions = answer().figures["uncertain"]["cautions"]
    assert cautions[0].startswith("as stated, ")
    assert "is not short of gas under foresight, but in" in cautions[0]


def test_fewer_than_two_draws_are_refused():
    with pytest.raises(UsageError, match="at least 2 draws, not 1"):
        seawall.stress(read(DATA / "three"), "gate-14d", "frozen", uncertain=1)


def test_several_chains_are_drawn_together():
    """The loss of the study is that of its chains in the same draw."""
    study = read(DATA / "tiers")
    result = seawall.stress(study, "both", ["frozen"], uncertain=8)
    draws = result.tables["draws"]
    loss = draws[draws["figure"] == "loss"].set_index("draw")["value"]
    assert len(loss) == 8
    assert len(result.chains) == len(set(result.chains)) >= 1
    assert loss.std() > 0
