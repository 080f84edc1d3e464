"""Calibrating: prices and costs under which the base is the optimum."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from tests import networks
from tests.conftest import DATA
from tests.networks import calibrated, make, with_terms

import seawall
from seawall.network import BaseCase, Network, base_case, calibrate
from seawall.network.calibrate import STEPS, TOP, NoPriceError
from seawall.program import assemble
from seawall.responses import Foresight
from seawall.responses.foresight import trajectory
from seawall.shocks import Scenario, Shock, conditions
from seawall.study import read


@cache
def case(name: str) -> BaseCase:
    return base_case(read(DATA / name))


def free_base(network: Network, periods: int):
    """What the program makes of the undisturbed network when it may do anything."""
    foresight = Foresight(assemble(network, periods))
    return trajectory(foresight.program, foresight.base, "base")


def assert_returns_base(network: Network, periods: int) -> None:
    """All flows, activities, stocks and demands within 0.1 % of the base in every period."""
    run = free_base(network, periods)
    for amount, base in (
        (run.departures, network.lanes.base),
        (run.activity, network.facilities.base),
        (run.served, network.demands.quantity),
        (run.stock, network.nodes.start),
    ):
        assert np.abs(amount - base[:, None]).max() <= 1e-3 * base.max()
        used = base > 0
        assert np.abs(amount[used] / base[used, None] - 1).max() <= 1e-3
    assert run.waiting.max() <= 1e-6


@pytest.mark.parametrize("periods", [26, 104, 156])
def test_twelve_returns_its_base(periods: int):
    """The free program finds the base of the twelve-node study again over any window."""
    assert_returns_base(case("twelve").network, periods)


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_small_networks_return_their_base(name: str):
    """So it does for networks with recipes, by-products, hubs, detours and leaky tanks."""
    assert_returns_base(calibrated(networks.CATALOGUE[name]()), 30)


@pytest.mark.parametrize("variant", [(), ("unpooled",), ("open",)])
@pytest.mark.parametrize("periods", [26, 104, 156])
def test_the_reference_study_returns_its_base(variant: tuple[str, ...], periods: int) -> None:
    """India and Japan in every variant: free to do anything, the program does what the base does,
    over half a year, two years and three."""
    study = seawall.read("india-japan").variant(*variant).chain("gas")
    assert_returns_base(base_case(study).network, periods)


# --- prices --------------------------------------------------------------------------------------


def test_netback_is_the_flow_weighted_mean_over_used_lanes():
    """Two lanes of 3 and 1: (3 (0.9 x 100 - 10) + 1 (0.8 x 200 (1 - 0.25) - 20)) / 4 = 85."""
    network = make(
        nodes={"p.x": {}, "a.x": {"price": 100}, "b.x": {"price": 200}},
        facilities={"wells": {"recipe": {"p.x": 1}, "base": 4}},
        lanes={
            "to-a": {"origin": "p.x", "to": "a.x", "base": 3, "keep": 0.9, "freight": 10},
            "to-b": {"origin": "p.x", "to": "b.x", "base": 1, "keep": 0.8, "freight": 20,
                     "duty": 0.25},
        },
        demands={
            "da": {"at": "a.x", "quantity": 2.7, "wtp": 500},
            "db": {"at": "b.x", "quantity": 0.8, "wtp": 500},
        },
    )  # fmt: skip
    assert calibrated(network).nodes.price[0] == pytest.approx((3 * 80 + 1 * 100) / 4)


def test_a_duty_by_origin_is_paid_on_what_arrives():
    """Two mines with the same freight, a duty of 25 % on what comes from one: a unit that leaves it
    earns 90 x 0.75 - 10, the other's 90 - 10.  Both lanes cost what is paid, and a third mine, from
    which nothing comes, would be dearer by its duty."""
    mines = {"taxed.x": {}, "free.x": {}, "third.x": {"price": 80}}
    lane = {"to": "town.x", "keep": 0.9, "freight": 10}
    network = make(
        nodes={**mines, "town.x": {"price": 100}},
        facilities={m: {"recipe": {m: 1}, "base": 2, "capacity": 4} for m in mines},
        lanes={
            "taxed": {**lane, "origin": "taxed.x", "base": 2, "duty": 0.25},
            "free": {**lane, "origin": "free.x", "base": 2},
            "third": {**lane, "origin": "third.x", "duty": 0.25},
        },
        demands={"town": {"at": "town.x", "quantity": 3.6, "wtp": 500},
                 "third": {"at": "third.x", "quantity": 2, "wtp": 500}},
    )  # fmt: skip
    done = calibrate(with_terms(network, calibrate=True, kink=0.01))
    assert done.network.nodes.price[:2] == pytest.approx([0.9 * 75 - 10, 0.9 * 100 - 10])
    paid = 10 + 0.25 * 0.9 * 100
    assert done.network.lanes.cost == pytest.approx([paid, 10, paid])
    assert done.residual == pytest.approx([0, 0, 0], abs=1e-9)


@pytest.mark.parametrize("duty, filled", [(0.25, "free"), (0.0, "third")])
def test_a_duty_decides_who_fills_a_gap(duty: float, filled: str):
    """The first mine stops.  Goods of the third, at 80, come to 100 with the freight that its price
    leaves room for, as those of the free mine do, with a kink that is 0.1 lower; a duty of 25 %
    makes them 80 + 10 + 25."""
    mines = {"first.x": {}, "free.x": {}, "third.x": {"price": 80}}
    lane = {"to": "town.x", "freight": 10}
    network = make(
        nodes={**mines, "town.x": {"price": 100}},
        facilities={m: {"recipe": {m: 1}, "base": 2, "capacity": 4} for m in mines},
        lanes={
            "first": {**lane, "origin": "first.x", "base": 2},
            "free": {**lane, "origin": "free.x", "base": 2},
            "third": {**lane, "origin": "third.x", "duty": duty},
        },
        demands={"town": {"at": "town.x", "quantity": 4, "wtp": 500},
                 "third": {"at": "third.x", "quantity": 2, "wtp": 500}},
    )  # fmt: skip
    network = calibrated(network)
    scenario = Scenario(title="t", shock=(Shock(place="first", days=999),))
    run = Foresight(assemble(network, 12)).run(conditions(network, scenario, 12))
    more = dict(zip(network.lanes.id, run.departures[:, 5] - network.lanes.base, strict=True))
    assert more == {name: pytest.approx({"first": -2, filled: 2}.get(name, 0), abs=1e-6)
                    for name in more}  # fmt: skip


def test_netback_runs_back_through_recipes():
    """An input is worth its outputs less the recipe's other inputs and its cost."""
    network = networks.hub()
    price = network.nodes.price.copy()
    ore = network.nodes.index()[("smelter", "ore")]
    price[ore] = np.nan
    facilities = replace(network.facilities, cost=np.array([0.0, 0.0, 0.0, 30.0]))
    found = calibrated(
        replace(network, nodes=replace(network.nodes, price=price), facilities=facilities)
    )
    # 1 metal of 2 ore and 0.5 coke; slag is thrown away and worth nothing.
    expected = (300 - 0.5 * 20 - 30) / 2
    assert found.nodes.price[ore] == pytest.approx(expected)


