"""Small charts as SVG, made without any script: lines with a bracket, and horizontal bars.

Colours are those of Okabe and Ito (2008), told apart with every common colour vision; lines
differ in their dashes too. Words stand beside what they name; axes carry their unit.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from seawall.report import text
from seawall.report.layout import Box, Figure, Label, figure, spread, text_width

COLOUR: Mapping[str, str] = {
    "frozen": "#D55E00",
    "market": "#009E73",
    "pact": "#CC79A7",
    "foresight": "#0072B2",
    "first": "#0072B2",
    "second": "#D55E00",
    "third": "#009E73",
    "fourth": "#CC79A7",
}
WORD_COLOUR: Mapping[str, str] = {
    "frozen": "#A63C06",
    "market": "#00684C",
    "pact": "#8A3A68",
    "foresight": "#00568A",
    "first": "#00568A",
    "second": "#A63C06",
    "third": "#00684C",
    "fourth": "#8A3A68",
}
DASH: Mapping[str, str] = {
    "foresight": "7 3", "market": "2 3", "pact": "9 3 2 3",
    "second": "7 3", "third": "2 3", "fourth": "9 3 2 3",
}  # fmt: skip
SERIES = ("first", "second", "third", "fourth")  # keys of lines that are no responses
INK, QUIET, GRID = "#1f2a37", "#51606f", "#dfe4e9"
SIZE = 12.5
Scale = Callable[[float], float]
CHART = (556.0, 250.0)


@dataclass(frozen=True)
class Line:
    """One line: values over x, all of the same length; NaN leaves a gap.

    `low` and `high` bound an interval that is shaded behind it; empty where there is none.
    """

    name: str
    key: str
    x: Sequence[float]
    y: Sequence[float]
    low: Sequence[float] = ()
    high: Sequence[float] = ()


@dataclass(frozen=True)
class Axis:
    """Ticks with their words, ascending; ``name`` says what is measured (y axis only)."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]
    name: str = ""


@dataclass(frozen=True)
class Note:
    """A point worth naming on a line."""

    words: str
    x: float
    y: float
    key: str


def nice_step(span: float, count: int = 4) -> float:
    """A step of 1, 2, 2.5 or 5 times a power of ten that cuts ``span`` in about ``count``."""
    if span <= 0.0:
        raise ValueError("an axis needs a span above 0")
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * m for m in (1.0, 2.0, 2.5, 5.0, 10.0) if power * m >= raw * 0.999)


def value_axis(low: float, high: float, unit: str, name: str) -> Axis:
    """An axis of round numbers; the top tick carries the unit."""
    step = nice_step(high - low)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    values = [k * step for k in range(first, last + 1)]
    words = [text.trim(text.sig(v, 3)) for v in values]
    words[-1] = f"{words[-1]} {unit}".strip()
    return Axis(values[0], values[-1], list(zip(values, words, strict=True)), name)


def share_axis(lowest: float, name: str) -> Axis:
    """Per cent axis up to 100; it starts at 0, 50 or 80 and its name says so when not at 0."""
    floor = next(f for f in (80.0, 50.0, 0.0) if lowest >= f + 2.0 or f == 0.0)
    step = (100.0 - floor) / (5.0 if floor == 50.0 else 4.0)
    values = [floor + k * step for k in range(round((100.0 - floor) / step) + 1)]
    ticks = [(v, f"{v:.0f}" + (" %" if v == 100.0 else "")) for v in values]
    cut = f" (axis starts at {floor:.0f} %)" if floor else ""
    return Axis(floor, 100.0, ticks, name + cut)


