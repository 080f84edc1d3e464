"""The p-median that fixing leaves, as an integer program.

    minimise  sum c_ij x_ij    subject to  sum_j x_ij = 1,  x_ij <= y_j,  sum_j y_j = p,  y binary

(Revelle and Swain 1970).  Sites that the bound fixes are left out or open; a pair is left out where
serving the client from that site alone would lift the bound to what is known (x_ij costs at least
c_ij - u_i more than the relaxation pays), so that few pairs are left when the bound is tight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np
from scipy.sparse import coo_array

from seawall.errors import Infeasible, LimitReached
from seawall.program import highs
from seawall.program.linear import LinearProgram
from seawall.questions.site.lagrange import fixed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.arrays import Space
    from seawall.questions.site.lagrange import Bound

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["TIE", "Rest", "aim", "prove", "rest_of"]

#: Relative difference of costs that counts as none.
TIE = 5e-10
#: Pairs near enough to matter from which on nothing is listed: far too many to be settled.
LISTED = 20_000_000
#: What a whole number less counts as, so that rounding in sums does no harm.
LESS = 1.0 - 1e-3


@dataclass(frozen=True)
class Rest:
    """What a better solution can consist of: (s,) `sites` that may open, (s,) `open` of them that
    must, and the pairs `client`, `site` (row of `sites`), `cost` (k,)."""

    sites: Ints
    open: NDArray[np.bool_]
    client: Ints
    site: Ints
    cost: Floats


def aim(best: float, *, whole: bool, gap: float) -> float:
    """The cost below which a solution matters beside one of cost `best`.

    It is better by more than `gap` and rounding, and by about 1 where costs are `whole` numbers.
    """
    goal = best - max(gap, TIE) * abs(best)
    return min(goal, best - LESS) if whole else goal


def rest_of(space: Space, p: int, bound: Bound, goal: float) -> Rest | None:
    """What a solution of cost below `goal` can consist of; None where lists are cut so that pairs
    of it may be missing, or where more than `LISTED` are left before sites are closed."""
    near, weights = space.near, space.weights
    closed, opened = fixed(bound, p, goal)
    slack = goal - bound.value
    cut = np.isfinite(near.beyond)
    if (near.beyond[cut] * weights[cut] - bound.u[cut] < slack).any():
        return None
    end = _ends(near.start, near.distance, weights, bound.u + slack)
    count = end - near.start[:-1]
    if count.sum() > LISTED:
        return None
    client = np.repeat(np.arange(len(weights)), count)
    at = np.arange(len(client)) + np.repeat(near.start[:-1] - np.cumsum(count) + count, count)
    kept = ~closed[near.site[at]]
    at, client = at[kept], client[kept]
    sites = np.flatnonzero(~closed)
    place = np.full(space.m, -1)
    place[sites] = np.arange(len(sites))
    cost = near.distance[at] * weights[client]
    return Rest(sites, opened[sites], client, place[near.site[at]], cost)


@numba.njit(cache=True, nogil=True)
def _ends(start: Ints, distance: Floats, weights: Floats, dearest: Floats) -> Ints:
    """(n,) where each list ends if pairs of a cost above `dearest` (n,) are left out."""
    end = start[1:].copy()
    for i in range(len(weights)):
        for k in range(start[i], start[i + 1]):
            if weights[i] * distance[k] > dearest[i]:
                end[i] = k
                break
    return end


def prove(
    rest: Rest, n: int, p: int, best: float, *, whole: bool, seconds: float, gap: float
) -> tuple[Ints | None, float]:
    """Search what is left for something better than `best`.

    Parameters
    ----------
    rest
        All that a solution can consist of whose cost is below `aim(best, whole, gap)`.
    whole
        Costs are whole numbers.

    Returns
    -------
    The sites of a better solution, None if none was found; and a lower bound of every solution.
    """
    goal = aim(best, whole=whole, gap=gap)
    pairs, count = len(rest.client), len(rest.sites)
    column = np.arange(pairs)
    rows = np.concatenate([rest.client, n + column, n + column, np.full(count, n + pairs)])
    columns = np.concatenate([column, column, pairs + rest.site, pairs + np.arange(count)])
    entries = np.concatenate([np.ones(2 * pairs), -np.ones(pairs), np.ones(count)])
    matrix = coo_array((entries, (rows, columns)), shape=(n + pairs + 1, pairs + count)).tocsc()
    low = np.concatenate([np.ones(n), np.full(pairs, -np.inf), [float(p)]])
    high = np.concatenate([np.ones(n), np.zeros(pairs), [float(p)]])
    program = LinearProgram(
        np.concatenate([rest.cost, np.zeros(count)]), matrix, low, high,
        np.concatenate([np.zeros(pairs), rest.open.astype(float)]), np.ones(pairs + count),
        np.concatenate([np.zeros(pairs), np.ones(count)]),
    )  # fmt: skip
    try:
        found = highs.solve(
            program, time_limit=seconds, gap=max(gap, 1e-9), near=0.999 if whole else None
        )
    except Infeasible:
        # Nothing that is left can serve all clients.
        return None, goal
    except LimitReached:
        return None, -np.inf
    # What is left out costs at least the goal.
    bound = min(found.lower_bound, goal)
    return (rest.sites[found.x[pairs:] > 0.5] if found.cost < goal else None), bound
