"""What happens at places: plants, terminals, stocks, demand and prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tools.build_india_japan.places import GROUP_NAMES, slug, terminals
from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions
    from tools.build_india_japan.flows import Importer
    from tools.build_india_japan.groups import Group

FACILITY_COLUMNS = (
    "id", "name", "process", "place", "output_place", "base", "low", "high", "capacity",
    "nameplate", "ramp_days", "unit", "cost", "cost_unit", "variant", "source", "confidence",
    "note",
)  # fmt: skip
STOCK_COLUMNS = (
    "place", "commodity", "start", "floor", "tank", "unit", "usable", "loss", "holder", "variant",
    "source", "confidence", "note",
)  # fmt: skip
DEMAND_COLUMNS = (
    "id", "place", "commodity", "tier", "sector", "quantity", "low", "high", "unit", "wtp",
    "wtp_low", "wtp_high", "wtp_unit", "elasticity", "variant", "source", "confidence", "note",
)  # fmt: skip
PRICE_COLUMNS = (
    "place", "commodity", "price", "unit", "low", "high", "source", "confidence", "note",
)  # fmt: skip
DAYS_PER_YEAR = 365
EUROPE = ("EU-NW", "EU-MED", "GBR", "TUR")
BASE_MONTHS = ("2026-01", "2026-02")


@dataclass(frozen=True)
class Terminal:
    """A terminal with its base flow and what it can send out, in Mt a year."""

    id: str
    row: Row
    base: float
    capacity: float
    storage_share: float
    note: str


def load_terminals(places: dict[str, Importer], assume: Assumptions) -> dict[str, Terminal]:
    """Terminals with the base of their coast shared out among them.

    Indian terminals share by capacity times utilisation, Japanese ones by capacity.
    """
    rows = terminals(places)
    weight = {name: number(r, "capacity_mtpa") * _used(r, assume) for name, r in rows.items()}
    found: dict[str, Terminal] = {}
    for name, row in rows.items():
        coast = [n for n, r in rows.items() if r["cluster"] == row["cluster"]]
        base = places[row["cluster"]].base * weight[name] / sum(weight[n] for n in coast)
        volume = sum(number(rows[n], "storage_m3") for n in coast)
        capacity, note = number(row, "capacity_mtpa"), ""
        if name == "dabhol":
            capacity = assume["port_limit_dabhol"]
            note = "usable capacity: nameplate 5.0, port shut in the monsoon"
        if capacity < base * assume["regas_margin"]:
            note = f"capacity {decimal(capacity)} is less than the base, raised to base x 1.02"
            capacity = base * assume["regas_margin"]
        found[name] = Terminal(name, row, base, capacity, number(row, "storage_m3") / volume, note)
    return found


def _used(row: Row, assume: Assumptions) -> float:
    if row["country"] == "JPN":
        return 1.0
    if row["utilisation_pct_fy2024_25"]:
        return number(row, "utilisation_pct_fy2024_25") / 100
    if row["name"] == "Chhara":
        return assume["chhara_utilisation"] / 100
    raise FactError(f"no utilisation for {row['name']}")


def gas_place(cluster: str) -> str:
    """Where the gas of a coast is used: India is one pool, Japan has no national grid."""
    return "IND" if cluster.startswith("IND") else cluster


def facilities(
    groups: dict[str, Group],
    places: dict[str, Importer],
    ends: dict[str, Terminal],
    assume: Assumptions,
    sources: Sources,
) -> list[Row]:
    """Liquefaction at plant groups, regasification at terminals, India's own gas."""
    found = [_liquefaction(g, assume, sources) for g in groups.values()]
    for end in ends.values():
        coast = places[end.row["cluster"]]
        part = end.base / coast.base
        found.append({
            "id": f"{end.id}-regas", "name": f"{end.row['name']} regasification",
            "process": "regasification", "place": end.id,
            "output_place": gas_place(coast.id), "base": decimal(end.base),
            "low": decimal(coast.low * part), "high": decimal(coast.high * part),
            "capacity": decimal(end.capacity), "nameplate": end.row["capacity_mtpa"],
            "ramp_days": "0", "unit": "Mt/yr", "source": sources.add(end.row),
            "confidence": "estimate",
            "note": "; ".join(filter(None, [_shared(end, coast), end.note])),
        })  # fmt: skip
    domestic = assume.rows["india_domestic"]
    amounts = {
        key: number(domestic, column) / assume["india_gas_volume"]
        for key, column in (("base", "value"), ("low", "low"), ("high", "high"))
    }
    price = next(r for r in read("lng_assumptions") if r["what"] == "domestic gas price, India")
    found.append({
        "id": "IND-domestic-gas", "name": "India's own gas", "process": "domestic_gas",
        "place": "IND", "capacity": decimal(amounts["base"]), "unit": "Mt/yr",
        "cost": decimal(number(price, "value") * assume["energy_content"], 2),
        "cost_unit": "USD/t", "variant": "pooled", "source": sources.add(domestic),
        "confidence": confidence(domestic),
        "note": "34.3 bcm / 1.312 bcm per Mt; can't surge; serves all users only where pooled",
        **{key: decimal(value) for key, value in amounts.items()},
    })  # fmt: skip
    return sorted(found, key=lambda r: r["id"])


