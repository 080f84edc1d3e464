"""Hubs against all choices of sites and circuits, the flows of each by another solver."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from seawall.errors import Infeasible, UsageError
from seawall.questions.site.refining.instance import Circuits, Hubs
from seawall.questions.site.refining.solve import most_of, place

LONG = 600.0


def made_up(seed: int, sites: int = 3, feeds: int = 3, users: int = 2) -> Hubs:
    """A small instance: two sizes of the first oxide, one of the second."""
    rng = np.random.default_rng(seed)
    circuits = Circuits(
        oxide=np.array([0, 0, 1]), size=np.array([200.0, 900.0, 40.0]),
        most=np.array([180.0, 800.0, 36.0]), capital=np.array([20.0, 55.0, 15.0]),
        fixed=np.array([2.0, 5.0, 1.5]), unit=np.array([8_000.0, 7_000.0, 25_000.0]),
    )  # fmt: skip
    yields = np.column_stack([rng.uniform(0, 500, feeds), rng.uniform(0, 30, feeds)])
    worth = yields @ [69_000.0, 342_500.0] / 1e6
    return Hubs(
        yields=yields,
        ore=worth[:, None] * rng.uniform(0.3, 1.1, (feeds, 1)) + rng.uniform(0, 2, (feeds, sites)),
        worth=np.array([69_000.0, 342_500.0]) - rng.uniform(0, 8_000, (sites, users, 2)),
        wanted=np.column_stack([rng.uniform(50, 600, users), rng.uniform(2, 30, users)]),
        home=np.arange(users) % 2 == 0, base=rng.uniform(0.5, 4.0, sites), least=0.5,
        circuits=circuits,
    )  # fmt: skip


def flows(hubs: Hubs, sites: tuple[int, ...], chosen: tuple[tuple[int, int], ...],
          promise: tuple[float, float]) -> float:  # fmt: skip
    """Best value of a year with these circuits; -inf where they allow nothing."""
    f, k, n = len(hubs.yields), len(hubs.wanted), len(sites)
    x, y = np.arange(f * n).reshape(f, n), f * n + np.arange(n * k * 2).reshape(n, k, 2)
    size = f * n + n * k * 2
    cost, upper, above = np.zeros(size), [], []
    bounds = [(0.0, 1.0)] * (f * n) + [(0.0, None)] * (n * k * 2)
    fixed = hubs.base[list(sites)].sum()

    def row(parts: list[tuple[np.ndarray, float]], most: float) -> None:
        line = np.zeros(size)
        for at, entry in parts:
            line[at] += entry
        upper.append(line)
        above.append(most)

    for i, site in enumerate(sites):
        cost[x[:, i]] = hubs.ore[:, site]
        for o in range(2):
            c = chosen[i][o]
            unit = hubs.circuits.unit[c] if c >= 0 else 0.0
            cost[y[i, :, o]] = (unit - hubs.worth[site, :, o]) / 1e6
            most = hubs.circuits.most[c] if c >= 0 else 0.0
            fixed += hubs.circuits.fixed[c] if c >= 0 else 0.0
            row([(y[i, :, o], 1.0)], most)
            row([(y[i, :, o], -1.0)], -hubs.least * most)
            line = np.zeros(size)
            line[y[i, :, o]] = 1.0
            line[x[:, i]] = -hubs.yields[:, o]
            upper.append(line)
            above.append(0.0)
    for feed in range(f):
        row([(x[feed], 1.0)], 1.0)
    for o in range(2):
        for user in range(k):
            row([(y[:, user, o], 1.0)], hubs.wanted[user, o])
        row([(y[:, hubs.home, o].ravel(), -1.0)], -promise[o])
    found = linprog(cost, np.array(upper), np.array(above), bounds=bounds, method="highs-ds")
    return -found.fun - fixed if found.status == 0 else -np.inf


def best_of_all(hubs: Hubs, count: int, promise: tuple[float, float]) -> float:
    """The best value over all sites and circuits."""
    kinds = [k for k in product((-1, 0, 1), (-1, 2)) if k != (-1, -1)]
    return max(
        flows(hubs, sites, chosen, promise)
        for sites in combinations(range(hubs.sites), count)
        for chosen in product(kinds, repeat=count)
    )


@given(seed=st.integers(0, 10_000), count=st.integers(1, 2), part=st.sampled_from([0.0, 0.4]))
@settings(max_examples=25, deadline=None)
def test_is_the_best_of_all_choices(seed: int, count: int, part: float) -> None:
    hubs = made_up(seed)
    promise = (part * most_of(hubs, count, 0), 0.0)
    best = best_of_all(hubs, count, promise)
    if not np.isfinite(best):
        with pytest.raises(Infeasible):
            place(hubs, count, promise, time_limit=LONG)
        return
    found = place(hubs, count, promise, time_limit=LONG)
    assert found.value == pytest.approx(best, rel=1e-5, abs=1e-4)
    assert found.bound >= best - 1e-4
    assert found.gap <= 1e-4
    assert found.sold[:, hubs.home, 0].sum() >= promise[0] - 0.01


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_plan_keeps_what_it_must(seed: int) -> None:
    hubs = made_up(seed, sites=4, feeds=5, users=3)
    found = place(replace(hubs, least=0.0), 2, time_limit=LONG)
    assert len(found.sites) == 2
    assert (found.circuit >= 0).any(axis=1).all()
    assert (found.ore.sum(axis=1) <= 1.0 + 1e-6).all()
    for o in range(2):
        got = (hubs.yields[:, o][:, None] * found.ore).sum(axis=0)
        assert (found.made[:, o] <= got + 0.01).all()
        limit = np.where(found.circuit[:, o] >= 0, hubs.circuits.most[found.circuit[:, o]], 0.0)
        assert (found.made[:, o] <= limit + 0.01).all()
        assert found.sold[:, :, o].sum(axis=1) == pytest.approx(found.made[:, o], abs=0.01)
        assert (found.sold[:, :, o].sum(axis=0) <= hubs.wanted[:, o] + 0.01).all()


def test_a_feed_is_paid_whole_and_goes_with_both_oxides() -> None:
    hubs = made_up(1, sites=1, feeds=1, users=1)
    hubs = replace(
        hubs, yields=np.array([[100.0, 20.0]]), ore=np.array([[1.0]]),
        wanted=np.array([[1_000.0, 100.0]]), worth=np.full((1, 1, 2), 100_000.0),
        base=np.array([0.5]),
    )  # fmt: skip
    both = place(hubs, 1, (100.0, 20.0), time_limit=LONG)
    # 120 t at 100,000 USD less ore, hub, two circuits and reagents.
    assert both.value == pytest.approx(12.0 - 1.0 - 0.5 - 3.5 - 0.8 - 0.5, abs=1e-4)
    assert both.ore[0, 0] == pytest.approx(1.0)


def test_a_hub_more_cannot_help_where_hubs_cost_and_one_can_do_all() -> None:
    """Sites that differ in nothing: what several hubs do, one could do for less."""
    hubs = made_up(4, sites=4)
    alike = replace(
        hubs, least=0.0, ore=np.repeat(hubs.ore[:, :1], 4, axis=1),
        worth=np.repeat(hubs.worth[:1], 4, axis=0), base=np.full(4, 1.5),
    )  # fmt: skip
    # One circuit of each oxide is large enough for all ore.
    assert alike.yields.sum(axis=0) @ [1, 0] <= 800 * 2
    whole = replace(alike, yields=alike.yields * [0.5, 0.5])
    values = [place(whole, n, time_limit=LONG).value for n in (1, 2, 3, 4)]
    cheapest = min(1.5 + fixed for fixed in (2.0, 1.5))
    for fewer, more in pairwise(values):
        assert more <= fewer - cheapest + 1e-4


def test_what_is_promised_arrives_at_home_though_abroad_pays_more() -> None:
    hubs = made_up(5, sites=2, feeds=1, users=2)
    worth = np.full((2, 2, 2), 69_000.0)
    worth[:, 1] += 5_000.0  # the second user is abroad
    hubs = replace(
        hubs, yields=np.array([[300.0, 5.0]]), ore=np.full((1, 2), 5.0), worth=worth,
        wanted=np.full((2, 2), 300.0), least=0.0,
    )  # fmt: skip
    free = place(hubs, 1, time_limit=LONG)
    most = most_of(hubs, 1, 0)
    assert free.sold[:, 0, 0].sum() < most - 1.0
    kept = place(hubs, 1, (most, 0.0), time_limit=LONG)
    assert kept.sold[:, 0, 0].sum() == pytest.approx(most, abs=0.01)
    assert kept.value < free.value


@pytest.mark.parametrize(
    "count, promise, words",
    [
        (0, (0.0, 0.0), "between 1 and the 3 candidate sites, not 0"),
        (4, (0.0, 0.0), "between 1 and the 3 candidate sites, not 4"),
        (1, (-5.0, 0.0), "not negative"),
    ],
)
def test_what_is_wrong_is_told(count: int, promise: tuple[float, float], words: str) -> None:
    with pytest.raises(UsageError, match=words):
        place(made_up(0), count, promise)


def test_a_promise_that_nothing_can_keep_says_what_can_be_made() -> None:
    hubs = made_up(2)
    most = most_of(hubs, 1, 1)
    with pytest.raises(Infeasible, match=f"{most:,.1f} at most"):
        place(hubs, 1, (0.0, 1_000.0))


def test_hubs_that_cannot_be_fed_are_told() -> None:
    hubs = made_up(3)
    starved = replace(hubs, yields=hubs.yields * 0.01)
    with pytest.raises(Infeasible, match="2 hubs cannot each be fed"):
        place(starved, 2, time_limit=LONG)
