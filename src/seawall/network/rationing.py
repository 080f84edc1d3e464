"""Who is served first: allocation orders of governments, equal weights, and the preferred.

An order changes the `priority` of demand steps, what decides who is served first and how much is
bid, and never their willingness to pay, which stays what a unit is worth.  So every response obeys
an order without knowing of it, and what an order costs is valued as everything else is.

Orders begin with the shock: each step that one changes is wanted as it is until the order's day,
and from then on in slices, so that the base and its calibration are those of the free market.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import UnknownName
from seawall.network.network import TINY
from seawall.study.records import EQUAL

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.network.network import Bools, Demands, Floats, Ints, Network
    from seawall.study import Study

#: One rank of an order, or one slice of equal weights, bids this share of the price that decides
#: more than the next; more than what discount and the breaking of ties can turn round.
MARGIN = 0.01
#: Equal weights shed all tiers of a place together, in so many slices.
SLICES = 10


@dataclass(frozen=True)
class Allocation:
    """One row of an allocation order: what a government guarantees to whom.

    Attributes
    ----------
    place
        A place, or a country that stands for all its places.
    tier, sector
        To whom of them; "" = everybody.
    share
        Part of what is wanted that is served before anything that is not guaranteed [0, 1].
    from_day
        Days after the first shock.
    rank
        Lower ranks are served first among what is guaranteed.
    """

    place: str
    commodity: str
    tier: str
    sector: str
    share: float
    from_day: float
    rank: float

    def covers(self, network: Network, step: int) -> bool:
        """Whether a demand step is meant."""
        row = int(network.demands.tier_of[step])
        return (
            self.place in _names(network, int(network.demands.node[step]))
            and network.nodes.commodity[network.demands.node[step]] == self.commodity
            and self.tier in ("", network.demands.tier[row])
            and self.sector in ("", network.demands.sector[row])
        )

    def narrowness(self, network: Network, step: int) -> tuple[bool, bool, bool]:
        """How closely a step is meant: by its own place, then by its sector, then by its tier."""
        own = self.place == network.nodes.place[network.demands.node[step]]
        return own, bool(self.sector), bool(self.tier)


def orders(study: Study) -> tuple[str, ...]:
    """Names of the study's allocation orders, in the order of the table."""
    return tuple(dict.fromkeys(study.table("rationing")["order"]))


def allocations(study: Study, order: str) -> tuple[Allocation, ...]:
    """The rows of one allocation order.

    Raises
    ------
    UnknownName
        With suggestions.
    """
    if order not in orders(study):
        raise UnknownName("allocation order", order, (*orders(study), EQUAL))
    return tuple(
        Allocation(
            place=row.place,
            commodity=row.commodity,
            tier=row.tier,
            sector=row.sector,
            share=float(row.guaranteed),
            from_day=float(row.from_day),
            rank=float(row.rank),
        )
        for row in study.rows("rationing")
        if row.order == order
    )


def ordered(network: Network, rows: Sequence[Allocation]) -> Network:
    """The network under an allocation order.

    Of each tier that a row means, the guaranteed share (of an elastic demand the part that is
    worth most) outbids everybody else of the row's place, lower ranks first and within a rank by
    willingness to pay; so a government allocates within its place and bids no more than the
    highest willingness to pay there and `MARGIN` a rank.  Where several rows mean a tier, the
    narrowest hold (own place before country, with a sector before without, with a tier before
    without), each from its day until the next one's.

    Parameters
    ----------
    network
        Without an order so far.
    """
    _must_be_free(network)
    bid = _bids(network, rows)
    slices = _Slices(network.demands)
    for steps in _tiers(network):
        phases = _phases(network, rows, int(steps[0]))
        _start(slices, steps, min((rows[k].from_day for k, _ in phases), default=np.inf))
        for k, until in phases:
            row = rows[k]
            kept = _top_part(network.demands, steps, row.share)
            for m, part in zip(steps, kept, strict=True):
                own = network.demands.wtp[m]
                among = MARGIN / 2 * own / max(bid[k].highest, TINY)
                first = bid[k].highest * (1.0 + bid[k].lead + among)
                slices.add(m, part, first, row.from_day, until)
                slices.add(m, 1.0 - part, own, row.from_day, until)
    return replace(network, demands=slices.demands())


def equal(network: Network, places: Iterable[str] | None = None) -> Network:
    """The network in which all tiers of a place are shed together, from the first shock on.

    Each tier is cut into `SLICES` slices of its quantity, an elastic one by worth, and all first
    slices of a place come before all second ones, around the mean willingness to pay of the place.

    Parameters
    ----------
    network
        Without an order so far.
    places
        Places or countries; None = wherever more than one tier is wanted.  Nothing changes where
        only one is.

    Raises
    ------
    UnknownName
        When nobody wants anything at one of `places`.
    """
    _must_be_free(network)
    demands = network.demands
    tiers = _tiers(network)
    count = np.bincount([demands.node[steps[0]] for steps in tiers], minlength=len(network.nodes))
    chosen = np.arange(len(network.nodes))[count > 1]
    if places is not None:
        chosen = _nodes_named(network, places, chosen)
    bid = {int(n): _slice_bids(demands, np.flatnonzero(demands.node == n)) for n in chosen}
    slices = _Slices(demands)
    for steps in tiers:
        levels = bid.get(int(demands.node[steps[0]]))
        _start(slices, steps, np.inf if levels is None else 0.0)
        if levels is None:
            continue
        before = np.zeros(len(steps))
        for j, level in enumerate(levels):
            upto = _top_part(demands, steps, (j + 1) / SLICES)
            for m, part in zip(steps, upto - before, strict=True):
                slices.add(m, part, float(level), 0.0, np.inf)
            before = upto
    return replace(network, demands=slices.demands())


