"""Checks of residues, calendars of feed, sizes of plants and buyers of gas."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: ISO 3166-2: the country, a hyphen, one to three letters or digits.
REGION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
#: What shares of a year may differ from 1 by, for rounding.
_ROUNDING = 0.001
_MONTHS = range(1, 13)


@check("districts", "gas_places", "gas_plants")
def regions_are_codes(context: Context) -> Iterator[Problem]:
    """Regions are ISO 3166-2 codes."""
    for table in ("districts", "gas_places", "gas_plants"):
        for row in context.rows(table):
            if row["region"] and not REGION.fullmatch(row["region"]):
                yield context.problem(table, row, "region", "not an ISO 3166-2 code", "e.g. IN-PB")


@check("residues")
def readings_ascend(context: Context) -> Iterator[Problem]:
    """The low reading is at most the middle one, and that at most the high one."""
    for row in context.rows("residues"):
        for lower, upper in (("low", "middle"), ("middle", "high")):
            if row[lower] > row[upper]:
                most = format_number(row[upper])
                rule, fix = f"above the {upper} reading ({most} t/yr)", f"at most {most}"
                yield context.problem("residues", row, lower, rule, fix)


@check("plant_sizes")
def capital_ascends(context: Context) -> Iterator[Problem]:
    """The cheapest reading of what a plant costs is at most what it costs, and that the dearest."""
    for row in context.rows("plant_sizes"):
        for lower, upper in (("capital_low", "capital"), ("capital", "capital_high")):
            if row[lower] > row[upper]:
                most = format_number(row[upper])
                rule, fix = f"above {upper} ({most} million INR)", f"at most {most}"
                yield context.problem("plant_sizes", row, lower, rule, fix)


@check("gas_plants")
def feed_has_its_quantity(context: Context) -> Iterator[Problem]:
    """A plant that takes a feedstock says how much: a blank would leave it to others."""
    for row in context.rows("gas_plants"):
        if row["feedstock"] and not row["feed"] >= 0:
            rule = f"a plant of {row['feedstock']} without its feed"
            yield context.problem("gas_plants", row, "feed", rule, "t/day, e.g. 300")


@check("feed_calendars", "feedstocks")
def calendars_are_whole(context: Context) -> Iterator[Problem]:
    """What comes and what is used add up to a year, and every feedstock has its calendar."""
    by_feed: dict[str, list[Row]] = defaultdict(list)
    for row in context.rows("feed_calendars"):
        if row["month"] % 1 > 0:
            yield context.problem("feed_calendars", row, "month", "not a whole number", "1 to 12")
        by_feed[row["feedstock"]].append(row)
    for feed in context.rows("feedstocks"):
        if feed["kept"] % 1 > 0:
            yield context.problem(
                "feedstocks", feed, "kept", "not a whole number", "months: 0 to 12"
            )
        if feed["id"] and feed["id"] not in by_feed:
            yield context.problem(
                "feedstocks", feed, "id", "has no rows in feed_calendars.csv",
                "a row for each month in which it comes or is used",
            )  # fmt: skip
    for rows in by_feed.values():
        for column in ("available", "used"):
            total = sum(row[column] for row in rows)
            if abs(total - 1.0) > _ROUNDING:
                yield context.problem(
                    "feed_calendars", rows[0], column,
                    f"the year's shares add up to {format_number(total)}", "shares of 1 in all",
                )  # fmt: skip


@check("feed_calendars", "feedstocks")
def feed_is_there_when_used(context: Context) -> Iterator[Problem]:
    """Nothing is used before it can have come, or after it can have been kept."""
    kept = {row["id"]: int(row["kept"]) for row in context.rows("feedstocks") if row["kept"] >= 0}
    by_feed: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in context.rows("feed_calendars"):
        if row["month"] in _MONTHS:
            by_feed[row["feedstock"]][int(row["month"])] = row
    for name, months in by_feed.items():
        came = {month for month, row in months.items() if row["available"] > 0}
        for month, row in sorted(months.items()):
            reach = {(month - 1 - back) % 12 + 1 for back in range(min(kept.get(name, 12), 11) + 1)}
            if row["used"] > 0 and not came & reach:
                yield context.problem(
                    "feed_calendars", row, "used",
                    f"none has come in the {kept[name]} months for which it is kept",
                    "0, or a longer `kept` in feedstocks.csv",
                )  # fmt: skip
