"""Drawings of promises: bars of statuses, intervals of forecasts, marks on a line of years."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Any

from seawall.questions.track.status import STATUSES
from seawall.report import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

__all__ = ["interval", "status_bar", "status_key", "years"]

INK, QUIET, LINE = "#1f2a37", "#5a6773", "#d5dce3"
FILL = {
    "delivered": "#0072B2", "on track": "#56B4E9", "moving": "#b9d3e6", "late": "#D55E00",
    "stalled": "#8c2d04", "no evidence": "#ffffff",
}  # fmt: skip
#: px of the longest bar, of a row of intervals, and of the line of years with its names.
BAR, ROW, WIDE, NAMES = 150.0, 240.0, 980.0, 170.0
#: Shares of the target at the ends of the scale of intervals, which is logarithmic.
LEAST, MOST = 0.001, 10.0
_LANE = 26.0


def status_bar(counts: Sequence[int], most: int) -> str:
    """Counts in the order of `STATUSES` as one bar; `most` fills the whole width."""
    parts, x = [], 0.0
    for name, count in zip(STATUSES, counts, strict=True):
        width = BAR * count / max(most, 1)
        if count:
            parts.append(
                f'<rect x="{x + 0.5:.1f}" y="0.5" width="{width:.1f}" height="13" '
                f'fill="{FILL[name]}" stroke="{QUIET}"><title>{count} {name}</title></rect>'
            )
        x += width
    return (
        f'<svg width="{BAR + 2:.0f}" height="14" role="img" aria-label="'
        f'{escape(_told(counts), quote=True)}">{"".join(parts)}</svg>'
    )


def _told(counts: Sequence[int]) -> str:
    return ", ".join(f"{n} {name}" for name, n in zip(STATUSES, counts, strict=True) if n)


def status_key() -> str:
    """Which colour is which status."""
    items = "".join(
        f'<li><svg width="14" height="14"><rect x="0.5" y="0.5" width="13" height="13" '
        f'fill="{FILL[name]}" stroke="{QUIET}"/></svg> {escape(name)}</li>'
        for name in STATUSES
    )
    return f'<ul class="key">{items}</ul>'


def interval(low: float, middle: float, high: float, naive: float) -> str:
    """An interval on the scale of the target: a line from `low` to `high`, a dot at `middle`, a
    tick at `naive`; all as shares of the target, which is the dashed line."""
    x = [_place(value) for value in (low, middle, high, naive)]
    aim = _place(1.0)
    return (
        f'<svg width="{ROW:.0f}" height="18" role="img" aria-label="{text.pct(low)} to '
        f'{text.pct(high)} of the target"><path d="M0 9H{ROW:.0f}" stroke="{LINE}"/>'
        f'<path d="M{aim:.1f} 0V18" stroke="{INK}" stroke-dasharray="3 2"/>'
        f'<path d="M{x[0]:.1f} 9H{max(x[2], x[0] + 1):.1f}" stroke="#0072B2" stroke-width="5"/>'
        f'<path d="M{x[3]:.1f} 2V16" stroke="#D55E00" stroke-width="2"/>'
        f'<circle cx="{x[1]:.1f}" cy="9" r="4" fill="{INK}"/></svg>'
    )


def _place(share: float) -> float:
    """Where a share of the target lies in a row."""
    inside = min(max(share, LEAST), MOST)
    return ROW * math.log(inside / LEAST) / math.log(MOST / LEAST)


def years(timeline: pd.DataFrame, as_of: str) -> str:
    """Marks by sector on a line of years; each says what it is when pointed at."""
    first = int(timeline["first"].min()[:4])
    last = int(timeline["last"].max()[:4]) + 1
    lanes = {name: n for n, name in enumerate(dict.fromkeys(timeline["sector"]))}
    height = _LANE * len(lanes) + 34.0

    def at(day: str) -> float:
        year, month, of_month = (int(part) for part in day.split("-"))
        when = year + (month - 1) / 12.0 + (of_month - 1) / 365.0
        return NAMES + (WIDE - NAMES - 20.0) * (when - first) / (last - first)

    shapes = []
    for name, n in lanes.items():
        y = 14.0 + _LANE * n
        shapes.append(f'<text x="0" y="{y + 4:.0f}" fill="{INK}" font-size="13">'
                      f"{escape(text.capital(str(name)))}</text>"
                      f'<path d="M{NAMES:.0f} {y:.0f}H{WIDE:.0f}" stroke="{LINE}"/>')  # fmt: skip
    step = max(1, math.ceil((last - first) / 12))
    for year in range(first, last + 1, step):
        x = at(f"{year}-01-01")
        shapes.append(f'<path d="M{x:.1f} 6V{height - 20:.0f}" stroke="{LINE}"/><text x="{x:.1f}" '
                      f'y="{height - 5:.0f}" text-anchor="middle" fill="{QUIET}" font-size="12">'
                      f"{year}</text>")  # fmt: skip
    now = at(as_of)
    shapes.append(f'<path d="M{now:.1f} 4V{height - 20:.0f}" stroke="#A63C06" stroke-width="1.5"/>')
    rows: Any = timeline.itertuples(index=False)
    shapes += [_mark(row, at(row.last), 14.0 + _LANE * lanes[row.sector]) for row in rows]
    return (
        f'<div class="chart"><svg class="figure" width="{WIDE:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {WIDE:.0f} {height:.0f}" role="img" aria-label="Dates by sector">'
        f"{''.join(shapes)}</svg></div>"
    )


def _mark(row: Any, x: float, y: float) -> str:
    """What happened is full, what is due is hollow; a deadline is a bar."""
    title = f"<title>{escape(f'{row.date}, {row.kind}: {row.what} ({row.pledge})')}</title>"
    if row.kind == "deadline":
        return (f'<path d="M{x:.1f} {y - 8:.1f}v16" stroke="{INK}" stroke-width="3">{title}'
                "</path>")  # fmt: skip
    fill = {"promised": "#b9d3e6", "evidence": "#56B4E9", "done": "#0072B2"}.get(row.kind, "#fff")
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="{INK}" '
        f'stroke-width="0.8">{title}</circle>'
    )
