"""Turn a TopoJSON of the world's land into the small outline that maps in reports use.

Run ``npm pack world-atlas``, unpack it, then::

    python tools/land_outline.py package/land-50m.json src/seawall/data/land.json

The input is land only (Natural Earth, public domain): no international border is in it, and
none may be added (design, section 8). Rings are simplified by Douglas and Peucker (1973) in
degrees, small islands and Antarctica are dropped, coordinates are rounded to 2 decimals.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]

SOURCE = "Natural Earth 4.1.0, 1:50m land, through the npm package world-atlas 2.0.2"
LICENCE = "public domain (data); ISC (packaging)"


def decode_arcs(topology: dict[str, Any]) -> list[Points]:
    """Arcs in degrees, shape (points, 2): TopoJSON stores quantised differences."""
    scale = np.array(topology["transform"]["scale"])
    shift = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def decode_rings(topology: dict[str, Any]) -> list[Points]:
    """All rings of the land geometry, outer rings and holes alike (they are filled even-odd)."""
    arcs = decode_arcs(topology)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for ring in polygon:
                pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
                rings.append(np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])]))
    return rings


def simplify(points: Points, tolerance: float) -> Points:
    """Douglas-Peucker on a line; a ring is cut in two at the point farthest from its start."""
    keep = np.zeros(len(points), dtype=bool)
    keep[0] = keep[-1] = True
    stack = [(0, len(points) - 1)]
    if np.allclose(points[0], points[-1]):
        far = int(np.argmax(np.hypot(*(points - points[0]).T)))
        keep[far] = True
        stack = [(0, far), (far, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        inner = points[first + 1 : last] - points[first]
        chord = points[last] - points[first]
        length = float(np.hypot(*chord))
        if length == 0.0:
            distance = np.hypot(*inner.T)
        else:
            distance = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length
        worst = int(np.argmax(distance))
        if distance[worst] > tolerance:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return points[keep]


def area(ring: Points) -> float:
    """Area in square degrees, shrunk by the cosine of the latitude."""
    lon, lat = ring[:, 0] * np.cos(np.radians(ring[:, 1].mean())), ring[:, 1]
    return abs(float(np.dot(lon[:-1], lat[1:]) - np.dot(lon[1:], lat[:-1]))) / 2


def outline(topology: dict[str, Any], tolerance: float, smallest: float) -> list[list[float]]:
    """Flat rings ``[lon, lat, lon, lat, ...]``, largest first, without the closing point."""
    rings = [ring for ring in decode_rings(topology) if ring[:, 1].max() > -60.0]
    rings = [ring for ring in rings if area(ring) >= smallest]
    rings.sort(key=area, reverse=True)
    result = []
    for ring in rings:
        small = np.round(simplify(ring, tolerance), 2)[:-1]
        if len(small) >= 3:
            result.append([int(v) if v == int(v) else float(v) for v in small.ravel()])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topojson", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--tolerance", type=float, default=0.12, help="degrees")
    parser.add_argument("--smallest", type=float, default=0.12, help="square degrees")
    args = parser.parse_args()
    topology = json.loads(args.topojson.read_text(encoding="utf-8"))
    rings = outline(topology, args.tolerance, args.smallest)
    document = {"source": SOURCE, "licence": LICENCE, "rings": rings}
    text = json.dumps(document, separators=(",", ":"))
    args.out.write_text(text + "\n", encoding="utf-8")
    points = sum(len(ring) for ring in rings) // 2
    print(f"{len(rings)} rings, {points} points, {len(text) / 1000:.0f} kB")


if __name__ == "__main__":
    main()
