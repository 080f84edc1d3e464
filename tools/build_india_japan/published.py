"""published.csv: published totals, with the range in which the base would agree with them.

A figure of another fact table is read there (`fact`, and `over` for a share of another row), never
copied.  The range widens with the time between figure and base and, for single months, by season.
"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from seawall.network.build import SIGMA
from tools.build_india_japan.sources import Sources, confidence
from tools.build_india_japan.tables import FactError, Row, decimal, number, read

if TYPE_CHECKING:
    from tools.build_india_japan.assumptions import Assumptions

COLUMNS = (
    "id", "what", "place", "partner", "commodity", "value", "unit", "low", "high", "as_of",
    "independent", "source", "confidence", "note",
)  # fmt: skip
#: Middle of January and February 2026, of which the base is a yearly rate.
BASE_DATE = date(2026, 1, 30)
DAYS_PER_YEAR = 365
#: The range reaches this many standard deviations to either side.
REACH = 2
DRIFT = {"total": "published_drift_total", "pair": "published_drift_pair", "month": ""}
_FIGURE = {
    "gas_use": "value", "lng_monthly": "mt", "lng_regas": "utilisation_pct_fy2024_25",
    "lng_trade": "mt", "prices": "value",
}  # fmt: skip


def rows(assume: Assumptions, sources: Sources) -> list[Row]:
    """Published totals in the order of their ids."""
    return [_row(row, assume, sources) for row in sorted(read("published"), key=lambda r: r["id"])]


def _row(row: Row, assume: Assumptions, sources: Sources) -> Row:
    facts = _facts(row["fact"]) if row["fact"] else [row]
    value = _figure(row["fact"], facts) if row["fact"] else number(row, "value")
    if row["over"]:
        value /= _figure(row["over"], _facts(row["over"]))
    value *= number(row, "factor") if row["factor"] else 1.0
    value *= DAYS_PER_YEAR / number(row, "days") if row["days"] else 1.0
    low, high = row["low"], row["high"]
    if row["widen"]:
        reach = REACH * _deviation(row, facts[0]["confidence"], assume)
        most = 1.0 if row["what"].endswith("_share") else math.inf
        low = decimal(max(value * (1 - reach), 0.0))
        high = decimal(min(value * (1 + reach), most))
    # A share of two printed figures is no longer printed itself.
    word = "estimate" if row["over"] or row["factor"] else confidence(facts[0])
    return {name: row[name] for name in COLUMNS if name in row} | {
        "value": decimal(value), "low": low, "high": high, "source": sources.add(facts[0]),
        "confidence": word,
    }  # fmt: skip


def _deviation(row: Row, word: str, assume: Assumptions) -> float:
    """Relative standard deviation of a figure as one of the base.

    Parts are independent: that of its evidence (worked out from figures that were looked up counts
    as looked up), that of the years between, that of a single month.
    """
    if row["widen"] not in DRIFT:
        raise FactError(f"published.csv: widen is {row['widen']!r} in {row}")
    evidence = SIGMA["looked-up" if word == "computed" else word]
    if row["widen"] == "month":
        return math.hypot(evidence, assume["published_month"])
    years = abs((BASE_DATE - _middle(row["as_of"])).days) / DAYS_PER_YEAR
    return math.hypot(evidence, assume[DRIFT[row["widen"]]] * years)


def _middle(as_of: str) -> date:
    """The middle of a year, of a month, or the day itself."""
    year, month, day = (int(part) for part in (as_of + "-0-0").split("-")[:3])
    return date(year, month or 7, day or (15 if month else 1))


def _facts(pointer: str) -> list[Row]:
    """Rows of a fact table: "table: column=value; column=one|other".

    Raises
    ------
    FactError
        No row fits, or several do where the pointer names only one.
    """
    table, _, conditions = pointer.partition(": ")
    wanted = dict(part.split("=", 1) for part in conditions.split("; "))
    found = [
        row for row in read(table)
        if all(row[column] in value.split("|") for column, value in wanted.items())
    ]  # fmt: skip
    if len(found) != max(value.count("|") + 1 for value in wanted.values()):
        raise FactError(f"{len(found)} rows fit {pointer!r}")
    return found


def _figure(pointer: str, facts: list[Row]) -> float:
    """Mean of the figures of the rows that a pointer found."""
    column = _FIGURE[pointer.partition(":")[0]]
    return sum(number(row, column) for row in facts) / len(facts)
