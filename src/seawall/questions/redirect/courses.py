"""Courses of voyages: where a ship is on a day, and what it crosses when.

The table of voyages writes a course as "lon lat;lon lat" and crossings as "passage@days after
departure", so that files hold them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from seawall.questions.redirect.instance import Floats

__all__ = ["along", "crossings_of", "made_good", "points_of"]

EARTH_NM = 3440.065


def points_of(text: str) -> list[tuple[float, float]]:
    """(lon, lat) of the turning points of a course."""
    pairs = [point.split() for point in text.split(";") if point.strip()]
    return [(float(lon), float(lat)) for lon, lat in pairs]


def crossings_of(text: str, departs: float = 0.0) -> list[tuple[str, float]]:
    """Passages that a voyage crosses and the day on which it does; `departs` is its first day."""
    pairs = [crossing.rsplit("@", 1) for crossing in text.split(";") if crossing.strip()]
    return [(name, departs + float(days)) for name, days in pairs]


def along(points: Sequence[tuple[float, float]], part: float) -> tuple[float, float]:
    """The place (lon, lat) after a part of a course, by great-circle length of its stretches."""
    course = np.asarray(points, dtype=float)
    lon = np.unwrap(course[:, 0], period=360.0)  # a course may cross the date line
    lat = course[:, 1]
    lengths = _lengths(lon, lat)
    done = np.concatenate([[0.0], np.cumsum(lengths)])
    at = min(max(part, 0.0), 1.0) * done[-1]
    if done[-1] <= 0:
        return float(course[-1, 0]), float(course[-1, 1])
    east = float(np.interp(at, done, lon))
    return (east + 180.0) % 360.0 - 180.0, float(np.interp(at, done, lat))


def _lengths(lon: Floats, lat: Floats) -> Floats:
    """Lengths of stretches [nm], by the haversine formula."""
    a, b = np.radians(lat[:-1]), np.radians(lat[1:])
    half = np.sin((b - a) / 2) ** 2
    half = half + np.cos(a) * np.cos(b) * np.sin(np.radians(np.diff(lon)) / 2) ** 2
    result: Floats = 2 * EARTH_NM * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))
    return result


def made_good(
    day: float,
    departs: float,
    arrives: float,
    waits: float,
    crossings: Sequence[tuple[str, float]] = (),
) -> float:
    """Part of a voyage that is behind a ship on a day; it waits before a passage that is shut.

    `crossings` are passages with the days on which it passes them.
    """
    sails = arrives - departs - waits
    if day <= departs:
        return 0.0
    if day >= arrives or sails <= 0:
        return 1.0
    # Days of sailing that lie between a crossing and the end, once all waiting is done.
    ahead = [sails - (arrives - crossed) for _, crossed in crossings if crossed > day]
    if crossings and not ahead:
        return (sails - (arrives - day)) / sails
    done = min([day - departs, sails, *(reach for reach in ahead if reach >= 0)])
    return float(max(0.0, done) / sails)
