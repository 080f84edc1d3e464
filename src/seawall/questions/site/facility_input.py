"""The facility location problem as checked arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["ROUNDING", "Instance", "instance_of"]

#: Indices that a message names.
_NAMED = 5
#: Part of the demand by which capacity may fall short through rounding alone.
ROUNDING = 1e-12


@dataclass(frozen=True)
class Instance:
    """Where n clients may be served by m sites.

    Attributes
    ----------
    open_cost
        (m,) cost of opening a site.
    cost
        (m, n) cost of serving all of a client from a site, site by site; inf where it may not be.
    capacity
        (m,) what a site can serve; inf for no limit.
    demand
        (n,) what a client needs.
    whole
        Whether each client must go to one site and that is not so of itself: without capacities
        nobody gains by splitting.
    """

    open_cost: Floats
    cost: Floats
    capacity: Floats
    demand: Floats
    whole: bool

    @property
    def limited(self) -> bool:
        """Whether any site has a capacity."""
        return bool(np.isfinite(self.capacity).any())

    @property
    def cover(self) -> tuple[Floats, float]:
        """What each open site adds to what must be covered, and how much that is: all demand, or
        one site where nothing is limited."""
        if not self.counts_demand:
            return np.ones(len(self.open_cost)), 1.0
        total = float(self.demand.sum())
        return np.minimum(self.capacity, total), total * (1.0 - ROUNDING)

    @property
    def counts_demand(self) -> bool:
        """Whether there is demand that capacities could fall short of."""
        return self.limited and bool(self.demand.any())


def instance_of(
    open_cost: ArrayLike,
    assign_cost: ArrayLike,
    capacity: ArrayLike | None,
    demand: ArrayLike | None,
    *,
    single_source: bool,
) -> Instance:
    """Check the arrays of `facility_location`.

    Raises
    ------
    UsageError
        With all that is wrong with them.
    """
    cost = _array("assign_cost", assign_cost)
    if cost.ndim != 2 or not cost.size:
        raise UsageError(
            f"assign_cost has shape {cost.shape}: it needs a row per client and a column per site"
        )
    n, m = cost.shape
    given = {
        "open_cost": (_array("open_cost", open_cost), m, "site"),
        "capacity": (
            np.full(m, np.inf) if capacity is None else _array("capacity", capacity),
            m,
            "site",
        ),
        "demand": (np.ones(n) if demand is None else _array("demand", demand), n, "client"),
    }
    problems = [
        f"{name} has shape {values.shape}, not ({size},): one figure per {of}"
        for name, (values, size, of) in given.items()
        if values.shape != (size,)
    ]
    if problems:
        raise UsageError("; ".join(problems))
    opening, limit, need = (values for values, _, _ in given.values())
    problems += _bad("open_cost", opening, "site", finite=True)
    problems += _bad("capacity", limit, "site", finite=False)
    problems += _bad("demand", need, "client", finite=True)
    wrong = np.argwhere(np.isnan(cost) | (cost < 0))
    if len(wrong):
        i, j = (int(at) for at in wrong[0])
        problems.append(
            f"assign_cost[{i}, {j}] is {cost[i, j]:g} (and {len(wrong) - 1} more so): costs are "
            "0 or more, inf where a site may not serve a client"
        )
    lost = np.flatnonzero(np.isposinf(cost).all(axis=1))
    if len(lost):
        problems.append(f"no site can serve client {_names(lost)}: every cost there is inf")
    if not problems:
        problems = _short(cost, limit, need, single_source=single_source)
    if problems:
        raise UsageError("; ".join(problems))
    whole = single_source and bool(np.isfinite(limit).any())
    return Instance(opening, np.ascontiguousarray(cost.T), limit, need, whole)


def _short(cost: Floats, limit: Floats, need: Floats, *, single_source: bool) -> list[str]:
    """What no choice of sites could serve."""
    total, most = float(need.sum()), float(limit.sum())
    if most < total * (1.0 - ROUNDING):
        return [f"all capacities together are {most:g}, the demand is {total:g}: too little"]
    if not single_source:
        return []
    largest = np.where(np.isfinite(cost), limit, -np.inf).max(axis=1)
    big = np.flatnonzero(need > largest)
    if not len(big):
        return []
    i = int(big[0])
    return [
        (
            f"client {_names(big)} needs more than any site that may serve it can (client {i}: "
            f"{need[i]:g} against {largest[i]:g}), and single_source lets none be split"
        )
    ]


def _array(name: str, values: ArrayLike) -> Floats:
    try:
        return np.ascontiguousarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{name} is not an array of numbers: {error}") from error


def _bad(name: str, values: Floats, of: str, *, finite: bool) -> list[str]:
    wrong = np.isnan(values) | (values < 0)
    if finite:
        wrong |= np.isinf(values)
    at = np.flatnonzero(wrong)
    if not len(at):
        return []
    kind = "finite and " if finite else ""
    return [f"{name} of {of} {_names(at)} is {values[at[0]]:g}: it must be {kind}0 or more"]


def _names(indices: NDArray[np.int64]) -> str:
    shown = ", ".join(str(int(at)) for at in indices[:_NAMED])
    more = len(indices) - _NAMED
    return f"{shown} and {more} more" if more > 0 else shown
