"""Make the base balance at every node by moving figures as little as their evidence allows.

Least squares with non-negativity (Stone, Champernowne and Meade 1942; Byron 1978):

    minimise   sum_i ((x_i - x0_i) / (sigma_i x0_i))^2
    subject to A x = b,  x >= 0

over the base of facilities and lanes and the demand of nodes, A being the balance of every node.
The dual is concave and piecewise quadratic in the node multipliers, x = max(0, x0 + D A' v) with
D = diag((sigma x0)^2), and is solved by a semismooth Newton method (Qi and Sun 1999).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array, csr_array, diags_array, hstack
from scipy.sparse.linalg import spsolve

from seawall.errors import SeawallError
from seawall.network.build import HEADROOM
from seawall.network.network import TINY

if TYPE_CHECKING:
    from seawall.network.build import Spread
    from seawall.network.network import Floats, Network


class ContradictionError(SeawallError):
    """No non-negative base balances every node: the sources contradict beyond reconciling.

    `row` is the balance (the node) that stays off most, `off` by how much.
    """

    exit_code = 3

    def __init__(self, row: int, off: float) -> None:
        self.row, self.off = row, off
        super().__init__(f"balance {row} stays off by {off:.3g}")


def least_squares_balance(
    prior: Floats, spread: Floats, balance: csr_array, right: Floats, *, tolerance: float = 1e-10
) -> Floats:
    """Solve min sum(((x - prior) / spread)^2) with balance @ x = right, x >= 0.

    Parameters
    ----------
    prior, spread : (n,) arrays, spread the absolute standard deviation (0 = fixed)
    balance : (m, n) sparse; right : (m,)

    Returns
    -------
    (n,) array, balanced within `tolerance` of the largest prior

    Raises
    ------
    ContradictionError
        When no non-negative x satisfies the balance.
    """
    weight = spread**2
    scale = max(float(np.max(np.abs(prior), initial=0.0)), 1e-12)
    v = np.zeros(balance.shape[0])
    at = balance.T.tocsr()

    def point(v: Floats) -> tuple[Floats, Floats, float]:
        x = np.maximum(0.0, prior + weight * (at @ v))
        residual = right - balance @ x
        # Dual value: for the step length only.
        moved = np.divide(x - prior, spread, out=np.zeros_like(x), where=spread > 0)
        value = 0.5 * float(moved @ moved) + float(v @ residual)
        return x, residual, value

    x, residual, value = point(v)
    for _ in range(200):
        if np.max(np.abs(residual), initial=0.0) <= tolerance * scale:
            return x
        active = diags_array(np.where(x > 0, weight, 0.0))
        matrix = balance @ active @ at
        size = float(matrix.diagonal().max(initial=0.0)) or 1.0
        step = spsolve((matrix + diags_array(np.full(len(v), 1e-12 * size))).tocsc(), residual)
        length = 1.0
        while length > 1e-10:
            x_new, residual_new, value_new = point(v + length * step)
            if value_new > value or np.linalg.norm(residual_new) < np.linalg.norm(residual):
                break
            length /= 2
        else:
            break
        v, x, residual, value = v + length * step, x_new, residual_new, value_new
    worst = int(np.argmax(np.abs(residual)))
    raise ContradictionError(worst, float(residual[worst]))


@dataclass(frozen=True)
class Move:
    """One figure that reconciling changed; quantities per year."""

    kind: str
    id: str
    prior: float
    value: float
    sigma: float


@dataclass(frozen=True)
class Reconciled:
    """The balanced network with every change, largest first, and the capacities that were raised
    because the base lay above them (id, stated, raised; per year)."""

    network: Network
    moves: tuple[Move, ...]
    raised: tuple[tuple[str, float, float], ...]
    dropped: tuple[str, ...]


def reconcile(network: Network, spread: Spread, *, drop_below: float = 0.0) -> Reconciled:
    """Balance the base of `network`; lanes that end under `drop_below` (per period) are dropped
    and their mass given back by balancing again."""
    facilities, lanes, demands = network.facilities, network.lanes, network.demands
    keep_lane = lanes.base > 0
    dropped: list[str] = []
    while True:
        activity, flow, demand = _balanced(network, spread, keep_lane)
        small = keep_lane & (flow < drop_below)
        if not small.any():
            break
        dropped += [lanes.id[a] for a in np.flatnonzero(small)]
        keep_lane &= ~small

    year = 365.0 / network.terms.period_days
    capacity, raised = _raised(facilities.id, facilities.capacity, facilities.base, activity, year)
    lane_capacity, raised_lanes = _raised(lanes.id, lanes.capacity, lanes.base, flow, year)
    crossing = np.zeros(len(network.passages))
    np.add.at(crossing, lanes.crossing_passage, flow[lanes.crossing_lane])
    passages = network.passages
    passage_capacity, raised_passages = _raised(
        passages.id, passages.capacity, np.full(len(passages), np.inf), crossing, year
    )
    balanced = replace(
        network,
        passages=replace(passages, capacity=passage_capacity),
        facilities=replace(facilities, base=activity, capacity=capacity),
        lanes=replace(lanes, base=flow, capacity=lane_capacity),
        demands=replace(demands, quantity=demand),
    )
    return Reconciled(
        network=balanced,
        moves=_moves(network, balanced, spread, year),
        raised=(*raised, *raised_lanes, *raised_passages),
        dropped=tuple(dropped),
    )


def _raised(
    ids: tuple[str, ...], capacity: Floats, prior: Floats, base: Floats, year: float
) -> tuple[Floats, tuple[tuple[str, float, float], ...]]:
    """Capacities that hold the balanced base, and those that changed (id, stated, raised).

    One that was stated to hold the prior base keeps the spare that it had; one below the prior
    base contradicts it and becomes `HEADROOM` times the base.
    """
    over = np.flatnonzero(base > capacity + TINY)
    stated, before, needed = capacity[over], prior[over], base[over]
    keeps_spare = needed + np.maximum(stated - before, 0.0)
    result = capacity.copy()
    result[over] = np.where(stated >= before * (1.0 - 1e-9), keeps_spare, needed * HEADROOM)
    changed = tuple((ids[i], float(capacity[i] * year), float(result[i] * year)) for i in over)
    return result, changed


def _balanced(
    network: Network, spread: Spread, keep_lane: np.ndarray
) -> tuple[Floats, Floats, Floats]:
    """Balanced activity, lane flow and demand; tiers of one node move together."""
    nodes, facilities, lanes, demands = (
        network.nodes,
        network.facilities,
        network.lanes,
        network.demands,
    )
    used = np.flatnonzero(keep_lane)
    size = len(nodes)
    in_and_out = coo_array(
        (
            np.concatenate([lanes.keep[used], -np.ones(len(used))]),
            (
                np.concatenate([lanes.destination[used], lanes.origin[used]]),
                np.tile(np.arange(len(used)), 2),
            ),
        ),
        shape=(size, len(used)),
    )
    total = np.bincount(demands.node, demands.quantity, size)
    deviation = np.bincount(demands.node, spread.demand * demands.quantity, size)
    at = np.flatnonzero(total > 0)
    take = coo_array((-np.ones(len(at)), (at, np.arange(len(at)))), shape=(size, len(at)))
    # By-products may be thrown away in the base: what is left over of them is a figure like others.
    free = np.flatnonzero(facilities.free_output)
    spilt = coo_array((-np.ones(len(free)), (free, np.arange(len(free)))), shape=(size, len(free)))
    made = (facilities.recipe.maximum(0) @ facilities.base)[free]
    x = least_squares_balance(
        np.concatenate(
            [facilities.base, lanes.base[used], total[at], np.maximum(network.imbalance()[free], 0)]
        ),
        np.concatenate(
            [
                spread.facility * facilities.base,
                spread.lane[used] * lanes.base[used],
                deviation[at],
                made,
            ]
        ),
        csr_array(hstack([facilities.recipe, in_and_out, take, spilt])),
        nodes.loss * nodes.start,
    )
    first, second = len(facilities), len(facilities) + len(used)
    flow = np.zeros(len(lanes))
    flow[used] = x[first:second]
    factor = np.ones(size)
    factor[at] = x[second : second + len(at)] / total[at]
    return x[:first], flow, demands.quantity * factor[demands.node]


def _moves(before: Network, after: Network, spread: Spread, year: float) -> tuple[Move, ...]:
    rows: list[Move] = []
    blocks = (
        ("facility", before.facilities.id, before.facilities.base, after.facilities.base,
         spread.facility),
        ("lane", before.lanes.id, before.lanes.base, after.lanes.base, spread.lane),
        ("demand", before.demands.tier_id, before.demands.quantity, after.demands.quantity,
         spread.demand),
    )  # fmt: skip
    for kind, ids, prior, value, sigma in blocks:
        rows += [
            Move(kind, ids[i], prior[i] * year, value[i] * year, sigma[i])
            for i in range(len(ids))
            if abs(value[i] - prior[i]) > 1e-9 * max(prior[i], 1e-12)
        ]
    return tuple(sorted(rows, key=lambda m: -abs(m.value - m.prior)))
