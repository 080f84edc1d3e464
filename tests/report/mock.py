"""Realistic stand-ins for a study and its results, with exactly the agreed columns.

The numbers are made up in the size of the real ones; no test and no page may quote them.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from tests.report.sea import ORIGINS, PASSAGES, TARGETS, WAYPOINTS, geometry, sea_graph, sea_path

START = date(2026, 3, 2)
PERIODS = 104

FIRST, WEEKS_SHUT = 0, 9


@dataclass(frozen=True)
class Study:
    """A stand-in for ``seawall.study.Study``."""

    settings: Any
    tables: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        return self.tables[name]


@dataclass(frozen=True)
class Result:
    tables: Mapping[str, pd.DataFrame]
    study: Any
    scenario: Any = None
    responses: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        return {**self.figures, "units": dict(self.units)}


def lanes() -> tuple[pd.DataFrame, pd.DataFrame]:
    graph = sea_graph()
    points = {**{k: v[2:4] for k, v in ORIGINS.items()}, **{k: v[2:4] for k, v in TARGETS.items()}}
    points |= {k: v[2:4] for k, v in PASSAGES.items()} | WAYPOINTS
    rows, paths = [], []
    for origin, (_, _, _, _, made) in ORIGINS.items():
        pull = {}
        for target, (_, _, _, _, used) in TARGETS.items():
            found = sea_path(graph, origin, target, frozenset({"bab-el-mandeb"}))
            if found is None:
                raise ValueError(f"no way from {origin} to {target}")
            pull[target] = used * math.exp(-found[0] / 9.0)
        total = sum(pull.values())
        for target, weight in pull.items():
            base = made * weight / total
            if base < 0.15:
                continue
            days, way = sea_path(graph, origin, target, frozenset({"bab-el-mandeb"})) or (0, [])
            rows.append(lane_row(graph, origin, target, days, way, base, None))
            paths.append((rows[-1]["id"], geometry(way, points)))
            for passage in ("malacca", "panama", "lombok"):
                if passage in way:
                    other = sea_path(graph, origin, target, frozenset({"bab-el-mandeb", passage}))
                    if other:
                        rows.append(
                            lane_row(graph, origin, target, *other, 0.0, (rows[-1]["id"], passage))
                        )
                        paths.append((rows[-1]["id"], geometry(other[1], points)))
    return pd.DataFrame(rows), pd.DataFrame(paths, columns=["lane", "points"])


def lane_row(
    graph: dict[str, dict[str, float]], origin: str, target: str, days: float, way: list[str],
    base: float, replaced: tuple[str, str] | None,
) -> dict[str, Any]:  # fmt: skip
    at, crossed = 0.0, []
    for a, b in itertools.pairwise(way):
        at += graph[a][b]
        if b in PASSAGES:
            crossed.append(f"{b}@{at:.1f}")
    name = "direct" if replaced is None else f"avoiding the {PASSAGES[replaced[1]][0]}"
    key = f"{origin}~{target}" + ("" if replaced is None else f"~not-{replaced[1]}")
    return {
        "id": key, "origin": origin, "destination": target, "commodity": "lng", "route": name,
        "days": days + 2.5, "loss": 0.001 * days, "freight": 2.7 * days + 8.0,
        "freight_unit": "USD/t", "base": base, "unit": "Mt/yr", "passages": ";".join(crossed),
        "replaces": replaced[0] if replaced else None, "source": "igu-2025",
        "confidence": "estimate" if base < 2 else "recalled",
    }  # fmt: skip


def study() -> Study:
    places: list[tuple[Any, ...]] = [
        ("IND", "India", "country", "IND", None, 22.0, 79.0),
        ("JPN", "Japan", "country", "JPN", None, 36.0, 138.0),
    ]
    places += [(k, v[0], "plant_group", v[1], None, v[2], v[3]) for k, v in ORIGINS.items()]
    places += [
        (k, v[0], "cluster", v[1], v[1] if v[1] in ("IND", "JPN") else None, v[2], v[3])
        for k, v in TARGETS.items()
    ]
    columns = ["id", "name", "kind", "country", "parent", "lat", "lon"]
    lane_table, path_table = lanes()
    sources = [
        ("igu-2025", "International Gas Union", "World LNG Report 2025", "2025-05",
         "https://www.igu.org/", "facts only", "read in a summary"),
        ("giignl-2025", "GIIGNL", "Annual Report 2025", "2025-06", None, "facts only", None),
        ("own", "Seawall", "Own estimate <by rule>", "2026-11", None, "CC BY 4.0", None),
    ]  # fmt: skip
    assumptions = [
        ("contract_floor", 0.8, "share", "every origin", "no published figure for all buyers",
         "engine", 0.6, 0.95, "own", "assumption"),
        ("demurrage", 0.004, "share of price per week", "waiting ships", "charter of a carrier",
         "engine", 0.002, 0.01, "own", "estimate"),
        ("drop_below", 0.04, "Mt/yr", "reconciled lanes", "smaller lanes are noise", "engine",
         None, None, "own", "assumption"),
    ]  # fmt: skip
    demand_rows = [
        (f"d{i}", place, "gas", tier, sector, q, "Mt/yr", "own", "estimate")
        for i, (place, tier, sector, q, _, _) in enumerate(DEMANDS)
    ]
    tables = {
        "places": pd.DataFrame(places, columns=columns),
        "passages": pd.DataFrame(
            [(k, *v) for k, v in PASSAGES.items()], columns=["id", "name", "kind", "lat", "lon"]
        ),
        "commodities": pd.DataFrame(
            [("lng", "LNG", "clean energy", "traded", "Mt"),
             ("gas", "gas", "clean energy", "used", "Mt")],
            columns=["id", "name", "sector", "stage", "unit"],
        ),
        "facilities": pd.DataFrame(
            [(f"{k}-plants", f"{v[0]} liquefaction", "liquefaction", k, v[4], "Mt/yr",
              "igu-2025", "estimate") for k, v in ORIGINS.items()],
            columns=["id", "name", "process", "place", "base", "unit", "source", "confidence"],
        ),
        "demands": pd.DataFrame(
            demand_rows,
            columns=["id", "place", "commodity", "tier", "sector", "quantity", "unit", "source",
                     "confidence"],
        ),
        "sources": pd.DataFrame(
            sources, columns=["id", "publisher", "title", "date", "url", "licence", "note"]
        ),
        "assumptions": pd.DataFrame(
            assumptions,
            columns=["id", "value", "unit", "applies_to", "why", "used_by", "low", "high",
                     "source", "confidence"],
        ),
        "stocks": pd.DataFrame(
            [("IND-WEST", "lng", 0.718, "Mt", "own", "assumption"),
             ("JPN-KANTO", "lng", 1.46, "Mt", "igu-2025", "looked-up")],
            columns=["place", "commodity", "start", "unit", "source", "confidence"],
        ),
        "lanes": lane_table,
        "paths": path_table,
    }  # fmt: skip
    settings = SimpleNamespace(
        title="India–Japan: LNG", about="What if a sea passage shuts?", currency="USD",
        money_year=2026, start=START, period_days=7, periods=PERIODS, headline=("IND", "JPN"),
    )  # fmt: skip
    return Study(settings, tables)


# place, tier, sector, Mt a year, share lost at the worst: frozen, foresight
DEMANDS = [
    ("IND", "essential", "fertiliser: sowing-season need", 10.8, 0.10, 0.0),
    ("IND", "essential", "city gas: households and CNG", 8.1, 0.0, 0.0),
    ("IND", "important", "fertiliser: rest", 5.8, 0.85, 0.22),
    ("IND", "important", "refinery", 6.8, 0.92, 0.45),
    ("IND", "important", "city gas: industrial and commercial", 3.2, 0.95, 0.6),
    ("IND", "important", "petrochemical and other industry: hard to switch", 4.6, 0.95, 0.55),
    ("IND", "deferrable", "petrochemical and other industry: naphtha at hand", 4.6, 1.0, 0.9),
    ("IND", "deferrable", "power: peak and coal hours", 7.5, 1.0, 1.0),
    ("JPN", "essential", "power: core", 29.4, 0.0, 0.0),
    ("JPN", "essential", "city gas: households, shops, hospitals", 9.6, 0.0, 0.0),
    ("JPN", "important", "power: replaceable by oil plants", 5.9, 0.12, 0.0),
    ("JPN", "important", "city gas: industry", 13.3, 0.02, 0.0),
    ("JPN", "important", "other", 3.3, 0.03, 0.0),
    ("JPN", "deferrable", "power: replaceable by coal, nuclear timing, saving", 4.0, 0.82, 0.64),
]
RIVALS = {
    "PAK": 0.42, "BGD": 0.33, "THA": 0.17, "CHN": 0.11, "KOR": 0.05, "TWN": 0.06, "SGP": 0.09,
    "EU-NW": 0.08, "EU-MED": 0.07,
}  # fmt: skip


def shape(delay: int, weeks: int, start: int = FIRST) -> np.ndarray:
    """Depth of a shortage over the weeks: it opens after ``delay`` weeks and closes slowly."""
    t = np.arange(PERIODS, dtype=float)
    begin, end = start + delay, start + weeks + 2.0
    rise = np.clip((t - begin) / 1.5, 0.0, 1.0)
    fall = np.clip((end + 8.0 - t) / 8.0, 0.0, 1.0)
    return np.minimum(rise, fall)


DELAY = {("IND", "frozen"): 1, ("IND", "foresight"): 2, ("JPN", "frozen"): 3,
         ("JPN", "foresight"): 5}  # fmt: skip
COVER = {"IND": 12.0, "JPN": 22.0}
IMPORTS = {"IND": 26.0, "JPN": 65.5}


def stress(
    data: Study, *, title: str = "Hormuz shut for 60 days", passage: str = "hormuz",
    scale: float = 1.0, weeks: int = WEEKS_SHUT,
) -> Result:  # fmt: skip
    dates = [START + timedelta(days=7 * t) for t in range(PERIODS)]
    lines, rows = [], []
    for place in ("IND", "JPN"):
        for response in ("frozen", "foresight"):
            curve = shape(DELAY[place, response], weeks)
            lost_all = np.zeros(PERIODS)
            need_all = 0.0
            per_tier: dict[str, list[Any]] = {}
            for where, tier, sector, quantity, frozen, foresight in DEMANDS:
                if where != place:
                    continue
                week = quantity * 7 / 365
                depth = min(1.0, scale * (frozen if response == "frozen" else foresight))
                lost = week * depth * curve
                rows.append(indicator(title, response, place, tier, sector, week, lost))
                need, gone = per_tier.get(tier, [0.0, np.zeros(PERIODS)])
                per_tier[tier] = [need + week, gone + lost]
                lost_all += lost
                need_all += week
            rows += [indicator(title, response, place, tier, "all", need, gone)
                     for tier, (need, gone) in per_tier.items()]  # fmt: skip
            rows.append(indicator(title, response, place, "all", "all", need_all, lost_all))
            cover = COVER[place] * (1.0 - 0.68 * np.minimum(1.0, curve * 1.2))
            stock = cover * IMPORTS[place] / 365
            per_tier["all"] = [need_all, lost_all]
            for tier, (need, gone) in per_tier.items():
                lines += [
                    (title, response, place, "gas", tier, dates[t], need, need - gone[t],
                     stock[t] if tier == "all" else None,
                     11.3 + 20 * curve[t] if response != "frozen" else None)
                    for t in range(PERIODS)
                ]  # fmt: skip
    for place, depth in RIVALS.items():
        for response in ("frozen", "foresight"):
            week = TARGETS[place][4] * 7 / 365
            factor = scale * (1.0 if response == "foresight" else 0.6)
            lost = week * depth * factor * shape(1, weeks)
            rows.append(indicator(title, response, place, "elastic", "all LNG", week, lost, "lng"))
            rows.append(indicator(title, response, place, "elastic", "all", week, lost, "lng"))
            rows.append(indicator(title, response, place, "all", "all", week, lost, "lng"))
    columns = ["scenario", "response", "place", "commodity", "tier", "period_start", "demand",
               "served", "stock", "price"]  # fmt: skip
    base_flows, flows = flow_tables(data, title, passage, weeks, dates)
    scenario = SimpleNamespace(
        title=title,
        about="A what-if: every ship stops for 60 days, then traffic comes back in six weeks. "
        "It is not a forecast.",
        sources=(SimpleNamespace(title="Press, March 2026", url="https://example.org/a?b=1&c=2",
                                 date="2026-03-04"),),
        shock=(SimpleNamespace(passage=passage, start_day=0, days=weeks * 7 - 3, depth=1.0),),
    )  # fmt: skip
    return Result(
        {
            "indicators": pd.DataFrame(rows),
            "timeline": pd.DataFrame(lines, columns=columns),
            "flows": flows,
            "base_flows": base_flows,
        },
        data,
        scenario,
        ("frozen", "foresight"),
        {"unserved": "Mt", "value_lost": "MUSD"},
    )


def indicator(
    scenario: str, response: str, place: str, tier: str, sector: str, week: float,
    lost: np.ndarray, commodity: str = "gas",
) -> dict[str, Any]:  # fmt: skip
    demand, unserved = week * PERIODS, float(lost.sum())
    short = np.flatnonzero(lost > 0.001 * week)
    first = 7.0 * (short[0] + 1.0 - lost[short[0]] / week) if len(short) else None
    frozen = response == "frozen"
    return {
        "scenario": scenario, "response": response, "place": place, "commodity": commodity,
        "tier": tier, "sector": sector, "demand": demand, "unserved": unserved,
        "unserved_share": unserved / demand, "priced_out": 0.0 if frozen else None,
        "missing": unserved if frozen else None, "value_lost": unserved * 51.5 * 21.0,
        "first_shortfall_day": first, "time_to_survive_days": first if frozen else None,
        "time_to_recover_days": 7.0 * (short[-1] + 1) if len(short) else 0.0,
        "weeks_short": float(len(short)), "worst_share": float(lost.max()) / week,
        "worst_day": 7.0 * int(lost.argmax()), "cover_days": COVER.get(place),
        "censored": frozen and first is None,
        "low": 0.6 * unserved, "high": 1.6 * unserved,
        "grade": "C" if place == "JPN" else None,
    }  # fmt: skip


def flow_tables(
    data: Study, title: str, passage: str, weeks: int, dates: list[date]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    table = data.table("lanes")
    used = table[table["base"] > 0]
    base = used[["id", "origin", "destination", "route", "base", "days", "freight"]].rename(
        columns={"id": "lane", "base": "quantity"}
    )
    base["residual"] = 0.5
    rows = []
    names = [p.split("@")[0] for p in used["passages"].str.split(";").explode().dropna()]
    if passage not in names:
        raise ValueError(f"no lane crosses {passage}")
    detour = table[table["id"].str.endswith(f"~not-{passage}")].set_index("replaces")["id"]
    for lane in used.to_dict("records"):
        hit = passage in str(lane["passages"])
        for response in ("frozen", "foresight"):
            for t in range(PERIODS):
                amount = lane["base"] * 7 / 365
                key = lane["id"]
                if hit and t < weeks:
                    if lane["id"] not in detour:
                        continue
                    key = detour[lane["id"]]
                elif t < weeks and response == "foresight" and lane["origin"].startswith("USA"):
                    amount *= 1.3 if "IND" in lane["destination"] else 0.85
                rows.append((title, response, key, dates[t], amount))
    columns = ["scenario", "response", "lane", "period_start", "quantity"]
    return base, pd.DataFrame(rows, columns=columns)


def sweep(data: Study) -> Result:
    sizes = {
        "QAT": ("plant_group", 9.0, 5.1), "hormuz": ("passage", 9.9, 5.8),
        "malacca": ("passage", 0.7, 0.3), "AUS-WEST": ("plant_group", 1.3, 0.9),
        "USA-GULF": ("plant_group", 2.1, 1.2), "OMN": ("plant_group", 1.6, 0.7),
        "AUS": ("country", 2.0, 1.4), "MYS": ("plant_group", 0.3, 0.1),
        "panama": ("passage", 0.05, 0.0), "suez": ("passage", 0.0, 0.0),
    }  # fmt: skip
    rows = []
    for place, factor in (("IND", 0.55), ("JPN", 0.45)):
        for target, (kind, frozen, foresight) in sizes.items():
            flip = 2.3 if (place == "JPN" and target not in ("QAT", "hormuz")) else 1.0
            for response, lost in (("frozen", frozen), ("foresight", foresight)):
                amount = lost * factor * flip
                rows.append((target, kind, response, place, amount, amount * 900.0,
                             30.0 / (0.1 + amount)))  # fmt: skip
    columns = ["targets", "kind", "response", "place", "unserved", "value_lost",
               "time_to_survive_days"]  # fmt: skip
    return Result({"ranking": pd.DataFrame(rows, columns=columns)}, data)


def exposure(data: Study) -> Result:
    direct, look, through = [], [], []
    suppliers = {"IND": {"QAT": 0.43, "USA-GULF": 0.2, "ARE": 0.12, "OMN": 0.06, "NGA": 0.05},
                 "JPN": {"AUS-WEST": 0.31, "MYS": 0.15, "AUS-EAST": 0.08, "USA-GULF": 0.1,
                         "RUS-EAST": 0.09, "QAT": 0.045}}  # fmt: skip
    crossed = {"IND": {"hormuz": 0.55, "good-hope": 0.27, "malacca": 0.02},
               "JPN": {"hormuz": 0.063, "malacca": 0.12, "lombok": 0.22, "panama": 0.08,
                       "good-hope": 0.05}}  # fmt: skip
    for place, shares in suppliers.items():
        direct += [(place, "lng", supplier, share) for supplier, share in shares.items()]
        look += [(place, "lng", "traded", supplier, share) for supplier, share in shares.items()]
    for place, shares in crossed.items():
        through += [(place, "lng", passage, share) for passage, share in shares.items()]
    tables = {
        "direct": pd.DataFrame(direct, columns=["place", "commodity", "supplier", "share"]),
        "lookthrough": pd.DataFrame(
            look, columns=["place", "commodity", "stage", "origin", "share"]
        ),
        "passages": pd.DataFrame(through, columns=["place", "commodity", "passage", "share"]),
        "indices": pd.DataFrame(
            [("lng", "IND", "hhi", 0.25), ("lng", "JPN", "hhi", 0.16)],
            columns=["commodity", "place", "index", "value"],
        ),
        "flags": pd.DataFrame(
            [("IND", "lng", "single passage", "hormuz", 0.55)],
            columns=["place", "commodity", "flag", "what", "share"],
        ),
    }
    return Result(tables, data)


def extra() -> dict[str, pd.DataFrame]:
    moves = [
        ("production", "QAT", 79.5, 81.2, 1.7, 0.3, "igu-2025", "estimate"),
        ("trade", "USA-GULF~EU-NW", 38.0, 41.9, 3.9, 0.3, "giignl-2025", "recalled"),
        ("demand", "CHN", 74.0, 72.1, -1.9, 0.1, "giignl-2025", "estimate"),
    ]
    lengths = [
        (weeks, response, place, rate * weeks * (1.0 if response == "frozen" else 0.55),
         rate * weeks / 100 * (1.0 if response == "frozen" else 0.55))
        for weeks in (4, 11, 17, 26)
        for response in ("frozen", "foresight")
        for place, rate in (("IND", 0.5), ("JPN", 0.2))
    ]  # fmt: skip
    return {
        "moves": pd.DataFrame(
            moves,
            columns=["what", "place or lane", "prior", "reconciled", "change", "sigma", "source",
                     "confidence"],
        ),
        "raised": pd.DataFrame(
            [("TTO-plants", 11.8, 8.67, 8.5)],
            columns=["facility", "nameplate", "capacity", "base"],
        ),
        "variants": pd.DataFrame(
            [("domestic gas pooled", "frozen", "IND", 4.9, 0.047),
             ("domestic gas not pooled", "frozen", "IND", 4.6, 0.089)],
            columns=["variant", "response", "place", "unserved", "unserved_share"],
        ),
        "closure_lengths": pd.DataFrame(
            lengths, columns=["weeks", "response", "place", "unserved", "unserved_share"]
        ),
    }  # fmt: skip
