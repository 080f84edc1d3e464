"""The path of supply: from which origins and by which passages a place is supplied, before and in
the shock.

Both are traced in proportion, as exposure does, on what enters each node: in the base, and on the
mean over the weeks that are asked about.  What no plant makes and no lane lands in those weeks
comes out of tanks, waiting ships and ships that turned back: it is an origin of its own, "stock".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array, hstack, vstack

from seawall.questions.exposure.roots import DEMAND, Root, filled_lanes, of_held
from seawall.questions.exposure.tracing import CONVERSION, RECYCLING, Tracing
from seawall.shocks import conditions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from seawall.network import Network
    from seawall.network.network import Facilities, Floats, Ints
    from seawall.questions.explain.case import Case
    from seawall.questions.groups import Group
    from seawall.study import Study

SUPPLY = (
    "kind", "id", "name", "base_share", "run_share", "base_amount", "run_amount", "unit",
)  # fmt: skip
#: How the place of what comes out of stocks begins in the tables of a tracing.
STOCK = "stock:"
_STOCKS = "tanks and ships that waited"
_LEAST = 5e-4


@dataclass(frozen=True)
class Path:
    """How a group is supplied over some time: the tracing and the group's weights in it."""

    tracing: Tracing
    weights: Floats

    def origins(self) -> dict[str, float]:
        """Share by place of extraction or recycling; of stocks under their place."""
        shares = self.tracing.by_maker(self.weights[:, None])[:, 0]
        found: dict[str, float] = {}
        for (place, _, kind), share in zip(self.tracing.makers, shares.tolist(), strict=True):
            if kind != CONVERSION:
                found[place] = found.get(place, 0.0) + share
        return found

    def passages(self) -> dict[str, float]:
        """Share that crossed each passage on any leg."""
        names = self.tracing.network.passages.id
        return {name: float(self.weights @ self.tracing.crossed(p)) for p, name in enumerate(names)}

    def lanes(self) -> Floats:
        """Share of the group's supply that goes over each lane (lanes,)."""
        network = self.tracing.network
        drawn = self.tracing.drawn(self.weights[:, None])[:, 0]
        to, origin, part, _ = self.tracing.lane_links()
        size = len(network.nodes)
        pair = csr_array((part * drawn[to], (to, origin)), shape=(size, size)).todok()
        landed = network.lanes.keep * network.lanes.base
        ends = list(
            zip(network.lanes.destination.tolist(), network.lanes.origin.tolist(), strict=True)
        )
        sums: dict[tuple[int, int], float] = {}
        for end, amount in zip(ends, landed.tolist(), strict=True):
            sums[end] = sums.get(end, 0.0) + amount
        return np.array(
            [
                float(pair[end]) * amount / sums[end] if sums[end] > 0 else 0.0
                for end, amount in zip(ends, landed.tolist(), strict=True)
            ]
        )

    def facilities(self) -> Floats:
        """Share of the group's supply that each facility makes at any stage (facilities,)."""
        network = self.tracing.network
        drawn = self.tracing.drawn(self.weights[:, None])[:, 0]
        made = network.facilities.recipe.maximum(0).multiply(network.facilities.base[None, :])
        per = drawn / np.maximum(self.tracing.enters, 1e-12)
        result: Floats = np.asarray(per @ made, dtype=float).ravel()
        return result


def base_path(case: Case, group: Group) -> Path:
    """How `group` is supplied in the base."""
    demands = case.network.demands
    return _path(case.study, case.network, group, _by_node(case.network, group, demands.base))


def run_path(case: Case, group: Group, periods: Ints) -> Path | None:
    """How `group` is supplied in some periods of a run, on average; None where it gets nothing."""
    network, run = case.network, case.run
    lanes, facilities = network.lanes, network.facilities
    landed = landed_by_lane(case)[:, periods].mean(axis=1)
    activity = run.activity[:, periods].mean(axis=1)
    served = run.served[:, periods].mean(axis=1)
    enters = np.asarray(facilities.recipe.maximum(0) @ activity)
    np.add.at(enters, lanes.destination, landed)
    leaves = np.asarray(-(facilities.recipe.minimum(0)) @ activity)
    np.add.at(leaves, lanes.origin, run.departures[:, periods].mean(axis=1))
    np.add.at(leaves, network.demands.node, served)
    from_stock = np.where(leaves - enters > 1e-9, leaves - enters, 0.0)
    weights = _by_node(network, group, served)
    if weights.sum() <= 0:
        return None
    flows = replace(
        network,
        lanes=replace(lanes, base=landed / np.maximum(lanes.keep, 1e-12)),
        facilities=_with_stocks(network, activity, from_stock),
    )
    return _path(case.study, flows, group, weights)


def _by_node(network: Network, group: Group, amount: Floats) -> Floats:
    weights = np.zeros(len(network.nodes))
    np.add.at(weights, network.demands.node[group.steps], amount[group.steps])
    return weights


