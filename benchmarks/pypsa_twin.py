"""The program of a Seawall network once more, as a PyPSA network.

Built from the network's arrays and a scenario's conditions alone, by the equations of
docs/model.md and not by Seawall's assembler, so that an equal optimum says something about both.

    node            Bus                     lane        Link with delay and efficiency
    extraction      Generator               conversion  Link
    stock           Store, and a second one for what is held beyond the start stock
    waiting ships   Store                   demand step Generator with sign -1 and cost -wtp
    pipeline        Load (negative)         spill       Generator with sign -1

A lead time that is not a whole number of periods is exact: PyPSA's delays are whole snapshots, so
the Link delivers to its destination by two ports, one a snapshot later than the other
(`efficiency`, `delay` and `efficiency2`, `delay2`, both with `cyclic_delay` off).  What kinks split
into two columns is two components.  Terminal values enter as marginal costs of the last snapshots.
A scenario's tariff is a marginal cost of its snapshots.  PyPSA has no component for contract
floors, for a quota on what leaves a country and for the capacity of a passage that lanes share:
these are added to its model by linopy (`add_rows`).

Discounting is not expressed: `twin` wants a network whose discount is 0 (`undiscounted`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pypsa
import xarray as xr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linopy import LinearExpression, Model, Variable
    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from seawall.network.network import Bools, Floats, Ints, Network
    from seawall.shocks import Conditions

#: Quantities go to PyPSA in thousandths of the network's unit, so that flows are not far below 1,
#: the size that a solver's absolute tolerances are made for.
FINE = 1000.0
#: Largest cost by which ties are broken, as a share of price (docs/model.md).
TIE = 1e-4


def undiscounted(network: Network) -> Network:
    """`network` without discount, which PyPSA's costs would need a series each to express."""
    return replace(network, terms=replace(network.terms, discount=0.0))


def whole_periods(network: Network) -> Network:
    """`network` with lead times rounded to whole periods; crossing times stay."""
    return replace(network, lanes=replace(network.lanes, lag=np.round(network.lanes.lag)))


@dataclass(frozen=True)
class Twin:
    """A PyPSA network, its links that are lanes, and what its own components cannot say.

    `lane_link` holds the names of the Links that carry cargo, `lane_of` the lane of each.
    """

    pypsa: pypsa.Network
    lane_link: tuple[str, ...]
    lane_of: Ints
    network: Network
    met: Conditions

    def build(self) -> Model:
        """PyPSA's own model, ready to be handed to a solver."""
        model: Model = self.pypsa.optimize.create_model(
            consistency_check=False, include_objective_constant=False
        )
        self.add_rows(model)
        return model

    def add_rows(self, model: Model) -> None:
        """Add contract floors, passage capacities and quotas to PyPSA's model."""
        if len(self.lane_link):
            sent = model["Link-p"]
            _add_contracts(model, sent, self)
            _add_passages(model, sent, self)
            _add_quotas(model, sent, self)

    def solve(self) -> float:
        """Solve with HiGHS on one thread and give the optimum in millions.

        Raises
        ------
        RuntimeError
            When PyPSA does not report an optimal solution.
        """
        status, condition = self.pypsa.optimize.solve_model(
            solver_name="highs",
            io_api="direct",
            solver_options={"threads": 1, "output_flag": False, "random_seed": 0},
            log_to_console=False,
        )
        if (status, condition) != ("ok", "optimal"):
            raise RuntimeError(f"PyPSA answers {status}, {condition}")
        objective = self.pypsa.objective
        if objective is None:
            raise RuntimeError("PyPSA has no objective after an optimal solve")
        return float(objective)


