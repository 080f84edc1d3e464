"""Replaying a plan: what keeps the rules passes, and each broken rule is said with its place."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.redirect.instances import middle, tiny

from seawall.errors import Infeasible
from seawall.questions.redirect.alone import nothing
from seawall.questions.redirect.check import completed, replay
from seawall.questions.redirect.completion import emptiest
from seawall.questions.redirect.instance import NOBODY

if TYPE_CHECKING:
    from seawall.questions.redirect.instance import Instance, Plan


@pytest.fixture(scope="module")
def case() -> tuple[Instance, Plan]:
    """A middling instance with loans in two worlds, and what comes of doing nothing."""
    instance = middle(0, worlds=2, loans=True)
    lending = instance.lending
    free = replace(lending, floor=lending.floor * 0.0, serves=lending.serves * 0.0)
    instance = replace(instance, lending=free)
    return instance, nothing(instance)


def faults(instance: Instance, plan: Plan, **changes: object) -> str:
    return "\n".join(replay(instance, replace(plan, **changes)).faults)  # type: ignore[arg-type]


@given(
    start=st.floats(0, 50), floor=st.floats(0, 10), seed=st.integers(0, 10_000),
    days=st.integers(1, 30),
)  # fmt: skip
def test_the_emptiest_tank_is_what_day_by_day_leaves(
    start: float, floor: float, seed: int, days: int
):
    rng = np.random.default_rng(seed)
    floor = min(floor, start)
    lands = rng.uniform(0, 60, days) * (rng.random(days) < 0.3)
    use = rng.uniform(0, 15, days)
    held, expected = start, []
    for arrives, used in zip(lands, use, strict=True):
        held += arrives
        held -= min(used, held - floor)
        expected.append(held)
    found = emptiest(np.array(start), np.array(floor), lands, use)
    np.testing.assert_allclose(found, expected, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_completed_plan_passes(seed: int):
    instance = tiny(seed, loans=False)
    plan = nothing(instance)
    assert replay(instance, plan).faults == ()
    assert replay(instance, plan).money.cost == pytest.approx(plan.cost)


def test_no_other_send_out_of_a_completed_plan_costs_less(case: tuple[Instance, Plan]):
    # Serving a little less anywhere, or keeping what is served for nobody, is never better.
    instance, plan = case
    rng = np.random.default_rng(3)
    for _ in range(20):
        part = rng.uniform(0.5, 1.0)
        served, sent = plan.served * part, plan.sent * part
        landed = plan.stock - instance.terminals.start[None, :, None] + np.cumsum(plan.sent, 2)
        stock = instance.terminals.start[None, :, None] + landed - np.cumsum(sent, 2)
        found = replay(instance, replace(plan, served=served, sent=sent, stock=stock))
        assert found.money.cost > plan.cost


def test_what_happens_to_a_cargo_is_checked(case: tuple[Instance, Plan]):
    instance, plan = case
    now = int(np.flatnonzero(instance.cargoes.now & (plan.column[0] != NOBODY))[0])
    other = plan.column.copy()
    other[1, now] = NOBODY
    assert "not the same in all worlds" in faults(instance, plan, column=other)
    later = int(np.flatnonzero(~instance.cargoes.now & (plan.column[0] != NOBODY))[0])
    swapped = plan.column.copy()
    swapped[0, later] = plan.column[0, now]
    assert "of another cargo" in faults(instance, plan, column=swapped)
    swapped[0, later] = plan.column[1, later]
    assert "of world 1" in faults(instance, plan, column=swapped)
    nowhere = plan.terminal.copy()
    nowhere[0, later] = NOBODY
    assert "has no terminal" in faults(instance, plan, terminal=nowhere)
    cluster = instance.terminals.cluster
    away = np.flatnonzero(cluster != cluster[plan.terminal[0, later]])[0]
    nowhere[0, later] = away
    assert "outside its cluster" in faults(instance, plan, terminal=nowhere)
    small = replace(instance, fits=np.zeros_like(instance.fits))
    assert "may not call at" in faults(small, plan)


def test_berths_tanks_and_send_out_are_checked(case: tuple[Instance, Plan]):
    instance, plan = case
    terminals = instance.terminals

    def ashore(**changes: object) -> str:
        return faults(replace(instance, terminals=replace(terminals, **changes)), plan)  # type: ignore[arg-type]

    assert "ships at 0 berths" in ashore(berths=np.zeros_like(terminals.berths))
    assert "kt in a tank of" in ashore(tank=plan.stock.max(axis=(0, 2)) - 1.0)
    assert "below the floor of" in ashore(floor=terminals.start)
    assert "sends out" in ashore(send_out=plan.sent.max(axis=(0, 2)) - 0.1)
    assert "kt out of" in faults(instance, plan, sent=plan.sent * 0.9)
    assert "wanted" in faults(instance, plan, served=plan.served * 1.1)


def test_the_pact_is_checked(case: tuple[Instance, Plan]):
    instance, plan = case
    columns, lending = instance.columns, instance.lending
    lent = np.flatnonzero((columns.lender != NOBODY) & (columns.day >= 0).all(axis=1))
    column, terminal = plan.column.copy(), plan.terminal.copy()
    for o in lent:
        c, w = columns.cargo[o], columns.world[o]
        here = slice(None) if w == NOBODY else w
        at = (instance.terminals.cluster == columns.cluster[o]) & instance.fits[c]
        column[here, c], terminal[here, c] = o, np.flatnonzero(at)[0]
    many = {"column": column, "terminal": terminal}
    assert "cargoes are lent in week" in faults(instance, plan, **many)
    without = replace(instance, lending=replace(lending, cargoes_per_week=0.0))
    assert "without a pact" in faults(without, plan, **many)
    never = replace(lending, from_day=np.full_like(lending.from_day, NOBODY))
    assert "is in need" in faults(replace(instance, lending=never), plan, **many)
    mine = replace(columns, lender=np.where(columns.lender == NOBODY, NOBODY, 0))
    assert "which does not own it" in faults(replace(instance, columns=mine), plan, **many)
    unlent = replace(columns, lender=np.full_like(columns.lender, NOBODY))
    assert "without a loan" in faults(replace(instance, columns=unlent), plan, **many)
    shares = replace(lending, share=np.array([0.9, 0.1]), cargoes_per_week=99.0)
    assert "more than its part" in faults(replace(instance, lending=shares), plan, **many)
    floor = replace(lending, floor=np.full_like(lending.floor, 1e4))
    assert "that a lender keeps" in faults(replace(instance, lending=floor), plan)
    serves = replace(lending, serves=plan.served + 1.0)
    assert "serves in any case" not in faults(replace(instance, lending=lending), plan)
    short = replace(plan, served=plan.served * 0.5)
    assert "serves in any case" in faults(replace(instance, lending=serves), short)


def test_figures_of_the_plan_are_checked(case: tuple[Instance, Plan]):
    instance, plan = case
    for name in ("shortage", "freight", "fees", "purchases", "left", "order", "cost"):
        told = faults(instance, plan, **{name: getattr(plan, name) + 0.01})
        assert f"{name} of the plan is" in told
    assert "in terminal 0 on day" in faults(instance, plan, stock=plan.stock + 0.01)
    assert "lies above the cost" in faults(instance, plan, lower_bound=plan.cost + 1.0)


def test_what_cannot_be_completed_says_where():
    instance = middle(1, loans=False)
    plan = nothing(instance)
    terminals = instance.terminals
    shut = replace(instance, terminals=replace(terminals, berths=np.zeros_like(terminals.berths)))
    with pytest.raises(Infeasible, match=r"terminal-\d has 0 berths and 1 ships on day \d+"):
        completed(shut, plan.column, plan.terminal)
    stuck = replace(instance, terminals=replace(terminals, send_out=terminals.send_out * 0.0))
    with pytest.raises(Infeasible, match=r"terminal-\d overflows on day \d+ in world 0"):
        completed(stuck, plan.column, plan.terminal)
