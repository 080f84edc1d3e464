"""In which year each plant opens, within a yearly budget: as much gas as early as can be.

    maximise  sum over plants n and years y of  (1 + r)^-y output[n] (years left) open[n, y]
    subject to  the capital opened in each year is at most the budget, each plant opens at most once

an integer program of the kind of a multiple knapsack (Martello and Toth 1990, chapter 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.errors import UsageError
from seawall.program import highs
from seawall.program.linear import LinearProgram

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Phases", "phased"]

_GAP, _SECONDS = 1e-3, 20.0


@dataclass(frozen=True)
class Phases:
    """`opened` (N,) year of each plant, from 1, 0 for never; `budget` million INR a year; `gap` of
    the plan of years."""

    opened: Ints
    budget: float
    gap: float


def phased(
    capital: Floats, output: Floats, *, years: int, budget: float | None, discount: float
) -> Phases:
    """Spread plants over years.

    Parameters
    ----------
    capital, output
        (N,) million INR and kt a year.
    budget
        Million INR a year; None: all capital in equal parts, and a plant's worth more so that
        whole plants fit.

    Raises
    ------
    UsageError
        No years, or a budget that builds no plant.
    """
    if years < 1:
        raise UsageError(f"years: at least one, not {years}")
    yearly = float(capital.sum()) / years + float(capital.max()) if budget is None else budget
    if yearly < capital.min():
        raise UsageError(
            f"{yearly:,.0f} million INR a year build nothing: the cheapest plant costs "
            f"{capital.min():,.0f}"
        )
    number = len(capital)
    worth = np.outer(output, [(years - y) * (1.0 + discount) ** -y for y in range(years)])
    column = np.arange(number * years)
    plant, year = np.divmod(column, years)
    matrix = coo_array(
        (np.concatenate([capital[plant], np.ones(len(column))]),
         (np.concatenate([year, years + plant]), np.concatenate([column, column]))),
        shape=(years + number, len(column)),
    ).tocsc()  # fmt: skip
    high = np.concatenate([np.full(years, yearly), np.ones(number)])
    program = LinearProgram(
        -worth.ravel(), matrix, np.full(len(high), -np.inf), high, np.zeros(len(column)),
        np.where(capital[plant] <= yearly, 1.0, 0.0), np.ones(len(column)),
    )  # fmt: skip
    found = highs.solve(program, gap=_GAP, time_limit=_SECONDS)
    chosen = np.round(found.x).reshape(number, years)
    opened = np.where(chosen.any(axis=1), chosen.argmax(axis=1) + 1, 0)
    return Phases(_late(opened, capital, years, yearly), yearly, float(found.gap))


def _late(opened: Ints, capital: Floats, years: int, budget: float) -> Ints:
    """The plants that the gap of the search left out open in the first year with room."""
    room = budget - np.bincount(opened, weights=capital, minlength=years + 1)[1:]
    for n in np.flatnonzero(opened == 0):
        fits = np.flatnonzero(room >= capital[n])
        if len(fits):
            opened[n] = fits[0] + 1
            room[fits[0]] -= capital[n]
    return opened
