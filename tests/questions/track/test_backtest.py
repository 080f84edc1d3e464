"""The backtest: forecasts from what was known on the way, compared with what came."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from tests.questions.track.tables import one

from seawall.questions.track.backtest import backtest, coverage

FIRMS: dict[str, Any] = {
    "measure": "level", "counted_in": "companies", "baseline": 1000.0, "baseline_date": "2014-10",
    "begins": "2014-10", "target": 2000.0, "deadline": "2019-10",
}  # fmt: skip


def counted(*years: tuple[str, float]) -> list[dict[str, Any]]:
    """Readings of a number of companies."""
    return [{"date": day, "value": value, "counted_in": "companies"} for day, value in years]


READ = (("2013-10", 950.0), ("2014-10", 1000.0), ("2016-10", 1100.0), ("2018-10", 1200.0),
        ("2019-10", 1210.0), ("2021-10", 1500.0))  # fmt: skip


def test_a_level_is_forecast_from_each_reading_before_its_deadline() -> None:
    table = backtest(one(*counted(*READ), **FIRMS))
    assert table["at"].tolist() == ["2014-10-31", "2016-10-31", "2018-10-31"]
    assert set(table["by"]) == {"2019-10-31"}
    assert table["actual"].tolist() == [1210.0] * 3
    assert table["naive"].tolist() == pytest.approx([1000.0, 1250.0, 1250.0], rel=1e-3)
    assert table["inside"].all()
    assert not table["reached"].any()
    assert table["probability"].max() < 0.1


def test_a_forecaster_knows_nothing_of_later_days() -> None:
    """Other figures after a day change what came, and no forecast of that day or before."""
    other = [(day, value * 3 if day > "2016-10" else value) for day, value in READ]
    table, changed = (backtest(one(*counted(*rows), **FIRMS)) for rows in (READ, other))
    told = ["forecast", "low", "high", "naive"]
    pd.testing.assert_frame_equal(table.loc[:1, told], changed.loc[:1, told])
    assert changed["actual"].tolist() == [3630.0] * 3
    assert not changed["inside"][:2].any()


def yearly(instrument: str, *values: float) -> list[dict[str, Any]]:
    """A flow a year from 2020 on."""
    return [
        {"date": "2026", "begins": str(y), "ends": str(y), "value": value, "counted_in": "USD",
         "instrument": instrument}
        for y, value in enumerate(values, 2020)
    ]  # fmt: skip


def test_a_running_sum_is_compared_where_all_instruments_are_known() -> None:
    """The loans are known to 2024 only; the sum of both until then is 3 x 10 + 3 x 5."""
    known = one(
        *yearly("fdi", 10, 10, 10, 10, 10, 99), *yearly("loan", 5, 5, 5, 5, 5),
        counted_in="USD", target=90.0, begins="2022", deadline="2027",
    )  # fmt: skip
    table = backtest(known)
    assert set(table["by"]) == {"2024-12-31"}
    assert table["at"].tolist() == ["2021-12-31", "2022-12-31", "2023-12-31"]
    assert table["actual"].tolist() == pytest.approx([45.0] * 3)
    assert table["naive"].tolist() == pytest.approx([45.0] * 3, rel=2e-3)


def test_what_has_just_begun_is_not_tested() -> None:
    assert backtest(one(*counted(*READ), **FIRMS | {"begins": "2021-10", "baseline_date": ""},
                        )).empty  # fmt: skip
    assert coverage(backtest(one(**FIRMS))).empty


def test_coverage_is_told_by_target_and_in_all() -> None:
    table = pd.DataFrame({
        "target": ["a", "a", "b"], "actual": [10.0, 10.0, 4.0], "forecast": [11.0, 9.0, 6.0],
        "naive": [10.0, 5.0, 4.0], "inside": [True, False, True],
    })  # fmt: skip
    found = coverage(table).set_index("target")
    assert found["forecasts"].to_dict() == {"a": 2, "b": 1, "all": 3}
    assert found["inside"].tolist() == pytest.approx([0.5, 1.0, 2 / 3])
    assert found["error"].tolist() == pytest.approx([0.1, 0.5, 0.1])
    assert found["naive_error"].tolist() == pytest.approx([0.25, 0.0, 0.0])
