"""Checks of hazards: their targets exist, their distributions hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

_TABLE_OF = {
    "passage": ("passages",),
    "facility": ("facilities",),
    "lane": ("lanes",),
    "place": ("places",),
    "ban": ("places",),
    "demand": ("places",),
}


def targets(row: Row) -> list[str]:
    """Return the ids that a hazard hits, in their order."""
    return [name.strip() for name in row["target"].split(";")]


def _known(context: Context, kind: str) -> set[str]:
    names: set[str] = set()
    for table in _TABLE_OF[kind]:
        names |= {row["id"] for row in context.rows(table)}
        if table == "places":
            names |= {row["country"] for row in context.rows(table)}
    return names - {""}


@check("passages", "facilities", "lanes", "places")
def hazards_hit_something(context: Context) -> Iterator[Problem]:
    """Every id that a hazard hits is one of its kind, and is named once."""
    for row in context.rows("hazards"):
        if not row["kind"] or not row["target"]:
            continue
        known = _known(context, row["kind"])
        names = targets(row)
        for name in names:
            if name not in known:
                yield context.problem(
                    "hazards", row, "target", f'unknown {row["kind"]} "{name}"',
                    nearest(name, known, f"{_TABLE_OF[row['kind']][0]}.csv"),
                )  # fmt: skip
            elif names.count(name) > 1:
                yield context.problem(
                    "hazards", row, "target", f'"{name}" is named twice', "name each id once"
                )


@check("places", "facilities", "processes", "demands", "lanes")
def hazards_hit_what_is_there(context: Context) -> Iterator[Problem]:
    """A place that a hazard hits makes, sends or uses something (of its commodity)."""
    country = {row["id"]: row["country"] for row in context.rows("places")}
    made = [
        (f["place"], recipe["commodity"])
        for f in context.rows("facilities")
        for recipe in context.recipes.get(f["process"], [])
        if recipe["role"] != "input"
    ]
    there = {
        "place": made,
        "demand": [(row["place"], row["commodity"]) for row in context.rows("demands")],
        "ban": [(row["origin"], row["commodity"]) for row in context.rows("lanes")],
    }
    verb = {"place": "is made", "demand": "is wanted", "ban": "is sent"}
    for row in context.rows("hazards"):
        kind, commodity = row["kind"], row["commodity"]
        if kind not in there:
            if commodity:
                yield context.problem(
                    "hazards", row, "commodity", f"a {kind} is hit whole", "leave it blank"
                )
            continue
        for name in targets(row):
            if name not in _known(context, kind):
                continue
            here = [c for p, c in there[kind] if name in (p, country.get(p))]
            if not here or (commodity and commodity not in here):
                what = commodity or "nothing"
                yield context.problem(
                    "hazards", row, "target",
                    f'no {what} {verb[kind]} at "{name}"' if commodity
                    else f'{what} {verb[kind]} at "{name}"',
                    "name a place where it is, or another kind of target",
                )  # fmt: skip


@check()
def hazards_have_a_depth_within_bounds(context: Context) -> Iterator[Problem]:
    """A least or largest depth stands on its side of the mean, and not at the mean alone."""
    for row in context.rows("hazards"):
        low, mean, high = row["depth_least"], row["depth"], row["depth_most"]
        if np.isnan(low) != np.isnan(high):
            missing = "depth_least" if np.isnan(low) else "depth_most"
            yield context.problem(
                "hazards", row, missing, "only one of the two bounds is given",
                "give both, or none where the depth is always the same",
            )  # fmt: skip
        elif (low == mean) != (high == mean) and low <= mean <= high:
            rule = f"a mean of {format_number(mean)} at one bound allows nothing but that bound"
            yield context.problem(
                "hazards", row, "depth", rule, "a mean between depth_least and depth_most"
            )


@check()
def demand_comes_back_at_once(context: Context) -> Iterator[Problem]:
    """Only what is taken away recovers in steps."""
    for row in context.rows("hazards"):
        if row["kind"] == "demand" and row["recovery_days"] > 0:
            yield context.problem(
                "hazards", row, "recovery_days", "demand does not recover in steps", "write 0"
            )


@check()
def hazards_have_whole_seasons(context: Context) -> Iterator[Problem]:
    """A season has a first and a last month, both whole numbers."""
    for row in context.rows("hazards"):
        first, last = row["season_from"], row["season_to"]
        if np.isnan(first) != np.isnan(last):
            missing = "season_from" if np.isnan(first) else "season_to"
            yield context.problem(
                "hazards", row, missing, "a season has a first and a last month", "give both"
            )
        for column in ("season_from", "season_to"):
            if not np.isnan(row[column]) and row[column] % 1:
                yield context.problem(
                    "hazards", row, column, "not a month", "a whole number from 1 to 12"
                )


@check()
def hazard_frequency_ranges_are_whole(context: Context) -> Iterator[Problem]:
    """A frequency has both percentiles above zero, or none."""
    for row in context.rows("hazards"):
        low, high = row["frequency_low"], row["frequency_high"]
        if np.isnan(low) != np.isnan(high):
            missing = "frequency_low" if np.isnan(low) else "frequency_high"
            yield context.problem(
                "hazards", row, missing, "only one of the two percentiles is given",
                "give both, or none",
            )  # fmt: skip
        elif low == 0 and row["frequency"] > 0:
            yield context.problem(
                "hazards", row, "frequency_low", "a frequency that may be 0 has no distribution",
                "a number above 0, if small",
            )  # fmt: skip


@check()
def clusters_agree(context: Context) -> Iterator[Problem]:
    """Hazards of one cluster share their yearly factor, so they have the same dispersion."""
    first: dict[str, Row] = {}
    for row in context.rows("hazards"):
        if not row["cluster"]:
            if row["dispersion"] > 0:
                yield context.problem(
                    "hazards", row, "cluster", "a dispersion without a cluster",
                    "name the cluster, one of its own if it stands alone",
                )  # fmt: skip
            continue
        other = first.setdefault(row["cluster"], row)
        if other["dispersion"] != row["dispersion"]:
            yield context.problem(
                "hazards", row, "dispersion",
                f'cluster "{row["cluster"]}" has {format_number(other["dispersion"])} in row '
                f"{other['row']}",
                "one number for all hazards of a cluster",
            )  # fmt: skip
