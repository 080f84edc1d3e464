"""A chart of how something grows with n, both axes logarithmic, as an SVG file."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.report.charts import SERIES, Axis, Line, line_chart

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


def chart(
    path: Path,
    lines: Mapping[str, tuple[Sequence[int], Sequence[float]]],
    title: str,
    least: float,
) -> None:
    """Draw values over n; what is below `least` is drawn there, and NaN leaves a gap."""
    series = [
        Line(name, key, [math.log10(n) for n in xs], [math.log10(max(y, least)) for y in ys])
        for key, (name, (xs, ys)) in zip(SERIES, lines.items(), strict=False)
        if not all(math.isnan(y) for y in ys)
    ]
    x = [v for line in series for v in line.x]
    y = [v for line in series for v in line.y if not math.isnan(v)]
    drawn = line_chart(
        series,
        Axis(min(x), max(x), [(v, f"{10**v:,.0f}") for v in sorted(set(x))], "n"),
        _powers(min(y), max(y), title),
        title=title,
    )
    opening = '<svg xmlns="http://www.w3.org/2000/svg" '
    path.write_text(drawn.svg.replace("<svg ", opening, 1) + "\n", encoding="utf-8")


def _powers(low: float, high: float, name: str) -> Axis:
    """Powers of ten around the values."""
    first, last = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    return Axis(first, last, [(k, f"{10.0**k:g}") for k in range(first, last + 1)], name)
