"""Prices and costs under which the balanced base is the optimum of the program.

Positive mathematical programming (Howitt 1995).  Linear costs alone leave the base one of many
optima, so every used lane and facility is bought in two parts: up to its base flow at cost - k,
beyond it at cost + k, with k a share of the price at the destination.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, eye_array
from scipy.sparse.linalg import spsolve

from seawall.errors import SeawallError
from seawall.network.network import TINY

if TYPE_CHECKING:
    from seawall.network.network import Contracts, Demands, Floats, Ints, Network

#: An elastic demand is cut into this many steps, equal in log price up to `TOP` times the price.
STEPS = 8
TOP = 5.0


class NoPriceError(SeawallError):
    """A node that trades in the base has no price and nothing to derive one from."""

    exit_code = 3


@dataclass(frozen=True)
class Calibrated:
    """The priced network, and the tiers whose willingness to pay lies under price + 2 k.

    `residual` is what the used lanes cost beyond freight and duty [million / unit departed];
    `subsidised` lists (tier id, willingness to pay, price + 2 k): such a tier is served in the
    base by a subsidy or by pooling, and the program pays it price + 2 k.
    """

    network: Network
    residual: Floats
    subsidised: tuple[tuple[str, float, float], ...]


def calibrate(network: Network) -> Calibrated:
    """Give `network` (balanced) prices, kinks, costs, demand ladders and contract shares."""
    network = replace(network, contracts=_shares(network))
    if not network.terms.calibrate:
        _must_be_priced(network, network.demands.node[~np.isnan(network.demands.elasticity)])
        price = np.where(np.isnan(network.nodes.price), 0.0, network.nodes.price)
        plain = replace(
            network,
            nodes=replace(network.nodes, price=price),
            lanes=replace(network.lanes, cost=_paid(network, price)),
            demands=_by_worth(_ladders(network.demands, price, np.zeros_like(price))),
        )
        return Calibrated(plain, np.zeros(len(network.lanes)), ())
    nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
    price = _prices(network)
    kink = network.terms.kink * price
    at_sea = lanes.keep * price[lanes.destination] - price[lanes.origin]
    used = lanes.base > 0
    paid = _paid(network, price)
    cost = np.where(used, at_sea, np.maximum(at_sea, paid))
    detour = lanes.replaces >= 0
    instead = lanes.replaces[detour]
    # A detour costs what its lane costs plus the longer way, and carries the lane's base flow at
    # cost - k like the lane itself: another route is not another partner.
    cost[detour] = cost[instead] + np.maximum(paid[detour] - paid[instead], 0.0)
    value = np.asarray(facilities.recipe.T @ price)
    output = np.asarray(facilities.recipe.maximum(0).T @ price)
    demands = _ladders(network.demands, price, kink)
    low = demands.wtp < price[demands.node] + 2 * kink[demands.node] - TINY
    least = price[demands.node] + 2 * kink[demands.node]
    subsidised = tuple(
        (demands.tier_id[demands.tier_of[m]], float(demands.wtp[m]), float(least[m]))
        for m in np.flatnonzero(low & (demands.quantity > 0))
    )
    priced = replace(
        network,
        nodes=replace(nodes, price=price, kink=kink),
        facilities=replace(facilities, cost=value, kink=network.terms.kink * output),
        lanes=replace(lanes, cost=cost, kink=kink[lanes.destination]),
        demands=_by_worth(replace(demands, wtp=np.maximum(demands.wtp, least))),
    )
    return Calibrated(priced, np.where(used, cost - paid, 0.0), subsidised)


def _paid(network: Network, price: Floats) -> Floats:
    """Freight and duty per unit departed."""
    lanes = network.lanes
    result: Floats = lanes.freight + lanes.duty * lanes.keep * price[lanes.destination]
    return result


def _shares(network: Network) -> Contracts:
    """Kept share of the origin's base departures: at most the buyer's own part of them."""
    contracts, lanes = network.contracts, network.lanes
    departures = np.bincount(lanes.origin, lanes.base, len(network.nodes))
    to_buyer = np.asarray(contracts.member @ lanes.base)
    share = (
        contracts.floor
        * np.minimum(contracts.quantity, to_buyer)
        / np.maximum(departures[contracts.origin], TINY)
    )
    return replace(contracts, share=share)


def _prices(network: Network) -> Floats:
    """Given prices, and netbacks for the rest: the flow-weighted mean over the used ways out of
    the value at their end less what the way costs; over all ways out where none is used."""
    nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
    size = len(nodes)
    known = ~np.isnan(nodes.price)
    recipe = facilities.recipe.tocoo()
    uses = recipe.data < 0
    weight = np.bincount(lanes.origin, lanes.base, size)
    np.add.at(weight, recipe.row[uses], -recipe.data[uses] * facilities.base[recipe.col[uses]])
    idle = weight <= 0
    # A by-product of which some is thrown away, or that nothing leads on from, is worth nothing.
    unwanted = idle & ~np.isin(np.arange(size), lanes.origin) & np.isnan(nodes.price)
    thrown = facilities.free_output & (unwanted | (network.imbalance() > 1e-9 * weight.max()))
    known |= thrown

    rows, cols, data, right = [], [], [], np.zeros(size)
    for a in range(len(lanes)):
        o = int(lanes.origin[a])
        if known[o] or lanes.replaces[a] >= 0:
            continue
        part = 1.0 if idle[o] else lanes.base[a]
        if part > 0:
            rows.append(o)
            cols.append(int(lanes.destination[a]))
            data.append(part * lanes.keep[a] * (1.0 - lanes.duty[a]))
            right[o] -= part * lanes.freight[a]
            if idle[o]:
                weight[o] += part
    for f in range(len(facilities)):
        entry = np.flatnonzero(recipe.col == f)
        for e in entry[recipe.data[entry] < 0]:
            o = int(recipe.row[e])
            part = 1.0 if idle[o] else facilities.base[f]
            if known[o] or part <= 0:
                continue
            # Value of the outputs less the other inputs, per unit of activity.
            for other in entry[entry != e]:
                rows.append(o)
                cols.append(int(recipe.row[other]))
                data.append(part * recipe.data[other])
            right[o] -= part * facilities.cost[f]
            if idle[o]:
                weight[o] += part * -recipe.data[e]
    _must_be_priced(network, np.flatnonzero(~known & (weight <= 0)))
    scale = np.where(known, 1.0, weight)
    system = eye_array(size) - coo_array(
        (np.array(data) / scale[rows], (rows, cols)), shape=(size, size)
    )
    given = np.where(thrown, 0.0, np.nan_to_num(nodes.price))
    price: Floats = spsolve(system.tocsc(), np.where(known, given, right / scale))
    if np.any(price[~thrown] <= 0):
        worst = int(np.flatnonzero(~thrown)[np.argmin(price[~thrown])])
        raise NoPriceError(
            f"the netback price of {nodes.commodity[worst]} at {nodes.place[worst]} is "
            f"{price[worst]:.4g}: freight exceeds the value at the destination"
        )
    return price


def _must_be_priced(network: Network, needed: Ints) -> None:
    nodes = network.nodes
    stuck = [
        f"{nodes.commodity[i]} at {nodes.place[i]}" for i in needed if np.isnan(nodes.price[i])
    ]
    if stuck:
        raise NoPriceError(
            f"no price and nothing to derive one from: {', '.join(stuck)}; add rows to prices.csv"
        )


def _ladders(demands: Demands, price: Floats, kink: Floats) -> Demands:
    """Cut elastic demands into steps; a tier stays one step.

    With constant elasticity e through (quantity, price) the quantity wanted at price P is
    q (P / p)^-e; step j holds what is given up between two prices and is worth the middle one.
    What remains beyond `TOP` times the price is one step at that price.
    """
    edges = TOP ** (np.arange(STEPS + 1) / STEPS)
    middle = TOP ** ((np.arange(STEPS) + 0.5) / STEPS)
    tier_of, node, quantity, wtp = [], [], [], []
    for m in range(len(demands)):
        e, p = demands.elasticity[m], price[demands.node[m]]
        if np.isnan(e):
            parts = np.array([demands.quantity[m]])
            worth = np.array([demands.wtp[m]])
        else:
            left = demands.quantity[m] * edges**-e
            parts = np.append(left[:-1] - left[1:], left[-1])
            worth = np.append(np.maximum(middle * p, p + 2 * kink[demands.node[m]]), TOP * p)
        tier_of.append(np.full(len(parts), m))
        node.append(np.full(len(parts), demands.node[m]))
        quantity.append(parts)
        wtp.append(worth)
    return replace(
        demands,
        tier_of=np.concatenate(tier_of).astype(np.int64),
        node=np.concatenate(node).astype(np.int64),
        quantity=np.concatenate(quantity),
        wtp=np.concatenate(wtp),
    )


def _by_worth(demands: Demands) -> Demands:
    """Every step wanted always and served by willingness to pay: no allocation order."""
    always = np.full(len(demands), np.inf)
    return replace(demands, priority=demands.wtp.copy(), since=-always, until=always)
