"""Which inputs move an answer most, and what it would be at their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.report import text
from seawall.report.tables import html_table

if TYPE_CHECKING:
    from seawall.report.views import Case

MOST = 5


def tornado_html(case: Case, place: str) -> str:
    """A table of the inputs that move what a place lacks; empty where none were tried."""
    table = case.table("tornado")
    if table.empty:
        return ""
    rows = table[(table["place"].astype(str) == place) & (table["figure"] == "unserved")]
    if rows.empty:
        return ""
    cells = [_cells(row) for _, part in rows.groupby("response", sort=False)
             for row in part.head(MOST).to_dict("records")]  # fmt: skip
    name = case.of(place, case.responses[0]).name
    return html_table(
        ["Response", "Input", "Its evidence", "Input from", "to", "Not served from", "to",
         "Share of variance"],
        cells, caption=f"{name}: what moves the answer most", numbers=range(3, 8),
        note="Each input alone, at its 10th and 90th percentile, the base balanced and fitted "
        "anew. Shares are those of the variance of what is not served.",
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
        text.pct(row["share_of_variance"]),
    ]


def _figure(value: object) -> str:
    known = text.number(value)
    return text.NOTHING if known is None else text.sig(known)
