"""Dates and spans in a text, as days of the study: "2 July 2026", "by 2030", "the next decade"."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from seawall.questions.track.intake.numerals import NUMBER, value_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Moment", "moments"]

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
           "october", "november", "december")  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTH = "|".join([name.capitalize() for name in _MONTHS] + [
    rf"{name[:3].capitalize()}\.?" for name in _MONTHS if name != "may"
])  # fmt: skip
_YEAR = r"(?:19|20)\d\d"
_WHOLE = re.compile(
    rf"\b(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y1>{_YEAR})\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m2>{_MONTH}),?\s+(?P<y2>{_YEAR})\b"
    rf"|\b(?P<iso>{_YEAR}-\d\d-\d\d)\b"
    rf"|\b(?P<m3>{_MONTH})\s+(?:of\s+)?(?P<y3>{_YEAR})\b"
    rf"|\b(?P<f1>{_YEAR})[-–/](?P<f2>\d\d|{_YEAR})\b"
    rf"|\b(?:between|from)\s+(?P<b1>{_YEAR})\s+(?:and|to)\s+(?P<b2>{_YEAR})\b"
    rf"|\bFY\s?(?P<fy>\d\d|{_YEAR})\b"
    rf"|(?<![\d,.$¥₹€])\b(?P<y4>{_YEAR})\b(?![,.]?\d|\s*(?:{'|'.join(['t', 'MW', 'km'])})\b)"
)
_SPAN = re.compile(
    rf"\b(?:over|in|within|for|during)?\s*(?:the\s+)?(?:next|coming|following)\s+"
    rf"(?:(?P<n>{NUMBER})\s+)?(?P<unit>years?|months?|decades?)\b"
    rf"|\b(?:within|in|over|for(?:\s+a\s+period\s+of)?)\s+(?P<n2>{NUMBER})\s+(?P<unit2>years?|months?|decades?)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b({'|'.join(name.capitalize() for name in _DAYS)})\b")
#: Months in a unit of a span.
_LONG = {"month": 1, "year": 12, "decade": 120}


@dataclass(frozen=True)
class Moment:
    """Where it stands, and the first and the last day as dates of the study ("" unknown).

    `kind` is "date" for what is named, "span" for what is counted from the day of the text.
    """

    start: int
    end: int
    begins: str
    ends: str
    kind: str


def moments(text: str, published: date | None = None) -> Iterator[Moment]:
    """Dates and spans of a text; spans and days of the week only mean something where it is known
    when it was published."""
    for found in _WHOLE.finditer(text):
        named = _named(found)
        if named is not None:
            yield Moment(found.start(), found.end(), *named, "date")
    for found in _SPAN.finditer(text):
        number, unit = found["n"] or found["n2"], (found["unit"] or found["unit2"]).lower()
        months = round((value_of(number, None) if number else 1.0) * _LONG[unit.rstrip("s")])
        begins = published.isoformat() if published else ""
        ends = _later(published, months).isoformat() if published else ""
        start = found.start() + len(found[0]) - len(found[0].lstrip())
        yield Moment(start, found.end(), begins, ends, "span")
    for found in _WEEKDAY.finditer(text):
        if published is None:
            yield Moment(found.start(), found.end(), "", "", "date")
            continue
        back = (published.weekday() - _DAYS.index(found[1].lower())) % 7
        day = (published - timedelta(days=back)).isoformat()
        yield Moment(found.start(), found.end(), day, day, "date")


def _named(found: re.Match[str]) -> tuple[str, str] | None:
    """First and last day that a match names; None where there is no such day."""
    parts = found.groupdict()
    if parts["iso"]:
        return _day(*(int(part) for part in parts["iso"].split("-")))
    for n in ("1", "2"):
        if parts[f"d{n}"]:
            month = _month(parts[f"m{n}"])
            return _day(int(parts[f"y{n}"]), month, int(parts[f"d{n}"]))
    if parts["m3"]:
        year, month = int(parts["y3"]), _month(parts["m3"])
        return f"{year}-{month:02}-01", f"{year}-{month:02}-{monthrange(year, month)[1]}"
    if parts["b1"]:
        first, last = int(parts["b1"]), int(parts["b2"])
        return (f"{first}-01-01", f"{last}-12-31") if last > first else None
    if parts["f1"]:
        first, last = int(parts["f1"]), int(parts["f1"][:2] + parts["f2"][-2:])
        # "2025-26" is a fiscal year from April to March; "2022-2026" is a span of years.
        if len(parts["f2"]) == 2 and last == first + 1:
            return f"{first}-04-01", f"{last}-03-31"
        return (f"{first}-01-01", f"{last}-12-31") if last > first else None
    if parts["fy"]:
        last = int(parts["fy"]) + (2000 if len(parts["fy"]) == 2 else 0)
        return f"{last - 1}-04-01", f"{last}-03-31"
    return f"{parts['y4']}-01-01", f"{parts['y4']}-12-31"


def _day(year: int, month: int, day: int) -> tuple[str, str] | None:
    try:
        text = date(year, month, day).isoformat()
    except ValueError:
        return None
    return text, text


def _month(name: str) -> int:
    return next(n for n, full in enumerate(_MONTHS, 1) if full.startswith(name[:3].lower()))


def _later(day: date, months: int) -> date:
    """The same day so many months on, at most the last of its month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
