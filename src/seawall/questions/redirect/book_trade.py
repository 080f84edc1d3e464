"""The trade that a generated book of cargoes is made from: flows, contracts, terminals.

Everything is read off the study: which countries receive, what its terminals use in the base, over
which lanes that comes, and which contracts are behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall import units
from seawall.errors import InputError, Problem
from seawall.network import base_case

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from seawall.network import Network
    from seawall.study import Study

__all__ = ["VALUES", "Contract", "Harbour", "Jetty", "Stream", "Trade", "avoided", "trade_of"]

#: Numbers that a generated book needs; an assumption of the study of that name replaces each.
VALUES: Mapping[str, float] = {
    "density": 0.45,  # t/m3
    "heel": 0.035,  # of the tank volume
    "ship_standard": 174_000.0,  # m3, new carriers
    "ship_older": 145_000.0,  # m3, steam and older
    "ship_q_flex": 213_500.0,  # m3, where both jetties take it
    "ship_older_share": 0.15,  # of liftings
    "ship_q_flex_share": 0.4,  # of liftings at jetties that take it
    "boil_off_older": 0.00125,  # of the tank volume a day
    "boil_off_ballast": 0.5,  # of boil-off laden
    "charter_older": 0.65,  # of the charter of a standard ship
    "loading_window": 2.0,  # days
    "spot_low": 1.2,  # of the base price
    "spot_high": 2.2,
    "diversion_fee": 0.5,  # USD/MMBtu, to a seller who brings it
    "notice": 3.0,  # days
    "quantity_tolerance": 0.1,  # of the year's quantity
}
YEAR = 365.0
#: The seller of what base trade holds beyond contracts.
NO_CONTRACT = "portfolio or spot, by trade"
#: Kilotonnes in a million tonnes.
KT = 1000.0
#: Below this flow (kt a year) there is no lane.
LEAST = 1e-6


@dataclass(frozen=True)
class Harbour:
    """A terminal that receives: what it uses in the base [kt a day], and its tank [kt]."""

    id: str
    place: str
    cluster: str
    country: str
    use: float
    stock: float
    floor: float
    tank: float
    largest: float
    smallest: float


@dataclass(frozen=True)
class Jetty:
    """A terminal that loads."""

    id: str
    name: str
    group: str
    capacity: float
    largest: float
    port_days: float


@dataclass(frozen=True)
class Stream:
    """What comes from a plant group to a cluster by one route in the base.

    `landed` and `loaded` are kt a year; `days` at sea as the lane has it; `around` are passages
    that other routes of the pair would take, or that nobody takes in the base.
    """

    lane: str
    group: str
    cluster: str
    country: str
    landed: float
    loaded: float
    days: float
    around: frozenset[str]


@dataclass(frozen=True)
class Contract:
    """Who lifts: a contract in force, or (`id` blank) what trade holds beyond contracts; `share` is
    its part of what the group really sends to the country."""

    id: str
    seller: str
    buyer: str
    group: str
    country: str
    destination: str
    basis: str
    flexible: str
    share: float
    jetty: str


@dataclass(frozen=True)
class Trade:
    """All of it; `outside` is what each plant group sends to other countries [kt a year], `price`
    the base price at each plant group [USD/MMBtu], `season` the factor by country and month."""

    good: str
    countries: tuple[str, ...]
    harbours: tuple[Harbour, ...]
    jetties: tuple[Jetty, ...]
    streams: tuple[Stream, ...]
    contracts: tuple[Contract, ...]
    outside: Mapping[str, float]
    price: Mapping[str, float]
    season: Mapping[tuple[str, int], float]
    values: Mapping[str, float]
    names: Mapping[str, str]
    source: str

    def factors(self, country: str, as_of: date, days: int) -> np.ndarray[Any, Any]:
        """(days,) use of each day over the mean of the year."""
        dates = (as_of + timedelta(days=d) for d in range(days))
        return np.array([self.season.get((country, day.month), 1.0) for day in dates])


def trade_of(study: Study, as_of: date, *, season: bool) -> Trade:
    """Read the trade behind a book off a study.

    Raises
    ------
    InputError
        No terminal receives or loads, a base flow has no jetty, or an assumption is missing.
    """
    table = study.table("terminals")
    receiving: list[Any] = list(table[table["role"] == "receiving"].itertuples(index=False))
    if not receiving or len(receiving) == len(table):
        role = "loading" if receiving else "receiving"
        raise InputError([_problem("role", role, f"no terminal is {role}")])
    good = _carried(study, {row.place for row in receiving})
    chain = study.chain(study.lookup("commodities", "chain")[good])
    network = base_case(chain).network
    country_of = chain.lookup("places", "country")
    countries = tuple(sorted({country_of[row.place] for row in receiving}))
    flows = _flows(chain, network, good)
    harbours = _harbours(chain, network, good, receiving, flows)
    clusters = {h.cluster for h in harbours}
    loading: list[Any] = list(table[table["role"] == "loading"].itertuples(index=False))
    jetties = tuple(
        Jetty(r.id, r.name, r.place, 1.0 if np.isnan(r.capacity) else r.capacity,
              r.largest_ship, r.port_days)
        for r in loading
    )  # fmt: skip
    streams = _streams(study, chain, network, flows, clusters, country_of)
    served = {j.group for j in jetties}
    dry = sorted({s.group for s in streams} - served)
    if dry:
        raise InputError(
            [_problem("place", g, "base trade loads there, but no terminal does") for g in dry]
        )
    return Trade(
        good=good,
        countries=countries,
        harbours=harbours,
        jetties=jetties,
        streams=streams,
        contracts=_contracts(chain, good, streams, jetties, countries, as_of),
        outside=_outside(flows, clusters, served),
        price=_prices(chain, network, good, served),
        season=_seasons(study) if season else {},
        values=_values(study),
        names=chain.lookup("places", "name"),
        source="own-assumption" if "own-assumption" in set(study.table("sources")["id"]) else "",
    )


def _problem(column: str, value: str, rule: str) -> Problem:
    return Problem("terminals.csv", None, column, value, rule, "add a row")


def _values(study: Study) -> dict[str, float]:
    """Numbers by name: those of the study, else those of `VALUES`."""
    own = study.lookup("assumptions", "value")
    needed = ("fill_limit", "boil_off", "speed", "charter", "port_call")
    missing = [name for name in needed if name not in own]
    if missing:
        rule = "a generated book needs this assumption"
        raise InputError(
            [Problem("assumptions.csv", None, "id", m, rule, "add a row") for m in missing]
        )
    return {**VALUES, **{name: float(own[name]) for name in (*VALUES, *needed) if name in own}}


def _carried(study: Study, places: set[str]) -> str:
    """The one commodity that the tanks of receiving terminals hold."""
    stocks = study.table("stocks")
    goods = sorted(set(stocks.loc[stocks["place"].isin(places), "commodity"]))
    if len(goods) != 1:
        rule = "the tanks of terminals that receive hold one commodity"
        said = ", ".join(goods) or "none"
        raise InputError([Problem("stocks.csv", None, "commodity", said, rule)])
    return str(goods[0])


@dataclass(frozen=True)
class _Flow:
    lane: str
    origin: str
    destination: str
    loaded: float
    keep: float
    days: float


def _flows(study: Study, network: Network, good: str) -> list[_Flow]:
    """Lanes of the commodity that carry something in the base [kt a year]."""
    lanes, nodes = network.lanes, network.nodes
    year = YEAR / network.terms.period_days
    to_kt = units.convert(1.0, study.lookup("commodities", "unit")[good], "kt")
    return [
        _Flow(
            lane=lanes.id[a],
            origin=nodes.place[lanes.origin[a]],
            destination=nodes.place[lanes.destination[a]],
            loaded=float(lanes.base[a]) * year * to_kt,
            keep=float(lanes.keep[a]),
            days=float(lanes.lag[a]) * network.terms.period_days,
        )
        for a in range(len(lanes))
        if nodes.commodity[lanes.origin[a]] == good and lanes.base[a] * year * to_kt > LEAST
    ]


def _harbours(
    study: Study, network: Network, good: str, rows: Sequence[Any], flows: Iterable[_Flow]
) -> tuple[Harbour, ...]:
    """Receiving terminals whose tanks are in use in the base."""
    parents, countries = study.lookup("places", "parent"), study.lookup("places", "country")
    used: dict[str, float] = {}
    for flow in flows:
        used[flow.destination] = used.get(flow.destination, 0.0) + flow.loaded * flow.keep
    index, nodes = network.nodes.index(), network.nodes
    to_kt = units.convert(1.0, study.lookup("commodities", "unit")[good], "kt")
    return tuple(
        Harbour(
            id=row.id,
            place=row.place,
            cluster=parents[row.place] or row.place,
            country=countries[row.place],
            use=used.get(row.place, 0.0) / YEAR,
            stock=float(nodes.start[index[row.place, good]]) * to_kt,
            floor=float(nodes.floor[index[row.place, good]]) * to_kt,
            tank=float(nodes.tank[index[row.place, good]]) * to_kt,
            largest=float(row.largest_ship),
            smallest=float(np.nan_to_num(row.smallest_ship)),
        )
        for row in rows
    )


def avoided(study: Study, chain: Study) -> frozenset[str]:
    """Passages that ships take in some variant of a study's chain, but not in the one chosen."""

    def crossed(rows: Any) -> set[str]:
        used = rows[rows["base"] > 0]
        return {name for crossings in used["passages"] for name, _ in crossings}

    ids = set(chain.table("commodities")["id"])
    every = study.frames["lanes"]
    every = every[every["commodity"].isin(ids)]
    return frozenset(crossed(every) - crossed(chain.table("lanes")))


