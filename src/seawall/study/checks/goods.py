"""Checks of commodities: what they contain, their code in trade, their chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall import units
from seawall.study import hs
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, check, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: Rounding of contents that are given as decimals.
_TOLERANCE = 1e-9


@check()
def contents_fit_in(context: Context) -> Iterator[Problem]:
    """A commodity that is weighed holds no more than its own weight, all elements together."""
    for row in context.rows("commodities"):
        if not row["unit"] or not row["contains"]:
            continue
        unit = units.parse(row["unit"])
        if not unit.dimension.startswith("mass") or not unit.convertible:
            continue
        held = sum(amount for _, amount in row["contains"])
        if held > unit.factor * (1 + _TOLERANCE):
            share = format_number(float(f"{held / unit.factor:.6g}"))
            names = " and ".join(element for element, _ in row["contains"])
            most = format_number(unit.factor)
            yield context.problem(
                "commodities", row, "contains",
                f"a share above 1: {share} t of {names} in a tonne of it",
                f"tonnes in one {row['unit']}, together at most {most}",
            )  # fmt: skip


@check()
def codes_are_of_the_edition(context: Context) -> Iterator[Problem]:
    """A code of the Harmonized System is a heading or subheading of edition 2022."""
    for row in context.rows("commodities"):
        wrong = hs.fault(row["hs"]) if row["hs"] else None
        if wrong is not None:
            yield context.problem("commodities", row, "hs", *wrong)


@check("commodities")
def passages_are_of_a_chain(context: Context) -> Iterator[Problem]:
    """The chain that a passage's capacity is for is one that commodities name."""
    known = {row["chain"] for row in context.rows("commodities")} - {""}
    for row in context.rows("passages"):
        if row["chain"] and row["chain"] not in known:
            fix = nearest(row["chain"], known, "column chain of commodities.csv")
            yield context.problem("passages", row, "chain", "unknown chain", fix)
