"""The map of ships by day: a still picture of the first day, which the page's script moves.

Land without borders as on every map of a report; ships are dots, those that do something else
than planned are coloured, with the way that was planned as a dashed line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from seawall.report import text
from seawall.report.layout import Box, Figure, Wish, figure, place_labels, shorten
from seawall.report.redirect_view import SHORT_PLANS
from seawall.report.redirect_ways import CHANGED, Voyage, Ways, data, voyages
from seawall.report.worldmap import ALARM, INK, NARROW, WIDE, Frame, land

if TYPE_CHECKING:
    from seawall.report.redirect_view import Morning

COLOURS = {
    "go on": "#5b6b7a", "divert": "#AA4499", "swap": "#0072B2", "delay": "#C77C00",
    "buy": "#00795A", "wait": "#5b6b7a", "ask": "#A63C06",
}  # fmt: skip
MEANING = {
    "go on": "as planned", "divert": "sent to another coast",
    "swap": "changes places with another", "delay": "comes later than it could",
    "buy": "bought from an offer",
}  # fmt: skip
DOT, BIG = 5.0, 7.5  # px


@dataclass(frozen=True)
class Drawn:
    """The shapes that both sizes share, the section's markup and the data of its script."""

    shapes: str
    html: str
    data: dict[str, Any]


def ship_map(case: Morning) -> Drawn:
    """Draw the first day of the plan that is followed, with what moves it."""
    ways, found = voyages(case)
    if not found:
        return Drawn("", _empty(), {})
    shown = [v for v in found if v.plan == case.plan and v.world == case.heaviest.name]
    shapes = (
        f'<g id="ship-ways"><path class="sealanes" d="{ways.stretches()}"/></g>'
        f'<g id="ships">{still(ways, shown, 0.0)}</g>'
    )
    figures = {name: _draw(case, found, width)
               for name, width in (("wide", WIDE), ("narrow", NARROW))}  # fmt: skip
    told = data(case, ways, found)
    html = (
        f"{_controls(case)}"
        f'<p id="ship-day" class="note" aria-live="polite">{escape(_day_words(case, shown))}</p>'
        '<figure class="map" id="ship-map">'
        f'<div class="wide">{figures["wide"].svg}</div>'
        f'<div class="narrow">{figures["narrow"].svg}</div>'
        f"{_key({v.action for v in found})}"
        f'<figcaption class="note">{escape(_caption(case, found))}</figcaption></figure>'
        '<ul id="ship-landings" class="note"></ul>'
    )
    return Drawn(shapes, html, told)


def script(drawn: Drawn) -> str:
    """The data and what moves the ships; blank where there are none."""
    if not drawn.data:
        return ""
    # A closing tag within the data would end it.
    words = json.dumps(drawn.data, separators=(",", ":"), ensure_ascii=False).replace(
        "<", "\\u003c"
    )
    code = (resources.files("seawall") / "report" / "redirect.js").read_text(encoding="utf-8")
    return (
        f'<script type="application/json" id="ship-data">{words}</script>\n<script>{code}</script>'
    )


def still(ways: Ways, shown: list[Voyage], day: float) -> str:
    """Ships and courses of one day in map units."""
    old, new, dots, big = [], [], [], []
    for voyage in shown:
        part = voyage.part(day)
        if part is None:
            continue
        x, y = ways.at(voyage.way, part)
        colour = COLOURS[voyage.action]
        dot = f'<path class="ship" stroke="{colour}" d="M{x:.0f} {y:.0f}h0"/>'
        if not voyage.changed:
            dots.append(dot)
            continue
        big.append(dot.replace('"ship"', '"ship moved"'))
        new.append(f'<path class="course" stroke="{colour}" d="{ways.path(voyage.way, part)}"/>')
        if voyage.old >= 0:
            old.append(
                f'<path class="old" stroke="{colour}" d="{ways.path(voyage.old)}"/>'
            )  # fmt: skip
    return "".join([*old, *new, *dots, *big])


