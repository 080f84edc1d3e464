"""Costs and bounds of columns, each against a figure found by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import networks
from tests.networks import with_terms
from tests.program.lp_text import column_names

from seawall.network import Network
from seawall.program import Program, assemble, bounds
from seawall.program import costs as costs_under
from seawall.program.assemble import TIE
from seawall.shocks import Scenario, Shock, conditions


def costs(network: Network, periods: int = 3) -> dict[str, float]:
    """Cost of every column by name in the network's units."""
    program = assemble(network, periods)
    per_unit = program.linear.c * program.scale.quantity / program.scale.money
    return dict(zip(column_names(program), per_unit, strict=True))


def limits(program: Program, *shocks: Shock) -> dict[str, tuple[float, float]]:
    """Bounds of every column by name in the network's units, under some shocks."""
    scenario = Scenario(title="test", shock=shocks) if shocks else None
    met = conditions(program.network, scenario, program.periods)
    low, high, _, _ = bounds(program.network, program.layout, met, program.scale)
    q = program.scale.quantity
    return dict(zip(column_names(program), zip(low / q, high / q, strict=True), strict=True))


def kinked(network: Network, k: float) -> Network:
    """The network with the same half gap k on all lanes and facilities."""
    return replace(
        network,
        lanes=replace(network.lanes, kink=np.full(len(network.lanes), k)),
        facilities=replace(network.facilities, kink=np.full(len(network.facilities), k)),
    )


def test_kinks_price_the_base_below_and_the_rest_above_cost():
    """Up to its base a lane costs c - k, beyond it c + k; so does a facility."""
    found = costs(with_terms(kinked(networks.chain(), 1.5), terminal=False))
    assert found["departure_low[ship,t0]"] == pytest.approx(20 - 1.5)
    assert found["departure_high[ship,t0]"] == pytest.approx(20 + 1.5)
    assert found["activity_low[wells,t0]"] == pytest.approx(-1.5)
    assert found["activity_high[wells,t0]"] == pytest.approx(1.5)


def test_a_tariff_costs_its_share_of_what_arrives_while_it_is_in_force():
    """Of a unit that leaves, 0.9 arrive at 200: 20 % are 36, in both parts of the lane, half of it
    when in force for half a week, discounted like all costs; other columns stay as they are."""
    network = with_terms(kinked(networks.chain(), 1.5), discount=0.1)
    program = assemble(network, 3)
    shock = Shock(tariff="plant", commodity="lng", rate=0.2, days=10.5)
    met = conditions(network, Scenario(title="test", shock=(shock,)), 3)
    cost = costs_under(program, met)
    assert cost is not None
    per_unit = (cost - program.linear.c) * program.scale.quantity / program.scale.money
    found = dict(zip(column_names(program), per_unit, strict=True))
    changed = {name: value for name, value in found.items() if abs(value) > 1e-12}
    assert changed == {
        f"departure_{part}[ship,t{t}]": pytest.approx(each)
        for part in ("low", "high")
        for t, each in enumerate((36, 18 * 0.9))
    }
    assert costs_under(program, conditions(network, None, 3)) is None


def test_a_quota_bounds_the_sum_of_departures_or_its_row():
    """Ten leave the plant under contract, all abroad: half is a bound of 5 on their sum.  The mine
    has no contract: the row of what it sells abroad is at most half of ten."""
    found = limits(assemble(networks.two_buyers(), 3), Shock(quota="plant", depth=0.5, days=14))
    total = [found[f"departed[plant.lng,t{t}]"] for t in range(3)]
    assert total == [(0, 5), (0, 5), (0, np.inf)]
    network = networks.rivals()
    program = assemble(network, 3, quotas=True)
    met = conditions(network, Scenario(title="t", shock=(Shock(quota="M", depth=0.5, days=14),)), 3)
    row_upper = bounds(network, program.layout, met, program.scale)[3] / program.scale.quantity
    assert program.layout.rows["quota"].table(row_upper) == pytest.approx(
        np.array([[5, 5, np.inf], [np.inf] * 3])
    )


def test_kinked_columns_split_at_the_base():
    """The cheap column reaches to the base, the dear one to what is beyond it."""
    found = limits(assemble(kinked(networks.chain(), 1.5), 3))
    assert found["departure_low[ship,t0]"] == (0, 10)
    assert found["departure_high[ship,t0]"] == (0, np.inf)
    assert found["activity_low[wells,t0]"] == pytest.approx((0, 10.4))
    assert found["activity_high[wells,t0]"] == pytest.approx((0, 1.6))


def test_closed_facility_still_buys_its_base_part_cheaply():
    """With a quarter shut the cheap column still reaches the base if spare capacity allows it, so
    that a plan costs in the program what `value` says."""
    network = replace(
        kinked(networks.chain(), 1.5),
        facilities=replace(
            kinked(networks.chain(), 1.5).facilities,
            base=np.array([10.0]), capacity=np.array([16.0]),
        ),
    )  # fmt: skip
    found = limits(assemble(network, 3), Shock(facility="wells", days=21, depth=0.25))
    assert found["activity_low[wells,t0]"] == pytest.approx((0, 10))
    assert found["activity_high[wells,t0]"] == pytest.approx((0, 2))


def test_terminal_value_of_stock_is_its_price_up_to_the_start():
    """Stock at the end is worth the base price up to the start stock, and nothing beyond."""
    with_value = costs(networks.chain())
    without = costs(with_terms(networks.chain(), terminal=False))
    gain = {name: without[name] - with_value[name] for name in without}
    assert gain["stock[plant.lng,t2]"] == pytest.approx(100)
    assert gain["stock_extra[plant.lng,t2]"] == pytest.approx(0)
    assert gain["stock[plant.lng,t1]"] == pytest.approx(0)
    assert gain["waiting[coast.lng,t2]"] == pytest.approx(200)


