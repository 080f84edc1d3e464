"""Lower bounds of facility location: assignment rows relaxed, one knapsack a site.

With multipliers u of the rows "client i is served", every set S of open sites costs at least

    sum_i u_i + sum_{j in S} rho_j,
    rho_j = open_cost_j + min { sum_i (c_ij - u_i) x_ij : sum_i d_i x_ij <= s_j, 0 <= x <= 1 }

(Beasley 1988, European Journal of Operational Research 33).  The right side is also the strongest
Benders cut for u (Fischetti, Ljubic and Sinnl 2016, European Journal of Operational Research 253).
Which S is best is relaxed to a continuous knapsack, over "open sites cover all demand" or "so many
sites are open", whose multiplier is `price`.  The knapsack of a site is valued by its dual, so that
rounding cannot make a bound too high by more than rounding itself.

u is found by the volume algorithm (Barahona and Anbil 2000, Mathematical Programming 87): steps
along an average of the violations, from the best u so far.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.facility_input import Instance

    Floats = NDArray[np.float64]
    Status = NDArray[np.int8]

__all__ = ["CLOSED", "FREE", "OPEN", "Bound", "climb", "first_multipliers", "worth_of_sites"]

FREE, OPEN, CLOSED = np.int8(0), np.int8(1), np.int8(2)


@dataclass(frozen=True)
class Bound:
    """A lower bound and what proves it.

    Attributes
    ----------
    value
        What no set of sites can undercut.
    u
        (n,) multipliers of the clients.
    margin
        (m,) by how much the bound rises at least when a free site is opened (positive figures) or
        kept shut (negative ones, by their size).
    scarcity
        (m,) what one unit of a site's capacity is worth.
    often
        (m,) how far each site is open on average: nearly the relaxed optimum.
    """

    value: float
    u: Floats
    margin: Floats
    scarcity: Floats
    often: Floats


def first_multipliers(instance: Instance) -> Floats:
    """Multipliers to begin with: the cheapest way to serve a client with its part of a site."""
    cover, need = instance.cover
    n = len(instance.demand)
    # Without capacities all clients share a site: an underestimate, from which the steps climb.
    part = instance.demand / need if instance.counts_demand else np.full(n, 1.0 / n)
    opening = np.zeros(len(cover))
    np.divide(need * instance.open_cost, cover, out=opening, where=cover > 0)
    return np.asarray((instance.cost + opening[:, None] * part).min(axis=0))


def worth_of_sites(instance: Instance, u: Floats) -> Floats:
    """rho (m,): by how much the cost of any set of sites changes at least for each in it."""
    return np.asarray(_worths(instance.open_cost, instance.cost, instance.demand,
                              instance.capacity, u))  # fmt: skip


def climb(
    instance: Instance, status: Status, u: Floats, best: float, *, rounds: int, step: float = 1.0
) -> Bound:
    """Raise the bound from multipliers u, with some sites OPEN or CLOSED by `status` (m,).

    Parameters
    ----------
    best
        Cost of the best known solution: where the steps aim, and where they may stop.
    rounds
        Most steps.
    step
        Factor of the first steps; it falls while nothing is won.
    """
    covers, needs = _rows(instance, status)
    value, at, margin, scarcity, often = _climb(
        instance.open_cost, instance.cost, instance.demand, instance.capacity,
        covers, needs, status, u, best, rounds, step,
    )  # fmt: skip
    return Bound(float(value), at, margin, scarcity, often)


def _rows(instance: Instance, status: Status) -> tuple[Floats, Floats]:
    """Two rows (2, m) that any sites have to cover, and how much (2,): the demand, and as many
    sites as the largest of them need for that."""
    cover, need = instance.cover
    left = need - cover[status == OPEN].sum()
    largest = np.cumsum(np.sort(cover[status == FREE])[::-1])
    more = 0 if left <= 0 else int(np.searchsorted(largest, left)) + 1
    count = float((status == OPEN).sum() + more)
    return np.stack([cover, np.ones(len(cover))]), np.array([need, count])


@numba.njit(cache=True, nogil=True)
def _knapsack(cost, demand, limit, u, ratios, sizes, items):  # type: ignore[no-untyped-def]
    """Worth of the knapsack of one site, value of its capacity, and the client cut at the limit
    (-1: none) with its share."""
    n = len(u)
    count = 0
    total = 0.0
    for i in range(n):
        if cost[i] < u[i] and demand[i] > 0.0:
            ratios[count] = (cost[i] - u[i]) / demand[i]
            sizes[count] = demand[i]
            items[count] = i
            total += demand[i]
            count += 1
    scarce, cut, share = 0.0, -1, 0.0
    if total > limit:
        left = limit
        order = np.argsort(ratios[:count])
        for k in order:
            if sizes[k] >= left:
                scarce, cut, share = -ratios[k], items[k], left / sizes[k]
                break
            left -= sizes[k]
    worth = -scarce * limit if scarce > 0.0 else 0.0
    for i in range(n):
        reduced = cost[i] - u[i] + demand[i] * scarce
        if reduced < 0.0:
            worth += reduced
    return worth, scarce, cut, share


@numba.njit(cache=True, nogil=True)
def _worths(opening, cost, demand, capacity, u):  # type: ignore[no-untyped-def]
    m, n = cost.shape
    ratios, sizes, items = np.empty(n), np.empty(n), np.empty(n, np.int64)
    rho = np.empty(m)
    for j in range(m):
        rho[j] = opening[j] + _knapsack(cost[j], demand, capacity[j], u, ratios, sizes, items)[0]
    return rho


@numba.njit(cache=True, nogil=True)
def _covering(rho, cover, need, status, take):  # type: ignore[no-untyped-def]
    """Cheapest fractional choice `take` of sites that covers the need: its cost and multiplier."""
    m = len(rho)
    left, value = need, 0.0
    for j in range(m):
        take[j] = 0.0
        if status[j] == 1 or (status[j] == 0 and rho[j] < 0.0):
            take[j] = 1.0
            value += rho[j]
            left -= cover[j]
    if left <= 0.0:
        return value, 0.0
    ratio = np.full(m, np.inf)
    for j in range(m):
        if status[j] == 0 and take[j] == 0.0 and cover[j] > 0.0:
            ratio[j] = rho[j] / cover[j]
    for j in np.argsort(ratio):
        if ratio[j] == np.inf:
            break
        if cover[j] >= left:
            take[j] = left / cover[j]
            return value + rho[j] * take[j], ratio[j]
        take[j] = 1.0
        value += rho[j]
        left -= cover[j]
    return np.inf, np.inf


@numba.njit(cache=True, nogil=True)
def _relaxed(  # type: ignore[no-untyped-def]
    opening, cost, demand, capacity, covers, needs, status, u, margin, scarcity, take, miss
):
    """Bound at u; fills margin, scarcity, take and the violation `miss` of each client's row."""
    m, n = cost.shape
    ratios, sizes, items = np.empty(n), np.empty(n), np.empty(n, np.int64)
    cut, share = np.full(m, -1), np.zeros(m)
    for j in range(m):
        margin[j] = 0.0
        if status[j] != 2:
            worth, scarcity[j], cut[j], share[j] = _knapsack(
                cost[j], demand, capacity[j], u, ratios, sizes, items
            )
            margin[j] = opening[j] + worth
    # Each row alone bounds the cost of opening: the one that says more is taken.
    row = 0
    most, price = _covering(margin, covers[0], needs[0], status, take)
    other = np.empty(m)
    beside, slope = _covering(margin, covers[1], needs[1], status, other)
    if beside > most:
        row, most, price = 1, beside, slope
        take[:] = other
    if most == np.inf:
        return np.inf
    value = price * needs[row]
    for i in range(n):
        value += u[i]
        miss[i] = 1.0
    for j in range(m):
        if status[j] == 2:
            continue
        margin[j] -= price * covers[row, j]
        if status[j] == 1 or margin[j] < 0.0:
            value += margin[j]
        if take[j] > 0.0:
            for i in range(n):
                if i == cut[j]:
                    miss[i] -= take[j] * share[j]
                elif cost[j, i] - u[i] + demand[i] * scarcity[j] < 0.0:
                    miss[i] -= take[j]
    return value


