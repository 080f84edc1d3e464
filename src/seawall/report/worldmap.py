"""World map of flows as SVG: land without borders, lanes by what a scenario does to them.

Shapes are made once in map units and used twice, for a wide and a narrow page, so that the words
on each keep a readable size. No border is drawn and none may be added (design, section 8).
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd

from seawall.report import text, views
from seawall.report.layout import Box, Figure, Wish, figure, place_labels, shorten
from seawall.report.projection import (
    Array,
    cut_line,
    cut_ring,
    great_circle,
    project,
    relative,
)

CENTRE = 75.0  # degrees east: the cut falls behind the Americas' west, Asia is in the middle
UNITS = 1000.0  # map units per radius of the globe
TOP, BOTTOM = 78.0, -52.0  # degrees of latitude shown
PX_PER_MT = 0.15  # width of a lane, px per Mt a year
THINNEST = 0.7
COLOURS = {
    "unchanged": "#8fa3b5",
    "more": "#009E73",
    "left": "#AA4499",
    "detoured": "#AA4499",
    "reduced": "#E69F00",
    "stopped": "#D55E00",
}
MEANING = {
    "stopped": "stopped",
    "reduced": "reduced",
    "detoured": "sent the long way round",
    "left": "usual route of those ships",
    "more": "more than before",
    "unchanged": "as before",
}
DASHED = frozenset({"stopped", "left"})
Segment = tuple[float, float, float, float]
INK, ALARM = "#1f2a37", "#A63C06"
WIDE, NARROW = 1120.0, 684.0  # px: a wide page; a narrow one or a sheet of A4


@dataclass(frozen=True)
class Land:
    """Rings of the land in degrees, and where they come from."""

    rings: tuple[Array, ...]
    source: str
    licence: str


@dataclass(frozen=True)
class WorldMap:
    """A map in two sizes, the shapes they share, the key and the caption (all HTML or SVG)."""

    shapes: str
    wide: Figure
    narrow: Figure
    key: str
    caption: str


def land() -> Land:
    """The land outline of the package."""
    raw = (resources.files("seawall") / "data" / "land.json").read_text(encoding="utf-8")
    document = json.loads(raw)
    rings = tuple(np.array(ring, dtype=float).reshape(-1, 2) for ring in document["rings"])
    return Land(rings, str(document["source"]), str(document["licence"]))


def to_units(points: Array) -> Array:
    """Degrees relative to the centre to map units, y downwards, shape (points, 2)."""
    result: Array = project(points[:, 0], points[:, 1]) * UNITS * [1.0, -1.0]
    return result


def path_data(points: Array, closed: bool) -> str:
    """SVG path through points in map units, whole numbers, relative steps."""
    whole = np.round(points).astype(int)
    steps = np.diff(whole, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    body = "".join(f"{dx} {dy} " for dx, dy in steps).strip()
    return f"M{whole[0, 0]} {whole[0, 1]}l{body}" + ("z" if closed else "") if body else ""


def land_path(centre: float = CENTRE) -> str:
    """Path of all land, to be filled even-odd."""
    return "".join(
        path_data(to_units(part), closed=True)
        for ring in land().rings
        for part in cut_ring(ring, centre)
    )


def globe_path() -> str:
    """The edge of the map: both meridians of the cut."""
    lat = np.linspace(-90.0, 90.0, 91)
    left = np.column_stack([np.full(91, -180.0), lat])
    right = np.column_stack([np.full(91, 180.0), lat[::-1]])
    return path_data(to_units(np.vstack([left, right])), closed=True)


def shared_shapes() -> str:
    """Land and sea, once for all maps of a page."""
    return (
        f'<path id="sea" d="{globe_path()}"/>'
        f'<path id="land" fill-rule="evenodd" d="{land_path()}"/>'
    )


def route_points(
    lane: str, ends: tuple[tuple[float, float], tuple[float, float]], paths: dict[str, str]
) -> list[Array]:
    """Pieces (lon, lat) of a lane: its row of ``paths``, else the great circle of its ends."""
    words = paths.get(lane, "")
    pieces = [
        np.array([[float(v) for v in point.split()] for point in piece.split(";")])
        for piece in words.split("|")
        if len(piece.split(";")) > 1
    ]
    return pieces or [great_circle(*ends)]


def states(study: Any, case: views.Case, response: str) -> pd.DataFrame:
    """One row per drawn lane: what the scenario does to it while the shock lasts.

    Only periods that lie wholly within the shock count, so that reopening does not blur them.
    """
    lanes = views.table(study, "lanes")
    lanes = lanes.assign(id=lanes["id"].astype(str), days=views.figures(lanes, "days"))
    lanes = lanes[lanes["days"] > views.LONG_HAUL].set_index("id")
    flows = case.flows[case.flows["response"] == response]
    starts = pd.to_datetime(flows["period_start"])
    begin = pd.to_datetime(case.timeline["period_start"]).min()
    day = (starts - begin).dt.days
    span = case.span
    inside = (day >= span[0]) & (day + case.period_days <= span[1] + 1e-9)
    periods = max(1, len(starts[inside].unique()))
    share_of_year = periods * case.period_days / 365.0
    moved = views.figures(flows[inside], "quantity").groupby(flows.loc[inside, "lane"]).sum()
    base = case.base_flows.assign(quantity=views.figures(case.base_flows, "quantity"))
    usual = base.groupby("lane")["quantity"].sum()
    frame = pd.DataFrame(
        {
            "origin": lanes["origin"].astype(str),
            "destination": lanes["destination"].astype(str),
            "passages": views.column(lanes, "passages"),
            "replaces": views.column(lanes, "replaces"),
            "base": usual.reindex(lanes.index).fillna(0.0),
            "flow": moved.reindex(lanes.index).fillna(0.0) / share_of_year,
        }
    )
    frame = frame[(frame["base"] > 0.0) | (frame["flow"] > 1e-6)]
    detour = frame[frame["base"] <= 0.0]
    instead = detour.groupby(detour["replaces"].astype(str))["flow"].sum()
    frame["state"] = [
        _state(float(b), float(f), float(instead.get(str(lane), 0.0)))
        for lane, b, f in zip(frame.index, frame["base"], frame["flow"], strict=True)
    ]
    return frame


def _state(base: float, flow: float, detoured: float) -> str:
    if base <= 0.0:
        return "detoured"
    ratio = flow / base
    if ratio < 0.9 and ratio + detoured / base >= 0.9:
        return "left"
    if ratio < 0.1:
        return "stopped"
    if ratio < 0.9:
        return "reduced"
    return "more" if ratio > 1.1 else "unchanged"


def passage_names(value: object) -> list[str]:
    """Passage ids of a lane's cell ``"hormuz@1.2;malacca@9.5"``."""
    if isinstance(value, (list, tuple)):
        return [str(v[0] if isinstance(v, (list, tuple)) else v).split("@")[0] for v in value]
    if text.missing(value):
        return []
    return [part.split("@")[0].strip() for part in str(value).split(";") if part.strip()]


