"""What a stress test prints: responses side by side, then market, pact and grids in words."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pandas as pd
import pytest

import seawall
from seawall.cli import tables
from seawall.questions.stress import StressResult


@pytest.fixture(scope="module")
def result() -> StressResult:
    study = seawall.read(Path(__file__).parent / "data" / "twelve")
    place = study.settings.headline[0]
    rows = pd.DataFrame(
        {
            "response": ["frozen", "market", "pact", "foresight"],
            "place": place, "commodity": "lng", "tier": "all", "demand": 50.0,
            "unserved": [4.0, 3.0, 2.0, 1.0], "unserved_share": [0.08, 0.06, 0.04, 0.02],
            "missing": [4.0, 1.0, 1.0, None], "priced_out": [0.0, 2.0, 1.0, None],
            "first_shortfall_day": [12.0, 1.5, 1.5, None],
            "time_to_survive_days": [12.5, 30.0, None, None],
            "censored": [False, False, True, False], "value_lost": [400.0, 300.0, 200.0, 100.0],
        }
    )  # fmt: skip
    pact = pd.DataFrame(
        [("x", place, -25.0, 0.0, 0.0, 0.0)],
        columns=["scenario", "place", "worth", "lent", "returned", "owed"],
    )
    losses = {"frozen": 100.0, "market": 300.0, "pact": 250.0, "foresight": 50.0}
    figures = {
        "responses": {r: {"loss": v, "unserved": 1.0, "cost": 2.0} for r, v in losses.items()},
        "order_tolerance": 0.5, "belief": "Everybody believes something.",
    }  # fmt: skip
    return StressResult(
        "stress", {}, {"indicators": rows, "pact": pact}, figures,
        {"unserved": "Mt", "order_tolerance": "million", "loss": "million USD"}, study, None,
        tuple(losses),
    )  # fmt: skip


def printed(result: StressResult, capsys: pytest.CaptureFixture[str]) -> str:
    tables.print_stress(result)
    return re.sub(r"[ \t]+", " ", capsys.readouterr().out)


def test_responses_stand_side_by_side(
    result: StressResult, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(result, capsys)
    assert "unit frozen market pact foresight" in out
    assert "unserved Mt 4.00 3.00 2.00 1.00" in out
    assert "priced out 0 2.00 1.00" in out
    assert "time to survive days 12.5 30.0 beyond the run" in out


def test_market_pact_and_belief_in_words(
    result: StressResult, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(result, capsys)
    worse = out.index("Re-planning does worse than doing nothing: the market loses USD 300 million")
    assert worse < out.index("The pact never triggers a loan: nothing is lent")
    assert "goes without 3.0 Mt of LNG, mostly not missing but outbid" in out
    assert out.rstrip().endswith("Everybody believes something.")


def test_a_used_pact_says_what_is_lent_and_owed(result: StressResult) -> None:
    pact = result.tables["pact"].assign(lent=0.5, returned=0.3, owed=0.2)
    used = dataclasses.replace(result, tables={**result.tables, "pact": pact})
    told = " ".join(tables.reactions(used))
    assert "lends 0.50 Mt and gets 0.30 Mt back" in told
    assert "still owes 0.20 Mt" in told
    assert "USD 25 million" in told


def test_grids_in_words(result: StressResult) -> None:
    grids = pd.DataFrame(
        {"response": ["frozen", "market"], "name": "Home grid", "unserved_gwh": [40.0, 10.0],
         "unserved_for_gas_gwh": [0.0, 0.0], "hours_short": [5.0, 2.0]}
    )  # fmt: skip
    dark = dataclasses.replace(result, tables={**result.tables, "grids": grids})
    assert tables.reactions(dark)[3] == (
        "Electricity: Home grid lacks 10 to 40 GWh (most under “Frozen”) in up to 5.0 hours, none "
        "of it for want of gas: no loan of LNG would help."
    )


def test_one_response_and_no_headline_place(
    result: StressResult, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = result.tables["indicators"]
    rows = rows[rows["response"] == "frozen"].assign(place="ELSEWHERE")
    alone = dataclasses.replace(result, tables={"indicators": rows}, responses=("frozen",))
    out = printed(alone, capsys)
    assert "What it does to whom" in out
    assert "ELSEWHERE" in out
