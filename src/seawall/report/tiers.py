"""Trees through the tiers: who stands behind what a place uses, stage by stage.

Columns of bars run from the last stage on the left to the first on the right.  A bar is the share
of countries that made the element at that stage; a band between two bars is what one supplied to
the other, with hubs between them looked through as exposure does: what enters a node mixes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from seawall.report import text
from seawall.report.chains_view import KNOWN
from seawall.report.layout import Figure, Label, figure, spread, text_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.report.chains_view import ChainsView

OTHERS, RECYCLED = "others", "recycled"
#: Makers below this share of a stage are drawn as others.
SMALL = 0.025
#: Colours after Okabe and Ito (2008), for the makers with the largest shares on the page.
PALETTE = (
    "#D55E00", "#E69F00", "#56B4E9", "#CC79A7", "#E8D930", "#7B5EA7", "#8C6D46", "#A9BF5A",
    "#C2557A", "#4C8C8A", "#D8A47F", "#9FB4D9",
)  # fmt: skip
HOMES = ("#0072B2", "#1F3C88")
GREEN, GREY = "#009E73", "#A7B1BB"
WIDE, NARROW = 1120.0, 684.0
SIZE, BAR, GAP = 12.5, 16.0, 3.0
HATCH = (
    '<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" '
    'patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff" fill-opacity=".55"/>'
    '<path d="M0 0V7" stroke="#1f2a37" stroke-width="1.6" stroke-opacity=".55"/></pattern>'
)


@dataclass(frozen=True)
class Column:
    """One stage: makers with their shares and how far these are known, the largest first."""

    commodity: str
    title: str
    makers: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Band:
    """Share of the element that a maker of the later stage has from one of the earlier."""

    later: tuple[str, str]
    earlier: tuple[str, str]
    share: float
    known: float


@dataclass(frozen=True)
class Tree:
    """What stands behind one element of a good at a place."""

    place: str
    good: str
    element: str
    columns: Sequence[Column]
    bands: Sequence[Band]

    @property
    def guessed(self) -> bool:
        """Whether any stage rests on pairs of which no figure is known."""
        return any(known < KNOWN for c in self.columns for _, known in c.makers.values())


def trees(view: ChainsView) -> list[Tree]:
    """One tree for each place, good and element of which more than one stage is traced."""
    keys = ["place", "commodity", "element"]
    found = []
    for (place, good, element), rows in view.origins.groupby(keys, sort=False):
        if rows["stage_commodity"].nunique() > 1:
            found.append(_tree(view, str(place), str(good), str(element), rows))
    return found


def _tree(view: ChainsView, place: str, good: str, element: str, rows: pd.DataFrame) -> Tree:
    steps = rows.groupby("stage_commodity", sort=False)["steps"].min()
    order = list(steps.sort_values(kind="stable").index.astype(str))
    columns = [
        _column(view, good, rows[rows["stage_commodity"] == stage], stage) for stage in order
    ]
    kept = {c.commodity: set(c.makers) for c in columns}
    sums: dict[tuple[tuple[str, str], tuple[str, str]], list[float]] = {}
    for later, earlier, part, told in _raw_bands(view, place, good, element, order):
        ends = tuple(
            (stage, maker if maker in kept[stage] else OTHERS) for stage, maker in (later, earlier)
        )
        both = sums.setdefault((ends[0], ends[1]), [0.0, 0.0])
        both[0] += part
        both[1] += told
    bands = [
        Band(later, earlier, part, min(told / part, 1.0))
        for (later, earlier), (part, told) in sums.items()
        if part > 0.004
    ]
    return Tree(place, good, element, columns, _fitted(bands, columns))


def _column(view: ChainsView, good: str, rows: pd.DataFrame, stage: str) -> Column:
    sums: dict[str, list[float]] = {}
    home = {view.home(p) for p in view.places}
    for row in rows.to_dict("records"):
        maker = _maker(view, row["country"], row["recycled"])
        both = sums.setdefault(maker, [0.0, 0.0])
        both[0] += float(row["share"])
        both[1] += float(row["share"]) * float(row["known"])
    pooled = [
        m
        for m, (s, _) in sums.items()
        if m == OTHERS or (s < SMALL and not (m in home and s > 0.01))
    ]
    if pooled:
        rest = [sums.pop(m) for m in pooled]
        sums[OTHERS] = [sum(s for s, _ in rest), sum(k for _, k in rest)]
    last = {OTHERS: 2, RECYCLED: 1}
    order = sorted(sums, key=lambda m: (last.get(m, 0), -sums[m][0]))
    title = text.capital(str(view.goods.at[stage, "stage"]))
    return Column(stage, title, {m: (sums[m][0], sums[m][1] / sums[m][0]) for m in order})


def _raw_bands(
    view: ChainsView, place: str, good: str, element: str, order: Sequence[str]
) -> list[tuple[tuple[str, str], tuple[str, str], float, float]]:
    """(later stage and maker, earlier stage and maker, share, known share) of every recipe."""
    rows = _of(view.exposed("links"), place, good, element)
    made = _of(view.exposed("lookthrough"), place, good, element)
    mixed = {stage: _mixtures(view, rows, made, stage) for stage in order}
    found = []
    for row in rows[rows["kind"] == "recipe"].to_dict("records"):
        later, earlier = str(row["to_commodity"]), str(row["from_commodity"])
        if later == earlier or later not in mixed or earlier not in mixed:
            continue
        maker, part = _maker(view, view.home(row["to_place"])), float(row["share"])
        for origin, (all_of, told) in mixed[earlier].get(str(row["from_place"]), {}).items():
            found.append(((later, maker), (earlier, origin), part * all_of, part * told))
    return found


def _maker(view: ChainsView, country: object, recycled: object = False) -> str:
    """Who a maker is on a tree: a country, scrap, or the rest of the world."""
    if recycled:
        return RECYCLED
    return OTHERS if view.rest(country) else str(country)


def _of(table: pd.DataFrame, place: str, good: str, element: str) -> pd.DataFrame:
    return table[
        (table["place"] == place) & (table["commodity"] == good) & (table["element"] == element)
    ]


def _mixtures(
    view: ChainsView, links: pd.DataFrame, made: pd.DataFrame, stage: str
) -> dict[str, dict[str, tuple[float, float]]]:
    """Who made what lies at each node of a commodity, over all lanes between such nodes.

    T[x] M[x] = P[x] + sum over y of L[y, x] M[y], with P made there and L brought from y.
    """
    lanes = links[
        (links["kind"] == "lane")
        & (links["from_commodity"] == stage)
        & (links["to_commodity"] == stage)
    ]
    own = made[made["stage_commodity"] == stage]
    own = own.assign(origin=own["origin"].map(lambda place: view.outlets.get(place, place)))
    nodes = list(dict.fromkeys([*own["origin"], *lanes["from_place"], *lanes["to_place"]]))
    at = {node: i for i, node in enumerate(nodes)}
    makers: dict[str, int] = {}
    brought, told = np.zeros((len(nodes), len(nodes))), np.zeros((len(nodes), len(nodes)))
    for row in lanes.to_dict("records"):
        ends = at[row["to_place"]], at[row["from_place"]]
        brought[ends] += float(row["share"])
        told[ends] += float(row["share"]) * float(row["known"])
    begins = []
    for row in own.to_dict("records"):
        maker = _maker(view, row["origin_country"], row["origin_kind"] == "recycling")
        makers.setdefault(maker, len(makers))
        begins.append((at[row["origin"]], makers[maker], float(row["share"])))
    produced = np.zeros((len(nodes), len(makers)))
    for node, maker_at, part in begins:
        produced[node, maker_at] += part
    total = np.diag(np.maximum(brought.sum(axis=1) + produced.sum(axis=1), 1e-12))
    mixed = np.linalg.lstsq(total - brought, produced, rcond=None)[0]
    sure = np.linalg.lstsq(total - told, produced, rcond=None)[0]
    return {
        node: {
            maker: (float(mixed[i, j]), float(min(sure[i, j], mixed[i, j])))
            for maker, j in makers.items()
            if mixed[i, j] > 1e-6
        }
        for node, i in at.items()
    }


def _fitted(bands: Sequence[Band], columns: Sequence[Column]) -> list[Band]:
    """Bands no wider together than the bars that they leave and reach."""
    height = {(c.commodity, m): s for c in columns for m, (s, _) in c.makers.items()}
    out: dict[tuple[str, tuple[str, str]], float] = {}
    for band in bands:
        for side, end in (("later", band.later), ("earlier", band.earlier)):
            out[side, end] = out.get((side, end), 0.0) + band.share
    result = []
    for band in bands:
        if band.later not in height or band.earlier not in height:
            continue
        factor = min(
            1.0,
            height[band.later] / out["later", band.later],
            height[band.earlier] / out["earlier", band.earlier],
        )
        result.append(Band(band.later, band.earlier, band.share * factor, band.known))
    return result


def palette(view: ChainsView, drawn: Sequence[Tree]) -> dict[str, str]:
    """A colour for each maker, the same on all trees of a page."""
    weight: dict[str, float] = {}
    for tree in drawn:
        for column in tree.columns:
            for maker, (part, _) in column.makers.items():
                weight[maker] = weight.get(maker, 0.0) + part
    homes = dict.fromkeys(view.home(p) for p in view.places)
    found = {OTHERS: GREY, RECYCLED: GREEN}
    found |= dict(zip(homes, HOMES, strict=False))
    rest = sorted((m for m in weight if m not in found), key=lambda m: -weight[m])
    return found | {m: PALETTE[k] if k < len(PALETTE) else GREY for k, m in enumerate(rest)}


def maker_name(view: ChainsView, maker: str) -> str:
    return maker if maker in (OTHERS, RECYCLED) else view.place(maker)


def draw(view: ChainsView, tree: Tree, colours: Mapping[str, str], width: float) -> Figure:
    """The tree as SVG."""
    count = len(tree.columns)
    top, deep = 48.0, 232.0
    most = max(len(c.makers) for c in tree.columns)
    deep = max(deep, most * (SIZE + 5.0))
    names = [
        [f"{maker_name(view, m)} {text.pct(s)}" for m, (s, _) in c.makers.items()]
        for c in tree.columns
    ]
    room = max(text_width(words, SIZE) for words in names[-1]) + BAR + 10.0
    pitch = (width - room) / max(1, count - 1)
    shapes: list[str] = []
    labels: list[Label] = []
    spans: dict[tuple[str, str], tuple[float, float, float]] = {}
    for k, column in enumerate(tree.columns):
        x = k * pitch
        labels.append(Label(column.title, x, 16.0, SIZE + 0.5, bold=True))
        whole = sum(s for s, _ in column.makers.values())
        if whole < 0.985:
            labels.append(Label(f"{text.pct(whole)} of all", x, 32.0, 12.0, colour="#51606f"))
        scale = (deep - GAP * (len(column.makers) - 1)) / max(1.0, whole)
        y = top
        for maker, (part, _) in column.makers.items():
            spans[column.commodity, maker] = (x, y, part * scale)
            y += part * scale + GAP
        middles = [
            spans[column.commodity, m][1] + spans[column.commodity, m][2] / 2 + 4.3
            for m in column.makers
        ]
        places = spread(middles, SIZE + 3.0, top + 8.0, top + deep + 4.0)
        labels += [
            Label(words, x + BAR + 5.0, at, SIZE, halo=True)
            for words, at in zip(names[k], places, strict=True)
        ]
    shapes += _bands(tree, spans, colours, view)
    shapes += _bars(tree, spans, colours)
    what = view.element(tree.element, tree.good)
    title = f"{view.place(tree.place)}: who stands behind the {what} in its {view.good(tree.good)}"
    return figure(width, top + deep + 12.0, shapes, labels, title)


def _bars(
    tree: Tree, spans: Mapping[tuple[str, str], tuple[float, float, float]],
    colours: Mapping[str, str],
) -> list[str]:  # fmt: skip
    shapes = []
    for column in tree.columns:
        for maker, (_, known) in column.makers.items():
            x, y, tall = spans[column.commodity, maker]
            box = f'x="{x:.1f}" y="{y:.1f}" width="{BAR:g}" height="{max(tall, 1.0):.1f}"'
            shapes.append(f'<rect {box} fill="{colours[maker]}"/>')
            if known < KNOWN:
                shapes.append(f'<rect {box} fill="url(#hatch)"/>')
    return shapes


def _bands(
    tree: Tree, spans: Mapping[tuple[str, str], tuple[float, float, float]],
    colours: Mapping[str, str], view: ChainsView,
) -> list[str]:  # fmt: skip
    """Bands in the colour of who made the earlier stage, stacked in the order of the bars."""
    rank = {end: k for k, end in enumerate(spans)}
    height = {
        (c.commodity, m): spans[c.commodity, m][2] / s
        for c in tree.columns
        for m, (s, _) in c.makers.items()
        if s > 0
    }
    left: dict[tuple[str, str], float] = {}
    right: dict[tuple[str, str], float] = {}
    ordered = sorted(tree.bands, key=lambda b: (rank[b.later], rank[b.earlier]))
    starts, ends = {}, {}
    for band in ordered:
        starts[band] = left.get(band.later, 0.0)
        left[band.later] = starts[band] + band.share * height[band.later]
    for band in sorted(ordered, key=lambda b: (rank[b.earlier], rank[b.later])):
        ends[band] = right.get(band.earlier, 0.0)
        right[band.earlier] = ends[band] + band.share * height[band.earlier]
    shapes = []
    for band in ordered:
        x1, y1, _ = spans[band.later]
        x2, y2, _ = spans[band.earlier]
        a, b = y1 + starts[band], y2 + ends[band]
        path = _ribbon(
            x1 + BAR, a, a + band.share * height[band.later],
            x2, b, b + band.share * height[band.earlier],
        )  # fmt: skip
        said = (
            f"{maker_name(view, band.earlier[1])} to {maker_name(view, band.later[1])}: "
            f"{text.pct(band.share)}"
        )
        unsure = band.known < KNOWN
        told = escape(said + (", no pair trade known" if unsure else ""))
        shapes.append(
            f'<path d="{path}" fill="{colours[band.earlier[1]]}" fill-opacity=".38">'
            f"<title>{told}</title></path>"
        )
        if unsure:
            shapes.append(f'<path d="{path}" fill="url(#hatch)" fill-opacity=".5"/>')
    return shapes


def _ribbon(x1: float, a1: float, b1: float, x2: float, a2: float, b2: float) -> str:
    middle = (x1 + x2) / 2
    return (
        f"M{x1:.1f} {a1:.1f}C{middle:.1f} {a1:.1f} {middle:.1f} {a2:.1f} {x2:.1f} {a2:.1f}"
        f"V{b2:.1f}C{middle:.1f} {b2:.1f} {middle:.1f} {b1:.1f} {x1:.1f} {b1:.1f}z"
    )
