"""Checks of recipes: one kind, something made, nothing out of nothing, one chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from seawall import units
from seawall.study.cells import format_number
from seawall.study.checks.context import Context, Row, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.errors import Problem

#: What is added up on one side of a recipe: an element, or a dimension in its base unit.
Measure = tuple[str, str]
#: Outputs may weigh this much more than inputs: rounding of published recipes.
_TOLERANCE = 0.001
#: The first part of the measure of an element; the second is its name.
_ELEMENT = "element"


class _Sum(NamedTuple):
    """How much of one measure stands on one side, with the last row that adds to it."""

    amount: float
    row: Row


@check("processes")
def a_process_is_of_one_kind(context: Context) -> Iterator[Problem]:
    """All rows of a process say the same kind."""
    for rows in context.recipes.values():
        for row in rows[1:]:
            if row["kind"] and rows[0]["kind"] and row["kind"] != rows[0]["kind"]:
                rule = f'row {rows[0]["row"]} calls the process "{rows[0]["kind"]}"'
                yield context.problem("processes", row, "kind", rule, "one kind for all its rows")


@check("processes")
def processes_make_something(context: Context) -> Iterator[Problem]:
    """Every process has an output: its first output counts its activity."""
    for name, rows in context.recipes.items():
        if name and all(row["role"] in ("input", "by-product") for row in rows):
            yield context.problem(
                "processes", rows[0], "process", "the process has no output", "add a row for it"
            )


@check("processes")
def extraction_has_no_inputs(context: Context) -> Iterator[Problem]:
    """Extraction takes from nature alone; recycling may, or may not, name the scrap it takes."""
    for rows in context.recipes.values():
        for row in rows:
            if row["kind"] == "extraction" and row["role"] == "input":
                rule = "an extraction has no inputs"
                fix = 'call the process "conversion" or "recycling", or remove the row'
                yield context.problem("processes", row, "role", rule, fix)


@check("processes", "commodities")
def nothing_comes_from_nothing(context: Context) -> Iterator[Problem]:
    """A conversion has inputs, and what comes out does not outweigh what goes in.

    Where commodities say what they contain, each element is weighed by itself: a tonne of magnets
    from a third of a tonne of metal is right, since nobody traces its iron. Where none of the
    outputs says so, amounts of one dimension are. Recycling is held to what it names: scrap from
    outside the network may bring more. So may a closed study, whose recipes name what is traded
    and not what nature gives: a heat pump takes warmth from the air.
    """
    if context.settings.model.closed:
        return
    for name, rows in context.recipes.items():
        if not name or rows[0]["kind"] not in ("conversion", "recycling"):
            continue
        if not any(row["role"] == "input" for row in rows):
            if rows[0]["kind"] == "conversion":
                yield context.problem(
                    "processes", rows[0], "process",
                    "the recipe makes something from nothing: a conversion without inputs",
                    'add its inputs, or call it "extraction" or "recycling"',
                )  # fmt: skip
            continue
        inputs, outputs = _sums(context, rows, "input"), _sums(context, rows, "output")
        if not any(kind == _ELEMENT for kind, _ in outputs):
            yield from _outweighed(context, inputs, outputs)
            continue
        traced = {m: s for m, s in outputs.items() if m[0] == _ELEMENT}
        # What an input without contents brings is not known.
        if all(row["role"] != "input" or _contents(context, row) for row in rows):
            yield from _outweighed(context, inputs, traced)
            if rows[0]["kind"] == "conversion":
                yield from _unbrought(context, inputs, traced)


def _outweighed(
    context: Context, inputs: dict[Measure, _Sum], outputs: dict[Measure, _Sum]
) -> Iterator[Problem]:
    """Measures of which more comes out than goes in, among those that go in."""
    for measure, (amount, row) in outputs.items():
        taken = inputs[measure].amount if measure in inputs else np.inf
        if amount > taken * (1 + _TOLERANCE):
            told, most = format_number(_short(amount)), format_number(_short(taken))
            yield context.problem(
                "processes", row, "quantity",
                f"the recipe makes something from nothing: {told} {measure[1]} out of {most}",
                f"outputs and by-products together at most {most}"
                + (f" {measure[1]}, by what they contain" if measure[0] == _ELEMENT else ""),
            )  # fmt: skip


def _unbrought(
    context: Context, inputs: dict[Measure, _Sum], outputs: dict[Measure, _Sum]
) -> Iterator[Problem]:
    """Elements that come out and that no input holds.

    What no commodity holds by weight is no matter but a count, of wafers say: it may begin where
    the first of them is made.
    """
    for measure, (_, row) in outputs.items():
        if measure not in inputs and _is_matter(context, measure[1]):
            yield context.problem(
                "processes", row, "commodity",
                f"the recipe makes something from nothing: {measure[1]} comes out, and no input "
                "contains it",
                "add the input that brings it, or mend what its commodities contain "
                "(commodities.csv)",
            )  # fmt: skip


@check("processes", "commodities", warning=True)
def recipes_can_be_weighed(context: Context) -> Iterator[Problem]:
    """Where outputs say what they contain, every input does; else the recipe is not weighed."""
    for name, rows in context.recipes.items():
        if not name or rows[0]["kind"] not in ("conversion", "recycling"):
            continue
        if not any(row["role"] != "input" and _contents(context, row) for row in rows):
            continue
        for row in rows:
            known = row["commodity"] in context.commodities
            if row["role"] == "input" and known and not _contents(context, row):
                yield context.problem(
                    "processes", row, "commodity",
                    "it does not say what it contains, so the recipe is not weighed",
                    "fill contains in commodities.csv",
                )  # fmt: skip


@check("processes", "commodities", warning=True)
def elements_do_not_vanish(context: Context) -> Iterator[Problem]:
    """An element that goes in beside another one comes out somewhere; some of it may be lost."""
    for name, rows in context.recipes.items():
        if not name or rows[0]["kind"] not in ("conversion", "recycling"):
            continue
        outputs = {m for m in _sums(context, rows, "output") if m[0] == _ELEMENT}
        if not outputs:
            continue
        for measure, (_, row) in _sums(context, rows, "input").items():
            if measure[0] == _ELEMENT and measure not in outputs:
                yield context.problem(
                    "processes", row, "commodity",
                    f"{measure[1]} goes in with it, and nothing that comes out contains any",
                    "name the output or by-product that does; if all of it is lost, leave it so",
                )  # fmt: skip


def _sums(context: Context, rows: list[Row], side: str) -> dict[Measure, _Sum]:
    """Add up one side of a recipe by element and by dimension, each with its last row.

    Different contents (NdPr oxide, lithium) are not added: each is kept on its own. Energy beside
    mass neither: a recipe may take mass and give energy.
    """
    sums: dict[Measure, _Sum] = {}

    def add(measure: Measure, amount: float, row: Row) -> None:
        before = sums[measure].amount if measure in sums else 0.0
        sums[measure] = _Sum(before + amount, row)

    for row in rows:
        commodity = context.commodities.get(row["commodity"])
        if commodity is None or np.isnan(row["quantity"]):
            continue
        if (row["role"] == "input") != (side == "input"):
            continue
        for element, amount in commodity["contains"]:
            add((_ELEMENT, element), row["quantity"] * amount, row)
        unit = units.parse(commodity["unit"]) if commodity["unit"] else None
        if unit is not None and unit.convertible:
            measure = (unit.dimension, f"{unit.base} {unit.content}".strip())
            add(measure, row["quantity"] * unit.factor, row)
    return sums


def _contents(context: Context, row: Row) -> tuple[tuple[str, float], ...]:
    """What the commodity of a recipe's row contains, () if it is not known."""
    commodity = context.commodities.get(row["commodity"])
    contents: tuple[tuple[str, float], ...] = () if commodity is None else commodity["contains"]
    return contents


