"""Forecasts of counts: Poisson events at a rate that itself may change.

The rate is Gamma(a, b).  From one year to the next it keeps its mean and loses a share of what is
known of it (a and b are multiplied with a discount d); a year with y events in e years of watching
adds them (a + y, b + e).  With d = 1 the rate is constant and predictions are negative binomial,
as for plain Poisson-gamma.  Discounts of `DISCOUNTS` are weighed by how well each foretold the
years that are known; the first year starts the rate from the prior of Jeffreys, Gamma(1/2, 0).

Source: A. C. Harvey and C. Fernandes, Time series models for count or qualitative observations,
Journal of Business and Economic Statistics 7 (1989) 407-417, section 2; the rate's path as in
R. L. Smith and J. E. Miller, Journal of the Royal Statistical Society B 48 (1986) 79-88.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import nbinom

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["DISCOUNTS", "Counts", "fit"]

DISCOUNTS = np.array([0.6, 0.7, 0.8, 0.9, 1.0])
JEFFREYS = 0.5


@dataclass(frozen=True)
class Counts:
    """The rate of events at the end of what is known: a mixture of Gamma over `discounts`.

    `a` events in `b` years of watching each; `weight` is the posterior probability of each.
    """

    discounts: Floats
    weight: Floats
    a: Floats
    b: Floats

    def draws(self, spans: Floats, count: int, rng: np.random.Generator) -> Floats:
        """Draw the numbers of events in the coming `spans` (years each, in order), (count, spans).

        The rate changes from span to span as it would from year to year, less in shorter ones.
        """
        of = rng.choice(len(self.weight), size=count, p=self.weight)
        a, rate = self.a[of], rng.gamma(self.a[of], 1.0 / self.b[of])
        drawn = np.empty((count, len(spans)))
        for n, span in enumerate(spans):
            kept = self.discounts[of] ** span
            moves = kept < 1.0
            share = rng.beta(kept[moves] * a[moves], (1.0 - kept[moves]) * a[moves])
            rate[moves] *= share / kept[moves]
            a = a * kept
            drawn[:, n] = rng.poisson(np.minimum(rate * span, _MOST))
        return drawn


def fit(events: Floats, spans: Floats, discounts: Floats = DISCOUNTS) -> Counts:
    """Update the rate with counts.

    Parameters
    ----------
    events
        Number of events in each span, in order of time, at least one span.
    spans
        Years of watching each, above 0.
    discounts
        Those that are possible, alike before any count; 1: the rate never changes.
    """
    a = np.full(len(discounts), JEFFREYS)
    b = np.zeros(len(discounts))
    evidence = np.zeros(len(discounts))
    for n, (seen, span) in enumerate(zip(events, spans, strict=True)):
        if n:
            a, b = a * discounts**span, b * discounts**span
            evidence += nbinom.logpmf(seen, a, b / (b + span))
        a, b = a + seen, b + span
    weight = np.exp(evidence - evidence.max())
    return Counts(discounts, weight / weight.sum(), a, b)


_MOST = 1e15  # numpy's Poisson ends near 9e18, and no count of a pledge comes near either
