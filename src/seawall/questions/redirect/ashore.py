"""The shore of a book as arrays: terminals with their tanks, and the demand that hangs below.

Tanks come from the book; send-out, demand, gas from home and prices from the calibrated base of the
study, so that a plan and a stress test speak of the same quantities.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall import units
from seawall.errors import InputError, Problem
from seawall.network import base_case
from seawall.questions.redirect.instance import Steps, Terminals

if TYPE_CHECKING:
    from datetime import date

    from seawall.network import Network
    from seawall.questions.redirect.emergency import Emergency
    from seawall.questions.redirect.instance import Floats, Ints
    from seawall.study import Study

__all__ = ["Shore", "shore_of", "steps_of"]

_DAYS_PER_YEAR = 365.0
#: Thousand tonnes in a million: the network counts Mt, a book kt.
KT = 1000.0


@dataclass(frozen=True)
class Shore:
    """What a book unloads into.

    Attributes
    ----------
    good
        Commodity that ships carry.
    chain
        The study of its chain of goods alone, whose base is `network`.
    terminals
        With `places` (J,), the place of each.
    price
        Base price at each cluster (K,) [million USD a kt], and `kink`, half its gap.
    energy
        MMBtu in a tonne.
    """

    good: str
    chain: Study
    network: Network
    terminals: Terminals
    places: tuple[str, ...]
    price: Floats
    kink: Floats
    energy: float

    def member_of(self, place: str) -> int:
        """Position of the member that a country or a place belongs to; -1: none."""
        country = self._countries.get(place, place)
        members = self.terminals.members
        return members.index(country) if country in members else -1

    @cached_property
    def _countries(self) -> dict[str, str]:
        return self.chain.lookup("places", "country")


def shore_of(study: Study) -> Shore:
    """The terminals of a study's book.

    Raises
    ------
    InputError
        There is no book, or its terminals have no place in the chains of the study.
    """
    table = study.table("terminals")
    tanks = study.table("tanks").set_index("terminal")
    if tanks.empty or study.table("cargoes").empty:
        raise InputError(
            [Problem("cargoes.csv", None, "", "", "the study holds no book of cargoes",
                     "lay a book upon it, or generate one")]
        )  # fmt: skip
    table = table[(table["role"] == "receiving") & table["id"].isin(tanks.index)]
    rows: list[Any] = list(table.itertuples(index=False))
    good = _carried(study, {row.place for row in rows})
    chain = study.chain(study.lookup("commodities", "chain")[good])
    network = base_case(chain).network
    region_of, capacity = _behind(study, good)
    lost = [row for row in rows if row.place not in region_of]
    if lost:
        raise InputError([
            Problem("terminals.csv", int(row.row), "place", row.place,
                    "no facility sends out what its tanks hold", "add a row to facilities.csv")
            for row in lost
        ])  # fmt: skip
    parents, countries = study.lookup("places", "parent"), study.lookup("places", "country")
    cluster_of = [parents[row.place] or row.place for row in rows]
    clusters = tuple(dict.fromkeys(cluster_of))
    regions = tuple(dict.fromkeys(region_of[row.place] for row in rows))
    members = _members(study, [countries[r] for r in regions])
    by_cluster = {c: region_of[row.place] for c, row in zip(cluster_of, rows, strict=True)}
    stock = tanks.loc[[row.id for row in rows]]
    sends = [capacity.get(row.place, _mt(row.capacity)) for row in rows]
    terminals = Terminals(
        ids=tuple(row.id for row in rows),
        cluster=_ints(clusters.index(c) for c in cluster_of),
        start=stock["stock"].to_numpy(dtype=float),
        floor=stock["floor"].to_numpy(dtype=float),
        tank=stock["tank"].to_numpy(dtype=float),
        send_out=np.array(sends) * KT / _DAYS_PER_YEAR,
        berths=_ints(row.berths for row in rows),
        port_days=_ints(max(1, int(np.ceil(row.port_days - 1e-9))) for row in rows),
        largest=table["largest_ship"].to_numpy(dtype=float),
        smallest=table["smallest_ship"].fillna(0.0).to_numpy(dtype=float),
        clusters=clusters,
        cluster_region=_ints(regions.index(by_cluster[c]) for c in clusters),
        regions=regions,
        region_member=_ints(members.index(countries[r]) for r in regions),
        members=members,
    )  # fmt: skip
    price, kink = _prices(network, good, clusters, cluster_of, [row.place for row in rows])
    energy = float(study.lookup("commodities", "energy_content")[good])
    places = tuple(row.place for row in rows)
    return Shore(good, chain, network, terminals, places, price, kink, energy)


def _carried(study: Study, places: set[str]) -> str:
    """The commodity that the tanks of terminals hold."""
    stocks = study.table("stocks")
    goods = sorted(set(stocks.loc[stocks["place"].isin(places), "commodity"]))
    if len(goods) != 1:
        said = ", ".join(goods) or "nothing"
        raise InputError(
            [Problem("stocks.csv", None, "commodity", said, "terminals of a book hold one good",
                     "give every terminal a row of the same commodity")]
        )  # fmt: skip
    return str(goods[0])


def _behind(study: Study, good: str) -> tuple[dict[str, str], dict[str, float]]:
    """Region that each place sends out to, and what it can [Mt a year]."""
    recipes = study.table("processes")
    takes = set(recipes.loc[(recipes["role"] == "input") & (recipes["commodity"] == good),
                            "process"])  # fmt: skip
    region: dict[str, str] = {}
    capacity: dict[str, float] = {}
    for row in study.rows("facilities"):
        if row.process in takes:
            region[row.place] = row.output_place or row.place
            own = units.convert(row.capacity, row.unit, "Mt/yr")
            capacity[row.place] = capacity.get(row.place, 0.0) + own
    return region, capacity


def _mt(capacity: float) -> float:
    return 0.0 if np.isnan(capacity) else capacity


def _ints(values: Any) -> Ints:
    return np.array([int(v) for v in values], dtype=np.int64)


def _members(study: Study, countries: list[str]) -> tuple[str, ...]:
    """Countries of the book, those of the study's headline first."""
    head = [c for c in study.settings.headline if c in countries]
    return tuple(dict.fromkeys([*head, *countries]))


