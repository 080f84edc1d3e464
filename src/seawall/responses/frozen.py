"""Frozen: nobody changes partners or makes more.  A forward simulation without a solver.

Each node ships its base shares; a lane takes its detour with the extra days; a share without any
route stays at the origin until tanks are full and output stops; other shares do not grow; recipes
run at the scarcest input, beyond their base only from stock for their own customers; stocks are
used down to their floor; tiers are shed lowest willingness to pay first, unless an allocation order
says otherwise.  What has no tank passes on all that it gets.

Periods follow each other; within one, nodes are visited in the order in which goods can reach each
other within the period ("levels"), all nodes of a level at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csc_array, csr_array

from seawall.errors import SeawallError
from seawall.responses.trajectory import Trajectory

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from seawall.network.network import Bools, Floats, Ints, Network
    from seawall.shocks import Conditions


#: A period is done again at most so often until nothing is sent to where it cannot be used.
_TRIES = 8


def _total(at: NDArray[np.integer[Any]], amount: Floats, size: int) -> Floats:
    """Sum of `amount` by position."""
    return np.bincount(at, amount, size).astype(float, copy=False)


def _longest_path(size: int, arcs: set[tuple[int, int]], together: list[Ints]) -> Ints | None:
    """Longest path to each node, the nodes of each group in `together` as far as the furthest of
    them; None where that runs in a circle."""
    level = np.zeros(size, dtype=np.int64)
    while level.max(initial=0) <= size:
        before = level.copy()
        for i, o in arcs:
            level[o] = max(level[o], level[i] + 1)
        for group in together:
            level[group] = level[group].max()
        if np.array_equal(before, level):
            return level
    return None


def _without_ends(arcs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The arcs that have one before them and one after them: in the end those of circles."""
    origins, ends = {i for i, _ in arcs}, {o for _, o in arcs}
    return {(i, o) for i, o in arcs if i in ends and o in origins}


