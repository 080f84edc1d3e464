"""Checks of refining hubs: codes, readings that ascend, and capital that falls with size."""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import TYPE_CHECKING

from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check
from seawall.study.checks.sites import REGION
from seawall.study.hub_records import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


@check("hub_sites")
def hub_regions_are_codes(context: Context) -> Iterator[Problem]:
    """Regions of sites are ISO 3166-2 codes."""
    for row in context.rows("hub_sites"):
        if row["region"] and not REGION.fullmatch(row["region"]):
            yield context.problem(
                "hub_sites", row, "region", "not an ISO 3166-2 code", "e.g. IN-KL"
            )


@check("hub_feeds")
def hub_feeds_ascend(context: Context) -> Iterator[Problem]:
    """Of both oxides the low reading is at most the middle one, and that at most the high one."""
    for row in context.rows("hub_feeds"):
        for name in ("ndpr", "dytb"):
            readings = (f"{name}_low", name, f"{name}_high")
            yield from _ascending(context, "hub_feeds", row, readings, "t/yr")


@check("hub_sizes")
def hub_capital_ascends(context: Context) -> Iterator[Problem]:
    """The cheapest reading is at most what a circuit costs, and that at most the dearest."""
    for row in context.rows("hub_sizes"):
        readings = ("capital_low", "capital", "capital_high")
        yield from _ascending(context, "hub_sizes", row, readings, "million USD")


def _ascending(
    context: Context, table: str, row: Row, readings: tuple[str, str, str], unit: str
) -> Iterator[Problem]:
    for lower, upper in itertools.pairwise(readings):
        if row[lower] > row[upper]:
            most = format_number(row[upper])
            rule = f"above {upper} ({most} {unit})"
            yield context.problem(table, row, lower, rule, f"at most {most}")


@check("hub_sizes")
def hubs_make_known_oxides(context: Context) -> Iterator[Problem]:
    """Ore and users have columns for two oxides: circuits make one of them."""
    for row in context.rows("hub_sizes"):
        if row["output"] and row["output"] not in OUTPUTS:
            yield context.problem(
                "hub_sizes", row, "output", "not an oxide that hubs make", " or ".join(OUTPUTS)
            )


@check("hub_sizes")
def larger_circuits_cost_less_a_tonne(context: Context) -> Iterator[Problem]:
    """A larger circuit costs more, and less for each tonne: else smaller ones stand in for it."""
    circuits: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows("hub_sizes"):
        if row["size"] > 0 and row["capital"] >= 0:
            circuits[row["output"]].append(row)
    for rows in circuits.values():
        rows.sort(key=lambda row: float(row["size"]))
        for small, large in itertools.pairwise(rows):
            most = small["capital"] * large["size"] / small["size"]
            least = small["capital"]
            if not least <= large["capital"] <= most:
                size = format_number(small["size"])
                yield context.problem(
                    "hub_sizes", large, "capital",
                    f"out of line with the circuit of {size} t/yr: larger ones cost more, and no "
                    "more for each tonne",
                    f"{format_number(least)} to {format_number(most)}",
                )  # fmt: skip


@check("hub_users")
def makers_of_cells_take_no_oxide(context: Context) -> Iterator[Problem]:
    """Makers of cells stand for their distance alone."""
    for row in context.rows("hub_users"):
        for column in ("ndpr", "dytb"):
            if row["kind"] == "cells" and row[column] > 0:
                rule = "makers of cells take no rare earths"
                yield context.problem("hub_users", row, column, rule, "0, or kind magnets")
