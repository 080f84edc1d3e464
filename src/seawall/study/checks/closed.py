"""Checks of closed studies: what only they may hold, and how figures run through their periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.study.checks.context import Context, Row, check, nearest
from seawall.study.series_records import SERIES_OF

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


@check()
def costs_are_not_negative(context: Context) -> Iterator[Problem]:
    """Only a closed study, which is not calibrated, pays for what is done."""
    if context.settings.model.closed:
        return
    for table, column in (("facilities", "cost"), ("lanes", "freight")):
        for row in context.rows(table):
            if row[column] < 0:
                yield context.problem(
                    table, row, column, f"{column} may not be negative",
                    "a number at least 0, but in a closed study (study.toml)",
                )  # fmt: skip


@check("facilities", "lanes", "demands")
def series_fit(context: Context) -> Iterator[Problem]:
    """A series is one of a figure that there is, within the run, in a closed study."""
    known = {table: {row["id"]: row for row in context.rows(table)} for table in SERIES_OF}
    for row in context.rows("series"):
        if not context.settings.model.closed:
            yield context.problem(
                "series", row, "table", "a base year has no series",
                "close the study in study.toml ([model] closed = true), or leave the table out",
            )  # fmt: skip
            return
        table, column = row["table"], row["column"]
        if not table or not column:
            continue
        if column not in SERIES_OF[table]:
            fix = f"one of: {', '.join(SERIES_OF[table])}"
            yield context.problem("series", row, "column", f"{table} have no such series", fix)
        elif row["id"] and row["id"] not in known[table]:
            fix = nearest(row["id"], set(known[table]), f"{table}.csv")
            yield context.problem("series", row, "id", f"{table} have no such row", fix)
        elif row["id"]:
            yield from _figure(context, row, known[table][row["id"]])


def _figure(context: Context, row: Row, of: Row) -> Iterator[Problem]:
    """What is wrong with one row of a series of a figure that there is."""
    column, start = row["column"], row["from_period"]
    last = context.settings.periods - 1
    if start % 1 > 0 or start > last:
        rule = "no period of the run"
        yield context.problem("series", row, "from_period", rule, f"a whole number up to {last}")
    if column == "capacity" and row["factor"] < 0:
        rule = "a capacity may not be negative"
        yield context.problem("series", row, "factor", rule, "a number at least 0")
    if column == "capacity" and np.isnan(of["capacity"]):
        yield context.problem(
            "series", row, "id", "there is no capacity to multiply",
            f"fill capacity of {of['id']}, for which blank is no limit",
        )  # fmt: skip
    figure = of[column]
    if figure == 0 and row["factor"] not in (0.0, 1.0) and column != "capacity":
        yield context.problem(
            "series", row, "factor", f"{column} is 0, so no factor changes it",
            "give the row a figure other than 0",
        )  # fmt: skip
