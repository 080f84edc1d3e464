"""Small spaces for tests: points, matrices and sparse pairs, with lists as short as wanted."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from seawall.questions.site.arrays import Neighbours, Space

Floats = NDArray[np.float64]

KINDS = ("points", "matrix", "sparse")


def neighbours(distance: Floats, length: int, *, rest: bool) -> Neighbours:
    """The lists of the nearest sites; `rest` says whether what they leave out can be reached."""
    order = np.argsort(distance, axis=1, kind="stable")[:, :length]
    listed = np.take_along_axis(distance, order, axis=1)
    there = np.isfinite(listed)
    n, m = distance.shape
    beyond = listed[:, -1].copy() if rest and length < m else np.full(n, np.inf)
    start = np.concatenate([[0], np.cumsum(there.sum(axis=1))])
    return Neighbours(start, order[there].astype(np.int32), listed[there], beyond)


def space(
    rng: np.random.Generator, kind: str, n: int, length: int, weights: Floats | None = None
) -> tuple[Space, Floats]:
    """A space of n clients and as many sites, and all its distances (inf: not to be reached)."""
    weights = np.ones(n) if weights is None else weights
    if kind == "matrix":
        # Whole numbers and no symmetry: ties, and more than the plane allows.
        distance = rng.integers(1, 12, size=(n, n)).astype(float)
        return in_lists(distance, weights, length, matrix=distance), distance
    points = rng.random((n, 2))
    distance = between(points)
    if kind == "points":
        return in_lists(distance, weights, length, points=points), distance
    order = np.argsort(distance, axis=1)
    np.put_along_axis(distance, order[:, length:], np.inf, axis=1)
    return in_lists(distance, weights, length), distance


def between(points: Floats) -> Floats:
    """All distances between points in the plane."""
    return np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1))


def in_lists(
    distance: Floats,
    weights: Floats,
    length: int,
    *,
    matrix: Floats | None = None,
    points: Floats | None = None,
) -> Space:
    """The space of these distances; sparse where neither matrix nor points are given."""
    none = np.empty((0, 2))
    return Space(
        matrix=np.empty((0, 0)) if matrix is None else matrix,
        clients=none if points is None else points,
        places=none if points is None else points,
        weights=weights,
        near=neighbours(distance, length, rest=matrix is not None or points is not None),
    )


def cost(distance: Floats, weights: Floats, sites: NDArray[np.integer]) -> float:
    """Weighted distances to the nearest of some sites; inf where one is not reached."""
    nearest = distance[:, sites].min(axis=1)
    return float(weights @ nearest) if np.isfinite(nearest).all() else np.inf


def brute(distance: Floats, weights: Floats, p: int) -> float:
    """The optimum, all choices tried."""
    m = distance.shape[1]
    return min(cost(distance, weights, np.array(one)) for one in combinations(range(m), p))
