"""Time to survive with surge: hand cases, a second program as oracle, and its orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from tests.networks import make
from tests.responses.test_random_networks import PERIODS, random_network, shocks_for

from seawall.network import Network
from seawall.program import assemble, bounds
from seawall.program.layout import Block
from seawall.questions.groups import Group, groups, nodes_behind, series
from seawall.questions.indicators import drawn_from_stock, survival_days
from seawall.questions.survival import time_to_survive
from seawall.responses import Frozen, Trajectory
from seawall.responses.lending import Transfer
from seawall.shocks import Conditions, Scenario, Shock, conditions

LONG = Shock(facility="lost", days=400)


def coast(**change: Any) -> Network:
    """A coast with 20 in a tank that wants ten a week: six from a plant that is lost, four from one
    that can make one more, both a week away; a town takes three from each, and cannot be moved."""
    rows: dict[str, Any] = {
        "start": 20.0, "tank": 40.0, "floor": 0.0, "capacity": 8.0, "ramp": 0.0, "growth": np.inf,
        "qualify": 0.0, "room": 5.0,
    } | change  # fmt: skip
    return make(
        nodes={
            "one.lng": {"start": 5, "tank": 10, "price": 100},
            "two.lng": {"start": 5, "tank": 5 + rows["room"], "price": 100},
            "coast.lng": {"start": rows["start"], "tank": rows["tank"], "floor": rows["floor"],
                          "price": 130},
            "town.lng": {"start": 9, "tank": 20, "price": 130},
        },
        facilities={
            "lost": {"recipe": {"one.lng": 1}, "base": 9, "capacity": 9},
            "wells": {"recipe": {"two.lng": 1}, "base": 7, "capacity": rows["capacity"],
                      "ramp": rows["ramp"]},
        },
        lanes={
            "one-coast": {"origin": "one.lng", "to": "coast.lng", "lag": 1, "base": 6},
            "two-coast": {"origin": "two.lng", "to": "coast.lng", "lag": 1, "base": 4,
                          "growth": rows["growth"], "qualify": rows["qualify"]},
            "one-town": {"origin": "one.lng", "to": "town.lng", "lag": 1, "base": 3},
            "two-town": {"origin": "two.lng", "to": "town.lng", "lag": 1, "base": 3},
        },
        demands={
            "homes": {"at": "coast.lng", "quantity": 6, "wtp": 500},
            "power": {"at": "coast.lng", "quantity": 4, "wtp": 250, "tier": "important"},
            "town": {"at": "town.lng", "quantity": 6, "wtp": 900},
        },
    )  # fmt: skip


def whole(network: Network, place: str) -> Group:
    return next(g for g in groups(network) if g.whole and g.place == place)


def found(
    network: Network, *shocks: Shock, periods: int = 16, lent: tuple[Transfer, ...] = ()
) -> tuple[float | None, float | None]:
    """Time to survive under frozen and with surge at the coast [days]."""
    met = conditions(network, Scenario(title="test", shock=shocks or (LONG,)), periods)
    run = Frozen(network).run(met)
    group = whole(network, "coast")
    with_loans = replace(run, transfers=lent) if lent else None
    return frozen_time(network, met, run, group), time_to_survive(
        network, met, run, group, with_loans
    )


def never(days: float | None) -> float:
    """Beyond the run counts as never short."""
    return np.inf if days is None else days


def frozen_time(network: Network, met: Conditions, run: Trajectory, group: Group) -> float | None:
    wanted = series(network.demands.quantity[:, None] * met.wanted, group)
    gap = np.maximum(wanted - series(run.served, group), 0.0)
    return survival_days(
        wanted, gap, network.terms.period_days, drawn_from_stock(network, run, group)
    )


def loan(quantity: float, departs: int, *, to_coast: bool = True) -> Transfer:
    """Cargo of the second plant that goes to the coast instead of the town, or the other way."""
    taken, given = (3, 1) if to_coast else (1, 3)
    return Transfer(
        owner=0, other=1, taken=taken, given=given, departs=departs, decided=departs,
        arrives=departs + 1.0, quantity=quantity, cost=0.0, group=0, limit=quantity,
    )  # fmt: skip


# The lost plant's tank of 5 and the ships at sea serve the first two weeks in part: 10 arrive in
# week 0; of 5 in its tank, cut 6:3, 3.33 arrive in week 1.  From then on 4 a week in frozen.


def test_frozen_is_as_the_hand_says():
    """20 + 10 + 7.33 + 4 + 4 + ... against ten a week: four weeks leave 5.33, a hole of 6."""
    assert found(coast())[0] == pytest.approx(7 * (4 + 5.3333333 / 6))


def test_one_more_a_week_fills_a_sixth_of_the_hole():
    """With one more from week 1 on: 17.33 + 1, 12.33 + ... four weeks leave 8.33, then a hole of 5
    leaves 3.33, of which the sixth week needs 5."""
    assert found(coast())[1] == pytest.approx(7 * (5 + 3.3333333 / 5))


def test_slow_growth_delays_what_is_made():
    """Growth of a quarter a week: 0, 0.25, 0.5, 0.75 and then the rest arrive from week 1 on, the
    backlog lies in the plant's tank: week 4 ends with 5.33 + 0 + 0.25 + 0.5 - 10 + 4 + ..."""
    # Stock after week 3: 5.333 + (0 + 0.25 + 0.5) = 6.083; week 4 brings 4 + 0.75 and needs 10.
    left = 16 / 3 + 0.75 - 5.25
    # Week 5 brings 4 + 1.
    assert found(coast(growth=0.25))[1] == pytest.approx(7 * (5 + left / 5))