def _shared(end: Terminal, coast: Importer) -> str:
    rule = "capacity x utilisation" if coast.code == "IND" else "capacity"
    return f"base of {coast.id} shared by {rule}"


def _liquefaction(group: Group, assume: Assumptions, sources: Sources) -> Row:
    notes = [group.margin["derivation"]]
    if group.nameplate < group.base:
        notes.append("nameplate is less than what is shipped")
    if any(p["status"].startswith("sanctioned") for p in group.plants):
        notes.append("nameplate includes sanctioned plants")
    if group.spare_row is None or not group.spare:
        notes.append("no reachable spare")
    else:
        notes.append(f"reachable spare {decimal(group.spare, 2)}: {group.spare_row['limit']}")
    return {
        "id": f"{group.id}-liquefaction", "name": f"{GROUP_NAMES[group.id]}, liquefaction",
        "process": "liquefaction", "place": group.id, "base": decimal(group.base),
        "low": decimal(group.low), "high": decimal(group.high),
        "capacity": decimal(group.base + group.spare), "nameplate": decimal(group.nameplate),
        "ramp_days": decimal(assume["surge_ramp"]), "unit": "Mt/yr",
        "source": sources.add(group.margin), "confidence": confidence(group.margin),
        "note": "; ".join(filter(None, notes)),
    }  # fmt: skip


def stocks(
    groups: dict[str, Group],
    places: dict[str, Importer],
    ends: dict[str, Terminal],
    assume: Assumptions,
    sources: Sources,
) -> list[Row]:
    """Tanks at plants, at importing places, and at Indian and Japanese terminals."""
    found: list[Row] = []
    for group in groups.values():
        tank = group.base * assume["export_tank"] / DAYS_PER_YEAR
        found.append({
            "place": group.id, "start": decimal(tank / 2),
            "floor": decimal(tank * assume["export_floor"]), "tank": decimal(tank),
            "holder": "plants", "source": sources.add(assume.rows["export_tank"]),
            "confidence": "assumption",
            "note": "a week of output, half full; the floor is heel and the cargo next to load",
        })  # fmt: skip
    for place in places.values():
        if place.code in ("IND", "JPN"):
            continue
        row = place.row
        found.append({
            "place": place.id, "start": row["stock_mt"], "floor": row["stock_floor_mt"],
            "tank": row["stock_capacity_mt"], "holder": "terminals", "source": sources.add(row),
            "confidence": "estimate", "note": "1 March of a normal year",
        })  # fmt: skip
    for end in ends.values():
        coast = places[end.row["cluster"]].row
        part = {
            key: decimal(number(coast, column) * end.storage_share, 5)
            for key, column in (
                ("start", "stock_mt"), ("floor", "stock_floor_mt"), ("tank", "stock_capacity_mt"),
            )
        }  # fmt: skip
        found.append(part | {
            "place": end.id, "holder": "terminal users", "source": sources.add(end.row),
            "confidence": "estimate",
            "note": f"stock of {end.row['cluster']} shared by storage volume",
        })  # fmt: skip
    return [
        {"commodity": "lng", "unit": "Mt", **row} for row in sorted(found, key=lambda r: r["place"])
    ]


