"""Nothing is done, or everyone acts for himself: plans that hold, and no better than they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.questions.redirect.instances import large, middle, tiny

from seawall.questions.redirect.alone import greedy, nothing
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.instance import NOBODY, Instance
from seawall.questions.redirect.planned import planned

CASES = [
    *(tiny(seed) for seed in range(6)),
    *(middle(seed, worlds=1 + seed % 3) for seed in range(4)),
    large(0),
]


def free(instance: Instance) -> Instance:
    """The same without a pact."""
    return replace(instance, lending=replace(instance.lending, cargoes_per_week=0.0))


@pytest.mark.parametrize("instance", CASES, ids=lambda i: f"{len(i.cargoes.ids)}-{i.worlds}")
def test_both_hold_and_acting_is_no_worse(instance: Instance):
    idle, acted = nothing(instance), greedy(instance)
    for plan in (idle, acted):
        assert replay(free(instance), plan).faults == ()
        assert plan.lower_bound == -np.inf
        chosen = plan.column[plan.column != NOBODY]
        assert np.all(instance.columns.lender[chosen] == NOBODY)
    assert acted.cost <= idle.cost + 1e-9


@pytest.mark.parametrize("instance", CASES, ids=lambda i: f"{len(i.cargoes.ids)}-{i.worlds}")
def test_nothing_takes_no_offer_and_moves_no_cargo(instance: Instance):
    plan, base = nothing(instance), planned(instance)
    chosen = plan.column != NOBODY
    assert not chosen[:, instance.cargoes.owner == NOBODY].any()
    cluster, day = instance.columns.cluster, instance.columns.day
    assert np.all(cluster[plan.column[chosen]] == cluster[base[chosen]])
    far = np.where(day == NOBODY, instance.days, day)
    assert np.all(far[plan.column[chosen]] >= far[base[chosen]])


def test_buyers_who_act_save_something():
    # One offer and one region that lacks gas: whoever acts buys it.
    instances = [middle(seed) for seed in range(4)]
    saved = [nothing(i).cost - greedy(i).cost for i in instances]
    assert min(saved) >= 0
    assert sum(saved) > 100
    plan = greedy(instances[0])
    offers = instances[0].cargoes.owner == NOBODY
    assert np.any(plan.column[:, offers] != NOBODY)


def test_without_room_a_cargo_waits_and_in_the_end_is_left():
    instance = middle(1, loans=False)
    no_berth = replace(instance.terminals, berths=np.zeros_like(instance.terminals.berths))
    plan = nothing(replace(instance, terminals=no_berth))
    arrives = plan.terminal != NOBODY
    assert not arrives.any()
    usual = nothing(instance)
    assert (usual.terminal != NOBODY).sum() > 30


def test_the_same_twice():
    instance = middle(2, worlds=2)
    first, second = greedy(instance), greedy(instance)
    assert first.cost == second.cost
    np.testing.assert_array_equal(first.column, second.column)


def test_the_plan_of_a_cargo_is_its_cheapest_first_column():
    instance = middle(3, worlds=2)
    base, columns = planned(instance), instance.columns
    for w in range(2):
        for c, owner in enumerate(instance.cargoes.owner):
            own = (columns.cargo == c) & np.isin(columns.world, (NOBODY, w))
            own &= columns.lender == NOBODY
            if owner == NOBODY or not own.any():
                assert base[w, c] == NOBODY
                continue
            chosen = base[w, c]
            assert own[chosen]
            if columns.world[chosen] == NOBODY:
                cost = np.abs(columns.cost) @ instance.weights
            else:
                cost = np.abs(columns.cost[:, w])
            assert cost[chosen] <= cost[own].min() + 1e-6