def flow_shapes(study: Any, frame: pd.DataFrame) -> tuple[str, int]:
    """SVG of all lanes, quiet ones first, and how many had to follow a great circle."""
    places = views.table(study, "places")
    where = {
        str(i): (float(lon), float(lat))
        for i, lon, lat in zip(places["id"], places["lon"], places["lat"], strict=True)
    }
    rows = views.table(study, "paths")
    paths = {
        str(k): str(v)
        for k, v in zip(views.column(rows, "lane"), views.column(rows, "points"), strict=True)
    }
    sums: dict[str, dict[Segment, float]] = {state: {} for state in COLOURS}
    guessed = 0
    for lane, row in frame.iterrows():
        ends = (where[row["origin"]], where[row["destination"]])
        guessed += str(lane) not in paths
        size = max(float(row["base"]), float(row["flow"]))
        bundle = sums[row["state"]]
        for points in route_points(str(lane), ends, paths):
            for a, b in itertools.pairwise(points):
                one, two = sorted([tuple(np.round(a, 2)), tuple(np.round(b, 2))])
                segment = (float(one[0]), float(one[1]), float(two[0]), float(two[1]))
                bundle[segment] = bundle.get(segment, 0.0) + size
    shapes = [_bundle(state, sums[state]) for state in COLOURS if sums[state]]
    return "".join(shapes), guessed