def _path(study: Study, network: Network, group: Group, weights: Floats) -> Path:
    held: Mapping[str, Mapping[str, float]] = {
        good: dict(parts) for good, parts in study.lookup("commodities", "contains").items()
    }
    own = held[group.commodity]
    element = max(own, key=own.__getitem__) if own else ""
    content = {g: of[element] for g, of in held.items() if element in of} if element else None
    kinds = {row.process: row.kind for row in study.rows("processes")}
    process = study.lookup("facilities", "process")
    recycles = np.array(
        [f in process and kinds[process[f]] == RECYCLING for f in network.facilities.id], dtype=bool
    )
    tracing = Tracing(network, content, recycles, filled_lanes(study, network), element, held)
    root = Root(group.place, group.commodity, DEMAND, weights / weights.sum())
    return Path(tracing, of_held(root, tracing).weights)


def _with_stocks(network: Network, activity: Floats, from_stock: Floats) -> Facilities:
    """Facilities as active as given, and one that stands for the stock of each node that gives."""
    facilities, nodes = network.facilities, network.nodes
    at = np.flatnonzero(from_stock)
    one = csr_array((np.ones(len(at)), (at, np.arange(len(at)))), shape=(len(nodes), len(at)))
    nothing = np.zeros(len(at))

    def more(values: Floats, extra: Floats = nothing) -> Floats:
        return np.concatenate([values, extra])

    return replace(
        facilities,
        id=(*facilities.id, *(f"{STOCK}{n}" for n in at)),
        name=(*facilities.name, *("stock" for _ in at)),
        place=(*facilities.place, *(STOCK + nodes.place[n] for n in at)),
        recipe=csr_array(hstack([facilities.recipe, one])),
        base=more(activity, from_stock[at]),
        capacity=more(facilities.capacity),
        ramp=more(facilities.ramp),
        cost=more(facilities.cost),
        kink=more(facilities.kink),
    )


def landed_by_lane(case: Case) -> Floats:
    """What lands of each lane (lanes, periods) [unit]: departures of the run, and cargo that was
    at sea before it."""
    lanes = case.network.lanes
    departures, periods = case.run.departures, case.run.periods
    result = at_sea(case)
    whole = np.floor(lanes.lag).astype(int)
    broken = lanes.lag - whole
    for step, weight in ((0, 1.0 - broken), (1, broken)):
        amount = lanes.keep[:, None] * weight[:, None] * departures
        at = np.arange(periods)[None, :] + (whole + step)[:, None]
        lane, t = np.nonzero((at < periods) & (amount != 0))
        np.add.at(result, (lane, at[lane, t]), amount[lane, t])
    return result


def at_sea(case: Case) -> Floats:
    """What was at sea before the run and lands of each lane (lanes, periods) [unit].

    `conditions` knows it by node, so every lane gets a node of its own to land at.
    """
    network = case.network
    nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
    at, size = lanes.destination, len(nodes)

    def wide(values: NDArray[Any]) -> Any:
        return np.concatenate([values, values[at]])

    def named(values: tuple[str, ...]) -> tuple[str, ...]:
        return (*values, *(values[n] for n in at.tolist()))

    apart = replace(
        network,
        nodes=replace(
            nodes,
            place=named(nodes.place),
            commodity=named(nodes.commodity),
            country=named(nodes.country),
            start=wide(nodes.start),
            floor=wide(nodes.floor),
            tank=wide(nodes.tank),
            has_stock=wide(nodes.has_stock),
            loss=wide(nodes.loss),
            price=wide(nodes.price),
            kink=wide(nodes.kink),
        ),
        lanes=replace(lanes, destination=size + np.arange(len(lanes))),
        facilities=replace(
            facilities,
            recipe=csr_array(vstack([facilities.recipe, csr_array((len(lanes), len(facilities)))])),
            free_output=wide(facilities.free_output),
        ),
    )
    result: Floats = conditions(apart, case.scenario, case.run.periods).arrivals[size:].copy()
    return result


def supply_rows(
    case: Case, group: Group, periods: Ints, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Rows of table `supply`: origins and passages, in the base and in `periods` of the run.

    Amounts are yearly rates: the share of what is wanted in the base, and of what is served.
    """
    year = 365.0 / case.period
    before, after = base_path(case, group), run_path(case, group, periods)
    rate = float(case.network.demands.base[group.steps].sum()) * year
    now = float(case.run.served[group.steps][:, periods].sum(axis=0).mean()) * year
    unit = f"{case.study.lookup('commodities', 'unit')[group.commodity]}/yr"
    rows = []
    for kind, one, other in (
        ("origin", before.origins(), after.origins() if after else {}),
        ("passage", before.passages(), after.passages() if after else {}),
    ):
        stock = {k: v for k, v in other.items() if k.startswith(STOCK)}
        other = {k: v for k, v in other.items() if k not in stock}
        entries = [(kind, key, one.get(key, 0.0), other.get(key, 0.0)) for key in {**one, **other}]
        if stock:
            entries.append(("stock", "", 0.0, sum(stock.values())))
        for what, key, then, later in sorted(entries, key=lambda e: -max(e[2], e[3])):
            if max(then, later) < _LEAST:
                continue
            rows.append(
                {
                    "kind": what,
                    "id": key,
                    "name": "tanks and ships that waited"
                    if what == "stock"
                    else names.get(key, key),
                    "base_share": then,
                    "run_share": later,
                    "base_amount": then * rate,
                    "run_amount": later * now,
                    "unit": unit,
                }
            )
    return rows
