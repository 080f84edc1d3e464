"""Checks of single rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.errors import Problem
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, check, nearest
from seawall.study.records import EQUAL

if TYPE_CHECKING:
    from collections.abc import Iterator


@check()
def lanes_lead_elsewhere(context: Context) -> Iterator[Problem]:
    """A lane ends at another place than it starts."""
    for row in context.rows("lanes"):
        if row["origin"] and row["origin"] == row["destination"]:
            yield context.problem(
                "lanes", row, "destination", "the lane ends where it starts", "name another place"
            )


@check()
def crossings_come_before_arrival(context: Context) -> Iterator[Problem]:
    """A passage is crossed on the way, not after it."""
    for row in context.rows("lanes"):
        for passage, days in row["passages"]:
            if days > row["days"]:
                yield context.problem(
                    "lanes", row, "passages",
                    f"{passage} is crossed after {format_number(days)} days, the lane arrives "
                    f"after {format_number(row['days'])}", "days are counted from departure",
                )  # fmt: skip


@check()
def stocks_fit_their_tanks(context: Context) -> Iterator[Problem]:
    """Neither the start nor the floor is above the tank."""
    for row in context.rows("stocks"):
        for column in ("start", "floor"):
            if row[column] > row["tank"]:
                yield context.problem(
                    "stocks", row, column, f"{column} is above the tank",
                    f"at most {format_number(row['tank'])} {row['unit']}",
                )  # fmt: skip


@check(warning=True)
def stocks_start_above_their_floor(context: Context) -> Iterator[Problem]:
    """A start below the floor lowers the floor."""
    for row in context.rows("stocks"):
        if row["start"] < row["floor"]:
            yield context.problem(
                "stocks", row, "start", "start is below the floor",
                f"the floor of this run is lowered to {format_number(row['start'])} {row['unit']}",
            )  # fmt: skip


@check(warning=True)
def capacities_hold_their_base(context: Context) -> Iterator[Problem]:
    """A capacity below the base is raised when the base is balanced."""
    for table in ("facilities", "lanes"):
        for row in context.rows(table):
            if row["capacity"] < row["base"]:
                yield context.problem(
                    table, row, "capacity", f"below the base ({format_number(row['base'])})",
                    "it is raised to base x 1.02 and listed",
                )  # fmt: skip


@check()
def tiers_say_what_they_pay(context: Context) -> Iterator[Problem]:
    """A tier has a willingness to pay; an elastic one an elasticity instead."""
    for row in context.rows("demands"):
        elastic = row["tier"] == "elastic"
        column = "elasticity" if elastic else "wtp"
        if row["tier"] and np.isnan(row[column]):
            rule = f"a tier that is {row['tier']} needs {column}"
            fix = "a positive number such as 0.3" if elastic else "a price such as 20 USD/MMBtu"
            yield context.problem("demands", row, column, rule, fix)


@check(warning=True)
def tiers_say_no_more(context: Context) -> Iterator[Problem]:
    """A willingness to pay of an elastic tier, or an elasticity of another, is not used."""
    for row in context.rows("demands"):
        column = "wtp" if row["tier"] == "elastic" else "elasticity"
        if row["tier"] and not np.isnan(row[column]):
            rule = f"{column} is not used for a tier that is {row['tier']}"
            yield context.problem("demands", row, column, rule, "leave it blank")


@check("demands", "places")
def orders_mean_somebody(context: Context) -> Iterator[Problem]:
    """Every row of an allocation order means a demand that there is."""
    country = {row["id"]: row["country"] for row in context.rows("places")}
    for row in context.rows("rationing"):
        found = context.rows("demands")
        for column, words in (
            ("place", "nothing is wanted there"),
            ("commodity", "it is not wanted there"),
            ("tier", "no such tier wants it there"),
            ("sector", "no such sector wants it there"),
        ):
            name = row[column]
            if not name:
                continue
            named = [
                {each[column]} | ({country.get(each["place"], "")} if column == "place" else set())
                for each in found
            ]
            known = set().union(*named) - {""}
            found = [each for each, names in zip(found, named, strict=True) if name in names]
            if not found:
                fix = nearest(name, known, "demands.csv")
                yield context.problem("rationing", row, column, words, fix)
                break


@check()
def orders_have_a_name_of_their_own(context: Context) -> Iterator[Problem]:
    """No allocation order is called what equal weights are called."""
    for row in context.rows("rationing"):
        if row["order"] == EQUAL:
            rule = "the name stands for equal weights of all tiers"
            yield context.problem("rationing", row, "order", rule, "give the order another name")


@check()
def contracts_end_after_their_start(context: Context) -> Iterator[Problem]:
    """A contract's last day does not come before its first."""
    for row in context.rows("contracts"):
        # A year or month as end means its last day, so it is compared as far as it goes.
        if row["end"] and row["start"] and row["end"] < row["start"][: len(row["end"])]:
            rule = f"the contract ends before it starts ({row['start']})"
            yield context.problem("contracts", row, "end", rule, "a later date, or blank")


@check("assumptions")
def reviews_name_who_made_them(context: Context) -> Iterator[Problem]:
    """What is agreed, somebody agreed to; a name or a date without a mark says nothing."""
    for row in context.rows("assumptions"):
        if row["review"] == "agreed" and not row["reviewed_by"]:
            rule, fix = "agreed, but by nobody", "name who agreed, or write proposed"
            yield context.problem("assumptions", row, "reviewed_by", rule, fix)
        for column in ("reviewed_by", "reviewed_on"):
            if row[column] and not row["review"]:
                rule, fix = f"{column} without a review", "write proposed or agreed in review"
                yield context.problem("assumptions", row, column, rule, fix)


@check(warning=True)
def variants_change_something(context: Context) -> Iterator[Problem]:
    """Some row counts differently for every group of variants."""
    used = {row.get("variant", "") for table in context.tables for row in context.rows(table)}
    for group, names in context.settings.variants.items():
        if not used & set(names):
            rule = "no row depends on these variants"
            value = ", ".join(names)
            yield Problem("study.toml", None, f"variants.{group}", value, rule, "remove the group")
