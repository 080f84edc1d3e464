"""The search over local optima: it finds the best of small spaces, and the same each time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.site.spaces import KINDS, Floats, between, brute, cost, in_lists, space

from seawall.questions.site.relinking import ELITE, _Search, go_back, relink, search, shake
from seawall.questions.site.solution import begin, problem_of


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.sampled_from(KINDS), st.integers(0, 10_000), st.integers(2, 10), st.data())
def test_small_spaces_are_solved(kind: str, seed: int, n: int, data: st.DataObject) -> None:
    rng = np.random.default_rng(seed)
    p = data.draw(st.integers(1, min(n, 4)))
    length = data.draw(st.integers(max(1, n // 2), n))
    one, distance = space(rng, kind, n, length, rng.random(n))
    sites, found = search(one, p, seconds=60, rounds=12)
    assert found == pytest.approx(cost(distance, one.weights, sites), rel=1e-12)
    assert found == pytest.approx(brute(distance, one.weights, p), rel=1e-9)


def test_two_of_two_hundred_are_the_best_two() -> None:
    # So many sites for each open one that most are looked at only where there is hope.
    rng = np.random.default_rng(1)
    one, distance = space(rng, "points", 200, 200, rng.random(200))
    assert _Search(problem_of(one, 2), 2, 1.0, 0, -np.inf, None).mesh > 1
    pairs = np.minimum(distance[:, :, None], distance[:, None, :])
    best = np.tensordot(one.weights, pairs, axes=1).min()
    assert search(one, 2, seconds=60, rounds=3)[1] == pytest.approx(best, rel=1e-12)


def islands(rng: np.random.Generator) -> tuple[Floats, Floats, float]:
    """Twelve far clusters of weighted points, and what a median in each costs."""
    points = rng.random((12, 25, 2)) + 100.0 * np.arange(12)[:, None, None]
    weights = rng.random((12, 25))
    medians = [(w @ between(cluster)).min() for w, cluster in zip(weights, points, strict=True)]
    return points.reshape(-1, 2), weights.ravel(), float(sum(medians))


@pytest.mark.parametrize("length", [20, 300])
def test_each_cluster_gets_its_median_from_a_start_in_one_of_them(length: int) -> None:
    points, weights, best = islands(np.random.default_rng(2))
    one = in_lists(between(points), weights, length, points=points)
    sites, found = search(one, 12, starts=[np.arange(12)], seconds=60, rounds=0)
    assert found == pytest.approx(best, rel=1e-12)
    assert np.array_equal(sites // 25, np.arange(12))


def test_the_same_seed_finds_the_same_and_more_rounds_nothing_worse() -> None:
    rng = np.random.default_rng(3)
    one, _ = space(rng, "points", 150, 60)
    few, again, more = (
        search(one, 12, seconds=60, seed=5, rounds=rounds) for rounds in (2, 2, ELITE + 3)
    )
    assert np.array_equal(few[0], again[0])
    assert few[1] == again[1]
    assert more[1] <= few[1]


def test_better_solutions_are_told_as_they_come_and_enough_is_enough() -> None:
    rng = np.random.default_rng(4)
    one, distance = space(rng, "points", 200, 80)
    told: list[tuple[np.ndarray, float]] = []
    sites, best = search(
        one, 15, seconds=60, rounds=3, told=lambda sites, found: told.append((sites, found))
    )
    costs = [found for _, found in told]
    assert costs == sorted(set(costs), reverse=True)
    assert all(found == pytest.approx(cost(distance, one.weights, s)) for s, found in told)
    assert np.array_equal(told[-1][0], sites)
    assert costs[-1] == best
    # Bound to stop at the first one: nothing better comes after it.
    first: list[float] = []
    _, stopped = search(
        one, 15, seconds=60, rounds=3, enough=costs[0], told=lambda _, found: first.append(found)
    )
    assert first == [costs[0]] == [stopped]


def test_no_time_is_still_an_answer() -> None:
    one, distance = space(np.random.default_rng(5), "points", 100, 50)
    start = np.arange(7)
    sites, found = search(one, 7, starts=[start], seconds=0)
    assert len(set(sites)) == 7
    assert found == pytest.approx(cost(distance, one.weights, sites))
    assert found <= cost(distance, one.weights, start)


def test_where_nobody_can_be_reached_by_so_few_the_cost_says_so() -> None:
    one, distance = space(np.random.default_rng(6), "sparse", 20, 2)
    assert brute(distance, one.weights, 2) == np.inf
    sites, found = search(one, 2, seconds=60, rounds=2)
    assert len(sites) == 2
    assert found == np.inf


def test_a_shake_keeps_what_is_not_worse_and_undoes_the_rest() -> None:
    rng = np.random.default_rng(7)
    one, distance = space(rng, "points", 300, 120)
    problem = problem_of(one, 20)
    state = begin(problem, rng.choice(300, 20, replace=False))
    base = state.sites.copy()
    before = state.total[0]
    for _ in range(40):
        shake(problem, state, rng, base, 1, 1)
        assert set(base[:20]) == set(state.sites[:20])
        assert cost(distance, one.weights, base[:20]) == pytest.approx(state.total[0], rel=1e-12)
        assert state.total[0] <= before * (1 + 1e-9)
        before = state.total[0]
    other = begin(problem, rng.choice(300, 20, replace=False))
    go_back(problem, other, base)
    assert set(other.sites[:20]) == set(base[:20])
    assert other.total[0] == pytest.approx(before, rel=1e-12)


def test_the_way_from_one_solution_to_another_visits_only_sites_of_both() -> None:
    rng = np.random.default_rng(8)
    one, distance = space(rng, "points", 60, 60)
    problem = problem_of(one, 5)
    a, b = np.array([0, 1, 2, 3, 4]), np.array([4, 5, 6, 7, 8])
    state = begin(problem, a)
    way = relink(problem, state, np.setdiff1d(b, a), np.setdiff1d(a, b))[:5]
    assert set(state.sites[:5]) - set(b) != set()  # one step short of the end
    assert len(set(state.sites[:5]) - set(b)) == 1
    assert 4 in way
    assert set(way) <= set(a) | set(b)
    assert set(way) not in (set(a), set(b))
    # The first step is the best swap that leads there.
    swaps = {cost(distance, one.weights, np.append(a[a != r], c)) for r in a[:4] for c in b[1:]}
    assert cost(distance, one.weights, way) <= min(swaps) * (1 + 1e-12)
    assert state.may_close.all()
