"""The section of published totals: does the base look like the world?  Red first."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from seawall.report import text, views
from seawall.report.tables import Cell, Html, html_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from seawall.report.views import Names

LIGHTS: Mapping[str, tuple[str, str]] = {
    "red": ("far off", "#A63C06"),
    "amber": ("off", "#E69F00"),
    "none": ("nothing to compare", "#8fa3b5"),
    "green": ("agrees", "#009E73"),
}


def plausible_section(table: pd.DataFrame, names: Names) -> str:
    """HTML of the traffic lights; empty without published totals."""
    if table.empty:
        return ""
    order = {light: k for k, light in enumerate(LIGHTS)}
    rows = table.assign(
        rank=table["light"].map(order), own=~table["independent"].astype(bool)
    ).sort_values(["rank", "own"], kind="stable")
    off = rows[rows["light"] != "green"].to_dict("records")
    green = rows[rows["light"] == "green"].to_dict("records")
    shown = _table(off, names, "Published totals that the base does not meet") if off else ""
    folded = (
        f"<details><summary>{len(green)} totals that agree</summary>"
        f"{_table(green, names, 'Published totals that the base meets')}</details>"
        if green
        else ""
    )
    return (
        '<section id="plausible"><h2>Does the base look like the world?</h2>'
        f'<p class="lead">{escape(sentence(table))}</p>{shown}{folded}</section>'
    )


def sentence(table: pd.DataFrame) -> str:
    """How many independent totals are far off, off, and met."""
    own = table["independent"].astype(bool)
    counted = table.loc[own, "light"].value_counts()
    parts = [
        f"{counted[light]} {words} ({light})"
        for light, (words, _) in LIGHTS.items()
        if counted.get(light) and light != "none"
    ]
    kept = int((~own).sum())
    rest = f" {kept} more were inputs themselves: that they agree proves nothing." if kept else ""
    if not parts:
        return f"No published total is independent of the inputs.{rest}"
    return f"Of {int(own.sum())} independent published totals: {', '.join(parts)}.{rest}"


def _table(rows: Sequence[Mapping[object, object]], names: Names, caption: str) -> str:
    cells: list[list[Cell]] = []
    for r in rows:
        where = [names.place(r[c]) for c in ("place", "partner") if not text.missing(r.get(c))]
        span = f"{text.cell(r['low'])} to {text.cell(r['high'])}"
        cells.append(
            [_light(str(r["light"])), text.capital(text.words(r["what"])), " from ".join(where),
             text.cell(r["model"]), text.cell(r["published"]), span, str(r["unit"]),
             text.cell(r["as_of"]) if not text.missing(r["as_of"]) else text.NOTHING,
             "yes" if r["independent"] else "no, an input",
             names.in_words(r["why"])]
        )  # fmt: skip
    return html_table(
        ["Light", "Total", "Where", "Base", "Published", "Agrees from, to", "Unit", "As of",
         "Independent", "Why"],
        cells, caption=caption, numbers=(3, 4, 5),
    )  # fmt: skip


def _light(light: str) -> Html:
    """A dot and its word: colour alone says nothing to some readers."""
    colour = LIGHTS[light][1] if light in LIGHTS else "#8fa3b5"
    return Html(f'<span class="dot" style="background:{colour}"></span>{escape(light)}')


def bad(table: pd.DataFrame) -> int:
    """Independent totals that are far off."""
    own = table["independent"].astype(bool)
    return int((views.column(table, "light")[own] == "red").sum())
