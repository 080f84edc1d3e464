"""Which hubs, with which circuits, of which ore, for whom: an integer program, solved to proof.

    maximise   sum worth y - sum unit m - sum fixed z - sum base h - sum ore x       (a year)
    subject to sum_s x[f,s] <= 1,            x[f,s] <= h[s]
               sum_c m[s,o,c] <= sum_f yields[f,o] x[f,s]
               least most[c] z[s,c] <= m[s,c] <= most[c] z[s,c]
               sum_{c of o} z[s,c] <= h[s] <= sum_c z[s,c]
               sum_k y[s,k,o] = sum_c m[s,o,c],    sum_s y[s,k,o] <= wanted[k,o]
               y[s,k,o] <= wanted[k,o] h[s],       sum_s h[s] = hubs
               sum_{s, k at home} y[s,k,o] >= promise[o],        h, z binary

A feed x is shipped whole and paid whole: what no circuit of its hub takes is lost.  It is a
facility location with modular capacities (Correia and Captivo 2003, Annals of Operations Research
122) of two products.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.errors import Infeasible, UsageError
from seawall.program import highs
from seawall.program.linear import LinearProgram
from seawall.questions.site.refining.instance import OXIDES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.questions.site.refining.instance import Hubs

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Placed", "place"]

#: Tonnes in a unit of the program, and dollars in a million: figures near 1 suit the solver.
KT, MILLION = 1000.0, 1e6
#: t/yr below which nothing flows.
CRUMBS = 1e-3


@dataclass(frozen=True)
class Placed:
    """A plan and how good it is.

    Attributes
    ----------
    sites : (h,)
        Sites with a hub, ascending.
    circuit : (h, 2)
        Circuit of each hub for each oxide, -1: none.
    made : (h, 2)
        Oxide made [t/yr].
    ore : (f, h)
        Part of each feed that goes to each hub.
    sold : (h, k, 2)
        Oxide to each user [t/yr].
    value, bound
        Million USD a year, and what no plan exceeds.
    cost
        What the plan costs a year [million USD].
    """

    sites: Ints
    circuit: Ints
    made: Floats
    ore: Floats
    sold: Floats
    value: float
    bound: float
    cost: float
    seconds: float

    @property
    def gap(self) -> float:
        """(bound - value) over what the plan costs a year."""
        return max(self.bound - self.value, 0.0) / self.cost if self.cost > 0 else 0.0


@dataclass(frozen=True)
class _Columns:
    """Where each family of columns begins: hubs, circuits, made, ore, sold."""

    s: int
    c: int
    f: int
    k: int

    @property
    def starts(self) -> tuple[int, int, int, int, int, int]:
        h = self.s
        z = h + self.s * self.c
        m = z + self.s * self.c
        x = m + self.f * self.s
        return 0, h, z, m, x, x + self.s * self.k * 2


def place(
    hubs: Hubs,
    count: int,
    promise: tuple[float, float] = (0.0, 0.0),
    *,
    time_limit: float = 60.0,
    gap: float = 0.0,
) -> Placed:
    """Place `count` hubs.

    Parameters
    ----------
    promise
        t/yr of each oxide that users at home get at least, of all hubs together.
    time_limit, gap
        Seconds, and the gap at which the search may stop.

    Raises
    ------
    UsageError
        More hubs than sites, or fewer than one; a promise that is negative.
    Infeasible
        No plan keeps the promise; the message says what can be delivered at most.
    LimitReached
        Time ended before a plan was found.
    """
    if not 1 <= count <= hubs.sites:
        raise UsageError(f"hubs: between 1 and the {hubs.sites} candidate sites, not {count}")
    if min(promise) < 0.0:
        raise UsageError(f"promise: not negative, not {min(promise):g} t/yr")
    began = monotonic()
    for o, name in enumerate(OXIDES):
        most = most_of(hubs, count, o)
        if promise[o] > most * (1.0 + 1e-9):
            raise Infeasible(
                f"{promise[o]:,.0f} t/yr of {name} oxide are promised to users at home: ore, "
                f"circuits and these users allow {most:,.1f} at most"
            )
    columns = _Columns(hubs.sites, len(hubs.circuits.size), len(hubs.yields), len(hubs.wanted))
    program = _program(hubs, columns, count, promise)
    try:
        found = highs.solve(program, time_limit=time_limit, gap=max(gap, 1e-7))
    except Infeasible:
        raise Infeasible(
            f"{count} hubs cannot each be fed and sell {hubs.least:.0%} of what a circuit makes, "
            "and the promise be kept: ask for fewer hubs or less"
        ) from None
    return _read(hubs, columns, found.x, found.lower_bound, monotonic() - began)


def most_of(hubs: Hubs, count: int, oxide: int) -> float:
    """What users at home can get of an oxide at most [t/yr], by ore, the largest circuits, and
    what they take."""
    largest = hubs.circuits.most[hubs.circuits.oxide == oxide].max(initial=0.0)
    ore, users = hubs.yields[:, oxide].sum(), hubs.wanted[hubs.home, oxide].sum()
    return float(min(count * largest, ore, users))


def _program(hubs: Hubs, at: _Columns, count: int, promise: tuple[float, float]) -> LinearProgram:
    """The program of the module's text; flows in kt, money in millions."""
    s, c, f, k = at.s, at.c, at.f, at.k
    h0, z0, m0, x0, y0, n = at.starts
    site_c, circuit = (part.ravel() for part in np.indices((s, c)))
    feed, site_f = (part.ravel() for part in np.indices((f, s)))
    site_y, user, oxide_y = (part.ravel() for part in np.indices((s, k, 2)))
    hub, z = h0 + np.arange(s), z0 + np.arange(s * c)
    m, x, y = m0 + np.arange(s * c), x0 + np.arange(f * s), y0 + np.arange(s * k * 2)
    oxide = hubs.circuits.oxide[circuit]
    most, wanted = hubs.circuits.most[circuit] / KT, hubs.wanted[user, oxide_y] / KT
    rows: list[tuple[Ints, Ints, Floats]] = []
    low: list[Floats] = []
    high: list[Floats] = []
    done = 0

    def add(number: int, least: float | Floats, at_most: float | Floats, *parts: tuple[
        Ints, Ints, Floats | float]) -> None:  # fmt: skip
        nonlocal done
        for row, column, entry in parts:
            rows.append((done + row, column, np.broadcast_to(entry, row.shape).astype(float)))
        low.append(np.broadcast_to(least, (number,)).astype(float))
        high.append(np.broadcast_to(at_most, (number,)).astype(float))
        done += number

    none = -np.inf
    add(f, none, 1.0, (feed, x, 1.0))
    add(f * s, none, 0.0, (np.arange(f * s), x, 1.0), (np.arange(f * s), hub[site_f], -1.0))
    both = np.arange(2)
    add(
        s * 2, none, 0.0, (site_c * 2 + oxide, m, 1.0),
        ((site_f[:, None] * 2 + both).ravel(), np.repeat(x, 2),
         -hubs.yields[feed].ravel() / KT),
    )  # fmt: skip
    add(s * c, none, 0.0, (np.arange(s * c), m, 1.0), (np.arange(s * c), z, -most))
    add(s * c, 0.0, np.inf, (np.arange(s * c), m, 1.0), (np.arange(s * c), z, -hubs.least * most))
    add(s * 2, none, 0.0, (site_c * 2 + oxide, z, 1.0),
        (np.arange(s * 2), np.repeat(hub, 2), -1.0))  # fmt: skip
    add(s, none, 0.0, (np.arange(s), hub, 1.0), (site_c, z, -1.0))
    add(s * 2, 0.0, 0.0, (site_y * 2 + oxide_y, y, 1.0), (site_c * 2 + oxide, m, -1.0))
    add(k * 2, none, hubs.wanted.ravel() / KT, (user * 2 + oxide_y, y, 1.0))
    add(s * k * 2, none, 0.0, (np.arange(s * k * 2), y, 1.0),
        (np.arange(s * k * 2), hub[site_y], -wanted))  # fmt: skip
    add(1, float(count), float(count), (np.zeros(s, dtype=np.int64), hub, 1.0))
    near = hubs.home[user]
    add(2, np.asarray(promise) / KT, np.inf, (oxide_y[near], y[near], 1.0))
    row, column, entry = (np.concatenate(part) for part in zip(*rows, strict=True))
    kept = np.abs(entry) > 1e-9
    matrix = coo_array((entry[kept], (row[kept], column[kept])), shape=(done, n)).tocsc()
    cost = np.zeros(n)
    cost[hub], cost[z] = hubs.base, hubs.circuits.fixed[circuit]
    cost[m] = hubs.circuits.unit[circuit] * KT / MILLION
    cost[x] = hubs.ore[feed, site_f]
    cost[y] = -hubs.worth[site_y, user, oxide_y] * KT / MILLION
    upper = np.ones(n)
    upper[m], upper[y] = most, wanted
    whole = np.zeros(n)
    whole[:m0] = 1.0
    return LinearProgram(
        cost, matrix, np.concatenate(low), np.concatenate(high), np.zeros(n), upper, whole
    )


