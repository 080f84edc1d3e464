"""What no choice of plants can beat: Lagrangean relaxation of everything that plants share.

Prices on pools (`pi`), on the demand of places (`delta`) and on the gas that is promised (`nu`)
take the place of the rows that tie plants together.  What is left falls apart: at those prices each
site has a best size and a best mix, a fractional knapsack, and the plants are the `count` sites
that are worth most (with limits by region: a greedy choice, optimal on a laminar matroid).  For any
prices >= 0

    D = pi @ available + delta @ demand - nu output + sum of the chosen sites' worth

is an upper bound (Geoffrion 1974); prices move by a deflected subgradient with Polyak's step
(Camerini, Fratta, Maffioli 1975), each row measured in gas and in its own capacity.  Where a plant
has several classes of months, its knapsack holds the busiest one only, which leaves rows out and so
keeps the bound valid.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

import numba
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from seawall.questions.site.biogas.instance import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Bound", "Prices", "Worth", "choose", "unsorted", "upper_bound", "use_of", "worth_at"]

#: Share of the newest subgradient in the direction.
FRESH = 0.7
#: Share of the newest choice in the averages.
MEMORY = 0.04
PATIENCE = 40
SHRINK = 0.75


@dataclass(frozen=True)
class Prices:
    """Multipliers: `pi` (p,), `delta` (D,), `nu`."""

    pi: Floats
    delta: Floats
    nu: float

    @staticmethod
    def nothing(instance: Instance) -> Prices:
        """All zero."""
        return Prices(np.zeros(len(instance.available)), np.zeros(len(instance.demand)), 0.0)


@dataclass(frozen=True)
class Worth:
    """Each site at given prices: (J, K) `value` of a plant of each size, (J,) `sale` price of its
    gas and `buyer` (row of the outlets, -1 for none)."""

    value: Floats
    sale: Floats
    buyer: Ints


@dataclass(frozen=True)
class Bound:
    """The best bound, its prices, how often each plant was chosen of late, and the (seconds,
    bound) of each improvement."""

    value: float
    prices: Prices
    often: Floats
    history: tuple[tuple[float, float], ...] = field(default=())


def use_of(instance: Instance) -> Floats:
    """(i,) capacity that a kt of each item takes of the knapsack: in the class of months in which
    all feeds together are used most."""
    peak: Floats = instance.peak[instance.feed, instance.busiest]
    return instance.gas * peak


def unsorted(instance: Instance) -> Ints:
    """(i,) items of each site as they come: where `worth_at` begins to sort."""
    order: Ints = np.arange(len(instance.pool)) - np.repeat(
        instance.first[:-1], np.diff(instance.first)
    )
    return order


def worth_at(instance: Instance, prices: Prices, use: Floats, order: Ints | None = None) -> Worth:
    """What a plant of each size would be worth at each site.

    Parameters
    ----------
    use
        (i,) capacity that a kt of each item takes.
    order
        (i,) items of each site, counted from its first one, the best first; sorted anew in place,
        which is quick while prices move little.
    """
    if order is None:
        order = unsorted(instance)
    net = instance.price - prices.delta[instance.place]
    sale, buyer = _best_buyer(instance.outlet, net)
    value = _worth(
        instance.first, instance.pool, instance.cost, instance.gas, use, prices.pi,
        instance.available, sale + prices.nu, instance.cap, instance.fixed, instance.least_use,
        order,
    )  # fmt: skip
    value[buyer < 0] = -np.inf
    return Worth(value, sale, buyer)


def choose(instance: Instance, value: Floats) -> Ints:
    """The `count` sites of largest `value` (J,), each region with what it must and may have.

    Returns fewer where fewer are allowed.
    """
    order = np.argsort(-value, kind="stable")
    order = order[np.isfinite(value[order])]
    rank = _rank_within(instance.region[order], len(instance.most))
    allowed = rank < instance.most[instance.region[order]]
    must = rank < instance.least[instance.region[order]]
    first, others = order[allowed & must], order[allowed & ~must]
    left = max(instance.count - len(first), 0)
    return np.sort(np.concatenate([first[: instance.count], others[:left]]))


def upper_bound(
    instance: Instance,
    *,
    seconds: float,
    start: Prices | None = None,
    target: float = -np.inf,
    rounds: int = 100_000,
    told: Callable[[float], None] | None = None,
) -> Bound:
    """Lower the bound until time is out, steps have become too small, or `target` is met.

    Parameters
    ----------
    target
        Value of a plan that is known [million INR a year]; -inf: none.
    """
    began = monotonic()
    use, order = use_of(instance), unsorted(instance)
    scale = _scales(instance)
    at = start or Prices.nothing(instance)
    best, best_at, history = np.inf, at, []
    often = np.zeros((instance.sites, len(instance.cap)))
    direction: list[Floats] | None = None
    factor, idle = 1.0, 0
    for step in range(rounds):
        value, slopes, chosen, sizes = _evaluate(instance, at, use, order)
        often *= 1.0 - MEMORY
        often[chosen, sizes] += MEMORY
        if value < best - 1e-7 * abs(best if np.isfinite(best) else value):
            idle = 0 if value < best - 1e-5 * abs(value) else idle + 1
            best, best_at = value, at
            history.append((monotonic() - began, best))
            if told:
                told(best)
        else:
            idle += 1
        if idle > PATIENCE:
            factor, idle, at, direction = factor * SHRINK, 0, best_at, None
            value, slopes, _, _ = _evaluate(instance, at, use, order)
        floor = target if np.isfinite(target) else best - 0.05 * abs(best)
        if value - target <= 0.0 or factor < 1e-3 or monotonic() - began > seconds:
            break
        direction = _deflected(direction, slopes)
        length = sum(
            float((part * part * unit).sum()) for part, unit in zip(direction, scale, strict=True)
        )
        if length <= 0.0:
            break
        size = factor * max(value - floor, 1e-6 * abs(value)) / length
        at = _moved(at, direction, scale, size)
        del step
    return Bound(best, best_at, often, tuple(history))


def _scales(instance: Instance) -> list[Floats]:
    """How far a price moves for a unit of excess: the smaller the capacity, the further.

    A kt of feed is worth as much as its gas, so prices on pools move by a share of that: in steps
    of a kt they would jump while those on demand creep.
    """
    output = np.array([1.0 / max(instance.output, 1.0)])
    gas = np.zeros(len(instance.available))
    gas[instance.pool] = instance.gas
    return [
        gas / np.maximum(instance.available, 1e-3),
        1.0 / np.maximum(instance.demand, 1e-3),
        output if instance.output > 0.0 else np.zeros(1),
    ]


def _deflected(before: list[Floats] | None, slopes: list[Floats]) -> list[Floats]:
    if before is None:
        return slopes
    return [FRESH * new + (1.0 - FRESH) * old for new, old in zip(slopes, before, strict=True)]


def _moved(at: Prices, direction: list[Floats], scale: list[Floats], size: float) -> Prices:
    """Down the slope, never below 0."""
    pi, delta, nu = (
        np.maximum(price - size * unit * part, 0.0)
        for price, part, unit in zip((at.pi, at.delta, np.array([at.nu])), direction, scale,
                                     strict=True)
    )  # fmt: skip
    return replace(at, pi=pi, delta=delta, nu=float(nu[0]))


def _evaluate(
    instance: Instance, at: Prices, use: Floats, order: Ints
) -> tuple[float, list[Floats], Ints, Ints]:
    """Bound at these prices, its slopes, and the plants behind it."""
    worth = worth_at(instance, at, use, order)
    best = worth.value.max(axis=1)
    chosen = choose(instance, best)
    sizes = worth.value[chosen].argmax(axis=1)
    taken, made = _taken(
        instance.first, instance.pool, instance.cost, instance.gas, use, at.pi,
        instance.available, worth.sale + at.nu, instance.cap, instance.least_use, order,
        chosen, sizes,
    )  # fmt: skip
    sold = np.bincount(
        instance.place[worth.buyer[chosen]], weights=made, minlength=len(instance.demand)
    )
    value = (
        float(at.pi @ instance.available) + float(at.delta @ instance.demand)
        - at.nu * instance.output + float(best[chosen].sum())
    )  # fmt: skip
    slopes = [
        instance.available - taken,
        instance.demand - sold,
        np.array([float(made.sum()) - instance.output]),
    ]
    return value, slopes, chosen, sizes


def _rank_within(group: Ints, groups: int) -> Ints:
    """(n,) how many of the same group come before."""
    order = np.argsort(group, kind="stable")
    counts = np.bincount(group, minlength=groups)
    rank = np.empty(len(group), dtype=np.int64)
    rank[order] = np.arange(len(group)) - np.repeat(np.cumsum(counts) - counts, counts)
    return rank


@numba.njit(cache=True, nogil=True)
def _best_buyer(outlet, net):  # type: ignore[no-untyped-def]
    """Best net price of each site, and the outlet that pays it."""
    sites = len(outlet) - 1
    sale = np.zeros(sites)
    buyer = np.full(sites, -1, dtype=np.int64)
    for j in range(sites):
        for o in range(outlet[j], outlet[j + 1]):
            if buyer[j] < 0 or net[o] > sale[j]:
                buyer[j] = o
                sale[j] = net[o]
    return sale, buyer


@numba.njit(cache=True, nogil=True)
def filled_to(net, weight, amount, cap, least):  # type: ignore[no-untyped-def]
    """How far each size is filled: with all that pays, at most to its size, at least to `least` of
    it, and never where there is not so much.

    `net`, `weight`, `amount` are margin, capacity and kt of items, best first.  Returns what is
    filled (-1: cannot be) and what that is worth, both by size.
    """
    pays = 0.0
    for i in range(len(net)):
        if net[i] <= 0.0:
            break
        pays += weight[i] * amount[i]
    level, worth = np.full(len(cap), -1.0), np.full(len(cap), -np.inf)
    total, filled, k = 0.0, 0.0, 0
    for i in range(len(net)):
        while k < len(cap):
            wanted = min(cap[k], max(pays, least * cap[k]))
            if filled + weight[i] * amount[i] < wanted:
                break
            level[k] = wanted
            worth[k] = total + net[i] * (wanted - filled) / weight[i]
            k += 1
        if k == len(cap):
            break
        total += net[i] * amount[i]
        filled += weight[i] * amount[i]
    return level, worth


@numba.njit(cache=True, nogil=True)
def _items(j, first, pool, cost, gas, use, pi, available, sale, order):  # type: ignore[no-untyped-def]
    """Items of a site, the best first: their margin, capacity and kt.  Sorts `order` by insertion:
    it is nearly in order as long as prices move little."""
    a, number = first[j], first[j + 1] - first[j]
    margin = np.empty(number)
    net, weight, amount = np.empty(number), np.empty(number), np.empty(number)
    for i in range(a, a + number):
        margin[i - a] = (gas[i] * sale - cost[i] - pi[pool[i]]) / use[i]
    for n in range(1, number):
        item, at = order[a + n], n
        while at > 0 and margin[order[a + at - 1]] < margin[item]:
            order[a + at] = order[a + at - 1]
            at -= 1
        order[a + at] = item
    for n in range(number):
        i = a + order[a + n]
        net[n], weight[n] = margin[i - a] * use[i], use[i]
        amount[n] = available[pool[i]]
    return net, weight, amount


@numba.njit(cache=True, nogil=True)
def _worth(first, pool, cost, gas, use, pi, available, sale, cap, fixed, least, order):  # type: ignore[no-untyped-def]
    """(J, K) worth of a plant: its knapsack filled in the order of margin per capacity, so that one
    pass serves all sizes."""
    sites = len(first) - 1
    value = np.empty((sites, len(cap)))
    for j in range(sites):
        net, weight, amount = _items(j, first, pool, cost, gas, use, pi, available, sale[j], order)
        value[j] = filled_to(net, weight, amount, cap, least)[1] - fixed
    return value


@numba.njit(cache=True, nogil=True)
def _taken(  # type: ignore[no-untyped-def]
    first, pool, cost, gas, use, pi, available, sale, cap, least, order, chosen, sizes
):
    """What the chosen plants take of each pool, and the gas that each makes."""
    taken = np.zeros(len(available))
    made = np.zeros(len(chosen))
    for n in range(len(chosen)):
        j = chosen[n]
        net, weight, amount = _items(j, first, pool, cost, gas, use, pi, available, sale[j], order)
        left = filled_to(net, weight, amount, cap, least)[0][sizes[n]]
        for at in range(len(net)):
            if left <= 0.0:
                break
            i = first[j] + order[first[j] + at]
            some = min(amount[at], left / weight[at])
            taken[pool[i]] += some
            made[n] += gas[i] * some
            left -= some * weight[at]
    return taken, made
