"""Plans of hubs as tables: plants by circuit, hubs, ore, oxide, supply curve, who is exposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.questions.exposure import exposure
from seawall.questions.site.refining.arrange import GOODS
from seawall.questions.site.refining.instance import OXIDES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from seawall.questions.site.refining.arrange import Arranged
    from seawall.questions.site.refining.solve import Placed
    from seawall.study import Study

__all__ = ["exposed", "hubs", "ore", "oxide", "plants", "robust", "supply_curve"]

MILLION = 1e6
#: Element that each oxide carries, as `exposure` calls it.
ELEMENTS = ("NdPr", "DyTb")
#: Shares and tonnes below this are left out.
CRUMBS = 1e-6


def plants(arranged: Arranged, placed: Placed, always: Sequence[int]) -> pd.DataFrame:
    """One row a circuit: what it makes, what that costs and earns.

    Ore, thorium and the hub itself are shared between a hub's two circuits by what their oxide is
    worth.
    """
    found, circuits = arranged.hubs, arranged.hubs.circuits
    rows: list[dict[str, Any]] = []
    for i, site in enumerate(placed.sites):
        row = arranged.sites.iloc[site]
        worth = placed.made[i] * arranged.price
        share = worth / worth.sum() if worth.sum() > 0 else np.zeros(2)
        common = found.base[site] + float(found.ore[:, site] @ placed.ore[:, i])
        for o, name in enumerate(GOODS):
            c = placed.circuit[i, o]
            if c < 0:
                continue
            made = placed.made[i, o]
            cost = (
                common * share[o] + circuits.fixed[c] + circuits.unit[c] * made / MILLION
            )  # fmt: skip
            sold = float((found.worth[site, :, o] * placed.sold[i, :, o]).sum()) / MILLION
            haul = (arranged.price[o] * placed.sold[i, :, o].sum()) / MILLION - sold
            rows.append({
                "site": row["id"], "name": row["name"], "region": row["region"],
                "region_name": row["region_name"], "lat": row["lat"], "lon": row["lon"],
                "good": name, "size": circuits.size[c], "output": made,
                "load": made / circuits.size[c],
                "capital": circuits.capital[c] + arranged.capital[site] * share[o],
                "cost": (cost + haul) * MILLION / made / 1000.0 if made > 0 else np.nan,
                "price": arranged.price[o] / 1000.0, "value": sold - cost,
                "always": int(site) in always,
            })  # fmt: skip
    return pd.DataFrame(rows)


def hubs(arranged: Arranged, placed: Placed, made: pd.DataFrame) -> pd.DataFrame:
    """One row a hub, with how far it is from port, ore, magnets and cells."""
    rows = []
    for i, site in enumerate(placed.sites):
        row = arranged.sites.iloc[site]
        own = made[made["site"] == row["id"]]
        far = arranged.user_km[site]
        kinds = arranged.users["kind"].to_numpy()
        taken = placed.sold[i].sum(axis=1)
        rows.append({
            "site": row["id"], "name": row["name"], "region_name": row["region_name"],
            "lat": row["lat"], "lon": row["lon"], "port": row["port"], "port_km": row["port_km"],
            "ndpr": placed.made[i, 0], "dytb": placed.made[i, 1], "capital": own["capital"].sum(),
            "value": own["value"].sum(),
            "magnets_km": far[kinds == "magnets"].min(initial=np.inf),
            "cells_km": far[kinds == "cells"].min(initial=np.inf),
            "delivery_km": float(far @ taken / taken.sum()) if taken.sum() > 0 else np.nan,
            "always": bool(own["always"].any()),
        })  # fmt: skip
    return pd.DataFrame(rows).replace(np.inf, np.nan)


def ore(arranged: Arranged, placed: Placed) -> pd.DataFrame:
    """One row a feed and hub; feeds that no hub takes have a blank site, and a share of 0."""
    rows = []
    for f, feed in enumerate(arranged.feeds.itertuples(index=False)):
        base = {"feed": feed.id, "feed_name": feed.name, "place": feed.place,
                "lat": feed.lat, "lon": feed.lon, "status": feed.status}  # fmt: skip
        to = np.flatnonzero(placed.ore[f] > CRUMBS)
        for i in to:
            share, site = placed.ore[f, i], placed.sites[i]
            rows.append({
                **base, "site": arranged.sites.at[site, "id"], "share": share,
                "ndpr": share * arranged.hubs.yields[f, 0],
                "dytb": share * arranged.hubs.yields[f, 1],
                "cost": share * arranged.hubs.ore[f, site], "km": arranged.ore_km[f, site],
            })  # fmt: skip
        if not len(to):
            rows.append({**base, "site": "", "share": 0.0, "ndpr": 0.0, "dytb": 0.0, "cost": 0.0,
                         "km": np.nan})  # fmt: skip
    return pd.DataFrame(rows)


def oxide(arranged: Arranged, placed: Placed) -> pd.DataFrame:
    """One row a hub, user and good."""
    rows = [
        {
            "site": arranged.sites.at[site, "id"], "user": user["id"], "user_name": user["name"],
            "place": user["place"], "lat": user["lat"], "lon": user["lon"], "good": GOODS[o],
            "quantity": placed.sold[i, k, o], "km": arranged.user_km[site, k],
        }
        for i, site in enumerate(placed.sites)
        for k, user in enumerate(arranged.users.to_dict("records"))
        for o in range(2) if placed.sold[i, k, o] > 0
    ]  # fmt: skip
    names = ["site", "user", "user_name", "place", "lat", "lon", "good", "quantity", "km"]
    return pd.DataFrame(rows, columns=names)


def supply_curve(made: pd.DataFrame) -> pd.DataFrame:
    """Circuits of each good by rising cost."""
    parts = made.dropna(subset=["cost"]).sort_values(["good", "cost"], kind="stable")
    parts = parts[["good", "site", "output", "cost", "price"]].reset_index(drop=True)
    return parts.assign(cumulative=parts.groupby("good")["output"].cumsum())


def robust(solved: Mapping[str, tuple[Arranged, Placed | None]]) -> pd.DataFrame:
    """One row a site that some reading chooses: in which, and whether in all that have a plan."""
    plans = sum(placed is not None for _, placed in solved.values())
    chosen: dict[str, dict[str, Any]] = {}
    for reading, (arranged, placed) in solved.items():
        for site in placed.sites if placed else ():
            row = arranged.sites.iloc[site]
            chosen.setdefault(str(row["id"]), {"site": row["id"], "name": row["name"]})[reading] = 1
    rows = [{**row, **{r: row.get(r, 0) for r in solved}} for row in chosen.values()]
    frame = pd.DataFrame(rows, columns=["site", "name", *solved])
    frame["in_all"] = (frame[list(solved)].sum(axis=1) == plans).astype(int)
    return frame.sort_values(["in_all", "site"], ascending=[False, True]).reset_index(drop=True)


def exposed(study: Study, arranged: Arranged, sold: pd.DataFrame) -> pd.DataFrame:
    """Who refines the oxide of each place that hubs supply, before and after.

    Before: today's suppliers of its oxide, or, where it buys none, those behind its magnets
    (`basis`).  After: the hubs' part of what its users want comes from home, the rest as before.
    """
    found = exposure(study)
    rows: list[dict[str, Any]] = []
    for o, good in enumerate(GOODS):
        wanted = arranged.users.groupby("place")[OXIDES[o]].sum()
        for place in wanted.index[wanted > 0]:
            before, basis = _before(found.tables, place, good, ELEMENTS[o])
            got = sold[(sold["place"] == place) & (sold["good"] == good)]["quantity"].sum()
            part = min(float(got / wanted[place]), 1.0)
            after = before * (1.0 - part)
            after[arranged.home] = after.get(arranged.home, 0.0) + part
            rows += [
                {"place": place, "good": good, "wanted": wanted[place], "hubs": got,
                 "origin": origin, "share_before": float(before.get(origin, 0.0)),
                 "share_after": float(after[origin]), "basis": basis}
                for origin in after.index if max(before.get(origin, 0.0), after[origin]) > 0.0005
            ]  # fmt: skip
    names = ["place", "good", "wanted", "hubs", "origin", "share_before", "share_after", "basis"]
    frame = pd.DataFrame(rows, columns=names)
    return frame.sort_values(
        ["good", "place", "share_before"], ascending=[False, True, False], kind="stable"
    ).reset_index(drop=True)


def _before(
    tables: Mapping[str, pd.DataFrame], place: str, good: str, element: str
) -> tuple[Any, str]:
    direct = tables["direct"]
    direct = direct[(direct["place"] == place) & (direct["commodity"] == good)]
    if len(direct):
        return direct.groupby("supplier")["share"].sum(), "its suppliers of oxide"
    seen = tables["lookthrough"]
    seen = seen[
        (seen["place"] == place) & (seen["stage_commodity"] == good)
        & (seen["element"] == element) & (seen["commodity"] == "magnet_dy")
    ]  # fmt: skip
    return seen.groupby("origin_country")["share"].sum(), "behind its magnets"
