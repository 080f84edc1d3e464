"""The same properties on networks that nobody thought of: random chains of recipes and lanes."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.networks import calibrated, make, spread

from seawall.network import Network, reconcile
from seawall.program import assemble
from seawall.questions.stress import loss
from seawall.responses import Foresight, Frozen, breaches, value
from seawall.responses.trajectory import order_tolerance
from seawall.shocks import Scenario, Shock, conditions, undisturbed

PERIODS = 24


def random_network(seed: int) -> Network:
    """Sources, perhaps a hub without a tank, plants with one or two inputs and perhaps something
    left over, and towns; balanced by reconciling random figures, then calibrated."""
    rng = np.random.default_rng(seed)
    nodes: dict[str, Any] = {}
    lanes: dict[str, Any] = {}
    facilities: dict[str, Any] = {}
    demands: dict[str, Any] = {}

    def node(name: str, price: float, *, tank: bool) -> str:
        nodes[name] = {"price": price * rng.uniform(0.9, 1.1)}
        if tank:
            start = rng.uniform(2, 20)
            nodes[name] |= {"start": start, "tank": start * rng.uniform(1, 2),
                            "floor": start * rng.choice([0.0, 0.3])}  # fmt: skip
            nodes[name] |= {"loss": float(rng.choice([0.0, 0.004]))}
        return name

    def lane(origin: str, to: str, base: float) -> None:
        lag = float(rng.choice([0.0, 0.5, 1.0, 2.3, 4.75]))
        name = f"{origin}>{to}"
        row = {
            "origin": origin,
            "to": to,
            "base": base,
            "lag": lag,
            "freight": 1.0,
            "keep": float(rng.choice([1.0, 0.98])),
            "growth": float(rng.choice([0.2, np.inf])),
        }
        if lag and rng.random() < 0.7:
            row["passages"] = {str(rng.choice(["strait", "canal"])): lag * rng.random()}
            if rng.random() < 0.4:
                lanes[name] = row
                lanes[name + "~"] = row | {"base": 0.0, "lag": lag + 1.5, "replaces": name,
                                           "passages": {"strait": lag * 0.3}}  # fmt: skip
        lanes.setdefault(name, row)

    sources = [node(f"mine{i}.ore", 50, tank=rng.random() < 0.8) for i in range(rng.integers(1, 4))]
    for i, name in enumerate(sources):
        recipe = {name: 1.0}
        if rng.random() < 0.3:
            recipe[node(f"mine{i}.gas", 5, tank=False)] = 0.5
        facilities[f"dig{i}"] = {"recipe": recipe, "base": 6.0, "capacity": 6.6,
                                 "free": [n for n in recipe if n.endswith("gas")]}  # fmt: skip
    hubs = [node("hub.ore", 60, tank=rng.random() < 0.5)] if rng.random() < 0.6 else []
    for name in sources if hubs else ():
        lane(name, hubs[0], 3.0)
    plants = rng.integers(1, 3)
    for i in range(plants):
        ore = node(f"plant{i}.ore", 70, tank=rng.random() < 0.7)
        metal = node(f"plant{i}.metal", 200, tank=rng.random() < 0.7)
        recipe = {ore: -1.5, metal: 1.0}
        if rng.random() < 0.4:
            coke = node(f"plant{i}.coke", 20, tank=rng.random() < 0.7)
            facilities[f"oven{i}"] = {"recipe": {coke: 1.0}, "base": 1.0, "capacity": 1.2}
            recipe[coke] = -0.25
        if rng.random() < 0.4:
            recipe[node(f"plant{i}.slag", 1e-3, tank=False)] = 0.5
        facilities[f"smelt{i}"] = {"recipe": recipe, "base": 4.0, "capacity": 5.0,
                                   "place": f"plant{i}",
                                   "free": [n for n in recipe if n.endswith("slag")]}  # fmt: skip
        for name in (*sources, *hubs):
            if rng.random() < 0.6 or name == (hubs or sources)[0]:
                lane(name, ore, 2.0)
    for j in range(rng.integers(1, 4)):
        town = node(f"town{j}.metal", 230, tank=rng.random() < 0.5)
        for i in range(plants):
            if rng.random() < 0.6 or j == 0 or i == 0:
                lane(f"plant{i}.metal", town, 2.0)
        demands[f"homes{j}"] = {"at": town, "quantity": 2.0, "wtp": 900.0}
        demands[f"works{j}"] = {"at": town, "quantity": 1.0, "wtp": 400.0, "tier": "important"}
    raw = make(nodes=nodes, facilities=facilities, lanes=lanes, demands=demands,
               passages={"strait": np.inf, "canal": np.inf})  # fmt: skip
    return calibrated(reconcile(raw, spread(raw, 0.4)).network, periods=PERIODS)


@st.composite
def shocks_for(draw: st.DrawFn, network: Network) -> Shock:
    exporters = sorted({network.nodes.place[o] for o in network.lanes.origin[network.abroad]})
    kind, names = draw(
        st.sampled_from(
            [("passage", network.passages.id), ("facility", network.facilities.id),
             ("lane", network.lanes.id), ("demand", ("town0",)),
             ("quota", exporters), ("tariff", ("*", *exporters))]
        )
    )  # fmt: skip
    when = {"start_day": draw(st.integers(0, 20)), "days": draw(st.integers(3, 80))}
    name = draw(st.sampled_from(names))
    if kind == "demand":
        return Shock(demand=name, change=draw(st.sampled_from([-0.7, 0.4])), **when)
    if kind == "tariff":
        return Shock(tariff=name, rate=draw(st.sampled_from([0.02, 0.3, 4.0])), **when)
    depth = draw(st.sampled_from([0.4, 1.0]))
    return Shock.model_validate({kind: name, **when, "depth": depth})


@given(st.data(), st.integers(0, 100_000))
@settings(max_examples=25)
def test_random_networks_keep_all_limits(data: st.DataObject, seed: int):
    """The base is returned with a loss of zero; under any shocks both responses balance and keep
    all limits, and foresight loses no more than frozen."""
    network = random_network(seed)
    size = max(network.lanes.base.max(), network.facilities.base.max())
    base = undisturbed(network, PERIODS)
    frozen, foresight = Frozen(network), Foresight(assemble(network))
    undisturbed_run = frozen.run(base)
    reference = value(network, base, undisturbed_run)
    assert max(breaches(network, base, undisturbed_run).values()) < 1e-7 * size
    free = foresight.run(base)
    assert abs(loss(network, base, free, reference)) < 1e-6 * abs(reference.benefit)

    found = data.draw(st.lists(shocks_for(network), min_size=1, max_size=3))
    met = conditions(network, Scenario(title="random", shock=tuple(found)), PERIODS)
    runs = {"frozen": frozen.run(met), "foresight": foresight.run(met)}
    for name, run in runs.items():
        broken = breaches(network, met, run)
        assert max(broken.values()) < 1e-6 * size, (name, broken)
    least, most = (loss(network, met, runs[n], reference) for n in ("foresight", "frozen"))
    assert least <= most + order_tolerance(network, *runs.values(), met) + 1e-6 * size