def twin(network: Network, met: Conditions) -> Twin:
    """The PyPSA network of `network` under `met`.

    Raises
    ------
    ValueError
        When the network has a discount, or an extraction with several outputs.
    """
    if network.terms.discount != 0.0:
        raise ValueError("the twin has no discount: use undiscounted(network)")
    n = pypsa.Network()
    n.set_snapshots(list(range(met.periods)))
    n.add("Bus", list(_buses(network)))
    plenty = _plenty(network, met)
    _add_facilities(n, network, met)
    links, lane_of = _add_lanes(n, network, met, plenty)
    _add_stores(n, network, met, plenty)
    _add_demands(n, network, met)
    _add_pipeline(n, network, met)
    return Twin(pypsa=n, lane_link=links, lane_of=lane_of, network=network, met=met)


def _buses(network: Network) -> NDArray[np.object_]:
    nodes = network.nodes
    names = [f"{p}|{c}" for p, c in zip(nodes.place, nodes.commodity, strict=True)]
    return np.array(names, dtype=object)


def _plenty(network: Network, met: Conditions) -> float:
    """More than can ever move: stands for 'no limit', which PyPSA has no word for."""
    made = met.periods * (network.facilities.base + network.facilities.spare).sum()
    return float(made + network.nodes.tank.sum() + met.arrivals.sum() + met.returned.sum())


def _add(
    n: pypsa.Network,
    component: str,
    names: Sequence[str],
    fixed: Mapping[str, Any],
    tables: Mapping[str, Floats],
) -> None:
    """Add components; a table (components, periods) becomes a series only where it varies."""
    if not len(names):
        return
    index = pd.Index(names)
    first: dict[str, Any] = {key: table[:, 0] for key, table in tables.items()}
    n.add(component, list(names), **fixed, **first)
    dynamic = n.c[component].dynamic
    for key, table in tables.items():
        varies = (table != table[:, :1]).any(axis=1)
        if varies.any():
            series = pd.DataFrame(table[varies].T, n.snapshots, index[varies])
            dynamic[key] = pd.concat([dynamic[key], series], axis=1)


def _share(table: Floats, most: Floats) -> Floats:
    """Rows of `table` as shares of `most`; 1 where that is 0."""
    whole = np.broadcast_to(most[:, None], table.shape)
    return np.divide(table, whole, out=np.ones_like(table), where=whole > 0)


def _per_unit(upper: Floats) -> tuple[Floats, Floats]:
    """Largest value of each row, and the rows as shares of it."""
    most: Floats = upper.max(axis=1)
    return most, _share(upper, most)


def _split(base: Floats, kink: Floats, can_grow: Bools) -> tuple[Ints, Ints]:
    """Units bought in a part below their base, and units with a part above it."""
    low = (base > 0) & (kink > 0)
    return np.flatnonzero(low), np.flatnonzero(~low | can_grow)


def _rank(ids: Sequence[str]) -> Floats:
    """Rank of each id in the order of ids, in (0, 1]."""
    place = {name: i for i, name in enumerate(sorted(ids))}
    return np.array([(place[name] + 1) / len(ids) for name in ids])


def _tie(network: Network, ids: Sequence[str], price: Floats) -> Floats:
    return TIE * _rank(ids) * price if network.terms.calibrate else np.zeros(len(ids))


def _parts(
    limit: Floats, base: Floats, kink: Floats, can_grow: Bools
) -> list[tuple[str, Ints, Floats, float]]:
    """(suffix, units, upper bound, sign of the kink) of the parts below and above the base."""
    low, high = _split(base, kink, can_grow)
    below = np.zeros_like(limit)
    below[low] = np.minimum(limit, base[:, None])[low]
    return [(" low", low, below[low], -1.0), (" high", high, (limit - below)[high], 1.0)]


