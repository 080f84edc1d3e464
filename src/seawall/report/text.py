"""Rounded numbers and plain words. No raw id and no false precision leaves this file."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

RESPONSES: Mapping[str, str] = {
    "frozen": "Frozen",
    "market": "Market",
    "pact": "Pact",
    "foresight": "Foresight",
}
RESPONSE_MEANING: Mapping[str, str] = {
    "frozen": "nobody changes partners or raises output",
    "market": "everyone re-plans every two weeks without knowing when it ends",
    "pact": "the market with a sharing agreement",
    "foresight": "everyone knows the whole future from the first day",
}
TIERS: Mapping[str, str] = {
    "essential": "essential",
    "important": "important",
    "deferrable": "can wait",
    "elastic": "follows the price",
    "all": "all tiers together",
}
NOTHING = "–"
MINUS = "\N{MINUS SIGN}"
NB = "\N{NO-BREAK SPACE}"  # keeps a figure and its unit on one line


def missing(value: object) -> bool:
    """True for None, NaN, NaT and blank text."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return True
    return value is pd.NaT or value is pd.NA or (isinstance(value, float) and math.isnan(value))


def number(value: object) -> float | None:
    """A finite float, or None for a blank, NaN or infinite value."""
    if missing(value):
        return None
    result = float(str(value))
    return result if math.isfinite(result) else None


def sig(value: float, digits: int = 2) -> str:
    """At most ``digits`` significant digits, in plain decimals with thousands commas."""
    if digits > 3:
        raise ValueError("no figure in a report has more than three significant digits")
    if value == 0.0 or not math.isfinite(value):
        return "0" if value == 0.0 else NOTHING
    places = digits - 1 - math.floor(math.log10(abs(value)))
    rounded = round(value, places)
    if rounded != 0.0:
        places = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:,.{max(0, places)}f}"