@numba.njit(cache=True, nogil=True)
def _climb(opening, cost, demand, capacity, covers, needs, status, u, best, rounds, step):  # type: ignore[no-untyped-def]
    m, n = cost.shape
    margin, scarcity, take, miss = np.zeros(m), np.zeros(m), np.zeros(m), np.zeros(n)
    value = _relaxed(
        opening, cost, demand, capacity, covers, needs, status, u, margin, scarcity, take, miss
    )
    top, centre = value, u.copy()
    top_margin, top_scarcity = margin.copy(), scarcity.copy()
    often, mean = take.copy(), miss.copy()
    idle = 0
    weight = 0.1
    trial = u.copy()
    for _ in range(rounds):
        if top >= best or step < 1e-5:
            break
        norm = 0.0
        for i in range(n):
            norm += mean[i] * mean[i]
        if norm < 1e-18:
            break
        aim = best if best < np.inf else top + 0.05 * abs(top) + 1.0
        length = step * (aim - top) / norm
        for i in range(n):
            trial[i] = centre[i] + length * mean[i]
        value = _relaxed(
            opening,
            cost,
            demand,
            capacity,
            covers,
            needs,
            status,
            trial,
            margin,
            scarcity,
            take,
            miss,
        )
        along = 0.0
        for i in range(n):
            along += miss[i] * mean[i]
        for i in range(n):
            mean[i] = weight * miss[i] + (1.0 - weight) * mean[i]
        for j in range(m):
            often[j] = weight * take[j] + (1.0 - weight) * often[j]
        if value > top:
            if value > top + 1e-5 * (aim - top):
                idle = 0
            if along > 0.0:
                step = min(2.0, step * 1.1)
            top = value
            centre[:] = trial
            top_margin[:] = margin
            top_scarcity[:] = scarcity
        else:
            idle += 1
            if idle >= 12:
                step *= 0.66
                weight = max(0.02, weight * 0.9)
                idle = 0
    return top, centre, top_margin, top_scarcity, often