def _bundle(state: str, sums: dict[Segment, float]) -> str:
    """Segments of one state; those of equal width are one path, the widest at the back."""
    groups: dict[float, list[str]] = {}
    for (lon1, lat1, lon2, lat2), size in sums.items():
        line = np.array([[lon1, lat1], [lon2, lat2]])
        data = "".join(path_data(to_units(p), closed=False) for p in cut_line(line, CENTRE))
        groups.setdefault(round(max(THINNEST, PX_PER_MT * size), 1), []).append(data)
    dash = ' stroke-dasharray="5 3"' if state in DASHED else ' stroke-linecap="round"'
    paths = "".join(
        f'<path stroke-width="{width:g}" d="{"".join(groups[width])}"/>'
        for width in sorted(groups, reverse=True)
    )
    return f'<g class="{state}"{dash}>{paths}</g>'


def world_map(
    study: Any, case: views.Case, names: views.Names, key: str,
    response: str = "frozen",
) -> WorldMap:  # fmt: skip
    """Draw one scenario.

    Parameters
    ----------
    key : a word unique on the page, used for the ids of the shapes.
    response : whose flows are drawn.
    """
    frame = states(study, case, response)
    shapes, guessed = flow_shapes(study, frame)
    sizes = {"wide": WIDE, "narrow": NARROW}
    drawn = {name: _draw(study, case, names, frame, key, width) for name, width in sizes.items()}
    return WorldMap(
        f'<g id="flows-{escape(key)}" class="flows">{shapes}</g>',
        drawn["wide"],
        drawn["narrow"],
        _key(frame),
        _caption(case, response, guessed, len(frame)),
    )


def _key(frame: pd.DataFrame) -> str:
    items = []
    for state, meaning in MEANING.items():
        rows = frame[frame["state"] == state]
        if rows.empty:
            continue
        total = rows["flow" if state == "detoured" else "base"].sum()
        dash = ' stroke-dasharray="5 3"' if state in DASHED else ""
        items.append(
            f'<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" '
            f'stroke="{COLOURS[state]}" stroke-width="5"{dash}/></svg> '
            f"{escape(text.capital(meaning))}: {escape(text.mt(total))} a year</li>"
        )
    sample = 20.0 * PX_PER_MT
    items.append(
        f'<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="#6b7785" '
        f'stroke-width="{sample:g}"/></svg> Width: this is 20 Mt a year</li>'
    )
    return f'<ul class="key">{"".join(items)}</ul>'


def _caption(case: views.Case, response: str, guessed: int, drawn: int) -> str:
    outline, span = land(), case.span
    shown = (
        f"Flows of the base year, coloured by what happens between day {span[0]:.0f} and day "
        f"{span[1]:.0f} under “{text.RESPONSES.get(response, response)}” "
        f"({text.RESPONSE_MEANING.get(response, '')})."
    )
    routes = "Lines follow sea routes, simplified."
    if guessed:
        routes = (
            f"{guessed} of {drawn} lines have no stored sea route and follow a great circle, "
            "which may cross land."
        )
    return (
        f"{shown} {routes} Land outlines only: the map shows no borders and takes no position on "
        f"any. Outline: {outline.source}; {outline.licence}. Equal Earth projection, equal area."
    )


@dataclass(frozen=True)
class Frame:
    """From degrees to px of one drawing."""

    width: float

    @property
    def scale(self) -> float:
        edge = float(project(np.array([180.0]), np.array([0.0]))[0, 0]) * UNITS
        return self.width / (2.0 * edge)

    @property
    def height(self) -> float:
        ends = project(np.zeros(2), np.array([TOP, BOTTOM]))[:, 1] * UNITS
        return round(float(ends[0] - ends[1]) * self.scale, 0)

    @property
    def top(self) -> float:
        return float(project(np.zeros(1), np.array([TOP]))[0, 1]) * UNITS * self.scale

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        point = to_units(np.column_stack([relative(np.array([lon]), CENTRE), [lat]]))[0]
        return self.width / 2 + float(point[0]) * self.scale, self.top + float(
            point[1]
        ) * self.scale


def _draw(
    study: Any, case: views.Case, names: views.Names, frame: pd.DataFrame, key: str, width: float
) -> Figure:
    view = Frame(width)
    wide = width >= 1000.0
    marks, boxes, wishes = _marks(study, case, names, frame, view, wide)
    labels, leaders = place_labels(wishes, boxes, width, view.height)
    move = f"translate({width / 2:g} {view.top:.1f}) scale({view.scale:.5f})"
    ground = (
        f'<g transform="{move}"><use href="#sea" class="sea"/><use href="#land" class="land"/>'
        f'<use href="#flows-{escape(key)}"/></g>'
    )
    shapes = [
        ground,
        *marks,
        *(f'<path class="leader" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>' for a, b, c, d in leaders),
    ]
    title = f"World map: {case.title}"
    return figure(width, view.height, shapes, labels, title)


