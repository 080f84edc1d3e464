"""Time to survive where suppliers may make more and ship more (after Simchi-Levi et al. 2015).

Everybody else goes on exactly as in `frozen`, so nobody is outbid.  The place may in addition use
what nobody else uses: what facilities can make beyond their frozen activity, what lanes can carry
beyond their frozen departures, by-products that are thrown away, and its own stocks down to their
floor.  Contracts of others need no rows: what they get is what they got.

The program knows only deviations from the frozen run, so that run is a point of it with every
deviation zero, and the answer is never below the frozen one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array

from seawall.errors import Infeasible
from seawall.program.assemble import stock_floor, waiting_limit
from seawall.program.highs import Loaded
from seawall.program.layout import Block
from seawall.program.linear import LinearProgram
from seawall.questions.groups import nodes_behind, series
from seawall.questions.indicators import drawn_from_stock, survival_days
from seawall.responses.trajectory import exports, landings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.network.network import Bools, Floats, Ints, Network
    from seawall.program.highs import Reached
    from seawall.program.linear import Solution
    from seawall.questions.groups import Group
    from seawall.responses import Trajectory
    from seawall.shocks import Conditions

    Entry = tuple[Ints, Ints, Floats]

#: A gap below this part of demand is rounding.
NOTHING = 1e-6
#: A gap counts for so much less than one a period earlier, which makes most plans serve the first
#: periods first; that the answer is the longest does not hang on it.
EARLIER = 0.97
#: The share of the last period is improved at most so often; two or three times are enough.
ROUNDS = 20


def time_to_survive(
    network: Network,
    met: Conditions,
    frozen: Trajectory,
    group: Group,
    lent: Trajectory | None = None,
) -> float | None:
    """Longest time for which every tier of a place can be served in full [days].

    Parameters
    ----------
    frozen
        The run of `frozen` under `met`.
    group
        All demand of a place (`Group.whole`).
    lent
        A run under a protocol: its transfers change what arrives, for who gets them and for who
        gives them.

    Returns
    -------
    float or None
        Within the period in which it ends, goods come evenly and what is held fills the hole until
        it is empty, as in `indicators.survival_days`.  None when it outlasts the run.

    Raises
    ------
    ValueError
        When the group is one tier or sector of a place only.
    Infeasible
        When so much was lent away that others cannot go on.
    """
    if not group.whole:
        raise ValueError(f"time to survive is that of a whole place, not of tier {group.tier}")
    inside = np.zeros(len(network.nodes), dtype=bool)
    behind = nodes_behind(network)
    inside[np.concatenate([behind[n] for n in np.unique(network.demands.node[group.steps])])] = True
    extra = np.zeros((len(network.nodes), met.periods))
    if lent is not None:
        extra[inside] = _turned_over(network, frozen, lent)[inside]

    wanted = series(network.demands.quantity[:, None] * met.wanted, group)
    gap = np.maximum(wanted - series(frozen.served, group), 0.0)
    as_frozen = survival_days(
        wanted, gap, network.terms.period_days, drawn_from_stock(network, frozen, group)
    )
    gives = bool((extra < 0).any())
    if as_frozen is None and not gives:
        return None
    full, share = _Survival(_margins(network, met, frozen, group, inside), wanted, extra).longest(
        held=bool(len(group.stocks))
    )
    if full == met.periods:
        return None
    found = network.terms.period_days * (full + share)
    # Ships that wait count as held here and not there, which can differ within the last period.
    return found if gives or as_frozen is None else max(found, as_frozen)


def _turned_over(network: Network, frozen: Trajectory, lent: Trajectory) -> Floats:
    """What transfers add to arrivals and take from them (nodes, periods); nobody misses cargo that
    would not have come in the frozen run."""
    on, off = (np.zeros_like(frozen.departures) for _ in range(2))
    for t in lent.transfers:
        on[t.given, t.departs] += t.quantity
        off[t.taken, t.departs] += t.quantity
    return landings(network, on) - landings(network, np.minimum(off, frozen.departures))


@dataclass(frozen=True)
class _Family:
    """Columns of one kind: their units and how far each may leave the frozen run
    (units, periods)."""

    units: Ints
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class _Margins:
    """What may change: columns by kind, the nodes (`rows`) that they touch, what passages have left
    (passages, periods), what quotas have left (`bound` nodes, periods), and the gap of the frozen
    run (demand nodes, periods)."""

    network: Network
    rows: Ints
    inside: Bools
    columns: dict[str, _Family]
    passages: Ints
    room: Floats
    bound: Ints
    allowed: Floats
    gap: Floats
    #: What the tanks and ships of the place gave in the frozen run (periods,).
    drawn: Floats


def _margins(
    network: Network, met: Conditions, frozen: Trajectory, group: Group, inside: Bools
) -> _Margins:
    nodes, lanes, facilities = network.nodes, network.lanes, network.facilities
    runs = facilities.base[:, None] + facilities.spare[:, None] * met.spare_share(network)
    more_made = np.maximum(met.capacity * runs - frozen.activity, 0.0)
    more_sent = np.maximum(met.departure_limit(network) - frozen.departures, 0.0)
    own_made, own_sent, made, sent = _useful(
        network, inside, np.any(more_made, axis=1), np.any(more_sent, axis=1)
    )
    recipe = facilities.recipe.tocsc()
    touched = inside.copy()
    touched[recipe[:, made].indices] = True
    touched[lanes.origin[sent]] = touched[lanes.destination[sent]] = True
    rows = np.flatnonzero(touched)

    def own(amount: Floats, mine: Bools) -> Floats:
        """As low as nothing for one's own, no less than in frozen for others'."""
        return np.where(mine[:, None], -amount, 0.0)

    floor = np.minimum(stock_floor(network, met.periods), frozen.stock)
    room = np.maximum(nodes.tank[:, None] - frozen.stock, 0.0)
    wait = np.maximum(waiting_limit(network, met) - frozen.waiting, 0.0)
    stocked = rows[nodes.has_stock[rows]]
    waits = rows[np.isinf(waiting_limit(network, met)[rows, 0]) | inside[rows]]
    spills = rows[facilities.free_output[rows]]
    demanded = np.unique(network.demands.node[group.steps])
    wanted, gap = _by_node(network, met, frozen, demanded)
    low_made, low_sent = own(frozen.activity, own_made), own(frozen.departures, own_sent)
    low_stock, low_wait = own(frozen.stock - floor, inside), own(frozen.waiting, inside)
    columns = {
        "activity": _Family(made, low_made[made], more_made[made]),
        "departures": _Family(sent, low_sent[sent], more_sent[sent]),
        "stock": _Family(stocked, low_stock[stocked], room[stocked]),
        "waiting": _Family(waits, low_wait[waits], wait[waits]),
        "spill": _Family(spills, -frozen.spill[spills], np.full_like(frozen.spill[spills], np.inf)),
        "gap": _Family(demanded, np.zeros_like(wanted), wanted),
    }
    narrow = np.flatnonzero(np.isfinite(network.passages.capacity))
    left = network.passages.capacity[:, None] - crossings(network, frozen.departures)
    held = frozen.stock[inside].sum(axis=0) + frozen.waiting[inside].sum(axis=0)
    drawn = -np.diff(held, prepend=nodes.start[inside].sum())
    bound = np.flatnonzero(np.isfinite(met.quota).any(axis=1))
    allowed = np.maximum(met.quota - exports(network, frozen.departures), 0.0)[bound]
    return _Margins(
        network, rows, inside, columns, narrow, np.maximum(left[narrow], 0.0), bound, allowed, gap,
        drawn,
    )  # fmt: skip


def _by_node(
    network: Network, met: Conditions, frozen: Trajectory, at: Ints
) -> tuple[Floats, Floats]:
    """What is wanted and what is not served in the frozen run (demand nodes, periods)."""
    demands = network.demands
    wants = demands.quantity[:, None] * met.wanted
    wanted = np.array([wants[demands.node == n].sum(axis=0) for n in at])
    served = np.array([frozen.served[demands.node == n].sum(axis=0) for n in at])
    gap = np.where(wanted - served > NOTHING * wanted, wanted - served, 0.0)
    return wanted, gap


def _useful(
    network: Network, inside: Bools, can_make: Bools, can_send: Bools
) -> tuple[Bools, Bools, Ints, Ints]:
    """Facilities and lanes inside the place (masks), and the positions of all that can help it:
    those, and what can make or ship more of something that reaches it."""
    lanes, recipe = network.lanes, network.facilities.recipe.tocsc()
    at = [recipe.indices[recipe.indptr[f] : recipe.indptr[f + 1]] for f in range(recipe.shape[1])]
    amounts = [recipe.data[recipe.indptr[f] : recipe.indptr[f + 1]] for f in range(len(at))]
    inputs = [n[v < 0] for n, v in zip(at, amounts, strict=True)]
    outputs = [n[v > 0] for n, v in zip(at, amounts, strict=True)]
    own_made = np.array([bool(inside[n].all()) for n in at], dtype=bool)
    own_sent = inside[lanes.origin] & inside[lanes.destination]
    # Nobody's output is cut for the place, and nobody runs on what lies inside it.
    makes = [f for f in np.flatnonzero(can_make & ~own_made) if not inside[inputs[f]].any()]
    sends = np.flatnonzero(can_send & ~own_sent & ~inside[lanes.origin])

    wanted, comes, size = inside.copy(), np.zeros(len(inside), dtype=bool), -1
    while wanted.sum() + comes.sum() != size:
        size = int(wanted.sum() + comes.sum())
        wanted[lanes.origin[sends[wanted[lanes.destination[sends]]]]] = True
        comes[lanes.destination[sends[comes[lanes.origin[sends]]]]] = True
        for f in makes:
            if wanted[outputs[f]].any():
                wanted[inputs[f]] = True
            if comes[inputs[f]].all():
                comes[outputs[f]] = True
    helps = [f for f in makes if wanted[outputs[f]].any() and comes[inputs[f]].all()]
    made = np.union1d(np.flatnonzero(own_made), np.array(helps, dtype=np.int64))
    used = sends[wanted[lanes.destination[sends]] & comes[lanes.origin[sends]]]
    return own_made, own_sent, made, np.union1d(np.flatnonzero(own_sent), used)


def crossings(network: Network, departures: Floats) -> Floats:
    """What departures of the window take of each passage (passages, periods) [unit]."""
    lanes, periods = network.lanes, departures.shape[1]
    result = np.zeros((len(network.passages), periods))
    whole = np.floor(lanes.crossing_lag).astype(int)
    part = lanes.crossing_lag - whole
    for step, weight in ((0, 1.0 - part), (1, part)):
        at = np.arange(periods) + (whole + step)[:, None]
        j, t = np.nonzero(at < periods)
        amount = (weight[:, None] * departures[lanes.crossing_lane])[j, t]
        np.add.at(result, (lanes.crossing_passage[j], at[j, t]), amount)
    return result


class _Survival:
    """The program of what may change, for one place."""

    def __init__(self, margins: _Margins, wanted: Floats, extra: Floats) -> None:
        self._margins, self._wanted = margins, wanted
        self._periods = len(wanted)
        self._scale = 100.0 / max(float(wanted.mean()), 1e-12)
        self._blocks: dict[str, Block] = {}
        offset = 0
        for name, family in margins.columns.items():
            self._blocks[name] = Block(name, family.units, offset, self._periods)
            offset += self._blocks[name].size
        self._program = self._assembled(offset, extra)
        self._loaded = Loaded(self._program)

    def longest(self, *, held: bool) -> tuple[int, float]:
        """How many periods are served in full, and which share of the next; `held` says whether
        stocks stand behind the place."""
        full, basis = self._first_short(self._loaded.solve(), 0), self._loaded.reached()
        missed, step = self._periods + 1, 1
        while full < self._periods and full + 1 < missed:
            goal = min(full + step, missed - 1)
            try:
                full = self._first_short(self._serve(goal, basis), goal)
                basis, step = self._loaded.reached(), 2 * step
            except Infeasible:
                missed, step = goal, 1
        if full == self._periods:
            return full, 0.0
        return full, self._share(full, basis, held)

    def _first_short(self, solution: Solution, least: int) -> int:
        """Number of first periods that are served in full, known to be at least `least`."""
        gap = self._blocks["gap"].table(solution.x).sum(axis=0) / self._scale
        short = np.flatnonzero(gap[least:] > NOTHING * self._wanted[least:])
        return least + int(short[0]) if len(short) else self._periods

    def _served(self, full: int) -> Floats:
        """Upper bounds of columns when the first `full` periods are served in full."""
        upper = self._program.upper.copy()
        upper[self._blocks["gap"].index()[:, :full]] = 0.0
        return upper

    def _serve(self, full: int, basis: Reached) -> Solution:
        p = self._program
        return self._loaded.resolve(
            p.lower, self._served(full), p.row_lower, p.row_upper, start=basis
        )

    def _share(self, full: int, basis: Reached, held: bool) -> float:
        """Largest share of period `full` that can be served after all periods before it.

        Of drawn / (drawn + gap), a ratio of linear terms, by the method of Dinkelbach (1967); where
        nothing is held the share is 1 - gap / wanted.
        """
        p, gap, drawn = self._program, self._gap_cost(full), self._drawn_cost(full)
        from_frozen = float(self._margins.drawn[full]) * self._scale
        share = 0.0
        for _ in range(ROUNDS):
            cost = share * gap - (1.0 - share) * drawn if held else gap
            loaded = Loaded(
                LinearProgram(cost, p.A, p.row_lower, p.row_upper, p.lower, self._served(full))
            )
            loaded.start_from(basis)
            x, basis = loaded.solve().x, loaded.reached()
            missing = float(gap @ x)
            if not held:
                return 1.0 - missing / (float(self._wanted[full]) * self._scale)
            given = from_frozen + float(drawn @ x)
            better = given / (given + missing) if given > 0 else 0.0
            if better <= share + NOTHING:
                break
            share = better
        return share

    def _gap_cost(self, t: int) -> Floats:
        cost = np.zeros(len(self._program.c))
        cost[self._blocks["gap"].index()[:, t]] = 1.0
        return cost

    def _drawn_cost(self, t: int) -> Floats:
        """What the tanks and ships of the place give in period t, beyond the frozen run."""
        cost = np.zeros(len(self._program.c))
        for name in ("stock", "waiting"):
            block = self._blocks[name]
            index = block.index()[self._margins.inside[block.units]]
            cost[index[:, t]] = -1.0
            if t:
                cost[index[:, t - 1]] = 1.0
        return cost

    def _assembled(self, size: int, extra: Floats) -> LinearProgram:
        margins, periods = self._margins, self._periods
        rows, cut = len(margins.rows), len(margins.passages) + len(margins.bound)
        entries = [*self._balance(), *self._crossing(rows * periods)]
        entries += self._exported((rows + len(margins.passages)) * periods)
        matrix = coo_array(
            (
                np.concatenate([e[2] for e in entries]),
                (np.concatenate([e[0] for e in entries]), np.concatenate([e[1] for e in entries])),
            ),
            shape=((rows + cut) * periods, size),
        ).tocsc()
        from_outside = extra[margins.rows]
        at = np.searchsorted(margins.rows, margins.columns["gap"].units)
        from_outside[at] -= margins.gap
        row_lower = np.concatenate([from_outside.ravel(), np.full(cut * periods, -np.inf)])
        limits = (from_outside, margins.room, margins.allowed)
        row_upper = np.concatenate([side.ravel() for side in limits])
        lower = np.concatenate([f.lower.ravel() for f in margins.columns.values()])
        upper = np.concatenate([f.upper.ravel() for f in margins.columns.values()])
        cost = np.zeros(size)
        gap = self._blocks["gap"]
        cost[gap.slice] = np.tile(EARLIER ** np.arange(periods), len(gap.units))
        q = self._scale
        return LinearProgram(cost, matrix, row_lower * q, row_upper * q, lower * q, upper * q)

    def _balance(self) -> Iterator[Entry]:
        """Entries of the balance of docs/model.md, in deviations from the frozen run."""
        network, blocks = self._margins.network, self._blocks
        lanes, recipe = network.lanes, network.facilities.recipe.tocsc()
        first = np.full(len(network.nodes), -1, dtype=np.int64)
        first[self._margins.rows] = np.arange(len(self._margins.rows)) * self._periods
        for name, stays in (("stock", 1.0 - network.nodes.loss), ("waiting", np.ones(len(first)))):
            block = blocks[name]
            yield from _shifted(first[block.units], block, np.ones(len(block.units)), 0)
            yield from _shifted(first[block.units], block, -stays[block.units], 1)
        for name, sign in (("spill", 1.0), ("gap", -1.0)):
            block = blocks[name]
            yield from _shifted(first[block.units], block, np.full(len(block.units), sign), 0)
        block = blocks["activity"]
        part = recipe[:, block.units].tocoo()
        yield from _shifted(first[part.row], block, -part.data, 0, part.col.astype(np.int64))
        block = blocks["departures"]
        a = block.units
        whole = np.floor(lanes.lag[a]).astype(int)
        broken = lanes.lag[a] - whole
        yield from _shifted(first[lanes.origin[a]], block, np.ones(len(a)), 0)
        lands = first[lanes.destination[a]]
        yield from _shifted(lands, block, -lanes.keep[a] * (1.0 - broken), whole)
        yield from _shifted(lands, block, -lanes.keep[a] * broken, whole + 1)

    def _crossing(self, offset: int) -> Iterator[Entry]:
        """Entries of the passages with a capacity, whose rows begin at `offset`."""
        lanes, block = self._margins.network.lanes, self._blocks["departures"]
        position = {int(a): i for i, a in enumerate(block.units)}
        row_of = {int(p): offset + i * self._periods for i, p in enumerate(self._margins.passages)}
        use = [
            j
            for j, (a, p) in enumerate(
                zip(lanes.crossing_lane, lanes.crossing_passage, strict=True)
            )
            if int(a) in position and int(p) in row_of
        ]
        first = np.array([row_of[int(lanes.crossing_passage[j])] for j in use], dtype=np.int64)
        unit = np.array([position[int(lanes.crossing_lane[j])] for j in use], dtype=np.int64)
        whole = np.floor(lanes.crossing_lag[use]).astype(int)
        broken = lanes.crossing_lag[use] - whole
        yield from _shifted(first, block, 1.0 - broken, whole, unit)
        yield from _shifted(first, block, broken, whole + 1, unit)

    def _exported(self, offset: int) -> Iterator[Entry]:
        """Entries of the nodes under a quota, whose rows begin at `offset`."""
        network, block = self._margins.network, self._blocks["departures"]
        row_of = {int(n): offset + i * self._periods for i, n in enumerate(self._margins.bound)}
        origin = network.lanes.origin[block.units]
        unit = np.flatnonzero(network.abroad[block.units] & np.isin(origin, self._margins.bound))
        first = np.array([row_of[int(n)] for n in origin[unit]], dtype=np.int64)
        yield from _shifted(first, block, np.ones(len(unit)), 0, unit)


def _shifted(
    first: Ints, block: Block, values: Floats, shift: Ints | int, unit: Ints | None = None
) -> Iterator[Entry]:
    """Entries of columns of `block` (`unit`: which of its units, default each) in the row `shift`
    periods later of the rows that begin at `first`; those past the end fall away."""
    column = block.index() if unit is None else block.index()[unit]
    later = np.arange(block.periods) + np.broadcast_to(shift, values.shape)[:, None]
    inside = (later < block.periods) & (values != 0.0)[:, None]
    wide = np.broadcast_to(values[:, None], inside.shape)
    yield (first[:, None] + later)[inside], column[inside], wide[inside]
