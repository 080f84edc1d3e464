"""Parts of facility location on their own: transport, bound, fixing."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from seawall.questions.site.facility_bound import (
    CLOSED,
    FREE,
    OPEN,
    climb,
    first_multipliers,
    worth_of_sites,
)
from seawall.questions.site.facility_exact import fixed
from seawall.questions.site.facility_input import Instance
from seawall.questions.site.facility_transport import served
from seawall.questions.site.facility_whole import assignable, gathered, price

SEEDS = st.integers(0, 10**6)


def drawn(seed: int, n: int = 12, m: int = 6, *, whole: bool = False) -> Instance:
    """Points in the plane with capacities that bind."""
    random = np.random.default_rng(seed)
    at, of = random.random((m, 2)), random.random((n, 2))
    away = np.hypot(*(at[:, None] - of[None, :]).transpose(2, 0, 1))
    demand = random.integers(1, 10, n).astype(float)
    capacity = random.uniform(0.3, 0.6, m) * demand.sum() * random.uniform(0.9, 1.5)
    opening = random.uniform(1.0, 5.0, m)
    return Instance(opening, away * demand, capacity, demand, whole)


def sets(instance: Instance):
    m = len(instance.open_cost)
    return [np.array(s) for k in range(1, m + 1) for s in itertools.combinations(range(m), k)]


@settings(deadline=None, max_examples=40)
@given(SEEDS)
def test_transport_is_as_cheap_as_the_linear_program(seed) -> None:
    instance = drawn(seed)
    n = len(instance.demand)
    for sites in sets(instance)[::7]:
        p = len(sites)
        oracle = linprog(
            instance.cost[sites].ravel(),
            A_ub=np.kron(np.eye(p), instance.demand),
            b_ub=instance.capacity[sites],
            A_eq=np.tile(np.eye(n), p),
            b_eq=np.ones(n),
        )
        cost, flow, u = served(instance, sites)
        if oracle.status == 2:
            assert cost == np.inf
            continue
        assert cost - instance.open_cost[sites].sum() == pytest.approx(oracle.fun)
        assert (flow @ instance.demand <= instance.capacity[sites] * (1 + 1e-9)).all()
        # The duals value the set exactly, and no other set costs less than they say.
        rho = worth_of_sites(instance, u)
        assert u.sum() + rho[sites].sum() == pytest.approx(cost)
        for other in sets(instance)[::5]:
            there = served(instance, other)[0]
            assert u.sum() + rho[other].sum() <= there * (1 + 1e-9)


@settings(deadline=None, max_examples=30)
@given(SEEDS, st.lists(st.sampled_from([FREE, FREE, OPEN, CLOSED]), min_size=6, max_size=6))
def test_a_bound_and_its_margins_hold_for_every_set(seed, states) -> None:
    instance, status = drawn(seed), np.array(states, dtype=np.int8)
    for rounds in (0, 5, 80):
        bound = climb(instance, status, first_multipliers(instance), np.inf, rounds=rounds)
        for sites in sets(instance):
            inside = np.isin(np.arange(6), sites)
            if (inside & (status == CLOSED)).any() or (~inside & (status == OPEN)).any():
                continue
            cost = served(instance, sites)[0]
            wrong = (status == FREE) & (inside == (bound.margin > 0)) & (bound.margin != 0)
            lifted = bound.value + np.abs(bound.margin[wrong]).max(initial=0.0)
            assert lifted <= cost * (1 + 1e-9)


@settings(deadline=None, max_examples=20)
@given(SEEDS)
def test_fixing_keeps_a_best_set(seed) -> None:
    instance = drawn(seed)
    costs = {tuple(s): served(instance, s)[0] for s in sets(instance)}
    best = min(costs, key=lambda sites: costs[sites])
    if np.isinf(costs[best]):
        return
    free = np.full(6, FREE)
    bound = climb(instance, free, first_multipliers(instance), costs[best], rounds=100)
    # Something worse is known: the best must stay within reach.
    status = fixed(instance, free, bound, costs[best] * 1.01)
    assert status is not None
    inside = np.isin(np.arange(6), best)
    assert not (inside & (status == CLOSED)).any()
    assert not (~inside & (status == OPEN)).any()


def test_steps_raise_the_bound_to_within_a_part_of_the_optimum() -> None:
    instance = drawn(4, n=60, m=6)
    best = min(served(instance, s)[0] for s in sets(instance))
    free = np.full(6, FREE)
    start = climb(instance, free, first_multipliers(instance), best, rounds=0)
    end = climb(instance, free, start.u, best, rounds=400)
    assert start.value < end.value <= best * (1 + 1e-9)
    assert end.value >= 0.97 * best


def test_as_many_sites_as_the_largest_need_are_counted() -> None:
    """Three of four equal sites are needed: by demand alone 2.1 would do."""
    instance = Instance(np.full(4, 10.0), np.zeros((4, 21)), np.full(4, 10.0), np.ones(21), False)
    bound = climb(instance, np.full(4, FREE), np.zeros(21), np.inf, rounds=0)
    assert bound.value == pytest.approx(30.0)


@settings(deadline=None, max_examples=25)
@given(SEEDS)
def test_no_pair_of_a_best_single_assignment_is_dropped(seed) -> None:
    instance = drawn(seed, n=6, m=3, whole=True)
    n = 6
    best, cheapest = None, np.inf
    for choice in itertools.product(range(3), repeat=n):
        chosen = np.array(choice)
        load = np.bincount(chosen, weights=instance.demand, minlength=3)
        if (load <= instance.capacity).all() and price(instance, chosen) < cheapest:
            best, cheapest = chosen, price(instance, chosen)
    if best is None:
        return
    free = np.full(3, FREE)
    bound = climb(instance, free, first_multipliers(instance), cheapest, rounds=100)
    kept = assignable(instance, free, bound, cheapest * 1.01)
    assert kept[best, np.arange(n)].all()
    # A gathered assignment keeps the capacities and is no better than the best.
    found = gathered(instance, np.arange(3), np.zeros((3, n)))
    if found is not None:
        load = np.bincount(found, weights=instance.demand, minlength=3)
        assert (load <= instance.capacity * (1 + 1e-9)).all()
        assert price(instance, found) >= cheapest * (1 - 1e-9)
