"""The study's tables of residues, plants and buyers as an `Instance`, with the names behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.errors import UnknownName, UsageError, did_you_mean
from seawall.questions.assumed import assumption
from seawall.questions.site.biogas.calendar import Store, store_of
from seawall.questions.site.biogas.cells import OWN_HAUL, Cells, Pairs, near, split
from seawall.questions.site.biogas.instance import Instance, classes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from seawall.study import Study

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["CAPITAL", "READINGS", "Arranged", "Wish", "arrange"]

READINGS = ("low", "middle", "high")
#: Columns of `plant_sizes` by name of the reading.
CAPITAL = {"norm": "capital_low", "built": "capital", "dear": "capital_high"}
DAYS = 365.0
#: Cells with less of a feedstock than this are left out [kt a year].
CRUMBS = 0.01


@dataclass(frozen=True)
class Wish:
    """What is asked for; see `biogas`."""

    count: int = 1000
    mean_size: float | None = None
    reading: str = "middle"
    capital: str = "built"
    feedstocks: tuple[str, ...] = ()
    cells: int = 5000
    most: Mapping[str, int] = field(default_factory=dict)
    least: Mapping[str, int] = field(default_factory=dict)
    price: float | None = None

    def __post_init__(self) -> None:
        wrong = []
        if self.count < 1:
            wrong.append(f"count: at least one plant, not {self.count}")
        if self.reading not in READINGS:
            wrong.append(f"reading is one of {', '.join(READINGS)}, not {self.reading!r}")
        if self.capital not in CAPITAL:
            wrong.append(f"capital is one of {', '.join(CAPITAL)}, not {self.capital!r}")
        if self.mean_size is not None and self.mean_size < 0:
            wrong.append(f"mean size: 0 t/day or more, not {self.mean_size:g}")
        for name, limits in (("most", self.most), ("least", self.least)):
            wrong += [f"{name} of {r}: 0 or more, not {n}" for r, n in limits.items() if n < 0]
        if sum(self.least.values()) > self.count:
            wrong.append(
                f"regions must have {sum(self.least.values())} plants, more than all {self.count}"
            )
        wrong += [
            f"{region} must have {n} and may have {self.most[region]}"
            for region, n in self.least.items() if n > self.most.get(region, n)
        ]  # fmt: skip
        if wrong:
            raise UsageError("; ".join(wrong))


@dataclass(frozen=True)
class Arranged:
    """An instance and what its rows are called.

    `pool_cell`, `pool_feed` (p,) say what a pool is; `km` (i,) road of each item; `feeds` rows of
    `feedstocks`; `places` rows of `gas_places`; `sizes` t/day; `capital`, `aid` million INR by
    size; `stores` by feed; `months` (12,) the class of each month; `regions` codes.
    """

    instance: Instance
    cells: Cells
    districts: pd.DataFrame
    feeds: pd.DataFrame
    places: pd.DataFrame
    pool_cell: Ints
    pool_feed: Ints
    km: Floats
    outlet_km: Floats
    sizes: Floats
    capital: Floats
    aid: Floats
    stores: tuple[Store, ...]
    regions: tuple[str, ...]
    around: Pairs
    price: float
    kept: pd.DataFrame


def arrange(study: Study, wish: Wish) -> Arranged:
    """Put the study's tables into arrays.

    Raises
    ------
    UnknownName, UsageError
        A feedstock or region that nobody knows; tables that are empty; a radius that reaches
        nothing; more plants than sites.
    """
    districts = _filled(study, "districts")
    feeds = _chosen_feeds(study, wish)
    regions = tuple(sorted(set(districts["region"])))
    for region in {**wish.most, **wish.least}:
        if region not in regions:
            raise UnknownName("region", region, regions)
    arising, middle = (
        _arising(study, districts, feeds, reading) for reading in (wish.reading, "middle")
    )
    gas = feeds["gas_yield"].to_numpy(float)
    lat, lon, area = (districts[name].to_numpy(float) for name in ("lat", "lon", "area"))
    cells = split(lat, lon, area, middle @ gas, wish.cells)
    quantity = arising[cells.district] * cells.part[:, None]
    places = _filled(study, "gas_places")
    demand = places["quantity"].to_numpy(float) * DAYS / 1000.0
    kept = study.table("gas_plants")
    quantity, demand = _taken_already(study, kept, cells, feeds, quantity, places, demand)
    stores = tuple(store_of(study, feed) for feed in _rows(feeds))
    pools = _Pools.of(quantity)
    items = _items(study, cells, feeds, pools, stores)
    outlets = _outlets(study, cells, places, demand, wish)
    sizes, capital, aid, fixed = _sizes(study, wish)
    peak, _ = classes_of(np.array([store.used for store in stores]))
    load = assumption(study, "site_load_factor")
    mean = assumption(study, "site_mean_size") if wish.mean_size is None else wish.mean_size
    code = {region: n for n, region in enumerate(regions)}
    instance = Instance(
        first=_starts(items["site"], len(cells)), pool=items["pool"], cost=items["cost"],
        gas=items["gas"], feed=items["feed"], available=quantity[pools.cell, pools.feed],
        peak=peak, cap=sizes * DAYS * load / 1000.0, fixed=fixed,
        least_use=assumption(study, "site_least_use"),
        outlet=outlets["start"], place=outlets["place"], price=outlets["price"], demand=demand,
        count=wish.count, output=mean * wish.count * DAYS * load / 1000.0,
        region=districts["region"].map(code).to_numpy(np.int64)[cells.district],
        most=np.array([wish.most.get(region, wish.count) for region in regions]),
        least=np.array([wish.least.get(region, 0) for region in regions]),
    )  # fmt: skip
    _check(instance)
    return Arranged(
        instance, cells, districts, feeds, places, pools.cell, pools.feed, items["km"],
        outlets["km"], sizes, capital, aid, stores, regions,
        near(cells.lat, cells.lon, cells.lat, cells.lon, AROUND), outlets["base"][0], kept,
    )  # fmt: skip


#: Plants this near may trade feed and buyers while the search goes on [km].
AROUND = 120.0


@dataclass(frozen=True)
class _Pools:
    """(p,) cell and feed of each pool, and (cells, feeds) the pool, -1 where there is none."""

    cell: Ints
    feed: Ints
    index: Ints

    @staticmethod
    def of(quantity: Floats) -> _Pools:
        cell, feed = np.nonzero(quantity > CRUMBS)
        index = np.full(quantity.shape, -1)
        index[cell, feed] = np.arange(len(cell))
        return _Pools(cell, feed, index)


def _filled(study: Study, table: str) -> pd.DataFrame:
    frame = study.table(table)
    if frame.empty:
        raise UsageError(f'study "{study.name}" has no rows in {table}.csv: nothing to site')
    return frame.reset_index(drop=True)


def _chosen_feeds(study: Study, wish: Wish) -> pd.DataFrame:
    feeds = _filled(study, "feedstocks")
    known = set(feeds["id"])
    unknown = [name for name in wish.feedstocks if name not in known]
    if unknown:
        told = "; ".join(f'"{name}"{did_you_mean(name, known)}' for name in unknown)
        raise UsageError(f"no feedstock {told}: there are {', '.join(feeds['id'])}")
    if wish.feedstocks:
        feeds = feeds[feeds["id"].isin(wish.feedstocks)].reset_index(drop=True)
    return feeds


def _arising(study: Study, districts: pd.DataFrame, feeds: pd.DataFrame, reading: str) -> Floats:
    """(districts, feeds) kt a year that can be collected; dung is counted as collectable."""
    rows = study.table("residues")
    rows = rows[rows["feedstock"].isin(feeds["id"])]
    found = np.zeros((len(districts), len(feeds)))
    at = pd.Index(districts["id"]).get_indexer(rows["district"])
    feed = pd.Index(feeds["id"]).get_indexer(rows["feedstock"])
    np.add.at(found, (at, feed), rows[reading].to_numpy(float) / 1000.0)
    # What is not stored comes day by day and is counted as it is gathered.
    stored = feeds["kept"].to_numpy(float) > 0
    return found * np.where(stored, assumption(study, "site_collected"), 1.0)


def _items(
    study: Study, cells: Cells, feeds: pd.DataFrame, pools: _Pools, stores: tuple[Store, ...]
) -> dict[str, NDArray]:  # type: ignore[type-arg]
    """Every pool within reach of every site: what a kt costs there, and the gas of it."""
    detour, radius = assumption(study, "site_detour"), assumption(study, "site_radius")
    pairs = near(cells.lat, cells.lon, cells.lat, cells.lon, radius / detour)
    owner = pairs.owner
    own = OWN_HAUL * np.sqrt(cells.area[owner] / np.pi)
    road = detour * np.where(pairs.other == owner, own, pairs.km)
    switch = assumption(study, "site_haul_switch")
    haul = assumption(study, "site_haul_near") * np.minimum(road, switch)
    haul += assumption(study, "site_haul_far") * np.maximum(road - switch, 0.0)
    manure = assumption(study, "site_manure_price") * assumption(study, "site_manure_paid")
    parts = []
    for n, feed in enumerate(_rows(feeds)):
        pool = pools.index[pairs.other, n]
        there = pool >= 0
        store = stores[n]
        gas = feed.gas_yield * store.fed
        cost = feed.price + feed.loading + haul - feed.manure * store.fed * manure
        cost += feed.store_price * store.months
        parts.append(pd.DataFrame({
            "site": owner[there], "pool": pool[there], "cost": cost[there] / 1000.0,
            "gas": gas, "feed": n, "km": road[there],
        }))  # fmt: skip
    table = pd.concat(parts).sort_values(["site", "feed", "km"], kind="stable")
    if table.empty:
        raise UsageError(f"site_radius {radius:g} km reaches no residues from any site")
    return {str(name): np.ascontiguousarray(table[name]) for name in table}


def _outlets(
    study: Study, cells: Cells, places: pd.DataFrame, demand: Floats, wish: Wish
) -> dict[str, NDArray]:  # type: ignore[type-arg]
    """Buyers within reach of every site, and what is left of the price for a kg."""
    detour = assumption(study, "site_detour")
    pairs = near(
        cells.lat, cells.lon, places["lat"].to_numpy(float), places["lon"].to_numpy(float),
        assumption(study, "site_reach") / detour,
    )  # fmt: skip
    wanted = demand[pairs.other] > 0.0
    owner, place, road = pairs.owner[wanted], pairs.other[wanted], detour * pairs.km[wanted]
    base = assumption(study, "site_price") if wish.price is None else wish.price
    deliver = np.select(
        [road <= assumption(study, "site_free_km"), road <= assumption(study, "site_step_km")],
        [0.0, assumption(study, "site_deliver_step")], assumption(study, "site_deliver_far"),
    )  # fmt: skip
    power = assumption(study, "site_power") * assumption(study, "site_power_price")
    return {"start": _starts(owner, len(cells)), "place": place, "km": road,
            "price": base - deliver - power, "base": np.array([base])}  # fmt: skip


def _sizes(study: Study, wish: Wish) -> tuple[Floats, Floats, Floats, Floats]:
    """Sizes [t/day], capital, aid, and the yearly cost of a plant [million INR]."""
    table = _filled(study, "plant_sizes").sort_values("size")
    size = table["size"].to_numpy(float)
    capital = table[CAPITAL[wish.capital]].to_numpy(float)
    aid = np.minimum(assumption(study, "site_aid") * size, assumption(study, "site_aid_cap"))
    aid = np.minimum(aid, capital)
    rate, life = assumption(study, "site_discount"), assumption(study, "site_life")
    annuity = rate / (1.0 - (1.0 + rate) ** -life) if rate > 0 else 1.0 / life
    fixed = (capital - aid) * annuity + capital * assumption(study, "site_fixed_cost")
    return size, capital, aid, fixed


def _taken_already(
    study: Study, kept: pd.DataFrame, cells: Cells, feeds: pd.DataFrame, quantity: Floats,
    places: pd.DataFrame, demand: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """What is left of residues and demand beside the plants that are there: each takes its feed
    from the nearest cells and sells its gas to the nearest buyers."""
    quantity, demand = quantity.copy(), demand.copy()
    running = kept[kept["status"] != "announced"]
    if running.empty:
        return quantity, demand
    lat, lon = running["lat"].to_numpy(float), running["lon"].to_numpy(float)
    detour, load = assumption(study, "site_detour"), assumption(study, "site_load_factor")
    cell = near(lat, lon, cells.lat, cells.lon, assumption(study, "site_radius") / detour)
    buyer = near(
        lat, lon, places["lat"].to_numpy(float), places["lon"].to_numpy(float),
        assumption(study, "site_reach") / detour,
    )  # fmt: skip
    feed = pd.Index(feeds["id"]).get_indexer(running["feedstock"])
    for n, plant in enumerate(_rows(running)):
        if feed[n] >= 0 and plant.feed > 0:
            mine = cell.other[cell.start[n] : cell.start[n + 1]]
            _take(quantity[:, feed[n]], mine, plant.feed * DAYS * load / 1000.0)
        mine = buyer.other[buyer.start[n] : buyer.start[n + 1]]
        _take(demand, mine, plant.size * DAYS * load / 1000.0)
    return quantity, demand


def _take(amount: Floats, order: Ints, wanted: float) -> None:
    """Take what is wanted in this order, as far as it goes; changes `amount`."""
    before = np.concatenate([[0.0], np.cumsum(amount[order])[:-1]])
    amount[order] -= np.clip(wanted - before, 0.0, amount[order])


def _rows(frame: pd.DataFrame) -> Iterator[Any]:
    """Rows as named tuples, whose fields have the types of the records."""
    return frame.itertuples(index=False)


def _starts(owner: NDArray, count: int) -> Ints:  # type: ignore[type-arg]
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)


def _check(instance: Instance) -> None:
    """Whether so many plants, and so much gas, can be."""
    able = (np.diff(instance.first) > 0) & (np.diff(instance.outlet) > 0)
    inside = np.bincount(instance.region[able], minlength=len(instance.most))
    room = int(np.minimum(inside, instance.most).sum())
    if instance.count > room:
        raise UsageError(
            f"{instance.count} plants are asked for, and there are {room} sites with feed and "
            "buyers within reach and the limits of regions: ask for fewer, or for more cells"
        )
    short = np.flatnonzero(inside < instance.least)
    if len(short):
        raise UsageError(
            f"a region must have {instance.least[short[0]]} plants and has {inside[short[0]]} sites"
        )
