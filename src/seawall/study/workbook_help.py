"""What a workbook says to whoever fills it in: notes, drop-downs, sheets that are only read.

All of it comes from the records of the columns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from seawall import units
from seawall.errors import UnitError
from seawall.study.cells import format_number
from seawall.study.records import TABLES
from seawall.study.workbook_form import TEXT_SHEETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seawall.study.records import Column, Table
    from seawall.study.settings import Settings
    from seawall.units import Unit

__all__ = [
    "HOW_TO",
    "HOW_TO_BOOK",
    "TEXT_MEANINGS",
    "allowed",
    "contents",
    "lists",
    "names_of_keys",
    "note",
    "validation",
]

#: A list within a rule may have so many characters; a longer one is a column of the sheet `lists`.
_INLINE = 255

HOW_TO = (
    "A sheet is a table; its first row names the columns and stays as it is. Fill in from row 2.",
    "Amber columns must be filled, grey ones may stay blank.",
    "A note on each header says what it means, in which unit, and what is allowed.",
    "Cells with few possible words have a drop-down, and so have references to other sheets.",
    "Numbers are plain: 1200.5, not 1,200.5, and without a unit, which has a column of its own.",
    "Paste values, not formulas: formulas are not run.",
    "Dates are text: 2026-03-02, 2026-03 or 2026. Ids are text and keep their leading zeros.",
    "Every row with a figure names its source, a key of the sheet sources, and its confidence.",
    "Hidden rows, merged cells and macros are refused: what cannot be seen is not computed with.",
    "Check it: seawall check FILE.xlsx lists everything that is wrong, by sheet, row and column.",
    "Use it: seawall stress FILE.xlsx SCENARIO.",
    "Turn it into a folder: seawall import workbook FILE.xlsx --out DIR.",
)
#: The same for a book of cargoes, which is laid upon a study and is none.
HOW_TO_BOOK = (
    *HOW_TO[:3],
    "Terminals, contracts and places are those of the study; ships are a sheet of this book.",
    *HOW_TO[4:6],
    "Dates are days: 2026-03-02. Ids are text and keep their leading zeros.",
    "Every row names its source, a key of the study's sources or of the sheet sources here.",
    HOW_TO[8],
)
TEXT_MEANINGS = {
    "scenarios": "What-ifs, as TOML: name, and a row a line of text.",
    "protocol": "Articles of the pact of the study, as TOML: a row a line of text.",
    "protocols": "Other drafts of the protocol: name, and a row a line of text.",
}
_KINDS = {
    "id": "An id: ASCII letters, digits, '-', '_', '.', '~'.",
    "text": "Text.",
    "number": "A number",
    "choice": "One of: ",
    "unit": "A unit",
    "date": "A date as text: 2026-03-02, 2026-03 or 2026.",
    "crossings": "passage@days;passage@days",
    "contents": "element@amount;element@amount",
    "points": "lon lat;lon lat",
}
_DIMENSIONS = {
    "quantity": " of an amount, such as Mt.",
    "commodity": " of an amount of the commodity, such as Mt.",
    "flow": " of a rate of the commodity, such as Mt/yr.",
    "activity": " of a rate of what the process makes, such as Mt/yr.",
    "price": " of money per amount, such as USD/MMBtu.",
    "mass flow": " of a mass flow, such as Mt/yr.",
    "any": ".",
}
Validation = dict[str, Any]


def note(column: Column) -> str:
    """What the note on a column's header says."""
    lines = [column.meaning, allowed(column)]
    if column.default is not None:
        lines.append(f"Blank: {format_number(column.default)}.")
    lines.append("Required." if column.required else "May be blank.")
    return "\n".join(lines)


def allowed(column: Column) -> str:
    """What a cell of the column may hold, in words."""
    if column.references == "variants":
        return "A variant of the sheet study."
    if column.references == "places or country":
        return "A key of the sheet places, or a country of it."
    if column.references:
        return f"A key of the sheet {column.references}."
    kind = _KINDS[column.kind]
    if column.kind == "choice":
        return kind + ", ".join(column.choices) + "."
    if column.kind == "unit":
        return kind + _DIMENSIONS[column.dimension]
    if column.kind != "number":
        return kind
    if column.unit == "@commodity":
        kind += " in the commodity's unit"
    elif column.unit.startswith("@"):
        kind += f" in the unit of the column {column.unit[1:]}"
    elif column.unit:
        kind += f" in {column.unit}"
    return kind + _bounds(column) + "."


def _bounds(column: Column) -> str:
    bounds = []
    if column.minimum is not None:
        bounds.append(f"{'above' if column.above else 'from'} {format_number(column.minimum)}")
    if column.maximum is not None:
        bounds.append(f"{'below' if column.below else 'to'} {format_number(column.maximum)}")
    return ", " + " ".join(bounds) if bounds else ""


