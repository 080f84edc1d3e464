"""Equal Earth map projection, centred on any meridian and cut cleanly behind it.

B. Savric, T. Patterson, B. Jenny (2018), The Equal Earth map projection, International Journal
of Geographical Information Science 33(3), 454-465. Equal area: a square centimetre of paper is
the same area of the Earth everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = NDArray[np.float64]

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
ROOT3 = float(np.sqrt(3.0))
STEP = 2.0  # degrees: lines and outlines are drawn through points at most this far apart


def project(lon: Array, lat: Array) -> Array:
    """Equal Earth coordinates of a sphere of radius 1.

    Parameters
    ----------
    lon : degrees from the central meridian, within [-180, 180]; any shape.
    lat : degrees, within [-90, 90]; same shape.

    Returns
    -------
    array of shape ``lon.shape + (2,)``: x to the east, y to the north (equations 1 to 3).
    """
    theta = np.arcsin(ROOT3 / 2.0 * np.sin(np.radians(lat)))
    t2 = theta * theta
    t6 = t2 * t2 * t2
    slope = 9.0 * A4 * t6 * t2 + 7.0 * A3 * t6 + 3.0 * A2 * t2 + A1
    x = 2.0 * ROOT3 * np.radians(lon) * np.cos(theta) / (3.0 * slope)
    y = theta * (A4 * t6 * t2 + A3 * t6 + A2 * t2 + A1)
    return np.stack([x, y], axis=-1)


def relative(lon: Array, centre: float) -> Array:
    """Degrees east of ``centre``, within [-180, 180)."""
    return (np.asarray(lon, dtype=float) - centre + 180.0) % 360.0 - 180.0


def unwrap(lon: Array) -> Array:
    """The same longitudes with whole turns added so that no step is longer than 180 degrees."""
    return np.asarray(np.unwrap(lon, period=360.0), dtype=float)


def densify(points: Array, step: float = STEP) -> Array:
    """Add points along straight lon-lat segments so that none is longer than ``step`` degrees."""
    if len(points) < 2:
        return points
    delta = np.diff(points, axis=0)
    counts = np.maximum(1, np.ceil(np.abs(delta).max(axis=1) / step)).astype(int)
    pieces = [
        start + np.arange(count)[:, None] / count * change
        for start, count, change in zip(points[:-1], counts, delta, strict=True)
    ]
    return np.vstack([*pieces, points[-1:]])


def cut_line(points: Array, centre: float) -> list[Array]:
    """Cut a line (lon, lat) where it passes behind the map.

    Returns pieces in degrees relative to ``centre``, each within [-180, 180]; both ends of a cut
    lie exactly on the edge of the map.
    """
    lon = unwrap(relative(points[:, 0], centre))
    line = densify(np.column_stack([lon, points[:, 1]]))
    turn = np.floor((line[:, 0] + 180.0) / 360.0)
    pieces: list[Array] = []
    current: list[Array] = [line[0] - [360.0 * turn[0], 0.0]]
    for k in range(1, len(line)):
        if turn[k] != turn[k - 1]:
            edge = 360.0 * max(turn[k], turn[k - 1]) - 180.0
            share = (edge - line[k - 1, 0]) / (line[k, 0] - line[k - 1, 0])
            lat = line[k - 1, 1] + share * (line[k, 1] - line[k - 1, 1])
            side = 180.0 if turn[k] > turn[k - 1] else -180.0
            current.append(np.array([side, lat]))
            pieces.append(np.array(current))
            current = [np.array([-side, lat])]
        current.append(line[k] - [360.0 * turn[k], 0.0])
    pieces.append(np.array(current))
    return [piece for piece in pieces if len(piece) > 1 and np.ptp(piece, axis=0).max() > 0.0]


def _clip(ring: Array, edge: float, keep_above: bool) -> Array:
    """Sutherland-Hodgman: the part of a closed ring on one side of a meridian."""
    sign = 1.0 if keep_above else -1.0
    inside = sign * (ring[:, 0] - edge) >= 0.0
    result: list[Array] = []
    for k in range(len(ring)):
        before = k - 1
        if inside[k] != inside[before]:
            share = (edge - ring[before, 0]) / (ring[k, 0] - ring[before, 0])
            lat = ring[before, 1] + share * (ring[k, 1] - ring[before, 1])
            result.append(np.array([edge, lat]))
        if inside[k]:
            result.append(ring[k])
    return np.array(result).reshape(-1, 2)


def cut_ring(ring: Array, centre: float) -> list[Array]:
    """Cut a closed ring (lon, lat; without its closing point) at the edges of the map.

    Returns closed rings in degrees relative to ``centre``, each within [-180, 180].

    Raises
    ------
    ValueError : the ring goes round a pole (its longitudes do not come back to their start).
    """
    lon = unwrap(relative(np.append(ring[:, 0], ring[0, 0]), centre))
    if abs(lon[-1] - lon[0]) > 180.0:
        raise ValueError("a ring round a pole cannot be drawn: leave Antarctica out")
    points = np.column_stack([lon[:-1], ring[:, 1]])
    result = []
    for turn in (-1.0, 0.0, 1.0):
        shifted = points - [360.0 * turn, 0.0]
        if shifted[:, 0].max() <= -180.0 or shifted[:, 0].min() >= 180.0:
            continue
        part = _clip(_clip(shifted, -180.0, True), 180.0, False) if len(shifted) else shifted
        if len(part) >= 3 and np.ptp(part[:, 0]) > 0.0:
            result.append(densify(np.vstack([part, part[:1]]))[:-1])
    return result


def great_circle(start: Sequence[float], end: Sequence[float], count: int = 40) -> Array:
    """Points (lon, lat) along the shorter great circle, shape (count, 2).

    Raises
    ------
    ValueError : the two points are opposite each other, so that no shortest way is distinct.
    """
    lon = np.radians([start[0], end[0]])
    lat = np.radians([start[1], end[1]])
    ends = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    angle = float(np.arccos(np.clip(ends[0] @ ends[1], -1.0, 1.0)))
    if angle < 1e-9:
        return np.array([start, end], dtype=float)
    if np.pi - angle < 1e-6:
        raise ValueError("no single great circle joins two opposite points")
    share = np.linspace(0.0, 1.0, count)[:, None]
    way = (np.sin((1.0 - share) * angle) * ends[0] + np.sin(share * angle) * ends[1]) / np.sin(
        angle
    )
    return np.column_stack(
        [np.degrees(np.arctan2(way[:, 1], way[:, 0])), np.degrees(np.arcsin(way[:, 2]))]
    )
