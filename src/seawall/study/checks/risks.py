"""Checks of the tables of supply-risk indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from seawall.study.checks.context import Context, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


@check("materials")
def materials_have_their_figures(context: Context) -> Iterator[Problem]:
    """A material of the EU list has a stage and both its rates; without one they are blank."""
    for row in context.rows("materials"):
        for column, example in (("stage", "processing"), ("eol_rir", "0.01"), ("si_sr", "0.99")):
            value = row[column]
            blank = value == "" if isinstance(value, str) else bool(np.isnan(value))
            if row["material"] and blank:
                yield context.problem(
                    "materials", row, column, f"{row['material']} needs {column}",
                    f"e.g. {example}, or leave material blank",
                )  # fmt: skip
            elif not row["material"] and not blank:
                yield context.problem(
                    "materials", row, column, f"{column} without a material", "leave it blank"
                )


@check("governance")
def years_are_whole(context: Context) -> Iterator[Problem]:
    """A score of governance speaks of one whole year."""
    for row in context.rows("governance"):
        if row["year"] % 1 > 0:
            yield context.problem("governance", row, "year", "not a whole year", "e.g. 2023")