def _read(hubs: Hubs, at: _Columns, point: Floats, low: float, seconds: float) -> Placed:
    """The plan of a point, valued anew from the arrays."""
    h0, z0, m0, x0, y0, n = at.starts
    open_ = np.flatnonzero(point[h0:z0] > 0.5)
    z = point[z0:m0].reshape(at.s, at.c)[open_] > 0.5
    m = point[m0:x0].reshape(at.s, at.c)[open_] * KT
    share = point[x0:y0].reshape(at.f, at.s)[:, open_]
    sold = point[y0:n].reshape(at.s, at.k, 2)[open_] * KT
    share[share < 1e-9] = 0.0
    sold[sold < CRUMBS] = 0.0
    circuit = np.full((len(open_), 2), -1)
    made = np.zeros((len(open_), 2))
    for o in range(2):
        mine = np.flatnonzero(hubs.circuits.oxide == o)
        for i in range(len(open_)):
            chosen = mine[z[i, mine]]
            if len(chosen):
                circuit[i, o] = chosen[0]
                made[i, o] = max(m[i, chosen[0]], 0.0)
    there = circuit >= 0
    cost = float(
        hubs.base[open_].sum() + hubs.circuits.fixed[circuit[there]].sum()
        + (hubs.circuits.unit[circuit[there]] * made[there]).sum() / MILLION
        + (hubs.ore[:, open_] * share).sum()
    )  # fmt: skip
    value = float((hubs.worth[open_] * sold).sum() / MILLION) - cost
    return Placed(open_, circuit, made, share, sold, value, max(-low, value), cost, seconds)