def _add_facilities(n: pypsa.Network, network: Network, met: Conditions) -> None:
    """Extraction becomes Generators, conversion Links that draw their first input."""
    facilities = network.facilities
    buses, recipe = _buses(network), facilities.recipe.tocsc()
    spare = facilities.spare[:, None] * met.spare_share(network)
    limit = met.capacity * (facilities.base[:, None] + spare)
    made = np.asarray(facilities.recipe.maximum(0).T @ np.nan_to_num(network.nodes.price))
    tie = _tie(network, facilities.id, made)
    parts = _parts(limit, facilities.base, facilities.kink, facilities.spare > 0)
    rows = [_ports(facilities.id[f], recipe, int(f), buses) for f in range(len(facilities))]
    for suffix, units, upper, sign in parts:
        for component in ("Generator", "Link"):
            here = [i for i, f in enumerate(units) if rows[f][0] == component]
            if not here:
                continue
            chosen = units[here]
            frame = pd.DataFrame([rows[f][2] for f in chosen]).rename(columns=str)
            # PyPSA counts a component in what passes its first port, not in activity.
            per = np.array([rows[f][1] for f in chosen])
            nominal, share = _per_unit(FINE * per[:, None] * upper[here])
            cost = (facilities.cost + sign * facilities.kink + tie)[chosen] / per / FINE
            fixed = {
                **{
                    key: frame[key].fillna("" if "bus" in key else 0.0).to_numpy()
                    for key in map(str, frame.columns)
                },
                "p_nom": nominal,
                "marginal_cost": cost,
            }
            names = [facilities.id[f] + suffix for f in chosen]
            _add(n, component, names, fixed, {"p_max_pu": share})


def _ports(
    name: str, recipe: csc_array, f: int, buses: NDArray[np.object_]
) -> tuple[str, float, dict[str, Any]]:
    """Component of a facility, what passes its first port per unit of activity, and its ports."""
    column = slice(recipe.indptr[f], recipe.indptr[f + 1])
    at, amount = recipe.indices[column], recipe.data[column]
    first = int(np.argmin(amount))
    per = abs(float(amount[first]))
    if amount[first] > 0:
        if len(at) > 1:
            raise ValueError(f"{name} extracts several goods: no Generator does")
        return "Generator", per, {"bus": buses[at[first]]}
    ports: dict[str, Any] = {"bus0": buses[at[first]]}
    others = [i for i in range(len(at)) if i != first]
    for port, i in enumerate(others, start=1):
        ports[f"bus{port}"] = buses[at[i]]
        ports["efficiency" + ("" if port == 1 else str(port))] = float(amount[i]) / per
    return "Link", per, ports


def _add_lanes(
    n: pypsa.Network, network: Network, met: Conditions, plenty: float
) -> tuple[tuple[str, ...], Ints]:
    lanes, nodes = network.lanes, network.nodes
    buses = _buses(network)
    price = np.nan_to_num(nodes.price)
    limit = np.minimum(met.departure_limit(network), plenty)
    tie = _tie(network, lanes.id, price[lanes.destination])
    whole = np.floor(lanes.lag).astype(int)
    broken = lanes.lag - whole
    # What still is at sea at the end is worth what it will be worth where it lands.
    t = np.arange(met.periods)[None, :]
    late = (1 - broken)[:, None] * (t + whole[:, None] >= met.periods)
    late = late + broken[:, None] * (t + whole[:, None] + 1 >= met.periods)
    worth = late * (lanes.keep * price[lanes.destination])[:, None]
    if not network.terms.terminal:
        worth = np.zeros_like(worth)
    duty = met.tariff * (lanes.keep * price[lanes.destination])[:, None]
    names: list[str] = []
    lane_of: list[Ints] = []
    parts = _parts(limit, lanes.inherited, lanes.kink, lanes.capacity > lanes.inherited)
    for suffix, units, upper, sign in parts:
        nominal, share = _per_unit(FINE * upper)
        cost = (lanes.cost + sign * lanes.kink + tie)[:, None] + duty - worth
        here = [lanes.id[a] + suffix for a in units]
        split = broken[units] > 0
        fixed = {
            "bus0": buses[lanes.origin[units]],
            "bus1": buses[lanes.destination[units]],
            "efficiency": (lanes.keep * (1 - broken))[units],
            "delay": whole[units],
            "cyclic_delay": False,
            "bus2": np.where(split, buses[lanes.destination[units]], ""),
            "efficiency2": (lanes.keep * broken)[units],
            "delay2": np.where(split, whole[units] + 1, 0),
            "cyclic_delay2": False,
            "p_nom": nominal,
        }
        _add(n, "Link", here, fixed, {"p_max_pu": share, "marginal_cost": cost[units] / FINE})
        names += here
        lane_of.append(units)
    return tuple(names), np.concatenate(lane_of)


