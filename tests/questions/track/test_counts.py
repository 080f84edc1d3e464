"""Counts against the negative binomial of scipy, and their intervals on known processes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from seawall.questions.track.counts import DISCOUNTS, JEFFREYS, fit

STEADY = np.ones(1)


def test_at_a_steady_rate_counts_to_come_are_negative_binomial() -> None:
    found = fit(np.array([3.0, 5.0]), np.array([1.0, 0.5]), STEADY)
    drawn = found.draws(np.array([1.0, 1.0, 0.5]), 200_000, np.random.default_rng(0)).sum(axis=1)
    expected = stats.nbinom(8 + JEFFREYS, 1.5 / (1.5 + 2.5))
    for quantile in (0.05, 0.5, 0.95):
        at = expected.ppf(quantile)
        assert np.mean(drawn <= at) == pytest.approx(expected.cdf(at), abs=0.004)


def test_discounts_are_weighed_by_what_they_foretold() -> None:
    """By hand for two years: Gamma(1/2 + 4, 1), discounted, foretells the second year's count."""
    found = fit(np.array([4.0, 9.0]), np.ones(2))
    told = np.array([stats.nbinom.pmf(9, d * 4.5, d / (d + 1)) for d in DISCOUNTS])
    np.testing.assert_allclose(found.weight, told / told.sum(), rtol=1e-9)
    np.testing.assert_allclose(found.a, DISCOUNTS * 4.5 + 9)
    np.testing.assert_allclose(found.b, DISCOUNTS + 1)


def test_a_rate_that_may_change_keeps_its_mean_and_widens() -> None:
    rng = np.random.default_rng(3)
    events, spans, ahead = np.array([10.0, 12.0]), np.ones(2), np.ones(5)
    steady = fit(events, spans, STEADY).draws(ahead, 100_000, rng)
    moving = fit(events, spans, np.array([0.7])).draws(ahead, 100_000, rng)
    rate = (0.7 * 10.5 + 12) / 1.7
    np.testing.assert_allclose(moving.mean(axis=0), rate, rtol=0.03)
    assert moving[:, 0].std() > steady[:, 0].std()
    assert moving[:, 4].std() > 1.3 * moving[:, 0].std()


def test_the_rate_after_a_year_is_gamma_again() -> None:
    """A discounted Gamma(a, b) is Gamma(da, db): the counts of year two are negative binomial."""
    d, a, b = 0.8, 6.5, 2.0
    found = fit(np.array([6.0]), np.array([b]), np.array([d]))
    drawn = found.draws(np.ones(2), 200_000, np.random.default_rng(5))
    for n in (1, 2):
        expected = stats.nbinom(d**n * a, d**n * b / (d**n * b + 1))
        for count in (0, 2, 6):
            share = np.mean(drawn[:, n - 1] <= count)
            assert share == pytest.approx(expected.cdf(count), abs=0.005)


def test_intervals_hold_for_a_steady_rate() -> None:
    """Of 600 processes of rate 0.5 to 20 a year, at least nine in ten intervals hold the sum of
    ten years to come: counts are whole, so that intervals hold a little more."""
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(600):
        rate = np.exp(rng.uniform(np.log(0.5), np.log(20)))
        drawn = fit(rng.poisson(rate, 3) * 1.0, np.ones(3)).draws(np.ones(10), 400, rng)
        low, high = np.percentile(drawn.sum(axis=1), (5, 95))
        inside += low <= rng.poisson(10 * rate) <= high
    assert 0.88 < inside / 600 < 0.995
