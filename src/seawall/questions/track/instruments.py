"""Flows by instrument and year: what a sum of money is made of, in its currency and in dollars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.questions.track.forecast import questions
from seawall.questions.track.measured import factor, once_a_day
from seawall.questions.track.series import flows_of

if TYPE_CHECKING:
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "by_instrument"]

COLUMNS = ("id", "indicator", "instrument", "year", "value", "unit", "usd")


def by_instrument(state: State) -> pd.DataFrame:
    """The yearly flows that the forecasts of sums of money rest on, every day counted once.

    Returns
    -------
    DataFrame
        `id` of the pledge, `indicator`, `instrument`; `year`, in which the middle of the twelve
        months lies (2023 for April 2023 to March 2024); `value` in `unit`, and `usd`, at the mean
        rate of that year, NaN where none is known.  Years of before the pledge are there, too.
    """
    rows = []
    for row, asked in questions(state):
        if not asked.cumulative or asked.things:
            continue
        ever = once_a_day(asked.rows.assign(at=0), np.array(["NaT"], dtype="datetime64[D]"))
        for flows in flows_of(ever, None):
            for middle, value in zip(flows.middle, flows.value, strict=True):
                year = int(middle)
                usd = value * factor(row.unit, "USD", year, state.rates)
                rows.append(
                    (row.pledge, row.indicator, flows.instrument, year, value, row.unit, usd)
                )
    return pd.DataFrame(rows, columns=list(COLUMNS))
