"""Physically missing and priced out: hand cases, and what holds on random networks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import calibrated, make
from tests.responses.test_random_networks import PERIODS, random_network, shocks_for

from seawall.network import Network
from seawall.network.rationing import preferring
from seawall.program import assemble
from seawall.questions.groups import Group, groups
from seawall.questions.priced_out import Split, split
from seawall.responses import Foresight, Frozen, Trajectory
from seawall.responses.market import Market
from seawall.shocks import Conditions, Scenario, Shock, conditions, undisturbed

PERIODS_HERE = 20


def market_place() -> Network:
    """One plant sells two a week to a poor and four to a rich country, which has two ports; the
    poor one has two tiers."""
    return calibrated(make(
        nodes={
            "plant.lng": {"start": 1, "tank": 2, "price": 100},
            "poor.lng": {"start": 1, "tank": 2, "price": 120},
            "east.lng": {"start": 1, "tank": 2, "price": 120, "country": "RICH"},
            "west.lng": {"start": 1, "tank": 2, "price": 120, "country": "RICH"},
        },
        facilities={"wells": {"recipe": {"plant.lng": 1}, "base": 6, "capacity": 6}},
        lanes={
            name: {"origin": "plant.lng", "to": f"{name}.lng", "lag": 1, "base": 2,
                   "passages": {"strait": 0.5} if name == "poor" else {}}
            for name in ("poor", "east", "west")
        },
        demands={
            "homes": {"at": "poor.lng", "quantity": 1, "wtp": 300},
            "works": {"at": "poor.lng", "quantity": 1, "wtp": 200, "tier": "important"},
            "east": {"at": "east.lng", "quantity": 2, "wtp": 800},
            "west": {"at": "west.lng", "quantity": 2, "wtp": 900},
        },
        passages={"strait": np.inf},
    ))  # fmt: skip


def meet(network: Network, *shocks: Shock) -> Conditions:
    return conditions(network, Scenario(title="test", shock=shocks), PERIODS_HERE)


def run_by(name: str, network: Network, met: Conditions) -> Trajectory:
    if name == "frozen":
        return Frozen(network).run(met)
    if name == "market":
        return Market(network).run(met)
    return Foresight(assemble(network, met.periods)).run(met)


def group_of(network: Network, place: str, tier: str = "all") -> Group:
    return next(g for g in groups(network) if (g.place, g.tier, g.sector) == (place, tier, "all"))


def split_of(
    name: str, network: Network, met: Conditions, place: str, tier: str = "all"
) -> tuple[float, Split]:
    """What is unserved there, and its split."""
    whole, group = group_of(network, place), group_of(network, place, tier)
    run = run_by(name, network, met)
    first = run_by(name, preferring(network, whole.steps), met)
    wanted = network.demands.quantity[:, None] * met.wanted
    unserved = float((wanted - run.served)[group.steps].sum())
    return unserved, split(network, met, run, first, group)


@pytest.mark.parametrize("response", ["frozen", "market", "foresight"])
def test_behind_a_shut_strait_all_is_missing(response: str):
    """The strait to the poor country is shut for six weeks: no price brings anything in."""
    network = market_place()
    met = meet(network, Shock(passage="strait", days=42))
    unserved, found = split_of(response, network, met, "poor")
    assert unserved > 5
    assert found.missing == pytest.approx(unserved)
    assert (found.priced_out, found.buyers) == (0.0, {})


@pytest.mark.parametrize("response", ["market", "foresight"])
def test_who_is_outbid_is_priced_out_and_the_buyer_named(response: str):
    """A third of the wells stop for eight weeks: what is left goes to who pays more, and had the
    poor come first they would have got all; the rich country is named as a whole."""
    network = market_place()
    met = meet(network, Shock(facility="wells", days=56, depth=1 / 3))
    unserved, found = split_of(response, network, met, "poor")
    assert unserved > 8
    assert found.missing == pytest.approx(0.0, abs=1e-6)
    assert found.priced_out == pytest.approx(unserved)
    assert found.buyers == {"RICH": pytest.approx(found.priced_out)}


def test_nobody_bids_under_frozen():
    """All are cut alike, whatever they pay, so all that is short is missing."""
    network = market_place()
    met = meet(network, Shock(facility="wells", days=56, depth=1 / 3))
    unserved, found = split_of("frozen", network, met, "poor")
    assert unserved > 1
    assert found == Split(pytest.approx(unserved), 0.0, {})


def test_both_at_once_and_tier_by_tier():
    """All wells stop for so long that even who comes first goes without in part: tiers add up to
    their place."""
    network = market_place()
    met = meet(network, Shock(facility="wells", days=56, depth=0.9))
    unserved, whole = split_of("foresight", network, met, "poor")
    parts = [split_of("foresight", network, met, "poor", t)[1] for t in ("essential", "important")]
    assert whole.missing > 1
    assert whole.priced_out > 1
    assert whole.missing + whole.priced_out == pytest.approx(unserved)
    assert sum(p.missing for p in parts) == pytest.approx(whole.missing)
    assert sum(p.priced_out for p in parts) == pytest.approx(whole.priced_out)
    for part in (*parts, whole):
        assert sum(part.buyers.values()) == pytest.approx(part.priced_out)


def test_within_a_country_ports_are_named():
    """The east coast is outbid by the west coast of its own country."""
    network = market_place()
    met = meet(network, Shock(facility="wells", days=70, depth=0.6))
    _, found = split_of("foresight", network, met, "east")
    assert "west" in found.buyers
    assert "RICH" not in found.buyers
    assert sum(found.buyers.values()) == pytest.approx(found.priced_out)


def trajectories(network: Network, met: Conditions, *served: Any) -> list[Trajectory]:
    """Runs that differ in nothing but what is served (a share of each step)."""
    run = Frozen(network).run(met)
    wanted = network.demands.quantity[:, None] * met.wanted
    return [replace(run, served=wanted * np.array(s, float)[:, None]) for s in served]


def test_shares_of_buyers_are_those_of_what_they_give_up():
    """Poor lacks 20 of 40, 10 of them also when it comes first; then east gives up 3 of 40 and west
    1: they bought 7.5 and 2.5.  Who is served more in that world is no buyer."""
    network = market_place()
    nodes = replace(network.nodes, country=network.nodes.place)
    apart = replace(network, nodes=nodes)
    met = meet(apart, Shock(lane="poor", days=1))
    run, first = trajectories(apart, met, [1, 0, 1, 0.9], [1, 0.5, 1 - 3 / 40, 0.9 - 1 / 40])
    found = split(apart, met, run, first, group_of(apart, "poor"))
    assert found.missing == pytest.approx(10)
    assert found.priced_out == pytest.approx(10)
    assert found.buyers == {"east": pytest.approx(7.5), "west": pytest.approx(2.5)}
    assert list(found.buyers) == ["east", "west"]
    more = trajectories(apart, met, [1, 0.5, 1 - 3 / 40, 1.0])[0]
    assert list(split(apart, met, run, more, group_of(apart, "poor")).buyers) == ["east"]


def test_noise_is_nothing():
    """A millionth of demand is neither missing nor priced out, and buys nothing."""
    network = market_place()
    met = meet(network, Shock(lane="poor", days=1))
    run, first = trajectories(network, met, [1, 1 - 1e-7, 1, 1], [1, 1, 1, 1 - 1e-7])
    assert split(network, met, run, first, group_of(network, "poor")) == Split(0.0, 0.0, {})
    run, first = trajectories(network, met, [1, 0.5, 1, 1], [1, 1, 1, 1 - 1e-7])
    found = split(network, met, run, first, group_of(network, "poor"))
    assert (found.priced_out, found.buyers) == (pytest.approx(10), {})


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=15)
def test_the_split_adds_up_on_random_networks(data: st.DataObject, seed: int):
    """0 <= missing <= unserved, tiers add up to places, and buyers to what was priced out."""
    network = random_network(seed)
    shock = data.draw(shocks_for(network))
    met = conditions(network, Scenario(title="random", shock=(shock,)), PERIODS)
    run = run_by("foresight", network, met)
    whole = next(g for g in groups(network) if g.whole)
    first = run_by("foresight", preferring(network, whole.steps), met)
    wanted = network.demands.quantity[:, None] * met.wanted
    found = {}
    for group in groups(network):
        if group.place != whole.place:
            continue
        unserved = float((wanted - run.served)[group.steps].sum())
        found[group.tier] = part = split(network, met, run, first, group)
        size = 1e-5 * float(wanted[group.steps].sum())
        assert -1e-12 <= part.missing <= unserved + size
        assert part.missing + part.priced_out == pytest.approx(unserved, abs=size)
        assert sum(part.buyers.values()) in (0.0, pytest.approx(part.priced_out))
        assert all(name != group.place for name in part.buyers)
    for name in ("missing", "priced_out"):
        tiers = sum(getattr(part, name) for tier, part in found.items() if tier != "all")
        assert tiers == pytest.approx(getattr(found["all"], name), abs=1e-4)


def test_what_a_country_makes_of_it_at_home_is_no_sale():
    """Of four flakes that home lacks, home's own spheres take one and far's spheres three."""
    network = make(
        nodes={"home.flake": {}, "home.sphere": {}, "far.flake": {}, "far.sphere": {}},
        demands={
            name: {"at": name, "quantity": 4, "wtp": 9}
            for name in ("home.flake", "home.sphere", "far.flake", "far.sphere")
        },
    )
    met = undisturbed(network, 1)

    def run(*served: float) -> Trajectory:
        none = np.zeros((0, 1))
        nodes = np.zeros((4, 1))
        return Trajectory("market", none, none, nodes, nodes, np.array(served)[:, None], nodes)

    group = next(g for g in groups(network) if g.whole and g.commodity == "flake")
    assert group.place == "home"
    found = split(network, met, run(0, 4, 4, 4), run(4, 3, 4, 1), group)
    assert (found.missing, found.priced_out) == (0.0, 4.0)
    # Another good counts abroad, as LNG does for gas, and not at home.
    assert found.buyers == {"far": 4.0}
