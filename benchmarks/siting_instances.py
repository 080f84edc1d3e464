"""Instances for the siting of plants: read from tests/oracles/siting, or made by a recipe.

Those of Beasley's OR-Library that are read are his own, to the digit, and have published optima.
The larger ones are not kept here; `like_pmed` and `like_capa` draw instances of the same kind, of
the same size and by the same steps, but not the same numbers: no published optimum belongs to
them.  Everything drawn depends on the seed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FOLDER = Path(__file__).parents[1] / "tests" / "oracles" / "siting"
#: Optima of the files that are kept: OR-Library's `pmedopt`.
PMED = {"pmed1": 5819, "pmed2": 4093, "pmed3": 4250, "pmed4": 3034, "pmed5": 1355,
        "pmed6": 7824, "pmed10": 1255}  # fmt: skip
#: OR-Library's `capopt`.
CAP = {
    "cap41": 1040444.375, "cap42": 1098000.450, "cap43": 1153000.450, "cap44": 1235500.450,
    "cap51": 1025208.225,
    "cap61": 932615.750, "cap62": 977799.400, "cap63": 1014062.050, "cap64": 1045650.250,
    "cap71": 932615.750, "cap72": 977799.400, "cap73": 1010641.450, "cap74": 1034976.975,
    "cap81": 838499.288, "cap82": 910889.563, "cap83": 975889.563, "cap84": 1069369.525,
    "cap91": 796648.438, "cap92": 855733.500, "cap93": 896617.538, "cap94": 946051.325,
    "cap101": 796648.437, "cap102": 854704.200, "cap103": 893782.112, "cap104": 928941.750,
    "cap111": 826124.713, "cap112": 901377.213, "cap113": 970567.750, "cap114": 1063356.488,
    "cap121": 793439.563, "cap122": 852524.625, "cap123": 895302.325, "cap124": 946051.325,
    "cap131": 793439.562, "cap132": 851495.325, "cap133": 893076.712, "cap134": 928941.750,
}  # fmt: skip
#: Which of the 50 sites of cap111-134 those of cap41-74, and the further ones of cap81-104, are.
SIXTEEN = (2, 6, 7, 10, 11, 12, 14, 15, 17, 21, 22, 24, 26, 28, 29, 32)
NINE_MORE = (33, 36, 37, 40, 41, 42, 44, 45, 48)
#: The site that costs nothing to open.
FREE = 22
OPENING = (7_500.0, 12_500.0, 17_500.0, 25_000.0)
CAPACITY = {4: 5_000.0, 5: 10_000.0, 6: 15_000.0, 7: 58_268.0, 8: 5_000.0, 9: 15_000.0,
            10: 58_268.0, 11: 5_000.0, 12: 15_000.0, 13: 58_268.0}  # fmt: skip


@dataclass(frozen=True)
class Facilities:
    """A facility location problem: (m,) sites, (n,) clients."""

    open_cost: Floats
    assign_cost: Floats  # (n, m), of a client's whole demand
    capacity: Floats  # (m,)
    demand: Floats  # (n,)


def pmed(name: str) -> tuple[Floats, int]:
    """Distances (n, n) and p of one of the `PMED`."""
    numbers = np.array((FOLDER / f"{name}.txt").read_text(encoding="ascii").split(), dtype=np.int64)
    n, edges, p = (int(x) for x in numbers[:3])
    ring, rest = numbers[3 : 3 + n], numbers[3 + n :].reshape(-1, 3)
    if len(ring) + len(rest) != edges:
        raise ValueError(f"{name}: {len(ring) + len(rest)} edges where {edges} are told")
    ends = np.column_stack([np.arange(n), np.roll(np.arange(n), -1)])
    pairs = np.vstack([ends, rest[:, :2] - 1])
    return _graph(n, pairs, np.concatenate([ring, rest[:, 2]])), p


def like_pmed(number: int, seed: int = 0) -> tuple[Floats, int]:
    """Distances and p as in OR-Library's pmed`number`, 1 to 40, but drawn anew.

    Beasley (1985, European Journal of Operational Research 21): n^2 / 50 edges, first a ring
    through all nodes so that none is cut off, then random pairs; lengths 1 to 100; where a pair is
    drawn twice the last length holds; p is 5, 10, n/10, n/5, n/3, the largest left out as n grows.
    """
    sizes = [(100 * k, share) for k in range(1, 10) for share in range(5)
             if share < {7: 4, 8: 3, 9: 3}.get(k, 5)]  # fmt: skip
    n, share = sizes[number - 1]
    p = (5, 10, n // 10, n // 5, n // 3)[share]
    draw = np.random.default_rng([seed, number])
    more = n * n // 50 - n
    a = draw.integers(n, size=more)
    pairs = np.vstack([
        np.column_stack([np.arange(n), np.roll(np.arange(n), -1)]),
        np.column_stack([a, (a + draw.integers(1, n, size=more)) % n]),
    ])  # fmt: skip
    return _graph(n, pairs, draw.integers(1, 101, size=len(pairs))), p


def _graph(n: int, pairs: NDArray[np.int64], lengths: NDArray[np.int64]) -> Floats:
    """Shortest ways between all nodes; of two edges between the same nodes the last holds."""
    edge = np.zeros((n, n))
    for (i, j), length in zip(pairs, lengths, strict=True):
        edge[i, j] = edge[j, i] = length
    return np.asarray(shortest_path(csr_array(edge), method="D", directed=False))


def cap(name: str) -> Facilities:
    """One of the `CAP`: they share a table of costs and differ in sites, capacity, fixed cost."""
    numbers = np.array((FOLDER / "cap131.txt").read_text(encoding="ascii").split(), dtype=float)
    sites, clients = int(numbers[0]), int(numbers[1])
    table = numbers[2:].reshape(clients, 1 + sites)
    group, kind = int(name[3:-1]), int(name[-1])
    chosen = np.array(
        SIXTEEN if group <= 7 else SIXTEEN + NINE_MORE if group <= 10 else range(sites)
    )
    # cap51 alone has the third fixed cost under a first number.
    opening = OPENING[2] if name == "cap51" else OPENING[kind - 1]
    return Facilities(
        open_cost=np.where(chosen == FREE, 0.0, opening),
        assign_cost=table[:, 1 + chosen],
        capacity=np.full(len(chosen), CAPACITY[group]),
        demand=table[:, 0],
    )


def like_capa(capacity: float, seed: int = 0, clients: int = 1_000, sites: int = 100) -> Facilities:
    """A capacitated problem as Beasley's capa with the given capacity of every site, drawn anew.

    Beasley (1988, European Journal of Operational Research 33): places in a square of side 1,000,
    the cost of a unit is the distance times 1 to 1.25.  Demands of 1 to 100 and fixed costs of 1.36
    to 2.25 million are read off capa itself.
    """
    draw = np.random.default_rng([seed, int(capacity), clients, sites])
    at, of = draw.random((sites, 2)) * 1_000.0, draw.random((clients, 2)) * 1_000.0
    away = np.hypot(of[:, None, 0] - at[None, :, 0], of[:, None, 1] - at[None, :, 1])
    demand = draw.integers(1, 101, size=clients).astype(float)
    return Facilities(
        open_cost=draw.uniform(1.36e6, 2.25e6, size=sites),
        assign_cost=demand[:, None] * away * draw.uniform(1.0, 1.25, size=away.shape),
        capacity=np.full(sites, float(capacity)),
        demand=demand,
    )


def plane(n: int, seed: int = 0) -> Floats:
    """(n, 2) points drawn evenly in a square of side 1,000."""
    return np.random.default_rng([seed, n]).random((n, 2)) * 1_000.0


def clustered(n: int, seed: int = 0, clusters: int = 100) -> Floats:
    """(n, 2) points in clusters of different size and width, at random places.

    The third pattern of BIRCH (Zhang, Ramakrishnan and Livny 1996), the kind of set on which
    large p-medians are tried (Hansen, Brimberg, Urošević and Mladenović 2009, Data Mining and
    Knowledge Discovery 19); the sets themselves are not theirs.  Each cluster is normal around its
    centre; its share of the points is drawn from 0 to 2 parts, its radius (root of the mean square
    distance) from 0 to 4 / 141 of the side of the square.
    """
    draw = np.random.default_rng([seed, n, clusters])
    centres = draw.random((clusters, 2)) * 1_000.0
    share = draw.random(clusters)
    radius = draw.random(clusters) * 1_000.0 * 4.0 / 141.0
    own = draw.choice(clusters, size=n, p=share / share.sum())
    points: Floats = centres[own] + draw.normal(size=(n, 2)) * (radius[own] / 2**0.5)[:, None]
    return points


def case(name: str) -> tuple[Facilities | Floats, int | None]:
    """The instance of a name: a facility location, or a p-median (distances or points) with its p.

    pmed1, like-pmed16, cap41, like-capa-8000, plane-3000-50 (n, p), clustered-20000-100.
    """
    kind, *numbers = name.removeprefix("like-").split("-")
    if kind in ("plane", "clustered"):
        n, p = (int(x) for x in numbers)
        return (plane if kind == "plane" else clustered)(n), p
    if kind == "capa":
        return like_capa(float(numbers[0])), None
    if kind.startswith("cap"):
        return cap(kind), None
    return like_pmed(int(kind[4:])) if name.startswith("like-") else pmed(kind)
