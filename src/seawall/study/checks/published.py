"""Checks of published totals: each names what its kind needs, in a unit of its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall import units
from seawall.study.checks.context import Context, Row, check, nearest
from seawall.study.checks.measures import unit_rule
from seawall.study.published_records import TOTALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

_EXAMPLES = {"share": "share or %", "time": "day"}


@check("places", "passages")
def totals_name_what_they_need(context: Context) -> Iterator[Problem]:
    """A total names its place and partner if its kind needs them, and no partner if it has none."""
    places = {name for row in context.rows("places") for name in (row["id"], row["country"])}
    known = {"places": places - {""}, "passages": {row["id"] for row in context.rows("passages")}}
    for row in context.rows("published"):
        if row["what"] not in TOTALS:
            continue
        total = TOTALS[row["what"]]
        if total.place == "needed" and not row["place"]:
            yield context.problem(
                "published", row, "place", f"{row['what']} without a place", "say whose it is"
            )
        names = known[total.partner_in]
        kind = "passage" if total.partner_in == "passages" else "place or country"
        if not row["partner"]:
            if total.partner == "needed":
                yield context.problem(
                    "published", row, "partner", f"{row['what']} without a partner",
                    f"name a {kind} of {total.partner_in}.csv",
                )  # fmt: skip
        elif total.partner == "none":
            yield context.problem(
                "published", row, "partner", f"{row['what']} has no partner", "leave it blank"
            )
        elif row["partner"] not in names:
            yield context.problem(
                "published", row, "partner", f"unknown {kind}",
                nearest(row["partner"], names, f"{total.partner_in}.csv"),
            )  # fmt: skip


@check("commodities")
def totals_have_a_unit_of_their_kind(context: Context) -> Iterator[Problem]:
    """The unit of a total measures what its kind is about."""
    for row in context.rows("published"):
        if row["what"] not in TOTALS or not row["unit"]:
            continue
        rule = _unit_rule(context, row, TOTALS[row["what"]].dimension)
        if rule:
            yield context.problem("published", row, "unit", *rule)


def _unit_rule(context: Context, row: Row, dimension: str) -> tuple[str, str] | None:
    """Return what is wrong with the unit of a total and what would be right."""
    if dimension not in _EXAMPLES:
        return unit_rule(context, row["unit"], dimension, row["commodity"])
    unit = units.parse(row["unit"])
    if unit.dimension == dimension and unit.convertible:
        return None
    return f"{row['what']} is a {dimension}, not {unit.dimension}", f"write {_EXAMPLES[dimension]}"
