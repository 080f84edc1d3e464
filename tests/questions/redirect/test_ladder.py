"""A plan in the terms of another instance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.questions.redirect.instances import middle, tiny

from seawall.questions.redirect.instance import NOBODY
from seawall.questions.redirect.ladder import Planned, translated
from seawall.questions.redirect.search import solve


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_plan_is_itself_in_its_own_instance(seed: int):
    instance = tiny(seed, judge="average")
    plan = solve(instance, time_limit=20.0, gap=0.0)
    same = translated(plan, instance, instance)
    assert (same.terminal == plan.terminal).all()
    cost = instance.columns.cost
    for w in range(instance.worlds):
        for one, two in zip(plan.column[w], same.column[w], strict=True):
            assert (one == NOBODY) == (two == NOBODY)
            if one != NOBODY:  # the same day, by a way that is no dearer
                assert instance.columns.day[one, w] == instance.columns.day[two, w]
                assert cost[two, w] <= cost[one, w] + 1e-9
    assert same.lower_bound == -np.inf


def test_a_day_later_cargoes_keep_their_date():
    instance = middle(3, worlds=1)
    plan = solve(instance, time_limit=20.0, gap=0.05)
    columns = instance.columns
    day = np.where(columns.day == NOBODY, NOBODY, columns.day - 1)
    later = replace(instance, columns=replace(columns, day=day))
    moved = translated(plan, instance, later, later=1)
    for c, o in enumerate(plan.column[0]):
        if o != NOBODY and columns.day[o, 0] > 0:
            assert later.columns.day[moved.column[0, c], 0] == columns.day[o, 0] - 1
    assert moved.stock[0, :, 0] == pytest.approx(plan.stock[0, :, 1])
    assert moved.stock.shape == plan.stock.shape


def test_what_the_other_does_not_know_is_left():
    instance = tiny(1, worlds=1)
    plan = solve(instance, time_limit=20.0, gap=0.0)
    cargoes = instance.cargoes
    other = replace(instance, cargoes=replace(cargoes, ids=("new", *cargoes.ids[1:])))
    assert (translated(plan, instance, other).column[:, 0] == NOBODY).all()


def test_what_must_be_told_today_is_the_same_in_all_worlds():
    instance = tiny(5, worlds=2, judge="average")
    plan = solve(instance, time_limit=20.0, gap=0.0)
    every = np.ones(len(instance.cargoes.ids), dtype=bool)
    nowhere = np.full(len(instance.columns.cargo), NOBODY)
    shared = replace(
        instance,
        cargoes=replace(instance.cargoes, now=every),
        # In the target only columns of all worlds are left.
        columns=replace(instance.columns, world=nowhere),
    )
    moved = translated(plan, instance, shared)
    assert (moved.column[0] == moved.column[1]).all()


def test_landings_are_what_the_stock_rests_on():
    instance = tiny(1, worlds=1)
    planned = Planned("alone", instance, solve(instance, time_limit=20.0, gap=0.0))
    terminal, day, lands = planned.landings(0)
    arrives = np.zeros((len(instance.terminals.ids), instance.days))
    np.add.at(arrives, (terminal, day), lands)
    plan = planned.plan
    before = np.concatenate([instance.terminals.start[:, None], plan.stock[0, :, :-1]], axis=1)
    assert plan.stock[0] == pytest.approx(before + arrives - plan.sent[0], abs=1e-6)
