"""Districts split into cells, and what lies near what.

No outlines of districts are kept, so a district is taken as a disc of its area around its middle,
and its cells are equal parts of that disc, at the points of a sunflower head (Vogel 1979): point k
of n lies at the radius R sqrt((k + 1/2) / n), turned by k times the golden angle.  Half of all
cells go to districts by area, half by the gas that their residues hold, at least one to each: large
deserts need no fine grid, rich plains do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from seawall.errors import UsageError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

__all__ = ["EARTH", "OWN_HAUL", "Cells", "Pairs", "near", "split"]

EARTH = 6371.0
#: Mean distance from the middle of a disc, in radii: what hauling within one's own cell comes to.
OWN_HAUL = 2.0 / 3.0
_GOLDEN = np.pi * (3.0 - np.sqrt(5.0))


@dataclass(frozen=True)
class Cells:
    """Cells of all districts, district by district.

    `lat`, `lon` (n,) in degrees; `district` (n,) row of the district; `area` (n,) in km2; `part`
    (n,) share of the district that the cell is.
    """

    lat: Floats
    lon: Floats
    district: Ints
    area: Floats
    part: Floats

    def __len__(self) -> int:
        return len(self.lat)


@dataclass(frozen=True)
class Pairs:
    """Who is near whom: `start` (n+1,) into `other` and `km` (k,), nearest first; great circle."""

    start: Ints
    other: Ints
    km: Floats

    @property
    def owner(self) -> Ints:
        """(k,) whose neighbour each entry is."""
        return np.repeat(np.arange(len(self.start) - 1), np.diff(self.start))


def split(lat: Floats, lon: Floats, area: Floats, potential: Floats, count: int) -> Cells:
    """Split districts into about `count` cells.

    Parameters
    ----------
    lat, lon, area, potential
        (d,) middle in degrees, km2, and gas that residues hold, in any unit.

    Raises
    ------
    UsageError
        When there are fewer cells than districts.
    """
    if count < len(lat):
        raise UsageError(f"cells: {len(lat)} districts need at least as many cells, not {count}")
    weight = 0.5 * area / area.sum() + 0.5 * potential / max(potential.sum(), 1e-300)
    parts = np.maximum(1, np.round(weight * count)).astype(np.int64)
    district = np.repeat(np.arange(len(lat)), parts)
    rank = np.arange(len(district)) - np.repeat(np.cumsum(parts) - parts, parts)
    of = parts[district]
    radius = np.sqrt(area[district] / np.pi) * np.sqrt((rank + 0.5) / of)
    # The only cell of a district lies in its middle.
    radius = np.where(of == 1, 0.0, radius)
    angle = rank * _GOLDEN
    degree = np.degrees(1.0 / EARTH)
    north = lat[district] + radius * np.sin(angle) * degree
    east = lon[district] + radius * np.cos(angle) * degree / np.cos(np.radians(lat[district]))
    return Cells(north, east, district, area[district] / of, 1.0 / of)


def near(lat: Floats, lon: Floats, other_lat: Floats, other_lon: Floats, reach: float) -> Pairs:
    """What of the others lies within `reach` km of each, by great circle, nearest first."""
    ours, others = cKDTree(_ball(lat, lon)), cKDTree(_ball(other_lat, other_lon))
    chord = 2.0 * np.sin(min(reach / EARTH, np.pi) / 2.0)
    found = ours.sparse_distance_matrix(others, chord, output_type="ndarray")
    km = 2.0 * EARTH * np.arcsin(np.minimum(found["v"] / 2.0, 1.0))
    order = np.lexsort((found["j"], km, found["i"]))
    start = np.concatenate([[0], np.cumsum(np.bincount(found["i"], minlength=len(lat)))])
    return Pairs(start.astype(np.int64), found["j"][order].astype(np.int64), km[order])


def _ball(lat: Floats, lon: Floats) -> Floats:
    """(n, 3) points on the unit sphere."""
    phi, lam = np.radians(lat), np.radians(lon)
    return np.column_stack([np.cos(phi) * np.cos(lam), np.cos(phi) * np.sin(lam), np.sin(phi)])
