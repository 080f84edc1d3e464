"""Plants as circles on the land: outlines without borders."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from seawall.report.layout import Label, figure
from seawall.report.worldmap import land, path_data

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["PlantMap", "plant_map"]

WIDTH, HEIGHT = 760.0, 820.0
#: Degrees around the outermost plants, and square px for a t/day.
MARGIN, AREA = 1.5, 2.6
PAYS, LOSES = "#0072B2", "#D55E00"
LEGEND = (1.5, 8.2, 33.0)


@dataclass(frozen=True)
class PlantMap:
    """Shapes to be defined once, and the map with its key and caption as HTML."""

    shapes: str
    html: str


def plant_map(plants: pd.DataFrame) -> PlantMap:
    """Draw plants by position, size and whether they earn what they cost; large ones below."""
    lat, lon = plants["lat"].to_numpy(float), plants["lon"].to_numpy(float)
    middle = float(np.radians(lat.mean()))
    west, south = lon.min() - MARGIN, lat.min() - MARGIN
    east, north = lon.max() + MARGIN, lat.max() + MARGIN
    scale = min(WIDTH / ((east - west) * np.cos(middle)), HEIGHT / (north - south))
    width, height = (east - west) * np.cos(middle) * scale, (north - south) * scale

    def place(x: Floats, y: Floats) -> Floats:
        return np.column_stack([(x - west) * np.cos(middle) * scale, (north - y) * scale])

    shapes = ['<use href="#site-land" class="land"/>']
    points = place(lon, lat)
    radius = np.sqrt(plants["size"].to_numpy(float) * AREA)
    pays = plants["value"].to_numpy(float) >= 0.0
    names = plants["district"].to_numpy()
    size = plants["size"].to_numpy(float)
    for n in np.argsort(-radius, kind="stable"):
        colour = PAYS if pays[n] else LOSES
        shapes.append(
            f'<circle cx="{points[n, 0]:.1f}" cy="{points[n, 1]:.1f}" r="{radius[n]:.1f}" '
            f'fill="{colour}" fill-opacity=".55" stroke="#fff" stroke-width=".5">'
            f"<title>{escape(str(names[n]))}: {size[n]:g} t/day</title></circle>"
        )
    labels = []
    x, y = width - 150.0, 26.0
    for amount in LEGEND:
        r = float(np.sqrt(amount * AREA))
        shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="none" stroke="#1f2a37"/>'
        )
        labels.append(Label(f"{amount:g} t/day", x + 18.0, y + 4.3, 12.5))
        y += 24.0
    drawn = figure(width, height, shapes, labels, "Map of the plants")
    rings = "".join(
        path_data(place(ring[:, 0], ring[:, 1]), closed=True)
        for ring in land().rings if _near(ring, west, east, south, north)
    )  # fmt: skip
    key = (
        f'<ul class="key"><li><span class="dot" style="background:{PAYS}"></span> earns what it '
        f'costs</li><li><span class="dot" style="background:{LOSES}"></span> does not</li></ul>'
    )
    return PlantMap(
        f'<path id="site-land" fill-rule="evenodd" d="{rings}"/>',
        f'<figure class="map">{key}{drawn.svg}<figcaption>Each circle is a plant, its area the '
        f"size. Land outlines only ({land().source}): no borders are drawn, and districts are "
        "taken as discs, so positions are good to some ten kilometres.</figcaption></figure>",
    )


def _near(ring: Floats, west: float, east: float, south: float, north: float) -> bool:
    return bool(
        ring[:, 0].max() > west and ring[:, 0].min() < east
        and ring[:, 1].max() > south and ring[:, 1].min() < north
    )  # fmt: skip
