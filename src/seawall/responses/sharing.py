"""A protocol as arrays: who may lend what to whom, on which lanes, and what stays at home.

The articles speak of members, tiers and cargoes; a run needs lanes, steps and tanks.  Cargo is
turned over at its origin or at sea: it takes an existing lane of the same origin to the other
member, with that lane's lead time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.network.build import Goods
from seawall.study.protocol_check import lent_commodity, member_places

if TYPE_CHECKING:
    from seawall.network.network import Bools, Floats, Ints, Network
    from seawall.study import Protocol, Study

TIERS = ("essential", "important", "deferrable")


@dataclass(frozen=True)
class Member:
    """One member.

    `entries` are the nodes where cargo arrives from outside, `tanks` the stocks behind them and
    `floor` what the articles leave there [unit]; `steps` are its demand steps by tier, `watched`
    those of the trigger's tier and all above it, `own` those that come before any loan;
    `imported` is the part of its demand that imports cover in the base.
    """

    name: str
    entries: Ints
    tanks: Ints
    floor: float
    steps: dict[str, Ints]
    watched: Ints
    own: Ints
    imported: float


@dataclass(frozen=True)
class Moves:
    """Every way to turn cargo over: from a lane of one member to a lane of another, both from one
    origin.  `limit` is the eligible departures of (origin, owner) per period [unit], `group` that
    pair, `cost` the extra freight and boil-off per unit loaded [million / unit]."""

    owner: Ints
    other: Ints
    taken: Ints
    given: Ints
    group: Ints
    limit: Floats
    cost: Floats

    def __len__(self) -> int:
        return len(self.taken)


@dataclass(frozen=True)
class Sharing:
    """The protocol on one network; `volume` is the most that is moved in a period [unit]."""

    protocol: Protocol
    commodity: str
    members: tuple[Member, ...]
    moves: Moves
    volume: float
    trigger_periods: int
    due_periods: int
    compensation: float


def sharing(study: Study, network: Network, protocol: Protocol) -> Sharing:
    """What `protocol` means on `network`, the base of `study`.

    Raises
    ------
    InputError
        When it cannot be told what is lent.
    """
    goods = Goods(study)
    commodity = lent_commodity(study, protocol)
    places = {m: member_places(study, m) for m in protocol.members}
    members = tuple(_member(network, protocol, m, places[m], commodity) for m in protocol.members)
    days = network.terms.period_days
    cargo = goods.amount(protocol.volume.cargo, protocol.volume.unit, commodity)
    price = protocol.price
    return Sharing(
        protocol=protocol,
        commodity=commodity,
        members=members,
        moves=_moves(study, network, protocol, goods, members, commodity),
        volume=protocol.volume.cargoes_per_week * cargo * days / 7.0,
        trigger_periods=max(1, int(np.ceil(protocol.trigger.days / days - 1e-9))),
        due_periods=int(protocol.return_.weeks * 7 / days),
        compensation=goods.price(price.compensation, price.unit, commodity),
    )


def _member(
    network: Network, protocol: Protocol, name: str, places: frozenset[str], commodity: str
) -> Member:
    nodes, lanes, demands = network.nodes, network.lanes, network.demands
    inside = np.array([p in places for p in nodes.place])
    good = np.array([c == commodity for c in nodes.commodity])
    enters = inside[lanes.destination] & ~inside[lanes.origin] & good[lanes.destination]
    entries = np.unique(lanes.destination[enters])
    landed = np.bincount(
        lanes.destination[enters], (lanes.keep * lanes.base)[enters], len(nodes)
    )  # [unit / period]
    use = float(landed.sum()) / network.terms.period_days  # [unit / day]
    reach = [_downstream(network, int(n), inside) for n in entries]
    anywhere = np.any([*reach, np.zeros(len(nodes), dtype=bool)], axis=0)
    tier = np.array([demands.tier[t] for t in demands.tier_of], dtype=object)
    here = anywhere[demands.node]
    steps = {t: np.flatnonzero(here & (tier == t)) for t in TIERS}

    def down_to(last: str) -> Ints:
        return np.concatenate([steps[t] for t in TIERS[: TIERS.index(last) + 1]])

    wanted = float(demands.quantity[here].sum())
    return Member(
        name=name,
        entries=entries,
        tanks=np.flatnonzero(anywhere & good & nodes.has_stock),
        floor=protocol.floor.days[name] * use,
        steps=steps,
        watched=down_to(protocol.trigger.tier),
        own=down_to(protocol.priority.own_tier),
        imported=min(1.0, float(landed.sum()) / wanted) if wanted > 0 else 1.0,
    )


def _downstream(network: Network, node: int, inside: Bools) -> Bools:
    """Nodes of the member that goods reach from `node` without a lead time, itself among them."""
    lanes, recipe = network.lanes, network.facilities.recipe.tocsc()
    onward: dict[int, set[int]] = {}
    for a in np.flatnonzero((lanes.lag == 0) & (lanes.base > 0) & inside[lanes.destination]):
        onward.setdefault(int(lanes.origin[a]), set()).add(int(lanes.destination[a]))
    for f in range(recipe.shape[1]):
        part = slice(recipe.indptr[f], recipe.indptr[f + 1])
        rows, values = recipe.indices[part], recipe.data[part]
        for i in rows[values < 0]:
            onward.setdefault(int(i), set()).update(int(o) for o in rows[values > 0] if inside[o])
    seen, todo = {node}, [node]
    while todo:
        new = onward.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    result = np.zeros(len(network.nodes), dtype=bool)
    result[list(seen)] = True
    return result


def _eligible(
    study: Study, protocol: Protocol, goods: Goods, commodity: str, places: frozenset[str]
) -> dict[str, float]:
    """Eligible cargo of a member by place of origin [unit / period]."""
    part = {
        "yes": 1.0,
        "unknown": protocol.eligible.unknown_share,
        "no": protocol.eligible.consent_share,
    }
    found: dict[str, float] = {}
    countries = {row.id: row.country for row in study.rows("places")}
    own = places | {countries[p] for p in places if p in countries}
    for row in study.rows("contracts"):
        if row.commodity == commodity and row.destination in own and row.origin not in places:
            rate = goods.rate(row.quantity, row.unit, commodity)
            share = part.get(row.flexible or "unknown", part["unknown"])
            found[row.origin] = found.get(row.origin, 0.0) + share * rate
    return found


def _moves(
    study: Study,
    network: Network,
    protocol: Protocol,
    goods: Goods,
    members: tuple[Member, ...],
    commodity: str,
) -> Moves:
    nodes, lanes = network.nodes, network.lanes
    # A detour is not a lane of its own, and a canal may have no room for one ship more.
    limited = np.isfinite(network.passages.capacity)
    narrow = np.zeros(len(lanes), dtype=bool)
    narrow[lanes.crossing_lane[limited[lanes.crossing_passage]]] = True
    free = (lanes.replaces < 0) & (lanes.lag > 0)
    rows: list[tuple[int, int, int, int, int]] = []
    groups: dict[tuple[int, int], int] = {}
    limits: list[float] = []
    for i, owner in enumerate(members):
        places = member_places(study, owner.name)
        eligible = _eligible(study, protocol, goods, commodity, places)
        own = np.flatnonzero(free & (lanes.base > 0) & np.isin(lanes.destination, owner.entries))
        for j, other in enumerate(members):
            to = np.flatnonzero(free & ~narrow & np.isin(lanes.destination, other.entries))
            for a in own if i != j else ():
                limit = eligible.get(nodes.place[lanes.origin[a]], 0.0)
                for b in to[lanes.origin[to] == lanes.origin[a]] if limit > 0 else ():
                    key = (int(lanes.origin[a]), i)
                    rows.append((i, j, int(a), int(b), groups.setdefault(key, len(groups))))
                    limits.append(limit)
    table = np.array(rows, dtype=np.int64).reshape(-1, 5)
    owner_, other_, taken, given, group = table.T
    price = nodes.price[lanes.destination]
    burnt = (lanes.keep[taken] - lanes.keep[given]) * price[given]
    return Moves(
        owner=owner_, other=other_, taken=taken, given=given, group=group,
        limit=np.array(limits, dtype=float),
        cost=lanes.freight[given] - lanes.freight[taken] + burnt,
    )  # fmt: skip
