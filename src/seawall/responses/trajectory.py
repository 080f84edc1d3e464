"""What happened: one run of a response, as arrays in the network's units.

A trajectory knows nothing of the solver that may have made it, so that every response can be
valued, certified and reported by the same functions.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.program.assemble import (
    TIE,
    afloat_share,
    stock_floor,
    waiting_limit,
)

if TYPE_CHECKING:
    from seawall.network.network import Floats, Network
    from seawall.program.linear import Residuals
    from seawall.responses.lending import Transfer
    from seawall.shocks import Conditions


@dataclass(frozen=True)
class Trajectory:
    """Quantities per period; stocks at the end of the period.

    Attributes
    ----------
    response
        Name of the response that made it.
    activity : (facilities, periods)
    departures : (lanes, periods)
    stock : (nodes, periods)
        What is in tanks.
    waiting : (nodes, periods)
        What waits in ships.
    served : (demand steps, periods)
    spill : (nodes, periods)
    price : (nodes, periods) or None
        Value of one more unit at the node, undiscounted [million / unit]; only from a program.
    price_low, price_high : (nodes, periods) or None
        Between which values that lies where an optimum has many; nan where it was not asked or
        the solver did not find it soon.
    residuals
        Certificate of the program, or None for a simulation.
    transfers
        What a protocol turned over, in the order of decision.
    """

    response: str
    activity: Floats
    departures: Floats
    stock: Floats
    waiting: Floats
    served: Floats
    spill: Floats
    price: Floats | None = None
    price_low: Floats | None = None
    price_high: Floats | None = None
    residuals: Residuals | None = None
    transfers: tuple[Transfer, ...] = ()

    @property
    def periods(self) -> int:
        return int(self.served.shape[1])

    def between(self, start: int, end: int) -> Trajectory:
        """The part from period `start` up to `end`."""
        part: dict[str, Any] = {
            f.name: value[:, start:end]
            for f in fields(self)
            if isinstance(value := getattr(self, f.name), np.ndarray)
        }
        return replace(self, **part)


def landings(network: Network, departures: Floats) -> Floats:
    """What the window's own departures land at each node (nodes, periods)."""
    lanes = network.lanes
    periods = departures.shape[1]
    result = np.zeros((len(network.nodes), periods))
    whole = np.floor(lanes.lag).astype(int)
    broken = lanes.lag - whole
    for step, weight in ((0, 1.0 - broken), (1, broken)):
        landed = lanes.keep[:, None] * weight[:, None] * departures
        at = np.arange(periods)[None, :] + (whole + step)[:, None]
        lane, t = np.nonzero((at < periods) & (landed != 0))
        np.add.at(result, (lanes.destination[lane], at[lane, t]), landed[lane, t])
    return result


def exports(network: Network, departures: Floats) -> Floats:
    """What departs from each node for other countries (nodes, periods) [unit]."""
    result = np.zeros((len(network.nodes), departures.shape[1]))
    abroad = network.abroad
    np.add.at(result, network.lanes.origin[abroad], departures[abroad])
    return result


def imbalance(network: Network, met: Conditions, run: Trajectory) -> Floats:
    """Left over at each node in each period (nodes, periods) [unit]: zero in a true trajectory.

    Computed from the equation of docs/model.md alone, without the program's matrix.
    """
    nodes, lanes, demands = network.nodes, network.lanes, network.demands
    held = run.stock
    before = np.concatenate([nodes.start[:, None], held[:, :-1]], axis=1)
    waited = np.concatenate([np.zeros((len(nodes), 1)), run.waiting[:, :-1]], axis=1)
    left = (1.0 - nodes.loss)[:, None] * before + waited - held - run.waiting
    left += network.facilities.recipe @ run.activity
    left += landings(network, run.departures) + met.arrivals + met.returned - run.spill
    np.subtract.at(left, lanes.origin, run.departures)
    np.subtract.at(left, demands.node, run.served)
    result: Floats = left
    return result


def breaches(network: Network, met: Conditions, run: Trajectory) -> dict[str, float]:
    """Largest breach of each limit by a trajectory [unit]; all zero in one that keeps them."""
    nodes, facilities = network.nodes, network.facilities
    can_run = met.capacity * (
        facilities.base[:, None] + facilities.spare[:, None] * met.spare_share(network)
    )
    holds = met.contract_holds(network)
    contracts, lanes = network.contracts, network.lanes
    sent = np.zeros((len(nodes), run.periods))
    np.add.at(sent, lanes.origin, run.departures)
    kept = contracts.member @ run.departures - contracts.share[:, None] * sent[contracts.origin]
    moved_off, moved_on = _turned_over(network, run)
    kept = kept + contracts.member @ moved_off
    before = np.concatenate([nodes.start[:, None], run.stock[:, :-1]], axis=1)
    # A stock under its floor may go on evaporating, but nobody may draw on it.
    floor = np.minimum(stock_floor(network, run.periods), (1.0 - nodes.loss)[:, None] * before)
    over = {
        "balance": np.abs(imbalance(network, met, run)),
        "activity": run.activity - can_run,
        "departures": run.departures - moved_on - met.departure_limit(network),
        "tank": np.where(nodes.has_stock[:, None], run.stock - nodes.tank[:, None], run.stock),
        "floor": np.where(nodes.has_stock[:, None], floor - run.stock, 0.0),
        "waiting": run.waiting - waiting_limit(network, met),
        "demand": run.served - network.demands.quantity[:, None] * met.wanted,
        "quota": exports(network, run.departures) - met.quota,
        "contract": np.where(holds, -kept, 0.0),
        "negative": -np.minimum.reduce(
            [a.min(initial=0.0) for a in (run.activity, run.departures, run.served, run.waiting)]
        ),
    }
    return {name: max(0.0, float(np.max(value, initial=0.0))) for name, value in over.items()}


