"""The JSON form of results: always valid JSON, nothing invented for what is absent."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pandas as pd
import pytest

from seawall.runs import Run
from seawall.runs.document import document, plain, rows

TABLE = pd.DataFrame(
    {
        "place": ["JPN", None],
        "unserved": [1.5, np.nan],
        "time_to_survive_days": [np.inf, 21.0],
        "weeks": [3, 4],
        "censored": [True, False],
        "period_start": pd.to_datetime(["2026-03-02", None]),
        "whole": pd.array([1, None], dtype="Int64"),
    }
)


def test_rows_hold_null_for_infinity_and_absence_and_iso_dates():
    first, second = rows(TABLE)
    assert first == {
        "place": "JPN",
        "unserved": 1.5,
        "time_to_survive_days": None,
        "weeks": 3,
        "censored": True,
        "period_start": "2026-03-02",
        "whole": 1,
    }
    assert second["place"] is None
    assert second["unserved"] is None
    assert second["period_start"] is None
    assert second["whole"] is None


def test_a_moment_within_a_day_keeps_its_time():
    assert plain(pd.Timestamp("2026-03-02 06:30")) == "2026-03-02T06:30:00"
    assert plain(datetime.date(2026, 3, 2)) == "2026-03-02"


def test_an_empty_table_is_an_empty_list():
    assert rows(TABLE.iloc[:0]) == []
    assert rows(pd.DataFrame()) == []


def test_the_document_has_three_parts():
    run = Run("stress", "a" * 64)
    text = document(run, {"loss": np.float64(2.0), "gap": np.inf}, {"indicators": TABLE})

    def refuse(name: str) -> None:
        raise AssertionError(f"{name} isn't JSON")

    read = json.loads(text, parse_constant=refuse)
    assert list(read) == ["run", "summary", "tables"]
    assert read["run"]["id"] == run.id
    assert read["summary"] == {"loss": 2.0, "gap": None}
    assert len(read["tables"]["indicators"]) == 2


def test_what_has_no_json_form_is_refused():
    with pytest.raises(TypeError, match="object has no JSON form"):
        plain(object())
