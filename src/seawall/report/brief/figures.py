"""Figures in the words of a language: two digits, thousands separated, no raw number.

A quantity keeps two significant digits, a demand or a total three.  English counts in the unit of
the study; Japanese counts tonnes in 万 and 億, as the ministries' own tables do, and money in 億.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from seawall.report import rounding, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Money below this [million] is what a solver leaves.
NO_MONEY = 1e-3
#: Quantities below this share of a unit are what a solver leaves.
NO_AMOUNT = 1e-9
_NO_DAYS = 0.05

_TONNES = {"Mt": 1e6, "kt": 1e3, "t": 1.0}
_ENGLISH_UNITS = {"k wafers": "thousand wafers"}
_JAPANESE_CURRENCIES = {"USD": "ドル", "JPY": "円", "INR": "ルピー", "EUR": "ユーロ"}
_MAN, _OKU, _CHO = 1e4, 1e8, 1e12
_OPEN, _CLOSE = "\N{FULLWIDTH LEFT PARENTHESIS}", "\N{FULLWIDTH RIGHT PARENTHESIS}"


class Figures(Protocol):
    """What a language must be able to say; missing values become an en dash."""

    def amount(self, value: object, unit: str, digits: int = 2) -> str:
        """A quantity with its unit."""

    def around(self, value: float, low: float, high: float, unit: str) -> str:
        """A quantity with its interval, rounded to what the interval bears."""

    def days_around(self, days: float, low: float, high: float | None) -> str:
        """A length of time with its interval; `high` is None where it never ends."""

    def scaled(self, largest: float, unit: str) -> tuple[float, str]:
        """Factor and unit for the axis of a chart whose largest value is `largest` `unit`."""

    def money(self, millions: object, currency: str) -> str:
        """An amount of money, given in millions."""

    def currency(self, code: str) -> str:
        """A currency for the axis of a chart."""

    def share(self, share: object) -> str:
        """A share of 1 as per cent."""

    def duration(self, days: object) -> str:
        """A length of time, rounded: about 3 weeks."""

    def days(self, days: object) -> str:
        """A small count of days: 6.2 days."""

    def weeks(self, weeks: object) -> str:
        """A whole number of weeks."""

    def day(self, day: object) -> str:
        """A day counted from the start of the run, from which a shortage begins."""

    def date(self, value: object) -> str:
        """A date in full."""

    def electricity(self, gwh: object) -> str:
        """An amount of electricity [GWh]."""

    def join(self, words: Sequence[str]) -> str:
        """A list within a sentence."""

    def sentence(self, words: str) -> str:
        """A sentence as it begins: with a capital where there are capitals."""


def significant(value: float, digits: int) -> float:
    """The value rounded to so many significant digits."""
    if value == 0.0 or not math.isfinite(value):
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))


def stamp(value: object) -> pd.Timestamp | None:
    """A date of a table; None where there is none."""
    return None if text.missing(value) else pd.Timestamp(str(value))


class English:
    """British English, with the rules of `seawall.report.text`."""

    def amount(self, value: object, unit: str, digits: int = 2) -> str:
        number = text.number(value)
        if number is None:
            return text.NOTHING
        number = 0.0 if abs(number) < NO_AMOUNT else number
        figure = text.plain(number) if digits == 2 else text.sig(number, digits)
        return f"{figure}{text.NB}{_ENGLISH_UNITS.get(unit, unit)}"

    def around(self, value: float, low: float, high: float, unit: str) -> str:
        return rounding.rounded(value, low, high, _ENGLISH_UNITS.get(unit, unit))

    def days_around(self, days: float, low: float, high: float | None) -> str:
        return rounding.duration(days, low, high)

    def scaled(self, largest: float, unit: str) -> tuple[float, str]:
        return 1.0, _ENGLISH_UNITS.get(unit, unit)

    def money(self, millions: object, currency: str) -> str:
        number = text.number(millions)
        if number is None:
            return text.NOTHING
        if abs(number) < NO_MONEY:
            return f"{currency}{text.NB}0"
        if abs(number) < 0.95:
            figure = f"{text.sig(abs(number) * 1e6)}"
        elif abs(number) >= 995.0:
            figure = f"{text.sig(abs(number) / 1000.0)}{text.NB}billion"
        else:
            figure = f"{text.sig(abs(number))}{text.NB}million"
        return f"{currency}{text.NB}{text.MINUS if number < 0 else ''}{figure}"

    def currency(self, code: str) -> str:
        return code

    def share(self, share: object) -> str:
        number = text.number(share)
        if number is not None and number < 0.0:
            return text.MINUS + text.pct(-number)
        return text.pct(share)

    def duration(self, days: object) -> str:
        return text.duration(days)

    def days(self, days: object) -> str:
        number = text.number(days)
        if number is None:
            return text.NOTHING
        figure = text.sig(number) if abs(number) >= _NO_DAYS else "0"
        return f"{figure} day{'' if figure == '1' else 's'}"

    def weeks(self, weeks: object) -> str:
        return text.weeks(weeks)

    def day(self, day: object) -> str:
        return text.day_of(day)

    def date(self, value: object) -> str:
        return text.day_name(stamp(value))

    def electricity(self, gwh: object) -> str:
        return self.amount(gwh, "GWh")

    def join(self, words: Sequence[str]) -> str:
        return text.join(list(words))

    def sentence(self, words: str) -> str:
        return text.capital(words)


class Japanese:
    """Japanese as in a ministry's note: 190万トン, 47億ドル, 2026年3月2日."""

    def __init__(self, units: Mapping[str, str]) -> None:
        self._units = units

    def amount(self, value: object, unit: str, digits: int = 2) -> str:
        number = text.number(value)
        if number is None:
            return text.NOTHING
        if unit in _TONNES:
            return f"{_counted(number * _TONNES[unit], digits)}トン"
        if unit == "k wafers":
            return f"{_counted(number * 1e3, digits)}枚"
        return f"{_decimal(number, digits)}{self._units.get(unit, unit)}"

    def around(self, value: float, low: float, high: float, unit: str) -> str:
        factor, name = self.scaled(high, unit)
        ends = (value * factor, low * factor, high * factor)
        if not high > low:
            return f"{self.amount(value, unit)}{_OPEN}{self.amount(low, unit)}{_CLOSE}"
        places = rounding.digits(ends[1], ends[2])
        middle, least, most = (rounding.at(end, places) for end in ends)
        return f"{'' if middle == '0' else '約'}{middle}{name}{_OPEN}{least}〜{most}{_CLOSE}"

    def days_around(self, days: float, low: float, high: float | None) -> str:
        until = f"{round(high)}日" if high is not None else "計算期間内に不足せず"
        return f"約{round(days)}日{_OPEN}{round(low)}日〜{until}{_CLOSE}"

    def scaled(self, largest: float, unit: str) -> tuple[float, str]:
        if unit not in _TONNES:
            return 1.0, self._units.get(unit, unit)
        tonnes = _TONNES[unit]
        if abs(largest) * tonnes >= _MAN:
            return tonnes / _MAN, "万トン"
        return tonnes, "トン"

    def money(self, millions: object, currency: str) -> str:
        number = text.number(millions)
        if number is None:
            return text.NOTHING
        name = self.currency(currency)
        if abs(number) < NO_MONEY:
            return f"0{name}"
        return f"{text.MINUS if number < 0 else ''}{_money(abs(number) * 1e6)}{name}"

    def currency(self, code: str) -> str:
        return _JAPANESE_CURRENCIES.get(code, code)

    def share(self, share: object) -> str:
        number = text.number(share)
        if number is None:
            return text.NOTHING
        percent = 100.0 * abs(number)
        sign = text.MINUS if number < 0.0 else ""
        if percent == 0.0:
            return "0%"
        if percent < 0.1:
            return "0.1%未満"
        if 99.5 < percent < 100.0:
            return "99%超"
        return f"{sign}{text.sig(percent, 1 if percent < 1.0 else 2)}%"

    def duration(self, days: object) -> str:
        number = text.number(days)
        if number is None:
            return text.NOTHING
        if number <= 0.0:
            return "なし"
        if number < 1.0:
            return "1日未満"
        if number < 10.5:
            return f"約{round(number)}日"
        if number < 70.0:
            return f"約{round(number / 7.0)}週間"
        if number < 700.0:
            return f"約{round(number / 30.4)}か月"
        return f"約{round(number / 365.25)}年"

    def days(self, days: object) -> str:
        number = text.number(days)
        if number is None:
            return text.NOTHING
        return f"{text.sig(number) if abs(number) >= _NO_DAYS else '0'}日"

    def weeks(self, weeks: object) -> str:
        number = text.number(weeks)
        if number is None:
            return text.NOTHING
        return "なし" if number < 0.5 else f"{round(number)}週間"

    def day(self, day: object) -> str:
        number = text.number(day)
        if number is None:
            return "なし"
        if number < 1.0:
            return "直ちに"
        return f"{round(number)}日目" if number < 100 else f"第{round(number / 7.0)}週"

    def date(self, value: object) -> str:
        found = stamp(value)
        return text.NOTHING if found is None else f"{found.year}年{found.month}月{found.day}日"

    def electricity(self, gwh: object) -> str:
        number = text.number(gwh)
        # A million kWh is a GWh; 100 of them are one 億kWh.
        return text.NOTHING if number is None else f"{_counted(number * 1e6, 2)}kWh"

    def join(self, words: Sequence[str]) -> str:
        if len(words) < 2:
            return words[0] if words else ""
        return f"{'、'.join(words[:-1])}及び{words[-1]}"

    def sentence(self, words: str) -> str:
        return words


