"""What a column is, and short ways to write the usual ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "CONFIDENCES",
    "EVIDENCE",
    "SECTORS",
    "VARIANT",
    "Column",
    "Table",
    "choice",
    "date",
    "id_column",
    "number",
    "position",
    "ref",
    "span",
    "text",
    "unit",
]

Kind = Literal[
    "id", "text", "number", "choice", "unit", "date", "crossings", "contents", "points",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes
    ----------
    name, kind, meaning
        Its header, the type of its cells and one sentence on what it says.
    required
        Whether a blank cell is an error. The header itself must be there if so.
    default
        The number that a blank cell stands for; None: the cell stays absent (NaN, or "" as text).
    unit
        Unit of a number: a fixed one ("day"), or "@name", the column of the row that holds it.
    minimum, maximum
        Bounds of a number, inclusive, unless `above` or `below` says that the bound is open.
    choices
        The words that a choice may be.
    dimension
        For a unit column, what it must measure: "commodity" (the unit of the row's commodity),
        "flow" (a rate of that), "price", "mass flow", "activity" (a rate of the process's output).
    references
        Tables of which the cell names a row: "places", "places or country", "variants" ...
    """

    name: str
    kind: Kind
    meaning: str
    required: bool = False
    default: float | None = None
    unit: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False
    choices: tuple[str, ...] = ()
    dimension: str = ""
    references: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns in the order in which they are written, and what is unique in it.

    `line` is the name under which frames keep the line of each row in its file.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    required: bool = False
    line: str = "row"
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def file(self) -> str:
        """Name of the table's file in a study's folder."""
        return f"{self.name}.csv"


CONFIDENCES = ("looked-up", "recalled", "estimate", "assumption")
SECTORS = (
    "critical minerals",
    "supply chains",
    "advanced technology",
    "clean energy",
    "AI",
    "industrial collaboration",
)


def id_column(meaning: str) -> Column:
    return Column("id", "id", meaning, required=True)


def text(name: str, meaning: str, *, required: bool = False) -> Column:
    return Column(name, "text", meaning, required=required)


def ref(name: str, to: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, "id", meaning, required=required, references=to)


def choice(name: str, choices: tuple[str, ...], meaning: str) -> Column:
    return Column(name, "choice", meaning, required=True, choices=choices)


def unit(name: str, dimension: str, meaning: str, *, required: bool = True) -> Column:
    return Column(name, "unit", meaning, required=required, dimension=dimension)


def number(
    name: str,
    unit: str,
    meaning: str,
    *,
    required: bool = False,
    default: float | None = None,
    least: float | None = 0.0,
    most: float | None = None,
    above: bool = False,
    below: bool = False,
) -> Column:
    return Column(
        name, "number", meaning, required=required, default=default, unit=unit,
        minimum=least, maximum=most, above=above, below=below,
    )  # fmt: skip


def date(name: str, meaning: str) -> Column:
    return Column(name, "date", f"{meaning} Year, year-month or full date, ISO 8601.")


def span(of: str, unit: str) -> tuple[Column, Column]:
    return (
        number("low", unit, f"5th percentile of `{of}`; blank: by the row's confidence."),
        number("high", unit, f"95th percentile of `{of}`; blank: by the row's confidence."),
    )


def position(what: str) -> tuple[Column, Column]:
    return (
        number("lat", "deg", f"Latitude of the {what}, north positive.", required=True,
                least=-90, most=90),
        number("lon", "deg", f"Longitude of the {what}, east positive.", required=True,
                least=-180, most=180),
    )  # fmt: skip


VARIANT = ref(
    "variant", "variants", "The row counts only where this variant is chosen; blank: always.",
    required=False,
)  # fmt: skip
EVIDENCE = (
    ref("source", "sources", "Where the row's figures come from."),
    choice("confidence", CONFIDENCES, "How the figures were come by; sets their error model."),
    text("note", "Anything a reader should know."),
)
