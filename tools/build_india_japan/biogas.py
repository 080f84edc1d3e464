"""Districts, residues, plants and buyers of gas: what siting a thousand plants needs.

Rules that the facts leave open are stated here, and the rows that follow them are estimates:

- Rice straw of Punjab and Haryana is raised until the five crops of the state come to what the
  states' table of 2009 has, since the national surplus fraction is too low where straw is not fed
  to cattle.  Uttar Pradesh, for which the two disagree the other way, is left as counted bottom-up.
- Crops are those of 2008 to 2014, not scaled to later harvests; that lies within low and high.
- City networks take what their companies sell, less the fleets that are named; what is left of the
  national sales goes to states by their stations and within them by population.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tools.build_india_japan.places import slug
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import Row, by_key, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.sources import Sources

Table = tuple[tuple[str, ...], list[Row]]

END = ("source", "confidence", "note")
#: States whose straw the national fraction understates.
RAISED = ("Punjab", "Haryana")
DAYS = 365.0
SIZES = (1.5, 3.0, 5.0, 8.2, 14.0, 22.0, 33.0)
#: Fleets of transit_gas.csv by (city, item), with the district in whose middle they stand.
FLEETS = {
    ("Mumbai", "BEST", "CNG use of buses"): "Mumbai",
    ("Mumbai", "autorickshaws (city)", "CNG use"): "Mumbai Suburban",
    ("Mumbai", "taxis", "CNG use"): "Mumbai",
    ("Delhi", "DTC and cluster", "CNG use of buses"): "New Delhi",
    ("Pune", "PMPML", "CNG use of buses"): "Pune",
    ("Ahmedabad", "AMTS", "CNG use of buses"): "Ahmadabad",
}
#: City networks by assumption, with the district in whose middle they stand.
CITIES = {"site_mgl_sales": ("Mumbai and around", "Mumbai Suburban", "Mumbai"),
          "site_igl_sales": ("Delhi region", "New Delhi", "Delhi")}  # fmt: skip
#: Single plants of cbg_projects.csv: the others are averages or programmes.
PLANTS = {
    "Verbio Lehragaga": ("rice_straw", "operating", "2022"),
    "HPCL Budaun": ("rice_straw", "operating", "2024"),
    "EverEnviro Indore": ("", "operating", "2022"),
    "Banas-Suzuki plant 1": ("dung", "operating", "2025-12"),
    "Banas-Suzuki plants 2-4": ("dung", "announced", ""),
}


def tables(assume: Assumptions, sources: Sources) -> dict[str, Table]:
    """The seven tables of siting."""
    districts, regions = read("districts"), {r["state"]: r["iso"] for r in read("states")}
    return {
        "districts": _districts(districts, regions, sources),
        "feedstocks": _feedstocks(sources),
        "feed_calendars": _calendars(sources),
        "residues": _residues(districts, sources),
        "plant_sizes": _sizes(sources),
        "gas_places": _places(districts, regions, assume, sources),
        "gas_plants": _plants(regions, sources),
    }


def _id(row: Row) -> str:
    return f"d{int(row['census2011_code']):03}"


def _districts(districts: list[Row], regions: dict[str, str], sources: Sources) -> Table:
    columns = ("id", "name", "region", "region_name", "lat", "lon", "area", "population", *END)
    return columns, [
        {"id": _id(row), "name": row["district"], "region": regions[row["state"]],
         "region_name": row["state"], "lat": row["lat"], "lon": row["lon"],
         "area": row["area_km2"], "population": row["population_2011"],
         "source": sources.add(row), "confidence": "looked-up"}
        for row in districts
    ]  # fmt: skip


def _feedstocks(sources: Sources) -> Table:
    columns = ("id", "name", "gas_yield", "price", "loading", "loss", "kept", "store_price",
               "manure", *END)  # fmt: skip
    return columns, [
        {name: row.get(name, "") for name in columns}
        | {"source": sources.add(row), "confidence": confidence(row)}
        for row in read("biogas_feeds")
    ]


def _calendars(sources: Sources) -> Table:
    columns = ("feedstock", "month", "available", "used", *END)
    return columns, [
        {name: row.get(name, "") for name in columns}
        | {"source": sources.add(row), "confidence": confidence(row)}
        for row in read("biogas_calendar")
    ]


def _residues(districts: list[Row], sources: Sources) -> Table:
    columns = ("district", "feedstock", "low", "middle", "high", *END)
    bottom: dict[str, float] = defaultdict(float)
    top: dict[str, float] = defaultdict(float)
    rice: dict[str, float] = defaultdict(float)
    for row in districts:
        bottom[row["state"]] += number(row, "surplus_5crop_t")
        # Blank in union territories that the states' table leaves out.
        top[row["state"]] += number(row, "surplus_alloc_t") if row["surplus_alloc_t"] else 0.0
        rice[row["state"]] += number(row, "surplus_rice_t")
    found = []
    for row in districts:
        state = row["state"]
        raised = 1.0
        if state in RAISED:
            raised += (top[state] - bottom[state]) / rice[state]
        for feed in read("biogas_feeds"):
            middle = _arising(row, feed["column"])
            note = ""
            if feed["id"] == "rice_straw" and state in RAISED:
                middle *= raised
                note = f"x {decimal(raised, 2)}: the state's total of 2009"
            if middle < 1.0:
                continue
            found.append(
                {"district": _id(row), "feedstock": feed["id"], "middle": decimal(middle, 0),
                 "low": decimal(middle * number(feed, "low"), 0),
                 "high": decimal(middle * number(feed, "high"), 0),
                 "source": sources.add(row), "confidence": "estimate", "note": note}
            )  # fmt: skip
    return columns, found


def _arising(row: Row, column: str) -> float:
    """Tonnes a year; dung that can be gathered is half of 10 kg a day of cattle, 15 of buffalo."""
    if column == "dung":
        heads = 10.0 * number(row, "cattle_2019_est") + 15.0 * number(row, "buffalo_2019_est")
        return 0.5 * heads / 1000.0 * DAYS
    return number(row, column)


def _sizes(sources: Sources) -> Table:
    """Capital as built, through Budaun and Lehragaga, and by the norm of the policy; the dearest
    reading is that of the dung plants with their filling stations, in proportion."""
    columns = ("size", "capital_low", "capital", "capital_high", *END)
    built = by_key(read("cbg_projects"), "name")
    small = built["Banas-Suzuki plant 1"]
    crore = 10.0
    source = sources.own(
        "own-cost-of-gas-plants",
        "own estimate: 133 crore INR x (size/14)^0.59 through Budaun and Lehragaga; norm 40 x "
        "(size/8.2)^0.75 of SATAT's mean",
    )

    def as_built(size: float) -> float:
        cost: float = number(built["HPCL Budaun"], "capex_crore_inr") * (size / 14.0) ** 0.59
        return cost * crore

    dearer = number(small, "capex_crore_inr") * crore / as_built(1.5)
    return columns, [
        {"size": decimal(size), "capital": decimal(as_built(size), 1),
         "capital_low": decimal(40.0 * crore * (size / 8.2) ** 0.75, 1),
         "capital_high": decimal(as_built(size) * dearer, 1), "source": source,
         "confidence": "estimate",
         "note": "two plants support the curve between 14 and 33 t/day; smaller ones are "
                 "extrapolated" if size < 14.0 else ""}
        for size in SIZES
    ]  # fmt: skip


def _places(
    districts: list[Row], regions: dict[str, str], assume: Assumptions, sources: Sources
) -> Table:
    columns = ("id", "name", "region", "lat", "lon", "kind", "quantity", *END)
    at = {row["district"]: row for row in districts}
    by_fleet = {(r["city"], r["operator"], r["item"]): r for r in read("transit_gas")}
    found: list[Row] = []
    taken: dict[str, float] = defaultdict(float)
    fleets: dict[str, float] = defaultdict(float)
    for key, district in FLEETS.items():
        row, where = by_fleet[key], at[district]
        fleets[key[0]] += number(row, "value")
        taken[where["state"]] += number(row, "value")
        found.append(_place(
            slug(f"{key[0]} {key[1]}"), f"{key[0]}, {key[1]}", where, regions, "fleet",
            number(row, "value"), sources.add(row), f"in the middle of {district}; {row['source']}",
        ))  # fmt: skip
    for name, (title, district, city) in CITIES.items():
        rest = assume[name] - fleets[city]
        taken[at[district]["state"]] += rest
        found.append(_place(
            slug(title), f"{title}, city gas", at[district], regions, "city", rest,
            sources.add(assume.rows[name]), f"CNG sold, less the fleets named; in {district}",
        ))  # fmt: skip
    found += _spread(districts, regions, taken, assume, sources)
    return columns, found


def _spread(
    districts: list[Row], regions: dict[str, str], taken: dict[str, float], assume: Assumptions,
    sources: Sources,
) -> list[Row]:  # fmt: skip
    """What vehicles elsewhere use, district by district."""
    states = by_key(read("states"), "state")
    open_ = {
        name: max(number(row, "cng_demand_kt_per_yr_est") * 1000.0 / DAYS - taken.get(name, 0.0), 0)
        for name, row in states.items()
    }
    rest = assume["site_gas_demand"] * 1000.0 / DAYS - sum(taken.values())
    people: dict[str, float] = defaultdict(float)
    for row in districts:
        people[row["state"]] += number(row, "population_2011")
    found = []
    for row in districts:
        state = row["state"]
        share = number(row, "population_2011") / people[state]
        quantity = rest * open_[state] / sum(open_.values()) * share
        if quantity >= 0.01:
            found.append(_place(
                _id(row), f"{row['district']}, vehicles", row, regions, "district", quantity,
                sources.add(states[state]), "share of the state by population",
            ))  # fmt: skip
    return found


def _place(
    name: str, title: str, where: Row, regions: dict[str, str], kind: str, quantity: float,
    source: str, note: str,
) -> Row:  # fmt: skip
    return {
        "id": name, "name": title, "region": regions[where["state"]], "lat": where["lat"],
        "lon": where["lon"], "kind": kind, "quantity": decimal(quantity, 2), "source": source,
        "confidence": "estimate", "note": note,
    }  # fmt: skip


def _plants(regions: dict[str, str], sources: Sources) -> Table:
    columns = ("id", "name", "region", "lat", "lon", "feedstock", "feed", "size", "status",
               "opened", *END)  # fmt: skip
    facts = by_key(read("cbg_projects"), "name")
    return columns, [
        {"id": slug(name), "name": name, "region": regions[row["state"]], "lat": row["lat"],
         "lon": row["lon"], "feedstock": feed, "feed": row["feed_t_per_day"],
         "size": row["cbg_t_per_day"], "status": status, "opened": opened,
         "source": sources.add(row), "confidence": confidence(row), "note": row["note"]}
        for name, (feed, status, opened) in PLANTS.items()
        for row in [facts[name]]
    ]  # fmt: skip
