"""Better sets of open sites: open one, close one, or both, while that wins.

Duals u of the transport problem of a set S tell for each move the least that it can cost
(`facility_bound`): cost(S') >= sum_i u_i + sum_{j in S'} rho_j, with equality at S.  Only moves
that could win are tried, the most promising first.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from seawall.questions.site.facility_bound import worth_of_sites
from seawall.questions.site.facility_transport import served

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.facility_input import Instance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Search"]

#: Moves that are tried from one set of sites before it counts as a local optimum.
TRIED = 150
#: Part of the cost that counts as no gain.
NOTHING = 1e-11


class Search:
    """The best set of sites so far, and what every set that was tried costs.

    Parameters
    ----------
    deadline
        Reading of `time.perf_counter` at which a search ends.
    """

    def __init__(self, instance: Instance, deadline: float) -> None:
        self.instance = instance
        self.deadline = deadline
        self.sites: Ints = np.arange(0)
        self.cost = np.inf
        self._known: dict[bytes, float] = {}

    def value(self, sites: Ints) -> float:
        """Cost of a set of sites (ascending); kept, without the sites that serve nobody, if it is
        the best."""
        key = sites.tobytes()
        if key not in self._known:
            self._known[key] = self._served(sites)[0]
        return self._known[key]

    def _served(self, sites: Ints) -> tuple[float, Floats]:
        """Cost of a set of sites and duals of its clients."""
        if not len(sites):
            return np.inf, np.empty(0)
        cost, flow, u = served(self.instance, sites)
        idle = ~flow.any(axis=1)
        least = cost - float(self.instance.open_cost[sites[idle]].sum())
        if least < self.cost:
            self.sites, self.cost = sites[~idle], least
        return cost, u

    def known(self, sites: Ints) -> bool:
        """Whether a set of sites has been tried."""
        return sites.tobytes() in self._known

    def below(self, cost: float, most: int) -> list[Ints]:
        """The cheapest sets that were tried, at most so many, if they cost less than that."""
        cheapest = sorted((known, key) for key, known in self._known.items() if known < cost)
        return [np.frombuffer(key, dtype=np.int64) for _, key in cheapest[:most]]

    def repaired(self, sites: Ints) -> Ints:
        """The sites and as many more, cheapest per unit of capacity first, as cover the demand."""
        cover, need = self.instance.cover
        chosen = np.zeros(len(cover), bool)
        chosen[sites] = True
        unit = np.full(len(cover), np.inf)
        np.divide(self.instance.open_cost, cover, out=unit, where=cover > 0)
        for j in np.argsort(unit, kind="stable"):
            if cover[chosen].sum() >= need:
                break
            chosen[j] = True
        return np.flatnonzero(chosen)

    def descend(self, sites: Ints) -> None:
        """Move from a set of sites while a move wins and time is left."""
        cost = self.value(sites)
        while np.isfinite(cost) and time.perf_counter() < self.deadline:
            found = self._better(sites, cost, self._served(sites)[1])
            if found is None:
                return
            sites, cost = found, self.value(found)

    def _better(self, sites: Ints, cost: float, u: Floats) -> Ints | None:
        for out, into in self._moves(sites, cost, u):
            if time.perf_counter() > self.deadline:
                return None
            kept = sites if out < 0 else sites[sites != out]
            other = kept if into < 0 else np.sort(np.append(kept, into))
            if self.value(other) < cost * (1.0 - NOTHING):
                return other
        return None

    def _moves(self, sites: Ints, cost: float, u: Floats) -> list[tuple[int, int]]:
        """(site to close, site to open; -1: none) that could win, most promising first."""
        rho = worth_of_sites(self.instance, u)
        cover, need = self.instance.cover
        apart = np.setdiff1d(np.arange(len(rho)), sites)
        out, into = np.append(sites, -1), np.append(apart, -1)
        less, more = np.append(rho[sites], 0.0), np.append(rho[apart], 0.0)
        change = more[None, :] - less[:, None]
        room = cover[sites].sum() - np.append(cover[sites], 0.0)[:, None]
        change[room + np.append(cover[apart], 0.0)[None, :] < need] = np.inf
        change[-1, -1] = np.inf
        order = np.argsort(change, axis=None, kind="stable")[:TRIED]
        wins = order[change.ravel()[order] < -NOTHING * cost]
        return [(int(out[at // len(into)]), int(into[at % len(into)])) for at in wins]
