"""World Bank Commodity Price Data (Pink Sheet), monthly workbook -> base prices.

Layout of sheet "Monthly Prices" as it has been for years: titles and the day of the update above, a
row of names, a row of units in brackets, then a row a month, "2026M08" in the first column and "…"
where there is no price.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import InputError, UsageError
from seawall.study.refresh.proposal import Figure
from seawall.study.refresh.tables import mapping
from seawall.study.refresh.words import label, month_of, number_of, plain

if TYPE_CHECKING:
    from datetime import date

    from seawall.study.refresh.proposal import Work
    from seawall.study.refresh.sheets import Row, Sheet
    from seawall.study.refresh.words import Month

__all__ = ["world_bank_prices"]

PUBLISHER = "World Bank, Commodity Price Data (Pink Sheet)"
SHEET = "Monthly Prices"
_UNITS = {"$/mmbtu": "USD/MMBtu", "$/mt": "USD/t", "$/t": "USD/t", "$/kg": "USD/kg"}
#: Rows that the sheet has no series for, and what a reader must not overlook.
_LEFT = "the sheet has no spot price of LNG in Asia: rows that rest on assumptions stay as they are"


def world_bank_prices(work: Work, sheets: list[Sheet], as_of: date | None) -> str:
    """Propose prices, each the mean of the latest months that its row was made of.

    Returns
    -------
    What the overlay gives as source.

    Raises
    ------
    InputError
        The workbook has no such sheet, or the sheet not these columns.
    """
    sheet = _sheet(sheets)
    names, unit_row = _head(sheet)
    at = {label(names.text(k)): k for k in range(len(names.cells)) if names.text(k)}
    wanted = {label(row["label"]) for row in mapping("world_bank_prices")}
    others = [names.text(k) for name, k in at.items() if name not in wanted]
    work.tell(names.line, f"{len(others)} other series", "no row of a study goes by them")
    vintage = _vintage(sheet, names)
    last = ""
    for row in mapping("world_bank_prices"):
        name = label(row["label"])
        if name not in at:
            work.tell(names.line, row["label"], "the sheet has no such column")
            continue
        unit = _unit(sheet, names, unit_row, at[name])
        months = _months(sheet, unit_row, at[name], int(row["months"]), as_of)
        day = _name(months[-1][0])
        if len(months) < int(row["months"]):
            work.warnings.append(
                f"{row['label']}: {len(months)} of the {row['months']} months to {day} have a price"
            )
        last = max(last, day)
        _propose(work, row, _figure(row, unit, months), day)
    work.tell(None, "prices of LNG in Asia", _LEFT)
    return f"{PUBLISHER}, {vintage or 'no date of update'}, data to {last}, file {sheet.file}"


def _figure(row: dict[str, str], unit: str, months: list[tuple[Month, float]]) -> Figure:
    mean = float(np.mean([price for _, price in months])) * float(row["factor"])
    first, last = months[0][0], months[-1][0]
    times = "" if float(row["factor"]) == 1 else f" x {row['factor']}"
    span = _name(last) if first == last else f"mean of {_name(first)} to {_name(last)}"
    japan = row["label"].startswith("Liquefied")
    return Figure(
        f"{row['label']}{times} for {row['commodity']}",
        units.convert(mean, unit, row["unit"]),
        row["unit"],
        f"{row['label']}{times}, {span}: {units.convert(mean, unit, row['unit']):.5g} {row['unit']}"
        + ("; the last two months are the publisher's estimates" if japan else ""),
        estimated=japan or float(row["factor"]) != 1,
    )


def _propose(work: Work, row: dict[str, str], figure: Figure, day: str) -> None:
    frame = work.study.frames[row["table"]]
    is_good = frame["commodity"] == row["commodity"]
    if row["table"] == "prices":
        rows = (is_good & (frame["source"] == row["row_source"])).to_numpy(dtype=bool)
        column = "price"
    else:
        rows = (is_good & (frame["id"] == row["place"])).to_numpy(dtype=bool)
        column = "value"
    if not rows.any():
        why = f"no row of {row['table']} for {row['commodity']} was made from it in this study"
        work.tell(None, row["label"], why)
        return
    goods = work.study.frames["commodities"].set_index("id")["energy_content"]
    energy = float(goods[row["commodity"]])
    for unit in dict.fromkeys(frame.loc[rows, "unit"]):
        value = units.convert_price(
            figure.value, figure.unit, unit, energy if np.isfinite(energy) else None
        )
        of_unit = rows & (frame["unit"] == unit).to_numpy(dtype=bool)
        work.each(figure, row["table"], column, of_unit, value)
        if row["table"] == "published":
            work.each(figure, row["table"], "as_of", of_unit, day)


def _sheet(sheets: list[Sheet]) -> Sheet:
    for sheet in sheets:
        if plain(sheet.name) == plain(SHEET):
            return sheet
    if len(sheets) == 1:
        return sheets[0]  # the sheet saved as CSV
    found = ", ".join(sheet.name for sheet in sheets)
    rule, fix = f'the workbook has no sheet "{SHEET}"', "take CMO-Historical-Data-Monthly.xlsx"
    raise InputError([sheets[0].problem(None, "", found, rule, fix)])


def _head(sheet: Sheet) -> tuple[Row, Row]:
    """The row of names and the row of units below it."""
    wanted = {label(row["label"]) for row in mapping("world_bank_prices")}
    for row, below in zip(sheet.rows, sheet.rows[1:], strict=False):
        texts = {label(row.text(k)) for k in range(len(row.cells))}
        if texts & wanted and any(
            plain(below.text(k)).startswith("($") for k in range(len(below.cells))
        ):
            return row, below
    first = next((row for row in sheet.rows if sum(c is not None for c in row.cells) > 2), None)
    seen = ", ".join(first.text(k) for k in range(len(first.cells))) if first else ""
    rule = "no row of names with units such as ($/mmbtu) below it"
    looked = "; ".join(dict.fromkeys(row["label"] for row in mapping("world_bank_prices")))
    raise InputError([sheet.problem(None, "", seen, rule, f"looked for the columns {looked}")])


def _unit(sheet: Sheet, names: Row, unit_row: Row, at: int) -> str:
    said = plain(unit_row.text(at)).strip("() ")
    if said not in _UNITS:
        rule = "the unit below the name is unknown"
        fix = f"one of {', '.join(_UNITS)}"
        raise InputError(
            [sheet.problem(unit_row.line, names.text(at), unit_row.text(at), rule, fix)]
        )
    return _UNITS[said]


def _months(
    sheet: Sheet, unit_row: Row, at: int, count: int, as_of: date | None
) -> list[tuple[Month, float]]:
    """The latest `count` months that have a price, in their order."""
    found: dict[Month, float] = {}
    for row in (row for row in sheet.rows if row.line > unit_row.line):
        month = month_of(row.cells[0])
        if month is None or (as_of and month > (as_of.year, as_of.month)):
            continue
        try:
            price = number_of(row.cells[at] if at < len(row.cells) else None)
        except ValueError as error:
            rule, fix = "no price", "a number, or … where there is none"
            raise InputError([sheet.problem(row.line, "", row.text(at), rule, fix)]) from error
        if price is not None:
            found[month] = price
    if not found:
        raise UsageError(f"{sheet.file} has no price" + (f" up to {as_of}" if as_of else ""))
    latest = max(found)
    wanted = [_before(latest, k) for k in reversed(range(count))]
    return [(month, found[month]) for month in wanted if month in found]


def _before(month: Month, count: int) -> Month:
    months = month[0] * 12 + month[1] - 1 - count
    return months // 12, months % 12 + 1


def _name(month: Month) -> str:
    return f"{month[0]}-{month[1]:02}"


def _vintage(sheet: Sheet, names: Row) -> str:
    above = [str(c) for row in sheet.rows if row.line < names.line for c in row.cells if c]
    found = [text for text in above if re.match(r"updated on", plain(text))]
    return found[0].strip() if found else ""
