"""A lower bound of the p-median, and what it proves of single sites.

The rows that serve each client once are relaxed with prices u (Cornuejols, Fisher and Nemhauser
1977, Management Science 23).  What is left is solved by sorting:

    L(u) = sum over clients of u_i + sum of the p smallest rho_j,
    rho_j = sum over clients of min(0, w_i d_ij - u_i).

Only sites nearer than u_i / w_i enter, so lists that are cut give the same L as long as no price
exceeds w_i `beyond`_i; prices are held there, and the bound stays valid.  Prices move by a
deflected subgradient with Polyak's step (Camerini, Fratta and Maffioli 1975; Beasley 1985 for the
p-median).
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.arrays import Space

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Bound", "fixed", "lower_bound"]

#: Share of the newest subgradient in the direction, steps without progress after which the step
#: shrinks, by how much, and where it ends.
FRESH, PATIENCE, SHRINK, LEAST = 0.3, 20, 0.7, 1e-3
#: Relative progress that counts.
PROGRESS = 1e-6
#: Share of Polyak's step at first.
PACE = 0.3
#: Rounding of sums: what a bound is lowered by, relatively.
ROUNDING = 1e-12
#: Steps after which other sites are proposed as starts.
EVERY = 50


@dataclass(frozen=True)
class Bound:
    """`value`, the prices `u` (n,) behind it, `rho` (m,) at them, and `starts`: p best sites of
    some steps."""

    value: float
    u: Floats
    rho: Floats
    starts: tuple[Ints, ...]


def lower_bound(
    space: Space,
    p: int,
    *,
    best: float,
    seconds: float,
    u: Floats | None = None,
    patience: int = PATIENCE,
    steps: int = 1_000_000,
) -> Bound:
    """Raise the bound until it meets `best`, steps are too small, or time is out.

    Parameters
    ----------
    best
        Cost from which on nothing more is asked: that of a solution, or a little less.
    u
        (n,) prices to begin from; None: weighted distances to the second site of each list.
    patience
        Steps without progress after which the step shrinks: more of them come nearer, and take
        longer.
    """
    began, near, weights = monotonic(), space.near, space.weights
    ceiling = np.full(len(weights), np.inf)
    cut = np.isfinite(near.beyond)
    ceiling[cut] = near.beyond[cut] * weights[cut]
    at = np.minimum(_first(space) if u is None else u, ceiling)
    rho = np.empty(space.m)
    top, top_u, top_rho = -np.inf, at.copy(), rho.copy()
    direction = np.zeros(len(at))
    starts: list[Ints] = []
    factor, idle = PACE, 0
    for step in range(steps):
        _reduced(near.start, near.site, near.distance, weights, at, rho)
        chosen = np.argpartition(rho, p - 1)[:p] if p < space.m else np.arange(space.m)
        value = float(at.sum() + rho[chosen].sum())
        value -= ROUNDING * (float(np.abs(at).sum()) + abs(float(rho[chosen].sum())))
        idle = 0 if value > top + PROGRESS * abs(top if np.isfinite(top) else 1.0) else idle + 1
        if value > top:
            top, top_u, top_rho = value, at.copy(), rho.copy()
        if step % EVERY == EVERY - 1:
            starts.append(np.sort(chosen))
        if idle > patience:
            factor, idle, at = factor * SHRINK, 0, top_u.copy()
            direction[:] = 0.0
            continue
        if top >= best or factor < LEAST or monotonic() - began > seconds:
            break
        served = _served(near.start, near.site, near.distance, weights, at,
                         np.isin(np.arange(space.m), chosen))  # fmt: skip
        # After a start nothing old is there to be mixed in; a share alone would be overstepped.
        fresh = FRESH if direction.any() else 1.0
        direction = fresh * (1.0 - served) + (1.0 - fresh) * direction
        length = float(direction @ direction)
        if length <= 0.0:
            break
        goal = best if np.isfinite(best) else value + 0.05 * abs(value)
        size = factor * max(goal - value, 1e-7 * abs(value)) / length
        at = np.clip(at + size * direction, 0.0, ceiling)
    return Bound(top, top_u, top_rho, tuple(starts[-4:]))


def fixed(bound: Bound, p: int, best: float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Sites that every solution better than `best` leaves closed, and those that it opens.

    With site j forced, the bound loses the difference of `rho` to the one that leaves or enters.
    """
    m = len(bound.rho)
    if p >= m:
        return np.zeros(m, dtype=bool), np.ones(m, dtype=bool)
    order = np.argsort(bound.rho, kind="stable")
    last, following = bound.rho[order[p - 1]], bound.rho[order[p]]
    inside = np.zeros(m, dtype=bool)
    inside[order[:p]] = True
    closed = ~inside & (bound.value + bound.rho - last >= best)
    opened = inside & (bound.value + following - bound.rho >= best)
    return closed, opened


def _first(space: Space) -> Floats:
    """Prices to begin with: the weighted distance to the second site of each list."""
    start = space.near.start
    second = np.minimum(start[:-1] + 1, start[1:] - 1)
    price: Floats = space.near.distance[second] * space.weights
    return price


@numba.njit(cache=True, nogil=True)
def _reduced(start, site, distance, weights, u, rho):  # type: ignore[no-untyped-def]
    """Fill `rho` (m,)."""
    rho[:] = 0.0
    for i in range(len(u)):
        for k in range(start[i], start[i + 1]):
            net = weights[i] * distance[k] - u[i]
            if net >= 0.0:
                break
            rho[site[k]] += net


@numba.njit(cache=True, nogil=True)
def _served(start, site, distance, weights, u, inside):  # type: ignore[no-untyped-def]
    """(n,) how many of the chosen sites serve each client."""
    served = np.zeros(len(u))
    for i in range(len(u)):
        for k in range(start[i], start[i + 1]):
            if weights[i] * distance[k] >= u[i]:
                break
            if inside[site[k]]:
                served[i] += 1.0
    return served
