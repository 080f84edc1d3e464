"""Tariffs, quotas and offtake contracts: who reacts how, in cases that a hand can check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import networks
from tests.networks import calibrated, make
from tests.responses import pacts

from seawall.network import Network
from seawall.program import assemble, bounds, serves
from seawall.questions.groups import groups
from seawall.questions.marginals import marginals
from seawall.questions.stress import loss
from seawall.questions.survival import time_to_survive
from seawall.responses import (
    Foresight,
    Frozen,
    Market,
    Pact,
    Planning,
    Trajectory,
    breaches,
    order_tolerance,
    tariff_paid,
    value,
)
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed

PERIODS = 20
PLAN = Planning(window=10)
EAST, WEST = 1, 2  # lanes of the mine


def meet(network: Network, *shocks: Shock, periods: int = PERIODS) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), periods)


def respond(network: Network, met: Conditions) -> dict[str, Trajectory]:
    """Every response; none breaks a limit, and what a program says is certified."""
    runs = {
        "frozen": Frozen(network).run(met),
        "market": Market(network, PLAN).run(met),
        "foresight": Foresight(assemble(network, met.periods)).run(met),
    }
    for name, run in runs.items():
        broken = breaches(network, met, run)
        assert max(broken.values()) < 1e-5, (name, broken)
        assert run.residuals is None or run.residuals.ok()
    return runs


def lost(network: Network, met: Conditions, run: Trajectory) -> float:
    base = undisturbed(network, met.periods)
    return loss(network, met, run, value(network, base, Frozen(network).run(base)))


def duel(keep: float = 0.75) -> Network:
    """Two mines and a town, no stocks and no time on the way: nothing to put off or to draw on."""
    return make(
        nodes={"near.ore": {"price": 50}, "far.ore": {"price": 54}, "town.ore": {"price": 60}},
        facilities={"pit": {"recipe": {"near.ore": 1}, "base": 4, "capacity": 8},
                    "hole": {"recipe": {"far.ore": 1}, "base": 4, "capacity": 12}},
        lanes={"near": {"origin": "near.ore", "to": "town.ore", "base": 4, "keep": keep,
                        "freight": 10},
               "far": {"origin": "far.ore", "to": "town.ore", "base": 4, "freight": 6}},
        demands={"town": {"at": "town.ore", "quantity": 4 + 4 * keep, "wtp": 300}},
    )  # fmt: skip


# --- tariffs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("keep", [1.0, 0.75])
def test_a_tariff_moves_purchases_once_it_exceeds_the_gap(keep: float):
    """One unit less from near saves its cost less k twice (pit 1 % of 50, lane 1 % of 60) and the
    tariff; what then comes from far costs k more twice (54 and 60).  Prices leave no other gap, so
    buyers change at rate x keep x 60 = 0.5 + 0.6 + keep (0.54 + 0.6)."""
    network = calibrated(duel(keep), discount=0.0)
    edge = (0.5 + 0.6 + keep * (0.54 + 0.6)) / (keep * 60)
    # Ties are broken by a ten-thousandth of price.
    for rate, near in ((edge - 0.0005, 4.0), (edge + 0.0005, 0.0)):
        met = meet(network, Shock(tariff="near", commodity="ore", rate=rate, days=999))
        runs = respond(network, met)
        for name in ("market", "foresight"):
            assert runs[name].departures[0] == pytest.approx([near] * PERIODS, abs=1e-6), rate
        assert runs["frozen"].departures[0] == pytest.approx([4.0] * PERIODS)


def test_a_tariff_ends_and_buyers_come_back():
    """Nobody knows when, but while it is in force the market buys elsewhere, and then again as
    before; foresight too, without a stock to buy ahead with."""
    network = calibrated(duel())
    met = meet(network, Shock(tariff="near", rate=0.5, days=35))
    runs = respond(network, met)
    for name in ("market", "foresight"):
        assert runs[name].departures[0] == pytest.approx([0] * 5 + [4] * 15, abs=1e-6)


def test_frozen_pays_and_the_loss_is_what_it_pays():
    """4 x 20 departures, three quarters arrive at 60 a unit, 50 % of that; nothing else changes."""
    network = calibrated(duel())
    met = meet(network, Shock(tariff="near", rate=0.5, days=999))
    runs = respond(network, met)
    paid = 4 * PERIODS * 0.75 * 60 * 0.5
    assert tariff_paid(network, met, runs["frozen"]) == pytest.approx(paid)
    assert lost(network, met, runs["frozen"]) == pytest.approx(paid)
    assert tariff_paid(network, met, runs["foresight"]) == pytest.approx(0, abs=1e-4)
    # What it costs to avoid the tariff: 1.955 a unit, see above.
    assert lost(network, met, runs["foresight"]) == pytest.approx(4 * PERIODS * 1.955, rel=1e-3)


def test_a_tariff_beyond_what_anybody_pays_leaves_demand_unserved():
    """With no second supplier and a tariff of ten times the value the town buys what it must have
    (300) no longer, though at half of that it still does; frozen buys and pays."""
    network = duel()
    one = replace(network.facilities, capacity=np.array([8.0, 4.0]))
    network = calibrated(replace(network, facilities=one))
    for rate, served in ((2.0, 7.0), (10.0, 4.0)):
        met = meet(network, Shock(tariff="near", rate=rate, days=999))
        runs = respond(network, met)
        assert runs["foresight"].served.sum(axis=0) == pytest.approx([served] * PERIODS, abs=1e-6)
        assert runs["frozen"].served.sum(axis=0) == pytest.approx([7.0] * PERIODS)


def test_stocks_bridge_a_tariff_whose_end_is_known():
    """Foresight draws on the west's stock while the tariff lasts, the cheapest way round it; a
    market that cannot know believes the same of a short one."""
    network = calibrated(networks.rivals())
    met = meet(network, Shock(tariff="M", to="west", rate=0.03, days=14))
    runs = respond(network, met)
    during = runs["foresight"].departures[WEST, :2].sum()
    # Three units in the tank stand for four departures of a quarter lost.
    assert during == pytest.approx(8 - 3 / 0.75, abs=1e-5)
    paid = {name: tariff_paid(network, met, run) for name, run in runs.items()}
    assert paid["frozen"] == pytest.approx(8 * 0.75 * 60 * 0.03)
    assert paid["foresight"] == pytest.approx(4 * 0.75 * 60 * 0.03, rel=1e-4)
    within = order_tolerance(network, runs["foresight"], runs["frozen"], met)
    assert lost(network, met, runs["foresight"]) <= lost(network, met, runs["frozen"]) + within


def test_a_tariff_free_contract_keeps_its_buyer():
    network = duel()
    free = replace(network.lanes, tariff_free=np.array([True, False]))
    network = calibrated(replace(network, lanes=free))
    met = meet(network, Shock(tariff="*", rate=0.5, days=999))
    runs = respond(network, met)
    assert runs["foresight"].departures[0].min() > 4 - 1e-6
    assert tariff_paid(network, met, runs["market"]) == pytest.approx(
        60 * 0.5 * runs["market"].departures[1].sum()
    )


def test_the_next_scenario_finds_the_base_again():
    """Costs that a tariff has changed are those of the base again afterwards."""
    network = calibrated(duel())
    foresight, market = Foresight(assemble(network, PERIODS)), Market(network, PLAN)
    calm = undisturbed(network, PERIODS)
    for response in (foresight, market):
        before = response.run(calm).departures
        response.run(meet(network, Shock(tariff="*", rate=2.0, days=99)))
        assert np.array_equal(response.run(calm).departures, before)


# --- quotas --------------------------------------------------------------------------------------


def scarce(**contracts: dict[str, object]) -> Network:
    """The rivals without anything to spare at the second mine: what the west gives up is gone."""
    network = networks.rivals()
    capacity = np.array([14.0, 4.0])
    network = replace(network, facilities=replace(network.facilities, capacity=capacity))
    if contracts:
        made = make(nodes={f"{p}.ore": {} for p in network.nodes.place},
                    lanes={i: {"origin": "mine.ore", "to": "east.ore"} for i in network.lanes.id},
                    contracts=contracts)  # fmt: skip
        network = replace(network, contracts=made.contracts)
    return calibrated(network)


def exported(run: Trajectory) -> np.ndarray:
    return run.departures[EAST] + run.departures[WEST]


def test_a_quota_is_dealt_out_anew_by_the_market_and_pro_rata_in_frozen():
    """Six of ten may go abroad.  The east, which bids most, keeps its six; frozen gives both 60 %.
    At home the mill gets its two, beyond what the mine may sell abroad."""
    network = scarce()
    met = meet(network, Shock(quota="M", commodity="ore", depth=0.4, days=999))
    runs = respond(network, met)
    for run in runs.values():
        assert exported(run) == pytest.approx([6.0] * PERIODS, abs=1e-5)
        assert run.departures[0] == pytest.approx([2.0] * PERIODS, abs=1e-5)
    assert runs["frozen"].departures[EAST] == pytest.approx([3.6] * PERIODS)
    assert runs["frozen"].departures[WEST] == pytest.approx([2.4] * PERIODS)
    # Stocks bridge the first weeks, the precautionary part of the market's excepted.
    assert runs["foresight"].served[1].sum() == pytest.approx(6 * PERIODS, abs=1e-4)
    assert runs["market"].departures[EAST, 4:] == pytest.approx([6.0] * (PERIODS - 4), abs=1e-5)
    assert runs["market"].departures[WEST, 4:].max() < 1e-5
    assert runs["frozen"].served[1].sum() < runs["market"].served[1].sum() - 20


def test_the_mine_stops_digging_when_its_tank_is_full():
    """Eight a week can leave; four more fit the tank, and then the pit digs eight."""
    network = scarce()
    met = meet(network, Shock(quota="M", depth=0.4, days=999))
    frozen = Frozen(network).run(met)
    assert frozen.activity[0, :3] == pytest.approx([12, 8, 8])
    assert frozen.stock[0, 0] == pytest.approx(8)


def test_a_second_supplier_stands_in_for_a_quota():
    """With spare at the second mine nobody goes short but in frozen."""
    network = calibrated(networks.rivals())
    met = meet(network, Shock(quota="M", depth=0.4, days=999))
    runs = respond(network, met)
    wanted = network.demands.quantity[:, None] * met.wanted
    assert runs["foresight"].served == pytest.approx(wanted, abs=1e-5)
    assert (wanted - runs["frozen"].served).sum() > 20


def test_a_quota_ends_and_the_world_is_the_base_again():
    network = scarce()
    met = meet(network, Shock(quota="M", depth=0.4, days=28, recovery=((14, 0.9),)), periods=40)
    market = Market(network, PLAN).run(met)
    assert exported(market)[:6] == pytest.approx([6, 6, 6, 6, 9, 9], abs=1e-5)
    assert exported(market)[6:] == pytest.approx([10.0] * 34, abs=1e-5)
    assert market.departures[:, -5:] == pytest.approx(
        np.repeat(network.lanes.base[:, None], 5, axis=1), abs=1e-5
    )


def test_a_quota_on_a_node_with_contracts_needs_no_row():
    """The sum of its departures has a column already, unless some stay at home; the program has
    rows only when they are asked for."""
    network = networks.two_buyers()
    met = meet(network, Shock(quota="plant", depth=0.5, days=999))
    program = assemble(network, PERIODS)
    assert serves(network, program.layout, met)
    assert len(program.layout.rows["quota"].units) == 0
    runs = respond(calibrated(network), met)
    assert runs["foresight"].departures.sum(axis=0) == pytest.approx([5] * PERIODS, abs=1e-5)
    free = networks.rivals()
    met, program = meet(free, Shock(quota="M", depth=0.5)), assemble(free, PERIODS)
    assert not serves(free, program.layout, met)
    with pytest.raises(ValueError, match="no rows for these quotas"):
        bounds(free, program.layout, met, program.scale)
    assert serves(free, assemble(free, PERIODS, quotas=True).layout, met)
    assert serves(free, program.layout, undisturbed(free, PERIODS))


def test_who_survives_on_what_a_quota_leaves_over():
    """The west is short under frozen.  Without the quota's sum it could take all that the mine's
    lanes carry; under it there is nothing left to take."""
    network = scarce()
    met = meet(network, Shock(quota="M", depth=0.4, days=999))
    frozen = Frozen(network).run(met)
    (west,) = [g for g in groups(network) if g.place == "west" and g.whole]
    loose = replace(met, quota=np.full_like(met.quota, np.inf))
    assert time_to_survive(network, loose, frozen, west) is None
    found = time_to_survive(network, met, frozen, west)
    # 1.2 a week less arrives from the second week on: three in the tank last 2.5 weeks more.
    assert found == pytest.approx(7 * 3.5, rel=1e-6)


def test_more_of_a_lane_is_worth_nothing_under_a_quota_or_a_tariff_that_takes_it_all():
    network = scarce()
    for shock in (Shock(quota="M", depth=0.4, days=999), Shock(tariff="M", rate=9.0, days=999)):
        met = meet(network, shock)
        run = Foresight(assemble(network, PERIODS)).run(met)
        plain, told = (
            marginals(network, {"foresight": run}, "s", m).query("kind == 'lane'").set_index("id")
            for m in (None, met)
        )
        # Of the tank's first weeks apart, nobody would pay for room on a lane that may not be used.
        assert plain["value"].get("mine-west", 0.0) > 1.0
        assert told["value"].get("mine-west", 0.0) < 0.01 * plain["value"]["mine-west"]


def test_a_pact_lends_within_a_quota_and_under_a_tariff():
    """Cargo that is turned over stays abroad of the south, so its quota holds; whoever gets it pays
    the tariff of where it goes."""
    network = pacts.pair()
    shut = Shock(passage="strait", days=70)
    quota = Shock(quota="south", depth=0.1, days=120)
    tariff = Shock(tariff="south", to="bar", rate=0.05, days=120)
    met = meet(network, shut, quota, tariff, periods=pacts.PERIODS)
    market = Market(network, PLAN)
    run = Pact(market, pacts.sharing_of(network)).run(met)
    assert sum(t.quantity for t in run.transfers if not t.is_return) > 1
    assert max(breaches(network, met, run).values()) < 1e-5
    south = run.departures[2] + run.departures[3]
    assert south[:17].max() <= 0.9 * network.lanes.base[2:].sum() + 1e-6
    paid = 0.05 * 130 * run.departures[3] @ (met.tariff[3] / 0.05)
    assert tariff_paid(network, met, run) == pytest.approx(paid)


# --- offtake -------------------------------------------------------------------------------------


def test_an_offtake_contract_keeps_a_buyers_share_under_a_shortage():
    """Of fourteen that the pit can dig 5.6 are left.  Without a contract the east outbids the west;
    with one for all it buys (80 % of 4/12 kept) the west gets that part of what leaves the mine."""
    shock = Shock(facility="pit", days=999, depth=0.6)
    free = scarce()
    without = respond(free, meet(free, shock))["market"]
    assert without.departures[WEST, 5:].max() < 1e-5
    network = scarce(offtake={"origin": "mine.ore", "lanes": ["mine-west"], "quantity": 4.0})
    share = 0.8 * 4 / 12
    assert network.contracts.share == pytest.approx([share])
    runs = respond(network, meet(network, shock))
    for name in ("market", "foresight"):
        leaves = runs[name].departures[:3].sum(axis=0)[5:]
        assert runs[name].departures[WEST, 5:] == pytest.approx(share * leaves, abs=1e-5)
        assert leaves == pytest.approx([5.6] * (PERIODS - 5), abs=1e-4)
    assert runs["frozen"].departures[WEST, 5:] == pytest.approx([1.6] * (PERIODS - 5))


def test_an_offtake_contract_holds_under_a_quota_too():
    """Of the six that may go abroad and the two at home the west gets its share; the mine has a
    contract and sells at home, so its quota needs a row."""
    network = scarce(offtake={"origin": "mine.ore", "lanes": ["mine-west"], "quantity": 4.0})
    met = meet(network, Shock(quota="M", depth=0.4, days=999))
    assert not serves(network, assemble(network, PERIODS).layout, met)
    runs = respond(network, met)
    for name in ("market", "foresight"):
        assert exported(runs[name])[5:] == pytest.approx([6.0] * (PERIODS - 5), abs=1e-5)
        assert runs[name].departures[WEST, 5:].min() > 0.8 * 4 / 12 * 8 - 1e-5
