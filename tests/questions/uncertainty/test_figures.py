"""Error models: the spread of each class, stated ranges, and what is left alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from seawall.questions.uncertainty.figures import FIGURES, LOG_SIGMA, Figure, errors

P95 = 1.645
BASE = next(figure for figure in FIGURES if figure.key == "facilities.base")
START = next(figure for figure in FIGURES if figure.key == "stocks.start")
USABLE = next(figure for figure in FIGURES if figure.key == "stocks.usable")
ASSUMED = next(figure for figure in FIGURES if figure.key == "assumptions.value")


def table(figure: Figure, **columns: list[object]) -> pd.DataFrame:
    rows = len(next(iter(columns.values())))
    blank = {"low": [np.nan] * rows, "high": [np.nan] * rows, "confidence": ["estimate"] * rows}
    return pd.DataFrame(blank | columns)


@pytest.mark.parametrize(
    "confidence, share",
    [("looked-up", 0.02), ("recalled", 0.10), ("estimate", 0.30), ("assumption", 0.50)],
)
def test_a_class_is_a_lognormal_of_its_relative_deviation(confidence: str, share: float):
    """The figure is the median; standard deviation over mean is that of its class."""
    off = errors(BASE, table(BASE, base=[40.0], confidence=[confidence]))
    z = np.random.default_rng(1).standard_normal(400_000)
    drawn = 40.0 * np.exp(off.up * z)
    assert np.median(drawn) == pytest.approx(40.0, rel=4 * share / 400**0.5 / 20)
    assert drawn.std() / drawn.mean() == pytest.approx(share, rel=0.02)
    assert off.down == off.up == pytest.approx(LOG_SIGMA[confidence])


def test_a_stated_range_is_the_5th_and_95th_percentile():
    """Each side has its own spread, so that both ends are met though they are uneven."""
    off = errors(BASE, table(BASE, base=[10.0], low=[9.0], high=[15.0]))
    assert 10.0 * off.factor(np.array([-P95])) == pytest.approx(9.0)
    assert 10.0 * off.factor(np.array([P95])) == pytest.approx(15.0)
    assert off.factor(np.array([0.0])) == 1.0


def test_a_range_from_zero_falls_in_a_straight_line_and_stops_there():
    """There is no logarithm of 0: the 5th percentile is 0, and no draw is below."""
    off = errors(BASE, table(BASE, base=[5.0], low=[0.0], high=[30.0]))
    assert off.factor(np.array([-P95])) == pytest.approx(0.0, abs=1e-12)
    assert off.factor(np.array([-4.0])) == 0.0
    assert off.factor(np.array([-P95 / 2])) == pytest.approx(0.5)
    assert 5.0 * off.factor(np.array([P95])) == pytest.approx(30.0)


def test_what_states_nothing_is_not_redrawn():
    """A blank, a zero, a range without width, a share that is all of it."""
    off = errors(
        BASE,
        table(BASE, base=[0.0, np.nan, 7.0, 7.0], low=[np.nan, np.nan, 7.0, 6.0],
              high=[np.nan, np.nan, 7.0, 8.0]),
    )  # fmt: skip
    assert off.moves.tolist() == [False, False, False, True]
    assert errors(USABLE, table(USABLE, usable=[1.0, 0.9])).moves.tolist() == [False, True]


def test_a_level_is_counted_from_what_it_lies_over():
    """What is uncertain of a stock is what it holds above its floor."""
    off = errors(START, table(START, start=[1.5, 0.5, 0.2], floor=[0.5, 0.5, 0.4]))
    assert off.value.tolist() == pytest.approx([1.0, 0.0, -0.2])
    assert off.moves.tolist() == [True, False, False]


def test_only_assumptions_of_the_engine_with_a_range_are_figures():
    """What built the tables is in their rows, and without a range it is a setting."""
    rows = table(
        ASSUMED, value=[0.8, 0.04, 60.0], low=[0.6, np.nan, 50.0], high=[0.95, np.nan, 70.0],
        used_by=["engine", "engine", "builder"], confidence=["assumption"] * 3,
    )  # fmt: skip
    assert errors(ASSUMED, rows).moves.tolist() == [True, False, False]
