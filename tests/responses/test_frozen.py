"""The forward simulation, against figures found by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests import networks
from tests.conftest import DATA
from tests.networks import calibrated, make

from seawall.errors import SeawallError
from seawall.network import Network
from seawall.questions.prepared import Prepared
from seawall.responses import Frozen, Trajectory, breaches
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed
from seawall.study import read


def frozen(network: Network, *shocks: Shock, periods: int = 20) -> tuple[Conditions, Trajectory]:
    met = undisturbed(network, periods)
    if shocks:
        met = conditions(network, Scenario(title="test", shock=shocks), periods)
    return met, Frozen(network).run(met)


def assert_keeps_limits(network: Network, met: Conditions, run: Trajectory) -> None:
    size = max(network.lanes.base.max(), network.facilities.base.max())
    found = breaches(network, met, run)
    assert max(found.values()) < 1e-7 * size, found


@pytest.fixture(scope="module")
def three() -> Prepared:
    return Prepared(read(DATA / "three"))


def three_run(three: Prepared, days: float) -> Trajectory:
    shock = Shock(passage="gate", days=days)
    return three.frozen.run(three.conditions(Scenario(title="t", shock=(shock,))))


# --- three nodes by hand: 0.7 a week, gate after one week of two, stock of two weeks --------------


def test_three_for_60_days(three: Prepared):
    """One week of cargo has crossed, two weeks lie in tanks: short from the fourth week on, until
    what leaves in the last three days of the ninth week (3/7) arrives two weeks after departure."""
    run = three_run(three, 60)
    served = run.served.sum(axis=0)
    assert served[:3] == pytest.approx([0.7] * 3)
    assert served[3:9] == pytest.approx(0)
    # A[8] = 3/7 lets the departure of week 7 through in part, which lands in week 9.
    assert served[9] == pytest.approx(0.7 * 3 / 7)
    assert served[10:] == pytest.approx(0.7)
    coast = three.network.nodes.index()[("coast", "lng")]
    assert run.stock[coast, :4] == pytest.approx([1.4, 0.7, 0, 0])


def test_three_for_60_days_at_the_plant(three: Prepared):
    """What left last comes back (0.7): with 0.35 in store that fills the tank of 0.7 and leaves
    0.35 in ships; output stops until the gate opens."""
    run = three_run(three, 60)
    plant = three.network.nodes.index()[("plant", "lng")]
    assert run.stock[plant, 0] == pytest.approx(0.7)
    assert run.waiting[plant, 0] == pytest.approx(0.35)
    assert run.activity[0, :7] == pytest.approx(0)
    assert run.departures[0, :9] == pytest.approx([0] * 7 + [0.3, 0.7])
    # In week 7 0.3 of the 1.05 leaves, in week 8 0.7: then the tank has room again.
    assert run.activity[0, 7:9] == pytest.approx([0, 0.65])


def test_three_for_14_days_is_covered(three: Prepared):
    """Two weeks without cargo are what the tank holds: nobody is short."""
    run = three_run(three, 14)
    assert run.served.sum(axis=0) == pytest.approx(0.7)
    coast = three.network.nodes.index()[("coast", "lng")]
    assert run.stock[coast, :4] == pytest.approx([1.4, 0.7, 0, 0])


def test_three_sheds_the_lowest_willingness_to_pay_first(three: Prepared):
    """With 0.3 of 0.7 there are homes (0.28, 40) and a little power; industry has nothing."""
    run = three_run(three, 60)
    by_tier = dict(zip(three.network.demands.tier, run.served[:, 9], strict=True))
    assert by_tier["essential"] == pytest.approx(0.28)
    assert by_tier["important"] == pytest.approx(0.02)
    assert by_tier["deferrable"] == pytest.approx(0)


# --- rules ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(networks.CATALOGUE))
def test_the_undisturbed_world_is_the_base(name: str):
    """Without a shock every flow, activity, stock and demand stays at its base."""
    network = calibrated(networks.CATALOGUE[name]())
    met, run = frozen(network)
    assert run.departures == pytest.approx(np.tile(network.lanes.base[:, None], 20))
    assert run.activity == pytest.approx(np.tile(network.facilities.base[:, None], 20))
    assert run.stock == pytest.approx(np.tile(network.nodes.start[:, None], 20))
    assert run.served == pytest.approx(np.tile(network.demands.quantity[:, None], 20))
    assert_keeps_limits(network, met, run)


def test_a_full_tank_stops_output():
    """With the strait shut the wells fill their tank of 10 from 5 and 2.5 that come back; then
    they stop, and start again with the ships."""
    network = networks.canal()
    met, run = frozen(network, Shock(passage="strait", days=28))
    assert run.activity[0, :5] == pytest.approx([2.5, 0, 0, 2.5, 10])
    assert run.stock[0, :3] == pytest.approx([10, 10, 10])
    assert_keeps_limits(network, met, run)


def test_other_shares_do_not_grow():
    """While the east cannot be reached the west and the south get what they always get."""
    network = networks.two_buyers()
    met, run = frozen(network, Shock(passage="strait", days=70))
    assert run.departures[0, :8] == pytest.approx(0)
    assert run.departures[1:, :8] == pytest.approx(np.array([[2.0] * 8, [5.0] * 8]))
    assert_keeps_limits(network, met, run)


def test_a_detour_brings_the_same_cargo_later():
    """With the canal shut everything goes round the cape and lands 4.25 weeks after departure."""
    network = networks.canal()
    met, run = frozen(network, Shock(passage="canal", days=700))
    assert run.departures[0].max() == 0
    assert run.departures[1] == pytest.approx([10] * 20)
    assert run.served.sum(axis=0) == pytest.approx([10] * 20)
    # 1.75 weeks of cargo come later: the tank of 20 gives 17.5.
    assert run.stock[1, -1] == pytest.approx(2.5)
    assert_keeps_limits(network, met, run)


def test_a_shock_at_a_scarce_origin_rations_all_buyers_alike():
    """Half the output and an empty tank leave half for each buyer."""
    network = networks.two_buyers()
    _, run = frozen(network, Shock(facility="wells", days=70, depth=0.5))
    assert run.departures[:, 3] == pytest.approx([1.5, 1, 2.5])


def test_recipes_run_at_the_scarcest_input():
    """Without coke the smelter runs on its stock of 3 (six weeks of 0.5 for 4 at 2 a week: one and
    a half weeks) and then stops; ore piles up in the tank and then in ships."""
    network = networks.hub()
    met, run = frozen(network, Shock(facility="ovens", days=70))
    assert run.activity[3, :4] == pytest.approx([4, 2, 0, 0])
    smelter = network.nodes.index()[("smelter", "ore")]
    assert run.stock[smelter, :4] == pytest.approx([6, 10, 12, 12])
    assert run.waiting[smelter, 3] == pytest.approx(6 + 8)
    assert_keeps_limits(network, met, run)


def test_what_has_no_tank_passes_on_all_that_it_gets():
    """The hub sends what arrives, one week later the smelter has it."""
    network = networks.hub()
    met, run = frozen(network, Shock(facility="north-mine", days=70), periods=10)
    hub = network.nodes.index()[("hub", "ore")]
    assert run.stock[hub].max() == run.waiting[hub].max() == 0
    arrivals = met.arrivals[hub].copy()
    arrivals[1:] += 0.5 * (run.departures[0, :-1] + run.departures[1, :-1])
    arrivals[2:] += 0.5 * run.departures[0, :-2]
    arrivals += 0.5 * run.departures[1]
    assert run.departures[2] == pytest.approx(arrivals)


def test_a_port_without_a_tank_holds_up_the_pipe_behind_it():
    """With the strait shut the port can keep nothing: the pipe stops and the field fills up."""
    network = networks.inland()
    met, run = frozen(network, Shock(passage="strait", days=42))
    assert run.departures[0, 1:4] == pytest.approx(0)
    assert run.stock[0, 1] == pytest.approx(6)
    assert run.activity[0, 2:4] == pytest.approx(0)
    assert_keeps_limits(network, met, run)


def test_a_by_product_is_thrown_away_and_stops_nothing():
    """Slag is spilt in full, whatever happens."""
    network = networks.hub()
    met, run = frozen(network, Shock(facility="north-mine", days=30))
    slag = network.nodes.index()[("smelter", "slag")]
    assert run.spill[slag] == pytest.approx(1.5 * run.activity[3])
    assert np.delete(run.spill, slag, axis=0).max() == 0
    assert_keeps_limits(network, met, run)


def test_wells_with_two_outputs_run_at_one_rate():
    """When the oil tank is full the wells stop and the gas stops with them; when the pipe is shut
    the gas is burnt and oil goes on."""
    network = networks.twins()
    met, run = frozen(network, Shock(passage="strait", days=60))
    assert_keeps_limits(network, met, run)
    assert run.activity[0, 2:6] == pytest.approx(0)
    assert run.served[1, 2:6] == pytest.approx(0)
    met, run = frozen(network, Shock(lane="pipe", days=60))
    assert run.activity[0] == pytest.approx(6)
    assert run.spill[1, :8] == pytest.approx(3)
    assert_keeps_limits(network, met, run)


def test_a_terminal_behind_a_stopped_plant_takes_no_more_than_its_tank():
    """When a regasification plant stops its terminal fills up and the ships wait off the coast."""
    ready = Prepared(read(DATA / "twelve"))
    network = ready.network
    shocks = (Shock(facility="regas-nord-west", days=90),)
    met, run = frozen(network, *shocks)
    terminal = network.nodes.index()[("nord-west-t", "lng")]
    coast = network.nodes.index()[("nord-west", "lng")]
    assert run.stock[terminal].max() == pytest.approx(network.nodes.tank[terminal])
    assert run.waiting[terminal].max() == 0
    assert run.waiting[coast].max() > 0
    assert_keeps_limits(network, met, run)


def test_less_demand_leaves_stocks_full_and_plants_idle():
    """When demand halves nothing is served beyond it and no tank overflows."""
    ready = Prepared(read(DATA / "twelve"))
    met, run = frozen(ready.network, Shock(demand="NRD", change=-0.5, days=90))
    assert_keeps_limits(ready.network, met, run)


def test_a_floor_is_not_touched():
    """The last unit above the floor is used, the floor is not, though it evaporates."""
    network = networks.chain()
    met, run = frozen(network, Shock(facility="wells", days=70))
    # Start 4, loss 10 %: 3.6 - 1 leave at once, then 1 only evaporates.
    assert run.departures[0, :3] == pytest.approx([2.6, 0, 0])
    assert run.stock[0, :3] == pytest.approx([1, 0.9, 0.81])
    assert_keeps_limits(network, met, run)


def test_goods_in_a_circle_within_one_period_are_an_error():
    """Two pipes without lead time that feed each other have no order; the error names a node."""
    network = make(
        nodes={"a.x": {"price": 1, "start": 1, "tank": 2}, "b.x": {"price": 1}},
        lanes={"ab": {"origin": "a.x", "to": "b.x", "base": 1},
               "ba": {"origin": "b.x", "to": "a.x", "base": 1}},
        demands={"d": {"at": "b.x", "quantity": 1, "wtp": 2}},
    )  # fmt: skip
    with pytest.raises(SeawallError, match=r"circle within one period at x in [ab]"):
        Frozen(network)


def test_running_twice_gives_the_same():
    """A run leaves nothing behind in the simulation or the conditions."""
    network = networks.canal()
    met = conditions(network, Scenario(title="t", shock=(Shock(passage="strait"),)), 20)
    simulation = Frozen(network)
    one, two = simulation.run(met), simulation.run(met)
    for name in ("activity", "departures", "stock", "waiting", "served", "spill"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_two_wells_share_the_room_in_a_tank():
    """Two wells at one tank are cut alike when it is full."""
    network = networks.canal()
    facilities = networks.make(
        nodes={"plant.lng": {}, "coast.lng": {}},
        facilities={"a": {"recipe": {"plant.lng": 1}, "base": 6},
                    "b": {"recipe": {"plant.lng": 1}, "base": 4}},
    ).facilities  # fmt: skip
    network = replace(network, facilities=facilities)
    met, run = frozen(network, Shock(passage="strait", days=28))
    assert run.activity[:, 0] == pytest.approx([1.5, 1.0])
    assert_keeps_limits(network, met, run)


# --- whoever has stock serves its own customers from it -------------------------------------------


def town(*, start: float = 20.0, capacity: float = 15.0) -> Network:
    """Ships bring 10 a week to a tank; a plant regasifies it for a city that wants 8 and sends 2
    on through a pipe to a town."""
    return make(
        nodes={
            "gulf.lng": {"start": 5, "tank": 10, "price": 80},
            "coast.lng": {"start": start, "tank": 40, "price": 100},
            "city.gas": {"price": 110},
            "town.gas": {"price": 120},
        },
        facilities={
            "wells": {"recipe": {"gulf.lng": 1}, "base": 10, "capacity": 12},
            "regas": {"recipe": {"coast.lng": -1, "city.gas": 1}, "base": 10,
                      "capacity": capacity, "place": "coast"},
        },
        lanes={
            "ship": {"origin": "gulf.lng", "to": "coast.lng", "lag": 1, "base": 10},
            "pipe": {"origin": "city.gas", "to": "town.gas", "lag": 0, "base": 2},
        },
        demands={
            "city": {"at": "city.gas", "quantity": 8, "wtp": 500},
            "town": {"at": "town.gas", "quantity": 2, "wtp": 400},
        },
    )  # fmt: skip


def test_more_demand_is_served_from_the_own_tank_until_it_is_empty():
    """12 instead of 8 are wanted: 4 a week from a tank of 20 last five weeks.  Nobody extracts,
    ships or buys more, and the town gets what it always gets."""
    met, run = frozen(town(), Shock(demand="city", change=0.5, days=70))
    assert run.activity[1, :5] == pytest.approx(14)
    assert run.served[0, :5] == pytest.approx(12)
    assert run.served[1, :5] == pytest.approx(2)
    assert run.stock[1, :6] == pytest.approx([16, 12, 8, 4, 0, 0])
    # Then 10 are shared by 14 that are wanted.
    assert run.activity[1, 5:9] == pytest.approx(10)
    assert run.served[:, 5:9].sum(axis=0) == pytest.approx(10)
    assert run.activity[0] == pytest.approx(10)
    assert run.departures[0] == pytest.approx(10)
    assert_keeps_limits(town(), met, run)


def test_no_more_is_converted_than_the_plant_can():
    """11 of 14: the tank lasts, the plant does not."""
    network = town(capacity=11)
    met, run = frozen(network, Shock(demand="city", change=0.5, days=35))
    assert run.activity[1, :5] == pytest.approx(11)
    assert run.served[:, :5].sum(axis=0) == pytest.approx(11)
    assert run.stock[1, :5] == pytest.approx([19, 18, 17, 16, 15])
    assert run.activity[1, 5:] == pytest.approx(10)
    assert_keeps_limits(network, met, run)


def test_nothing_is_converted_beyond_the_base_without_stock():
    """An empty tank gives nothing: 10 come in, 10 go out."""
    network = town(start=0)
    met, run = frozen(network, Shock(demand="city", change=0.5, days=70))
    assert run.activity[1] == pytest.approx(10)
    assert run.served[:, :9].sum(axis=0) == pytest.approx(10)
    assert_keeps_limits(network, met, run)


def test_a_tank_is_not_drawn_on_for_other_people_s_customers():
    """The town wants twice as much, but it is a partner like any other: its share does not grow."""
    network = town()
    met, run = frozen(network, Shock(demand="town", change=1.0, days=70))
    assert run.activity[1] == pytest.approx(10)
    assert run.served[0] == pytest.approx(8)
    assert run.served[1] == pytest.approx(2)
    assert run.stock[1] == pytest.approx(20)
    assert_keeps_limits(network, met, run)


def test_less_demand_does_not_make_conversions_run_beyond_their_base():
    """A factor below one is none: what is not wanted stays in the tank."""
    network = town()
    met, run = frozen(network, Shock(demand="city", change=-0.5, days=14))
    assert run.activity[1, :2] == pytest.approx(6)
    assert run.stock[1, :2] == pytest.approx([24, 28])
    assert run.activity[1, 2:].max() <= 10 + 1e-9
    assert_keeps_limits(network, met, run)
