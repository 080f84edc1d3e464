"""Bound and plan of small instances against every choice of plants."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from tests.questions.site.biogas.instances import around, best, run, small

from seawall.errors import UsageError
from seawall.questions.site.biogas.bound import (
    Prices,
    choose,
    unsorted,
    upper_bound,
    use_of,
    worth_at,
)
from seawall.questions.site.biogas.search import Filling, complete, construct, refill
from seawall.questions.site.biogas.solve import solve
from seawall.runs.progress import SilentProgress

SEEDS = range(12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("classes", [1, 2])
def test_no_choice_of_plants_beats_the_bound(seed: int, classes: int) -> None:
    instance = small(seed, classes=classes)
    bound = upper_bound(instance, seconds=60.0, rounds=400)
    found = best(instance)
    assert bound.value >= found - 1e-9
    # At prices of 0 it is far off: prices are what makes it one.
    first = upper_bound(instance, seconds=60.0, rounds=1)
    assert bound.value <= first.value


def test_a_bound_holds_at_any_prices() -> None:
    instance, rng = small(3), np.random.default_rng(0)
    found = best(instance)
    for _ in range(20):
        at = Prices(rng.random(len(instance.available)), 20 * rng.random(2), rng.random())
        promised = replace(instance, output=0.05)
        assert upper_bound(promised, seconds=60.0, rounds=1, start=at).value >= found - 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_plan_is_what_its_plants_can_do_and_nearly_the_best(seed: int) -> None:
    instance = small(seed)
    arranged = SimpleNamespace(instance=instance, around=around(instance))
    solved = solve(arranged, time_limit=600.0, gap=0.0, seed=1, progress=SilentProgress(), rounds=2)  # type: ignore[arg-type]
    plan, found = solved.plan, best(instance)
    assert len(plan.sites) == instance.count
    again = run(instance, tuple(plan.sites), tuple(plan.sizes))
    assert plan.value <= again.value + 1e-6
    assert plan.value <= found + 1e-6 <= solved.bound + 2e-6
    assert plan.value >= found - 0.1 * abs(found) - 1.0
    _feasible(instance, plan)


def _feasible(instance, plan) -> None:  # type: ignore[no-untyped-def]
    taken = np.bincount(instance.pool, plan.taken, minlength=len(instance.available))
    sold = np.bincount(instance.place, plan.sold, minlength=len(instance.demand))
    made = np.bincount(instance.owner, plan.taken * instance.gas, minlength=instance.sites)
    out = np.bincount(instance.seller, plan.sold, minlength=instance.sites)
    assert (taken <= instance.available + 1e-7).all()
    assert (sold <= instance.demand + 1e-7).all()
    assert made == pytest.approx(out, abs=1e-7)
    closed = np.setdiff1d(np.arange(instance.sites), plan.sites)
    assert made[closed] == pytest.approx(0.0)
    cap = instance.cap[plan.sizes]
    for c in range(instance.peak.shape[1]):
        used = np.bincount(
            instance.owner, plan.taken * instance.gas * instance.peak[instance.feed, c],
            minlength=instance.sites,
        )[plan.sites]  # fmt: skip
        assert (used <= cap + 1e-7).all()
        if c == instance.busiest:
            assert (used >= instance.least_use * cap - 1e-7).all()


def test_gas_that_nobody_can_make_is_refused() -> None:
    never = replace(small(5, sites=6, count=3), output=1e3)
    with pytest.raises(UsageError, match=r"3 plants can make at most 1 kt .* 1,000 are promised"):
        solve(
            SimpleNamespace(instance=never, around=around(never)),  # type: ignore[arg-type]
            time_limit=600.0, gap=0.0, seed=0, progress=SilentProgress(), rounds=2,
        )  # fmt: skip


def test_rounds_give_the_same_plan_whatever_the_clock_says() -> None:
    instance = small(4, sites=8, count=3)
    arranged = SimpleNamespace(instance=instance, around=around(instance))
    first, second = (
        solve(arranged, time_limit=limit, gap=0.0, seed=3, progress=SilentProgress(), rounds=2)  # type: ignore[arg-type]
        for limit in (1e-6, 600.0)
    )
    assert (first.plan.taken == second.plan.taken).all()
    assert (first.plan.value, first.bound) == (second.plan.value, second.bound)


def test_sorting_goes_on_from_the_order_that_was() -> None:
    instance, rng = small(2, sites=7), np.random.default_rng(1)
    order = unsorted(instance)
    for _ in range(5):
        at = Prices(3 * rng.random(len(instance.available)), 20 * rng.random(2), rng.random())
        kept = worth_at(instance, at, use_of(instance), order).value
        assert (kept == worth_at(instance, at, use_of(instance)).value).all()


def test_regions_have_what_they_must_and_no_more_than_they_may() -> None:
    base = small(7, sites=8, count=4)
    instance = replace(
        base, demand=base.demand + 2.0, most=np.array([1, 4]), least=np.array([1, 0])
    )
    prices = Prices.nothing(instance)
    value = np.arange(8.0)
    value[0] = -50.0
    chosen = choose(replace(instance, least=np.array([1, 3])), value)
    assert np.bincount(instance.region[chosen]).tolist() == [1, 3]
    assert chosen.tolist() == [3, 5, 6, 7]
    filled = construct(instance, prices)
    filled = refill(
        instance, prices, filled, around(instance), toll=0.0, spare=1, turns=50, heat=0.0, seed=0
    )
    done = complete(instance, prices, filled)
    assert len(done.sites) == 4
    assert np.bincount(instance.region[done.sites], minlength=2).tolist() == [1, 3]


def test_refilling_keeps_its_books_and_never_loses() -> None:
    instance = small(11, sites=9, count=4)
    prices = upper_bound(instance, seconds=60.0, rounds=100).prices
    filled = construct(instance, prices)
    better = refill(
        instance, prices, filled, around(instance), toll=0.0, spare=0, turns=300, heat=0.0, seed=2
    )
    assert better.value(instance) >= filled.value(instance) - 1e-9
    for one in (filled, better):
        used = np.bincount(instance.pool, one.taken, minlength=len(one.left))
        met = np.bincount(instance.place, one.sold, minlength=len(one.room))
        assert used + one.left == pytest.approx(instance.available)
        assert met + one.room == pytest.approx(instance.demand)
    plan = run(instance, tuple(better.sites), tuple(better.size[better.sites]))
    again = Filling.of(instance, plan)
    assert again.value(instance) == pytest.approx(plan.value)
    assert plan.value >= better.value(instance) - 1e-7