def _controls(case: Morning) -> str:
    """Plan, world and day; they show themselves when the script runs."""
    plans = "".join(
        f'<option value="{plan}"{" selected" if plan == case.plan else ""}>'
        f"{escape(text.capital(SHORT_PLANS[plan]))}</option>"
        for plan in case.shown
    )
    worlds = "".join(
        f'<option value="{k}"{" selected" if world is case.heaviest else ""}>'
        f"{escape(world.words)}</option>"
        for k, world in enumerate(case.worlds)
    )
    hidden = "" if len(case.worlds) > 1 else " hidden"
    return (
        '<form id="ship-controls" class="controls" hidden>'
        f'<label>Plan <select id="ship-plan">{plans}</select></label>'
        f'<label{hidden}>How it turns out <select id="ship-world">{worlds}</select></label>'
        '<label class="day">Day <input type="range" id="ship-slider" min="0" '
        f'max="{case.days - 1}" step="1" value="0"> '
        f'<output id="ship-date" for="ship-slider">{escape(text.day_name(case.as_of))}</output>'
        '</label><button type="button" id="ship-play">Play</button></form>'
        '<noscript><p class="note">Without scripts the map shows the first day only.</p></noscript>'
    )


def _draw(case: Morning, found: list[Voyage], width: float) -> Figure:
    frame = Frame(width)
    marks, boxes, wishes = _marks(case, found, frame, wide=width >= 1000.0)
    labels, leaders = place_labels(wishes, boxes, width, frame.height)
    move = f"translate({width / 2:g} {frame.top:.1f}) scale({frame.scale:.5f})"
    shapes = [
        (
            f'<g transform="{move}"><use href="#sea" class="sea"/><use href="#land" class="land"/>'
            '<use href="#ship-ways"/></g>'
        ),
        *(f'<path class="leader" d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}"/>' for a, b, c, d in leaders),
        *marks,
        f'<g transform="{move}"><use href="#ships"/></g>',
    ]
    drawn = figure(width, frame.height, shapes, labels, "World map: ships on one day")
    return Figure(_told_apart(drawn.svg, case), drawn.boxes, drawn.width, drawn.height)


def _told_apart(svg: str, case: Morning) -> str:
    """Words of struck passages carry their key, so that the script can say shut or open."""
    for passage in struck(case):
        words = escape(f"{shorten(case.names.short(passage))}: shut")
        svg = svg.replace(
            f">{words}</text>", f' data-passage="{escape(passage, quote=True)}">{words}</text>'
        )
    return svg


def struck(case: Morning) -> list[str]:
    """Passages that are shut on the first day of some world."""
    return list(dict.fromkeys(name for world in case.worlds for name in world.reopens))


def _marks(
    case: Morning, found: list[Voyage], frame: Frame, *, wide: bool
) -> tuple[list[str], list[Box], list[Wish]]:
    """Passages and terminals, and the labels that they ask for, the most important first."""
    size = 13.0 if wide else 12.0
    marks, boxes, first = [], [], []
    table = case.study.table("passages")
    shut = struck(case)
    for key, lon, lat in zip(table["id"].astype(str), table["lon"], table["lat"], strict=True):
        if key not in shut:
            continue
        x, y = frame.at(float(lon), float(lat))
        closed = (case.heaviest.reopens.get(key) or 1.0) > 0.0
        marks.append(
            f'<path class="{"shut" if closed else "opened"}" data-passage="{escape(key)}" '
            f'd="M{x - 5:.1f} {y - 5:.1f}l10 10m0 -10l-10 10"/>'
        )
        boxes.append(Box(x - 6, y - 6, 12, 12))
        words = f"{shorten(case.names.short(key))}: shut"
        first.append(Wish(words, x, y, 7, size + 2, ALARM, True, True))
    count: dict[str, int] = {}
    for voyage in found:
        if voyage.plan == case.plan and voyage.terminal:
            count[voyage.terminal] = count.get(voyage.terminal, 0) + 1
    later: list[tuple[int, Wish]] = []
    ends = case.study.table("terminals")
    for key, lon, lat in zip(ends["id"].astype(str), ends["lon"], ends["lat"], strict=True):
        if key not in count:
            continue
        x, y = frame.at(float(lon), float(lat))
        marks.append(f'<circle class="importer" cx="{x:.1f}" cy="{y:.1f}" r="2.2"/>')
        boxes.append(Box(x - 2.5, y - 2.5, 5, 5))
        later.append((count[key], Wish(shorten(case.names.end(key)), x, y, 3, size, "#41505f")))
    first += _members(case, frame, size)
    later.sort(key=lambda pair: -pair[0])
    return marks, boxes, first + [wish for _, wish in later[: 12 if wide else 5]]


