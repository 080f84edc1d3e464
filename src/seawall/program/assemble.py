"""Arrays -> linear program, family by family, without a loop over periods or units.

The formulas are those of docs/model.md; tests/program/golden holds one small program a family of
rows that a person can check by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.program.layout import Block, Layout, layout, quota_nodes
from seawall.program.linear import LinearProgram
from seawall.shocks import undisturbed

if TYPE_CHECKING:
    from collections.abc import Callable

    from seawall.network.network import Floats, Ints, Network
    from seawall.shocks import Conditions

#: Ties are broken by a cost of at most this share of price, by rank of the stable id.
TIE = 1e-4


@dataclass(frozen=True)
class Scale:
    """Powers of ten by which quantities and money are multiplied inside the solver.

    Tolerances of a solver are absolute, so the typical flow and the typical price decide."""

    quantity: float
    money: float


@dataclass(frozen=True)
class Program:
    """The program of a network: the layout, the solver's arrays for the undisturbed base and the
    scale between them and the network's units."""

    network: Network
    layout: Layout
    scale: Scale
    linear: LinearProgram

    @property
    def periods(self) -> int:
        return self.layout.periods


@dataclass(frozen=True)
class State:
    """What a program starts from, where that is not the base [unit].

    `stock` (nodes,) is in tanks, `waiting` (nodes,) in ships, `floor` (nodes,) what holders mean to
    keep; `crossings` (passages, periods) is what ships that have departed already take of passages.
    """

    stock: Floats
    waiting: Floats
    floor: Floats
    crossings: Floats


