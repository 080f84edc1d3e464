"""The bound, what it fixes, and the branch and bound on what it leaves, against all subsets."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.questions.site import arrays
from seawall.questions.site.branching import branch
from seawall.questions.site.exact import aim, prove, rest_of
from seawall.questions.site.lagrange import fixed, lower_bound


def costs(matrix, p):
    """Cost of each set of p sites."""
    return {
        sites: float(matrix[:, list(sites)].min(axis=1).sum())
        for sites in combinations(range(matrix.shape[1]), p)
    }


def instance(seed):
    rng = np.random.default_rng(seed)
    matrix = np.floor(rng.random((int(rng.integers(5, 14)), 7)) * 60.0)
    return matrix, int(rng.integers(1, 6))


@given(seed=st.integers(0, 10_000), steps=st.integers(1, 60))
@settings(max_examples=60, deadline=None)
def test_bound_is_below_the_optimum_from_whatever_prices(seed, steps):
    matrix, p = instance(seed)
    best = min(costs(matrix, p).values())
    u = np.random.default_rng(seed).random(len(matrix)) * 80.0
    space = arrays.space_of(matrix, p)
    for prices in (None, u):
        found = lower_bound(space, p, best=best, seconds=600.0, u=prices, steps=steps)
        assert found.value <= best + 1e-9
        rho = np.minimum(0.0, matrix - found.u[:, None]).sum(axis=0)
        assert found.rho == pytest.approx(rho)
        assert found.value == pytest.approx(found.u.sum() + np.sort(rho)[:p].sum(), abs=1e-6)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_what_is_fixed_holds_in_all_better_solutions(seed):
    matrix, p = instance(seed)
    known = costs(matrix, p)
    goal = sorted(known.values())[min(3, len(known) - 1)]
    space = arrays.space_of(matrix, p)
    bound = lower_bound(space, p, best=goal, seconds=600.0, steps=80)
    closed, opened = fixed(bound, p, goal)
    for sites, cost in known.items():
        if cost < goal:
            assert not closed[list(sites)].any()
            assert set(np.flatnonzero(opened)) <= set(sites)


@given(seed=st.integers(0, 10_000), whole=st.booleans(), steps=st.sampled_from([1, 5, 60]))
@settings(max_examples=80, deadline=None)
def test_what_is_left_is_settled(seed, whole, steps):
    matrix, p = instance(seed)
    if not whole:
        matrix = matrix + np.random.default_rng(seed).random(matrix.shape)
    known = costs(matrix, p)
    ranked = sorted(known.values())
    best, start = ranked[0], ranked[min(4, len(ranked) - 1)]
    space = arrays.space_of(matrix, p)
    goal = aim(start, whole=whole, gap=0.0)
    bound = lower_bound(space, p, best=goal, seconds=600.0, steps=steps)
    rest = rest_of(space, p, bound, goal)
    assert rest is not None
    tried = [branch(rest, bound.u, p, start, whole=whole, seconds=600.0, gap=0.0)]
    if len(rest.client):
        n = len(matrix)
        tried.append(prove(rest, n, p, start, whole=whole, seconds=600.0, gap=0.0))
    for sites, low in tried:
        if best < goal:
            assert sites is not None
            assert len(set(sites.tolist())) == p
            assert known[tuple(sorted(sites.tolist()))] == pytest.approx(best)
        else:
            assert sites is None
        # Of whole numbers a bound holds when it is rounded up.
        assert (np.ceil(low - 1e-6) if whole else low) <= best + 1e-6
        if best < goal or not whole:
            assert low >= best - 1e-6 * best - 1.0 * whole
        else:
            assert np.ceil(low - 1e-6) >= best


@given(seed=st.integers(0, 10_000), length=st.integers(2, 12))
@settings(max_examples=60, deadline=None)
def test_cut_lists_bound_what_complete_ones_do(seed, length):
    rng = np.random.default_rng(seed)
    points = rng.random((14, 2))
    gaps = points[:, None, :] - points[None, :, :]
    matrix = np.hypot(gaps[..., 0], gaps[..., 1])
    best = min(costs(matrix, 3).values())
    order = np.argsort(matrix, axis=1, kind="stable")[:, :length]
    distance = np.take_along_axis(matrix, order, axis=1)
    near = arrays.Neighbours(
        np.arange(0, 14 * length + 1, length), order.ravel().astype(np.int32), distance.ravel(),
        distance[:, -1].copy(),
    )  # fmt: skip
    none = np.empty((0, 0))
    space = arrays.Space(none, points, points, np.ones(14), near)
    found = lower_bound(space, 3, best=best, seconds=600.0, steps=200)
    assert found.value <= best + 1e-9
    # No price goes where pairs that are not listed would count.
    assert (found.u <= near.beyond + 1e-12).all()
