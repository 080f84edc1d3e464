"""The reference page of all tables, rendered from the records."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seawall.study.cells import format_number
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from seawall.study.records import Column, Table

__all__ = ["reference_markdown"]

_INTRODUCTION = """\
# Tables of a study

A study is a folder with `study.toml` and these tables as UTF-8 CSV files. This page is made from
the records in `seawall/study/records.py`; do not edit it by hand.

Cells are text. A blank cell is absent; "NA" is Namibia, and no word stands for a missing figure.
Numbers are plain decimals with a point: no commas, no exponent, no full-width digits. Dates are
`2026-03-02`, `2026-03` or `2026`. An id holds ASCII letters, digits, `-`, `_`, `.` and `~`. Rates
are per year of 365 days. Units are those of `seawall/data/units.csv`. Columns may stand in any
order; a table that is not required may be left out.
"""

_KINDS = {
    "id": "id",
    "text": "text",
    "number": "number",
    "choice": "choice",
    "unit": "unit",
    "date": "date",
    "crossings": "passage@days; ...",
    "contents": "element@amount; ...",
    "points": "lon lat; ...",
}
_DIMENSIONS = {
    "quantity": "a unit with a yearly rate",
    "commodity": "converts to the commodity's unit",
    "flow": "a rate of the commodity's unit",
    "activity": "a rate of the unit of the process's first output",
    "price": "money per t or MMBtu",
    "mass flow": "mass flow",
    "any": "any",
}


def reference_markdown() -> str:
    """Return the page as Markdown, the same text each time."""
    parts = [_INTRODUCTION]
    parts += [_section(table) for table in TABLES.values()]
    return "\n".join(parts)


def _section(table: Table) -> str:
    need = "Required." if table.required else "Optional."
    key = ", ".join(f"`{name}`" for name in table.key)
    lines = [
        f"## {table.file}",
        "",
        f"{table.meaning} {need} Unique: {key}.",
        "",
        "| column | type | required | unit | allowed | blank means | meaning |",
        "|---|---|---|---|---|---|---|",
    ]
    for column in table.columns:
        default = "" if column.default is None else format_number(column.default)
        cells = (
            f"`{column.name}`",
            _KINDS[column.kind],
            "yes" if column.required else "",
            _unit(column),
            _allowed(column),
            default,
            column.meaning,
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _unit(column: Column) -> str:
    if column.unit == "@commodity":
        return "the commodity's"
    return f"`{column.unit.removeprefix('@')}`" if column.unit else ""


def _allowed(column: Column) -> str:
    if column.references == "variants":
        return "a variant of study.toml"
    if column.references == "places or country":
        return "a key or country of places.csv"
    if column.references:
        return f"a key of {column.references}.csv"
    if column.choices:
        return ", ".join(column.choices)
    if column.dimension:
        return _DIMENSIONS[column.dimension]
    bounds = []
    if column.minimum is not None:
        bounds.append(f"{'above' if column.above else 'from'} {format_number(column.minimum)}")
    if column.maximum is not None:
        bounds.append(f"{'below' if column.below else 'to'} {format_number(column.maximum)}")
    return " ".join(bounds)