def test_a_ramp_delays_it_too():
    """Four weeks of ramp: 0.25, 0.5, 0.75, 1 more are made in weeks 0 to 3."""
    left = 16 / 3 + 0.25 + 0.5 + 0.75 - 6 + 1
    assert found(coast(ramp=4.0))[1] == pytest.approx(7 * (5 + left / 5))


def test_what_cannot_leave_the_plant_is_not_made():
    """With two weeks to qualify the first ship more leaves in week 3 and arrives in week 4, with
    what the plant's tank could take until then: nothing, or the three of weeks 0 to 2."""
    tight = coast(qualify=2.0, growth=100.0, room=0.0)
    assert found(tight)[1] == pytest.approx(7 * (5 + (16 / 3 - 5) / 5))
    roomy = coast(qualify=2.0, growth=100.0, room=5.0)
    assert found(roomy)[1] == pytest.approx(7 * (5 + (16 / 3 - 2) / 5))
    late = found(coast(qualify=3.0, growth=100.0, room=5.0))
    assert late[1] == pytest.approx(late[0])  # the first one more would arrive in week 5


def test_nobody_else_gives_anything_up():
    """Without spare capacity the answer is that of frozen, though the town has stock and cargo."""
    as_frozen, now = found(coast(capacity=7.0))
    assert now == as_frozen


def test_enough_surge_outlasts_the_run():
    """Six more a week, at once: never short."""
    assert found(coast(capacity=13.0))[1] is None


def test_floors_are_kept():
    """Ten of the twenty are floor: they are not touched."""
    # Week 3 finds 3.33 above the floor and has a hole of 5; week 1 finds nothing and has one.
    assert found(coast(floor=10.0))[1] == pytest.approx(7 * (3 + (10 / 3) / 5))
    assert found(coast(floor=20.0))[1] == pytest.approx(7)


def test_what_is_lent_counts_as_arrivals():
    """Two more that leave in week 2 are there in week 3: two fifths of a week longer."""
    now = found(coast(), lent=(loan(2.0, 2),))[1]
    # 3.33 + 2 against 5 in week 5: full, and 0.33 of a hole of 5 in week 6.
    assert now == pytest.approx(7 * (6 + (10 / 3 + 2 - 5) / 5))


def test_who_lends_has_less():
    """Two that leave for the town in week 2 are missing in week 3."""
    assert found(coast(), lent=(loan(2.0, 2, to_coast=False),))[1] == pytest.approx(
        7 * (5 + (10 / 3 - 2) / 5)
    )


def test_nobody_misses_what_would_not_have_come():
    """Of the lost plant nothing departs in week 5, so nothing is missed in week 6."""
    away = replace(loan(2.0, 5, to_coast=False), taken=0, given=2)
    assert found(coast(), lent=(away,))[1] == found(coast())[1]


def test_a_place_that_is_never_short_is_censored():
    """Without a shock that reaches it the answer is None."""
    assert found(coast(), Shock(lane="one-town", days=7)) == (None, None)


def test_only_for_a_whole_place():
    network = coast()
    met = conditions(network, Scenario(title="test", shock=(LONG,)), 8)
    tier = next(g for g in groups(network) if g.tier == "important")
    with pytest.raises(ValueError, match="whole place, not of tier important"):
        time_to_survive(network, met, Frozen(network).run(met), tier)


def test_a_canal_has_no_room_for_more_than_it_takes():
    """All of the surge goes through a canal that is full in the base."""
    network = coast()
    lanes = replace(
        network.lanes,
        crossing_lane=np.array([1]), crossing_passage=np.array([0]), crossing_lag=np.array([0.5]),
    )  # fmt: skip
    passages = replace(network.passages, id=("canal",), name=("canal",), capacity=np.array([4.0]))
    full = replace(network, lanes=lanes, passages=passages)
    as_frozen, now = found(full)
    assert now == pytest.approx(as_frozen)
    wider = replace(full, passages=replace(passages, capacity=np.array([4.5])))
    between = found(wider)[1]
    assert as_frozen < between < found(network)[1]


@given(
    st.floats(0, 60), st.floats(0, 30), st.floats(7, 12), st.floats(0, 6),
    st.sampled_from([0.1, 0.5, np.inf]), st.integers(0, 3), st.floats(0, 0.9),
)  # fmt: skip
@settings(max_examples=30)
def test_longer_than_frozen_and_longer_with_more_stock(
    start: float, more: float, capacity: float, ramp: float, growth: float, qualify: int, low: float
):
    """Surge never shortens it, and neither does a fuller tank."""
    rest = {"capacity": capacity, "ramp": ramp, "growth": growth, "qualify": float(qualify),
            "floor": low * start}  # fmt: skip
    as_frozen, now = map(never, found(coast(start=start, tank=100.0, **rest)))
    later = never(found(coast(start=start + more, tank=100.0, **rest))[1])
    assert now >= as_frozen
    assert later >= now - 1e-5


