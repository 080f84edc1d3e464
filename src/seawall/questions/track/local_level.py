"""Forecasts of short series: a level that wanders, a drift that is almost none, unknown noise.

    y(t) = level(t) + noise,                        noise ~ N(0, (1 - w) s2)
    level(t + dt) = level(t) + drift dt + step,     step ~ N(0, w s2 dt)
    drift ~ N(0, SHRINK^2 s2),  s2 ~ scaled inverse chi-squared(DOF, scale^2),  w uniform on a grid

Three yearly figures cannot tell a trend from luck, so the drift is held near zero by its prior, and
what cannot be known (how much of the noise stays, how large it is) is averaged over and not
estimated: predictions are mixtures of Student t.  The first reading starts the level.  With w = 1
alone it is a random walk with drift: for stocks of things, where nothing pulls a reading back.

Source: the local level model of A. C. Harvey, Forecasting, Structural Time Series Models and the
Kalman Filter (1989), section 2.3; unknown variance in closed form as in M. West and J. Harrison,
Bayesian Forecasting and Dynamic Models (2nd ed. 1997), section 4.5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["ANY", "DOF", "SHRINK", "WALK", "LocalLevel", "fit"]

#: Shares of the noise that stays in the level: 0, a steady mean; 1, a random walk.
ANY = np.linspace(0.0, 1.0, 11)
WALK = np.ones(1)
#: Standard deviation of the yearly drift, in those of the noise.
SHRINK = 0.05
#: How many readings the prior scale of the noise is worth.
DOF = 3.0


@dataclass(frozen=True)
class LocalLevel:
    """What a series says of its level, drift and noise: a mixture over `stays`.

    Attributes
    ----------
    last
        Time of the last reading, in years.
    stays
        The shares w, (w,).
    weight
        Posterior probability of each, (w,).
    mean
        Level and drift at `last`, (w, 2).
    spread
        Their covariance in units of the noise's variance, (w, 2, 2).
    dof, scale2
        Of the noise's variance: degrees of freedom, and scale by share, (w,).
    """

    last: float
    stays: Floats
    weight: Floats
    mean: Floats
    spread: Floats
    dof: float
    scale2: Floats

    def draws(self, times: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Draw the readings at later times, jointly, (count, times).

        Parameters
        ----------
        times
            In years, ascending, not before `last`.
        """
        of = rng.choice(len(self.weight), size=count, p=self.weight)
        variance = self.scale2[of] * self.dof / rng.chisquare(self.dof, count)
        root = np.sqrt(variance)
        factor = _root(self.spread)[of]
        state = self.mean[of] + root[:, None] * np.einsum(
            "nij,nj->ni", factor, rng.standard_normal((count, 2))
        )
        ahead = np.diff(np.r_[self.last, times])
        stays = self.stays[of][:, None]
        steps = rng.standard_normal((count, len(times))) * np.sqrt(
            stays * variance[:, None] * ahead
        )
        level = state[:, :1] + state[:, 1:] * (times - self.last) + np.cumsum(steps, axis=1)
        noise = root[:, None] * np.sqrt(1.0 - stays)
        drawn: Floats = level + noise * rng.standard_normal((count, len(times)))
        return drawn


def fit(times: Floats, values: Floats, scale: float, stays: Floats = ANY) -> LocalLevel:
    """Update the prior with a series.

    Parameters
    ----------
    times
        In years, strictly ascending, at least one.
    values
        Readings at these times.
    scale
        Prior size of the noise of a year, in the unit of `values`.
    stays
        The shares w that are possible, alike before any reading: `ANY` of a flow, `WALK` of a
        stock.
    """
    found = [_filtered(times, values, w) for w in stays]
    mean = np.array([one[0] for one in found])
    spread = np.array([one[1] for one in found])
    squares = np.array([one[2] for one in found])
    determinant = np.array([one[3] for one in found])
    dof = DOF + len(values) - 1
    total = DOF * scale**2 + squares
    evidence = gammaln(dof / 2) - determinant / 2 - dof / 2 * np.log(total)
    weight = np.exp(evidence - evidence.max())
    weight = weight / weight.sum()
    return LocalLevel(float(times[-1]), stays, weight, mean, spread, dof, total / dof)


def _filtered(times: Floats, values: Floats, w: float) -> tuple[Floats, Floats, float, float]:
    """State, its covariance, sum of squared innovations and log determinant, for noise of 1."""
    mean = np.array([values[0], 0.0])
    spread = np.diag([1.0 - w, SHRINK**2])
    squares = determinant = 0.0
    for ahead, value in zip(np.diff(times), values[1:], strict=True):
        move = np.array([[1.0, ahead], [0.0, 1.0]])
        mean = move @ mean
        spread = move @ spread @ move.T + np.diag([w * ahead, 0.0])
        variance = spread[0, 0] + 1.0 - w
        error = value - mean[0]
        gain = spread[:, 0] / variance
        mean = mean + gain * error
        spread = spread - np.outer(gain, spread[0])
        squares += error**2 / variance
        determinant += float(np.log(variance))
    return mean, spread, float(squares), determinant


def _root(spread: Floats) -> Floats:
    """A square root of each covariance; they may be singular (no noise left in a random walk)."""
    values, vectors = np.linalg.eigh(spread)
    root: Floats = vectors * np.sqrt(np.clip(values, 0.0, None))[:, None, :]
    return root
