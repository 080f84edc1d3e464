"""Ways by sea between the terminals of a generated book."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from seawall.errors import InputError, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.network.seaways import Route, Seaways
    from seawall.questions.redirect.book_trade import Stream, Trade

    Floats = NDArray[np.float64]

__all__ = ["SeaWays", "Way", "Ways"]


@dataclass(frozen=True)
class Way:
    """A way from one terminal to another: `nm` long."""

    nm: float
    route: Route

    def back(self) -> Way:
        """The same way from its end to its begin."""
        crossings = tuple((p, self.nm - at) for p, at in reversed(self.route.crossings))
        points = self.route.points[::-1]
        return Way(self.nm, replace(self.route, points=points, crossings=crossings))


class Ways(Protocol):
    """How far it is, and where a ship is when it has made so many miles."""

    def way(self, load: str, terminal: str, stream: Stream) -> Way:
        """The way of a cargo, by the route of its stream."""

    def ballast(self, terminals: Sequence[str], loads: Sequence[str]) -> Floats:
        """(terminals, loads) miles back, by the shortest way that ships take in the base."""

    def along(self, way: Way, nm: float) -> tuple[float, float]:
        """Longitude and latitude after so many miles."""


class SeaWays:
    """Ways along the sea lanes of a study.

    A ship keeps clear of the passages that its stream does not take in the base; where that leaves
    no way, only of those that nobody takes.
    """

    def __init__(self, seaways: Seaways, trade: Trade) -> None:
        self.seaways = seaways
        self.shunned = (
            frozenset.intersection(*(s.around for s in trade.streams))
            if trade.streams
            else frozenset[str]()
        )
        self._kept: dict[tuple[str, str, frozenset[str]], Way] = {}

    def way(self, load: str, terminal: str, stream: Stream) -> Way:
        """The way of a cargo, by the route of its stream.

        Raises
        ------
        InputError
            The sea lanes do not join the two terminals.
        """
        key = (load, terminal, stream.around)
        if key not in self._kept:
            for around in (stream.around, self.shunned, frozenset[str]()):
                route = self.seaways.route(load, terminal, around)
                if route is not None and np.isfinite(route.nm):
                    self._kept[key] = Way(float(route.nm), route)
                    break
            else:
                rule = f"no way by sea leads there from {load}"
                raise InputError([Problem("sea_legs.csv", None, "", terminal, rule, "add legs")])
        return self._kept[key]

    def ballast(self, terminals: Sequence[str], loads: Sequence[str]) -> Floats:
        """(terminals, loads) miles back, by the shortest way that ships take in the base."""
        return np.asarray(self.seaways.distances(list(loads), list(terminals), self.shunned)).T

    def along(self, way: Way, nm: float) -> tuple[float, float]:
        """Longitude and latitude after so many miles."""
        lon, lat = self.seaways.along(way.route, min(max(nm, 0.0), way.nm))
        return float(lon), float(lat)
