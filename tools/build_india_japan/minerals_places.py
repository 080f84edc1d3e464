"""Places of the mineral and chip chains: countries, and the recyclers of Chinese swarf."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.build_india_japan.minerals_works import SCRAP
from tools.build_india_japan.sources import confidence
from tools.build_india_japan.tables import FactError, Row, by_key, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tools.build_india_japan.sources import Sources

_PLANTS = " (LNG plants)"


def names() -> dict[str, str]:
    """Names of countries by code."""
    return {row["id"]: row["name"] for row in read("mineral_places")}


def joined(places: list[Row], used: Iterable[str], sources: Sources) -> list[Row]:
    """Rows of places.csv with the countries of the mineral chains.

    A place of the gas chain that is also a country here keeps its kind and position, and gets the
    country's name.
    """
    facts, found = by_key(read("mineral_places"), "id"), {row["id"]: row for row in places}
    for name in sorted(set(used)):
        if name not in facts:
            raise FactError(f"facts/mineral_places.csv has no row for {name}")
        fact = facts[name]
        if name in found:
            if found[name]["name"].endswith(_PLANTS):
                found[name] = found[name] | {"name": fact["name"]}
            continue
        found[name] = {
            "id": name, "name": fact["name"], "kind": fact["kind"], "country": fact["country"],
            "parent": "CHN" if name == SCRAP else "", "lat": fact["lat"], "lon": fact["lon"],
            "source": sources.add(fact), "confidence": confidence(fact), "note": fact["note"],
        }  # fmt: skip
    return [found[name] for name in sorted(found)]
