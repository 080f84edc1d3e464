"""The search: bounds that hold, parts that fit together, plans that are kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.questions.redirect.brute import brute
from tests.questions.redirect.instances import middle, tiny

from seawall.errors import LimitReached
from seawall.questions.redirect import search
from seawall.questions.redirect.check import replay
from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.program import apart, assemble, pooled, split
from seawall.questions.redirect.search import Step, solve
from seawall.questions.redirect.solutions import by_region, settled


@pytest.mark.parametrize("seed", [2, 3, 9, 14, 52, 57])
def test_every_bound_of_several_worlds_lies_below_the_optimum(seed: int) -> None:
    instance = tiny(seed, worlds=2)
    best = brute(instance, same_terminal=True).cost
    one = search._Search(instance, 60.0, 0.0, None)
    one.relax(None)
    first = one.bound
    one.clusters()
    one.terminals()
    one.gap = -1.0  # never enough, so that the last bound is looked for too
    one.bound = -np.inf
    one.finer_bound(1.0)
    assert first <= best + 1e-6
    assert -np.inf < one.bound <= best + 1e-6


def test_what_worlds_pay_each_other_adds_up_to_nothing() -> None:
    instance = middle(1, worlds=2)
    one = search._Search(instance, 60.0, 0.0, None)
    one.relax(None)
    paid = sum(instance.weights[w] * one._prices(w) for w in range(instance.worlds))
    assert np.abs(np.asarray(paid)).max() < 1e-9
    assert np.abs(one._prices(0)).max() > 0


def test_splitting_a_pool_only_raises_the_cost() -> None:
    instance = middle(2)
    every = np.arange(len(instance.terminals.regions))
    sizes = [len(pools) for pools in (pooled(instance), apart(instance, every), split(instance))]
    assert sizes[0] < sizes[1] == sizes[2]
    loose = []
    for pools in (pooled(instance), split(instance)):
        program, _ = assemble(instance, pools)
        loose.append(search.solve_program(replace(program, integrality=None)).cost)
    assert loose[0] <= loose[1] + 1e-6


def test_terminals_of_two_clusters_share_no_pool() -> None:
    instance = middle(2)
    with pytest.raises(ValueError, match="different clusters"):
        pooled(instance, np.zeros(len(instance.terminals.ids), dtype=int))


@pytest.mark.parametrize("worlds", [1, 2])
def test_costs_of_regions_add_up_to_the_cost_of_the_plan(worlds: int) -> None:
    instance = middle(3, worlds=worlds)
    plan = solve(instance, time_limit=10.0, gap=0.05)
    own = by_region(instance, plan).sum(axis=1) - instance.cargoes.value.sum()
    assert float(instance.weights @ own) == pytest.approx(plan.cost, abs=1e-6)


def test_a_plan_to_begin_from_is_kept_where_it_is_good_enough() -> None:
    instance = middle(4)
    first = solve(instance, time_limit=30.0, gap=0.02)
    told: list[Step] = []
    again = solve(instance, time_limit=30.0, gap=0.03, start=first, progress=told.append)
    assert [step.stage for step in told] in (["start"], ["start", "clusters"])
    assert again.cost <= first.cost + 1e-6


def test_cargo_that_cannot_land_stays_where_it_is() -> None:
    instance = middle(5, worlds=1)
    plan = solve(instance, time_limit=20.0, gap=0.05)
    # All of it at the terminal that takes most: far more than berths and tanks can.
    crowd = int(np.argmax(np.bincount(plan.terminal[plan.terminal != NOBODY])))
    terminal = np.where(plan.terminal == NOBODY, NOBODY, plan.terminal)
    cluster = instance.terminals.cluster[crowd]
    here = (plan.column != NOBODY) & (
        instance.columns.cluster[np.maximum(plan.column, 0)] == cluster
    )
    fits = instance.fits[:, crowd][None, :]
    day = np.where(here, instance.columns.day[np.maximum(plan.column, 0), 0], NOBODY)
    column = plan.column.copy()
    for c in np.flatnonzero(here[0] & fits[0]):
        # The day of the first of them, where the cargo has a column for it.
        same = np.flatnonzero(
            (instance.columns.cargo == c)
            & (instance.columns.cluster == cluster)
            & (instance.columns.day[:, 0] == day[here].min() + 3)
        )
        column[0, c] = same[0] if len(same) else column[0, c]
        terminal[0, c] = crowd
    found = settled(instance, column, terminal)
    assert found is not None
    assert replay(instance, found).ok


def test_no_time_is_told() -> None:
    with pytest.raises(LimitReached):
        search._Search(middle(1), 1.0, 0.0, None).answer()