def preferring(network: Network, steps: Ints | Bools) -> Network:
    """The network in which the given demand steps outbid all others, in their own order.

    Parameters
    ----------
    steps
        Positions or a mask of demand steps.
    """
    demands = network.demands
    highest = float(demands.priority.max(initial=0.0)) * (1.0 + MARGIN)
    priority = demands.priority.copy()
    priority[steps] += highest
    return replace(network, demands=replace(demands, priority=priority))


class _Slices:
    """Demand steps in the making, each a part of a step of the free network."""

    def __init__(self, demands: Demands) -> None:
        self._of = demands
        self._parts: list[tuple[int, float, float, float, float]] = []

    def add(self, step: int, share: float, priority: float, since: float, until: float) -> None:
        """Add a share of a step; nothing where there is nothing to add."""
        if share > TINY and until > since:
            self._parts.append((int(step), float(share), float(priority), since, until))

    def keep(self, step: int, until: float) -> None:
        """Keep a whole step as it is until a day; the base knows it whatever day that is."""
        self._parts.append((int(step), 1.0, float(self._of.priority[step]), -np.inf, until))

    def demands(self) -> Demands:
        """The steps, in the order of those that they are parts of."""
        parts = sorted(self._parts, key=lambda part: part[0])
        step = np.array([part[0] for part in parts], dtype=np.int64)
        share, priority, since, until = (
            np.array([part[i] for part in parts], dtype=float) for i in range(1, 5)
        )
        return replace(
            self._of,
            tier_of=self._of.tier_of[step],
            node=self._of.node[step],
            quantity=self._of.quantity[step] * share,
            wtp=self._of.wtp[step],
            priority=priority,
            since=since,
            until=until,
        )


@dataclass(frozen=True)
class _Bid:
    """What a row bids for what it guarantees: the highest willingness to pay of its place, and by
    which share more."""

    highest: float
    lead: float


def _bids(network: Network, rows: Sequence[Allocation]) -> list[_Bid]:
    demands, nodes = network.demands, network.nodes
    ranks = sorted({row.rank for row in rows})
    found = []
    for row in rows:
        here = [
            m
            for m, n in enumerate(demands.node)
            if row.place in _names(network, int(n)) and nodes.commodity[n] == row.commodity
        ]
        highest = float(demands.wtp[here].max(initial=0.0))
        found.append(_Bid(highest, MARGIN * (len(ranks) - ranks.index(row.rank))))
    return found


def _phases(network: Network, rows: Sequence[Allocation], step: int) -> list[tuple[int, float]]:
    """The rows that hold for a step one after the other, each with the day on which it ends."""
    covering = [k for k, row in enumerate(rows) if row.covers(network, step)]
    if not covering:
        return []
    narrowest = max(rows[k].narrowness(network, step) for k in covering)
    holding = sorted(
        (k for k in covering if rows[k].narrowness(network, step) == narrowest),
        key=lambda k: rows[k].from_day,
    )
    ends = [rows[k].from_day for k in holding[1:]] + [np.inf]
    return list(zip(holding, ends, strict=True))


def _start(slices: _Slices, steps: Ints, until: float) -> None:
    for m in steps:
        slices.keep(int(m), until)


def _top_part(demands: Demands, steps: Ints, share: float) -> Floats:
    """Part of each step (steps,) that belongs to the `share` of their tier worth most."""
    quantity = demands.quantity[steps]
    before = np.cumsum(quantity) - quantity
    wanted = share * float(quantity.sum()) - before
    result: Floats = np.clip(wanted / np.maximum(quantity, TINY), 0.0, 1.0)
    return result


def _slice_bids(demands: Demands, steps: Ints) -> Floats:
    """What each slice of a place bids (slices,), the first one most: around the mean, and nowhere
    below the lowest willingness to pay, at which the base serves everybody."""
    quantity, worth = demands.quantity[steps], demands.wtp[steps]
    mean = float(quantity @ worth) / max(float(quantity.sum()), TINY)
    level = mean * (1.0 + MARGIN * (0.5 * (SLICES - 1) - np.arange(SLICES)))
    result: Floats = level + max(0.0, float(worth.min()) - level[-1])
    return result


def _tiers(network: Network) -> list[Ints]:
    """The steps of each row of the study at each node, worth most first."""
    demands = network.demands
    order = np.lexsort((-demands.wtp, demands.node, demands.tier_of))
    key = demands.tier_of[order] * len(network.nodes) + demands.node[order]
    cuts = np.flatnonzero(np.diff(key)) + 1
    return np.split(order, cuts) if len(order) else []


def _names(network: Network, node: int) -> tuple[str, str]:
    return network.nodes.place[node], network.nodes.country[node]


def _nodes_named(network: Network, places: Iterable[str], among: Ints) -> Ints:
    demanded = sorted(set(network.demands.node.tolist()))
    known = sorted({name for n in demanded for name in _names(network, n)})
    for name in places:
        if name not in known:
            raise UnknownName("place or country", name, known)
    wanted = set(places)
    return np.array([n for n in among if wanted & set(_names(network, int(n)))], dtype=np.int64)


def _must_be_free(network: Network) -> None:
    if not np.all(np.isneginf(network.demands.since)):
        raise ValueError("the network is under an allocation order already")
