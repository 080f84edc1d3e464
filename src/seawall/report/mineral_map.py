"""Map of what minerals and chips reach the headline countries in the base, coloured by chain."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from seawall.report import text, views
from seawall.report.layout import Box, Figure, Wish, figure, place_labels, shorten
from seawall.report.projection import cut_line
from seawall.report.worldmap import (
    CENTRE,
    INK,
    NARROW,
    THINNEST,
    WIDE,
    Frame,
    WorldMap,
    land,
    passage_names,
    path_data,
    route_points,
    to_units,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.report.chains_view import ChainsView
    from seawall.report.worldmap import Segment

COLOURS = ("#D55E00", "#0072B2", "#009E73", "#7B5EA7", "#CC79A7", "#E69F00", "#56B4E9", "#8C6D46")
WIDEST = 13.0  # px: the segment that carries most value
#: Lanes that together carry less than this part of their chain's value are not drawn.
LEAST = 0.002
MARKED = 0.02  # of the drawn value: passages below it are not named


@dataclass(frozen=True)
class Lanes:
    """Lanes into headline countries with their yearly value [million], and what is not drawn."""

    drawn: pd.DataFrame
    total: float
    nowhere: float


def lanes(view: ChainsView) -> Lanes:
    """Base flows of minerals and chips from abroad into the headline countries."""
    flows = _base_flows(view)
    table = views.table(view.study, "lanes")
    table = table.set_index(table["id"].astype(str))[["origin", "destination", "passages"]]
    flows = flows[flows["lane"].isin(table.index)]
    flows = flows.join(table[["passages"]], on="lane")
    home = flows["destination"].map(view.home)
    flows = flows[home.isin(view.places) & (flows["origin"].map(view.home) != home)]
    flows = flows.assign(
        chain=[view.chain(good) for good in flows["commodity"]],
        value=[
            view.value(good, place, float(amount))
            for good, place, amount in zip(
                flows["commodity"], flows["destination"], flows["quantity"], strict=True
            )
        ],
    )
    whole = flows.groupby("chain")["value"].transform("sum")
    rest = flows["origin"].map(view.rest).astype(bool)
    kept = flows[(flows["value"] >= LEAST * whole) & (flows["value"] > 0) & ~rest]
    total = float(flows["value"].sum())
    return Lanes(
        kept.sort_values("value", ascending=False, ignore_index=True), total,
        float(flows.loc[rest, "value"].sum()) / total if total else 0.0,
    )  # fmt: skip


def _base_flows(view: ChainsView) -> pd.DataFrame:
    """Base flows of all chains that a scenario of the report strikes, each lane once."""
    frames = [result.tables["base_flows"] for result in view.chains.stresses]
    if not frames:
        return pd.DataFrame(columns=["lane", "origin", "destination", "commodity", "quantity"])
    flows = pd.concat(frames, ignore_index=True).drop_duplicates("lane")
    flows = flows.assign(lane=flows["lane"].astype(str), quantity=views.figures(flows, "quantity"))
    return flows[(flows["quantity"] > 0) & ~flows["commodity"].isin(view.gas)]


def draw(view: ChainsView) -> WorldMap | None:
    """The map in two widths; None where there is nothing to draw."""
    found = lanes(view)
    if found.drawn.empty:
        return None
    order = found.drawn.groupby("chain")["value"].sum().sort_values(ascending=False)
    colours = {str(chain): COLOURS[k % len(COLOURS)] for k, chain in enumerate(order.index)}
    sums, guessed = _segments(view, found.drawn)
    scale = WIDEST / max(max(chain.values()) for chain in sums.values())
    shapes = "".join(
        _bundle(sums[chain], scale, colours[chain]) for chain in order.index.astype(str)
    )
    wide, narrow = (_drawing(view, found.drawn, width) for width in (WIDE, NARROW))
    return WorldMap(
        f'<g id="flows-minerals" class="flows">{shapes}</g>', wide, narrow,
        _key(order, colours, scale), _caption(found, guessed),
    )  # fmt: skip


def _segments(view: ChainsView, drawn: pd.DataFrame) -> tuple[dict[str, dict[Segment, float]], int]:
    """Value over each piece of the routes by chain, and how many lanes have no stored route."""
    places = views.table(view.study, "places")
    where = {
        str(i): (float(lon), float(lat))
        for i, lon, lat in zip(places["id"], places["lon"], places["lat"], strict=True)
    }
    stored = views.table(view.study, "paths")
    paths = dict(
        zip(views.column(stored, "lane").astype(str), views.column(stored, "points").astype(str),
            strict=True)
    )  # fmt: skip
    sums: dict[str, dict[Segment, float]] = {}
    guessed = 0
    for row in drawn.to_dict("records"):
        lane, chain = str(row["lane"]), sums.setdefault(str(row["chain"]), {})
        guessed += lane not in paths
        for points in route_points(lane, (where[row["origin"]], where[row["destination"]]), paths):
            for a, b in itertools.pairwise(points):
                one, two = sorted([tuple(np.round(a, 2)), tuple(np.round(b, 2))])
                segment = (float(one[0]), float(one[1]), float(two[0]), float(two[1]))
                chain[segment] = chain.get(segment, 0.0) + float(row["value"])
    return sums, guessed


def _bundle(sums: Mapping[Segment, float], scale: float, colour: str) -> str:
    groups: dict[float, list[str]] = {}
    for (lon1, lat1, lon2, lat2), size in sums.items():
        line = np.array([[lon1, lat1], [lon2, lat2]])
        data = "".join(path_data(to_units(p), closed=False) for p in cut_line(line, CENTRE))
        groups.setdefault(round(max(THINNEST, scale * size), 1), []).append(data)
    paths = "".join(
        f'<path stroke-width="{width:g}" d="{"".join(groups[width])}"/>'
        for width in sorted(groups, reverse=True)
    )
    return f'<g stroke="{colour}" stroke-linecap="round">{paths}</g>'


def _drawing(view: ChainsView, drawn: pd.DataFrame, width: float) -> Figure:
    frame = Frame(width)
    wide = width >= 1000.0
    marks, boxes, wishes = _marks(view, drawn, frame, wide)
    labels, leaders = place_labels(wishes, boxes, width, frame.height)
    move = f"translate({width / 2:g} {frame.top:.1f}) scale({frame.scale:.5f})"
    ground = (
        f'<g transform="{move}"><use href="#sea" class="sea"/><use href="#land" class="land"/>'
        '<use href="#flows-minerals"/></g>'
    )
    shapes = [
        ground,
        *marks,
        *(f'<path class="leader" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>' for a, b, c, d in leaders),
    ]
    title = "World map: minerals and chips that reach the countries of this report"
    return figure(width, frame.height, shapes, labels, title)


def _marks(
    view: ChainsView, drawn: pd.DataFrame, frame: Frame, wide: bool
) -> tuple[list[str], list[Box], list[Wish]]:
    """Ends and passages with the labels that they ask for, the headline countries first."""
    size = 13.0 if wide else 12.0
    places = views.table(view.study, "places")
    at = {
        str(i): frame.at(float(lon), float(lat))
        for i, lon, lat in zip(places["id"], places["lon"], places["lat"], strict=True)
    }
    marks, boxes, first, later = [], [], [], []
    origins = drawn.groupby("origin")["value"].sum()
    for place in dict.fromkeys(drawn["destination"].astype(str)):
        x, y = at[place]
        marks.append(f'<circle class="importer" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>')
        boxes.append(Box(x - 3.5, y - 3.5, 7.0, 7.0))
        first.append(Wish(shorten(view.place(place)), x, y, 3.5, size + 1, INK, True, True))
    for origin, amount in origins.items():
        place = str(origin)
        if place in set(drawn["destination"]):
            continue
        x, y = at[place]
        marks.append(f'<circle class="origin" cx="{x:.1f}" cy="{y:.1f}" r="3"/>')
        boxes.append(Box(x - 3.0, y - 3.0, 6.0, 6.0))
        later.append(
            (float(amount), Wish(shorten(view.place(place)), x, y, 3, size, "#41505f"))
        )  # fmt: skip
    for passage, amount, x, y in _passages(view, drawn, frame):
        marks.append(
            f'<path class="passage" d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>'
        )
        boxes.append(Box(x - 4.5, y - 4.5, 9.0, 9.0))
        later.append((1.6 * amount, Wish(shorten(passage), x, y, 4.5, size, INK)))
    later.sort(key=lambda pair: -pair[0])
    return marks, boxes, first + [wish for _, wish in later[: 34 if wide else 16]]


def _passages(
    view: ChainsView, drawn: pd.DataFrame, frame: Frame
) -> list[tuple[str, float, float, float]]:
    crossed = crossings(drawn)
    total = float(drawn["value"].sum())
    table = views.table(view.study, "passages")
    return [
        (view.names.short(key), crossed[str(key)], *frame.at(float(lon), float(lat)))
        for key, lat, lon in zip(table["id"], table["lat"], table["lon"], strict=True)
        if crossed.get(str(key), 0.0) > MARKED * total
    ]


def crossings(drawn: pd.DataFrame) -> dict[str, float]:
    """Yearly value of the drawn lanes over each passage [million]."""
    crossed: dict[str, float] = {}
    for cell, amount in zip(drawn["passages"], drawn["value"], strict=True):
        for passage in passage_names(cell):
            crossed[passage] = crossed.get(passage, 0.0) + float(amount)
    return crossed


def _key(order: pd.Series[Any], colours: Mapping[str, str], scale: float) -> str:
    entries = [
        f'<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" '
        f'stroke="{colours[str(chain)]}" stroke-width="5"/></svg> '
        f"{escape(text.capital(text.words(chain)))}: {escape(text.musd(amount))} a year</li>"
        for chain, amount in order.items()
    ]
    sample = float(f"{6.0 / scale:.1g}")
    entries.append(
        f'<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="#6b7785" '
        f'stroke-width="{sample * scale:.1f}"/></svg> Width: this is {escape(text.musd(sample))} '
        "a year</li>"
    )
    return f'<ul class="key">{"".join(entries)}</ul>'


def _caption(found: Lanes, guessed: int) -> str:
    outline = land()
    rest = (
        f" {text.pct(found.nowhere)} of the value comes from the rest of the world, which has no "
        "place on a map."
        if found.nowhere > 0.001
        else ""
    )
    straight = (
        f" {guessed} of {len(found.drawn)} lines have no stored sea route and follow a great "
        "circle, which may cross land."
        if guessed
        else ""
    )
    return (
        "Flows of the base year over every stage, by chain; widths show value at the prices of the "
        f"study, which are indicative.{rest} Diamonds are passages that the lines cross; lines "
        f"follow sea routes, simplified.{straight} Land outlines only: the map shows no borders "
        f"and takes no position on any. Outline: {outline.source}; {outline.licence}. Equal Earth "
        "projection, equal area."
    )