def line_chart(
    lines: Sequence[Line],
    x_axis: Axis,
    y_axis: Axis,
    *,
    title: str,
    band: bool = False,
    shade: tuple[float, float, str] | None = None,
    notes: Sequence[Note] = (),
    size: tuple[float, float] = CHART,
) -> Figure:
    """Lines with their names at their right ends.

    Parameters
    ----------
    band : shade between the lowest and the highest line, which are then read as a bracket.
    shade : from x, to x, words: a stretch of the x axis marked behind the lines.
    notes : points to name; a note without room for its words is left out.
    """
    if not lines:
        raise ValueError("a chart needs a line")
    width, height = size
    left = 10.0 + max(text_width(word, SIZE) for _, word in y_axis.ticks)
    right = width - 14.0 - max(text_width(line.name, SIZE) * 1.06 for line in lines)
    top, bottom = 46.0, height - 26.0

    def px(x: float) -> float:
        return left + (x - x_axis.low) / (x_axis.high - x_axis.low) * (right - left)

    def py(y: float) -> float:
        return bottom - (y - y_axis.low) / (y_axis.high - y_axis.low) * (bottom - top)

    shapes: list[str] = []
    labels = [Label(y_axis.name, 0.0, 13.0, SIZE, colour=QUIET)]
    if shade:
        a, b = px(max(shade[0], x_axis.low)), px(min(shade[1], x_axis.high))
        shapes.append(
            f'<rect x="{a:.1f}" y="{top - 22:.1f}" width="{b - a:.1f}" '
            f'height="{bottom - top + 22:.1f}" fill="#f3eee6"/>'
        )
        labels.append(Label(shade[2], a + 4.0, top - 9.0, SIZE, colour="#6b5b3e"))
    for value, word in y_axis.ticks:
        y = py(value)
        shapes.append(f'<path d="M{left:.1f} {y:.1f}H{right:.1f}" stroke="{GRID}"/>')
        labels.append(Label(word, left - 6.0, y + 4.3, SIZE, "end", QUIET))
    labels += _x_words(x_axis, px, bottom, shapes, right)
    if band and len(lines) > 1:
        shapes.append(_band(lines, px, py))
    shapes += [_interval(line, px, py) for line in lines if len(line.low) and len(line.high)]
    shapes += [_line(line, px, py) for line in lines]
    ends = [py(next((v for v in reversed(line.y) if not math.isnan(v)), 0.0)) for line in lines]
    for line, y in zip(lines, spread(ends, SIZE + 3.0, top, bottom), strict=True):
        colour = WORD_COLOUR.get(line.key, INK)
        labels.append(Label(line.name, right + 6.0, y + 4.3, SIZE, "start", colour, bold=True))
    drawn = [box for line in lines for box in _ink(line, px, py)]
    for note in notes:
        taken = [label.box for label in labels] + drawn
        found = _note(note, px(note.x), py(note.y), taken, (left, right, top, bottom))
        if found:
            colour = COLOUR.get(note.key, INK)
            shapes.append(f'<circle cx="{px(note.x):.1f}" cy="{py(note.y):.1f}" r="4" '
                          f'fill="{colour}" stroke="#fff"/>')  # fmt: skip
            labels.append(found)
    return figure(width, height, shapes, labels, title)


def _x_words(axis: Axis, px: Scale, bottom: float, shapes: list[str], right: float) -> list[Label]:
    result: list[Label] = []
    edge = -1e9
    for value, word in axis.ticks:
        x = px(value)
        half = text_width(word, SIZE) / 2
        shapes.append(f'<path d="M{x:.1f} {bottom:.1f}v4" stroke="{QUIET}"/>')
        if x - half < edge + 8.0 or x + half > right + 40.0:
            continue
        result.append(Label(word, x, bottom + 18.0, SIZE, "middle", QUIET))
        edge = x + half
    return result


def _line(line: Line, px: Scale, py: Scale) -> str:
    parts, pen = [], "M"
    for x, y in zip(line.x, line.y, strict=True):
        if math.isnan(y):
            pen = "M"
            continue
        parts.append(f"{pen}{px(x):.1f} {py(y):.1f}")
        pen = "L"
    dash = f' stroke-dasharray="{DASH[line.key]}"' if line.key in DASH else ""
    return (
        f'<path d="{"".join(parts)}" fill="none" stroke="{COLOUR.get(line.key, INK)}" '
        f'stroke-width="2.6" stroke-linejoin="round"{dash}/>'
    )


def _ink(line: Line, px: Scale, py: Scale) -> list[Box]:
    """Small boxes along a line, so that no note is written over it."""
    boxes = []
    points = [(px(x), py(y)) for x, y in zip(line.x, line.y, strict=True) if not math.isnan(y)]
    for (x1, y1), (x2, y2) in itertools.pairwise(points):
        count = max(1, int(math.hypot(x2 - x1, y2 - y1) / 4.0))
        for k in range(count):
            x, y = x1 + (x2 - x1) * k / count, y1 + (y2 - y1) * k / count
            boxes.append(Box(x - 1.0, y - 1.0, 2.0, 2.0))
    return boxes


def _band(lines: Sequence[Line], px: Scale, py: Scale) -> str:
    stacked = np.array([line.y for line in lines], dtype=float)
    low, high = stacked.min(axis=0), stacked.max(axis=0)
    xs = lines[0].x
    there = [f"{px(x):.1f} {py(y):.1f}" for x, y in zip(xs, high, strict=True)]
    back = [f"{px(x):.1f} {py(y):.1f}" for x, y in zip(xs, low, strict=True)][::-1]
    return f'<path d="M{"L".join([*there, *back])}z" fill="#9db4c8" fill-opacity="0.28"/>'


def _interval(line: Line, px: Scale, py: Scale) -> str:
    """What shades the interval of one line; steps where it is not known stay blank."""
    parts = []
    run: list[tuple[float, float, float]] = []
    known = [*zip(line.x, line.low, line.high, strict=True), (0.0, math.nan, math.nan)]
    for x, low, high in known:
        if not (math.isnan(low) or math.isnan(high)):
            run.append((x, low, high))
            continue
        if run:
            there = [f"{px(x):.1f} {py(top):.1f}" for x, _, top in run]
            back = [f"{px(x):.1f} {py(floor):.1f}" for x, floor, _ in reversed(run)]
            parts.append(f"M{'L'.join([*there, *back])}z")
        run = []
    colour = COLOUR.get(line.key, INK)
    return f'<path d="{"".join(parts)}" fill="{colour}" fill-opacity="0.22" class="interval"/>'


