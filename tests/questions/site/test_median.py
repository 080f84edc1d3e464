"""The p-median against all subsets of sites, and what is wrong of what is given."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from seawall.errors import Infeasible, UsageError
from seawall.questions.site import arrays, p_median

#: Far more than any of these takes: results do not hang on the clock.
LONG = 600.0


def cheapest(matrix, p, weights=None):
    """The least cost over all sets of p sites."""
    weights = np.ones(len(matrix)) if weights is None else weights
    with np.errstate(invalid="ignore"):
        costs = [
            float((weights * matrix[:, list(sites)].min(axis=1)).sum())
            for sites in combinations(range(matrix.shape[1]), p)
        ]
    return min(cost for cost in costs if not np.isnan(cost))


def check(found, matrix, p, weights=None):
    """The result says of itself what is true."""
    weights = np.ones(len(matrix)) if weights is None else weights
    assert len(found.sites) == p == len(set(found.sites.tolist()))
    assert (np.diff(found.sites) > 0).all()
    assert np.isin(found.assignment, found.sites).all()
    nearest = matrix[:, found.sites].min(axis=1)
    assert np.allclose(matrix[np.arange(len(matrix)), found.assignment], nearest)
    assert found.cost == pytest.approx(float((weights * nearest).sum()), rel=1e-9, abs=1e-9)
    assert found.lower_bound <= found.cost


@given(seed=st.integers(0, 10_000), n=st.integers(4, 12), m=st.integers(3, 9), whole=st.booleans())
@settings(max_examples=40, deadline=None)
def test_is_the_least_of_all_subsets(seed, n, m, whole):
    rng = np.random.default_rng(seed)
    matrix = rng.random((n, m)) * 100.0
    weights = rng.random(n)
    if whole:
        matrix, weights = np.floor(matrix), rng.integers(0, 4, n).astype(float)
    p = int(rng.integers(1, m + 1))
    found = p_median(matrix, p, weights, time_limit=LONG)
    check(found, matrix, p, weights)
    assert found.cost == pytest.approx(cheapest(matrix, p, weights), rel=1e-9, abs=1e-9)
    assert found.gap <= 1e-8


@given(seed=st.integers(0, 10_000), p=st.integers(1, 5))
@settings(max_examples=15, deadline=None)
def test_points_are_sites_at_euclidean_distance(seed, p):
    points = np.random.default_rng(seed).random((11, 2)) * 10.0
    gaps = points[:, None, :] - points[None, :, :]
    matrix = np.hypot(gaps[..., 0], gaps[..., 1])
    found = p_median(points, p, time_limit=LONG)
    check(found, matrix, p)
    assert found.cost == pytest.approx(cheapest(matrix, p), rel=1e-9)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_pairs_that_are_missing_are_not_used(seed):
    rng = np.random.default_rng(seed)
    matrix = np.floor(rng.random((9, 6)) * 50.0)
    matrix[rng.random((9, 6)) < 0.35] = np.inf
    matrix[:, 0] = 100.0
    pairs = np.isfinite(matrix)
    sparse = csr_array((matrix[pairs], np.nonzero(pairs)), shape=matrix.shape)
    for given_ in (matrix, sparse):
        found = p_median(given_, 3, time_limit=LONG)
        check(found, matrix, 3)
        assert found.cost == cheapest(matrix, 3)


def test_cut_lists_keep_the_bound_valid(monkeypatch):
    rng = np.random.default_rng(3)
    points = rng.random((40, 2)) * 10.0
    whole = p_median(points, 4, time_limit=LONG)
    assert whole.gap <= 1e-8
    for entries, shortest in ((40 * 6, 6), (40 * 12, 12), (40 * 20, 20)):
        monkeypatch.setattr(arrays, "COMPLETE", 0)
        monkeypatch.setattr(arrays, "ENTRIES", entries)
        monkeypatch.setattr(arrays, "SHORTEST", shortest)
        space = arrays.space_of(points, 4)
        assert np.isfinite(space.near.beyond).any()
        found = p_median(points, 4, time_limit=1.0)
        assert found.lower_bound <= whole.cost * (1.0 + 1e-9)
        assert found.cost >= whole.cost * (1.0 - 1e-9)


def test_a_gap_is_enough():
    points = np.random.default_rng(1).random((60, 2))
    found = p_median(points, 6, time_limit=LONG, gap=0.2)
    assert found.gap <= 0.2
    assert found.history[-1][1:] == (found.cost, found.lower_bound)


def test_all_sites_and_one_site():
    points = np.random.default_rng(2).random((8, 2))
    assert p_median(points, 8, time_limit=LONG).cost == 0.0
    gaps = points[:, None, :] - points[None, :, :]
    matrix = np.hypot(gaps[..., 0], gaps[..., 1])
    assert p_median(points, 1, time_limit=LONG).sites[0] == matrix.sum(axis=0).argmin()


@pytest.mark.parametrize(
    "distances, p, weights, words",
    [
        (np.ones((4, 3)), 4, None, ["p: between 1 and the 3 sites, not 4"]),
        (np.ones((4, 3)), 0, None, ["p: between 1 and the 3 sites, not 0"]),
        (-np.ones((4, 3)), 1, None, ["distances: not negative", "-1"]),
        (np.full((4, 3), np.nan), 1, None, ["distances: numbers, not nan (12 of them)"]),
        (np.ones((4, 3)), 1, [1, 1, 1], ["weights: one for each of 4 clients"]),
        (np.ones((4, 3)), 1, [1, -2, np.nan, 1], ["weights: finite and not negative, not -2, nan"]),
        (np.array([[0, 0], [1, 1], [0, 0.0]]), 1, None, ["2 at (0, 0)", "add up the weights"]),
        (np.array([[0, 0], [np.inf, 1]]), 1, None, ["points: finite coordinates"]),
        (np.array([[1, 2, 3], [np.inf] * 3]), 1, None, ["1 clients reach no site: 1"]),
        (np.ones(3), 1, None, ["two dimensions"]),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(distances, p, weights, words):
    with pytest.raises(UsageError) as caught:
        p_median(distances, p, weights)
    for word in words:
        assert word in str(caught.value)


def test_parts_that_do_not_reach_each_other():
    matrix = np.full((6, 6), np.inf)
    for part in range(3):
        at = slice(2 * part, 2 * part + 2)
        matrix[at, at] = 1.0
    with pytest.raises(UsageError, match=r"3 parts.*at least 3, not 2"):
        p_median(matrix, 2)
    assert p_median(matrix, 3, time_limit=LONG).cost == 6.0


def test_no_sites_that_reach_all():
    # Each site reaches one client of a path: connected, and two sites are too few.
    matrix = np.full((4, 4), np.inf)
    for i in range(4):
        matrix[i, i] = 1.0
        matrix[i, (i + 1) % 4] = 1.0
    matrix[0, 2] = np.inf
    assert p_median(matrix, 2, time_limit=LONG).cost == 4.0
    with pytest.raises(Infeasible):
        p_median(matrix, 1, time_limit=1.0)


def test_all_that_is_wrong_comes_at_once():
    with pytest.raises(UsageError) as caught:
        p_median(-np.ones((3, 3)), 9, [-1, 1, 1])
    assert str(caught.value).count(";") == 2


def test_times_and_gaps_make_sense():
    with pytest.raises(UsageError, match="time limit"):
        p_median(np.ones((3, 3)), 1, time_limit=0.0)
    with pytest.raises(UsageError, match="gap"):
        p_median(np.ones((3, 3)), 1, gap=-0.1)
