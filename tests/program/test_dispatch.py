"""Dispatch of power grids: merit order by hand, invariants, and what each limit does."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.grid_cases import make_grids, quiet

from seawall.network.grids import BLOCKS, Grids, block_loads
from seawall.program.dispatch import Dispatched, Stretches, dispatch

GAS = {"fuel": "gas", "cost": 20.0, "heat_rate": 0.1, "lng_share": 1.0}


def island(**plants: dict[str, Any]) -> Grids:
    """One grid with a load of 50 to 150 MW, 100 in the mean."""
    return make_grids(plants, loads={"a": (50, 100, 150)})


def by_merit_order(grids: Grids, days: float) -> tuple[np.ndarray, float]:
    """GWh of each plant of one island without limits on energy, and unserved, block by block."""
    made, dark = np.zeros(len(grids.generator)), 0.0
    for load, share in zip(block_loads(grids)[0, 0], BLOCKS, strict=True):
        left, hours = load, days * 24 * share
        for g in np.argsort(grids.cost, kind="stable"):
            runs = min(left, grids.capacity[g] * grids.available[g])
            made[g] += runs * hours / 1000
            left -= runs
        dark += left * hours / 1000
    return made, dark


@given(
    st.lists(st.tuples(st.floats(0, 120), st.floats(0, 1)), min_size=1, max_size=5),
    st.floats(0.5, 10),
)
@hypothesis_settings(max_examples=40)
def test_an_island_runs_in_merit_order(sizes: list[tuple[float, float]], days: float):
    plants = {
        f"p{i}": {"capacity": size, "available": part, "cost": 10.0 + 7 * i}
        for i, (size, part) in enumerate(sizes)
    }
    grids = island(**plants)
    found = dispatch(grids, quiet(grids, days))
    made, dark = by_merit_order(grids, days)
    assert found.generation[:, 0] == pytest.approx(made, abs=1e-5)
    assert found.unserved[0, 0] == pytest.approx(dark, abs=1e-5)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Grids, Stretches, np.ndarray]:
    """Two joined grids with gas, limited coal and storage, two periods, and gas for them."""
    size = st.floats(0, 150)
    plants = {
        "coal": {"capacity": draw(size), "energy": draw(st.floats(0, 4))},
        "gas": {**GAS, "capacity": draw(size)},
        "store": {"fuel": "pumped storage", "capacity": draw(size), "cost": 1.0,
                  "fill": draw(st.floats(0.01, 1)), "efficiency": 0.7},
        "saving": {"fuel": "saving", "capacity": draw(st.floats(0, 30)), "cost": 90.0},
        "far gas": {**GAS, "grid": "b", "capacity": draw(size)},
    }  # fmt: skip
    lines = {
        "in": {"limit": draw(st.floats(0, 60)), "base": draw(st.floats(0, 30))},
        "out": {"origin": "a", "destination": "b", "limit": draw(st.floats(0, 60))},
    }
    grids = make_grids(plants, loads={"a": (50, 90, 150), "b": (40, 60, 80)}, lines=lines)
    when = quiet(grids, 7, 7)
    when.plant[1, 0] = draw(st.floats(0, 1))
    when.load[1, 0] = draw(st.floats(0.5, 1.5))
    gas = np.array([[draw(st.floats(0, 2)) for _ in range(2)] for _ in range(2)])
    return grids, when, gas


def check(grids: Grids, when: Stretches, found: Dispatched, gas: np.ndarray | None) -> None:
    """Every equation and limit of the module's head, from the totals of the periods."""
    hours = np.bincount(when.period, weights=when.days) * 24
    served = np.zeros_like(found.load)
    np.add.at(served, grids.grid, found.generation - found.pumping)
    np.add.at(served, grids.destination, found.flow)
    np.subtract.at(served, grids.origin, found.flow)
    assert served + found.unserved == pytest.approx(found.load, abs=1e-4)
    can = (grids.capacity * grids.available)[:, None] * hours / 1000
    assert np.all(found.generation <= can + 1e-6)
    assert np.all(found.flow <= grids.limit[:, None] * hours / 1000 + 1e-6)
    assert np.all(found.generation <= grids.energy[:, None] * hours / 24 + 1e-6)
    assert np.all(found.unserved <= found.load * (1 + 1e-9) + 1e-6)
    assert np.all(found.hours_short <= hours + 1e-6)
    if gas is not None:
        assert np.all(found.gas <= gas + 1e-6)
    store = grids.fill > 0
    given_back = grids.efficiency[store][:, None] * found.pumping[store]
    assert np.all(found.generation[store] <= given_back + 1e-6)
    assert np.all(found.generation[store] <= grids.fill[store][:, None] * hours / 24 + 1e-6)
    assert found.residuals.ok()


@given(cases())
@hypothesis_settings(max_examples=40)
def test_served_and_unserved_make_the_load_and_no_limit_is_passed(
    case: tuple[Grids, Stretches, np.ndarray],
):
    grids, when, gas = case
    check(grids, when, dispatch(grids, when, gas), gas)
    check(grids, when, dispatch(grids, when), None)


