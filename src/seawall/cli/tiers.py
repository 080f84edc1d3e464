"""The tree through the tiers as text: who made what a place uses, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from seawall.report import text
from seawall.report.views import Names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from seawall.questions.exposure import ExposureResult

#: Countries told by name at each stage, and the share below which nobody is.
NAMED = 4
LEAST = 0.005
#: A share counts as known when more than this part of it runs on lanes whose flows are.
KNOWN = 0.5
NOT_KNOWN = "~"
LEGEND = f"{NOT_KNOWN} no trade between the pair is known: the share was filled in"


def tree(result: ExposureResult) -> list[str]:
    """Lines of the trees of one place: of all that it demands, or of the one commodity that was
    asked for.  No line where no place was: the tables say it shorter.
    """
    asked = result.identity
    table = result.tables.get("lookthrough", pd.DataFrame())
    if table.empty or not asked.get("place"):
        return []
    if not asked.get("commodity"):
        table = table[table["use"] == "demand"]
    names, titles = Names(result.study), result.study.lookup("commodities", "name")
    lines: list[str] = []
    for (place, good), rows in table.groupby(["place", "commodity"], sort=False):
        lines.append(f"Who stands behind {place}, {good}{_named(str(good), titles)}")
        for element, part in rows.groupby("element", sort=False):
            lines += _of_element(str(element), part, names)
        lines.append("")
    if any(NOT_KNOWN in line for line in lines):
        lines += [LEGEND, ""]
    return [line.replace(text.NB, " ") for line in lines]


def _of_element(element: str, rows: pd.DataFrame, names: Names) -> Iterator[str]:
    """A head where an element is traced, then a line a stage, the last made first."""
    depth = 1
    if element:
        yield f"  {element}"
        depth = 2
    order = rows.sort_values("steps", kind="stable").groupby("stage_commodity", sort=False)
    stages = [(int(made["steps"].iloc[0]), str(good), made) for good, made in order]
    wide = max(2 * steps + len(good) for steps, good, _ in stages)
    for steps, good, made in stages:
        label = "  " * steps + good
        yield f"{'  ' * depth}{label.ljust(wide)}  {_makers(made, names)}"


def _makers(made: pd.DataFrame, names: Names) -> str:
    """The largest makers of one stage by country, recycling apart, and what the rest adds up to."""
    share, known = made["share"], made["share"] * made["known"]
    keys = [made["origin_country"], made["origin_kind"] == "recycling"]
    found = pd.DataFrame({"share": share, "known": known}).groupby(keys, sort=False).sum()
    found = found.sort_values("share", ascending=False, kind="stable")
    shown = found[found["share"] >= LEAST].head(NAMED)
    told = [
        _maker(names.place(country), bool(again), float(row["share"]), float(row["known"]))
        for (country, again), row in zip(shown.index, shown.to_dict("records"), strict=True)
    ]
    rest = float(found["share"].sum() - shown["share"].sum())
    if rest >= LEAST:
        told.append(f"the rest {text.pct(rest)}")
    return ", ".join(told) or f"each under {text.pct(LEAST)}"


def _maker(name: str, again: bool, share: float, known: float) -> str:
    mark = "" if known > KNOWN * share else NOT_KNOWN
    # Without the rounding of a linear system, which makes all of it "over 99 %".
    return f"{mark}{name}{' (recycled)' if again else ''} {text.pct(round(share, 9))}"


def _named(good: str, titles: Mapping[str, str]) -> str:
    """Its name in brackets, where that says more than its key."""
    name = titles[good]
    return "" if name.lower() == good.lower() else f" ({name})"