def _streams(
    study: Study, chain: Study, network: Network, flows: Iterable[_Flow], clusters: set[str],
    country_of: Mapping[str, str],
) -> tuple[Stream, ...]:  # fmt: skip
    """Flows from plant groups to the clusters, each with the passages that it keeps clear of."""
    names, nodes = network.passages.id, network.nodes
    of_pair: dict[tuple[str, str], set[str]] = {}
    of_lane: dict[str, set[str]] = {}
    lanes = network.lanes
    for lane, passage in zip(lanes.crossing_lane, lanes.crossing_passage, strict=True):
        pair = (nodes.place[lanes.origin[lane]], nodes.place[lanes.destination[lane]])
        of_pair.setdefault(pair, set()).add(names[passage])
        of_lane.setdefault(lanes.id[lane], set()).add(names[passage])
    shunned = avoided(study, chain)
    ports = 2.0 * float(chain.lookup("assumptions", "value").get("port_call", 0.0))
    return tuple(
        Stream(
            lane=flow.lane,
            group=flow.origin,
            cluster=flow.destination,
            country=country_of[flow.destination],
            landed=flow.loaded * flow.keep,
            loaded=flow.loaded,
            days=max(0.5, flow.days - ports),
            around=shunned.union(of_pair.get((flow.origin, flow.destination), set()))
            - of_lane.get(flow.lane, set()),
        )
        for flow in flows
        if flow.destination in clusters and flow.origin not in clusters
    )


