"""Evidence in the indicator's unit, and every day of an instrument counted once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.track.tables import one

from seawall.questions.track.measured import measured, once_a_day

NEVER = np.array(["NaT"], dtype="datetime64[D]")


def shares(*evidence: dict[str, Any], since: str = "NaT") -> dict[str, float]:
    """The share of each row of evidence that counts."""
    rows = measured(one(*({"value": 1.0, **row} for row in evidence)))
    found = once_a_day(rows, np.array([since], dtype="datetime64[D]"))
    return dict(zip(found["id"], found["share"], strict=True))


def test_money_is_told_at_the_rate_of_its_year() -> None:
    rows = measured(one(
        {"date": "2023-05", "begins": "2022", "ends": "2022", "value": 2.0, "counted_in": "USD"},
        {"date": "2023-05", "value": 7.0, "low": 6.0, "high": 9.0, "counted_in": "JPY"},
        {"date": "2023-06", "value": 1.0, "counted_in": "EUR"},
        {"date": "2019", "value": 1.0, "counted_in": "USD"},
        counted_in="JPY",
    )).set_index("id")  # fmt: skip
    assert rows.loc["e0", ["value", "low", "high"]].tolist() == [260.0, 260.0, 260.0]
    assert rows.loc["e1", ["value", "low", "high"]].tolist() == [7.0, 6.0, 9.0]
    assert rows["usable"].to_dict() == {"e0": True, "e1": True, "e2": False, "e3": False}


def test_units_convert() -> None:
    rows = measured(one({"date": "2024", "value": 3.0, "counted_in": "kt"}, counted_in="t"))
    assert rows["value"].tolist() == [3000.0]


def test_only_the_named_instruments_count() -> None:
    evidence = [{"date": "2023", "value": 1.0, "instrument": name} for name in ("loan", "fdi", "")]
    assert measured(one(*evidence, instruments="fdi; bond"))["id"].tolist() == ["e1"]
    assert len(measured(one(*evidence))) == 3


def test_a_month_inside_a_told_year_adds_nothing() -> None:
    year = {"date": "2024", "begins": "2023", "ends": "2023"}
    month = {"date": "2023-04", "begins": "2023-03", "ends": "2023-03"}
    assert shares(month, year) == {"e0": 0.0, "e1": 1.0}


def test_years_that_overlap_share_their_days() -> None:
    calendar = {"date": "2024", "begins": "2023", "ends": "2023"}
    fiscal = {"date": "2024-06", "begins": "2023-04", "ends": "2024-03"}
    found = shares(calendar, fiscal)
    assert found["e0"] == 1.0
    np.testing.assert_allclose(found["e1"], 91 / 366)  # January to March 2024 of the year


def test_of_two_figures_for_a_year_the_newer_counts() -> None:
    first = {"date": "2024-02", "begins": "2023", "ends": "2023"}
    revised = {"date": "2024-08", "begins": "2023", "ends": "2023"}
    assert shares(first, revised) == {"e0": 0.0, "e1": 1.0}


def test_events_of_a_day_add_up_unless_a_period_covers_them() -> None:
    loans = [{"date": "2022-03-31"}, {"date": "2022-03-31"}, {"date": "2023-03-31"}]
    total = {"date": "2024", "begins": "2023", "ends": "2023"}
    assert shares(*loans, total) == {"e0": 1.0, "e1": 1.0, "e2": 0.0, "e3": 1.0}
    assert shares(*loans, total | {"instrument": "other"})["e2"] == 1.0


def test_days_before_the_first_day_do_not_count() -> None:
    year = {"date": "2024", "begins": "2023", "ends": "2023"}
    np.testing.assert_allclose(shares(year, since="2023-10-01")["e0"], 92 / 365)
    assert shares(year, since="2024-01-01")["e0"] == 0.0
    assert shares({"date": "2023-10-01"}, since="2023-10-01")["e0"] == 1.0


@given(
    spans=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 6)), min_size=1, max_size=6),
    since=st.integers(-1, 12),
)
def test_every_day_is_counted_once(spans: list[tuple[int, int]], since: int) -> None:
    """Day by day: each goes to the period that begins first, then the longest, then the newest."""
    start = pd.Timestamp("2023-05-01")
    day = [str((start + pd.Timedelta(days=n)).date()) for n in range(20)]
    evidence = [
        {"date": f"2023-{6 + n:02d}", "begins": day[first], "ends": day[first + length]}
        for n, (first, length) in enumerate(spans)
    ]
    found = shares(*evidence, since=day[since] if since >= 0 else "NaT")
    periods = sorted(
        (first, -(first + length), -n, n) for n, (first, length) in enumerate(spans) if length
    )
    expected = dict.fromkeys(found, 0.0)
    taken: set[int] = set()
    for first, last, _, n in periods:
        days = set(range(first, -last + 1))
        counted = {one for one in days - taken if one >= since}
        # Only days after all that were covered count: what was skipped lies before its beginning.
        expected[f"e{n}"] = len(counted) / len(days)
        taken |= days
    for n, (first, length) in enumerate(spans):
        if not length:
            covered = any(f <= first <= -last for f, last, _, _ in periods)
            expected[f"e{n}"] = float(first >= since and not covered)
    assert found == expected