def _add_stores(n: pypsa.Network, network: Network, met: Conditions, plenty: float) -> None:
    nodes, terms = network.nodes, network.terms
    buses, price = _buses(network), np.nan_to_num(nodes.price)
    periods = met.periods
    end = np.zeros((1, periods))
    end[0, -1] = 1.0 if terms.terminal else 0.0

    def add(suffix: str, units: Ints, cost: Floats, **fixed: Any) -> None:
        tables = {"marginal_cost_storage": cost[units] / FINE}
        tables |= {key: fixed.pop(key) for key in ("e_min_pu", "e_max_pu") if key in fixed}
        names = [buses[i] + suffix for i in units]
        _add(n, "Store", names, {"bus": buses[units], "e_cyclic": False, **fixed}, tables)

    held = np.flatnonzero(nodes.has_stock)
    start, stays = nodes.start[held], 1 - nodes.loss[held]
    # What evaporates although nobody touches it takes the floor along.
    untouched = start[:, None] * stays[:, None] ** np.arange(1, periods + 1)
    floor = np.minimum(nodes.floor[held][:, None], untouched)
    left = price[:, None] * end
    # PyPSA takes no standing loss off `e_initial` in the first snapshot, Seawall does.
    add(
        " stock", held, -(nodes.loss * price)[:, None] - left,
        e_nom=FINE * start, e_initial=FINE * start * stays, standing_loss=1 - stays,
        e_min_pu=_share(floor, start),
    )  # fmt: skip
    more = np.flatnonzero(nodes.has_stock & (nodes.tank > nodes.start))
    add(
        " extra", more, np.repeat((terms.holding * price)[:, None], periods, axis=1),
        e_nom=FINE * (nodes.tank - nodes.start)[more], standing_loss=nodes.loss[more],
    )  # fmt: skip
    limit, ports = _waiting(network, met, plenty)
    nominal, share = _per_unit(FINE * limit)
    add(
        " waiting", ports, (terms.demurrage * price)[:, None] - price[:, None] * end,
        e_nom=nominal, e_max_pu=share,
    )  # fmt: skip
    free = np.flatnonzero(network.facilities.free_output)
    _add(
        n, "Generator", [buses[i] + " spill" for i in free],
        {"bus": buses[free], "sign": -1.0, "p_nom": FINE * plenty, "marginal_cost": 0.0}, {},
    )  # fmt: skip


def _waiting(network: Network, met: Conditions, plenty: float) -> tuple[Floats, Ints]:
    """Limits (nodes, periods) on what waits in ships, and the nodes where it may: ports of
    arrival, and origins that shut passages send ships back to."""
    lanes = network.lanes
    arriving = np.unique(lanes.destination[lanes.lag > 0])
    ports = np.union1d(arriving, lanes.origin[lanes.crossing_lane])
    limit = np.cumsum(met.returned, axis=1)
    limit[arriving] = plenty
    return limit[ports], ports


def _add_demands(n: pypsa.Network, network: Network, met: Conditions) -> None:
    demands = network.demands
    names = [f"{demands.tier_id[t]}#{i:06d}" for i, t in enumerate(demands.tier_of)]
    price = np.nan_to_num(network.nodes.price)[demands.node]
    nominal, share = _per_unit(FINE * demands.quantity[:, None] * met.wanted)
    fixed = {
        "bus": _buses(network)[demands.node],
        "sign": -1.0,
        "p_nom": nominal,
        "marginal_cost": (_tie(network, names, price) - demands.wtp) / FINE,
    }
    tables = {"p_max_pu": share}
    if not network.terms.curtail:
        tables["p_min_pu"] = share
    _add(n, "Generator", names, fixed, tables)


