"""Checks of the tables of power grids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: Days of each month; February as in the year of 365 days that all rates speak of.
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_GRID_COLUMNS = {
    "generators": ("grid",), "interties": ("origin", "destination"), "loads": ("grid",),
    "grid_gas": ("grid",),
}  # fmt: skip


@check("places", *_GRID_COLUMNS)
def grids_are_grids(context: Context) -> Iterator[Problem]:
    """What the tables of grids name as a grid is a place of that kind, and has loads."""
    kind = {row["id"]: row["kind"] for row in context.rows("places")}
    loaded = {row["grid"] for row in context.rows("loads")}
    for table, columns in _GRID_COLUMNS.items():
        for row in context.rows(table):
            for column in columns:
                name = row[column]
                if not name or name not in kind:
                    continue
                if kind[name] != "grid":
                    yield context.problem(
                        table, row, column, f'the place is of kind "{kind[name]}"',
                        "name a place of kind grid",
                    )  # fmt: skip
                elif name not in loaded:
                    yield context.problem(
                        table, row, column, "the grid has no loads", "add its rows to loads.csv"
                    )


@check("generators")
def fuels_have_their_figures(context: Context) -> Iterator[Problem]:
    """Gas has a heat rate, pumped storage a fill and an efficiency; no other fuel has them."""
    for row in context.rows("generators"):
        if not row["fuel"]:
            continue
        for column, fuel, example in (
            ("heat_rate", "gas", "0.122"),
            ("lng_share", "gas", "1"),
            ("fill", "pumped storage", "75"),
            ("efficiency", "pumped storage", "0.7"),
        ):
            blank = np.isnan(row[column])
            if row["fuel"] == fuel and blank:
                rule, fix = f"{fuel} needs {column}", f"e.g. {example}"
            elif row["fuel"] != fuel and not blank:
                rule, fix = f"{column} is only for {fuel}", "leave it blank"
            else:
                continue
            yield context.problem("generators", row, column, rule, fix)


@check("generators")
def costs_are_per_energy(context: Context) -> Iterator[Problem]:
    """A generator's cost is a price per energy, not per mass."""
    for row in context.rows("generators"):
        if row["cost_unit"] and units.parse(row["cost_unit"]).base.endswith("/t"):
            fix = f"e.g. {context.settings.currency}/MWh"
            yield context.problem("generators", row, "cost_unit", "a price per mass", fix)


@check("interties")
def interties_join_two_grids(context: Context) -> Iterator[Problem]:
    """A line ends elsewhere than it starts, and carries in the base what it can carry."""
    for row in context.rows("interties"):
        if row["origin"] and row["origin"] == row["destination"]:
            yield context.problem(
                "interties", row, "destination", "the line ends where it starts",
                "name another grid",
            )  # fmt: skip
        most = row["limit"] * 8.76
        if row["base"] > most:
            yield context.problem(
                "interties", row, "base", "more than the limit lets through in a year",
                f"at most {format_number(round(most, 3))} GWh/yr",
            )  # fmt: skip


@check("loads")
def loads_hold_together(context: Context) -> Iterator[Problem]:
    """Twelve whole months a grid, and the mean load between the lowest and the highest."""
    months: dict[str, dict[float, Row]] = {}
    for row in context.rows("loads"):
        month = row["month"]
        if np.isnan(month):
            continue
        if month != int(month):
            yield context.problem("loads", row, "month", "not a whole month", "1 to 12")
            continue
        if row["grid"]:
            months.setdefault(row["grid"], {})[month] = row
        mean = row["energy"] * 1000 / (DAYS_OF_MONTH[int(month) - 1] * 24)
        told = format_number(round(mean, 1))
        if row["minimum"] >= mean:
            rule = f"not below the mean load of the month ({told} MW)"
            yield context.problem("loads", row, "minimum", rule, f"less than {told} MW")
        if row["peak"] <= mean:
            rule = f"not above the mean load of the month ({told} MW)"
            yield context.problem("loads", row, "peak", rule, f"more than {told} MW")
    for found in months.values():
        missing = [format_number(m) for m in range(1, 13) if m not in found]
        if missing:
            row = next(iter(found.values()))
            yield context.problem(
                "loads", row, "grid", f"no loads for months {', '.join(missing)}",
                "a grid has one row for each of the twelve months",
            )  # fmt: skip


@check("generators", "grid_gas", "demands", clean=True)
def gas_plants_get_gas(context: Context) -> Iterator[Problem]:
    """Whatever variants are chosen, a grid with gas plants says whose gas they burn."""
    told: set[str] = set()
    for selection in context.selections():
        demands = {row["id"] for row in context.selected_rows("demands", selection)}
        fed = {row["grid"] for row in context.rows("grid_gas") if row["demand"] in demands}
        for row in context.selected_rows("generators", selection):
            if row["fuel"] != "gas" or not row["grid"] or row["grid"] in fed | told:
                continue
            told.add(row["grid"])
            chosen = ", ".join(selection.values())
            yield context.problem(
                "generators", row, "grid",
                "no demand for gas feeds its gas plants"
                + (f" (variants: {chosen})" if chosen else ""),
                "add the demands that do to grid_gas.csv",
            )  # fmt: skip


@check("grid_gas")
def gas_is_burnt_once(context: Context) -> Iterator[Problem]:
    """The shares of one demand add up to 1 at most."""
    shares: dict[str, float] = {}
    for row in context.rows("grid_gas"):
        if not row["demand"] or np.isnan(row["share"]):
            continue
        shares[row["demand"]] = shares.get(row["demand"], 0.0) + row["share"]
        if shares[row["demand"]] > 1 + 1e-9:
            yield context.problem(
                "grid_gas", row, "share",
                f"the shares of this demand add up to {format_number(shares[row['demand']])}",
                "at most 1 over all grids",
            )  # fmt: skip
