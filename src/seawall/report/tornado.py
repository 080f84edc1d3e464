"""Which inputs move an answer most, and what it would be at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import text, views
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from seawall.report.views import Case

MOST = 5
#: Part of the figure by which an input must move it by itself to be shown: the draws alone, when
#: they are few, point to inputs by chance.
LEAST = 0.01


def tornado_html(case: Case, place: str) -> str:
    """A table of the inputs that move what a place lacks; empty where none were tried."""
    table = case.table("tornado")
    if table.empty:
        return ""
    rows = table[(table["place"].astype(str) == place) & (table["figure"] == "unserved")]
    low, high = (views.figures(rows, name) for name in ("low", "high"))
    width = (high - low).abs()
    rows = rows.assign(width=width)[width > LEAST * pd.concat([low, high], axis=1).max(axis=1)]
    rows = rows.sort_values(["response", "width"], ascending=False, kind="stable")
    if rows.empty:
        return ""
    cells = [_cells(row) for _, part in rows.groupby("response", sort=False)
             for row in part.head(MOST).to_dict("records")]  # fmt: skip
    name = case.of(place, case.responses[0]).name
    return html_table(
        ["Response", "Input", "Its evidence", "Input from", "to", "Not served from", "to"],
        cells, caption=f"{name}: what moves the answer most", numbers=range(3, 7),
        note="Each input alone, at its 10th and 90th percentile, the base balanced and fitted "
        "anew. How much of the variance each makes takes more draws: --uncertain 200.",
    )  # fmt: skip


def _cells(row: dict[object, object]) -> list[str]:
    unit = str(row["unit"])
    ends = [_figure(row[key]) for key in ("low_input", "high_input")]
    return [
        text.RESPONSES.get(str(row["response"]), str(row["response"])),
        text.capital(str(row["name"])),
        str(row["confidence"]),
        ends[0],
        f"{ends[1]} {unit}",
        text.mt(row["low"]),
        text.mt(row["high"]),
    ]


def _figure(value: object) -> str:
    known = text.number(value)
    return text.NOTHING if known is None else text.sig(known)