def _add_pipeline(n: pypsa.Network, network: Network, met: Conditions) -> None:
    landed = met.arrivals + met.returned
    some = np.flatnonzero(landed.any(axis=1))
    buses = _buses(network)
    _add(
        n, "Load", [buses[i] + " pipeline" for i in some],
        {"bus": buses[some]}, {"p_set": -FINE * landed[some]},
    )  # fmt: skip


def _terms(sent: Variable, links: Sequence[str], factor: Floats) -> LinearExpression:
    """factor * departures by link, one entry an element of the new dimension `entry`."""
    chosen = sent.sel(name=xr.DataArray(list(links), dims="entry"))
    terms: LinearExpression = (chosen * xr.DataArray(factor, dims="entry")).drop_vars("name")
    return terms


def _add_contracts(model: Model, sent: Variable, twin: Twin) -> None:
    """Departures to the buyer less its share of all departures of the origin >= 0."""
    contracts, lanes = twin.network.contracts, twin.network.lanes
    member = contracts.member.toarray()
    bound = np.flatnonzero(contracts.share > 0)
    if not len(bound):
        return
    leaves = lanes.origin[twin.lane_of][None, :] == contracts.origin[bound][:, None]
    factor = member[bound][:, twin.lane_of] - contracts.share[bound][:, None]
    row, link = np.nonzero(leaves)
    lhs = _terms(sent, [twin.lane_link[i] for i in link], factor[row, link])
    lhs = lhs.groupby(xr.DataArray(row, dims="entry", name="contract")).sum()
    holds = xr.DataArray(
        twin.met.contract_holds(twin.network)[bound].T,
        coords={"snapshot": sent.indexes["snapshot"], "contract": np.arange(len(bound))},
        dims=("snapshot", "contract"),
    )
    model.add_constraints(lhs, ">=", 0, name="contract", mask=holds)


def _add_passages(model: Model, sent: Variable, twin: Twin) -> None:
    """Crossings of the window's own departures in each snapshot <= capacity."""
    lanes, passages = twin.network.lanes, twin.network.passages
    for p in np.flatnonzero(np.isfinite(passages.capacity)):
        parts: dict[int, list[tuple[str, float]]] = {}
        for j in np.flatnonzero(lanes.crossing_passage == p):
            whole = int(np.floor(lanes.crossing_lag[j]))
            broken = float(lanes.crossing_lag[j] - whole)
            for i in np.flatnonzero(twin.lane_of == lanes.crossing_lane[j]):
                parts.setdefault(whole, []).append((twin.lane_link[i], 1.0 - broken))
                if broken > 0:
                    parts.setdefault(whole + 1, []).append((twin.lane_link[i], broken))
        crossing = [
            _terms(sent, [name for name, _ in part], np.array([f for _, f in part]))
            .sum("entry")
            .shift(snapshot=later)
            for later, part in sorted(parts.items())
        ]
        if crossing:
            model.add_constraints(
                sum(crossing[1:], start=crossing[0]), "<=", FINE * passages.capacity[p],
                name=f"passage-{passages.id[p]}",
            )  # fmt: skip


def _add_quotas(model: Model, sent: Variable, twin: Twin) -> None:
    """Departures of a node for other countries in each snapshot <= quota."""
    nodes, lanes, quota = twin.network.nodes, twin.network.lanes, twin.met.quota
    for n in np.flatnonzero(np.isfinite(quota).any(axis=1)):
        links = [
            link
            for link, a in zip(twin.lane_link, twin.lane_of, strict=True)
            if lanes.origin[a] == n and nodes.country[lanes.destination[a]] != nodes.country[n]
        ]
        limit = xr.DataArray(FINE * np.where(np.isfinite(quota[n]), quota[n], 0.0),
                             coords={"snapshot": sent.indexes["snapshot"]})  # fmt: skip
        set_now = xr.DataArray(np.isfinite(quota[n]), coords=limit.coords)
        model.add_constraints(
            _terms(sent, links, np.ones(len(links))).sum("entry"), "<=", limit,
            name=f"quota-{nodes.place[n]}-{nodes.commodity[n]}", mask=set_now,
        )  # fmt: skip