def _is_matter(context: Context, element: str) -> bool:
    """Tell whether some commodity that is weighed contains it."""
    return any(
        element in dict(row["contains"]) and units.parse(row["unit"]).dimension.startswith("mass")
        for row in context.rows("commodities")
        if row["unit"]
    )


def _short(number: float) -> float:
    """A sum of products without the dust of its last digits."""
    return float(f"{number:.6g}")


@check("processes", "commodities")
def recipes_are_of_one_chain(context: Context) -> Iterator[Problem]:
    """Chains share no recipe: each is a network of its own."""
    for name, rows in context.recipes.items():
        if not name:
            continue
        known = [row for row in rows if row["commodity"] in context.commodities]
        chains = [context.commodities[row["commodity"]]["chain"] for row in known]
        other = next((i for i, chain in enumerate(chains) if chain != chains[0]), None)
        if other is not None:
            one, two = known[0]["commodity"], known[other]["commodity"]
            yield context.problem(
                "processes", known[other], "commodity",
                f'"{one}" is of {_chain(chains[0])} and "{two}" of {_chain(chains[other])}: '
                "chains share no recipe",
                "give both one chain in commodities.csv, or split the recipe",
            )  # fmt: skip


def _chain(name: str) -> str:
    return f'chain "{name}"' if name else "the chain without a name"