def _contracts(
    study: Study, good: str, streams: Iterable[Stream], jetties: Sequence[Jetty],
    countries: Sequence[str], as_of: date,
) -> tuple[Contract, ...]:  # fmt: skip
    """Contracts in force by what really comes of them, and what trade holds beyond them.

    Rights to lift that exceed the base flow of their pair are cut alike.
    """
    country_of = study.lookup("places", "country")
    flow: dict[tuple[str, str], float] = {}
    for stream in streams:
        pair = (stream.group, stream.country)
        flow[pair] = flow.get(pair, 0.0) + stream.loaded
    rows: dict[tuple[str, str], list[tuple[Any, float]]] = {pair: [] for pair in flow}
    for row in study.rows("contracts"):
        country = row.destination if row.destination in countries else country_of.get(
            row.destination, row.destination)  # fmt: skip
        pair = (row.origin, country)
        if row.commodity == good and pair in flow and _in_force(row.start, row.end, as_of):
            rows[pair].append((row, units.convert(row.quantity, row.unit, "Mt/yr") * KT))
    found: list[Contract] = []
    for (group, country), under in rows.items():
        whole = max(flow[group, country], sum(quantity for _, quantity in under))
        for row, quantity in under:
            found.append(
                Contract(row.id, row.seller, row.buyer, group, country, row.destination,
                         row.basis or "unknown", row.flexible, quantity / whole,
                         _jetty(f"{row.seller} {row.note}", group, jetties))
            )  # fmt: skip
        rest = 1.0 - sum(c.share for c in found if (c.group, c.country) == (group, country))
        if rest > LEAST:
            name = study.lookup("places", "name").get(country, country)
            found.append(
                Contract("", NO_CONTRACT, f"buyers in {name}", group, country, country, "unknown",
                         "unknown", rest, "")
            )  # fmt: skip
    return tuple(found)


def _in_force(start: str, end: str, as_of: date) -> bool:
    """Whether a day lies between two dates, which may be a year or a month, both inclusive."""
    day = as_of.isoformat()
    return (not start or start <= day[: len(start)]) and (not end or day[: len(end)] <= end)


def _jetty(text: str, group: str, jetties: Sequence[Jetty]) -> str:
    """The jetty of a group that the words of a contract name; "" if none, or several."""
    said = text.lower()
    own = [j for j in jetties if j.group == group]
    named = [j.id for j in own if any(word in said for word in _words(j, own))]
    return named[0] if len(named) == 1 else ""


def _words(jetty: Jetty, others: Sequence[Jetty]) -> list[str]:
    """Words of a name that no other jetty of the group has."""

    def split(one: Jetty) -> list[str]:
        letters = "".join(c if c.isalnum() else " " for c in one.name.lower())
        return [word for word in letters.split() if len(word) > 3 and not word.isdigit()]

    shared = {word for other in others if other.id != jetty.id for word in split(other)}
    return [word for word in split(jetty) if word not in shared]


def _outside(flows: Iterable[_Flow], clusters: set[str], served: set[str]) -> dict[str, float]:
    """What each plant group with a jetty sends elsewhere [kt a year]."""
    sent: dict[str, float] = {}
    for flow in flows:
        if flow.origin in served and flow.destination not in clusters:
            sent[flow.origin] = sent.get(flow.origin, 0.0) + flow.loaded
    return dict(sorted(sent.items()))


def _prices(study: Study, network: Network, good: str, served: set[str]) -> dict[str, float]:
    """Base price of a plant group [USD/MMBtu]."""
    energy = float(study.lookup("commodities", "energy_content")[good])
    tonnes = units.convert(1.0, study.lookup("commodities", "unit")[good], "t")
    index = network.nodes.index()
    return {
        group: float(network.nodes.price[index[group, good]]) * 1e6 / tonnes / energy
        for group in sorted(served)
        if (group, good) in index
    }


def _seasons(study: Study) -> dict[tuple[str, int], float]:
    """Factors by country and month."""
    return {(row.place, int(row.month)): float(row.factor) for row in study.rows("seasons")}