@dataclass
class _Entries:
    """Matrix entries in the making."""

    rows: list[Ints]
    columns: list[Ints]
    values: list[Floats]

    def add(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Add entries; arguments broadcast against each other."""
        r, c, v = np.broadcast_arrays(rows, columns, np.asarray(values, dtype=float))
        self.rows.append(r.ravel())
        self.columns.append(c.ravel())
        self.values.append(v.ravel())

    def shifted(self, rows: Ints, columns: Ints, values: Floats, shift: Ints) -> None:
        """Entries (units, periods) whose row lies `shift` periods after the column; those past
        the end fall away.  `rows` holds the first row of each unit's row block."""
        periods = columns.shape[1]
        later = np.arange(periods) + shift[:, None]
        inside = (later < periods) & (values != 0.0)[:, None]
        r = (rows[:, None] + later)[inside]
        v = np.broadcast_to(values[:, None], inside.shape)[inside]
        self.add(r, columns[inside], v)


def assemble(
    network: Network,
    periods: int | None = None,
    *,
    comfort: float = 0.0,
    quotas: bool = False,
) -> Program:
    """Build the program of `network` over `periods` (default: the study's).

    `comfort` is what a holder gives a period, as a share of price, for having his start stock (the
    convenience yield of storage, Kaldor 1939): without it a plan that looks only a few months
    ahead leaves tanks as they are.  Stocks are full in the base, which it leaves alone, and who
    serves a demand from a stock is made good for it.  `quotas` makes room for those of a scenario
    (`serves`)."""
    plan = layout(network, periods or network.terms.periods, quotas=quotas)
    scale = _scale(network)
    entries = _Entries([], [], [])
    for name, block in plan.rows.items():
        ROW_FAMILIES[name](network, plan, block, entries)
    matrix = coo_array(
        (
            np.concatenate(entries.values),
            (np.concatenate(entries.rows), np.concatenate(entries.columns)),
        ),
        shape=(plan.num_rows, plan.num_columns),
    ).tocsc()
    cost = _cost(network, plan, comfort)
    lower, upper, row_lower, row_upper = bounds(
        network, plan, undisturbed(network, plan.periods), scale
    )
    linear = LinearProgram(
        c=cost * (scale.money / scale.quantity),
        A=matrix,
        row_lower=row_lower,
        row_upper=row_upper,
        lower=lower,
        upper=upper,
    )
    return Program(network=network, layout=plan, scale=scale, linear=linear)


def _scale(network: Network) -> Scale:
    flows = np.concatenate([network.lanes.base, network.facilities.base, network.demands.base])
    flows = flows[flows > 0]
    prices = np.concatenate([network.nodes.price, network.demands.wtp, network.lanes.cost])
    prices = prices[prices > 0]
    quantity = 10.0 ** np.round(1.0 - np.log10(np.median(flows))) if len(flows) else 1.0
    money = 10.0 ** np.round(2.0 - np.log10(np.median(prices) / quantity)) if len(prices) else 1.0
    return Scale(quantity=float(quantity), money=float(money))


# --- rows ----------------------------------------------------------------------------------------


def _balance(network: Network, plan: Layout, block: Block, entries: _Entries) -> None:
    """s[n,t] - (1 - loss) s[n,t-1] - made - arrived + departed + served + spill = from outside."""
    nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
    row = block.index()
    first = row[:, 0]
    for name in ("stock", "stock_extra", "waiting"):
        held = plan.columns[name]
        column = held.index()
        entries.add(row[held.units], column, 1.0)
        stays = np.ones(len(held.units)) if name == "waiting" else 1.0 - nodes.loss[held.units]
        entries.shifted(first[held.units], column, -stays, np.ones(len(held.units), dtype=int))
    recipe = facilities.recipe.tocsc()
    for name in ("activity_low", "activity_high"):
        made = plan.columns[name]
        part = recipe[:, made.units].tocoo()
        entries.add(row[part.row], made.index()[part.col], -part.data[:, None])
    whole = np.floor(lanes.lag).astype(int)
    broken = lanes.lag - whole
    for name in ("departure_low", "departure_high"):
        sent = plan.columns[name]
        a, column = sent.units, sent.index()
        entries.add(row[lanes.origin[a]], column, 1.0)
        landed = first[lanes.destination[a]]
        entries.shifted(landed, column, -lanes.keep[a] * (1.0 - broken[a]), whole[a])
        entries.shifted(landed, column, -lanes.keep[a] * broken[a], whole[a] + 1)
    served = plan.columns["served"]
    entries.add(row[network.demands.node], served.index(), 1.0)
    spill = plan.columns["spill"]
    entries.add(row[spill.units], spill.index(), 1.0)


def _departed(network: Network, plan: Layout, block: Block, entries: _Entries) -> None:
    """departed[n,t] = sum of departures of n: keeps the contract rows short."""
    row = block.index()
    entries.add(row, plan.columns["departed"].index(), 1.0)
    position = np.full(len(network.nodes), -1)
    position[block.units] = np.arange(len(block.units))
    for name in ("departure_low", "departure_high"):
        sent = plan.columns[name]
        at = position[network.lanes.origin[sent.units]]
        entries.add(row[at[at >= 0]], sent.index()[at >= 0], -1.0)


def _contract(network: Network, plan: Layout, block: Block, entries: _Entries) -> None:
    """sum over routes to the buyer - share * all departures of the origin >= 0."""
    contracts = network.contracts
    row = block.index()
    total = plan.columns["departed"]
    place = np.searchsorted(total.units, contracts.origin[block.units])
    entries.add(row, total.index()[place], -contracts.share[block.units][:, None])
    member = contracts.member.toarray()[block.units] > 0
    for name in ("departure_low", "departure_high"):
        sent = plan.columns[name]
        k, j = np.nonzero(member[:, sent.units])
        entries.add(row[k], sent.index()[j], 1.0)


def _passage(network: Network, plan: Layout, block: Block, entries: _Entries) -> None:
    """Crossings of the window's own departures in each period <= capacity."""
    lanes = network.lanes
    row_of = {int(p): i for i, p in enumerate(block.units)}
    first = block.index()[:, 0] if len(block.units) else np.zeros(0, dtype=np.int64)
    for name in ("departure_low", "departure_high"):
        sent = plan.columns[name]
        place = {int(a): i for i, a in enumerate(sent.units)}
        use = [
            j
            for j in range(len(lanes.crossing_lane))
            if int(lanes.crossing_passage[j]) in row_of and int(lanes.crossing_lane[j]) in place
        ]
        if not use:
            continue
        rows = first[[row_of[int(lanes.crossing_passage[j])] for j in use]]
        columns = sent.index()[[place[int(lanes.crossing_lane[j])] for j in use]]
        whole = np.floor(lanes.crossing_lag[use]).astype(int)
        broken = lanes.crossing_lag[use] - whole
        entries.shifted(rows, columns, 1.0 - broken, whole)
        entries.shifted(rows, columns, broken, whole + 1)


def _quota(network: Network, plan: Layout, block: Block, entries: _Entries) -> None:
    """Departures of a node for other countries in each period <= quota; free without one."""
    row = block.index()
    position = np.full(len(network.nodes), -1)
    position[block.units] = np.arange(len(block.units))
    for name in ("departure_low", "departure_high"):
        sent = plan.columns[name]
        at = np.where(network.abroad, position[network.lanes.origin], -1)[sent.units]
        entries.add(row[at[at >= 0]], sent.index()[at >= 0], 1.0)


ROW_FAMILIES: dict[str, Callable[[Network, Layout, Block, _Entries], None]] = {
    "balance": _balance,
    "departed": _departed,
    "contract": _contract,
    "passage": _passage,
    "quota": _quota,
}


# --- costs and bounds ----------------------------------------------------------------------------


def _cost(network: Network, plan: Layout, comfort: float) -> Floats:
    """Cost less value of every column [million / unit], discounted, with ties broken."""
    nodes, lanes, demands, terms = network.nodes, network.lanes, network.demands, network.terms
    facilities = network.facilities
    t = np.arange(plan.periods)
    fade = (1.0 - terms.discount) ** t
    end = (1.0 - terms.discount) ** plan.periods
    price = nodes.price
    per_unit = {
        "activity_low": facilities.cost - facilities.kink,
        "activity_high": facilities.cost + facilities.kink,
        "departure_low": lanes.cost - lanes.kink,
        "departure_high": lanes.cost + lanes.kink,
        # Whoever holds a stock that evaporates in the base finds that worth its loss.
        "stock": -(nodes.loss + comfort) * price,
        "stock_extra": terms.holding * price,
        "waiting": terms.demurrage * price,
        "departed": np.zeros(len(nodes)),
        # An allocation order decides who is served first; what a unit is worth is not its matter.
        "served": -demands.priority,
        "spill": np.where(facilities.free_output, 0.0, price),
    }
    cost = np.zeros(plan.num_columns)
    dearer = network.dearer(plan.periods)
    tie = TIE if terms.calibrate else 0.0
    typical = {
        "activity_low": _output_price(network), "activity_high": _output_price(network),
        "departure_low": price[lanes.destination], "departure_high": price[lanes.destination],
        "served": price[demands.node],
    }  # fmt: skip
    for name, block in plan.columns.items():
        table = per_unit[name][block.units][:, None] * fade
        if dearer is not None and name.startswith(("activity", "departure")):
            table = table + dearer[name.startswith("departure")][block.units] * fade
        if name == "served" and comfort:
            # Serving gives up the comfort of what it takes from a stock for the rest of the window;
            # if that were not made good, everyone would put off serving, plan after plan.
            rest = np.cumsum(fade[::-1])[::-1]
            table = table - comfort * price[demands.node[block.units]][:, None] * rest
        if name in typical and len(block.units):
            rank = _rank(network, name)[block.units]
            table = table + (tie * rank * typical[name][block.units])[:, None]
        cost[block.slice] = table.ravel()
    if terms.terminal:
        for name in ("stock", "waiting"):
            block = plan.columns[name]
            if len(block.units):
                cost[block.index()[:, -1]] -= end * price[block.units]
        for name in ("departure_low", "departure_high"):
            block = plan.columns[name]
            a = block.units
            late = afloat_share(lanes.lag[a], plan.periods, terms.discount)
            cost[block.slice] -= (
                (lanes.keep * price[lanes.destination])[a][:, None] * late
            ).ravel()
    return cost


def afloat_share(lag: Floats, periods: int, discount: float = 0.0) -> Floats:
    """Share of each departure (lanes, periods) that is still at sea after the last period,
    discounted to its arrival."""
    whole = np.floor(lag).astype(int)
    broken = (lag - whole)[:, None]
    fade = (1.0 - discount) ** np.arange(periods + int(whole.max(initial=0)) + 2)
    # Only the last departures of a lane are still at sea.
    first = np.arange(periods)[None, :] + whole[:, None]
    result: Floats = np.where(first >= periods, (1.0 - broken) * fade[first], 0.0)
    result += np.where(first + 1 >= periods, broken * fade[first + 1], 0.0)
    return result


def _output_price(network: Network) -> Floats:
    result: Floats = np.asarray(network.facilities.recipe.maximum(0).T @ network.nodes.price)
    return result


def _rank(network: Network, name: str) -> Floats:
    """Rank of the stable id over the number of units of its kind, in (0, 1]."""
    demands = network.demands
    ids: list[str]
    if name.startswith("activity"):
        ids = list(network.facilities.id)
    elif name.startswith("departure"):
        ids = list(network.lanes.id)
    else:
        ids = [f"{demands.tier_id[t]}#{i:06d}" for i, t in enumerate(demands.tier_of)]
    rank = np.empty(len(ids))
    rank[np.argsort(np.array(ids), kind="stable")] = np.arange(1, len(ids) + 1) / len(ids)
    return rank


def bounds(
    network: Network, plan: Layout, met: Conditions, scale: Scale, state: State | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Column and row bounds (lower, upper, row_lower, row_upper) under `met`, in solver units.

    A scenario changes nothing else but what tariffs cost (`costs`): the matrix is that of the base.
    `state` is what the first period starts from; None is the base."""
    state = state or base_state(network, plan.periods)
    nodes, facilities, demands = network.nodes, network.facilities, network.demands
    lower, upper = np.zeros(plan.num_columns), np.full(plan.num_columns, np.inf)
    columns = plan.columns

    def put(target: Floats, name: str, values: Floats) -> None:
        target[columns[name].slice] = values[columns[name].units].ravel()

    runs = facilities.base[:, None] * met.capacity
    spare = facilities.spare[:, None] * met.capacity * met.spare_share(network)
    low = np.zeros(len(facilities), dtype=bool)
    low[columns["activity_low"].units] = True
    # As for lanes: what is bought cheaply is all up to the base, also where a part of it is shut.
    first = np.where(low[:, None], np.minimum(runs + spare, facilities.base[:, None]), 0.0)
    put(upper, "activity_low", first)
    put(upper, "activity_high", runs + spare - first)

    limit = met.departure_limit(network)
    low = np.zeros(len(network.lanes), dtype=bool)
    low[columns["departure_low"].units] = True
    first = np.where(low[:, None], np.minimum(limit, network.lanes.inherited[:, None]), 0.0)
    put(upper, "departure_low", first)
    put(upper, "departure_high", np.where(np.isinf(limit), np.inf, limit - first))

    if not serves(network, plan, met):
        raise ValueError("the program has no rows for these quotas: assemble it with them")
    # Where all departures go abroad a quota bounds their sum, elsewhere it has a row.
    rowed = np.isin(np.arange(len(nodes)), quota_nodes(network))[:, None]
    put(upper, "departed", np.where(rowed, np.inf, met.quota))

    wide = np.ones((1, plan.periods))
    put(lower, "stock", stock_floor(network, plan.periods, state))
    put(upper, "stock", nodes.start[:, None] * wide)
    put(upper, "stock_extra", (nodes.tank - nodes.start)[:, None] * wide)
    put(upper, "waiting", waiting_limit(network, met) + state.waiting[:, None])
    wanted = demands.quantity[:, None] * met.wanted
    put(upper, "served", wanted)
    # A negative demand is brought in whatever becomes of it; no other must be served in any case.
    put(lower, "served", np.minimum(wanted, 0.0) if network.terms.curtail else wanted)

    row_lower, row_upper = np.zeros(plan.num_rows), np.full(plan.num_rows, np.inf)
    outside = met.arrivals + met.returned
    outside[:, 0] += (1.0 - nodes.loss) * state.stock + state.waiting
    balance, contract, passage = (plan.rows[n] for n in ("balance", "contract", "passage"))
    row_lower[balance.slice] = row_upper[balance.slice] = outside.ravel()
    holds = met.contract_holds(network)[contract.units]
    row_lower[contract.slice] = np.where(holds, 0.0, -np.inf).ravel()
    row_lower[passage.slice] = -np.inf
    room = network.passages.capacity[:, None] - state.crossings
    row_upper[passage.slice] = np.maximum(room[passage.units], 0.0).ravel()
    quota = plan.rows["quota"]
    row_lower[quota.slice] = -np.inf
    row_upper[quota.slice] = met.quota[quota.units].ravel()
    q = scale.quantity
    return lower * q, upper * q, row_lower * q, row_upper * q


def serves(network: Network, plan: Layout, met: Conditions) -> bool:
    """Whether a program laid out like this has a place for every quota of `met`."""
    bound = np.flatnonzero(np.isfinite(met.quota).any(axis=1))
    if not len(bound):
        return True
    missing = np.setdiff1d(quota_nodes(network), plan.rows["quota"].units)
    return not np.isin(bound, missing).any()


def costs(program: Program, met: Conditions) -> Floats | None:
    """Costs of all columns under the tariffs of `met`, in solver units; None where there are none.

    A tariff is paid on what departs while it is in force."""
    if not met.tariff.any():
        return None
    network, plan, scale = program.network, program.layout, program.scale
    fade = (1.0 - network.terms.discount) ** np.arange(plan.periods)
    duty = met.duty(network) * fade * (scale.money / scale.quantity)
    result = program.linear.c.copy()
    for name in ("departure_low", "departure_high"):
        block = plan.columns[name]
        result[block.slice] += duty[block.units].ravel()
    return result


def base_state(network: Network, periods: int) -> State:
    """The base: start stocks, no ship waiting, floors as they are."""
    nodes, passages = network.nodes, network.passages
    none = np.zeros((len(passages.id), periods))
    return State(nodes.start, np.zeros(len(nodes)), nodes.floor, none)


def stock_floor(network: Network, periods: int, state: State | None = None) -> Floats:
    """What must stay in tanks (nodes, periods): the floor, or less where it evaporates from the
    first stock although nobody touches it."""
    state = state or base_state(network, periods)
    keeps = 1.0 - network.nodes.loss[:, None]
    untouched = state.stock[:, None] * keeps ** np.arange(1, periods + 1)
    result: Floats = np.minimum(state.floor[:, None], untouched)
    return result


def waiting_limit(network: Network, met: Conditions) -> Floats:
    """How much may wait (nodes, periods): without limit where ships arrive; at an origin only
    what had to come back to it."""
    lanes = network.lanes
    limit: Floats = np.cumsum(met.returned, axis=1)
    limit[np.unique(lanes.destination[lanes.lag > 0])] = np.inf
    return limit
