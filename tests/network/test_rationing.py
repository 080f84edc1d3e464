"""Allocation orders and equal weights as priorities of demand steps."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import calibrated, canal, make, two_buyers
from tests.responses.test_random_networks import PERIODS, random_network, shocks_for

from seawall.errors import UnknownName
from seawall.network import Network
from seawall.network.rationing import (
    MARGIN,
    SLICES,
    Allocation,
    allocations,
    equal,
    ordered,
    orders,
    preferring,
)
from seawall.program import assemble
from seawall.questions.stress import loss
from seawall.responses import Foresight, Frozen, Trajectory, breaches, value
from seawall.responses.trajectory import order_tolerance
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed
from seawall.study import read


def row(place: str = "coast", share: float = 1.0, **changes: object) -> Allocation:
    plain = Allocation(
        place=place, commodity="lng", tier="", sector="", share=share, from_day=0.0, rank=1.0
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def steps(network: Network) -> list[tuple[str, float, float, float, float, float]]:
    """(tier, quantity, willingness to pay, priority, since, until) of every step."""
    d = network.demands
    return [
        (d.tier_id[d.tier_of[m]], *(float(each[m]) for each in
         (d.quantity, d.wtp, d.priority, d.since, d.until)))
        for m in range(len(d))
    ]  # fmt: skip


def shut(network: Network, periods: int = 12, **changes: object) -> Conditions:
    """The strait shut for four weeks."""
    shock = Shock.model_validate({"passage": "strait", "days": 28} | changes)
    return conditions(network, Scenario(title="shut", shock=(shock,)), periods)


def by_tier(network: Network, amount: np.ndarray) -> np.ndarray:
    """Sum of a table (steps, periods) by row of the study."""
    total = np.zeros((len(network.demands.tier_id), amount.shape[1]))
    np.add.at(total, network.demands.tier_of, amount)
    return total


def starved(**changes: object) -> Network:
    """The canal's coast without a stock, so that a shut strait is felt at once."""
    network = canal(**changes)
    nodes = network.nodes
    bare = np.array([1.0, 0.0])
    return replace(network, nodes=replace(nodes, start=nodes.start * bare, tank=nodes.tank * bare))


def test_an_order_cuts_a_tier_into_what_is_guaranteed_and_the_rest():
    found = steps(ordered(canal(), [row(share=0.75, tier="important", from_day=10.0)]))
    always = (-np.inf, np.inf)
    first = 500 * (1 + MARGIN + MARGIN / 2 * 250 / 500)
    assert found == [
        ("homes", 6, 500, 500, *always),
        ("power", 4, 250, 250, -np.inf, 10),
        ("power", 3, 250, pytest.approx(first), 10, np.inf),
        ("power", 1, 250, 250, 10, np.inf),
    ]


def test_an_order_holds_at_its_place_or_country_for_its_commodity_tier_and_sector():
    network = two_buyers()
    for changes, hit in (
        ({"place": "NOR"}, {"east", "west"}),
        ({"place": "west"}, {"west"}),
        ({"place": "NOR", "tier": "important"}, set()),
        ({"place": "NOR", "sector": "all"}, {"east", "west"}),
        ({"place": "NOR", "sector": "steel"}, set()),
        ({"place": "NOR", "commodity": "gas"}, set()),
    ):
        found = ordered(network, [row(share=0.5, **changes)])  # type: ignore[arg-type]
        assert {tier for tier, _, _, _, since, _ in steps(found) if since == 0} == hit


def test_a_government_bids_the_highest_willingness_to_pay_of_its_place_and_no_other():
    found = steps(ordered(two_buyers(), [row("NOR")]))
    bids = {tier: priority for tier, _, _, priority, since, _ in found if since == 0}
    assert bids["west"] == pytest.approx(400 * (1 + MARGIN * (1 + 300 / 800)))
    assert bids["east"] == pytest.approx(400 * (1 + MARGIN * 1.5))
    assert max(bids.values()) < 500


def test_lower_ranks_come_first_and_the_narrowest_row_holds_until_the_next_ones_day():
    rows = [
        row(share=0.2, rank=2.0),
        row(share=0.5, rank=1.0, tier="important", from_day=7.0),
        row(share=1.0, rank=3.0, tier="important", from_day=21.0),
    ]
    found = [s for s in steps(ordered(canal(), rows)) if s[4] >= 0]
    homes = [s for s in found if s[0] == "homes"]
    assert [(s[1], s[4], s[5]) for s in homes] == [
        (pytest.approx(1.2), 0, np.inf),
        (pytest.approx(4.8), 0, np.inf),
    ]
    power = [(s[1], s[4], s[5]) for s in found if s[0] == "power"]
    assert power == [(2, 7, 21), (2, 7, 21), (4, 21, np.inf)]
    bid = {(s[0], s[4]): s[3] for s in reversed(found)}
    assert bid["power", 7] > bid["homes", 0] > bid["power", 21] > 500