def _note(
    note: Note, x: float, y: float, taken: Sequence[Box],
    frame: tuple[float, float, float, float],
) -> Label | None:  # fmt: skip
    left, right, top, bottom = frame
    colour = WORD_COLOUR.get(note.key, INK)
    spots = [
        (9, 4.3, "start"), (5, 18.0, "start"), (5, -9.0, "start"), (-9, 4.3, "end"),
        (-5, 18.0, "end"), (-5, -9.0, "end"), (0, 19.0, "middle"), (30, 18.0, "start"),
    ]  # fmt: skip
    for dx, dy, anchor in spots:
        label = Label(note.words, x + dx, y + dy, SIZE, anchor, colour, halo=True)
        box = label.box
        inside = box.x >= left and box.x + box.width <= right
        inside = inside and box.y >= top - 2 and box.y + box.height <= bottom + 2
        if inside and not any(box.overlaps(other, 1.0) for other in taken):
            return label
    return None


def block(title: str, drawn: Figure) -> str:
    """A chart under its title, as HTML."""
    return f'<figure class="chart"><h3>{escape(title)}</h3>{drawn.svg}</figure>'


@dataclass(frozen=True)
class Bar:
    """One row: ``value`` is the bar, ``mark`` a second figure drawn as a tick; words follow."""

    name: str
    value: float
    words: str
    mark: float | None = None
    colour: str = COLOUR["frozen"]
    mark_key: str = "foresight"


def bar_chart(bars: Sequence[Bar], *, title: str, unit: str, width: float = CHART[0]) -> Figure:
    """Horizontal bars, each with its name on the left and its figure on the right.

    Parameters
    ----------
    unit : words for what the bars measure, printed above them.
    """
    if not bars:
        raise ValueError("a chart needs a bar")
    row, line, top = 27.0, 14.5, 22.0
    room = 0.42 * width
    wrapped = [wrap(bar.name, room) for bar in bars]
    heights = [row + line * (len(lines) - 1) for lines in wrapped]
    height = top + sum(heights) + 4.0
    left = 8.0 + max(text_width(words, SIZE) for lines in wrapped for words in lines)
    right = width - 10.0 - max(text_width(bar.words, SIZE) for bar in bars)
    largest = max(max(bar.value, bar.mark or 0.0) for bar in bars) or 1.0
    shapes = [f'<path d="M{left:.1f} {top - 2:.1f}V{height - 2:.1f}" stroke="{QUIET}"/>']
    labels = [Label(unit, left, 13.0, SIZE, colour=QUIET)]
    y = top
    for bar, lines, tall in zip(bars, wrapped, heights, strict=True):
        middle = y + tall / 2.0
        for k, words in enumerate(lines):
            at = middle + 4.4 + line * (k - (len(lines) - 1) / 2.0)
            labels.append(Label(words, left - 8.0, at, SIZE, "end"))
        reach = left + max(bar.value, bar.mark or 0.0) / largest * (right - left)
        shapes.append(_bar(bar, left, middle, (right - left) / largest))
        labels.append(Label(bar.words, reach + 7.0, middle + 4.4, SIZE, "start", INK))
        y += tall
    return figure(width, height, shapes, labels, title)


def _bar(bar: Bar, left: float, middle: float, scale: float) -> str:
    shape = (
        f'<rect x="{left:.1f}" y="{middle - 8.5:.1f}" width="{max(bar.value * scale, 0.8):.1f}" '
        f'height="17" fill="{bar.colour}" stroke="{bar.colour}"/>'
    )
    if bar.mark is None:
        return shape
    tick = f'd="M{left + bar.mark * scale:.1f} {middle - 11.5:.1f}v23"'
    return (
        f'{shape}<path {tick} stroke="#fff" stroke-width="6"/>'
        f'<path {tick} stroke="{COLOUR[bar.mark_key]}" stroke-width="3.4"/>'
    )


def wrap(words: str, room: float) -> list[str]:
    """Words on as few lines as fit; a single word longer than the room stays whole."""
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, SIZE) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]


def overlaps(drawn: Figure) -> list[tuple[Box, Box]]:
    """Pairs of words that lie on each other; empty for a drawing fit to be shown."""
    boxes = drawn.boxes
    return [(a, b) for k, a in enumerate(boxes) for b in boxes[k + 1 :] if a.overlaps(b, -0.5)]


def outside(drawn: Figure) -> list[Box]:
    """Words that are clipped at the edge of the drawing."""
    return [box for box in drawn.boxes if not box.within(drawn.width + 0.5, drawn.height + 0.5)]