def test_terminal_value_of_cargo_at_sea_is_what_will_land():
    """A departure that lands after the end is worth the landed share at the destination's price:
    lag 1.25, so a quarter of t1 and all of t2."""
    with_value = costs(networks.chain())
    without = costs(with_terms(networks.chain(), terminal=False))
    gain = [without[n] - with_value[n] for n in (f"departure_high[ship,t{t}]" for t in range(3))]
    assert gain == pytest.approx([0, 0.25 * 0.9 * 200, 0.9 * 200])


def test_discount_fades_costs_and_terminal_values_by_one_rule():
    """Period t counts (1 - r)^t, a cargo at sea (1 - r) to its arrival, a stock (1 - r)^T."""
    r = 0.1
    found = costs(with_terms(networks.chain(), discount=r))
    assert found["served[homes,t2]"] == pytest.approx(-500 * 0.81)
    assert found["stock[plant.lng,t2]"] == pytest.approx(-10 * 0.81 - 100 * 0.9**3)
    late = 0.9 * 200 * (0.75 * 0.9**3 + 0.25 * 0.9**4)
    assert found["departure_high[ship,t2]"] == pytest.approx(20 * 0.81 - late)


def test_stock_is_split_at_its_start_and_only_the_rest_costs_holding():
    """Stock up to the start stock is free to hold, stock above it costs the holding share."""
    found = costs(with_terms(networks.canal(), terminal=False))
    assert found["stock[coast.lng,t0]"] == 0
    assert found["stock_extra[coast.lng,t0]"] == pytest.approx(0.01 * 150)
    assert limits(assemble(networks.chain(), 3))["stock_extra[plant.lng,t1]"] == (0, 6)


def test_stock_that_evaporates_in_the_base_is_worth_its_loss():
    """Otherwise the program would rather run a leaky tank down than hold the base."""
    found = costs(with_terms(networks.chain(), terminal=False))
    assert found["stock[plant.lng,t0]"] == pytest.approx(-0.1 * 100)


def test_ties_are_broken_by_at_most_a_ten_thousandth_of_price():
    """Tie-breaking costs lie in (0, 1e-4] of price and differ between units of a kind."""
    network = with_terms(networks.two_buyers(), terminal=False)
    plain, tied = costs(network), costs(with_terms(network, calibrate=True))
    share = {n: (tied[n] - plain[n]) / 130 for n in plain if n.startswith("departure")}
    assert all(0 < s <= TIE * (1 + 1e-9) for s in share.values())
    assert TIE <= 1e-4
    first = {round(s, 9) for n, s in share.items() if n.endswith("t0]")}
    assert len(first) == 3
    others = [n for n in plain if n.startswith(("stock", "waiting", "spill"))]
    assert all(tied[n] == plain[n] for n in others)


def test_demand_must_be_served_without_curtailment():
    """curtail=false fixes what is served to what is wanted, demand shocks included."""
    program = assemble(with_terms(networks.chain(), curtail=False), 3)
    assert limits(program)["served[homes,t0]"] == (9, 9)
    up = limits(program, Shock(demand="coast", change=0.5, days=7))
    assert up["served[homes,t0]"] == pytest.approx((13.5, 13.5))
    assert up["served[homes,t1]"] == pytest.approx((9, 9))


def test_waiting_is_free_to_happen_only_where_ships_arrive_or_come_back():
    """At a destination of ships waiting has no limit; at an origin it is what had to come back."""
    program = assemble(networks.canal(), 3)
    quiet = limits(program)
    assert quiet["waiting[plant.lng,t0]"] == (0, 0)
    assert quiet["waiting[coast.lng,t0]"] == (0, np.inf)
    shut = limits(program, Shock(passage="strait", days=21))
    # A quarter of the last departure crosses the strait in period 0 and is back then.
    assert shut["waiting[plant.lng,t0]"] == pytest.approx((0, 2.5))
    assert shut["waiting[plant.lng,t2]"] == pytest.approx((0, 2.5))


def test_floor_gives_way_to_what_evaporates():
    """A stock that lies at its floor and evaporates does not make a program infeasible."""
    found = limits(assemble(networks.boiling(), 3))
    assert found["stock[coast.lng,t1]"][0] == pytest.approx(20 * 0.98**2)
    assert limits(assemble(networks.chain(), 3))["stock[plant.lng,t1]"][0] == 1


def test_a_scenario_changes_bounds_only():
    """Costs and the matrix are those of the base: `bounds` gives only limits of the same shape."""
    program = assemble(networks.canal(), 4)
    met = conditions(
        program.network, Scenario(title="t", shock=(Shock(passage="canal"),)), program.periods
    )
    low, high, row_low, row_high = bounds(program.network, program.layout, met, program.scale)
    m, n = program.linear.shape
    assert low.shape == high.shape == (n,)
    assert row_low.shape == row_high.shape == (m,)


def test_passage_rows_let_the_base_pass():
    """The base flow keeps a capacity at or above it."""
    program = assemble(networks.calibrated(networks.canal()), 6)
    rows = program.layout.rows["passage"]
    x = np.zeros(program.layout.num_columns)
    block = program.layout.columns["departure_low"]
    x[block.slice] = np.repeat(program.network.lanes.base[block.units], 6) * program.scale.quantity
    crossing = (program.linear.A @ x)[rows.slice]
    assert np.all(crossing <= program.linear.row_upper[rows.slice] + 1e-9)
