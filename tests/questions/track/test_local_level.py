"""The local level against dense normal algebra; its intervals on the process it assumes."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from seawall.questions.track.local_level import ANY, DOF, SHRINK, WALK, fit

TIMES = np.array([0.0, 1.0, 2.0, 5.0, 5.5])
VALUES = np.array([2.0, 2.4, 2.1, 2.9, 3.3])
SCALE = 0.3


def covariance(times: np.ndarray, w: float) -> np.ndarray:
    """Of the readings' differences from the first, in units of the noise's variance.

    All share the first's noise; the walk is shared until the earlier of two; so is the drift.
    """
    ahead = times[1:] - times[0]
    return (
        (1 - w)
        + SHRINK**2 * np.outer(ahead, ahead)
        + w * np.minimum.outer(ahead, ahead)
        + (1 - w) * np.eye(len(ahead))
    )


def test_weights_are_the_likelihoods_of_a_multivariate_t() -> None:
    logs = np.array([
        stats.multivariate_t.logpdf(
            VALUES[1:] - VALUES[0], shape=SCALE**2 * covariance(TIMES, w), df=DOF
        )
        for w in ANY
    ])  # fmt: skip
    expected = np.exp(logs - logs.max())
    found = fit(TIMES, VALUES, SCALE)
    np.testing.assert_allclose(found.weight, expected / expected.sum(), rtol=1e-9)


@pytest.mark.parametrize("w", [0.0, 0.3, 1.0])
def test_predictions_are_those_of_the_conditional_t(w: float) -> None:
    """Conditioning the joint t by dense algebra gives the same Student t as the filter."""
    ahead = np.array([6.0, 9.0])
    joint = covariance(np.r_[TIMES, ahead], w)
    known = len(TIMES) - 1
    inner = np.linalg.solve(joint[:known, :known], joint[:known, known:])
    past = VALUES[1:] - VALUES[0]
    centre = VALUES[0] + inner.T @ past
    squares = past @ np.linalg.solve(joint[:known, :known], past)
    dof = DOF + known
    scale2 = (DOF * SCALE**2 + squares) / dof
    spread = joint[known:, known:] - joint[known:, :known] @ inner
    found = fit(TIMES, VALUES, SCALE, np.array([w]))
    drawn = found.draws(ahead, 200_000, np.random.default_rng(0))
    for n in range(2):
        expected = stats.t(dof, centre[n], np.sqrt(scale2 * spread[n, n]))
        for share in (0.05, 0.5, 0.95):
            assert np.mean(drawn[:, n] <= expected.ppf(share)) == pytest.approx(share, abs=0.004)
    together = np.corrcoef(drawn.T)[0, 1]
    assert together == pytest.approx(spread[0, 1] / np.sqrt(spread[0, 0] * spread[1, 1]), abs=0.02)


def test_one_reading_gives_the_prior_around_it() -> None:
    drawn = fit(np.array([2024.0]), np.array([5.0]), SCALE, WALK).draws(
        np.array([2028.0]), 200_000, np.random.default_rng(1)
    )[:, 0]
    expected = stats.t(DOF, 5.0, SCALE * np.sqrt(4 + 16 * SHRINK**2))
    assert np.mean(drawn <= expected.ppf(0.95)) == pytest.approx(0.95, abs=0.003)


def test_a_lone_trend_moves_the_forecast_little() -> None:
    """Three figures that rise by a tenth a year: a tenth of that is not carried on."""
    times = np.arange(3.0)
    found = fit(times, 0.1 * times, 1 / 3)
    assert np.average(found.mean[:, 1], weights=found.weight) < 0.01


def test_intervals_hold_on_the_process_that_they_assume() -> None:
    """Of 600 made-up series, nine in ten of the 90 % intervals hold the sum of five years to come.

    3.5 standard errors of a share of 0.9 in 600 are 0.043.
    """
    rng = np.random.default_rng(20)
    inside = 0
    for _ in range(600):
        size = SCALE * np.sqrt(DOF / rng.chisquare(DOF))
        w = rng.choice(ANY)
        years = np.arange(10.0)
        level = np.cumsum(np.r_[0.0, rng.normal(0, size * np.sqrt(w), 9)])
        level += rng.normal(0, SHRINK * size) * years
        flows = level + rng.normal(0, size * np.sqrt(1 - w), 10)
        drawn = fit(years[:5], flows[:5], SCALE).draws(years[5:], 400, rng).sum(axis=1)
        low, high = np.percentile(drawn, (5, 95))
        inside += low <= flows[5:].sum() <= high
    assert inside / 600 == pytest.approx(0.9, abs=0.043)