def trim(text: str) -> str:
    """Without trailing zeros after the decimal point."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def mt(value: object, unit: str = "Mt") -> str:
    """A mass in one unit, so that columns compare: 1.234 as "1.2 Mt", 0.056 as "0.06 Mt"."""
    amount = number(value)
    return NOTHING if amount is None else f"{plain(amount)}{NB}{unit}"


def plain(amount: float) -> str:
    """Two significant digits, but never finer than 0.01."""
    if amount == 0.0:
        return "0"
    if abs(amount) < 0.005:
        return "under 0.01"
    return f"{amount:.2f}" if abs(amount) < 0.0995 else sig(amount)


def pct(share: object) -> str:
    """A share of 1 as per cent: 0.0041 as 0.4 %, 0.123 as 12 %."""
    amount = number(share)
    if amount is None:
        return NOTHING
    if amount == 0.0:
        return f"0{NB}%"
    percent = 100.0 * amount
    if abs(percent) < 0.1:
        return f"under 0.1{NB}%"
    if percent < 100.0 and percent > 99.5:
        return f"over 99{NB}%"
    return f"{sig(percent, 1 if abs(percent) < 1 else 2)}{NB}%"


def between(low: str, high: str) -> str:
    """ "12 to 21 %" from "12 %" and "21 %"; one figure when both read the same."""
    if low == high:
        return low
    if low.startswith(f"0{NB}"):
        return high if high.startswith("under") else f"up to {high}"
    if low.startswith("about ") and high.startswith("about "):
        near, far = low.split(), high.split()
        if near[2].rstrip("s") == far[2].rstrip("s"):
            return f"about {near[1]} to {far[1]} {far[2]}"
    head, _, unit = low.rpartition(NB)
    if head and unit and high.endswith(f"{NB}{unit}") and not head.startswith("under"):
        return f"{head} to {high}"
    return f"{low} to {high}"


def duration(days: object) -> str:
    """Days in words: 0.4 as "less than a day", 19 as "about 3 weeks", 200 as "about 7 months"."""
    amount = number(days)
    if amount is None:
        return NOTHING
    if amount <= 0.0:
        return "none"
    if amount < 1.0:
        return "less than a day"
    if amount < 10.5:
        return _counted(round(amount), "day")
    if amount < 70.0:
        return _counted(round(amount / 7.0), "week")
    if amount < 700.0:
        return _counted(round(amount / 30.4), "month")
    return _counted(round(amount / 365.25), "year")


def _counted(count: int, noun: str) -> str:
    return f"about {count} {noun}" + ("" if count == 1 else "s")


def weeks(count: object) -> str:
    """A count of weeks: "none", "1 week", "14 weeks"."""
    amount = number(count)
    if amount is None:
        return NOTHING
    if amount < 0.5:
        return "none"
    whole = round(amount)
    return f"{whole} week" + ("" if whole == 1 else "s")


def held_out(day: float) -> str:
    """How long everything was served; two such days are compared, so they are not rounded."""
    return "to the end" if day != day else f"{day:.0f} days"


def few_days(days: float) -> str:
    """Days more or less of a need, to the day: fractions of one mean nothing here."""
    return "under 1" if 0.0 < abs(days) < 1.0 else sig(days, 2)


def day_of(day: object) -> str:
    """When a shortage starts, counted from the first day of the run."""
    amount = number(day)
    if amount is None:
        return "never"
    if amount < 1.0:
        return "at once"
    return f"day {round(amount)}" if amount < 100 else f"week {round(amount / 7.0)}"


def week_of(day: object) -> str:
    """The week in which a shortage starts, counted from the first day of the run."""
    amount = number(day)
    if amount is None:
        return "never"
    return f"week {int(amount // 7.0) + 1}"


def musd(value: object) -> str:
    """Money from MUSD: "USD 1.2 billion", "USD 340 million"."""
    amount = number(value)
    if amount is None:
        return NOTHING
    if abs(amount) >= 995.0:
        return f"USD{NB}{sig(amount / 1000.0)}{NB}billion"
    if abs(amount) < 0.95:
        return f"under USD{NB}1{NB}million" if amount else f"USD{NB}0"
    return f"USD{NB}{sig(amount)}{NB}million"


def day_name(value: object) -> str:
    """An ISO date or timestamp as "2 March 2026"."""
    if missing(value):
        return NOTHING
    stamp = value if isinstance(value, (date, datetime)) else pd.Timestamp(str(value))
    return f"{stamp.day}{NB}{stamp.strftime('%B %Y')}"


def short_day(value: object) -> str:
    """A date for a narrow column: "2 Mar 2026"."""
    if missing(value):
        return NOTHING
    stamp = value if isinstance(value, (date, datetime)) else pd.Timestamp(str(value))
    return f"{stamp.day}{NB}{stamp.strftime('%b')}{NB}{stamp.year}"


def the(name: str) -> str:
    """With an article where English wants one: "the Strait of Hormuz", "Bab-el-Mandeb"."""
    parts = name.replace("-", " ").split()
    takes = {"Strait", "Straits", "Canal", "Cape", "Channel", "Passage", "Sea", "Pipeline",
             "United", "European", "DR", "Philippines", "Netherlands"}  # fmt: skip
    return f"the {name}" if parts and (parts[0] in takes or parts[-1] in takes) else name


def join(words: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return words[0] if words else ""
    return f"{', '.join(words[:-1])} and {words[-1]}"


def capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def words(identifier: object) -> str:
    """An id or column name as words: "holding_cost" as "holding cost", "lng2" as "LNG 2"."""
    plain_words = str(identifier).replace("_", " ").replace("~", " ").strip()
    return re.sub(r"\blng(\d*)\b", lambda m: f"LNG {m[1]}".strip(), plain_words)


def cell(value: Any) -> str:
    """Any table cell: numbers to three significant digits, dates in words, the rest as it is."""
    if missing(value):
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (pd.Timestamp, datetime, date)):
        return day_name(value)
    if isinstance(value, (int, float)) or hasattr(value, "dtype"):
        amount = number(value)
        if amount is None:
            return NOTHING
        if amount % 1 == 0.0 and 1900 <= amount <= 2100:
            return f"{amount:.0f}"  # a year
        return trim(sig(amount, 3))
    return str(value)