def test_used_lanes_carry_the_price_difference():
    """A used lane costs what its ends differ by; what freight does not explain is the residual."""
    done = calibrate(with_terms(networks.chain(), calibrate=True, kink=0.01))
    assert done.network.lanes.cost[0] == pytest.approx(0.9 * 200 - 100)
    assert done.residual[0] == pytest.approx(0.9 * 200 - 100 - 20)
    assert done.network.lanes.kink[0] == pytest.approx(2.0)


def test_unused_lanes_never_cost_less_than_their_freight():
    """An unused lane costs the price difference or its freight, whichever is more."""
    network = networks.two_buyers()
    extra = {"origin": "plant.lng", "to": "south.lng", "lag": 1}
    for freight, expected in ((20, 30), (45, 45)):
        lanes = {
            "a": {"origin": "plant.lng", "to": "south.lng", "lag": 3, "base": 10, "freight": 20},
            "b": {**extra, "freight": freight},
        }
        one = make(
            nodes={"plant.lng": {"price": 100}, "south.lng": {"price": 130}},
            facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10}}, lanes=lanes,
            demands={"d": {"at": "south.lng", "quantity": 10, "wtp": 300}},
        )  # fmt: skip
        assert calibrated(one).lanes.cost[1] == pytest.approx(expected)
    assert network.lanes.cost[0] == 20


def test_a_detour_costs_its_lane_plus_the_longer_way():
    """A detour keeps the residual of the lane that it replaces and adds the extra freight."""
    found = calibrated(networks.canal())
    assert found.lanes.cost == pytest.approx([50, 60])


def test_a_price_that_nothing_gives_is_named():
    """A node without a price or a way out raises NoPriceError that names it."""
    network = networks.chain()
    price = np.array([100.0, np.nan])
    with pytest.raises(NoPriceError, match="lng at coast"):
        calibrated(replace(network, nodes=replace(network.nodes, price=price)))


def test_a_price_below_zero_is_named():
    """Freight above the value at the destination raises NoPriceError, not a negative price."""
    network = networks.chain()
    price = np.array([np.nan, 10.0])
    with pytest.raises(NoPriceError, match="plant"):
        calibrated(replace(network, nodes=replace(network.nodes, price=price)))


