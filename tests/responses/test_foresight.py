"""Foresight: the program under shocks, and what it says where it cannot."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import networks
from tests.networks import calibrated, make, with_terms

from seawall.errors import Infeasible
from seawall.network import Network
from seawall.program import assemble
from seawall.responses import Foresight, breaches
from seawall.shocks import Conditions, Scenario, Shock, conditions


def meet(network: Network, *shocks: Shock, periods: int = 20) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), periods)


def one_pair() -> Network:
    """A plant and a coast with ten a week and two weeks of stock, power worth less than homes."""
    return make(
        nodes={"plant.lng": {"start": 5, "tank": 10, "price": 100},
               "coast.lng": {"start": 20, "tank": 40, "price": 150}},
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10, "capacity": 10}},
        lanes={"ship": {"origin": "plant.lng", "to": "coast.lng", "lag": 1, "base": 10,
                        "freight": 20, "passages": {"strait": 0.0}}},
        demands={"homes": {"at": "coast.lng", "quantity": 6, "wtp": 500},
                 "power": {"at": "coast.lng", "quantity": 4, "wtp": 250, "tier": "important"}},
        passages={"strait": np.inf},
    )  # fmt: skip


def test_stock_is_kept_for_those_who_value_it_most():
    """Six weeks without cargo (plus one at sea): 20 in the tank and 10 at sea serve 60 of homes
    before 40 of power; homes are short of nothing that power could have given up."""
    network = calibrated(one_pair())
    met = meet(network, Shock(passage="strait", days=42))
    run = Foresight(assemble(network, 20)).run(met)
    missing = 10 * 20 - run.served.sum()
    # Weeks 1 to 6 bring nothing: 60 missing, 20 from stock; the 5 + 10 at the plant come later.
    assert missing == pytest.approx(40)
    short = 6 * 20 - run.served[0].sum()
    # Power gets nothing in the seven weeks to the first cargo: 30 are there for 42 of homes.
    assert run.served[1, :7].sum() == pytest.approx(0, abs=1e-6)
    assert short == pytest.approx(42 - 30)


def test_prices_tell_who_is_short():
    """While homes are short a unit is worth what they pay; at the end of the shortage less."""
    network = calibrated(one_pair(), discount=0.0)
    met = meet(network, Shock(passage="strait", days=42))
    run = Foresight(assemble(network, 20)).run(met)
    assert run.price is not None
    assert run.price[1, 3] == pytest.approx(500, rel=1e-3)
    assert run.price[1, 18] == pytest.approx(150, rel=0.03)


def test_base_prices_are_those_of_calibration():
    """The duals of the undisturbed program lie within the kinks around the given prices."""
    network = calibrated(networks.canal())
    foresight = Foresight(assemble(network, 20))
    run = foresight.run(meet(network, Shock(demand="coast", change=1e-9, days=1)))
    assert run.price is not None
    assert np.abs(run.price / network.nodes.price[:, None] - 1).max() < 0.021


def test_without_curtailment_it_names_what_is_missing_and_where():
    """curtail=false and no way in raise Infeasible (exit 4) with commodity, place and period."""
    network = calibrated(one_pair(), curtail=False)
    foresight = Foresight(assemble(network, 12))
    with pytest.raises(Infeasible, match=r"lng at coast misses 40 in all") as caught:
        foresight.run(meet(network, Shock(passage="strait", days=42), periods=12))
    assert caught.value.exit_code == 4


def test_an_infeasible_base_is_named_too():
    """A base that cannot serve its own demand without curtailment says so when it is loaded."""
    network = with_terms(one_pair(), curtail=False, pipeline=False)
    with pytest.raises(Infeasible, match="coast"):
        Foresight(assemble(make_dry(network), 6))


def make_dry(network: Network) -> Network:
    """The network with empty tanks."""
    nodes = replace(network.nodes, start=np.zeros(2), floor=np.zeros(2))
    return replace(network, nodes=nodes)


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_every_single_shock_is_feasible_and_keeps_all_limits(name: str):
    """Whatever shuts, there is a plan, it balances and it breaks no limit; warm equals cold."""
    network = calibrated(networks.CATALOGUE[name]())
    foresight = Foresight(assemble(network))
    shocks = [Shock(passage=p, days=60) for p in network.passages.id]
    shocks += [Shock(facility=f, days=45, depth=0.7) for f in network.facilities.id]
    shocks += [Shock(lane=a, days=200) for a in network.lanes.id]
    shocks += [Shock(demand=network.nodes.place[n], change=c, days=30)
               for n in network.demands.node[:1] for c in (0.5, -0.5)]  # fmt: skip
    size = max(network.lanes.base.max(), network.facilities.base.max())
    for shock in shocks:
        met = meet(network, shock, periods=26)
        run = foresight.run(met)
        assert run.residuals is not None
        assert run.residuals.ok()
        found = breaches(network, met, run)
        assert max(found.values()) < 1e-6 * size, (shock, found)


def test_warm_and_cold_agree_and_the_base_stays():
    """From the base basis or from nothing the value is the same, and the base is not disturbed."""
    network = calibrated(networks.two_buyers())
    foresight = Foresight(assemble(network))
    met = meet(network, Shock(passage="strait", days=60), periods=26)
    warm, cold = foresight.run(met), foresight.run(met, warm=False)
    assert network.demands.wtp @ warm.served.sum(axis=1) == pytest.approx(
        network.demands.wtp @ cold.served.sum(axis=1), rel=1e-6
    )
    before = foresight.base.cost
    assert foresight._loaded.solve().cost == pytest.approx(before, rel=1e-9)


def test_contract_floor_binds_the_seller():
    """When the plant halves, the north keeps at least 0.32 of what leaves though the south pays
    more; without the contract it would keep less."""
    network = calibrated(networks.two_buyers())
    met = meet(network, Shock(facility="wells", days=140, depth=0.5), periods=26)
    run = Foresight(assemble(network)).run(met)
    sent = run.departures.sum(axis=0)
    north = run.departures[:2].sum(axis=0)
    assert np.all(north >= 0.32 * sent - 1e-7)
    free = replace(network, contracts=replace(network.contracts, share=np.zeros(1)))
    other = Foresight(assemble(free)).run(meet(free, Shock(facility="wells", days=140, depth=0.5),
                                               periods=26))  # fmt: skip
    share = other.departures[:2].sum(axis=0) / np.maximum(other.departures.sum(axis=0), 1e-9)
    assert share[other.departures.sum(axis=0) > 1].min() < 0.32


def test_a_canal_carries_no_more_than_its_capacity():
    """Crossings of the window's own departures keep the canal's capacity when demand doubles."""
    network = calibrated(networks.canal())
    wide = network.facilities
    network = replace(network, facilities=replace(wide, capacity=np.array([30.0])))
    met = meet(network, Shock(demand="coast", change=1.0, days=100), periods=26)
    run = Foresight(assemble(network)).run(met)
    sent = run.departures[0]
    crossing = 0.5 * sent[1:-1] + 0.5 * sent[:-2]
    assert crossing.max() == pytest.approx(12)
    assert sent.sum() > 10 * 26
