"""The weekly LNG stock of Japan's large power companies -> the stocks of their terminals.

The Agency for Natural Resources and Energy (METI) prints it as a page, so what is read here is a
table that somebody made of it: a day and a stock a row. Month-end figures of other years, which
stand on the same page, change nothing.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seawall import units
from seawall.errors import InputError, UsageError
from seawall.study.refresh.proposal import Figure
from seawall.study.refresh.tables import mapping
from seawall.study.refresh.words import day_of, is_provisional, label, number_of, plain

if TYPE_CHECKING:
    from datetime import date

    from seawall.errors import Problem
    from seawall.study.refresh.proposal import Work
    from seawall.study.refresh.sheets import Row, Sheet

__all__ = ["meti_lng_stocks"]

PUBLISHER = "METI, Agency for Natural Resources and Energy, LNG stock of the large power companies"
_DAYS = (
    "日付",
    "年月日",
    "時点",
    "基準日",
    "週末",
    "週",
    "date",
    "week",
    "week ending",
    "week end",
)
_STOCK = ("在庫", "stock", "inventory")
_OTHER = ("前年", "平均", "過去", "average", "mean", "prior", "previous", "last year", "month end")
#: Tonnes in one of what a header or a title says, the longest words first.
_UNITS = (
    (r"百万\s*(?:トン|t)", 1e6), (r"万\s*(?:トン|t)", 1e4), (r"10[, ]?000\s*(?:t\b|tonnes?)", 1e4),
    (r"千\s*(?:トン|t)", 1e3), (r"(?:million|mn)\s*(?:t\b|tonnes?|tons?)", 1e6),
    (r"thousand\s*(?:t\b|tonnes?|tons?)", 1e3), (r"(?<![a-z])mt(?![a-z])", 1e6),
    (r"(?<![a-z])kt(?![a-z])", 1e3), (r"トン|(?<![a-z])(?:tonnes?|tons?|t)(?![a-z])", 1.0),
)  # fmt: skip


def meti_lng_stocks(work: Work, sheets: list[Sheet], as_of: date | None) -> str:
    """Propose the stocks of terminals from the latest week of a table.

    Returns
    -------
    What the overlay gives as source.

    Raises
    ------
    InputError
        There are no columns of days and stocks, no unit, or two figures for one day.
    UsageError
        Every day lies after `as_of`, or the study has none of the terminals.
    """
    sheet, head, day_at, stock_at = _columns(sheets)
    tonnes = _unit(sheet, head, stock_at)
    weeks = _weeks(work, sheet, head, day_at, stock_at)
    usable = [day for day in weeks if as_of is None or day <= as_of]
    if not usable:
        raise UsageError(f"no week of {sheet.file} ends by {as_of}; the first is {min(weeks)}")
    last = max(usable)
    if len(weeks) > 1:
        work.tell(None, f"{len(weeks) - 1} other weeks", f"only that of {last} is used")
    row, stock = weeks[last]
    value = stock * tonnes / 1e6
    provisional = "; provisional" if _says_so(row) else ""
    why = f"METI week of {last}: {value:.4g} Mt{provisional}"
    old = _share(work, Figure("LNG stock of the power companies", value, "Mt", why, estimated=True))
    work.warnings.append(
        f"the figure is shared over terminals that hold {old:.3g} Mt of the power companies in the "
        "study, joint ones counted by half; gas companies' stocks stay as they are"
    )
    return f"{PUBLISHER}, week of {last}, file {sheet.file}"


def _says_so(row: Row) -> bool:
    return is_provisional(" ".join(str(cell) for cell in row.cells if cell is not None))


def _share(work: Work, figure: Figure) -> float:
    """Share the stock over the terminals; returns what they hold in the study [Mt]."""
    stocks = work.study.frames["stocks"]
    parts = {row["place"]: float(row["part"]) for row in mapping("meti_lng_stocks")}
    is_lng = (stocks["commodity"] == "lng").to_numpy(dtype=bool)
    known = np.array([parts.get(place, 0.0) for place in stocks["place"]], dtype=np.float64)
    part = np.where(is_lng, known, 0.0)
    for place in sorted(set(parts) - set(stocks.loc[is_lng, "place"])):
        work.tell(None, place, "a terminal of the mapping that has no stock in this study")
    mt = stocks["unit"].map(lambda unit: units.convert(1.0, unit, "Mt") if _is_mass(unit) else 0.0)
    to_mt = mt.to_numpy(dtype=np.float64)
    held = float(
        (stocks["start"].to_numpy(dtype=float) * part * to_mt)[work.counted("stocks")].sum()
    )
    if not held > 0:
        raise UsageError(
            f'study "{work.study.name}" has no stock at the Japanese terminals of the mapping'
        )
    was = f"{figure.why}, was {held:.4g} in the rows it covers; shared by what stands there"
    told = replace(figure, why=was)
    work.share(
        told, "stocks", "start", part > 0, weight=part, per_unit=to_mt, least="floor", most="tank"
    )
    return held


def _is_mass(unit: str) -> bool:
    return units.parse(unit).dimension == "mass"


def _columns(sheets: list[Sheet]) -> tuple[Sheet, Row, int, int]:
    """The first sheet and row that head a column of days and one of stocks."""
    seen: list[str] = []
    for sheet in sheets:
        for row in sheet.rows:
            texts = [label(row.text(k)) for k in range(len(row.cells))]
            days = [k for k, text in enumerate(texts) if text in _DAYS]
            stocks = [
                k
                for k, cell in enumerate(row.cells)
                if isinstance(cell, str)
                and any(word in plain(cell) for word in _STOCK)
                and not any(word in plain(cell) for word in _OTHER)
            ]
            if days and len(stocks) == 1 and stocks[0] != days[0]:
                return sheet, row, days[0], stocks[0]
            if not seen and sum(bool(text) for text in texts) > 1:
                seen = [row.text(k) for k in range(len(row.cells))]
    rule = "no row heads one column of days and one of stocks"
    fix = f"name the columns, such as 日付 and LNG在庫(万トン); days are {', '.join(_DAYS)}"
    raise InputError([sheets[0].problem(None, "", ", ".join(seen), rule, fix)])


def _unit(sheet: Sheet, head: Row, stock_at: int) -> float:
    """Tonnes in one of the figures: said in the header of the column, or above it."""
    above = [
        str(c) for row in sheet.rows if row.line < head.line for c in row.cells if c is not None
    ]
    for text in (head.text(stock_at), *reversed(above)):
        for pattern, tonnes in _UNITS:
            if re.search(pattern, plain(text).replace("lng", "")):
                return tonnes
    rule = "the unit of the stock is not said"
    fix = "write it into the header: LNG在庫(万トン)"
    raise InputError([sheet.problem(head.line, "", head.text(stock_at), rule, fix)])


def _weeks(
    work: Work, sheet: Sheet, head: Row, day_at: int, stock_at: int
) -> dict[date, tuple[Row, float]]:
    """Row and stock of each day."""
    published = _published(sheet, head)
    found: dict[date, tuple[Row, float]] = {}
    problems: list[Problem] = []
    for row in (row for row in sheet.rows if row.line > head.line):
        day = day_of(row.cells[day_at] if day_at < len(row.cells) else None, published)
        if day is None:
            work.tell(row.line, row.text(day_at) or row.text(0), "not a day: month ends and notes")
            continue
        try:
            value = number_of(row.cells[stock_at] if stock_at < len(row.cells) else None)
        except ValueError:
            rule = "the stock is no number"
            problems.append(
                sheet.problem(row.line, head.text(stock_at), row.text(stock_at), rule, "")
            )
            continue
        if value is None:
            work.tell(row.line, row.text(day_at), "no figure")
        elif not np.isfinite(value) or value <= 0:
            rule, fix = "a stock is above 0", "mend the cell"
            problems.append(
                sheet.problem(row.line, head.text(stock_at), row.text(stock_at), rule, fix)
            )
        elif day in found and found[day][1] != value:
            rule = f"the day stands in line {found[day][0].line} with {found[day][1]:g}"
            problems.append(sheet.problem(row.line, "", f"{day}: {value:g}", rule, "keep one"))
        else:
            found[day] = (row, value)
    if not problems and not found:
        rule = "no row has a day and a stock"
        fix = "days such as 2026-11-15, 2026年11月15日 or 11/15 時点 under a date of publication"
        problems.append(sheet.problem(head.line, "", head.text(day_at), rule, fix))
    if problems:
        raise InputError(problems, title=sheet.file)
    return found


def _published(sheet: Sheet, head: Row) -> date | None:
    """The full date that stands above the table, the last if there are several."""
    days = [
        day_of(word)
        for row in sheet.rows
        if row.line <= head.line
        for cell in row.cells
        if cell is not None
        for word in ([cell] if not isinstance(cell, str) else _dates_in(cell))
    ]
    known = [day for day in days if day is not None]
    return known[-1] if known else None


def _dates_in(text: str) -> list[str]:
    era = r"(?:令和|平成)\s*\d{1,2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日"
    common = r"\d{4}\s*[年/\-]\s*\d{1,2}\s*[月/\-]\s*\d{1,2}\s*日?"
    return re.findall(f"{era}|{common}", plain(text))