def _turned_over(network: Network, run: Trajectory) -> tuple[Floats, Floats]:
    """What a protocol took off each lane and put on each (lanes, periods): cargo that is lent
    belongs to somebody who had it already, so no growth limit and no contract stops it."""
    off, on = (np.zeros((len(network.lanes), run.periods)) for _ in range(2))
    for t in run.transfers:
        off[t.taken, t.departs] += t.quantity
        on[t.given, t.departs] += t.quantity
    return off, on


@dataclass(frozen=True)
class Value:
    """Value of a trajectory in millions, undiscounted and without tie-breaking.

    `surplus` = `benefit` - `cost` + `left`: willingness to pay of what was served, all costs
    (with the deviation kinks), and what stocks and cargo at sea at the end are worth.
    `shortfall` is the willingness to pay of what was wanted and not served.
    """

    benefit: float
    cost: float
    left: float
    shortfall: float

    @property
    def surplus(self) -> float:
        return self.benefit - self.cost + self.left


def value(network: Network, met: Conditions, run: Trajectory) -> Value:
    """Value `run` as the program does, but without discount and tie-breaking."""
    nodes, facilities, lanes, terms = (
        network.nodes,
        network.facilities,
        network.lanes,
        network.terms,
    )
    price = np.nan_to_num(nodes.price)

    def spent(amount: Floats, base: Floats, cost: Floats, kink: Floats) -> float:
        """Cost of `amount` (units, periods), cheaper by 2 k up to the base than beyond it."""
        inner = np.minimum(amount, base[:, None]).sum(axis=1)
        return float(cost @ amount.sum(axis=1) + kink @ (amount.sum(axis=1) - 2 * inner))

    kept = np.minimum(run.stock, nodes.start[:, None])
    cost = (
        spent(run.activity, facilities.base, facilities.cost, facilities.kink)
        + spent(run.departures, lanes.inherited, lanes.cost, lanes.kink)
        + tariff_paid(network, met, run)
        + _profile_paid(network, run)
        + float(terms.holding * price @ (run.stock - kept).sum(axis=1))
        + float(terms.demurrage * price @ run.waiting.sum(axis=1))
        - float((nodes.loss * price) @ kept.sum(axis=1))
        + float(np.where(facilities.free_output, 0.0, price) @ run.spill.sum(axis=1))
    )
    wanted = network.demands.quantity[:, None] * met.wanted
    benefit = float(network.demands.wtp @ run.served.sum(axis=1))
    shortfall = float(network.demands.wtp @ (wanted - run.served).sum(axis=1))
    left = 0.0
    if terms.terminal:
        at_sea = (afloat_share(lanes.lag, run.periods) * run.departures).sum(axis=1)
        left = float(price @ (kept[:, -1] + run.waiting[:, -1]))
        left += float((lanes.keep * price[lanes.destination]) @ at_sea)
        left += float(price @ met.afloat_after)
    return Value(benefit=benefit, cost=cost, left=left, shortfall=shortfall)


def _profile_paid(network: Network, run: Trajectory) -> float:
    """What a profile adds to the costs of a run [million]."""
    dearer = network.dearer(run.periods)
    if dearer is None:
        return 0.0
    activity, freight = dearer
    return float(np.sum(activity * run.activity) + np.sum(freight * run.departures))


def tariff_paid(network: Network, met: Conditions, run: Trajectory) -> float:
    """What importers pay under the tariffs of a scenario [million].

    It is a part of the cost of a run, though the money stays with the treasury that gets it: a
    transfer, to be told apart from what is lost.
    """
    return float(np.sum(met.duty(network) * run.departures))


def order_tolerance(
    network: Network, one: Trajectory, other: Trajectory, met: Conditions | None = None
) -> float:
    """How far the order of two responses' losses can be off [million].

    The program minimises discounted cost with ties broken; `value` knows neither.  So the loss of
    a program's trajectory can exceed that of another by what ties (at most `TIE` of price) and
    discount (at most discount x periods of value) make of the flows in which the two differ.
    Where there are tariffs `met` must say so.
    """
    nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
    price = np.nan_to_num(nodes.price)
    output = np.asarray(facilities.recipe.maximum(0).T @ price)
    moved = (
        (np.abs(one.departures - other.departures).sum(axis=1), price[lanes.destination]),
        (np.abs(one.activity - other.activity).sum(axis=1), output),
        (np.abs(one.served - other.served).sum(axis=1), network.demands.wtp),
        (np.abs(one.stock[:, -1] - other.stock[:, -1]), price),
    )
    worth = sum(float(amount @ each) for amount, each in moved)
    if met is not None:
        worth += float(np.sum(met.duty(network) * np.abs(one.departures - other.departures)))
    return worth * (TIE + network.terms.discount * one.periods)
