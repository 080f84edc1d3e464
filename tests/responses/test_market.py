"""Market: re-planning without knowing the end.  Hand cases, then any network and any shocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import networks
from tests.networks import CATALOGUE, calibrated, make, with_terms
from tests.responses.test_random_networks import random_network, shocks_for

from seawall.errors import Infeasible
from seawall.network import Network
from seawall.program import assemble
from seawall.questions.stress import loss
from seawall.responses import Foresight, Frozen, Trajectory, breaches, order_tolerance, value
from seawall.responses.market import Market, Planning, Rolling
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed
from seawall.shocks.belief import Belief

PERIODS = 24
SHORT = Planning(window=12)
FIELDS = ("departures", "activity", "stock", "waiting", "served", "spill")


def meet(network: Network, *shocks: Shock, periods: int = PERIODS) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), periods)


def followed(
    network: Network, met: Conditions, plan: Planning = SHORT
) -> tuple[Rolling, Trajectory]:
    rolling = Market(network, plan).start(met)
    return rolling, rolling.finish()


def size_of(network: Network) -> float:
    return float(max(network.lanes.base.max(initial=0), network.facilities.base.max(initial=0)))


def assert_base(network: Network, run: Trajectory, since: int = 0, tolerance: float = 0.0) -> None:
    """Flows, stocks and what is served from `since` on are those of the base."""
    expected = {
        "departures": network.lanes.base, "activity": network.facilities.base,
        "stock": network.nodes.start, "served": network.demands.base,
        "waiting": np.zeros(len(network.nodes)),
    }  # fmt: skip
    for name, base in expected.items():
        seen = getattr(run, name)[:, since:]
        assert np.abs(seen - base[:, None]).max(initial=0) <= tolerance, name


def assert_keeps_limits(network: Network, met: Conditions, run: Trajectory) -> None:
    found = breaches(network, met, run)
    assert max(found.values()) < 1e-6 * size_of(network), found
    assert run.residuals is not None
    assert run.residuals.ok(1e-6)


# --- the base ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CATALOGUE)
def test_without_a_shock_nothing_is_planned_and_everything_is_base(name: str):
    network = calibrated(CATALOGUE[name]())
    met = undisturbed(network, 30)
    rolling, run = followed(network, met)
    assert rolling.plans == 0
    assert_base(network, run)
    assert max(breaches(network, met, run).values()) < 1e-12


@pytest.mark.parametrize("name", CATALOGUE)
def test_plans_for_an_untroubled_world_return_the_base(name: str):
    """A shock that hits nothing of the network makes people plan, every two weeks and to the end;
    neither the short window, comfort, the precautionary stock nor slow growth moves the base."""
    network = calibrated(CATALOGUE[name]())
    met = meet(network, Shock(load="elsewhere", change=0.5, days=400), periods=20)
    rolling, run = followed(network, met, Planning())
    assert rolling.plans == 10
    assert_base(network, run, tolerance=1e-7 * size_of(network))
    assert_keeps_limits(network, met, run)


def test_planning_stops_when_the_world_is_back_and_then_all_is_base():
    """A week without the wells is made good in some weeks; after that nobody plans."""
    network = calibrated(networks.hub(), periods=60)
    met = meet(network, Shock(facility="north-mine", days=7), periods=60)
    rolling, run = followed(network, met, Planning())
    assert 2 <= rolling.plans < 15
    assert_base(network, run, since=2 * rolling.plans)
    assert run.price is not None
    assert run.price[:, -1] == pytest.approx(network.nodes.price)
    # What of the slag was thrown away in the base is thrown away again.
    assert_keeps_limits(network, met, run)
    slag = network.nodes.commodity.index("slag")
    assert run.spill[slag, -1] == pytest.approx(6)
    apart = np.abs(run.departures - network.lanes.base[:, None]).max(axis=0)
    assert apart[: 2 * rolling.plans].max() > 0.1


def test_planning_goes_on_until_a_second_shock_and_with_lasting_damage():
    network = calibrated(networks.hub(), periods=60)
    later = Shock(facility="south-mine", start_day=7 * 40, days=7)
    rolling, run = followed(network, meet(network, Shock(facility="ovens", days=1), later,
                                          periods=60))  # fmt: skip
    assert rolling.plans > 20
    assert run.activity[1, 40] == pytest.approx(0)
    lasting = Shock(facility="south-mine", days=7, lasting=0.2)
    rolling, _ = followed(network, meet(network, lasting, periods=60))
    assert rolling.plans == 30


def test_the_last_plan_is_cut_where_the_run_ends():
    network = calibrated(networks.two_buyers())
    met = meet(network, Shock(passage="strait", days=200), periods=7)
    rolling, run = followed(network, met)
    assert (rolling.plans, run.periods) == (4, 7)
    assert_keeps_limits(network, met, run)


# --- how people plan -----------------------------------------------------------------------------


def island(**node: float) -> Network:
    """One place with its own wells of 10 a week and a tank."""
    row: dict[str, Any] = {"start": 20, "floor": 5, "tank": 40, "price": 100, **node}
    return calibrated(
        make(
            nodes={"isle.gas": row},
            facilities={"wells": {"recipe": {"isle.gas": 1}, "base": 10, "capacity": 11}},
            demands={"homes": {"at": "isle.gas", "quantity": 10, "wtp": 500}},
        )
    )


@pytest.mark.parametrize("precaution, kept", [(0.4, 11.0), (0.0, 5.0), (1.0, 20.0)])
def test_holders_keep_exactly_the_precautionary_part_of_the_usable_stock(
    precaution: float, kept: float
):
    """Of 20 in the tank 5 cannot be used; of the other 15, 0.4 stay whatever happens."""
    network = island()
    met = meet(network, Shock(facility="wells", days=63))
    _, run = followed(network, met, Planning(window=12, precaution=precaution))
    assert run.stock.min() == pytest.approx(kept)
    # While the wells stand still, what goes is what the tank gives, and that at once.
    assert run.served[0, :9].sum() == pytest.approx(20 - kept)
    assert run.served[0, 0] == pytest.approx(min(10, 20 - kept))
    assert_keeps_limits(network, met, run)


def test_who_has_less_than_the_precautionary_stock_draws_no_further_and_need_not_fill_up():
    """The tank evaporates below it and nothing arrives: there is always a plan, nobody draws."""
    network = replace(island(), nodes=replace(island().nodes, loss=np.array([0.1])))
    met = meet(network, Shock(facility="wells", days=63))
    _, run = followed(network, met, Planning(window=12, precaution=1.0))
    assert run.served[0, :8].max() == pytest.approx(0, abs=1e-9)
    assert run.stock[0, 7] == pytest.approx(20 * 0.9**8)
    assert_keeps_limits(network, met, run)


def test_comfort_fills_tanks_again_after_the_shock():
    """Refilling costs two kinks; a plan over some months that gives nothing for a full tank leaves
    it empty and never comes back to the base."""
    network = island()
    met = meet(network, Shock(facility="wells", days=7), periods=40)
    rolling, run = followed(network, met, Planning(window=26, comfort=0.0015))
    assert run.stock[0, -1] == pytest.approx(20)
    assert rolling.plans < 20
    _, lazy = followed(network, met, Planning(window=26, comfort=0.0))
    assert lazy.stock[0, -1] < 13


@pytest.mark.parametrize("days", [14, 63, 150])
def test_nobody_goes_without_beside_a_stock_that_could_be_used(days: int):
    """However long it lasts: what is in the tank beyond the precautionary stock is used while
    homes are short, and not put off from plan to plan."""
    network = island()
    met = meet(network, Shock(facility="wells", days=days))
    _, run = followed(network, met, Planning())
    lacks = network.demands.quantity[0] - run.served[0] > 1e-6
    assert lacks.any()
    assert run.stock[0, lacks].max() == pytest.approx(11)


def test_people_hold_back_when_they_believe_that_it_lasts():
    """Two tiers, four weeks of stock, wells shut for good: who believes in two weeks more serves
    both at once; who believes in half a year keeps the stock for the homes."""
    network = calibrated(
        make(
            nodes={"isle.gas": {"start": 40, "tank": 40, "price": 100}},
            facilities={"wells": {"recipe": {"isle.gas": 1}, "base": 10, "capacity": 10}},
            demands={"homes": {"at": "isle.gas", "quantity": 5, "wtp": 900},
                     "works": {"at": "isle.gas", "quantity": 5, "wtp": 200}},
        )
    )  # fmt: skip
    met = meet(network, Shock(facility="wells", days=140), periods=20)
    hopeful = Planning(window=20, belief=Belief(0, 14), precaution=0.0, comfort=0.0)
    wary = replace(hopeful, belief=Belief(0, 180))
    _, open_handed = followed(network, met, hopeful)
    _, careful = followed(network, met, wary)
    assert open_handed.served[:, :2] == pytest.approx(np.full((2, 2), 5.0))
    assert careful.served[1, :2] == pytest.approx([0, 0])
    assert careful.served[0, :8] == pytest.approx([5] * 8)
    assert open_handed.served[0].sum() < careful.served[0].sum()


def test_who_knows_everything_at_once_does_what_foresight_does():
    """One plan over the whole run, carried out to its end, no precaution and no comfort: the same
    loss, on every network."""
    for name, build in CATALOGUE.items():
        network = calibrated(build(), periods=20)
        shock = Shock(facility=network.facilities.id[0], days=40, depth=0.7)
        met = meet(network, shock, periods=20)
        plan = Planning(window=20, replan=20, belief=Belief(1, 28), precaution=0.0, comfort=0.0)
        rolling, run = followed(network, met, plan)
        best = Foresight(assemble(network, 20)).run(met)
        assert rolling.plans == 1
        reference = value(network, undisturbed(network, 20), Frozen(network).run(
            undisturbed(network, 20)))  # fmt: skip
        mine, least = (loss(network, met, each, reference) for each in (run, best))
        assert mine == pytest.approx(least, abs=1e-6 * abs(reference.benefit)), name


def test_a_belief_that_is_always_right_is_worth_nearly_as_much_as_foresight():
    """Re-planning every two weeks with the true end in view differs from foresight only by what
    discount and ties leave open; with a wrong belief it loses more."""
    network = with_terms(island(start=60, floor=0), periods=20)
    met = meet(network, Shock(facility="wells", days=56), periods=20)
    base = undisturbed(network, 20)
    reference = value(network, base, Frozen(network).run(base))
    best = Foresight(assemble(network, 20)).run(met)

    class Sure(Belief):
        """The true end on every day."""

        def remaining(self, elapsed_days: float) -> float:
            return 56.0 - elapsed_days

    right = Planning(window=20, belief=Sure(), precaution=0.0, comfort=0.0)
    _, run = followed(network, met, right)
    least = loss(network, met, best, reference)
    tolerance = order_tolerance(network, best, run, met) + 1e-6
    assert abs(loss(network, met, run, reference) - least) <= tolerance
    _, wary = followed(network, met, replace(right, precaution=0.4))
    assert loss(network, met, wary, reference) > least + 10 * tolerance


def test_a_canal_is_not_overrun_across_plans():
    """The canal takes 12 a week; half of a departure crosses after one week and half after two.
    What earlier plans have sent on its way counts in the next one."""
    raw = networks.canal()
    raw = replace(
        raw,
        facilities=replace(raw.facilities, capacity=np.array([30.0])),
        nodes=replace(raw.nodes, tank=np.array([100.0, 90.0]), start=np.array([5.0, 60.0])),
    )
    network = calibrated(raw, periods=30)
    for replan in (1, 2, 3):
        # Nothing leaves for three weeks; then tanks are filled again as fast as ships may pass.
        met = meet(network, Shock(ban="plant", days=21), periods=30)
        _, run = followed(network, met, Planning(replan=replan, precaution=0.0))
        sent = np.concatenate([[0.0, 0.0], run.departures[0]])
        crossing = 0.5 * sent[1:-1] + 0.5 * sent[:-2]
        assert crossing.max() <= 12 + 1e-6
        assert crossing.max() > 11.9, "the canal never binds: the test shows nothing"


def test_a_demand_that_must_be_met_and_cannot_is_an_error_that_names_the_node():
    network = with_terms(island(), curtail=False)
    met = meet(network, Shock(facility="wells", days=63))
    with pytest.raises(Infeasible, match=r"gas at isle"):
        Market(network, SHORT).run(met)


def test_the_same_run_twice_is_the_same_to_the_last_bit():
    """Nothing depends on what was asked before, also not with plans from nothing in between."""
    network = random_network(11)
    market = Market(network, SHORT)
    met = meet(network, Shock(passage="canal", days=60))
    first = market.run(met)
    cold = market.run(met, warm=False)
    market.run(meet(network, Shock(facility="dig0", days=30)))
    again = market.run(met)
    for name in FIELDS:
        assert np.array_equal(getattr(first, name), getattr(again, name)), name
    assert_keeps_limits(network, met, cold)


# --- any network, any shocks ---------------------------------------------------------------------


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=25)
def test_any_run_keeps_all_limits_and_loses_no_less_than_foresight(data: st.DataObject, seed: int):
    network = random_network(seed)
    size = size_of(network)
    plan = Planning(
        window=data.draw(st.integers(4, 14)), replan=data.draw(st.integers(1, 4)),
        belief=Belief(data.draw(st.sampled_from([0.5, 1.0, 3.0])), 28),
        precaution=data.draw(st.sampled_from([0.0, 0.4, 1.0])),
    )  # fmt: skip
    found = data.draw(st.lists(shocks_for(network), min_size=1, max_size=3))
    met = meet(network, *found)
    rolling, run = followed(network, met, plan)
    assert_keeps_limits(network, met, run)
    base = undisturbed(network, PERIODS)
    reference = value(network, base, Frozen(network).run(base))
    best = Foresight(assemble(network, PERIODS)).run(met)
    least, mine = (loss(network, met, each, reference) for each in (best, run))
    assert least <= mine + order_tolerance(network, best, run, met) + 1e-6 * size
    if plan.replan * rolling.plans < PERIODS:
        assert_base(network, run, since=plan.replan * rolling.plans)


def first_apart(one: Trajectory, other: Trajectory, size: float) -> int:
    """First period in which two runs differ."""
    apart = np.zeros(one.periods)
    for name in FIELDS:
        gap = np.abs(getattr(one, name) - getattr(other, name)).max(axis=0, initial=0)
        apart = np.maximum(apart, gap)
    return int(np.flatnonzero(np.append(apart, np.inf) > 1e-6 * size)[0])


@st.composite
def ending(draw: st.DrawFn, network: Network, *, passages: bool) -> tuple[Shock, Shock, Shock]:
    """Two shocks that differ only in their end, and in what comes after it, and perhaps a third
    that begins once they differ."""
    ids = {"facility": network.facilities.id, "lane": network.lanes.id, "demand": ("town0",)}
    kind = "passage" if passages else draw(st.sampled_from(sorted(ids)))
    name = draw(st.sampled_from(network.passages.id if passages else ids[kind]))
    days = draw(st.integers(14, 120))
    longer = days + draw(st.integers(1, 90))
    how = {"change": draw(st.sampled_from([-0.7, 0.4]))} if kind == "demand" else {
        "depth": draw(st.sampled_from([0.4, 1.0]))}  # fmt: skip
    after = {} if kind == "demand" else {
        "recovery": draw(st.sampled_from([(), ((20, 0.8),)])),
        "lasting": draw(st.sampled_from([0.0, 0.3])),
    }  # fmt: skip
    later = Shock(facility=network.facilities.id[0], start_day=days + draw(st.integers(0, 30)),
                  days=30)  # fmt: skip
    return (
        Shock.model_validate({kind: name, "days": days} | how),
        Shock.model_validate({kind: name, "days": longer} | how),
        later.model_copy(update=after) if after else later,
    )


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=40)
def test_nobody_knows_the_end_before_it_comes(data: st.DataObject, seed: int):
    """Two worlds that differ only in what happens after day D - the end of the shock, a second one
    that nobody expects - are the same to the last plan whose periods are over by day D."""
    network = random_network(seed)
    short, long, later = data.draw(ending(network, passages=False))
    replan = data.draw(st.integers(1, 3))
    market = Market(network, Planning(window=10, replan=replan))
    one = market.run(meet(network, short))
    same = replan * int(short.days // (7 * replan))
    for other in (market.run(meet(network, long)), market.run(meet(network, short, later))):
        assert first_apart(one, other, size_of(network)) >= min(same, PERIODS)


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=25)
def test_the_end_of_a_closure_is_known_only_to_ships_that_will_meet_it(
    data: st.DataObject, seed: int
):
    """A ship sets out if the passage will be open when it gets there (that is what the share of a
    departure means), so there the future shows by the longest way to the passage, and no more."""
    network = random_network(seed)
    short, long, _ = data.draw(ending(network, passages=True))
    lanes = network.lanes
    hit = network.passages.id.index(str(short.passage))
    reach = lanes.crossing_lag[lanes.crossing_passage == hit].max(initial=0.0)
    market = Market(network, Planning(window=10))
    one, other = (market.run(meet(network, each)) for each in (short, long))
    # The broken part of a way reaches into the next period, and a plan is for two.
    same = 2 * ((int(short.days // 7) - int(np.floor(reach)) - 1) // 2)
    assert first_apart(one, other, size_of(network)) >= min(max(same, 0), PERIODS)