def _members(case: Morning, frame: Frame, size: float) -> list[Wish]:
    places = case.study.table("places")
    found = []
    for key, lon, lat in zip(places["id"].astype(str), places["lon"], places["lat"], strict=True):
        if key in case.members and not (text.missing(lon) or text.missing(lat)):
            x, y = frame.at(float(lon), float(lat))
            found.append(Wish(case.names.short(key), x, y, 3, size + 1, INK, True, True))
    return found


def _key(actions: set[str]) -> str:
    entries = []
    for action, meaning in MEANING.items():
        if action not in actions:
            continue
        wide = BIG if action in CHANGED else DOT
        entries.append(
            f'<li><svg width="14" height="12" aria-hidden="true"><circle cx="7" cy="6" '
            f'r="{wide / 2 + 0.5:g}" fill="{COLOURS[action]}"/></svg> '
            f"{escape(text.capital(meaning))}</li>"
        )
    entries.append(
        '<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="#AA4499" '
        'stroke-width="1.6"/></svg> Way still ahead of it</li>'
        '<li><svg width="34" height="10" aria-hidden="true"><path d="M1 5H33" stroke="#AA4499" '
        'stroke-width="1.6" stroke-dasharray="3 3"/></svg> Way that was planned</li>'
    )
    return f'<ul class="key">{"".join(entries)}</ul>'


def _caption(case: Morning, found: list[Voyage]) -> str:
    outline = land()
    made = " Positions are generated, not real." if case.generated else ""
    here = {v.cargo for v in found if v.plan == case.plan and v.world == case.heaviest.name}
    staying = len(set(case.table("book")["cargo"].astype(str)) - here)
    rest = (
        f" {staying} cargoes of the book have no voyage in this plan (they stay, or nobody buys "
        "them) and are not drawn."
        if staying
        else ""
    )
    return (
        "Laden ships from the day on which they sail, or from where they are this morning, to the "
        "day on which they unload; a ship sails at one speed and lies still where it waits. "
        "Where a cargo had no way to its old terminal, the dashed line is the great circle, which "
        f"may cross land.{made}{rest} Land outlines only: the map shows no borders and "
        "takes no position on "
        f"any. Outline: {outline.source}; {outline.licence}. Equal Earth projection, equal area."
    )


def _day_words(case: Morning, shown: list[Voyage]) -> str:
    """What the script says of each day, for the first."""
    under = [v for v in shown if v.part(0.0) is not None]
    changed = sum(v.changed for v in under)
    shut = [
        case.names.short(p) for p, day in case.heaviest.reopens.items() if day is None or day > 0
    ]
    told = f" Shut: {text.join(shut)}." if shut else ""
    ships = "ship" if len(under) == 1 else "ships"
    return (
        f"Day 0, {text.day_name(case.as_of)}: {len(under)} laden {ships} under way, {changed} of "
        f"them not as planned.{told}"
    )


def _empty() -> str:
    return '<p class="note">No cargo sails in these days under any plan, so there is no map.</p>'
