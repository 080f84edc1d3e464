"""Numbers rounded to their uncertainty."""

from __future__ import annotations

import pytest

from seawall.report.rounding import digits, duration, rounded, share
from seawall.report.text import NB


@pytest.mark.parametrize(
    "value, low, high, told",
    [
        (1.9341, 1.412, 2.588, "about 1.9 (1.4 to 2.6)"),
        (1.9429, 1.6701, 2.1817, "about 1.94 (1.67 to 2.18)"),
        (1093.2, 702.4, 1687.0, "about 1,090 (700 to 1,690)"),
        (4690.6, 3944.6, 5648.7, "about 4,700 (3,900 to 5,600)"),
        (0.0, 0.0, 0.1397, "0 (0 to 0.14)"),
        (0.114187, 0.0, 0.280184, "about 0.11 (0 to 0.28)"),
        (3.0, 2.0, 2.9996, "about 3.0 (2.0 to 3.0)"),
        (7.25, None, None, "7.2"),
        (0.0, 0.0, 0.0, "0"),
        (2.51, 2.51, 2.51, "2.51"),
        (-1.2, -2.4, 0.3, "about -1.2 (-2.4 to 0.3)"),
    ],
)
def test_two_digits_of_the_width(value: float, low: float, high: float, told: str):
    """Value and both ends end at one place: the second digit of the interval's width."""
    assert rounded(value, low, high) == told


def test_an_interval_is_told_even_where_the_stated_figure_is_not_in_it():
    """A skewed answer is not made to look centred."""
    assert rounded(0.0, 0.5, 2.0) == "0 (0.5 to 2.0)"
    assert rounded(1.0, 0.0, 0.0) == "1 (0 in nearly every draw)"


def test_units_stand_with_the_figure():
    assert rounded(1.93, 1.41, 2.59, "Mt") == f"about 1.9{NB}Mt (1.4 to 2.6)"
    assert share(0.2859, 0.2586, 0.3110) == f"about 28.6{NB}% (25.9 to 31.1)"


@pytest.mark.parametrize(
    "high, places", [(1.2, 1), (0.37, 2), (37.0, 0), (120.0, -1), (99.6, -1), (0.0996, 2)]
)
def test_digits_follow_the_width(high: float, places: int):
    """Two digits of it, also where rounding makes it a digit longer: 99.6 is 100, told to tens."""
    assert digits(0.0, high) == places
    assert 10 <= round(high * 10.0**places) <= 99


@pytest.mark.parametrize(
    "days, low, high, told",
    [
        (20.4, 14.2, 35.8, "about 3 weeks (2 to 5)"),
        (12.14, 10.53, 16.76, "about 12 days (11 to 17)"),
        (120.0, 60.0, 190.0, "about 4 months (2 to 6)"),
        (19.4, 3.2, None, "about 19 days (3 to never)"),
        (37.0, 36.8, 37.2, "about 37 days"),
        (None, None, None, "never"),
        (None, 57.0, None, "never (about 8 weeks in the worst tenth)"),
        (0.0, 0.0, 3.0, "about 0 days (0 to 3)"),
    ],
)  # fmt: skip
def test_durations_in_the_unit_that_their_interval_bears(
    days: float | None, low: float | None, high: float | None, told: str
):
    assert duration(days, low, high) == told
