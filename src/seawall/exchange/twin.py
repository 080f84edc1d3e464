"""A network and what it meets -> a PyPSA network of the same program.

Built from the network's arrays and a scenario's conditions alone, by the equations of
docs/model.md and not by Seawall's assembler, so that an equal optimum says something about both.

    node            Bus                     lane        Link with delay and efficiency
    extraction      Generator               conversion  Link
    stock           Store, and a second one for what is held beyond the start stock
    waiting ships   Store                   demand step Generator with sign -1 and cost -wtp
    pipeline        Load (negative)         spill       Generator with sign -1

Where demand may not be cut (`curtail` off) it is a Load, and an extraction of several goods is a
Link that runs backwards.  A lead time that is not a whole number of periods is exact: PyPSA's
delays are whole snapshots, so the Link delivers to its destination by two ports, one a snapshot
later than the other (`efficiency`, `delay` and `efficiency2`, `delay2`, both with `cyclic_delay`
off).  What kinks split into two columns is two components.  Terminal values enter as marginal costs
of the last snapshots.  A scenario's tariff is a marginal cost of its snapshots.

PyPSA has no component for contract floors, for a quota on what leaves a country and for the
capacity of a passage that lanes share, and no discount: `components` leaves them to its caller.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.exchange.pypsa_file import pypsa_module, quiet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csc_array

    from seawall.network.network import Bools, Floats, Ints, Network
    from seawall.shocks import Conditions

__all__ = ["Measure", "Twin", "components", "undiscounted"]

#: Largest cost by which ties are broken, as a share of price (docs/model.md).
TIE = 1e-4


@dataclass(frozen=True)
class Measure:
    """How quantities and money are counted in PyPSA.

    Attributes
    ----------
    amount
        Units of PyPSA in one unit of the network: flows should not be far below 1, the size that a
        solver's absolute tolerances are made for.
    hours
        Weighting of a snapshot: what passes in it is its power times so many hours.
    money
        Units of money in a million.
    """

    amount: float = 1000.0
    hours: float = 1.0
    money: float = 1.0

    @property
    def flow(self) -> float:
        """Power of PyPSA for one unit of the network in a period."""
        return self.amount / self.hours

    @property
    def price(self) -> float:
        """Cost per unit of PyPSA for a million per unit of the network."""
        return self.money / self.amount


@dataclass(frozen=True)
class Twin:
    """A PyPSA network and which of its links are lanes.

    `lane_link` holds the names of the Links that carry cargo, `lane_of` the lane of each.
    """

    pypsa: Any
    lane_link: tuple[str, ...]
    lane_of: Ints


def undiscounted(network: Network) -> Network:
    """`network` without discount, which PyPSA's costs would need a series each to express."""
    return replace(network, terms=replace(network.terms, discount=0.0))


def components(network: Network, met: Conditions, measure: Measure | None = None,
               snapshots: Sequence[Any] | None = None) -> Twin:  # fmt: skip
    """The PyPSA network of `network` under `met`.

    Raises
    ------
    UsageError
        PyPSA is not installed.
    ValueError
        When the network has a discount.
    """
    if network.terms.discount != 0.0:
        raise ValueError("the twin has no discount: use undiscounted(network)")
    builder = _Builder(network, met, measure or Measure(), snapshots)
    with quiet():
        return builder.build()


