"""Plants as circles on the land: outlines without borders."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from seawall.report.layout import Label, figure
from seawall.report.worldmap import land, path_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["PlantMap", "circle_map", "plant_map"]

WIDTH, HEIGHT = 760.0, 820.0
#: Degrees around the outermost plants, degrees that a map shows at least, square px for a t/day.
MARGIN, WIDEST, AREA = 1.5, 24.0, 2.6
PAYS, LOSES = "#0072B2", "#D55E00"
LEGEND = (1.5, 8.2, 33.0)


@dataclass(frozen=True)
class PlantMap:
    """Shapes to be defined once, and the map with its key and caption as HTML."""

    shapes: str
    html: str


def plant_map(plants: pd.DataFrame) -> PlantMap:
    """Draw plants by position, size and whether they earn what they cost; large ones below."""
    radius = np.sqrt(plants["size"].to_numpy(float) * AREA)
    size = plants["size"].to_numpy(float)
    titles = [
        f"{name}: {amount:g} t/day" for name, amount in zip(plants["district"], size, strict=True)
    ]
    legend = [(f"{amount:g} t/day", float(np.sqrt(amount * AREA))) for amount in LEGEND]
    return circle_map(
        plants, radius, plants["value"].to_numpy(float) >= 0.0, titles, legend=legend, names=False,
        words="Each circle is a plant, its area the size. {land} Districts are taken as discs, so "
        "positions are good to some ten kilometres.",
    )  # fmt: skip


def circle_map(
    spots: pd.DataFrame,
    radius: Floats,
    pays: NDArray[np.bool_],
    titles: Sequence[str],
    *,
    legend: Sequence[tuple[str, float]],
    names: bool,
    words: str,
) -> PlantMap:
    """Draw circles by position on the land, without borders.

    Parameters
    ----------
    spots
        Columns `lat`, `lon`, and `name` where names are written beside the circles.
    radius, pays, titles
        Of each: px, whether it earns what it costs, what the pointer shows.
    legend
        Words and px.
    words
        Caption; `{land}` becomes what is said of borders.
    """
    lat, lon = spots["lat"].to_numpy(float), spots["lon"].to_numpy(float)
    middle = float(np.radians(lat.mean()))
    margin = max(MARGIN, (WIDEST - max(float(np.ptp(lon)), float(np.ptp(lat)))) / 2.0)
    west, south = lon.min() - margin, lat.min() - margin
    east, north = lon.max() + margin, lat.max() + margin
    scale = min(WIDTH / ((east - west) * np.cos(middle)), HEIGHT / (north - south))
    width, height = (east - west) * np.cos(middle) * scale, (north - south) * scale

    def place(x: Floats, y: Floats) -> Floats:
        return np.column_stack([(x - west) * np.cos(middle) * scale, (north - y) * scale])

    shapes = ['<use href="#site-land" class="land"/>']
    labels: list[Label] = []
    points = place(lon, lat)
    for n in np.argsort(-radius, kind="stable"):
        colour = PAYS if pays[n] else LOSES
        shapes.append(
            f'<circle cx="{points[n, 0]:.1f}" cy="{points[n, 1]:.1f}" r="{radius[n]:.1f}" '
            f'fill="{colour}" fill-opacity=".55" stroke="#fff" stroke-width=".5">'
            f"<title>{escape(titles[n])}</title></circle>"
        )
        if names:
            name = str(spots["name"].iloc[n]).partition(" (")[0]
            labels.append(Label(name, points[n, 0] + radius[n] + 5.0, points[n, 1] + 4.3, 13.0))
    x, y = width - 150.0, 26.0
    for told, r in legend:
        shapes.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="none" stroke="#1f2a37"/>'
        )
        labels.append(Label(told, x + max(18.0, r + 6.0), y + 4.3, 12.5))
        y += max(24.0, 2.2 * r)
    drawn = figure(width, height, shapes, labels, "Map of the plants")
    rings = "".join(
        path_data(place(ring[:, 0], ring[:, 1]), closed=True)
        for ring in land().rings if _near(ring, west, east, south, north)
    )  # fmt: skip
    key = (
        f'<ul class="key"><li><span class="dot" style="background:{PAYS}"></span> earns what it '
        f'costs</li><li><span class="dot" style="background:{LOSES}"></span> does not</li></ul>'
    )
    said = words.format(land=f"Land outlines only ({land().source}): no borders are drawn.")
    return PlantMap(
        f'<path id="site-land" fill-rule="evenodd" d="{rings}"/>',
        f'<figure class="map">{key}{drawn.svg}<figcaption>{said}</figcaption></figure>',
    )


def _near(ring: Floats, west: float, east: float, south: float, north: float) -> bool:
    return bool(
        ring[:, 0].max() > west and ring[:, 0].min() < east
        and ring[:, 1].max() > south and ring[:, 1].min() < north
    )  # fmt: skip
