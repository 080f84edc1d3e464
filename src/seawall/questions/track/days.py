"""Days that dates of the study mean: "2026" and "2026-03" are spans, and both ends are needed.

Days are numpy's `datetime64[D]`, NaT where the text was blank.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Days = NDArray[np.datetime64]

__all__ = ["first_days", "last_days", "months_before", "text_of"]


def first_days(texts: Iterable[str]) -> Days:
    """The first day that each date can mean; NaT for a blank.

    >>> str(first_days(["2026-03", ""])[0])
    '2026-03-01'
    """
    return _days(texts, after=0)


def last_days(texts: Iterable[str]) -> Days:
    """The last day that each date can mean; NaT for a blank.

    >>> str(last_days(["2024-02"])[0]), str(last_days(["2026"])[0])
    ('2024-02-29', '2026-12-31')
    """
    return _days(texts, after=1)


def months_before(days: Days, months: NDArray[np.float64]) -> Days:
    """The days that lie so many months before, at most the last of their month; a part of a month
    is rounded up to a whole one.

    >>> str(months_before(last_days(["2026-05-31"]), np.array([3.0]))[0])
    '2026-02-28'
    """
    month = days.astype("datetime64[M]")
    within = days - month.astype("datetime64[D]")
    then = month - np.ceil(months).astype("timedelta64[M]")
    last = (then + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    found: Days = np.minimum(then.astype("datetime64[D]") + within, last)
    return found


def text_of(day: np.datetime64) -> str:
    """A day as the tables write it; blank for none."""
    return "" if np.isnat(day) else str(day)


def _days(texts: Iterable[str], after: int) -> Days:
    # As a column it is told apart in one go; one by one would take most of a large board's time.
    column = texts if isinstance(texts, pd.Series) else np.asarray(list(texts), dtype=object)
    codes, found = pd.factorize(column)
    days = np.array([_day(str(text), after) for text in found], dtype="datetime64[D]")
    return days[codes] if len(days) else np.array([], dtype="datetime64[D]")


def _day(text: str, after: int) -> np.datetime64:
    if not text:
        return np.datetime64("NaT", "D")
    span = np.datetime64(text)  # of a year, a month or a day, as long as the text
    found: np.datetime64 = (span + after).astype("datetime64[D]") - np.timedelta64(after, "D")
    return found
