"""What the kernels are given, checked and in one shape: clients, sites, and who is near whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, issparse
from scipy.spatial import cKDTree

from seawall.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["Neighbours", "Space", "space_of"]

#: Pairs up to which lists hold all; entries of all lists together at most (12 bytes each), and of
#: one list at least.
COMPLETE, ENTRIES, SHORTEST = 10_000_000, 50_000_000, 60
#: Length of a list in mean numbers of sites to an open one, where not all pairs are held.  Prices
#: of the bound end nearer: of 20,000 clients and p = 1,000 the ends of the lists held 30.
BREADTH = 6
#: Distances that are worked out at once.
BLOCK = 1_000_000
#: Wrong entries that are named.
NAMED = 3


@dataclass(frozen=True)
class Neighbours:
    """Sites near each client, nearest first: those of client i are `start[i]:start[i + 1]`.

    `start` (n+1,), `site` and `distance` (k,); `beyond` (n,): every site that is not listed is at
    least this far off, inf where all others cannot be reached.
    """

    start: Ints
    site: NDArray[np.int32]
    distance: Floats
    beyond: Floats


@dataclass(frozen=True)
class Space:
    """n clients with weights and m sites.

    One of three is filled, the others have size 0: `matrix` (n, m) of distances, inf for none;
    `clients` (n, 2) and `places` (m, 2), points of the plane; or neither, then the lists hold all
    pairs that there are.
    """

    matrix: Floats
    clients: Floats
    places: Floats
    weights: Floats
    near: Neighbours

    @property
    def m(self) -> int:
        """How many sites there are; of pairs, those up to the last that a client lists."""
        if self.matrix.size:
            return int(self.matrix.shape[1])
        return len(self.places) if self.places.size else int(self.near.site.max()) + 1

    @property
    def whole(self) -> bool:
        """Whether all weighted distances are whole numbers, so that costs are."""
        if self.places.size:
            return False
        if self.matrix.size:
            rows = range(0, len(self.matrix), 1 + BLOCK // self.m)
            step = rows.step
            return all(_whole(self.matrix[k : k + step], self.weights[k : k + step]) for k in rows)
        cost = self.near.distance * np.repeat(self.weights, np.diff(self.near.start))
        return bool((cost == np.round(cost)).all())


def _whole(distance: Floats, weights: Floats) -> bool:
    """Whether the weighted distances of some clients are whole numbers where there are any."""
    cost = np.where(np.isfinite(distance), distance, 0.0) * weights[:, None]
    return bool((cost == np.round(cost)).all())


def space_of(distance_or_points: Any, p: int, weights: ArrayLike | None = None) -> Space:
    """Check what is given and put it into one shape.

    Parameters
    ----------
    distance_or_points
        (n, 2) points of the plane, which are clients and sites at once, at Euclidean distance; or
        an (n, m) matrix of distances with m other than 2, inf where a site cannot serve a client;
        or a sparse matrix of the pairs that there are (an entry of 0 that is stored is a distance
        of 0).
    p
        Sites to be opened.
    weights
        (n,) of the clients; None: 1 each.

    Raises
    ------
    UsageError
        With all that is wrong: p below 1 or above m, entries that are negative or nan, weights of
        another shape, clients that reach no site, points that occur twice.
    """
    wrong: list[str] = []
    sparse = issparse(distance_or_points)
    given: Any = distance_or_points
    given = csr_array(given) if sparse else np.asarray(given, dtype=float)
    if given.ndim != 2 or 0 in given.shape:
        raise UsageError(f"distances have two dimensions and are not empty, not {given.shape}")
    n = given.shape[0]
    points = not sparse and given.shape[1] == 2
    m = n if points else given.shape[1]
    if not 1 <= p <= m:
        wrong.append(f"p: between 1 and the {m} sites, not {p}")
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    _check_weights(weight, n, wrong)
    _check_entries(given, points, wrong)
    if wrong:
        raise UsageError("; ".join(wrong))
    none = np.empty((0, 0))
    if points:
        near = _of_points(given, p)
        space = Space(none, given, given, weight, near)
    elif sparse:
        space = Space(none, none, none, weight, _of_sparse(given))
    else:
        given = np.ascontiguousarray(given)
        space = Space(given, none, none, weight, _of_matrix(given, p))
    if p > space.m:
        raise UsageError(f"p: clients reach {space.m} sites, fewer than {p}")
    _check_reach(space, p)
    return space


def _check_weights(weight: Floats, n: int, wrong: list[str]) -> None:
    if weight.shape != (n,):
        wrong.append(f"weights: one for each of {n} clients, not {weight.shape}")
        return
    bad = np.flatnonzero(~(weight >= 0.0) | np.isinf(weight))
    if len(bad):
        wrong.append(f"weights: finite and not negative, not {_named(bad, weight)}")


def _check_entries(given: Any, points: bool, wrong: list[str]) -> None:
    entries: Floats = given.ravel() if isinstance(given, np.ndarray) else given.data
    word = "points" if points else "distances"
    bad = np.flatnonzero(np.isnan(entries))
    if len(bad):
        wrong.append(f"{word}: numbers, not nan ({len(bad)} of them)")
    if points:
        if np.isinf(entries).any():
            wrong.append("points: finite coordinates")
        _, first, counts = np.unique(given, axis=0, return_index=True, return_counts=True)
        if (counts > 1).any():
            told = ", ".join(
                f"{counts[k]} at ({given[first[k], 0]:g}, {given[first[k], 1]:g})"
                for k in np.flatnonzero(counts > 1)[:NAMED]
            )
            wrong.append(
                f"points: {int((counts > 1).sum())} places hold several ({told}); keep one of each "
                "and add up the weights"
            )
        return
    bad = np.flatnonzero(entries < 0.0)
    if len(bad):
        wrong.append(f"distances: not negative, not {_named(bad, entries)}")


def _named(where: Ints, values: Floats) -> str:
    told = ", ".join(f"{values[k]:g}" for k in where[:NAMED])
    return told + (f" and {len(where) - NAMED} more" if len(where) > NAMED else "")


def _check_reach(space: Space, p: int) -> None:
    """Every client reaches a site, and p sites can reach them all as far as parts tell."""
    count = np.bincount(
        np.repeat(np.arange(len(space.weights)), np.diff(space.near.start)),
        weights=np.isfinite(space.near.distance), minlength=len(space.weights),
    )  # fmt: skip
    alone = np.flatnonzero((count == 0) & np.isinf(space.near.beyond))
    if len(alone):
        told = ", ".join(str(k) for k in alone[:NAMED])
        raise UsageError(f"{len(alone)} clients reach no site: {told}; drop them or add sites")
    parts = _parts(space)
    if parts > p:
        raise UsageError(
            f"clients and sites fall into {parts} parts that do not reach each other: p must be at "
            f"least {parts}, not {p}"
        )


def _parts(space: Space) -> int:
    """Parts of the graph of clients and sites that hold clients."""
    if np.isfinite(space.near.beyond).any() or space.places.size:
        return 1
    n = len(space.weights)
    there = np.isfinite(space.near.distance)
    client = np.repeat(np.arange(n), np.diff(space.near.start))[there]
    graph = csr_array(
        (np.ones(len(client)), (client, n + space.near.site[there].astype(np.int64))),
        shape=(n + space.m, n + space.m),
    )
    from scipy.sparse.csgraph import connected_components

    _, label = connected_components(graph, directed=False)
    return len(np.unique(label[:n]))


def _length(n: int, m: int, p: int) -> int:
    """Entries of each list: all, where pairs are few."""
    if n * m <= COMPLETE:
        return m
    wanted = max(SHORTEST, BREADTH * -(-m // p))
    return int(min(m, wanted, max(ENTRIES // n, 2)))


def _of_points(points: Floats, p: int) -> Neighbours:
    n = len(points)
    length = _length(n, n, p)
    if 2 * length >= n > 1:
        # A tree is no help where most are wanted.
        return _of_rows(
            n, n, length,
            lambda a, b: np.hypot(*(points[a:b, None, :] - points[None, :, :]).transpose(2, 0, 1)),
        )  # fmt: skip
    found: Any = cKDTree(points).query(points, k=length)
    distance, site = (part.reshape(n, length) for part in found)
    beyond = np.full(n, np.inf) if length == n else distance[:, -1].copy()
    return Neighbours(
        np.arange(0, n * length + 1, length), site.ravel().astype(np.int32), distance.ravel(),
        beyond,
    )  # fmt: skip


def _of_matrix(matrix: Floats, p: int) -> Neighbours:
    n, m = matrix.shape
    return _of_rows(n, m, _length(n, m, p), lambda a, b: matrix[a:b])


def _of_rows(n: int, m: int, length: int, rows: Callable[[int, int], Floats]) -> Neighbours:
    """Lists from `rows(a, b)`, the distances of clients a to b from all sites."""
    sites, distances, counts = [], [], []
    beyond = np.full(n, np.inf)
    step = 1 + BLOCK // m
    for a in range(0, n, step):
        block = rows(a, a + step)
        if length < m:
            # Ascending, so that of equal distances the first site comes first.
            near = np.sort(np.argpartition(block, length - 1, axis=1)[:, :length], axis=1)
            block = np.take_along_axis(block, near, axis=1)
        order = np.argsort(block, axis=1, kind="stable")
        distance = np.take_along_axis(block, order, axis=1)
        there = np.isfinite(distance)
        if length < m:
            beyond[a : a + step] = np.where(there.all(axis=1), distance[:, -1], np.inf)
            order = np.take_along_axis(near, order, axis=1)
        sites.append(order[there].astype(np.int32))
        distances.append(distance[there])
        counts.append(there.sum(axis=1))
    start = np.concatenate([[0], np.cumsum(np.concatenate(counts))]).astype(np.int64)
    return Neighbours(start, np.concatenate(sites), np.concatenate(distances), beyond)


def _of_sparse(given: csr_array) -> Neighbours:
    given.sum_duplicates()
    n = given.shape[0]
    start = given.indptr.astype(np.int64)
    client = np.repeat(np.arange(n), np.diff(start))
    order = np.lexsort((given.indices, given.data, client))
    there = np.isfinite(given.data[order])
    kept = order[there]
    start = np.concatenate([[0], np.cumsum(np.bincount(client[kept], minlength=n))])
    return Neighbours(
        start.astype(np.int64), given.indices[kept].astype(np.int32),
        given.data[kept].astype(float), np.full(n, np.inf),
    )  # fmt: skip