def _decimal(value: float, digits: int) -> str:
    """A number below ten thousand, in plain decimals."""
    if abs(value) < NO_AMOUNT:
        return "0"
    return "0.01未満" if abs(value) < 0.005 else text.trim(text.sig(value, digits))


def _counted(value: float, digits: int) -> str:
    """A count in 万 and 億: 1,940,000 as 190万, 104,000,000 to three digits as 1億400万."""
    sign, value = (text.MINUS if value < 0 else ""), significant(abs(value), digits)
    if value < _MAN:
        return sign + _decimal(value, digits)
    if value < 10 * _MAN and value % _MAN:
        return f"{sign}{text.trim(text.sig(value / _MAN, digits))}万"
    man = round(value / _MAN)
    hundred_millions, rest = divmod(man, 10_000)
    if not hundred_millions:
        return f"{sign}{rest:,}万"
    return f"{sign}{hundred_millions:,}億" + (f"{rest:,}万" if rest else "")


def _money(value: float) -> str:
    """Money in 万, 億 and 兆 to two digits: 921,000,000 as 9.2億."""
    for size, name in ((_CHO, "兆"), (_OKU, "億"), (_MAN, "万")):
        if significant(value, 2) >= size:
            return f"{text.trim(text.sig(value / size))}{name}"
    return text.sig(value)
