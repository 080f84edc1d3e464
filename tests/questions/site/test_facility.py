"""Facility location against brute force and published optima."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from seawall.errors import Infeasible, LimitReached
from seawall.questions.site import facility_location

ORACLES = Path(__file__).parents[2] / "oracles" / "siting"
FREE_SITE = 22
#: Capacity of every site, cost of opening one, OR-Library's `capopt`.
PUBLISHED = {
    "cap111": (5_000.0, 7_500.0, 826124.713),
    "cap114": (5_000.0, 25_000.0, 1063356.488),
    "cap122": (15_000.0, 12_500.0, 852524.625),
    "cap134": (np.inf, 25_000.0, 928941.750),
}


def transport(cost, capacity, demand, sites):
    """Cheapest way to serve clients from open sites, by a linear program."""
    n, p = cost.shape[0], len(sites)
    if not p:
        return np.inf
    prices = cost[:, sites].ravel()
    banned = np.isinf(prices)
    served = np.kron(np.eye(n), np.ones(p))
    filled = np.kron(demand, np.eye(p))
    found = linprog(
        np.where(banned, 0.0, prices),
        A_ub=filled,
        b_ub=np.minimum(capacity[list(sites)], 1e6),
        A_eq=served,
        b_eq=np.ones(n),
        bounds=[(0, 0 if no else 1) for no in banned],
    )
    return found.fun if found.status == 0 else np.inf


def one_each(cost, capacity, demand, sites):
    """The same with every client at one site, by trying all."""
    best = np.inf
    for choice in itertools.product(sites, repeat=len(demand)):
        load = np.bincount(choice, weights=demand, minlength=len(capacity))
        if (load <= capacity).all():
            best = min(best, cost[np.arange(len(demand)), choice].sum())
    return best


def brute(opening, cost, capacity, demand, serve):
    m = len(opening)
    sets = (s for k in range(1, m + 1) for s in itertools.combinations(range(m), k))
    return min(opening[list(s)].sum() + serve(cost, capacity, demand, list(s)) for s in sets)


@st.composite
def instances(draw, most_clients=6, most_sites=4):
    """Small whole figures, so that ties, zeros and exact fits are common."""
    n, m = draw(st.integers(1, most_clients)), draw(st.integers(1, most_sites))

    def figures(high, size, low=0):
        numbers = st.integers(low, high)
        return np.array(draw(st.lists(numbers, min_size=size, max_size=size)), dtype=float)

    cost = figures(20, n * m).reshape(n, m)
    for i, j in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, m - 1)), max_size=3)):
        if np.isfinite(cost[i]).sum() > 1:
            cost[i, j] = np.inf
    opening, demand = figures(30, m), figures(5, n)
    capacity = figures(12, m)
    if draw(st.booleans()):
        capacity[draw(st.integers(0, m - 1))] = np.inf
    capacity[0] += max(0.0, demand.sum() - capacity.sum())
    return opening, cost, capacity, demand


def check(found, opening, cost, capacity, demand):
    """The parts of an answer agree with each other and keep the capacities."""
    n, m = cost.shape
    shares = np.zeros((n, m))
    if found.flow is None:
        shares[np.arange(n), found.assignment] = 1.0
    else:
        shares = found.flow
        assert (shares[np.arange(n), found.assignment] == shares.max(axis=1)).all()
    assert shares.min() >= 0
    assert shares.sum(axis=1) == pytest.approx(np.ones(n))
    used = shares.any(axis=0)
    assert found.sites.tolist() == np.flatnonzero(used).tolist()
    assert (demand @ shares <= capacity * (1 + 1e-6) + 1e-9).all()
    paid = np.where(shares > 0, cost, 0.0)
    assert found.cost == pytest.approx((paid * shares).sum() + opening[used].sum())
    assert found.lower_bound <= found.cost


@settings(deadline=None, max_examples=60)
@given(instances())
def test_split_demand_costs_what_brute_force_finds(instance) -> None:
    best = brute(*instance, transport)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(*instance)
        return
    found = facility_location(*instance)
    check(found, *instance)
    assert found.cost == pytest.approx(best)
    assert found.gap == 0


@settings(deadline=None, max_examples=40)
@given(instances(most_clients=5, most_sites=3))
def test_single_sources_cost_what_brute_force_finds(instance) -> None:
    opening, cost, capacity, demand = instance
    capacity = np.maximum(capacity, demand.max())
    best = brute(opening, cost, capacity, demand, one_each)
    if np.isinf(best):
        with pytest.raises(Infeasible):
            facility_location(opening, cost, capacity, demand, single_source=True)
        return
    found = facility_location(opening, cost, capacity, demand, single_source=True)
    check(found, opening, cost, capacity, demand)
    assert found.cost == pytest.approx(best)
    assert found.gap == 0
    if np.isfinite(capacity).any():
        assert found.flow is None


@settings(deadline=None, max_examples=40)
@given(instances())
def test_without_capacities_everyone_goes_to_the_cheapest_open_site(instance) -> None:
    opening, cost, _, _ = instance
    n, m = cost.shape
    found = facility_location(opening, cost)
    check(found, opening, cost, np.full(m, np.inf), np.ones(n))
    assert found.flow is None
    sets = (list(s) for k in range(1, m + 1) for s in itertools.combinations(range(m), k))
    best = min(opening[s].sum() + cost[:, s].min(axis=1).sum() for s in sets)
    assert found.cost == pytest.approx(best)
    assert found.gap == 0


def published(name):
    limit, opening, optimum = PUBLISHED[name]
    numbers = np.array((ORACLES / "cap131.txt").read_text(encoding="ascii").split(), dtype=float)
    table = numbers[2:].reshape(50, 51)
    costs = np.where(np.arange(50) == FREE_SITE, 0.0, opening)
    return (costs, table[:, 1:], np.full(50, limit), table[:, 0]), optimum


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_optima_are_reached_and_proven(name) -> None:
    instance, optimum = published(name)
    found = facility_location(*instance)
    check(found, *instance)
    assert found.cost == pytest.approx(optimum, abs=0.001)
    assert found.gap == 0


def test_where_every_client_fits_one_site_costs_no_less_than_split_ones() -> None:
    (opening, cost, capacity, demand), _ = published("cap122")
    split = facility_location(opening, cost, capacity, demand)
    single = facility_location(opening, cost, capacity, demand, single_source=True)
    check(single, opening, cost, capacity, demand)
    assert single.gap == 0
    assert single.cost >= split.cost


def test_a_gap_that_is_good_enough_ends_the_search() -> None:
    instance, optimum = published("cap114")
    found = facility_location(*instance, gap=0.05)
    assert found.gap <= 0.05
    assert found.lower_bound <= optimum + 0.001
    assert found.cost >= optimum - 0.001


def test_each_seed_gives_the_same_answer_again() -> None:
    instance, _ = published("cap114")
    first, again = (facility_location(*instance, seed=3) for _ in range(2))
    assert first.assignment.tolist() == again.assignment.tolist()
    assert [step[1:] for step in first.history] == [step[1:] for step in again.history]


def test_progress_only_gets_better_and_ends_in_the_answer() -> None:
    instance, _ = published("cap114")
    told: list[tuple[float, float, float]] = []
    found = facility_location(*instance, progress=lambda *step: told.append(step))
    assert tuple(told) == found.history
    costs, bounds = [s[1] for s in told], [s[2] for s in told]
    assert costs == sorted(costs, reverse=True)
    assert bounds == sorted(bounds)
    assert told[-1][1:] == (found.cost, found.lower_bound)


def test_time_up_still_gives_a_solution_with_its_bound() -> None:
    instance, optimum = published("cap114")
    found = facility_location(*instance, time_limit=1e-9)
    check(found, *instance)
    assert found.lower_bound <= optimum + 0.001


def test_single_sources_without_time_or_without_room_are_told_apart() -> None:
    # Three clients of 2 fit two sites of 3 together, but not one by one.
    with pytest.raises(Infeasible):
        facility_location([1, 1], np.ones((3, 2)), [3, 3], [2, 2, 2], single_source=True)
    with pytest.raises(LimitReached):
        facility_location(
            [1, 1], np.ones((3, 2)), [3, 3], [2, 2, 2], single_source=True, time_limit=1e-9
        )


def test_pairs_that_leave_demand_without_room_are_infeasible() -> None:
    cost = np.array([[1.0, np.inf], [1.0, np.inf]])
    with pytest.raises(Infeasible, match="all sites together"):
        facility_location([1, 1], cost, [1, 9])
