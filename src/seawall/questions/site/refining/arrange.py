"""The study's tables of hubs as arrays, with the names behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import InputError, Problem, UsageError
from seawall.network.seaways import Seaways, distance
from seawall.questions.assumed import assumption
from seawall.questions.site.refining.instance import OXIDES, Circuits, Hubs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from seawall.study import Study

    Floats = NDArray[np.float64]

__all__ = ["CAPITAL", "GOODS", "READINGS", "Arranged", "Wish", "arrange"]

READINGS = ("low", "middle", "high")
#: Columns of `hub_sizes`, and of the assumption of base capital, by name of the reading.
CAPITAL = {
    "low": ("capital_low", "low"), "middle": ("capital", "value"), "high": ("capital_high", "high"),
}  # fmt: skip
#: Commodities of `OXIDES`.
GOODS = tuple(f"{name}_oxide" for name in OXIDES)
#: Feeds of this status are bound to others.
CLOSED = "closed"
#: Assumption of what a hub needs whatever its size; its low and high are readings.
BASE = "hub_base_capital"
KM_PER_NM = 1.852
MILLION = 1e6


@dataclass(frozen=True)
class Wish:
    """What is asked for; see `refining`."""

    hubs: int = 3
    reading: str = "middle"
    capital: str = "middle"
    premium: float = 0.0
    promise: tuple[float, float] = (0.0, 0.0)
    open_all: bool = False

    def __post_init__(self) -> None:
        wrong = []
        if self.hubs < 1:
            wrong.append(f"hubs: at least one, not {self.hubs}")
        if self.reading not in READINGS:
            wrong.append(f"reading is one of {', '.join(READINGS)}, not {self.reading!r}")
        if self.capital not in CAPITAL:
            wrong.append(f"capital is one of {', '.join(CAPITAL)}, not {self.capital!r}")
        if not self.premium > -1.0:
            wrong.append(f"premium: a share of the price above -1, not {self.premium:g}")
        wrong += [
            f"promise of {name} oxide: 0 t/yr or more, not {tonnes:g}"
            for name, tonnes in zip(OXIDES, self.promise, strict=True) if not tonnes >= 0.0
        ]  # fmt: skip
        if wrong:
            raise UsageError("; ".join(wrong))


@dataclass(frozen=True)
class Arranged:
    """Arrays and the rows behind them: `sites`, `feeds` (those that are used), `users`.

    `price` (2,) USD/t of oxide, `capital` (s,) million USD of a hub without circuits, `ore_km`
    (f, s) and `user_km` (s, k) of the ways, `home` the country of the sites.
    """

    hubs: Hubs
    sites: pd.DataFrame
    feeds: pd.DataFrame
    users: pd.DataFrame
    price: Floats
    capital: Floats
    ore_km: Floats
    user_km: Floats
    home: str


def arrange(study: Study, wish: Wish) -> Arranged:
    """Put the study's tables into arrays.

    Raises
    ------
    InputError, UsageError
        Tables or prices that are missing; more hubs than sites.
    """
    sites, sizes, users = (_filled(study, name) for name in ("hub_sites", "hub_sizes", "hub_users"))
    feeds = _filled(study, "hub_feeds")
    if not wish.open_all:
        feeds = feeds[feeds["status"] != CLOSED].reset_index(drop=True)
    if wish.hubs > len(sites):
        raise UsageError(f"hubs: at most the {len(sites)} rows of hub_sites.csv, not {wish.hubs}")
    value = {
        name: assumption(study, f"hub_{name}")
        for name in ("discount", "life", "load", "recovery_ndpr", "recovery_dytb", "ndpr_grade",
                     "dytb_grade", "oxide_packing", "thorium_cost")
    }  # fmt: skip
    annuity = value["discount"] / (1.0 - (1.0 + value["discount"]) ** -value["life"])
    column, of_base = CAPITAL[wish.capital]
    oxide = np.array([GOODS.index(name) for name in sizes["output"]], dtype=np.int64)
    capital = sizes[column].to_numpy(float)
    circuits = Circuits(
        oxide, sizes["size"].to_numpy(float), value["load"] * sizes["size"].to_numpy(float),
        capital, annuity * capital + sizes["running"].to_numpy(float),
        sizes["unit_cost"].to_numpy(float),
    )  # fmt: skip
    contained = _contained(feeds, wish.reading)
    home = _home(study, sites, feeds, users)
    ways = _Ways.of(study, sites)
    ore_km, per_ore = ways.to(feeds, home)
    user_km, per_oxide = ways.to(users, home)
    weight = np.where(
        contained[:, 0] > 0.0, contained[:, 0] * value["ndpr_grade"],
        contained[:, 1] * value["dytb_grade"],
    )  # fmt: skip
    paid = (contained * feeds[["price_ndpr", "price_dytb"]].to_numpy(float)).sum(axis=1)
    paid += contained[:, 0] * feeds["thorium"].to_numpy(float) * value["thorium_cost"]
    price = np.array([_price(study, good, home) for good in GOODS]) * (1.0 + wish.premium)
    base = _base_capital(study, of_base) * (1.0 - sites["brownfield"].to_numpy(float))
    hubs = Hubs(
        yields=contained * [value["recovery_ndpr"], value["recovery_dytb"]],
        ore=(paid[:, None] + weight[:, None] * per_ore.T) / MILLION,
        worth=price - (value["oxide_packing"] * per_oxide)[:, :, None],
        wanted=users[["ndpr", "dytb"]].to_numpy(float),
        home=(users["place"] == home).to_numpy(),
        base=annuity * base,
        least=assumption(study, "hub_least_use"),
        circuits=circuits,
    )
    return Arranged(hubs, sites, feeds, users, price, base, ore_km.T, user_km, home)


def _filled(study: Study, name: str) -> pd.DataFrame:
    table = study.table(name)
    if not len(table):
        raise InputError([
            Problem(f"{name}.csv", None, "id", "", "there are no rows",
                    "add some, or copy those of a built-in study"),
        ])  # fmt: skip
    return table.reset_index(drop=True)


def _contained(feeds: pd.DataFrame, reading: str) -> Floats:
    """(f, 2) t/yr of each oxide in the feeds."""
    ending = "" if reading == "middle" else f"_{reading}"
    return np.column_stack([feeds[f"{name}{ending}"].to_numpy(float) for name in OXIDES])


def _home(study: Study, sites: pd.DataFrame, *others: pd.DataFrame) -> str:
    """The country of the sites: of the places that tables name, that which lies nearest."""
    named = {place for table in others for place in table["place"]}
    places = study.table("places")
    places = places[places["id"].isin(named) & places["lat"].notna()]
    middle = (float(sites["lon"].mean()), float(sites["lat"].mean()))
    far = distance(places["lon"].to_numpy(float), places["lat"].to_numpy(float), middle)
    return str(places["id"].iloc[int(np.argmin(far))])


def _price(study: Study, good: str, home: str) -> float:
    """USD/t of an oxide at home.

    Raises
    ------
    InputError
        The study has no such price.
    """
    prices = study.table("prices")
    found = prices.loc[(prices["place"] == home) & (prices["commodity"] == good), "price"]
    if not len(found):
        raise InputError([
            Problem("prices.csv", None, "commodity", good, f"has no price at {home}",
                    f"add a row {home},{good}"),
        ])  # fmt: skip
    return float(found.iloc[0])


def _base_capital(study: Study, column: str) -> float:
    """Million USD that a hub needs whatever its size, by reading."""
    middle = assumption(study, BASE)
    if column == "value":
        return middle
    table = study.table("assumptions")
    return float(table.loc[table["id"] == BASE, column].iloc[0])


@dataclass(frozen=True)
class _Ways:
    """Ways between sites and others: by road at home, else by a port and the sea.

    Others abroad lie at their ports.  Others at home may lie inland, so that a way by sea leads
    from them by road to the port of a site, the one that makes it cheapest, and on by sea.
    """

    sites: pd.DataFrame
    seaways: Seaways
    detour: float
    road: float
    sea: float
    handling: float

    @classmethod
    def of(cls, study: Study, sites: pd.DataFrame) -> _Ways:
        return cls(
            sites, Seaways.of(study), assumption(study, "hub_detour"),
            assumption(study, "hub_road_freight") / 1000.0,
            assumption(study, "hub_sea_freight") / 1000.0, assumption(study, "hub_port_handling"),
        )  # fmt: skip

    def to(self, others: pd.DataFrame, home: str) -> tuple[Floats, Floats]:
        """(s, others) km and USD/t; at home the cheaper of road and sea."""
        own = self._points(self.sites)
        points = self._points(others)
        port = self.sites["port_km"].to_numpy(float)
        at_home = (others["place"] == home).to_numpy()
        over_sea = self.seaways.distances(own, points) * KM_PER_NM
        km = over_sea + port[:, None]
        freight = over_sea * self.sea + port[:, None] * self.road
        if at_home.any():
            inside = [point for point, here in zip(points, at_home, strict=True) if here]
            over_land = self._over_land(inside)
            coast = self.seaways.distances(own, own) * KM_PER_NM
            # From an inland point by road to the port of site t, and by sea to site s.
            road = over_land[None, :, :] + port[None, :, None] + port[:, None, None]
            along = coast[:, :, None]
            cost = road * self.road + along * self.sea
            best = cost.argmin(axis=1)[:, None, :]
            km[:, at_home] = np.take_along_axis(road + along, best, axis=1)[:, 0]
            freight[:, at_home] = np.take_along_axis(cost, best, axis=1)[:, 0]
        freight += self.handling
        if at_home.any():
            by_road = over_land * self.road
            nearer = by_road <= freight[:, at_home]
            km[:, at_home] = np.where(nearer, over_land, km[:, at_home])
            freight[:, at_home] = np.where(nearer, by_road, freight[:, at_home])
        return km, freight

    @staticmethod
    def _points(table: pd.DataFrame) -> list[tuple[float, float]]:
        return list(zip(table["lon"].astype(float), table["lat"].astype(float), strict=True))

    def _over_land(self, points: list[tuple[float, float]]) -> Floats:
        """(s, points) km by road."""
        lon, lat = (self.sites[name].to_numpy(float) for name in ("lon", "lat"))
        far = np.column_stack([distance(lon, lat, point) for point in points])
        return far * KM_PER_NM * self.detour
