"""Local search by swaps: what is known of each client is exact, and no swap is left that pays."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.site.spaces import KINDS, Floats, cost, in_lists, space

from seawall.questions.site import solution
from seawall.questions.site.interchange import local, swap, value
from seawall.questions.site.solution import OPEN, begin, problem_of

kinds = st.sampled_from(KINDS)
seeds = st.integers(0, 10_000)


def two_nearest(distance: Floats, sites: np.ndarray) -> Floats:
    """Distances to the nearest and second nearest of some sites (inf: there is none)."""
    padded = np.column_stack([distance[:, sites], np.full(len(distance), np.inf)])
    return np.sort(padded, axis=1)[:, :2]


def weighted(rng: np.random.Generator, n: int) -> Floats:
    """Weights, some of them zero."""
    return rng.integers(0, 4, size=n) * rng.random(n)


@pytest.fixture(autouse=True)
def _short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let small spaces have cut lists too."""
    monkeypatch.setattr(solution, "SHORTEST", 3)
    monkeypatch.setattr(solution, "BREADTH", 2)


@settings(max_examples=150, deadline=None)
@given(kinds, seeds, st.integers(4, 30), st.data())
def test_what_is_told_of_a_solution_is_what_numpy_computes(
    kind: str, seed: int, n: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    length, p = data.draw(st.integers(1, n)), data.draw(st.integers(1, n))
    one, distance = space(rng, kind, n, length, weighted(rng, n))
    start = rng.choice(n, p, replace=False)
    sites, first, second, total = local(one, start)
    assert len(set(sites)) == p
    assert np.all(np.diff(sites) > 0)
    assert total == pytest.approx(cost(distance, one.weights, sites), rel=1e-12)
    if np.isfinite(cost(distance, one.weights, start)):
        assert total <= cost(distance, one.weights, start) * (1 + 1e-12)
    two = two_nearest(distance, sites)
    for found, column in ((first, 0), (second, 1)):
        there = found >= 0
        assert np.array_equal(there, np.isfinite(two[:, column]))
        assert np.isin(found[there], sites).all()
        assert np.array_equal(distance[there, found[there]], two[there, column])


@settings(max_examples=60, deadline=None)
@given(kinds, seeds, st.integers(3, 16), st.data())
def test_no_swap_pays_where_lists_are_whole(
    kind: str, seed: int, n: int, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    p = data.draw(st.integers(1, n - 1))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solution, "SHORTEST", n)
        one, distance = space(rng, kind, n, n, weighted(rng, n))
        sites, _, _, total = local(one, rng.choice(n, p, replace=False))
    for r in range(p):
        for c in np.setdiff1d(np.arange(n), sites):
            other = sites.copy()
            other[r] = c
            assert cost(distance, one.weights, other) >= total * (1 - 1e-9)


@settings(max_examples=80, deadline=None)
@given(kinds, seeds, st.integers(5, 30), st.booleans(), st.data())
def test_after_many_swaps_all_is_as_if_computed_afresh(
    kind: str, seed: int, n: int, whole: bool, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    p = data.draw(st.integers(1, n - 1))
    one, _ = space(rng, kind, n, n if whole else data.draw(st.integers(1, n)), weighted(rng, n))
    problem = problem_of(one, p)
    state = begin(problem, rng.choice(n, p, replace=False))
    for _ in range(30):
        closed = np.flatnonzero(state.slot < 0)
        for c in closed[:3]:
            value(problem, state, c)  # it tightens the reach
        swap(problem, state, rng.choice(closed), rng.choice(state.sites[:p]))
    fresh = begin(problem, state.sites[:p].copy())
    assert state.number[OPEN] == p
    assert np.array_equal(np.sort(state.sites[:p]), np.flatnonzero(state.slot >= 0))
    assert np.array_equal(state.d1, fresh.d1)
    assert np.array_equal(state.d2, fresh.d2)
    assert state.total[0] == pytest.approx(fresh.total[0], rel=1e-12)
    np.testing.assert_allclose(
        state.loss[state.sites[:p]], fresh.loss[state.sites[:p]], atol=1e-9 * problem.penalty
    )
    assert np.all(state.reach >= fresh.reach)


@settings(max_examples=80, deadline=None)
@given(kinds, seeds, st.integers(4, 20), st.booleans(), st.data())
def test_the_profit_of_a_swap_is_what_it_saves_and_never_more(
    kind: str, seed: int, n: int, whole: bool, data: st.DataObject
) -> None:
    rng = np.random.default_rng(seed)
    p = data.draw(st.integers(1, n - 1))
    with pytest.MonkeyPatch.context() as patch:
        if whole:
            patch.setattr(solution, "SHORTEST", n)
        one, _ = space(rng, kind, n, n, weighted(rng, n))
        problem = problem_of(one, p)
    sites = rng.choice(n, p, replace=False)
    state = begin(problem, sites)
    rounding = 1e-12 * n * problem.penalty
    for c in np.setdiff1d(np.arange(n), sites):
        profit, r = value(problem, state, c)
        saved = {
            s: state.total[0] - begin(problem, np.append(sites[sites != s], c)).total[0]
            for s in sites
        }
        assert profit <= saved[r] + rounding
        if whole:
            assert profit == pytest.approx(max(saved.values()), abs=rounding)


def test_sites_that_reach_everybody_are_found_and_kept() -> None:
    # Two islands; at first both sites are on one of them, where they would be cheapest.
    distance = np.array([[0, 1, np.inf], [1, 0, np.inf], [np.inf, np.inf, 0]])
    one = in_lists(distance, np.array([1.0, 1.0, 0.0]), 3)
    sites, first, _, total = local(one, np.array([0, 1]))
    assert 2 in sites
    assert total == 1.0
    assert first[2] == 2
    assert local(one, np.array([0]))[3] == np.inf
