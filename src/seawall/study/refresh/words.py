"""Cells that people wrote for people: labels, numbers, days and months.

Files of this kind group digits, mark what is provisional, count years of emperors and write in full
width. That is read here and nowhere else: a study's own tables stay strict.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seawall.study.refresh.sheets import Cell

__all__ = ["Month", "day_of", "days_in", "is_provisional", "label", "month_of", "number_of"]

#: (year, month)
Month = tuple[int, int]

_BLANKS = {"", "-", "--", "ー", "n.a.", "n.a", "na", "n/a", "nil", "..", "...", "…"}
_NUMBER = re.compile(r"([+-]?)(\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(\.\d+)?")
_MARK = re.compile(
    r"\s*(?:\((?:p|prov\.?|provisional|r|revised|速報)\)|[*†‡]+|#)\s*$", re.IGNORECASE
)
_PROVISIONAL = re.compile(r"\((?:p|prov\.?)\)|provisional|速報", re.IGNORECASE)
_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LONG = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
#: First year of an era, less one.
_ERAS = {"令和": 2018, "r": 2018, "平成": 1988, "h": 1988}


def plain(text: str) -> str:
    """Text in half width, lower case, without doubled spaces and unusual dashes."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    return re.sub(r"\s+", " ", text).strip()


def label(text: str) -> str:
    """A label for comparison: no numbering, brackets, footnote marks or punctuation."""
    text = re.sub(r"\([^()]*\)|\[[^\[\]]*\]", " ", plain(text))
    text = re.sub(r"^\s*(?:[ivx]+|[a-z]|\d+)\s*[.)]\s*", "", text)
    text = re.sub(r"[^\w&/]+", " ", text.replace("_", " "))
    return re.sub(r"\s+", " ", text).strip()


def is_provisional(text: str) -> bool:
    """Whether a cell says that a figure may still change."""
    return _PROVISIONAL.search(plain(text)) is not None


def number_of(cell: Cell) -> float | None:
    """The number of a cell; None where it says that there is none.

    Raises
    ------
    ValueError
        The cell is neither.
    """
    if isinstance(cell, float):
        return cell
    if cell is None:
        return None
    if isinstance(cell, date):
        raise ValueError("a date")
    text = _MARK.sub("", plain(cell)).strip()
    if text in _BLANKS:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise ValueError("no number")
    return float(found[1] + found[2].replace(",", "") + (found[3] or ""))


def day_of(cell: Cell, published: date | None = None) -> date | None:
    """The day that a cell names; None where it names none.

    Parameters
    ----------
    published
        When the table came out: "10/5" is the last fifth of October up to then.
    """
    if isinstance(cell, date):
        return cell
    if cell is None or isinstance(cell, float):
        return None
    text = plain(cell)
    text = re.sub(r"\s*(?:時点|現在|まで|00:00:00)\s*$", "", text).strip()
    text = re.sub(r"\s*([年月日/.])\s*", r"\1", text)
    era = re.fullmatch(r"(令和|平成|r|h)\s*\.?(\d{1,2}|元)[年./](\d{1,2})[月./](\d{1,2})日?", text)
    if era:
        year = 1 if era[2] == "元" else int(era[2])
        return _day(_ERAS[era[1]] + year, int(era[3]), int(era[4]))
    full = re.fullmatch(r"(\d{4})(?:年|/|-|\.)(\d{1,2})(?:月|/|-|\.)(\d{1,2})日?", text)
    if full:
        return _day(int(full[1]), int(full[2]), int(full[3]))
    short = re.fullmatch(r"(\d{1,2})(?:月|/)(\d{1,2})日?", text)
    if short and published:
        found = _day(published.year, int(short[1]), int(short[2]))
        if found and found > published:
            return _day(published.year - 1, int(short[1]), int(short[2]))
        return found
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(cell: Cell) -> Month | None:
    """The one month that a cell names; None for none, a year or a run of months."""
    if isinstance(cell, date):
        return cell.year, cell.month
    if cell is None or isinstance(cell, float):
        return None
    text = re.sub(r"\([^()]*\)|[*#†‡]", "", plain(cell)).strip()
    for pattern in (
        r"(?P<y>\d{4})(?:-|/|\.|m|年)(?P<m>\d{1,2})月?(?:-01)?(?: 00:00:00)?",
        r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})",
    ):
        found = re.fullmatch(pattern, text)
        if found and 1 <= int(found["m"]) <= 12:
            return int(found["y"]), int(found["m"])
    named = re.fullmatch(r"([a-z]{3,9})\.?[\s\-,'/]*(\d{4}|\d{2})", text)
    month = named and name_of_month(named[1])
    if not named or not month:
        return None
    return int(named[2]) + (2000 if len(named[2]) == 2 else 0), month


def name_of_month(word: str) -> int | None:
    """The number of a month by its English name or its first letters; None for other words."""
    word = plain(word).rstrip(".")
    if word == "sept":
        return 9
    for k, (short, long) in enumerate(zip(_NAMES, _LONG, strict=True), start=1):
        if word in (short, long):
            return k
    return None


def days_in(month: Month) -> int:
    """Days of a month."""
    year, number = month
    after = date(year + number // 12, number % 12 + 1, 1)
    return (after - date(year, number, 1)).days
