"""Percentiles, the evidence grade, and which inputs move a figure most.

Arrays of draws are (draws,); a figure that is blank in a draw (a shortage that never comes, a time
that outlasts the run) is infinite there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.uncertainty.inputs import P90

if TYPE_CHECKING:
    from seawall.network.network import Floats

#: Share of the variance that rests on estimates and assumptions below which a grade is given.
GRADES = (("A", 0.10), ("B", 0.30), ("C", 0.60))
#: Fewer draws than this say nothing about a variance, so there is no grade.
LEAST_DRAWS = 20
#: Spread against size below which a figure does not move: what solvers and sums leave.
STILL = 1e-7


def percentiles(drawn: Floats) -> tuple[float | None, float | None, float | None]:
    """P10, P50 and P90; None where the percentile lies among the draws in which it never comes.

    Between draws they are interpolated, but next to infinity: there they are draws.
    """
    if np.isfinite(drawn).all():
        found = np.quantile(drawn, [0.1, 0.5, 0.9])
    else:
        found = np.quantile(drawn, [0.1, 0.5, 0.9], method="inverted_cdf")
    low, middle, high = (float(p) if np.isfinite(p) else None for p in found)
    return low, middle, high


def happens(drawn: Floats) -> float:
    """Share of draws in which a figure is neither blank nor 0."""
    return float(np.mean(np.isfinite(drawn) & (drawn != 0)))


def moves(drawn: Floats) -> bool:
    """Whether a figure differs between draws by more than rounding."""
    return bool(np.ptp(drawn) > STILL * (1.0 + np.abs(drawn).max(initial=0.0)))


@dataclass(frozen=True)
class Evidence:
    """What an answer rests on.

    `weak` is the share of its variance that would go if all estimates and assumptions were known,
    `error` its standard error (None where nothing had to be sampled); both None where it does not
    move.  `grade` is None where there are too few draws to tell.
    """

    grade: str | None
    weak: float | None
    error: float | None


def evidence(drawn: Floats, pairs: tuple[Floats, Floats] | None) -> Evidence:
    """Grade of a figure.

    The share of variance that rests on weak inputs is S = 1 - E[Var(f | weak)] / Var(f), the closed
    first-order index of Sobol (1993) of all weak inputs together: interactions with sure ones do
    not count to it.  E[Var(f | weak)] is the mean of (f - f')^2 / 2 over pairs of draws that have
    the weak inputs in common and the others not (Jansen 1999; Saltelli et al. 2010, table 2).

    A figure that no draw moves is graded A: whatever the estimates are within their errors, it
    stays as it is.

    Parameters
    ----------
    drawn
        The figure in all draws, finite.
    pairs
        The figure in draws, and in the same with fresh looked-up and recalled inputs; None where
        there are no such inputs.
    """
    if len(drawn) < LEAST_DRAWS:
        return Evidence(None, None, None)
    if not moves(drawn):
        return Evidence("A", None, None)
    if pairs is None:
        return Evidence("D", 1.0, None)
    if len(pairs[0]) < 2:
        return Evidence(None, None, None)
    variance = float(np.var(drawn, ddof=1))
    left = (pairs[0] - pairs[1]) ** 2 / 2.0
    share = float(np.clip(1.0 - left.mean() / variance, 0.0, 1.0))
    error = float(left.std(ddof=1) / np.sqrt(len(left)) / variance)
    return Evidence(grade(share), share, error)


def grade(weak: float) -> str:
    """A under 10 % of the variance on estimates and assumptions, B under 30, C under 60, else D."""
    return next((name for name, limit in GRADES if weak < limit), "D")


def candidates(z: Floats, drawn: Floats, most: int) -> list[int]:
    """Inputs that may move a figure most, likeliest first.

    Orthogonal matching pursuit (Pati, Rezaiifar and Krishnaprasad 1993): the input that correlates
    best with what is not yet explained, then all chosen ones fitted again.  With more inputs than
    draws this finds strong ones and, once they run out, chance: so what it finds is run by itself.

    Parameters
    ----------
    z : (draws, inputs)
    drawn : (draws,), finite
    """
    if len(drawn) < 3 or not moves(drawn):
        return []
    centred = z - z.mean(axis=0)
    size = np.maximum(np.linalg.norm(centred, axis=0), 1e-12)
    rest = whole = drawn - drawn.mean()
    chosen: list[int] = []
    while len(chosen) < min(most, len(drawn) // 3, z.shape[1]):
        pull = np.abs(centred.T @ rest) / size
        pull[chosen] = -1.0
        chosen.append(int(np.argmax(pull)))
        part = centred[:, chosen]
        fit, *_ = np.linalg.lstsq(part, whole, rcond=None)
        rest = whole - part @ fit
        if np.linalg.norm(rest) < STILL * np.linalg.norm(whole):
            break
    return chosen


def shares(z: Floats, drawn: Floats, variance: float) -> list[tuple[float, float]]:
    """Share of a variance that each of a few inputs makes, and its standard error.

    The draws are fitted by a sum of parabolas in the inputs, which are standard normal: b z +
    c (z^2 - 1) has the variance b^2 + 2 c^2, and the parts of different inputs add up (a polynomial
    chaos expansion of order two without products; Sudret 2008).  What chance makes of b^2 and c^2,
    the square of their standard errors, is taken off.

    Parameters
    ----------
    z : (draws, inputs)
    drawn : (draws,), finite
    """
    count = z.shape[1]
    if not count:
        return []
    terms = np.hstack([np.ones((len(z), 1)), z, z**2 - 1.0])
    fit, *_ = np.linalg.lstsq(terms, drawn, rcond=None)
    left = drawn - terms @ fit
    noise = float(left @ left) / max(len(drawn) - terms.shape[1], 1)
    chance = noise * np.diag(np.linalg.pinv(terms.T @ terms))
    made = []
    for j in range(1, count + 1):
        total, error = 0.0, 0.0
        for k, weight in ((j, 1.0), (j + count, 2.0)):
            total += weight * (fit[k] ** 2 - chance[k])
            error += weight**2 * (4.0 * fit[k] ** 2 * chance[k] + 2.0 * chance[k] ** 2)
        made.append((max(float(total) / variance, 0.0), float(np.sqrt(error)) / variance))
    return made


def single_variance(low: float, middle: float, high: float, own: float = 1.0) -> float:
    """Variance that one input makes by itself around what is stated: what inputs are ranked by.

    From the figure at its 10th, 50th and 90th percentile by the parabola through them, its error z
    being standard normal: f = a + b z + c z^2 has the variance b^2 + 2 c^2.  Of an input that
    makes only the share `own` of the variance of z, b^2 own + 2 c^2 own^2.
    """
    slope = (high - low) / (2.0 * P90)
    bend = (high + low - 2.0 * middle) / (2.0 * P90**2)
    return slope**2 * own + 2.0 * bend**2 * own**2