def _prices(
    network: Network, good: str, clusters: tuple[str, ...], cluster_of: list[str],
    places: list[str],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Base price and kink at clusters [million USD a kt]: their own node's, or the mean of their
    terminals'."""
    index = network.nodes.index()
    price, kink = np.zeros(len(clusters)), np.zeros(len(clusters))
    for k, cluster in enumerate(clusters):
        own = [p for p, c in zip(places, cluster_of, strict=True) if c == cluster]
        nodes = [index[p, good] for p in [cluster, *own] if (p, good) in index]
        known = [n for n in nodes if np.isfinite(network.nodes.price[n])]
        price[k] = np.mean([network.nodes.price[n] for n in known]) / KT
        kink[k] = np.mean([network.nodes.kink[n] for n in known]) / KT
    return price, kink


def steps_of(
    shore: Shore, emergency: Emergency, worlds: int, days: int, as_of: date, *, season: bool
) -> Steps:
    """Demand below the terminals by day, and gas from home.

    With `season` the imported part of demand follows the study's `seasons` of the country.
    """
    network, terminals = shore.network, shore.terminals
    demands, nodes = network.demands, network.nodes
    index = nodes.index()
    gas = _sent_out(shore)
    at = {index[r, gas]: n for n, r in enumerate(terminals.regions) if (r, gas) in index}
    rows = np.flatnonzero(np.isin(demands.node, list(at)) & demands.explained)
    region = _ints(at[int(n)] for n in demands.node[rows])
    # Within a region the highest willingness to pay first.
    order = np.lexsort((rows, -demands.wtp[rows], region))
    rows, region = rows[order], region[order]
    per_day = KT / network.terms.period_days
    wanted = (demands.base[rows] * per_day)[:, None] * emergency.wanted[rows, :days]
    home = _home(shore, emergency, at, days) * per_day
    if season:
        wanted = wanted * _seasons(shore, wanted, home, region, as_of, days)[region]
    seen: dict[str, int] = {}
    return Steps(
        ids=tuple(_step_id(demands.tier_id[demands.tier_of[m]], seen) for m in rows),
        region=region,
        tier=tuple(demands.tier[demands.tier_of[m]] for m in rows),
        worth=demands.wtp[rows] / KT,
        wanted=np.broadcast_to(wanted, (worlds, *wanted.shape)).copy(),
        home=np.broadcast_to(home, (worlds, *home.shape)).copy(),
    )


def _sent_out(shore: Shore) -> str:
    """The commodity that terminals send out."""
    recipes = shore.chain.table("processes")
    takes = set(recipes.loc[(recipes["role"] == "input") & (recipes["commodity"] == shore.good),
                            "process"])  # fmt: skip
    facilities = shore.chain.table("facilities")
    takes &= set(facilities.loc[facilities["place"].isin(shore.places), "process"])
    made = recipes[recipes["process"].isin(takes) & (recipes["role"] == "output")]
    return str(made["commodity"].iloc[0])


def _step_id(row: str, seen: dict[str, int]) -> str:
    """Id of a step: that of its row, numbered where the row is a ladder of steps."""
    seen[row] = seen.get(row, 0) + 1
    return row if seen[row] == 1 else f"{row}#{seen[row]}"


def _home(shore: Shore, emergency: Emergency, at: dict[int, int], days: int) -> Floats:
    """Gas that does not come out of terminals, by region and day [Mt a period]."""
    network = shore.network
    recipe = network.facilities.recipe.tocsc()
    home = np.zeros((len(shore.terminals.regions), days))
    for f in range(recipe.shape[1]):
        part = slice(recipe.indptr[f], recipe.indptr[f + 1])
        nodes, amounts = recipe.indices[part], recipe.data[part]
        if any(network.nodes.commodity[n] == shore.good for n in nodes[amounts < 0]):
            continue
        for n, amount in zip(nodes, amounts, strict=True):
            if int(n) in at and amount > 0:
                base = amount * network.facilities.base[f]
                home[at[int(n)]] += base * emergency.home[f, :days]
    lanes = network.lanes
    for a in np.flatnonzero(np.isin(lanes.destination, list(at)) & (lanes.base > 0)):
        home[at[int(lanes.destination[a])]] += lanes.keep[a] * lanes.base[a]
    return home


def _seasons(
    shore: Shore, wanted: Floats, home: Floats, region: Ints, as_of: date, days: int
) -> Floats:
    """(regions, days) factor on demand: that of the month on its imported part."""
    table = shore.chain.table("seasons")
    factor = {
        (place, int(month)): float(value)
        for place, month, value in zip(table["place"], table["month"], table["factor"], strict=True)
    }
    months = [(as_of + timedelta(days=d)).month for d in range(days)]
    result = np.ones((len(shore.terminals.regions), days))
    for r in range(len(result)):
        member = shore.terminals.members[shore.terminals.region_member[r]]
        total = float(wanted[region == r, 0].sum())
        imported = 1.0 - min(1.0, float(home[r, 0]) / total) if total > 0 else 1.0
        own = np.array([factor.get((member, month), 1.0) for month in months])
        result[r] = 1.0 + (own - 1.0) * imported
    return result
