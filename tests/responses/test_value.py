"""Value: one function for all trajectories, equal to the program's own objective."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import networks
from tests.conftest import DATA
from tests.networks import calibrated

from seawall.network import Network
from seawall.program import Program, assemble, bounds, costs
from seawall.program.assemble import TIE, _rank
from seawall.program.highs import Loaded
from seawall.questions.prepared import Prepared
from seawall.questions.stress import loss
from seawall.responses import Foresight, Frozen, value
from seawall.responses.foresight import trajectory
from seawall.shocks import Scenario, Shock, conditions, undisturbed
from seawall.study import read


def without_ties(program: Program) -> Program:
    """The program with the tie-breaking costs taken off again."""
    network, plan = program.network, program.layout
    price = network.nodes.price
    output = network.facilities.recipe.maximum(0).T @ price
    typical = {
        "activity_low": output, "activity_high": output, "served": price[network.demands.node],
        "departure_low": price[network.lanes.destination],
        "departure_high": price[network.lanes.destination],
    }  # fmt: skip
    cost = program.linear.c.copy()
    for name, worth in typical.items():
        block = plan.columns[name]
        tie = TIE * (_rank(network, name) * worth)[block.units]
        cost[block.slice] -= (
            np.repeat(tie, plan.periods) * program.scale.money / (program.scale.quantity)
        )
    return replace(program, linear=replace(program.linear, c=cost))


def shocks_of(network: Network) -> list[Shock]:
    shocks = [Shock(passage=p, days=60) for p in network.passages.id]
    shocks += [Shock(facility=network.facilities.id[0], days=45, depth=0.4)]
    place = network.nodes.place[network.demands.node[0]]
    exporter = network.nodes.place[network.lanes.origin[np.flatnonzero(network.abroad)[0]]]
    shocks += [Shock(quota=exporter, days=40, depth=0.3)]
    shocks += [Shock(tariff="*", days=50, rate=rate) for rate in (0.04, 2.5)]
    return [*shocks, Shock(demand=place, change=0.3, days=30)]


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_value_is_the_objective_of_the_program(name: str):
    """Without discount and ties surplus less the value of what was at sea at the start and is
    still there is minus the program's cost, for every shock of every network."""
    network = calibrated(networks.CATALOGUE[name](), discount=0.0)
    program = without_ties(assemble(network, quotas=True))
    loaded = Loaded(program.linear)
    loaded.solve()
    for shock in shocks_of(network):
        met = conditions(network, Scenario(title="t", shock=(shock,)), program.periods)
        limits = bounds(network, program.layout, met, program.scale)
        found = loaded.resolve(*limits, cost=costs(program, met))
        run = trajectory(program, found, "foresight")
        worth = value(network, met, run).surplus
        constant = float(np.nan_to_num(network.nodes.price) @ met.afloat_after)
        assert -found.cost / program.scale.money + constant == pytest.approx(worth, rel=1e-7)


def test_surplus_by_hand():
    """Chain over three weeks at its base: benefit 27 x 500; freight 30 x 20; the leak of 0.4 a week
    is worth 1.2 x 100; left are 4 at 100 and 12.5 at sea of which nine tenths land, at 200."""
    network = networks.chain()
    met = undisturbed(network, 3)
    now = value(network, met, Frozen(network).run(met))
    assert now.benefit == pytest.approx(27 * 500)
    assert now.cost == pytest.approx(30 * 20 - 1.2 * 100)
    assert now.left == pytest.approx(400 + 12.5 * 0.9 * 200)
    assert now.shortfall == pytest.approx(0)
    assert now.surplus == pytest.approx(now.benefit - now.cost + now.left)


def test_kinks_by_hand():
    """Ten a week up to the base at c - k, what goes beyond at c + k."""
    network = calibrated(networks.chain(), discount=0.0)
    met = undisturbed(network, 3)
    run = Frozen(network).run(met)
    more = replace(run, departures=run.departures + 1.0)
    k, c = network.lanes.kink[0], network.lanes.cost[0]
    assert value(network, met, more).cost - value(network, met, run).cost == pytest.approx(
        3 * (c + k)
    )
    less = replace(run, departures=run.departures - 1.0)
    assert value(network, met, run).cost - value(network, met, less).cost == pytest.approx(
        3 * (c - k)
    )


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_the_base_loses_nothing(name: str):
    """Both responses give the undisturbed world a loss of zero."""
    network = calibrated(networks.CATALOGUE[name]())
    met = undisturbed(network, 26)
    base = Frozen(network).run(met)
    reference = value(network, met, base)
    size = abs(reference.benefit)
    foresight = Foresight(assemble(network))
    for run in (base, foresight.run(met), trajectory(foresight.program, foresight.base, "base")):
        assert abs(loss(network, met, run, reference)) < 1e-7 * size


def test_a_demand_shock_is_a_loss_and_no_gain():
    """More demand that is not served counts as a loss of its willingness to pay."""
    network = calibrated(networks.canal())
    base = undisturbed(network, 26)
    reference = value(network, base, Frozen(network).run(base))
    shock = Shock(demand="coast", change=1.0, days=182)
    met = conditions(network, Scenario(title="t", shock=(shock,)), 26)
    run = Frozen(network).run(met)
    assert loss(network, met, run, reference) > 0
    assert loss(network, met, run, reference) == pytest.approx(
        value(network, met, run).shortfall + 150 * 20, rel=1e-6
    )


@pytest.mark.parametrize("model", [{"terminal": False}, {"pipeline": False}, {"calibrate": False}])
def test_the_base_is_the_optimum_where_calibration_does_not_hold(model: dict[str, bool]):
    """Without a past, a future or calibrated costs the base flows are not the optimum: the program
    is the reference, so that foresight loses nothing in the base and frozen nothing less."""
    study = read(DATA / "twelve")
    terms = study.settings.model.model_copy(update=model)
    settings = study.settings.model_copy(update={"model": terms, "periods": 30})
    ready = Prepared(replace(study, settings=settings))
    met = ready.base_conditions
    least, most = (
        loss(ready.network, met, ready.response(name).run(met), ready.reference)
        for name in ("foresight", "frozen")
    )
    assert least == pytest.approx(0, abs=1e-6 * ready.reference.benefit)
    assert most >= -1e-6 * ready.reference.benefit