def _marks(
    study: Any, case: views.Case, names: views.Names, frame: pd.DataFrame, view: Frame, wide: bool
) -> tuple[list[str], list[Box], list[Wish]]:
    """Markers, the boxes that they take, and the labels they ask for, most important first."""
    size = 13.0 if wide else 12.0
    marks: list[str] = []
    boxes: list[Box] = []
    first: list[Wish] = []
    later: list[tuple[float, Wish]] = []

    def mark(shape: str, x: float, y: float, radius: float) -> None:
        marks.append(shape)
        boxes.append(Box(x - radius, y - radius, 2 * radius, 2 * radius))

    for flow, name, x, y, shut in _passages(study, case, names, frame, view):
        if shut:
            mark(f'<path class="shut" d="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>', x, y, 6.0)
            first.insert(0, Wish(f"{shorten(name)}: shut", x, y, 7, size + 2, ALARM, True, True))
        else:
            mark(f'<path class="passage" d="M{x:.1f} {y - 4.5:.1f}l4.5 4.5l-4.5 4.5l-4.5 -4.5z"/>',
                 x, y, 4.5)  # fmt: skip
            later.append((flow * (1.6 if wide else 1.0), Wish(shorten(name), x, y, 4.5, size, INK)))
    for total, name, x, y, headline, origin, struck in _places(study, case, names, frame, view):
        kind = "struck" if struck else "origin" if origin else "importer"
        mark(f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>', x, y, 3.0)
        if struck:
            first.insert(0, Wish(f"{shorten(name)}: hit", x, y, 3, size + 1, ALARM, True, True))
        elif headline:
            first.append(Wish(shorten(name), x, y, 3, size + 1, INK, True, True))
        elif name:
            later.append((total, Wish(shorten(name), x, y, 3, size, "#41505f")))
    later.sort(key=lambda pair: -pair[0])
    marks.sort(key=lambda shape: 'class="shut"' in shape)  # what is shut lies on top
    return marks, boxes, first + [wish for _, wish in later[: 24 if wide else 12]]


def _passages(
    study: Any, case: views.Case, names: views.Names, frame: pd.DataFrame, view: Frame
) -> list[tuple[float, str, float, float, bool]]:
    """Passages that the drawn flows cross, or that the scenario shuts."""
    crossed: dict[str, float] = {}
    for cell, amount in zip(frame["passages"], frame[["base", "flow"]].max(axis=1), strict=True):
        for passage in passage_names(cell):
            crossed[passage] = crossed.get(passage, 0.0) + float(amount)
    table = views.table(study, "passages")
    found = []
    for key, lat, lon in zip(table["id"].astype(str), table["lat"], table["lon"], strict=True):
        shut = key in case.shut
        if shut or crossed.get(key, 0.0) > 0.5:
            x, y = view.at(float(lon), float(lat))
            found.append((crossed.get(key, 0.0), names.short(key), x, y, shut))
    return sorted(found, reverse=True)


def _places(
    study: Any, case: views.Case, names: views.Names, frame: pd.DataFrame, view: Frame
) -> list[tuple[float, str, float, float, bool, bool, bool]]:
    """Ends of the drawn lanes; a country of several coasts is named once, at the largest."""
    table = views.table(study, "places")
    at = {
        str(i): view.at(float(lon), float(lat))
        for i, lon, lat in zip(table["id"], table["lon"], table["lat"], strict=True)
    }
    countries = views.country_of(study)
    found = []
    for side, origin in (("origin", True), ("destination", False)):
        totals = frame.groupby(side)["base"].sum().sort_values(ascending=False)
        named: set[str] = set()
        for place, total in totals.items():
            country = countries.get(str(place), str(place))
            x, y = at[str(place)]
            headline = not origin and country in case.places and country not in named
            single = country in case.places and not origin
            name = "" if country in named else names.place(country if single else place)
            if single:
                named.add(country)
            struck = origin and str(place) in case.struck
            found.append((float(total), name, x, y, headline, origin, struck))
    return found
