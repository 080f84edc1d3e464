"""Checks of a roadmap: every statement is linked, every link can be asked."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seawall.study.checks.context import Context, check
from seawall.study.roadmap_records import NOT_MODELLED, OF_A_SCENARIO

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem


@check()
def figures_say_what_they_count(context: Context) -> Iterator[Problem]:
    """A figure of a statement counts something, and nothing is counted without a figure."""
    for row in context.rows("pledges"):
        if math.isnan(row["quantity"]) == bool(row["counted_in"]):
            rule = "a figure and what it counts belong together"
            yield context.problem("pledges", row, "counted_in", rule, "write both or neither")


@check("links")
def statements_are_linked(context: Context) -> Iterator[Problem]:
    """Every statement has a question that speaks to it, or a reason why none does."""
    linked = {row["pledge"] for row in context.rows("links")}
    for row in context.rows("pledges"):
        if row["id"] and row["id"] not in linked:
            rule = "no row of links.csv speaks of this statement"
            fix = f'add one, with the question "{NOT_MODELLED}" and why if nothing is modelled'
            yield context.problem("pledges", row, "id", rule, fix)


@check()
def links_can_be_asked(context: Context) -> Iterator[Problem]:
    """What is asked of a scenario names it, nothing else does; what is not modelled is alone."""
    rows = context.rows("links")
    questions: dict[str, set[str]] = {}
    for row in rows:
        questions.setdefault(row["pledge"], set()).add(row["question"])
    for row in rows:
        if (row["question"] in OF_A_SCENARIO) != bool(row["scenario"]):
            rule = f"{' and '.join(OF_A_SCENARIO)} need a scenario, and no other question has one"
            yield context.problem("links", row, "scenario", rule, "write the scenario's name")
        if row["question"] == NOT_MODELLED and questions[row["pledge"]] != {NOT_MODELLED}:
            rule = f'"{NOT_MODELLED}" beside a question that speaks to the statement'
            yield context.problem("links", row, "question", rule, "keep one of the two")