def test_of_an_elastic_demand_the_part_worth_most_is_guaranteed():
    network = calibrated(
        make(
            nodes={"plant.lng": {"price": 100}, "coast.lng": {"price": 100}},
            facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 10}},
            lanes={"ship": {"origin": "plant.lng", "to": "coast.lng", "base": 10, "lag": 1}},
            demands={"all": {"at": "coast.lng", "quantity": 10, "elasticity": 0.3,
                             "tier": "elastic"}},
        )
    )  # fmt: skip
    demands = ordered(network, [row(share=0.7)]).demands
    top = (demands.since == 0) & (demands.priority > demands.wtp)
    rest = (demands.since == 0) & ~top
    assert demands.quantity[top].sum() == pytest.approx(7)
    assert demands.quantity[rest].sum() == pytest.approx(3)
    assert demands.wtp[top].min() >= demands.wtp[rest].max()
    before = np.isneginf(demands.since)
    assert demands.quantity[before] == pytest.approx(network.demands.quantity)


@pytest.mark.parametrize("change", [lambda n: ordered(n, [row(share=0.5)]), equal])
def test_the_base_knows_no_order(change):
    network = calibrated(canal())
    under = change(network)
    assert under.imbalance() == pytest.approx(network.imbalance())
    base, met = undisturbed(network, 26), undisturbed(under, 26)
    wanted = under.demands.quantity[:, None] * met.wanted
    assert by_tier(under, wanted) == pytest.approx(network.demands.quantity[:, None] * base.wanted)
    reference = value(network, base, Frozen(network).run(base))
    found = value(under, met, Foresight(assemble(under, 26)).run(met))
    assert found.surplus == pytest.approx(reference.surplus, rel=1e-6)


@pytest.mark.parametrize("change", [lambda n: ordered(n, [row(share=0.5, from_day=17.5)]), equal])
def test_what_is_wanted_under_an_order_is_what_was_wanted(change):
    network = canal()
    under = change(network)
    wanted = under.demands.quantity[:, None] * shut(under).wanted
    assert by_tier(under, wanted) == pytest.approx(np.array([6.0, 4.0])[:, None] * np.ones(12))


@pytest.mark.parametrize("response", ["frozen", "foresight"])
def test_an_order_turns_round_who_is_shed(response: str):
    network = calibrated(starved(), periods=12)
    met = shut(network)
    free = run(network, met, response)
    under = ordered(network, [row(tier="important")])
    obeyed = run(under, shut(under), response)
    short_free, short = (
        by_tier(n, n.demands.quantity[:, None] * c.wanted - r.served).sum(axis=1)
        for n, c, r in ((network, met, free), (under, shut(under), obeyed))
    )
    # Four weeks: power is shed first; under the order homes are, as far as there are any.
    assert short_free[1] > short_free[0] - 1e-6
    assert short[1] < short_free[1] - 1
    assert short[0] > short_free[0] + 1
    assert short.sum() == pytest.approx(short_free.sum(), rel=1e-6)
    reference = value(
        network, undisturbed(network, 12), Frozen(network).run(undisturbed(network, 12))
    )
    cost = loss(under, shut(under), obeyed, reference) - loss(network, met, free, reference)
    moved = short_free[1] - short[1]
    # With foresight the two plans also differ a little in what waits and when.
    assert cost == pytest.approx(moved * (500 - 250), rel=1e-6 if response == "frozen" else 0.01)


def run(network: Network, met: Conditions, response: str) -> Trajectory:
    found = Frozen(network) if response == "frozen" else Foresight(assemble(network, met.periods))
    return found.run(met)


@pytest.mark.parametrize("response", ["frozen", "foresight"])
def test_equal_weights_shed_all_tiers_alike_within_a_slice(response: str):
    network = calibrated(starved(), periods=12)
    under = equal(network)
    met = shut(under, depth=0.5)
    obeyed = run(under, met, response)
    served = by_tier(under, obeyed.served) / network.demands.quantity[:, None]
    assert served.min() < 0.95
    # A simulation shares a slice out evenly; a program may fill one tier's part of it first.
    apart = 1e-9 if response == "frozen" else 1 / SLICES + 1e-6
    assert np.abs(served[0] - served[1]).max() <= apart