@dataclass
class _Builder:
    """Builds one twin."""

    network: Network
    met: Conditions
    measure: Measure
    snapshots: Sequence[Any] | None

    def build(self) -> Twin:
        pypsa = pypsa_module()
        self.n = pypsa.Network()
        given = range(self.met.periods) if self.snapshots is None else self.snapshots
        self.n.set_snapshots(list(given))
        if self.measure.hours != 1.0:
            for column in ("objective", "stores"):
                self.n.snapshot_weightings[column] = self.measure.hours
        nodes = self.network.nodes
        names = [f"{p}|{c}" for p, c in zip(nodes.place, nodes.commodity, strict=True)]
        self.buses: NDArray[np.object_] = np.array(names, dtype=object)
        self.price: Floats = np.nan_to_num(nodes.price)
        self.dearer = self.network.dearer(self.met.periods)
        self.n.add("Bus", names)
        self._facilities()
        links, lane_of = self._lanes()
        self._stores()
        self._demands()
        self._pipeline()
        return Twin(self.n, links, lane_of)

    @property
    def plenty(self) -> float:
        """More than can ever move: stands for 'no limit', which PyPSA has no word for."""
        network, met = self.network, self.met
        made = met.periods * (network.facilities.base + network.facilities.spare).sum()
        begun = network.nodes.tank.sum() + met.arrivals.sum() + met.returned.sum()
        brought = -np.minimum(network.demands.quantity[:, None] * met.wanted, 0.0).sum()
        # What is brought in or made can be made more of by recipes.
        gain = max(1.0, float(network.facilities.recipe.max())) if len(network.facilities) else 1.0
        return float(made + begun + brought) * gain

    def _add(
        self,
        component: str,
        names: Sequence[str],
        fixed: Mapping[str, Any],
        tables: Mapping[str, Floats],
    ) -> list[str]:
        """Add components and return their names, which differ from `names` where such a component
        is there already; a table (components, periods) is a series only where it varies."""
        import pandas as pd

        if not len(names):
            return []
        there = self.n.components[component].static.index
        named = [name if name not in there else f"{name} ({len(there)})" for name in names]
        index = pd.Index(named)
        first: dict[str, Any] = {key: table[:, 0] for key, table in tables.items()}
        self.n.add(component, named, **fixed, **first)
        dynamic = self.n.components[component].dynamic
        for key, table in tables.items():
            varies = (table != table[:, :1]).any(axis=1)
            if varies.any():
                series = pd.DataFrame(table[varies].T, self.n.snapshots, index[varies])
                dynamic[key] = pd.concat([dynamic[key], series], axis=1)
        return named

    def _tie(self, ids: Sequence[str], price: Floats) -> Floats:
        return TIE * _rank(ids) * price if self.network.terms.calibrate else np.zeros(len(ids))

    def _facilities(self) -> None:
        """Extraction becomes Generators, conversion Links that draw their first input."""
        import pandas as pd

        facilities = self.network.facilities
        recipe = facilities.recipe.tocsc()
        spare = facilities.spare[:, None] * self.met.spare_share(self.network)
        limit = self.met.capacity * (facilities.base[:, None] + spare)
        made = np.asarray(facilities.recipe.maximum(0).T @ self.price)
        tie = self._tie(facilities.id, made)
        rows = [self._ports(recipe, int(f)) for f in range(len(facilities))]
        for suffix, units, upper, sign in _parts(
            limit, facilities.base, facilities.kink, facilities.spare > 0
        ):
            cost = np.repeat(
                (facilities.cost + sign * facilities.kink + tie)[:, None], self.met.periods, axis=1
            )
            if self.dearer is not None:
                cost = cost + self.dearer[0]
            for component, back in (("Generator", False), ("Link", False), ("Link", True)):
                here = [i for i, f in enumerate(units) if rows[f][:2] == (component, back)]
                if not here:
                    continue
                chosen = units[here]
                frame = pd.DataFrame([rows[f][3] for f in chosen]).rename(columns=str)
                # PyPSA counts a component in what passes its first port, not in activity.
                per = np.array([rows[f][2] for f in chosen])
                nominal, share = _per_unit(self.measure.flow * per[:, None] * upper[here])
                paid = cost[chosen] / per[:, None] * self.measure.price
                fixed = {
                    **{
                        key: frame[key].fillna("" if "bus" in key else 0.0).to_numpy()
                        for key in map(str, frame.columns)
                    },
                    "p_nom": nominal,
                }
                limits = {"p_min_pu": -share, "p_max_pu": 0.0 * share} if back else {
                    "p_max_pu": share
                }  # fmt: skip
                names = [facilities.id[f] + suffix for f in chosen]
                sense = -1.0 if back else 1.0
                self._add(component, names, fixed, {**limits, "marginal_cost": sense * paid})

    def _ports(self, recipe: csc_array, f: int) -> tuple[str, bool, float, dict[str, Any]]:
        """Component of a facility, whether it runs backwards, what passes its first port per unit
        of activity, and its ports."""
        column = slice(recipe.indptr[f], recipe.indptr[f + 1])
        at, amount = recipe.indices[column], recipe.data[column]
        first = int(np.argmin(amount))
        per = abs(float(amount[first]))
        back = bool(amount[first] > 0)
        if back and len(at) == 1:
            return "Generator", False, per, {"bus": self.buses[at[first]]}
        # Run backwards, a link gives at bus 0 and, where its efficiency is negative, elsewhere too.
        sense = -1.0 if back else 1.0
        ports: dict[str, Any] = {"bus0": self.buses[at[first]]}
        for port, i in enumerate((i for i in range(len(at)) if i != first), start=1):
            ports[f"bus{port}"] = self.buses[at[i]]
            suffix = "" if port == 1 else str(port)
            ports[f"efficiency{suffix}"] = sense * float(amount[i]) / per
        if "bus1" not in ports:  # it takes and gives nothing: PyPSA wants two ends
            ports |= {"bus1": self.buses[at[first]], "efficiency": 0.0}
        return "Link", back, per, ports

    def _lanes(self) -> tuple[tuple[str, ...], Ints]:
        network, met, lanes = self.network, self.met, self.network.lanes
        limit = np.minimum(met.departure_limit(network), self.plenty)
        tie = self._tie(lanes.id, self.price[lanes.destination])
        whole = np.floor(lanes.lag).astype(int)
        broken = lanes.lag - whole
        # What still is at sea at the end is worth what it will be worth where it lands.
        t = np.arange(met.periods)[None, :]
        late = (1 - broken)[:, None] * (t + whole[:, None] >= met.periods)
        late = late + broken[:, None] * (t + whole[:, None] + 1 >= met.periods)
        worth = late * (lanes.keep * self.price[lanes.destination])[:, None]
        if not network.terms.terminal:
            worth = np.zeros_like(worth)
        extra = met.tariff * (lanes.keep * self.price[lanes.destination])[:, None] - worth
        if self.dearer is not None:
            extra = extra + self.dearer[1]
        names: list[str] = []
        lane_of: list[Ints] = [np.zeros(0, dtype=np.int64)]
        for suffix, units, upper, sign in _parts(
            limit, lanes.inherited, lanes.kink, lanes.capacity > lanes.inherited
        ):
            nominal, share = _per_unit(self.measure.flow * upper)
            cost = (lanes.cost + sign * lanes.kink + tie)[:, None] + extra
            here = [lanes.id[a] + suffix for a in units]
            divided = broken[units] > 0
            fixed = {
                "bus0": self.buses[lanes.origin[units]],
                "bus1": self.buses[lanes.destination[units]],
                "efficiency": (lanes.keep * (1 - broken))[units],
                "delay": whole[units],
                "cyclic_delay": False,
                "p_nom": nominal,
            }
            if divided.any():
                fixed |= {
                    "bus2": np.where(divided, self.buses[lanes.destination[units]], ""),
                    "efficiency2": (lanes.keep * broken)[units],
                    "delay2": np.where(divided, whole[units] + 1, 0),
                    "cyclic_delay2": False,
                }
            paid = cost[units] * self.measure.price
            names += self._add("Link", here, fixed, {"p_max_pu": share, "marginal_cost": paid})
            lane_of.append(units)
        return tuple(names), np.concatenate(lane_of)

    def _stores(self) -> None:
        nodes, terms = self.network.nodes, self.network.terms
        price, periods, amount = self.price, self.met.periods, self.measure.amount
        end = np.zeros((1, periods))
        end[0, -1] = 1.0 if terms.terminal else 0.0

        def add(suffix: str, units: Ints, cost: Floats, **fixed: Any) -> None:
            paid = cost[units] * self.measure.price / self.measure.hours
            tables = {"marginal_cost_storage": paid}
            tables |= {key: fixed.pop(key) for key in ("e_min_pu", "e_max_pu") if key in fixed}
            names = [self.buses[i] + suffix for i in units]
            self._add(
                "Store", names, {"bus": self.buses[units], "e_cyclic": False, **fixed}, tables
            )

        def hourly(stays: Floats) -> Floats:
            result: Floats = 1.0 - stays ** (1.0 / self.measure.hours)
            return result

        held = np.flatnonzero(nodes.has_stock)
        start, stays = nodes.start[held], 1 - nodes.loss[held]
        # What evaporates although nobody touches it takes the floor along.
        untouched = start[:, None] * stays[:, None] ** np.arange(1, periods + 1)
        floor = np.minimum(nodes.floor[held][:, None], untouched)
        left = price[:, None] * end
        # PyPSA takes no standing loss off `e_initial` in the first snapshot, Seawall does.
        add(
            " stock", held, -(nodes.loss * price)[:, None] - left,
            e_nom=amount * start, e_initial=amount * start * stays, standing_loss=hourly(stays),
            e_min_pu=_share(floor, start),
        )  # fmt: skip
        more = np.flatnonzero(nodes.has_stock & (nodes.tank > nodes.start))
        add(
            " extra", more, np.repeat((terms.holding * price)[:, None], periods, axis=1),
            e_nom=amount * (nodes.tank - nodes.start)[more],
            standing_loss=hourly(1 - nodes.loss[more]),
        )  # fmt: skip
        limit, ports = self._waiting()
        nominal, share = _per_unit(amount * limit)
        add(
            " waiting", ports, (terms.demurrage * price)[:, None] - price[:, None] * end,
            e_nom=nominal, e_max_pu=share,
        )  # fmt: skip
        free = np.flatnonzero(self.network.facilities.free_output)
        spilt = {"bus": self.buses[free], "sign": -1.0, "marginal_cost": 0.0,
                 "p_nom": self.measure.flow * self.plenty}  # fmt: skip
        self._add("Generator", [self.buses[i] + " spill" for i in free], spilt, {})

    def _waiting(self) -> tuple[Floats, Ints]:
        """Limits (nodes, periods) on what waits in ships, and the nodes where it may: ports of
        arrival, and origins that shut passages send ships back to; none in a closed study."""
        lanes = self.network.lanes
        arriving = np.unique(lanes.destination[lanes.lag > 0])
        ports = np.union1d(arriving, lanes.origin[lanes.crossing_lane])
        if self.network.terms.closed:
            ports = ports[:0]
        limit = np.cumsum(self.met.returned, axis=1)
        limit[arriving] = self.plenty
        return limit[ports], ports

    def _demands(self) -> None:
        demands = self.network.demands
        names = [f"{demands.tier_id[t]}#{i:06d}" for i, t in enumerate(demands.tier_of)]
        wanted = demands.quantity[:, None] * self.met.wanted * self.measure.flow
        fixed = (wanted < 0).any(axis=1) | (not self.network.terms.curtail)
        loads = np.flatnonzero(fixed)
        self._add("Load", [demands.tier_id[demands.tier_of[m]] for m in loads],
                  {"bus": self.buses[demands.node[loads]]}, {"p_set": wanted[loads]})  # fmt: skip
        steps = np.flatnonzero(~fixed)
        price = self.price[demands.node]
        nominal, share = _per_unit(wanted)
        cost = (self._tie(names, price) - demands.wtp) * self.measure.price
        served = {"bus": self.buses[demands.node[steps]], "sign": -1.0, "p_nom": nominal[steps],
                  "marginal_cost": cost[steps]}  # fmt: skip
        self._add("Generator", [names[m] for m in steps], served, {"p_max_pu": share[steps]})

    def _pipeline(self) -> None:
        landed = self.met.arrivals + self.met.returned
        some = np.flatnonzero(landed.any(axis=1))
        self._add(
            "Load", [self.buses[i] + " pipeline" for i in some], {"bus": self.buses[some]},
            {"p_set": -self.measure.flow * landed[some]},
        )  # fmt: skip


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


def _parts(
    limit: Floats, base: Floats, kink: Floats, can_grow: Bools
) -> list[tuple[str, Ints, Floats, float]]:
    """(suffix, units, upper bound, sign of the kink) of the parts below and above the base."""
    low, high = _split(base, kink, can_grow)
    below = np.zeros_like(limit)
    below[low] = np.minimum(limit, base[:, None])[low]
    return [(" low", low, below[low], -1.0), (" high", high, (limit - below)[high], 1.0)]
