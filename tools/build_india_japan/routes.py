"""Routes of a pair from facts/sea_lanes.csv: main lanes and detours, Red Sea avoided or open."""

from __future__ import annotations

from dataclasses import dataclass, field

from tools.build_india_japan.sea import CLOSABLE
from tools.build_india_japan.tables import FactError, read

RED_SEA_SHUT = frozenset({"bab_el_mandeb"})
OPEN: frozenset[str] = frozenset()
WORDS = {
    "panama": "Panama",
    "suez": "Suez",
    "cape_good_hope": "the Cape",
    "magellan": "Magellan",
    "malacca": "Malacca",
    "sunda": "Sunda",
    "lombok": "Lombok",
    "makassar": "Makassar",
    "taiwan_strait": "the Taiwan Strait",
    "luzon_strait": "the Luzon Strait",
    "bab_el_mandeb": "Bab-el-Mandeb",
    "gibraltar": "Gibraltar",
    "hormuz": "Hormuz",
}
# What names a route; the others only when a detour must be told from its main lane.
GATES = ("panama", "suez", "cape_good_hope", "magellan", "malacca", "sunda", "lombok")


AMERICAN_ATLANTIC = ("USA-GULF", "USA-ATLANTIC", "MEX-GULF", "TTO")
AMERICAN_PACIFIC = ("PER", "CAN")
AMERICAN_PLACES = ("LAM-N", "LAM-S")
ATLANTIC_PLACES = ("EU-NW", "EU-MED", "GBR", "TUR", "EGY", "ROW")
NORTH_EAST_ASIA = ("KOR", "CHN", "TWN")


def to_north_east_asia(origin: str, place: str) -> bool:
    """Whether the pair runs from Atlantic America to Japan, Korea, China or Taiwan."""
    return origin in AMERICAN_ATLANTIC and (place in NORTH_EAST_ASIA or place.startswith("JPN"))


def avoided(origin: str, place: str) -> frozenset[str]:
    """Passages that ships of this pair never take.

    Only cargo from or to America takes Panama, and of that none to South and South-East Asia,
    where the canal saves little.
    """
    pacific = origin in AMERICAN_PACIFIC and place in ATLANTIC_PLACES
    if to_north_east_asia(origin, place) or pacific or place in AMERICAN_PLACES:
        return frozenset()
    return frozenset({"panama"})


@dataclass(frozen=True)
class Route:
    """A sea path between a plant group and an importing place.

    Attributes
    ----------
    crossings
        Passages and their distance from the load port, in nautical miles.
    """

    nm: float
    crossings: tuple[tuple[str, float], ...]
    points: str = field(compare=False)

    def crosses(self, passage: str) -> bool:
        """Whether the route uses this passage."""
        return any(p == passage for p, _ in self.crossings)

    @property
    def closable(self) -> tuple[str, ...]:
        """Passages of the route that can be shut, in the order of sailing."""
        return tuple(p for p, _ in self.crossings if p in CLOSABLE)

    def words(self) -> str:
        """Name of the route in words, such as ``by the Cape and Malacca``."""
        gates = [WORDS[p] for p, _ in self.crossings if p in GATES]
        return "by " + " and ".join(gates) if gates else "direct"


class Routes:
    """All computed routes, asked by pair and by what is shut."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], dict[frozenset[str], Route | None]] = {}
        for row in read("sea_lanes"):
            shut = frozenset(filter(None, row["closed"].split(";")))
            route = None
            if row["nm"]:
                marks = [m.split("@") for m in row["crosses"].split(";") if m]
                crossings = tuple((name, float(nm)) for name, nm in marks)
                route = Route(float(row["nm"]), crossings, row["points"])
            self._rows.setdefault((row["origin"], row["destination"]), {})[shut] = route

    def get(self, origin: str, destination: str, shut: frozenset[str]) -> Route | None:
        """The route with these passages shut; None where the sea leaves none."""
        try:
            return self._rows[origin, destination][shut]
        except KeyError as error:
            raise FactError(
                f"facts/sea_lanes.csv has no row {origin} - {destination} with {sorted(shut)} "
                "shut: run with --distances"
            ) from error
