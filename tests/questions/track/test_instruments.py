"""Flows by instrument and year, in the currency of the target and in dollars."""

from __future__ import annotations

import numpy as np
from tests.questions.track.tables import one

from seawall.questions.track.instruments import by_instrument


def test_flows_are_told_by_instrument_and_year_in_both_currencies() -> None:
    table = by_instrument(one(
        {"date": "2025", "begins": "2023-04", "ends": "2024-03", "value": 2.0, "instrument": "fdi",
         "counted_in": "USD"},
        {"date": "2025", "begins": "2024-04", "ends": "2025-03", "value": 3.0, "instrument": "fdi",
         "counted_in": "USD"},
        {"date": "2024-03-31", "value": 75.0, "instrument": "loan", "counted_in": "JPY"},
        {"date": "2024-11-30", "value": 75.0, "instrument": "loan", "counted_in": "JPY"},
        {"date": "2027", "value": 9.0, "instrument": "loan", "counted_in": "JPY"},
        counted_in="JPY", target=1e3, begins="2024", deadline="2030",
    ))  # fmt: skip
    assert table["instrument"].tolist() == ["fdi", "fdi", "loan", "loan"]
    assert table["year"].tolist() == [2023, 2024, 2024, 2027]
    np.testing.assert_allclose(table["value"], [280.0, 450.0, 150.0, 9.0], rtol=5e-3)
    np.testing.assert_allclose(table["usd"], [2.0, 3.0, 1.0, np.nan], rtol=5e-3)


def test_counts_and_levels_are_no_flows_of_money() -> None:
    assert by_instrument(one({"date": "2024", "value": 1.0}, target=9.0)).empty
    level = {"measure": "level", "counted_in": "USD", "target": 9.0}
    assert by_instrument(one({"date": "2024", "value": 1.0, "counted_in": "USD"}, **level)).empty