def validation(
    column: Column, settings: Settings | None, only: tuple[str, ...] = ()
) -> Validation | None:
    """The rule that a spreadsheet holds the cells of a column to; None where it has none.

    What the tables may yet gain, such as places, is only warned of. Where the workbook has `only`
    some tables, references to others are held to nothing.
    """
    if column.references == "variants":
        names = settings.variant_names() if settings else ()
        return _list("=variants", "a variant of the sheet study") if names else None
    if column.references:
        table = "places" if column.references == "places or country" else column.references
        if only and (table not in only or column.references == "sources"):
            return None  # a book may also name what is only in the study
        return _list(f"=keys_{table}", f"a key of the sheet {table}")
    if column.kind == "unit":
        return _list(f"=units_{column.dimension.replace(' ', '_')}", "a unit of the sheet lists")
    if column.kind == "choice":
        inline = sum(map(len, column.choices)) + len(column.choices) <= _INLINE
        rule = _list(list(column.choices) if inline else f"=choices_{column.name}", "a choice")
        return rule | {
            "error_type": "stop",
            "error_message": f"One of: {', '.join(column.choices)}"[:_INLINE],
        }
    return _number(column) if column.kind == "number" else None


def _list(source: str | list[str], what: str) -> Validation:
    message = f"This is not {what} so far. Go on all the same?"
    return {
        "validate": "list",
        "source": source,
        "error_type": "warning",
        "error_title": "Seawall",
        "error_message": message,
    }


def _number(column: Column) -> Validation:
    low, high = column.minimum, column.maximum
    rule: Validation = {"validate": "decimal", "error_title": "Seawall"}
    rule["error_message"] = allowed(column)[:_INLINE]
    if low is not None and high is not None and not (column.above or column.below):
        return rule | {"criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return rule | {"criteria": ">" if column.above else ">=", "value": low}
    if high is not None:
        return rule | {"criteria": "<" if column.below else "<=", "value": high}
    return rule | {"criteria": "between", "minimum": -1e300, "maximum": 1e300}


def names_of_keys(only: tuple[str, ...] = ()) -> dict[str, str]:
    """Range of the keys of each table that others refer to, by the name that drop-downs use.

    Of `only` some tables where they are named.

    It grows with the rows: a fixed one would offer its blank cells, and allow everything.
    """
    names = {}
    for table in _referred_to():
        if only and table.name not in only:
            continue
        at = [column.name for column in table.columns].index(table.key[0])
        whole = f"{table.name}!${chr(65 + at)}"
        column = f"{whole}:${chr(65 + at)}"
        names[f"keys_{table.name}"] = f"={whole}$2:INDEX({column},MAX(2,COUNTA({column})))"
    return names


def _referred_to() -> list[Table]:
    named = {column.references for table in TABLES.values() for column in table.columns}
    return [table for table in TABLES.values() if table.name in named]


def lists(settings: Settings | None) -> dict[str, tuple[str, ...]]:
    """The columns of the sheet `lists` by the name that drop-downs use."""
    found: dict[str, tuple[str, ...]] = {}
    for table in TABLES.values():
        for column in table.columns:
            if column.kind == "unit":
                name = f"units_{column.dimension.replace(' ', '_')}"
                found.setdefault(name, _units(column.dimension))
            elif sum(map(len, column.choices)) + len(column.choices) > _INLINE:
                found[f"choices_{column.name}"] = column.choices
    if settings and settings.variant_names():
        found["variants"] = settings.variant_names()
    return found


def _units(dimension: str) -> tuple[str, ...]:
    """Units of a dimension as records call it, those that convert."""
    every = [unit for unit in units.all_units().values() if unit.convertible]
    stocks = {unit.dimension for unit in every if _has_rate(unit)}
    flows = {units.flow_dimension(unit) for unit in every if _has_rate(unit)}
    wanted = {
        "quantity": stocks, "commodity": stocks, "flow": flows, "activity": flows,
        "price": {"price"}, "mass flow": {"mass flow"},
    }.get(dimension)  # fmt: skip
    return tuple(unit.name for unit in every if wanted is None or unit.dimension in wanted)


def _has_rate(unit: Unit) -> bool:
    try:
        units.flow_dimension(unit)
    except UnitError:
        return False
    return True


def contents(
    rows: Mapping[str, int], only: tuple[str, ...] = ()
) -> list[tuple[str, str, str, str]]:
    """Sheet, whether it is required, its rows and its meaning, in reading order.

    Of `only` some tables where they are named.
    """
    if only:
        return [(name, "", f"{rows[name]:,}", TABLES[name].meaning) for name in only]
    told = [("study", "required", "", "Title, calendar and switches: keys and values.")]
    for table in TABLES.values():
        count = f"{rows[table.name]:,}" if rows.get(table.name) else ""
        told.append((table.name, "required" if table.required else "", count, table.meaning))
    told += [(name, "", "", TEXT_MEANINGS[name]) for name in TEXT_SHEETS]
    return told
