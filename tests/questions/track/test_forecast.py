"""Forecasts of counted targets: what is counted, what is to come, and the naive one beside it."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.questions.track.tables import frame, one, state

from seawall.questions.track import local_level
from seawall.questions.track.forecast import forecasts
from seawall.questions.track.measured import measured, once_a_day
from seawall.questions.track.outlook import FLOW, LEVEL
from seawall.questions.track.series import Flows, counts_things, flows_of, years
from seawall.questions.track.state import State

DRAWS = 4000


def only(known: State, seed: int = 0) -> Any:
    """The only forecast."""
    table = forecasts(known, seed, DRAWS)
    assert len(table) == 1
    return table.iloc[0]


def flows(first: int, *values: float, **more: Any) -> list[dict[str, Any]]:
    """Evidence of a flow a year, in dollars."""
    return [
        {"date": f"{y + 1}-02", "begins": str(y), "ends": str(y), "value": v, "counted_in": "USD",
         **more}
        for y, v in enumerate(values, first)
    ]  # fmt: skip


MONEY: dict[str, Any] = {
    "counted_in": "USD", "target": 100.0, "begins": "2024", "deadline": "2029",
}  # fmt: skip


def series(known: State, watched: tuple[float, float] | None = None) -> tuple[Flows, ...]:
    """The yearly flows of the only indicator."""
    return flows_of(once_a_day(measured(known), np.array(["NaT"], dtype="datetime64[D]")), watched)


def test_a_sum_is_what_was_counted_and_the_years_to_come() -> None:
    """Ten in 2024 and 2025 count, those of before only teach; four years are to come."""
    row = only(one(*flows(2021, 9.0, 12.0, 8.0, 10.0, 10.0), **MONEY))
    assert row["naive"] == pytest.approx(60.0, rel=1e-3)
    fitted = local_level.fit(np.arange(5.0), np.log([9.0, 12.0, 8.0, 10.0, 10.0]), FLOW)
    drawn = np.exp(fitted.draws(np.arange(5.0, 9.0), 100_000, np.random.default_rng(1)))
    expected = 20 + np.percentile(drawn.sum(axis=1), (5, 50, 95))
    found = row[["low", "forecast", "high"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found, expected, rtol=0.05)
    assert row["probability"] == pytest.approx(np.mean(20 + drawn.sum(axis=1) >= 100), abs=0.02)
    assert (row["by"], row["method"]) == ("2029-12-31", "local level of logs of yearly figures")


def test_instruments_are_forecast_apart_and_added() -> None:
    fdi = flows(2022, 10.0, 10.0, 10.0, 10.0, instrument="fdi")
    loan = [
        {"date": day, "value": 300.0, "counted_in": "JPY", "instrument": "loan"}
        for day in ("2022-03-31", "2023-03-31", "2024-03-31", "2025-03-27")
    ]
    both = only(one(*fdi, *loan, **MONEY))
    # Each loan is 2 dollars at 150 yen; two of them count, and four years more of each.
    assert both["naive"] == pytest.approx(60 + 4 + 8, rel=1e-3)
    assert only(one(*fdi, *loan, instruments="fdi", **MONEY))["naive"] == pytest.approx(
        60, rel=1e-3
    )


def test_a_year_without_a_loan_is_unknown_and_one_without_a_plant_is_nought() -> None:
    events = [{"date": "2021-06-30", "value": 2.0}, {"date": "2024-06-30", "value": 4.0}]
    (money,) = series(one(*events))
    np.testing.assert_allclose(money.middle, [2021.5, 2024.5])
    assert money.value.tolist() == [2.0, 4.0]
    (things,) = series(one(*events), (2021.25, 2025.5))
    np.testing.assert_allclose(things.span, [0.75, 1, 1, 1, 0.5], atol=1e-9)
    assert things.value.tolist() == [2.0, 0.0, 0.0, 4.0, 0.0]


def test_years_end_where_the_newest_period_does() -> None:
    """Two fiscal years, and a calendar year long before of which only nine months are left."""
    (found,) = series(one(
        {"date": "2025", "begins": "2024-04", "ends": "2025-03", "value": 12.0},
        {"date": "2024", "begins": "2023-04", "ends": "2024-03", "value": 10.0},
        {"date": "2024", "begins": "2020", "ends": "2020", "value": 8.0},
    ))  # fmt: skip
    np.testing.assert_allclose(found.middle, [2023.75, 2024.75], atol=0.01)
    np.testing.assert_allclose(found.value, [10.0, 12.0], rtol=0.01)
    assert found.until == pytest.approx(2025.25, abs=0.01)


def test_flows_below_nothing_are_forecast_without_logs() -> None:
    row = only(one(*flows(2021, 3.0, -1.0, 2.0, 4.0, 1.0), **MONEY))
    assert row["method"] == "local level of yearly figures"
    assert row["low"] < 5.0 < row["high"]


def test_the_error_of_what_was_counted_widens_the_forecast() -> None:
    done = MONEY | {"deadline": "2026-11"}
    exact = only(one(*flows(2024, 10.0, 10.0), {"date": "2026-11-20", "value": 0.0,
                     "counted_in": "USD"}, **done))  # fmt: skip
    assert exact["high"] - exact["low"] == pytest.approx(0.0, abs=1.5)
    vague = only(one(*flows(2024, 10.0, 10.0, low=8.0, high=12.0), {"date": "2026-11-20",
                     "value": 0.0, "counted_in": "USD"}, **done))  # fmt: skip
    assert vague["high"] - vague["low"] == pytest.approx(8.0, rel=0.1)


def test_plants_come_at_the_rate_since_they_are_watched() -> None:
    opened = [{"date": "2025-12-15", "value": 1.0}, {"date": "2026-01-19", "value": 1.0}]
    row = only(one(*opened, target=1000.0, begins="2025-11-23"))
    assert row["by"] == "2036-11-23"
    assert row["note"] == "no deadline was stated: shown for 10 years on"
    assert row["naive"] == pytest.approx(22.0, rel=0.01)  # two a year
    assert row["method"] == "Poisson-gamma, changing rate"
    assert row["probability"] < 0.01
    assert row["low"] >= 2


def test_a_level_walks_from_its_last_reading() -> None:
    told = [{"date": f"{y}-12-31", "value": v} for y, v in ((2023, 100.0), (2024, 110.0))]
    level = {"measure": "level", "baseline": 90.0, "begins": "2022-12-31", "deadline": "2028-12-31"}
    row = only(one(*told, target=200.0, **level))
    assert row["naive"] == pytest.approx(150.0, rel=1e-3)  # ten a year
    fitted = local_level.fit(np.arange(2.0), np.log([100.0, 110.0]), LEVEL, local_level.WALK).draws(
        np.array([5.0]), 100_000, np.random.default_rng(2)
    )
    expected = np.exp(np.percentile(fitted, (5, 50, 95)))
    found = row[["low", "forecast", "high"]].to_numpy(dtype=float)
    np.testing.assert_allclose(found, expected, rtol=0.06)
    falling = level | {"baseline": 130.0}
    assert only(one(*told, target=90.0, **falling))["probability"] == pytest.approx(
        np.mean(np.exp(fitted) <= 90.0), abs=0.02
    )


def test_a_seed_gives_the_same_table_and_each_indicator_its_own_draws() -> None:
    def known(*names: str) -> State:
        rows = [{**row, "indicator": n} for n in names for row in flows(2022, 9.0, 12.0, 10.0)]
        return state(
            pledges=frame("pledges", {}),
            indicators=frame("indicators", *({"id": n, "pledge": "p0", **MONEY} for n in names)),
            evidence=frame("evidence", *rows),
        )

    alone, both = forecasts(known("a"), 1, 200), forecasts(known("b", "a"), 1, 200)
    pd.testing.assert_frame_equal(alone, both[both["indicator"] == "a"].reset_index(drop=True))
    assert both["forecast"].nunique() == 2
    assert forecasts(known("a"), 2, 200)["low"].iloc[0] != alone["low"].iloc[0]


def test_what_has_no_target_no_evidence_or_no_time_left_is_not_forecast() -> None:
    told = flows(2021, 9.0, 12.0)
    assert forecasts(one(*told, **MONEY | {"target": float("nan")})).empty
    assert forecasts(one(**MONEY)).empty
    assert forecasts(one(*told, as_of=date(2030, 1, 1), **MONEY)).empty
    assert forecasts(one(*told, **MONEY | {"measure": "steps"})).empty


def test_what_is_money_a_measure_or_a_thing() -> None:
    rates = frame("rates", {"currency": "JPY", "year": 2024.0, "per_usd": 150.0})
    things = [n for n in ("USD", "JPY", "t", "plants", "companies") if counts_things(n, rates)]
    assert things == ["plants", "companies"]
    assert years(np.array(["2026-07-02"], dtype="datetime64[D]"))[0] == pytest.approx(
        2026.5, abs=2e-3
    )


def test_a_level_of_yearly_figures_is_as_noisy_as_flows() -> None:
    """Trade of a year is no stock: with the same two figures its interval is wider."""
    level = {"measure": "level", "target": 200.0, "begins": "2023-12-31", "deadline": "2028"}
    stock = [{"date": f"{y}-12-31", "value": v} for y, v in ((2023, 100.0), (2024, 110.0))]
    trade = [{**row, "begins": row["date"][:4], "ends": row["date"]} for row in stock]
    one_of, other = only(one(*stock, **level)), only(one(*trade, **level))
    assert other["method"] == "local level of logs of yearly figures"
    assert other["high"] / other["low"] > 1.5 * one_of["high"] / one_of["low"]


def test_things_of_a_period_stay_whole_and_many_vary_as_amounts() -> None:
    def told(*values: float) -> State:
        rows = [{**row, "counted_in": "plants"} for row in flows(2023, *values)]
        return one(*rows, target=900.0, begins="2023", deadline="2030")

    (few,) = series(told(3.0, 4.0, 5.0), (2023.0, 2026.9))
    assert few.value.tolist() == [3.0, 4.0, 5.0]
    np.testing.assert_allclose(few.span, 1.0, atol=0.003)
    assert only(told(3.0, 4.0, 5.0))["method"] == "Poisson-gamma, changing rate"
    assert only(told(80.0, 90.0, 85.0))["method"] == "local level of logs of yearly figures"


def test_less_than_a_year_is_taken_for_one() -> None:
    quarters = [
        {"date": "2026", "begins": f"2026-0{m}", "ends": f"2026-0{m + 2}", "value": 5.0,
         "counted_in": "USD"}
        for m in (1, 4)
    ]  # fmt: skip
    (found,) = series(one(*quarters, counted_in="USD"))
    np.testing.assert_allclose(found.value, [20.0], rtol=0.02)
    assert only(one(*quarters, **MONEY))["naive"] == pytest.approx(80.0, rel=0.02)


def test_without_a_first_day_all_that_is_known_counts() -> None:
    known = one({"date": "2025-06-30", "value": 4.0}, target=9.0, deadline="2027")
    known.pledges["date"] = ""
    assert only(known)["low"] >= 4.0


def test_years_between_the_last_figure_and_the_first_day_do_not_count() -> None:
    """Known to 2022, counted from 2025: five years of ten are to come, and not seven."""
    row = only(one(*flows(2020, 10.0, 10.0, 10.0), **MONEY | {"begins": "2025"}))
    assert row["naive"] == pytest.approx(50.0, rel=1e-3)
    assert 35 < row["forecast"] < 65