def oracle(network: Network, met: Conditions, frozen: Trajectory, group: Group) -> int:
    """Periods that can be served in full, by the whole program with everybody else held at frozen:
    another matrix, another solver call, tried period by period."""
    program = assemble(network, met.periods, quotas=True)
    plan, q = program.layout, program.scale.quantity
    lower, upper, row_lower, row_upper = bounds(network, plan, met, program.scale)
    inside = np.zeros(len(network.nodes), dtype=bool)
    for n in np.unique(network.demands.node[group.steps]):
        inside[nodes_behind(network)[n]] = True

    def at_least(amount: np.ndarray, first: str, rest: str, mine: np.ndarray) -> None:
        """Others' units do no less than in frozen; the first column takes what it can."""
        left = amount * q
        for name in (first, rest):
            block = plan.columns[name]
            part = np.minimum(left[block.units], block.table(upper))
            left[block.units] -= part
            low = np.maximum(block.table(lower), 0.0)
            keep = mine[block.units][:, None]
            own = np.minimum(low, part) if first == "stock" else 0.0
            lower[block.slice] = np.where(keep, own, part).ravel()

    lanes, recipe = network.lanes, network.facilities.recipe.toarray()
    touches = recipe != 0
    own_made = ~(touches & ~inside[:, None]).any(axis=0)
    own_sent = inside[lanes.origin] & inside[lanes.destination]
    at_least(frozen.activity, "activity_low", "activity_high", own_made)
    at_least(frozen.departures, "departure_low", "departure_high", own_sent)
    at_least(frozen.stock, "stock", "stock_extra", inside)

    def held(block: Block, units: np.ndarray, amount: np.ndarray) -> None:
        at = np.isin(block.units, units)
        index = block.index()[at]
        lower[index] = upper[index] = amount[block.units[at]] * q

    out = np.flatnonzero(inside[lanes.origin] & ~own_sent)
    fed = np.flatnonzero(((recipe < 0) & inside[:, None]).any(axis=0) & ~own_made)
    for names, units, amount in (
        (("activity_low", "activity_high"), fed, frozen.activity),
        (("departure_low", "departure_high"), out, frozen.departures),
    ):
        for name in names:
            block = plan.columns[name]
            index = block.index()[np.isin(block.units, units)]
            upper[index] = np.minimum(upper[index], np.maximum(lower[index], 0.0))
        assert amount.min(initial=0.0) >= -1e-9
    waiting = plan.columns["waiting"]
    others = ~inside[waiting.units]
    lower[waiting.index()[others]] = frozen.waiting[waiting.units[others]] * q
    upper[waiting.slice] = np.maximum(upper, lower)[waiting.slice]
    served = plan.columns["served"]
    rest = np.setdiff1d(np.arange(len(network.demands)), group.steps)
    held(served, rest, frozen.served)
    row_lower[plan.rows["contract"].slice] = -np.inf
    matrix, free = program.linear.A, np.isfinite(row_upper)
    equal = free & (row_lower == row_upper)
    # Of inequalities there are only quotas, which frozen can fill to the last bit.
    bound = free & ~equal
    assert np.isin(np.flatnonzero(bound), plan.rows["quota"].index()).all()
    most = row_upper[bound] * (1 + 1e-9) + 1e-9

    def feasible(full: int) -> bool:
        low = lower.copy()
        mine = served.index()[group.steps][:, :full]
        low[mine] = upper[mine]
        # What is a hair short by the rounding of frozen is not short.
        result = linprog(
            np.zeros(len(low)), A_eq=matrix[equal], b_eq=row_upper[equal],
            A_ub=matrix[bound], b_ub=most,
            bounds=np.column_stack([low, np.maximum(upper, low)]), method="highs",
        )  # fmt: skip
        return bool(result.status == 0)

    low, high = 0, met.periods + 1
    assert feasible(0)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if feasible(middle) else (low, middle)
    return low


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=25)
def test_the_whole_program_says_the_same(data: st.DataObject, seed: int):
    """On random networks the number of whole periods is that of the full program, in which
    everybody else is held at frozen; and it is never below frozen's."""
    network = random_network(seed)
    shock = data.draw(shocks_for(network))
    met = conditions(network, Scenario(title="random", shock=(shock,)), PERIODS)
    run = Frozen(network).run(met)
    for group in (g for g in groups(network) if g.whole):
        days = time_to_survive(network, met, run, group)
        as_frozen = frozen_time(network, met, run, group)
        assert never(days) >= never(as_frozen)
        whole_periods = oracle(network, met, run, group)
        if days is None:
            assert whole_periods == PERIODS
        else:
            periods = days / network.terms.period_days
            # A period served but for a hair may count as whole or not.
            assert whole_periods - 1e-4 <= periods <= whole_periods + 1 + 1e-4
