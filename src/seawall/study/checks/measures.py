"""Checks of units, of ranges, and of figures against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import Problem
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Assumptions that every run reads, with the unit in which the engine takes them.
ENGINE_ASSUMPTIONS = {
    "holding_cost": "share/week",
    "demurrage": "share/week",
    "contract_floor": "share",
    "drop_below": "Mt/yr",
}
RANGES = (
    ("facilities", "low", "base", "high"),
    ("lanes", "low", "base", "high"),
    ("demands", "low", "quantity", "high"),
    ("demands", "wtp_low", "wtp", "wtp_high"),
    ("prices", "low", "price", "high"),
    ("hazards", "frequency_low", "frequency", "frequency_high"),
    ("hazards", "depth_least", "depth", "depth_most"),
    ("published", "low", "value", "high"),
    ("assumptions", "low", "value", "high"),
)
#: Window of re-planning in weeks, which adds to the periods over which discount works.
_WINDOW_WEEKS = 26


@check("commodities")
def commodities_have_a_rate(context: Context) -> Iterator[Problem]:
    """A commodity is counted in a unit that has a yearly rate in the list of units."""
    known = units.all_units()
    for row in context.rows("commodities"):
        if row["unit"] and not (known[row["unit"]].convertible and f"{row['unit']}/yr" in known):
            yield context.problem(
                "commodities", row, "unit", "no quantity that flows: it has no rate a year",
                'count it in a unit such as Mt, kt, t, "t NdPr oxide", GWh or bcm',
            )  # fmt: skip


@check("commodities", "processes")
def units_fit(context: Context) -> Iterator[Problem]:
    """Every unit measures what its column is about, for the commodity of its row."""
    for table in TABLES.values():
        if table.name == "commodities":
            continue
        for column in table.columns:
            if column.kind != "unit" or column.dimension == "any":
                continue
            for row in context.rows(table.name):
                if row[column.name]:
                    name = context.commodity_of(table.name, row)
                    rule = unit_rule(context, row[column.name], column.dimension, name)
                    if rule:
                        yield context.problem(table.name, row, column.name, *rule)


def unit_rule(
    context: Context, name: str, dimension: str, commodity_id: str
) -> tuple[str, str] | None:
    """Return what is wrong with a unit and what would be right.

    Parameters
    ----------
    name, dimension
        The unit, and what it must measure: the `dimension` of a column of units.
    commodity_id
        The commodity that it counts; one that is not known is passed over.
    """
    unit = units.parse(name)
    if dimension == "mass flow":
        if unit.dimension == "mass flow":
            return None
        return f"it measures {unit.dimension}, not mass flow", "e.g. Mt/yr"
    commodity = context.commodities.get(commodity_id)
    if dimension == "price":
        return _price_rule(context, unit, commodity)
    if commodity is None or not commodity["unit"]:
        return None
    counted = commodity["unit"]
    wanted = counted if dimension == "commodity" else f"{counted}/yr"
    if wanted not in units.all_units() or unit.compatible(units.parse(wanted)):
        return None
    return (
        f'{unit.dimension} is not what "{commodity["id"]}" is counted in',
        f"a unit that converts to {wanted}",
    )


def _price_rule(
    context: Context, unit: units.Unit, commodity: Row | None
) -> tuple[str, str] | None:
    """Return why a price unit cannot be used for a commodity."""
    currency = context.settings.currency
    fix = f"e.g. {currency}/t" + (f" or {currency}/MMBtu" if currency == "USD" else "")
    if unit.dimension != "price" or not unit.convertible:
        return f'"{unit.name}" is no price', fix
    money, _, per = unit.base.partition("/")
    if money != currency:
        return f"the study's money is {currency}, and no exchange rate is fixed", fix
    if commodity is None or not commodity["unit"]:
        return None
    counted, base = units.parse(commodity["unit"]).dimension, units.parse(commodity["unit"]).base
    if per == base:
        return None
    if per not in ("t", "MMBtu"):
        return f'a price per {per} does not fit "{commodity["id"]}", counted in {base}', fix
    if per == "MMBtu" and counted != "energy" and np.isnan(commodity["energy_content"]):
        return (
            f'a price per MMBtu needs the energy_content of "{commodity["id"]}"',
            f"fill it in commodities.csv, or write the price per tonne ({currency}/t)",
        )
    if per == "t" and not counted.startswith("mass"):
        return f'"{commodity["id"]}" is not counted in mass', f"e.g. {currency}/MMBtu"
    return None


@check()
def figures_have_units(context: Context) -> Iterator[Problem]:
    """A figure whose unit may be blank has one when it is given."""
    for table in TABLES.values():
        for unit in table.columns:
            if unit.kind != "unit" or unit.required:
                continue
            measured = [column for column in table.columns if column.unit == f"@{unit.name}"]
            for row in context.rows(table.name):
                given = [
                    f"{column.name} is {format_number(row[column.name])}"
                    for column in measured
                    if not np.isnan(row[column.name]) and row[column.name] != column.default
                ]
                if given and not row[unit.name]:
                    rule = f"{', '.join(given)} without a unit"
                    yield context.problem(table.name, row, unit.name, rule, unit.meaning)


@check()
def ranges_hold_their_figure(context: Context) -> Iterator[Problem]:
    """low <= figure <= high, wherever a row has them."""
    for table, low, middle, high in RANGES:
        for row in context.rows(table):
            figure = row[middle]
            if row[low] > figure or row[low] > row[high]:
                above = middle if row[low] > figure else high
                yield context.problem(
                    table, row, low, f"{low} is above {above} ({format_number(row[above])})",
                    f"{low} <= {middle} <= {high}",
                )  # fmt: skip
            if row[high] < figure:
                yield context.problem(
                    table, row, high, f"{high} is below {middle} ({format_number(figure)})",
                    f"{low} <= {middle} <= {high}",
                )  # fmt: skip


@check("assumptions")
def engine_assumptions_are_there(context: Context) -> Iterator[Problem]:
    """The assumptions that runs read are there, in the unit in which runs read them."""
    rows = {row["id"]: row for row in context.rows("assumptions")}
    for name, unit in ENGINE_ASSUMPTIONS.items():
        row = rows.get(name)
        if row is None:
            yield Problem(
                "assumptions.csv", None, "id", name, "the assumption is missing",
                f"add a row with its value in {unit}, used_by engine",
            )  # fmt: skip
            continue
        if row["unit"] and row["unit"] != unit:
            rule = f"the engine reads {name} in {unit}"
            yield context.problem("assumptions", row, "unit", rule, f"write the value in {unit}")
        most = np.inf if unit == "Mt/yr" else 1.0
        if not np.isnan(row["value"]) and not 0 <= row["value"] <= most:
            span = "0 or more" if most == np.inf else "from 0 to 1"
            yield context.problem("assumptions", row, "value", f"{name} is out of bounds", span)


@check()
def discount_is_small(context: Context) -> Iterator[Problem]:
    """Discount over a run stays below the kink, or tanks drain and refill for nothing."""
    own = {"model": context.settings} | {
        f"calendars.{name}": context.settings.for_chain(calendar.chains[0])
        for name, calendar in context.settings.calendars.items()
    }
    for part, settings in own.items():
        model = settings.model
        over = settings.periods + _WINDOW_WEEKS * 7 / settings.period_days
        if model.calibrate and model.discount > 0 and model.discount * over >= model.kink:
            most = format_number(float(f"{model.kink / over * 0.99:.1e}"))
            yield Problem(
                "study.toml", None, f"{part}.discount", format_number(model.discount),
                f"discount x (periods + {_WINDOW_WEEKS} weeks) is not below the kink "
                f"({format_number(model.kink)})", f"at most {most}",
            )  # fmt: skip
