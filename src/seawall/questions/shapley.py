"""Sharing a difference among the inputs that make it (Shapley 1953).

Let v(S) be the figure when the inputs in S stand as in the second run and all others as in the
first.  An input's share is its mean step v(S + i) - v(S) over all orders in which the inputs can be
turned over one by one,

    share[i] = sum over S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S))

so that shares add up to the whole difference, an input that does nothing gets nothing, and what two
inputs do only together is halved between them.  All orders need 2^n values.  With more inputs
orders are drawn (Castro, Gomez and Tejada 2009), each with its reverse (antithetic pairs): the
steps of every order add up to the difference as well, so drawn shares do.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import factorial
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.network.network import Floats

#: Up to so many inputs all orders are taken.
EXACT = 6
#: With fewer pairs of orders there is no standard error.
_LEAST_PAIRS = 2


@dataclass(frozen=True)
class Plan:
    """Which values are needed.

    Attributes
    ----------
    players
        Number of inputs.
    orders
        Orders that were drawn, an order and its reverse side by side; empty: all orders.
    subsets
        Every set of inputs whose value is needed, as a number of which bit i says whether input i
        stands as in the second run.
    """

    players: int
    orders: tuple[tuple[int, ...], ...]
    subsets: tuple[int, ...]


def plan(players: int, samples: int = 0, seed: int = 0) -> Plan:
    """All orders of `players` inputs, or `samples` drawn ones (rounded up to pairs) where there are
    more than `EXACT` inputs.

    Raises
    ------
    UsageError
        With more inputs than all orders can be taken of, and fewer than four orders to draw.
    """
    if players <= EXACT:
        return Plan(players, (), tuple(range(2**players)))
    pairs = (samples + 1) // 2
    if pairs < _LEAST_PAIRS:
        raise UsageError(
            f"{players} inputs are too many to take in every order: draw at least "
            f"{2 * _LEAST_PAIRS} orders (--shares 40)"
        )
    draw = np.random.default_rng(seed)
    orders: list[tuple[int, ...]] = []
    for _ in range(pairs):
        order = tuple(int(i) for i in draw.permutation(players))
        orders += [order, order[::-1]]
    subsets = {subset: None for order in orders for subset in _path(order)}
    return Plan(players, tuple(orders), tuple(subsets))


def _path(order: tuple[int, ...]) -> list[int]:
    """The sets of inputs that have been turned over before, between and after the steps."""
    path = [0]
    for i in order:
        path.append(path[-1] | 1 << i)
    return path


def shares(planned: Plan, values: Mapping[int, Floats]) -> tuple[Floats, Floats]:
    """Share of each input in each figure, and its standard error.

    Parameters
    ----------
    values
        The figures (figures,) for each set of inputs of the plan.

    Returns
    -------
    (inputs, figures) arrays; the error is 0 where all orders were taken.
    """
    if planned.orders:
        return _drawn(planned, values)
    n = planned.players
    result = np.zeros((n, len(values[0])))
    for subset in planned.subsets:
        size = subset.bit_count()
        for i in range(n):
            if not subset >> i & 1:
                weight = factorial(size) * factorial(n - size - 1) / factorial(n)
                result[i] += weight * (values[subset | 1 << i] - values[subset])
    return result, np.zeros_like(result)


def _drawn(planned: Plan, values: Mapping[int, Floats]) -> tuple[Floats, Floats]:
    steps = np.zeros((len(planned.orders), planned.players, len(values[0])))
    for k, order in enumerate(planned.orders):
        for i, (before, after) in zip(order, pairwise(_path(order)), strict=True):
            steps[k, i] = values[after] - values[before]
    pairs = (steps[::2] + steps[1::2]) / 2.0
    error: Floats = pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs))
    mean: Floats = pairs.mean(axis=0)
    return mean, error
