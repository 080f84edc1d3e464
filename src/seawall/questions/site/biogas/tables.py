"""Plans of gas plants as tables: plants, feed by month, supply curve, regions, sales."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from seawall.questions.site.biogas.arrange import Arranged
    from seawall.questions.site.biogas.flows import Plan
    from seawall.questions.site.biogas.phases import Phases
    from seawall.questions.site.biogas.solve import Solved

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["feed", "names", "plants", "regions", "robust", "sales", "supply_curve"]

#: Rows of feed and sales below this are left out [t a month, t a year].
CRUMBS = 0.5


def names(arranged: Arranged) -> NDArray[np.object_]:
    """(cells,) name of each cell: its district and its number there."""
    district = arranged.districts["id"].to_numpy()[arranged.cells.district]
    first = np.searchsorted(arranged.cells.district, np.arange(len(arranged.districts)))
    rank = np.arange(len(district)) - first[arranged.cells.district] + 1
    return np.array([f"{d}-{n}" for d, n in zip(district, rank, strict=True)], dtype=object)


def plants(
    arranged: Arranged, plan: Plan, phases: Phases, always: Ints, staff: float, power: float
) -> pd.DataFrame:
    """One row a plant, the cheapest gas first.

    Parameters
    ----------
    always
        Sites that are chosen whatever the residues come to.
    staff, power
        Jobs for each t/day, and INR of power for a kg.
    """
    instance, sites, sizes = arranged.instance, plan.sites, plan.sizes
    count = instance.sites
    made = np.bincount(instance.seller, weights=plan.sold, minlength=count)[sites]
    fed = np.bincount(instance.owner, weights=plan.taken * instance.cost, minlength=count)[sites]
    sold = np.bincount(instance.seller, weights=plan.sold * instance.price, minlength=count)[sites]
    delivery = made * (arranged.price - power) - sold
    hauled = np.bincount(instance.owner, weights=plan.taken * arranged.km, minlength=count)[sites]
    amount = np.bincount(instance.owner, weights=plan.taken, minlength=count)[sites]
    mix = np.zeros((count, len(arranged.feeds)))
    np.add.at(mix, (instance.owner, instance.feed), plan.taken * instance.gas)
    fixed = instance.fixed[sizes]
    district = arranged.cells.district[sites]
    rows = arranged.districts.iloc[district]
    cost = (fed + delivery + fixed) / np.maximum(made, 1e-12) + power
    table = pd.DataFrame({
        "site": names(arranged)[sites],
        "district": rows["name"].to_numpy(),
        "region": rows["region"].to_numpy(),
        "region_name": rows["region_name"].to_numpy(),
        "lat": arranged.cells.lat[sites].round(4),
        "lon": arranged.cells.lon[sites].round(4),
        "size": arranged.sizes[sizes],
        "opened": phases.opened,
        "output": made * 1000.0,
        "load": made / (arranged.sizes[sizes] * 0.365),
        "cost": cost,
        "value": sold - fed - fixed,
        "capital": arranged.capital[sizes],
        "aid": arranged.aid[sizes],
        "feed": amount * 1000.0,
        "haul": hauled / np.maximum(amount, 1e-12),
        "main_feedstock": arranged.feeds["id"].to_numpy()[mix[sites].argmax(axis=1)],
        "jobs": staff * arranged.sizes[sizes],
        "always": np.isin(sites, always),
    })  # fmt: skip
    return table.sort_values(["cost", "site"], ignore_index=True)


def feed(arranged: Arranged, plan: Plan) -> pd.DataFrame:
    """What each plant is fed with in each month, from which cell [t]; what is lost in store is not
    in it."""
    instance, called = arranged.instance, names(arranged)
    used = np.flatnonzero(plan.taken > CRUMBS / 1000.0)
    pool, kind = instance.pool[used], instance.feed[used]
    fed = np.array([store.fed for store in arranged.stores])[kind] * plan.taken[used] * 1000.0
    monthly = np.array([store.used for store in arranged.stores])[kind] * fed[:, None]
    row, month = np.nonzero(monthly > CRUMBS)
    return pd.DataFrame({
        "site": called[instance.owner[used][row]],
        "cell": called[arranged.pool_cell[pool[row]]],
        "month": month + 1,
        "feedstock": arranged.feeds["id"].to_numpy()[kind[row]],
        "quantity": monthly[row, month],
    }).sort_values(["site", "month", "feedstock", "cell"], ignore_index=True)  # fmt: skip


def supply_curve(table: pd.DataFrame) -> pd.DataFrame:
    """Gas by rising cost: what a kg costs at each plant, and how much there is up to there."""
    ordered = table.sort_values(["cost", "site"], ignore_index=True)
    return pd.DataFrame({
        "site": ordered["site"], "cost": ordered["cost"], "output": ordered["output"],
        "cumulative": ordered["output"].cumsum() / 1000.0,
    })  # fmt: skip


def regions(table: pd.DataFrame) -> pd.DataFrame:
    """Plants, gas, capital and jobs by region, most plants first."""
    grouped = table.groupby(["region", "region_name"], as_index=False).agg(
        plants=("site", "size"), output=("output", "sum"), capital=("capital", "sum"),
        jobs=("jobs", "sum"), value=("value", "sum"), always=("always", "sum"),
    )  # fmt: skip
    grouped["output"] /= 1000.0
    return grouped.sort_values(["plants", "region"], ascending=[False, True], ignore_index=True)


def sales(arranged: Arranged, plan: Plan) -> pd.DataFrame:
    """Whose gas goes to whom [t a year], and how far by road."""
    instance = arranged.instance
    used = np.flatnonzero(plan.sold > CRUMBS / 1000.0)
    place = arranged.places.iloc[instance.place[used]]
    return pd.DataFrame({
        "site": names(arranged)[instance.seller[used]], "place": place["id"].to_numpy(),
        "name": place["name"].to_numpy(), "kind": place["kind"].to_numpy(),
        "quantity": plan.sold[used] * 1000.0, "km": arranged.outlet_km[used],
    })  # fmt: skip


def robust(solved: Mapping[str, tuple[Arranged, Solved]]) -> pd.DataFrame:
    """Plants by district under each reading of the residues, and in all of them."""
    found = {}
    for reading, (arranged, one) in solved.items():
        district = arranged.cells.district[one.plan.sites]
        found[reading] = np.bincount(district, minlength=len(arranged.districts))
    arranged = next(iter(solved.values()))[0]
    table = arranged.districts[["id", "name", "region", "lat", "lon"]].copy()
    table = table.rename(columns={"id": "district"})
    for reading, counts in found.items():
        table[reading] = counts
    table["in_all"] = np.min(list(found.values()), axis=0)
    table = pd.DataFrame(table[np.max(list(found.values()), axis=0) > 0])
    return table.sort_values(["in_all", "district"], ascending=[False, True],
                                   ignore_index=True)  # fmt: skip