def test_equal_weights_bid_around_the_mean_and_leave_places_with_one_tier_alone():
    found = equal(canal()).demands
    cut = found.since == 0
    assert cut.sum() == 2 * SLICES
    mean = (6 * 500 + 4 * 250) / 10
    assert found.quantity[cut] @ found.priority[cut] / 10 == pytest.approx(mean)
    assert len(set(found.priority[cut].round(9))) == SLICES
    assert equal(two_buyers()).demands.priority == pytest.approx(two_buyers().demands.wtp)
    assert len(equal(canal(), ["coast"]).demands) == 2 + 2 * SLICES


def test_equal_weights_never_bid_less_than_anybody_would():
    network = canal()
    close = replace(
        network.demands, wtp=np.array([500.0, 499.0]), priority=np.array([500.0, 499.0])
    )
    found = equal(replace(network, demands=close)).demands
    assert found.priority[found.since == 0].min() == pytest.approx(499)


def test_unknown_places_and_second_orders_are_refused():
    with pytest.raises(UnknownName, match=r'place or country "NOT".*NOR'):
        equal(two_buyers(), ["NOT"])
    with pytest.raises(ValueError, match="already"):
        ordered(equal(canal()), [row()])


def test_the_preferred_outbid_everybody_in_their_own_order():
    network = two_buyers()
    found = preferring(network, np.array([0, 1])).demands
    assert found.priority[2] == 500
    assert found.priority[0] > found.priority[1] > 500
    assert found.wtp == pytest.approx(network.demands.wtp)
    masked = preferring(network, np.array([True, True, False])).demands
    assert masked.priority == pytest.approx(found.priority)


def test_orders_are_read_from_the_study(twelve: Path):
    study = read(twelve)
    assert orders(study) == ("works-first", "homes-only")
    rows = allocations(study, "works-first")
    assert rows[0] == Allocation("NRD", "gas", "deferrable", "industry", 0.6, 14.0, 1.0)
    assert allocations(study, "homes-only")[0].rank == 1.0
    with pytest.raises(UnknownName, match='did you mean "homes-only"'):
        allocations(study, "home-only")


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=20)
def test_an_order_that_guarantees_what_is_served_anyway_changes_nothing(
    data: st.DataObject, seed: int
):
    network = random_network(seed)
    scenario = Scenario(title="random", shock=(data.draw(shocks_for(network)),))
    met = conditions(network, scenario, PERIODS)
    free = Foresight(assemble(network)).run(met)
    wanted = network.demands.quantity[:, None] * met.wanted
    share = np.clip((free.served / np.maximum(wanted, 1e-12)).min(axis=1), 0.0, 1.0)
    d, nodes = network.demands, network.nodes
    rows = [
        Allocation(
            nodes.place[d.node[m]], "metal", d.tier[m], "", float(share[m]), 0.0, 1.0 + m % 2
        )
        for m in range(len(d))
    ]
    under = ordered(network, rows)
    met_under = conditions(under, scenario, PERIODS)
    obeyed = Foresight(assemble(under)).run(met_under)
    base = undisturbed(network, PERIODS)
    reference = value(network, base, Frozen(network).run(base))
    same = replace(obeyed, served=by_tier(under, obeyed.served))
    one, other = loss(network, met, free, reference), loss(under, met_under, obeyed, reference)
    slack = order_tolerance(network, free, same) + 1e-7 * abs(reference.benefit)
    assert abs(one - other) <= slack


@given(st.data(), st.integers(0, 100_000), st.floats(0.05, 1.0), st.integers(0, 60))
@settings(max_examples=20)
def test_nobody_else_of_a_place_gets_anything_before_the_guaranteed_share(
    data: st.DataObject, seed: int, share: float, day: int
):
    network = random_network(seed)
    scenario = Scenario(title="random", shock=(data.draw(shocks_for(network)),))
    places = sorted({network.nodes.place[n] for n in network.demands.node})
    rows = [
        Allocation(place, "metal", "important", "", share, float(day), 1.0) for place in places
    ] + [Allocation(place, "metal", "essential", "", share / 2, 0.0, 2.0) for place in places]
    under = ordered(network, rows)
    met = conditions(under, scenario, PERIODS)
    d = under.demands
    size = float(d.quantity.max())
    rank = np.where(d.priority <= d.wtp, 3, np.where(d.wtp < 900, 1, 2))
    for response in (Frozen(under), Foresight(assemble(under))):
        found = response.run(met)
        assert max(breaches(under, met, found).values()) < 1e-6 * max(
            size, network.lanes.base.max()
        )
        gap = d.quantity[:, None] * met.wanted - found.served
        for node in set(d.node.tolist()):
            for first, later in ((1, 2), (1, 3), (2, 3)):
                before = gap[(d.node == node) & (rank == first)].sum(axis=0) > 1e-6 * size
                after = found.served[(d.node == node) & (rank == later)].sum(axis=0) > 1e-6 * size
                assert not (before & after).any()