def test_a_by_product_that_nobody_wants_is_worth_nothing():
    """Slag without a price row or a way out gets price 0 instead of an error."""
    network = networks.hub()
    slag = network.nodes.index()[("smelter", "slag")]
    price = network.nodes.price.copy()
    price[slag] = np.nan
    found = calibrated(replace(network, nodes=replace(network.nodes, price=price)))
    assert found.nodes.price[slag] == 0
    assert_returns_base(found, 10)


# --- demand --------------------------------------------------------------------------------------


def elastic(e: float) -> Network:
    network = networks.chain()
    demands = replace(
        network.demands, wtp=np.array([np.nan]), elasticity=np.array([e]), tier=("elastic",)
    )
    return replace(network, demands=demands)


@pytest.mark.parametrize("e", [0.1, 0.3, 1.0, 2.5])
def test_a_ladder_integrates_to_its_elasticity(e: float):
    """Eight steps and a rest add up to the base quantity; above each edge P what is left is
    q (P / p)^-e, each step worth its geometric middle or p + 2 k."""
    found = calibrated(elastic(e))
    quantity, wtp, p = found.demands.quantity, found.demands.wtp, 200.0
    assert len(quantity) == STEPS + 1
    assert quantity.sum() == pytest.approx(9)
    edges = p * TOP ** (np.arange(STEPS + 1) / STEPS)
    left = 9 - np.concatenate([[0.0], np.cumsum(quantity[:-1])])
    assert left == pytest.approx(9 * (edges / p) ** -e)
    middle = p * TOP ** ((np.arange(STEPS) + 0.5) / STEPS)
    assert wtp[:-1] == pytest.approx(np.maximum(middle, p * 1.02))
    assert wtp[-1] == pytest.approx(5 * p)
    # Consumers' surplus of the steps is that under the curve, to the width of the steps.
    curve = np.trapezoid(9 * (np.linspace(p, 5 * p, 20001) / p) ** -e, np.linspace(p, 5 * p, 20001))
    assert float((wtp - p) @ quantity) == pytest.approx(curve, rel=0.02)


def test_subsidised_tiers_are_listed_and_paid():
    """A tier served in the base with a willingness to pay under p + 2 k is named with both
    figures, and the program gives it p + 2 k."""
    network = networks.canal()
    demands = replace(network.demands, wtp=np.array([500.0, 120.0]))
    done = calibrate(with_terms(replace(network, demands=demands), calibrate=True, kink=0.01))
    assert done.subsidised == (("power", 120.0, pytest.approx(153.0)),)
    assert done.network.demands.wtp == pytest.approx([500, 153])


# --- contracts -----------------------------------------------------------------------------------


def test_contract_share_is_the_floor_of_the_smaller_of_contract_and_flow():
    """4 of 5 that flow north under contract, floor 0.8, of 10 departures: 0.32; with a contract of
    9 the flow of 5 counts: 0.4."""
    assert calibrated(networks.two_buyers()).contracts.share == pytest.approx([0.32])
    network = networks.two_buyers()
    more = replace(network.contracts, quantity=np.array([9.0]))
    assert calibrated(replace(network, contracts=more)).contracts.share == pytest.approx([0.4])


def test_a_contract_without_flow_keeps_nothing():
    """Where nothing moves in the base there is no row to keep."""
    network = networks.two_buyers()
    lanes = replace(network.lanes, base=np.array([0.0, 0.0, 10.0]))
    demands = replace(network.demands, quantity=np.array([0.0, 0.0, 10.0]))
    found = calibrated(replace(network, lanes=lanes, demands=demands))
    assert found.contracts.share == pytest.approx([0.0])
    assert assemble(found).layout.rows["contract"].size == 0


def test_studies_give_shares_to_inflexible_contracts_only():
    """Of twelve's three contracts the flexible one keeps nothing; blank floors are 0.8."""
    contracts = case("twelve").network.contracts
    assert contracts.id == ("gulf-nord", "gulf-suda")
    assert contracts.floor == pytest.approx([0.8, 0.8])
    assert np.all(contracts.share > 0)
    assert np.all(contracts.share < 0.8)


def test_no_calibration_leaves_freight_as_cost(data: Path):
    """With calibrate=false a lane costs its freight and duty, and nothing has a kink."""
    study = read(data / "twelve")
    settings = study.settings.model_copy(
        update={"model": study.settings.model.model_copy(update={"calibrate": False})}
    )
    network = base_case(replace(study, settings=settings)).network
    duty = network.lanes.duty * network.lanes.keep * network.nodes.price[network.lanes.destination]
    assert network.lanes.cost == pytest.approx(network.lanes.freight + duty)
    assert network.lanes.kink.max() == network.facilities.kink.max() == 0


def test_no_calibration_still_needs_prices_where_demand_is_elastic():
    """An elastic demand without a price would silently be worth nothing."""
    network = elastic(0.3)
    price = np.array([100.0, np.nan])
    with pytest.raises(NoPriceError, match="lng at coast"):
        calibrate(replace(network, nodes=replace(network.nodes, price=price)))
