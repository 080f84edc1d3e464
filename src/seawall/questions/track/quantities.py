"""Amounts that can be compared: units and currencies made common, and what rounding leaves open.

A figure as printed stands for an interval: half a unit of its last digit that counts to either
side, more where the words say "about", and no end where they say "more than".
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from seawall.questions.track.claims.lexicon import NOUNS
from seawall.questions.track.claims.words import phrased, tokens
from seawall.questions.track.intake.numerals import (
    CURRENCIES,
    NUMBER,
    SCALE,
    UNITS,
    WORDS,
    value_of,
)
from seawall.units import all_units

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    Rates = Mapping[tuple[str, int], float]

__all__ = [
    "CURRENCY_DRIFT", "SAME", "Amount", "amount_of", "figure_in", "in_common", "kind_of",
    "rates_of", "vague_in",
]  # fmt: skip

#: The two values agree.
SAME = 1e-9
#: Yearly means stand for the day's rate: amounts in two currencies agree within this share.
CURRENCY_DRIFT = 0.10
#: Years from which a rate may be taken where the year itself has none.
_NEAR_YEARS = 2
#: What "about" leaves open, as a share.
_ABOUT = 0.05
#: Digits that count at least, however many zeros end a figure.
_DIGITS = 2
#: Counts below this are taken as exact.
_EXACT = 100
_CODE = re.compile(r"[A-Z]{3}")
_BOUND = {
    "least": r"over|more than|at least|exceed\w*|surpass\w*|above|past|upwards of|no fewer than|"
             r"no less than|in excess of|beyond|topp\w+|crossed",
    "most": r"less than|fewer than|under|below|up to|as much as|as many as|at most|no more than|"
            r"a maximum of|short of",
    "about": r"about|approximately|around|roughly|nearly|almost|some|estimated|close to|circa|"
             r"approx\.?|c\.|nearing|just over|just under|just above|a little over",
}  # fmt: skip
_BOUNDS = "|".join(sorted("|".join(_BOUND.values()).split("|"), key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?:(?<!\w)(?P<bound>{_BOUNDS})"
    rf"\s+(?:a |an |the |of |total of )?)?(?P<code>[^\W\d_]{{0,3}}[$€£¥₹]|[a-z]{{3}}\s)?\s?"
    rf"(?<![\w.])(?P<number>{NUMBER})(?P<scale>{SCALE})?"
)
_AFTER = re.compile(r"[\s-]*(?P<word>[^\W\d_]+(?:\s[^\W\d_]+)?)")
_VAGUE = (
    (re.compile(r"\bmulti-?\s?(?P<scale>million|billion|trillion)"), None),
    (re.compile(r"\b(?:multiple|several|many|numerous|various|a number of)\b"), 2.0),
    (re.compile(r"\bdozens\b"), 24.0),
    (re.compile(r"\bhundreds\b"), 200.0),
    (re.compile(r"\bthousands\b"), 2000.0),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """What a figure leaves open.

    Attributes
    ----------
    low, high
        In base units of its family; money stays in its own currency.
    family
        What it measures: "money", a dimension of units.csv with its base unit, or a counted noun.
    currency
        Code of the currency; blank for other families.
    per_usd
        What a dollar costs in it; NaN where no rate is known.
    vague
        The words give no figure ("several").
    """

    low: float
    high: float
    family: str
    currency: str = ""
    per_usd: float = math.nan
    vague: bool = False

    def apart(self, other: Amount) -> bool:
        """Whether no value fits both; False where nothing says how they convert."""
        if self.family != other.family:
            return False
        if self.currency == other.currency:
            return not _meet(self.low, self.high, other.low, other.high)
        if math.isnan(self.per_usd) or math.isnan(other.per_usd):
            return False
        drift = 1.0 + CURRENCY_DRIFT
        low, high = self.low / self.per_usd / drift, self.high / self.per_usd * drift
        return not _meet(low, high, other.low / other.per_usd, other.high / other.per_usd)


def in_common(
    value: float, counted_in: str, other: str, when: str, rates: pd.DataFrame
) -> float | None:
    """A value in what another is counted in; None where nothing says how.

    Parameters
    ----------
    value, counted_in
        The figure and its unit of units.csv, currency or counted noun.
    other
        What it should be counted in.
    when
        The day, month or year of which the rate of a currency is taken; the nearest year with a
        rate, at most two off, stands for one without.
    rates
        `currency`, `year`, `per_usd`: what a dollar costs.
    """
    known = rates_of(rates)
    year = int(when[:4]) if when[:4].isdecimal() else 0
    family, factor, currency, per_usd = kind_of(counted_in, year, known)
    family_other, factor_other, currency_other, per_usd_other = kind_of(other, year, known)
    if family != family_other:
        return None
    common = value * factor / factor_other
    if currency == currency_other:
        return common
    converted = common / per_usd * per_usd_other
    return None if math.isnan(converted) else converted


def rates_of(rates: pd.DataFrame) -> dict[tuple[str, int], float]:
    """What a dollar costs, by currency and year."""
    return {
        (str(currency), int(year)): float(per_usd)
        for currency, year, per_usd in zip(
            rates["currency"], rates["year"], rates["per_usd"], strict=True
        )
    }


def kind_of(counted_in: str, year: int, rates: Rates) -> tuple[str, float, str, float]:
    """Family, factor to its base, currency and what a dollar costs, of a unit or counted noun."""
    name = UNITS.get(counted_in.lower(), counted_in)
    unit = all_units().get(name)
    if unit is not None and unit.dimension == "money":
        return "money", unit.factor, unit.base, _per_usd(unit.base, year, rates)
    if unit is not None and unit.convertible:
        return f"{unit.dimension}|{unit.base}|{unit.content}", unit.factor, "", math.nan
    if _CODE.fullmatch(counted_in) and (
        counted_in in CURRENCIES.values() or any(code == counted_in for code, _ in rates)
    ):
        return "money", 1.0, counted_in, _per_usd(counted_in, year, rates)
    plain = phrased(counted_in).partition(" (")[0]
    noun = " ".join(NOUNS.get(word, word) for word in tokens(plain))
    return f"count|{noun or plain}", 1.0, "", math.nan


def amount_of(
    quantity: float, counted_in: str, words: str, predicate: str, year: int, rates: Rates
) -> Amount:
    """What a figure with its words leaves open.

    Parameters
    ----------
    words
        The value and the quote, in which "about" or "more than" may stand before the figure.
    predicate
        What is said of the subject: "exceeds" opens the figure too.
    """
    family, factor, currency, per_usd = kind_of(counted_in, year, rates)
    low, high = _rounded(quantity, counted=family.startswith("count|"))
    bound = _bound(quantity, words) or _bound_word(predicate.lower())
    bound = "least" if "lower bound" in counted_in else bound
    if bound == "about":
        low, high = min(low, quantity * (1 - _ABOUT)), max(high, quantity * (1 + _ABOUT))
    low = -math.inf if bound == "most" else low
    high = math.inf if bound == "least" else high
    return Amount(low * factor, high * factor, family, currency, per_usd)


def vague_in(value: str, noun: str, year: int, rates: Rates) -> Amount | None:
    """What words without a figure leave open: "several" is two or more."""
    plain = phrased(value)
    for pattern, least in _VAGUE:
        match = pattern.search(plain)
        if match is None:
            continue
        if least is not None:
            return Amount(least, math.inf, f"count|{noun}", vague=True) if noun else None
        after = _AFTER.match(plain, match.end())
        code = CURRENCIES.get(after["word"]) if after else None
        if code is None:
            return None
        base = value_of("1", match["scale"])
        return Amount(2 * base, 1000 * base, "money", code, _per_usd(code, year, rates), vague=True)
    return None


def figure_in(text: str) -> tuple[float, str, int, int] | None:
    """The first amount of money or counted figure in a text: value, what it counts, from, to."""
    plain = text.lower()
    for match in _FIGURE.finditer(plain):
        value = value_of(match["number"], match["scale"])
        code = (match["code"] or "").strip()
        if code and (known := CURRENCIES.get(code)):
            return value, known, match.start(), match.end()
        after = _AFTER.match(plain, match.end())
        if after is None or (match["number"] in WORDS and not match["scale"]):
            continue
        first = after["word"].split()[0]
        if known := CURRENCIES.get(after["word"]) or CURRENCIES.get(first):
            return value, known, match.start(), after.start("word") + len(first)
        plural = first.endswith("s") and len(first) > 3
        if plural and value >= _DIGITS:
            return value, first, match.start(), after.start("word") + len(first)
    return None


def _rounded(value: float, *, counted: bool) -> tuple[float, float]:
    """The values that are written so."""
    if value == 0 or (counted and abs(value) < _EXACT and value == int(value)):
        return value, value
    mantissa, _, power = f"{abs(value):.11e}".partition("e")
    digits = max(_DIGITS, len(mantissa.replace(".", "").rstrip("0")))
    half = 0.5 * 10.0 ** (int(power) - digits + 1)
    return value - half, value + half


def _bound(quantity: float, words: str) -> str:
    """How the words open the figure: "least", "most", "about" or ""."""
    digits = f"{abs(quantity):.11e}".partition("e")[0].rstrip("0")
    for match in _FIGURE.finditer(words.lower()):
        found = value_of(match["number"], match["scale"])
        if match["bound"] and f"{found:.11e}".partition("e")[0].rstrip("0") == digits:
            return _bound_word(match["bound"])
    return ""


def _bound_word(text: str) -> str:
    for name in ("about", "most", "least"):
        if re.search(rf"\b(?:{_BOUND[name]})(?!\w)", text):
            return name
    return ""


def _per_usd(currency: str, year: int, rates: Rates) -> float:
    if currency == "USD":
        return 1.0
    for off in range(_NEAR_YEARS + 1):
        for near in (year - off, year + off):
            if (currency, near) in rates:
                return rates[currency, near]
    return math.nan


def _meet(low: float, high: float, other_low: float, other_high: float) -> bool:
    slack = SAME * max(
        map(abs, filter(math.isfinite, (low, high, other_low, other_high))), default=0
    )
    return low <= other_high + slack and other_low <= high + slack
