"""places.csv: countries, plant groups, importing places, terminals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import FactError, Row, read

if TYPE_CHECKING:
    from tools.build_india_japan.flows import Importer
    from tools.build_india_japan.groups import Group

COLUMNS = (
    "id", "name", "kind", "country", "parent", "lat", "lon", "source", "confidence", "note",
)  # fmt: skip
GROUP_NAMES = {
    "AGO": "Angola", "ARE": "United Arab Emirates", "AUS-EAST": "Australia, east",
    "AUS-WEST": "Australia, west and north", "BRN": "Brunei", "CAN": "Canada, Pacific",
    "CMR": "Cameroon", "COG": "Congo", "DZA": "Algeria", "GNQ": "Equatorial Guinea",
    "IDN": "Indonesia", "MEX-GULF": "Mexico, Gulf", "MOZ": "Mozambique",
    "MRT": "Mauritania and Senegal", "MYS": "Malaysia", "NGA": "Nigeria", "NOR": "Norway",
    "OMN": "Oman", "PER": "Peru", "PNG": "Papua New Guinea", "QAT": "Qatar",
    "RUS-EAST": "Russia, Pacific", "RUS-WEST": "Russia, Arctic and Baltic",
    "TTO": "Trinidad and Tobago", "USA-ATLANTIC": "United States, Atlantic",
    "USA-GULF": "United States, Gulf of Mexico",
}  # fmt: skip
# Countries, or groups of them, with more than one place in the study: name, kind, main place.
COUNTRIES = {
    "AUS": ("Australia", "country", "AUS-WEST"),
    "EU": ("European Union", "region", "EU-NW"),
    "IND": ("India", "country", "IND-WEST"),
    "JPN": ("Japan", "country", "JPN-KANTO"),
    "LAM": ("Latin America and Caribbean", "region", "LAM-N"),
    "RUS": ("Russia", "country", "RUS-WEST"),
    "USA": ("United States", "country", "USA-GULF"),
}


def slug(text: str) -> str:
    """Lower-case id of a name; what stands in brackets stays, because Himeji has two owners."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def terminals(places: dict[str, Importer]) -> dict[str, Row]:
    """Indian and Japanese terminals by id; the sum row of small ports is no place."""
    found: dict[str, Row] = {}
    for row in read("lng_regas"):
        if row["country"] not in ("IND", "JPN") or "aggregate" in row["name"]:
            continue
        if row["cluster"] not in places:
            raise FactError(f"terminal {row['name']} belongs to no place: {row['cluster']!r}")
        found[slug(row["name"])] = row
    return dict(sorted(found.items()))


def rows(groups: dict[str, Group], places: dict[str, Importer], sources: Sources) -> list[Row]:
    """All rows of places.csv, by id."""
    found: dict[str, Row] = {}
    for group in groups.values():
        found[group.id] = _row(
            group.id, f"{GROUP_NAMES[group.id]} (LNG plants)", "plant_group", group.country,
            group.port, sources, f"position of {group.port['name']}",
        )  # fmt: skip
    for place in places.values():
        # Which countries a rest of the world holds differs from chain to chain.
        title, _, members = place.row["name"].partition(": ")
        whom = f"for gas {members}; " if members else ""
        found[place.id] = _row(
            place.id, title, "cluster", place.code, place.row, sources,
            f"{whom}position of {place.row['port']}; inside passage: {place.row['inside_passage']}",
        )  # fmt: skip
    for name, row in terminals(places).items():
        found[name] = _row(
            name, row["name"], "terminal", row["country"], row, sources, row["note"]
        ) | {"parent": row["cluster"]}
    for code, (name, kind, main) in COUNTRIES.items():
        found[code] = found[main] | {
            "id": code, "name": name, "kind": kind, "country": code, "parent": "",
            "note": f"position of {main}, for the map only",
        }  # fmt: skip
    for row in found.values():
        if row["country"] in COUNTRIES and not row["parent"] and row["id"] != row["country"]:
            row["parent"] = row["country"]
    return [found[name] for name in sorted(found)]


def _row(
    name: str, title: str, kind: str, country: str, fact: Row, sources: Sources, note: str
) -> Row:
    return {
        "id": name, "name": title, "kind": kind, "country": country, "parent": "",
        "lat": fact["lat"], "lon": fact["lon"], "source": sources.add(fact),
        "confidence": confidence(fact), "note": note,
    }  # fmt: skip
