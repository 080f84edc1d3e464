"""Stress: tables that stay, headline figures, and days that can be checked by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from tests.conftest import DATA

import seawall
from seawall.errors import UnknownName
from seawall.questions.indicators import first_short_day, recovery_day, survival_days
from seawall.questions.stress import StressResult
from seawall.runs import document
from seawall.shocks import Scenario, Shock
from seawall.study import read

#: Names and columns that stay (design, section 6).
COLUMNS = {
    "indicators": ["scenario", "response", "place", "commodity", "tier", "demand", "unserved",
                   "unserved_share", "priced_out", "missing", "value_lost", "first_shortfall_day",
                   "time_to_survive_days", "time_to_recover_days", "worst_share", "censored",
                   "low", "high", "grade"],
    "timeline": ["response", "place", "commodity", "tier", "period_start", "demand", "served",
                 "stock", "price"],
    "flows": ["response", "lane", "period_start", "quantity"],
    "base_flows": ["lane", "origin", "destination", "route", "quantity", "days", "freight",
                   "residual"],
    "pact": ["place", "value_market", "value_pact", "lent", "returned", "owed"],
}  # fmt: skip


@cache
def asked(study: str, scenario: str | None, response: str = "") -> StressResult:
    found = read(DATA / study)
    if response:
        return seawall.stress(found, scenario, response)
    return seawall.stress(found, scenario)


def row(result: StressResult, response: str, place: str, tier: str = "all") -> pd.Series:
    table = result.tables["indicators"]
    found = table[
        (table["response"] == response) & (table["place"] == place) & (table["tier"] == tier)
        & (table["sector"] == "all")
    ]  # fmt: skip
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_tables_have_the_columns_that_stay(table: str):
    """Each table is there with at least the columns that other people rely on, in their order."""
    found = [c for c in asked("twelve", "canal-60d").tables[table] if c in COLUMNS[table]]
    assert found == COLUMNS[table]


def test_three_days_by_hand():
    """Three weeks are covered, the fourth has nothing: survival and first shortfall on day 21; six
    whole weeks and 4/7 of another are missing; all is well from the eleventh week on."""
    found = row(asked("three", "gate-60d"), "frozen", "IMP")
    assert found["time_to_survive_days"] == pytest.approx(21)
    assert found["first_shortfall_day"] == pytest.approx(21)
    assert found["unserved"] == pytest.approx(0.7 * (6 + 4 / 7))
    assert found["missing"] == pytest.approx(found["unserved"])
    assert found["priced_out"] == 0
    assert found["time_to_recover_days"] == pytest.approx(70)
    assert found["weeks_short"] == pytest.approx(7)
    assert found["worst_share"] == pytest.approx(1)
    assert found["worst_day"] == pytest.approx(21)
    assert found["cover_days"] == pytest.approx(14)
    assert not found["censored"]


def test_three_tiers_by_hand():
    """Homes miss 0.28 in six weeks (USD 40 at 50 MMBtu/t: 2000 a tonne); in the seventh they are
    served in full from what arrives."""
    found = row(asked("three", "gate-60d"), "frozen", "IMP", "essential")
    assert found["unserved"] == pytest.approx(6 * 0.28)
    assert found["value_lost"] == pytest.approx(6 * 0.28 * 2000)
    assert found["time_to_recover_days"] == pytest.approx(63)
    industry = row(asked("three", "gate-60d"), "frozen", "IMP", "deferrable")
    assert industry["unserved"] == pytest.approx(7 * 0.14)


def test_three_loss_by_hand():
    """Two weeks shut, nobody short: the coast ends 1.4 lower at 500; one departure of 0.7 is saved
    at freight 50 less k 5 and 1.05 of output at 450 less k 4.5; the plant holds 0.35 more for 26
    weeks at 0.1 % and keeps 0.35 waiting for one at 0.5 %."""
    result = asked("three", "gate-14d", "frozen")
    summary = result.summary()
    assert summary["unserved"] == pytest.approx(0, abs=1e-9)
    assert row(result, "frozen", "IMP")["censored"]
    saved = 0.7 * (50 - 5) + 1.05 * (450 - 4.5)
    held = 0.35 * 0.001 * 450 * 26 + 0.35 * 0.005 * 450
    assert summary["loss"] == pytest.approx(1.4 * 500 - saved + held)


@pytest.mark.parametrize("name", ["canal-60d", "demand-up", "gulf-outage", "narrows-60d"])
def test_places_add_up_from_tiers(name: str):
    """Demand, unserved and value lost of a place are the sums over its tiers."""
    table = asked("twelve", name).tables["indicators"]
    table = table[table["sector"] == "all"]
    for (_, _, _), part in table.groupby(["response", "place", "commodity"]):
        whole, tiers = part[part["tier"] == "all"], part[part["tier"] != "all"]
        for column in ("demand", "unserved", "value_lost"):
            assert tiers[column].sum() == pytest.approx(float(whole[column].iloc[0]), abs=1e-4)


def test_the_timeline_adds_up_to_the_indicators():
    """Served over all weeks is demand less unserved."""
    result = asked("twelve", "gulf-outage")
    line = result.tables["timeline"]
    for response in ("frozen", "foresight"):
        part = line[(line["response"] == response) & (line["place"] == "SUD")
                    & (line["tier"] == "all")]  # fmt: skip
        found = row(result, response, "SUD")
        assert len(part) == 104
        assert part["served"].sum() == pytest.approx(found["demand"] - found["unserved"])
        assert part["period_start"].iloc[0].isoformat() == "2026-03-02"


@pytest.mark.parametrize("response", ["frozen", "foresight"])
def test_the_base_is_no_loss(response: str):
    """Without a scenario there is no loss and nobody is short."""
    result = asked("twelve", None, response)
    summary = result.summary()
    assert summary["loss"] == pytest.approx(0, abs=1e-4)
    assert summary["unserved"] == 0
    table = result.tables["indicators"]
    assert table["unserved"].max() == 0
    assert table["first_shortfall_day"].isna().all()
    assert table["worst_day"].isna().all()


def test_summary_has_the_figures_that_callers_look_for():
    """loss, surplus, cost and unserved stand at the top for one response, by name for several, and
    every figure has a unit."""
    one = asked("twelve", "canal-60d", "foresight").summary()
    both = asked("twelve", "canal-60d").summary()
    for figure in ("loss", "surplus", "cost", "unserved"):
        assert np.isfinite(one[figure])
        assert figure in one["units"]
        assert both["responses"]["foresight"][figure] == pytest.approx(one[figure], rel=1e-6)
    assert one["surplus"] > 0
    assert both["responses"]["frozen"]["loss"] >= one["loss"] - both["order_tolerance"]


def test_surplus_falls_by_the_loss():
    """Where demand itself is not shocked, loss is base surplus less surplus."""
    base = asked("twelve", None, "foresight").summary()
    for response in ("frozen", "foresight"):
        now = asked("twelve", "gulf-outage", response).summary()
        assert base["surplus"] - now["surplus"] == pytest.approx(now["loss"], rel=1e-6)


def test_scenarios_choose_their_variants():
    """demand-up asks for the unpooled variant, and is answered with it."""
    result = asked("twelve", "demand-up")
    assert result.study.selected["domestic_gas"] == "unpooled"
    demand = row(result, "frozen", "NRD")["demand"]
    plain = row(asked("twelve", "canal-60d"), "frozen", "NRD")["demand"]
    assert demand < plain


def test_no_scenario_twice_the_same_question():
    """What the answer depends on is told, and is equal for equal questions."""
    one = asked("twelve", "canal-60d", "frozen")
    two = seawall.stress(read(DATA / "twelve"), "canal-60d", "frozen")
    assert one.identity == two.identity
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, two.tables[name])


@pytest.mark.parametrize(
    "scenario, response, suggestion",
    [("canal-60", "frozen", "canal-60d"), ("canal-60d", "frosen", "frozen")],
)
def test_unknown_names_get_suggestions(scenario: str, response: str, suggestion: str):
    """A misspelt scenario or response says what was perhaps meant."""
    with pytest.raises(UnknownName) as caught:
        seawall.stress(read(DATA / "twelve"), scenario, response)
    assert suggestion in caught.value.suggestions


def test_a_scenario_made_in_python_is_answered():
    """A Scenario object works like a file; the window begins with its first shock."""
    scenario = Scenario(name="mine", title="t", shock=(Shock(passage="gate", start_day=10),))
    result = seawall.stress(read(DATA / "three"), scenario, "frozen")
    starts = result.tables["timeline"]["period_start"]
    assert starts.min().isoformat() == "2026-03-12"
    assert set(result.tables["indicators"]["scenario"]) == {"mine"}


@pytest.mark.parametrize("name", [None, "gulf-outage"])
def test_answers_can_be_written_as_json(name: str | None):
    """The document of --json has no nan and no infinity: null stands for what is absent."""
    result = asked("twelve", name)
    text = document.document(None, result.summary(), result.tables)
    assert "NaN" not in text
    assert "Infinity" not in text


def test_first_shortfall_is_within_the_period():
    """A quarter unserved in week 3 (t = 2): served until day 7 (3 - 0.25); 0.05 % is not short."""
    demand = np.full(5, 10.0)
    gap = np.array([0.0, 0.005, 2.5, 0.0, 0.0])
    assert first_short_day(demand, gap, 7) == pytest.approx(7 * 2.75)
    assert recovery_day(demand, gap, 7) == 21
    assert survival_days(demand, gap, 7) == pytest.approx(7 * (2 - 0.0005))
    assert first_short_day(demand, np.zeros(5), 7) is None
    assert survival_days(demand, np.zeros(5), 7) is None
    assert recovery_day(demand, np.full(5, 1.0), 7) is None


def test_a_place_without_demand_for_a_while_is_not_short():
    """Demand that stops altogether (change = -1) divides nothing by zero."""
    scenario = Scenario(title="t", shock=(Shock(demand="IMP", change=-1.0, days=30),))
    for response in ("frozen", "foresight"):
        result = seawall.stress(read(DATA / "three"), scenario, response)
        assert row(result, response, "IMP")["unserved"] == pytest.approx(0, abs=1e-6)
