"""Fewer points for a sea path without drawing it over land.

Points are taken out in the order of the triangle that they span with their neighbours
(Visvalingam and Whyatt 1993), but only where the new leg meets no more land than the old two.
Needs shapely, as ``--distances`` needs searoute.
"""

from __future__ import annotations

import json
from typing import Any

from tools.build_india_japan.tables import ROOT

Point = tuple[float, float]
MOST_POINTS = 20
# Degrees of land that a removal may add; raised in turn while too many points are left.
LAND_STEPS = (0.02, 0.1, 0.3, 1.0, 3.0, 1000.0)


class Coast:
    """Land outlines of the package, asked for how much of a leg lies on land."""

    def __init__(self) -> None:
        import shapely

        text = (ROOT / "src" / "seawall" / "data" / "land.json").read_text(encoding="utf-8")
        rings: list[list[float]] = json.loads(text)["rings"]
        shapes = [
            shapely.Polygon(list(zip(ring[::2], ring[1::2], strict=True))).buffer(0)
            for ring in rings
            if len(ring) >= 8
        ]
        self._shapely: Any = shapely
        self._shapes: list[Any] = shapes
        self._tree: Any = shapely.STRtree(shapes)
        self._known: dict[tuple[Point, Point], float] = {}

    def land(self, start: Point, end: Point) -> float:
        """Length in degrees of the straight leg's part on land."""
        if (start, end) not in self._known:
            leg = self._shapely.LineString([start, end])
            met = self._tree.query(leg, predicate="intersects")
            self._known[start, end] = sum(leg.intersection(self._shapes[i]).length for i in met)
        return self._known[start, end]

    def simplify(self, points: list[Point], most: int = MOST_POINTS) -> list[Point]:
        """Fewer points for a path; the two at a crossing of 180 degrees always stay."""
        rounded = [(round(x, 2), round(y, 2)) for x, y in points]
        kept = [p for i, p in enumerate(rounded) if i == 0 or p != rounded[i - 1]]
        for allowed in LAND_STEPS:
            while len(kept) > most and (worst := self._least(kept, allowed)):
                del kept[worst]
        return kept

    def _least(self, points: list[Point], allowed: float) -> int:
        """Index of the point that changes the line least, or 0 if none may go."""
        best, index = float("inf"), 0
        for i in range(1, len(points) - 1):
            a, b, c = points[i - 1 : i + 2]
            if max(abs(b[0] - a[0]), abs(c[0] - b[0]), abs(c[0] - a[0])) > 180:
                continue
            area = abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2
            if area >= best:
                continue
            if self.land(a, c) <= self.land(a, b) + self.land(b, c) + allowed:
                best, index = area, i
        return index