@given(cases(), st.floats(1, 3))
@hypothesis_settings(max_examples=40)
def test_more_gas_is_never_worse(case: tuple[Grids, Stretches, np.ndarray], more: float):
    grids, when, gas = case
    little = dispatch(grids, when, gas).unserved.sum()
    much = dispatch(grids, when, gas * more).unserved.sum()
    all_of_it = dispatch(grids, when).unserved.sum()
    # Blocks differ in what a cut costs by 4 % at most, so energy may shift by as much.
    assert much <= little * 1.05 + 1e-5
    assert all_of_it <= much * 1.05 + 1e-5


def test_gas_that_is_short_is_replaced_before_anybody_is_cut():
    """100 MW in the mean need 1.68 kt a week at 0.1 t/MWh; half of it leaves 8.4 GWh to others."""
    grids = island(gas={**GAS, "capacity": 200.0}, oil={"fuel": "oil", "cost": 50.0,
                                                        "capacity": 30.0})  # fmt: skip
    when = quiet(grids, 7)
    full = dispatch(grids, when)
    assert full.gas[0, 0] == pytest.approx(1.68)
    assert full.generation[1, 0] == pytest.approx(0, abs=1e-6)
    half = dispatch(grids, when, np.array([[0.84]]))
    assert half.generation[:, 0] == pytest.approx([8.4, 30 * 168 / 1000])
    assert half.unserved[0, 0] == pytest.approx(16.8 - 8.4 - 5.04)
    # The highest loads are cut first, so the fewest hours are short.
    assert 0 < half.hours_short[0, 0] <= 0.3 * 168 + 1e-6


def test_storage_gives_one_fill_a_day_and_loses_some():
    """Coal of 110 MW cannot meet the highest loads; storage fills the gap from the low ones."""
    store = {"fuel": "pumped storage", "capacity": 50.0, "cost": 1.0, "efficiency": 0.7}
    grids = island(coal={"capacity": 110.0}, store={**store, "fill": 10.0})
    found = dispatch(grids, quiet(grids, 7))
    assert found.unserved[0, 0] == 0
    assert found.generation[1, 0] > 0.1
    assert found.pumping[1, 0] == pytest.approx(found.generation[1, 0] / 0.7, rel=1e-5)
    small = dispatch(replace(grids, fill=np.array([0.0, 0.01])), quiet(grids, 7))
    assert small.generation[1, 0] == pytest.approx(0.07, abs=1e-6)
    assert small.unserved[0, 0] > 0.1


def test_a_line_carries_its_base_where_costs_are_equal_and_more_where_it_helps():
    near, far = {"capacity": 120.0}, {"grid": "b", "capacity": 300.0}
    grids = make_grids(
        {"near": near, "far": far},
        loads={"a": (50, 100, 150), "b": (50, 60, 70)},
        lines={"in": {"limit": 80.0, "base": 20.0}},
    )
    found = dispatch(grids, quiet(grids, 7))
    assert found.unserved.sum() == 0
    base = 20 * 168 / 1000
    # Only where the load passes 120 + 20 MW does more than the base come in.
    assert base < found.flow[0, 0] < base * 1.05
    cut = quiet(grids, 7)
    cut.tie[:] = 0.0
    assert dispatch(grids, cut).flow[0, 0] == 0
    assert dispatch(grids, cut).unserved[0, 0] > 0


def test_a_stretch_in_a_period_shares_its_energy_and_gas():
    """One day with half of the plants out: the week's limit on gas holds over all of it."""
    grids = island(gas={**GAS, "capacity": 200.0})
    when = Stretches(
        period=np.array([0, 0]), month=np.zeros(2, dtype=np.int64), days=np.array([1.0, 6.0]),
        plant=np.array([[0.25], [1.0]]), tie=np.ones((2, 0)), load=np.ones((2, 1)),
        added=np.zeros((2, 1)),
    )  # fmt: skip
    free = dispatch(grids, when)
    # 50 MW of a load of 100 in the mean: 24 h x 50 MW are not there, whatever gas there is.
    assert free.unserved[0, 0] == pytest.approx(1.2)
    assert free.hours_short[0, 0] == pytest.approx(24, abs=0.1)
    tight = dispatch(grids, when, np.array([[1.0]]))
    assert tight.gas[0, 0] == pytest.approx(1.0)
    assert tight.unserved[0, 0] == pytest.approx(16.8 - 10.0)


def test_periods_can_be_picked_in_any_order():
    grids = island(coal={})
    when = quiet(grids, 1, 2, 3)
    picked = when.only(np.array([2, 0]))
    assert picked.days.tolist() == [3, 1]
    assert picked.period.tolist() == [0, 1]
    assert picked.periods == 2


def test_without_periods_there_is_nothing_to_dispatch():
    grids = island(coal={})
    with pytest.raises(ValueError, match="no period"):
        dispatch(grids, quiet(grids))