class Frozen:
    """The forward simulation of one network."""

    name = "frozen"

    def __init__(self, network: Network) -> None:
        self.network = network
        nodes, facilities, lanes = network.nodes, network.facilities, network.lanes
        size = len(nodes)
        self._flows = lanes.inherited
        self._abroad = network.abroad
        self._whole = np.floor(lanes.lag).astype(int)
        self._part = lanes.lag - self._whole
        recipe = facilities.recipe
        self._uses = csr_array((-recipe).maximum(0))
        self._makes = csr_array(recipe.maximum(0))
        self._used = self._uses.tocoo()
        has_input = np.asarray(self._uses.sum(axis=0)).ravel() > 0
        self._extracts = ~has_input
        departs = _total(lanes.origin, lanes.base, size)
        wants = _total(network.demands.node, np.ones(len(network.demands)), size) > 0
        self._lifts, self._follows = self._split_outputs()
        self._lifted, self._followed = self._lifts.tocoo(), self._follows.tocoo()
        extracts_at = np.asarray(self._lifts.sum(axis=1)).ravel() > 0
        ships_wait = _total(lanes.destination, (lanes.lag > 0).astype(float), size) > 0
        self._overflows: Bools = ships_wait | facilities.free_output
        # Only where ships can wait may more come in than can go on.
        self._passes_on: Bools = (
            ~nodes.has_stock & ~wants & ~extracts_at & (departs > 0) & ships_wait
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            self._lane_share = np.nan_to_num(self._flows / departs[lanes.origin])
        self._level = self._levels()
        self._into = self._inflow_shares()
        self._recipe_level = np.full(len(facilities), -1, dtype=np.int64)
        np.maximum.at(self._recipe_level, self._used.col, self._level[self._used.row])
        self._shed_order = np.lexsort((-network.demands.priority, network.demands.node))
        self._alike = self._equal_steps()

    def run(self, met: Conditions) -> Trajectory:
        """Simulate `met` from the base."""
        return _Run(self, met).trajectory()

    def _equal_steps(self) -> Ints:
        """Which steps, in the order of shedding, are of one node and one priority: numbered."""
        demands, order = self.network.demands, self._shed_order
        node, priority = demands.node[order], demands.priority[order]
        new = (node[1:] != node[:-1]) | (priority[1:] != priority[:-1])
        return np.concatenate([np.zeros(min(len(order), 1), int), np.cumsum(new)])

    def _split_outputs(self) -> tuple[csr_array, csr_array]:
        """Outputs that decide how much is extracted (the first of each extraction that cannot be
        thrown away), and all others, which follow."""
        makes, free = self._makes.tocoo(), self.network.facilities.free_output
        leads = np.zeros(makes.nnz, dtype=bool)
        for f in np.flatnonzero(self._extracts):
            entries = np.flatnonzero(makes.col == f)
            if len(entries):
                leads[entries[np.argmin(free[makes.row[entries]])]] = True
        parts = [
            csr_array((makes.data[keep], (makes.row[keep], makes.col[keep])), shape=makes.shape)
            for keep in (leads, ~leads)
        ]
        return parts[0], parts[1]

    def _levels(self) -> Ints:
        """Longest path to each node over goods that arrive within the period (Kahn 1962)."""
        lanes, size = self.network.lanes, len(self.network.nodes)
        quick = (self._flows > 0) & (lanes.lag < 1.0)
        arcs = set(
            zip(lanes.origin[quick].tolist(), lanes.destination[quick].tolist(), strict=True)
        )
        before_f, after_f = csc_array(self._uses + self._lifts), self._follows.tocsc()
        for f in range(len(self.network.facilities)):
            inputs = before_f.indices[before_f.indptr[f] : before_f.indptr[f + 1]]
            outputs = after_f.indices[after_f.indptr[f] : after_f.indptr[f + 1]]
            arcs |= {(int(i), int(o)) for i in inputs for o in outputs}
        level = _longest_path(size, arcs, [])
        uses = self._uses.tocsc()
        # Inputs of one recipe are looked at together wherever none is made of another.
        groups = np.split(uses.indices.astype(np.int64), uses.indptr[1:-1])
        evened = _longest_path(size, arcs, [part for part in groups if len(part) > 1])
        for found in (evened, level):
            if found is not None:
                return found
        nodes = self.network.nodes
        while arcs != (inner := _without_ends(arcs)):
            arcs = inner
        where = min(i for i, _ in arcs)
        raise SeawallError(
            f"goods run in a circle within one period at {nodes.commodity[where]} in "
            f"{nodes.place[where]}: give one of its lanes a lead time"
        )

    def _inflow_shares(self) -> tuple[Floats, Floats]:
        """Part that each lane without lead time and each recipe has in what its destination gets
        within the period in the base: how the room that is left there is shared out."""
        network, size = self.network, len(self.network.nodes)
        lanes, facilities = network.lanes, network.facilities
        direct = np.where(lanes.lag == 0, lanes.keep * self._flows, 0.0)
        total = _total(lanes.destination, direct, size) + self._follows @ facilities.base
        with np.errstate(divide="ignore", invalid="ignore"):
            lane = np.nan_to_num(direct / total[lanes.destination])
            node = np.where(total > 0, 1.0 / total, 0.0)
        return lane, node


class _Run:
    """One simulation: the state of the current period and what has been recorded."""

    def __init__(self, frozen: Frozen, met: Conditions) -> None:
        network = frozen.network
        self.f, self.met, self.n = frozen, met, network
        size, t = len(network.nodes), met.periods
        self.departures = np.zeros((len(network.lanes), t))
        self.activity = np.zeros((len(network.facilities), t))
        self.served = np.zeros((len(network.demands), t))
        self.stock, self.waiting, self.spill = (np.zeros((size, t)) for _ in range(3))
        self.limit = met.departure_limit(network)
        self.landing = met.arrivals + met.returned
        self.wanted = network.demands.quantity[:, None] * met.wanted
        self.floor = np.minimum(network.nodes.floor, network.nodes.start)

    def trajectory(self) -> Trajectory:
        for t in range(self.met.periods):
            self._period(t)
        return Trajectory(
            response="frozen",
            activity=self.activity,
            departures=self.departures,
            stock=self.stock,
            waiting=self.waiting,
            served=self.served,
            spill=self.spill,
        )

    def _period(self, t: int) -> None:
        f, nodes = self.f, self.n.nodes
        before = nodes.start if t == 0 else self.stock[:, t - 1]
        waited = np.zeros(len(nodes)) if t == 0 else self.waiting[:, t - 1]
        have = (1.0 - nodes.loss) * before + waited + self.landing[:, t]
        wanted_here = _total(self.n.demands.node, self.wanted[:, t], len(nodes))
        runs = self._base_runs(t, wanted_here)
        first, landing = have, self.landing
        for _ in range(_TRIES):
            have, self.landing = first.copy(), landing.copy()
            room = self._room(t, have, runs, wanted_here)
            ratio = np.ones(len(nodes))
            for level in range(int(f._level.max(initial=0)) + 1):
                self._level(t, level, have, runs, wanted_here, room, ratio)
            # Where another input is scarce a recipe has taken less than was sent to it: what has
            # no room there must not have come in, so everything upstream is done again.
            over = have - np.maximum(nodes.tank, first) > 1e-9 * np.maximum(1.0, have)
            if not (over & ~f._overflows).any():
                break
            runs = np.where(f._extracts, runs, np.minimum(runs, self.activity[:, t]))
        self._close(t, have)

    def _base_runs(self, t: int, wanted: Floats) -> Floats:
        """What each recipe would run (facilities,): its base, and a conversion more where more is
        wanted of what it makes than in the base, as far as it can: whoever has stock serves its
        own customers from it, without buying or extracting more."""
        f, makes, demands = self.f, self.n.facilities, self.n.demands
        usual = _total(demands.node, demands.base, len(wanted))
        with np.errstate(divide="ignore", invalid="ignore"):
            more = np.where(usual > 0, np.maximum(wanted / usual, 1.0), 1.0)
        factor = np.ones(len(makes))
        np.maximum.at(factor, f._followed.col, more[f._followed.row])
        spare = makes.spare * self.met.spare_share(self.n)[:, t]
        runs: Floats = np.where(
            f._extracts, makes.base, np.minimum(makes.base * factor, makes.base + spare)
        )
        return runs * self.met.capacity[:, t]

    def _sends(self, have: Floats, t: int) -> Floats:
        """What each lane would carry: base shares of what there is, or base flows from stock."""
        f, lanes = self.f, self.n.lanes
        through = f._passes_on[lanes.origin]
        all_on = f._lane_share * have[lanes.origin]
        sends = np.where(through, all_on, f._flows) * self.met.open[:, t]
        sends = np.minimum(sends, self.limit[:, t])
        quota = self.met.quota[:, t]
        if not np.isfinite(quota).any():
            return sends
        # Everybody abroad gets the same part less.
        out = _total(lanes.origin, np.where(f._abroad, sends, 0.0), len(quota))
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(out > quota, quota / out, 1.0)
        return np.where(f._abroad, sends * part[lanes.origin], sends)

    def _room(self, t: int, have: Floats, runs: Floats, wanted: Floats) -> Floats:
        """How much can be put into each node in this period without overfilling it (nodes,):
        found downstream first, because what cannot be used further down must not come in."""
        f, nodes, lanes, size = self.f, self.n.nodes, self.n.lanes, len(self.n.nodes)
        endless = f._passes_on | (nodes.has_stock & (nodes.tank <= 0))
        endless |= self.n.facilities.free_output
        room = np.full(size, np.inf)
        for level in reversed(range(int(f._level.max(initial=0)) + 1)):
            sends = self._fitting(self._sends(have, t), room)
            uses = np.where(f._extracts, 0.0, np.minimum(runs, self._recipe_room(room)))
            out = _total(lanes.origin, sends, size) + f._uses @ uses + wanted
            here = (f._level == level) & ~endless
            room[here] = np.maximum(nodes.tank - have + out, 0.0)[here]
        return room

    def _fitting(self, sends: Floats, room: Floats) -> Floats:
        """What of `sends` finds room where it lands at once (ships under way wait instead)."""
        lanes, share = self.n.lanes, self.f._into[0]
        direct = np.flatnonzero((lanes.lag == 0) & np.isfinite(room[lanes.destination]))
        result = sends.copy()
        fits = share[direct] * room[lanes.destination[direct]] / lanes.keep[direct]
        result[direct] = np.minimum(sends[direct], fits)
        return result

    def _level(
        self,
        t: int,
        level: int,
        have: Floats,
        runs: Floats,
        wanted: Floats,
        room: Floats,
        ratio: Floats,
    ) -> None:
        """Ration what the nodes of one level have, ship it, make and serve."""
        f, lanes, size = self.f, self.n.lanes, len(self.n.nodes)
        here = f._level == level
        sends = self._fitting(self._sends(have, t), room)
        # A recipe makes no more than its outputs have room for.
        most = np.minimum(runs, self._recipe_room(room))
        extracted = f._lifts @ np.where(f._extracts, most, 0.0)
        need = _total(lanes.origin, sends, size) + f._uses @ np.where(f._extracts, 0.0, most)
        need = need + wanted
        usable = np.maximum(have + extracted - self.floor, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio[here] = np.where(need > 0, np.minimum(1.0, usable / need), 1.0)[here]

        lane = here[lanes.origin]
        self.departures[lane, t] = (sends * ratio[lanes.origin])[lane]
        sent = np.where(lane, self.departures[:, t], 0.0)
        have -= _total(lanes.origin, sent, size)
        landed = lanes.keep * (1.0 - f._part) * sent
        now = lane & (f._whole == 0)
        have += _total(lanes.destination[now], landed[now], size)
        self._land_later(t, lane, sent)

        # A recipe runs where its last input lies.
        recipe = (f._recipe_level == level) & ~f._extracts
        activity = np.where(recipe, most * self._scarcest(ratio), 0.0)
        self.activity[recipe, t] = activity[recipe]
        have -= f._uses @ activity
        have += f._makes @ activity

        have -= self._serve(t, here, ratio * wanted)
        self._extract(t, here, have, most)

    def _recipe_room(self, room: Floats) -> Floats:
        """Most activity for which every output has room (facilities,)."""
        makes, per_unit = self.f._followed, self.f._into[1]
        base = self.n.facilities.base
        most = np.full(len(base), np.inf)
        bounded = np.isfinite(room[makes.row])
        share = makes.data * base[makes.col] * per_unit[makes.row]
        with np.errstate(divide="ignore", invalid="ignore"):
            cap = np.where(bounded, share * room[makes.row] / makes.data, np.inf)
        np.minimum.at(most, makes.col, cap)
        return most

    def _scarcest(self, ratio: Floats) -> Floats:
        uses = self.f._used
        least = np.ones(len(self.n.facilities))
        np.minimum.at(least, uses.col, ratio[uses.row])
        return least

    def _land_later(self, t: int, lane: Bools, sent: Floats) -> None:
        """Book what this period's departures land in later periods."""
        f, lanes, periods = self.f, self.n.lanes, self.met.periods
        for step, weight in ((0, 1.0 - f._part), (1, f._part)):
            at = t + f._whole + step
            late = lane & (at > t) & (at < periods) & (sent > 0)
            amount = (lanes.keep * weight * sent)[late]
            np.add.at(self.landing, (lanes.destination[late], at[late]), amount)

    def _serve(self, t: int, here: Bools, amount: Floats) -> Floats:
        """Serve `amount` at each node of the level, highest priority first, equal ones alike."""
        order, alike = self.f._shed_order, self.f._alike
        node, wants = self.n.demands.node[order], self.wanted[order, t]
        total = np.bincount(alike, wants)
        at = np.zeros(len(total), dtype=np.int64)
        at[alike] = node
        running = np.cumsum(total)
        first = np.r_[True, at[1:] != at[:-1]] if len(at) else np.zeros(0, dtype=bool)
        offset = np.maximum.accumulate(np.where(first, running - total, 0.0))
        shared = np.clip(amount[at] - (running - total - offset), 0.0, total)
        with np.errstate(invalid="ignore"):
            part = np.where(total > 0, shared / total, 0.0)
        level = here[node]
        given = np.where(level, np.minimum(part[alike] * wants, wants), 0.0)
        self.served[order[level], t] = given[level]
        return _total(node, given, len(self.n.nodes))

    def _extract(self, t: int, here: Bools, have: Floats, runs: Floats) -> None:
        """Extraction makes what went out and what the tank still takes, at most its capacity."""
        f, nodes = self.f, self.n.nodes
        lead = f._lifted
        wells = here[lead.row]
        total = _total(lead.row[wells], (lead.data * runs[lead.col])[wells], len(nodes))
        space = np.maximum(nodes.tank - have, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(total > 0, np.minimum(1.0, space / total), 0.0)
        run = np.zeros(len(runs))
        run[lead.col[wells]] = runs[lead.col[wells]] * part[lead.row[wells]]
        self.activity[lead.col[wells], t] = run[lead.col[wells]]
        have += f._makes @ run

    def _close(self, t: int, have: Floats) -> None:
        """What is left goes into the tank, then waits in ships, or is thrown away if free."""
        nodes = self.n.nodes
        have = np.where(np.abs(have) < 1e-12, 0.0, have)
        tank = np.minimum(have, np.where(nodes.has_stock, nodes.tank, 0.0))
        rest = have - tank
        free = self.n.facilities.free_output
        self.stock[:, t] = tank
        self.spill[:, t] = np.where(free, rest, 0.0)
        self.waiting[:, t] = np.where(free, 0.0, rest)