def demands(places: dict[str, Importer], assume: Assumptions, sources: Sources) -> list[Row]:
    """Tiers of India and of each Japanese coast; one elastic row for everybody else."""
    tiers = [r for r in read("demand_tiers") if r["row_kind"] == "tier"]
    elastic = {r["place"]: r for r in read("demand_tiers") if r["row_kind"] == "elasticity"}
    found: list[Row] = []
    own = assume["india_domestic"] / assume["india_gas_volume"]
    supply = {
        key: sum(getattr(p, key) for p in places.values() if p.code == "IND")
        for key in ("base", "low", "high")
    }
    for row in tiers:
        if row["place"] == "IND":
            pooled = row["scope"] == "all_gas"
            amounts = {k: v + own if pooled else v for k, v in supply.items()}
            variant = "pooled" if pooled else "unpooled"
            found.append(_tier(row, "IND", amounts, variant, sources))
        else:
            for place in places.values():
                if place.code == row["place"]:
                    amounts = {k: getattr(place, k) for k in ("base", "low", "high")}
                    found.append(_tier(row, place.id, amounts, "", sources))
    for place in places.values():
        if place.code in ("IND", "JPN"):
            continue
        row = elastic.get(place.id) or elastic.get(place.code) or elastic["ROW"]
        note = row["note"]
        if number(place.row, "elasticity") != number(row, "elasticity"):
            note += f"; lng_importers.csv has {place.row['elasticity']}"
        found.append({
            "id": f"{place.id}.lng", "place": place.id, "commodity": "lng", "tier": "elastic",
            "sector": "all LNG", "quantity": decimal(place.base), "low": decimal(place.low),
            "high": decimal(place.high), "unit": "Mt/yr",
            "elasticity": decimal(number(row, "elasticity")),
            "source": sources.add(place.margin), "confidence": confidence(place.margin),
            "note": f"{place.margin['derivation']}; elasticity: {row['source']}, {note}",
        })  # fmt: skip
    return sorted(found, key=lambda r: r["id"])


def _tier(row: Row, place: str, amounts: dict[str, float], variant: str, sources: Sources) -> Row:
    share = number(row, "quantity_share")
    ending = ".imported" if variant == "unpooled" else ""
    return {
        "id": f"{place}.{slug(row['sector'])}{ending}", "place": place, "commodity": "gas",
        "tier": row["tier"], "sector": row["sector"],
        "quantity": decimal(amounts["base"] * share), "low": decimal(amounts["low"] * share),
        "high": decimal(amounts["high"] * share), "unit": "Mt/yr", "wtp": row["wtp_mid"],
        "wtp_low": row["wtp_low"], "wtp_high": row["wtp_high"], "wtp_unit": "USD/MMBtu",
        "variant": variant, "source": sources.add(row), "confidence": confidence(row),
        "note": f"willingness to pay: {row['wtp_method']}",
    }  # fmt: skip


def prices(places: dict[str, Importer], assume: Assumptions, sources: Sources) -> list[Row]:
    """Base prices where gas or LNG is used."""
    months = [r for r in read("prices") if r["series"] == "ttf" and r["period"] in BASE_MONTHS]
    if len(months) != len(BASE_MONTHS):
        raise FactError(f"prices.csv lacks TTF for {BASE_MONTHS}")
    ttf = sum(number(r, "value") for r in months) / len(months)
    asia = assume.rows["price_asia"]
    nodes = {(gas_place(p.id), "gas") if p.code in ("IND", "JPN") else (p.id, "lng")
             for p in places.values()}  # fmt: skip
    found: list[Row] = []
    for place, commodity in sorted(nodes):
        if place in EUROPE:
            found.append({
                "place": place, "commodity": commodity, "price": decimal(ttf),
                "unit": "USD/MMBtu", "source": sources.add(months[0]), "confidence": "looked-up",
                "note": "TTF, mean of January and February 2026",
            })  # fmt: skip
            continue
        found.append({
            "place": place, "commodity": commodity, "price": asia["value"], "unit": "USD/MMBtu",
            "low": asia["low"], "high": asia["high"], "source": sources.add(asia),
            "confidence": confidence(asia), "note": "delivered price of early 2026",
        })  # fmt: skip
    return found
