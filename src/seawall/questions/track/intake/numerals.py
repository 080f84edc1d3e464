"""Numbers, scales, currencies and units as newspapers write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["CURRENCIES", "NUMBER", "SCALE", "UNITS", "WORDS", "value_of"]

#: Numbers in words.
WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90, "hundred": 100, "a hundred": 100, "a dozen": 12, "dozen": 12,
    "a thousand": 1_000, "half a dozen": 6,
}  # fmt: skip
_SCALES = {
    "thousand": 1e3, "k": 1e3, "million": 1e6, "mn": 1e6, "m": 1e6, "billion": 1e9, "bn": 1e9,
    "b": 1e9, "trillion": 1e12, "tn": 1e12, "trn": 1e12, "lakh crore": 1e12, "lakh": 1e5,
    "crore": 1e7, "crores": 1e7, "lakhs": 1e5, "hundred": 1e2,
}  # fmt: skip
#: Currencies by what they are called; the longest name counts.
CURRENCIES = {
    "us dollars": "USD", "us dollar": "USD", "dollars": "USD", "dollar": "USD", "usd": "USD",
    "us$": "USD", "$": "USD", "yen": "JPY", "jpy": "JPY", "¥": "JPY", "jp¥": "JPY",
    "rupees": "INR", "rupee": "INR", "rs.": "INR", "rs": "INR", "inr": "INR", "₹": "INR",
    "euros": "EUR", "euro": "EUR", "eur": "EUR", "€": "EUR", "yuan": "CNY", "cny": "CNY",
    "renminbi": "CNY", "won": "KRW", "krw": "KRW", "a$": "AUD", "australian dollars": "AUD",
    "nok": "NOK", "norwegian kroner": "NOK", "sek": "SEK", "dkk": "DKK", "chf": "CHF",
    "swiss francs": "CHF", "r$": "BRL", "brl": "BRL", "reais": "BRL", "c$": "CAD", "cad": "CAD",
    "aud": "AUD", "s$": "SGD", "sgd": "SGD", "rmb": "CNY", "baht": "THB", "thb": "THB",
    "ringgit": "MYR", "rupiah": "IDR", "dong": "VND", "taka": "BDT", "rand": "ZAR", "zar": "ZAR",
    "ksh": "KES", "kes": "KES", "dirhams": "AED", "aed": "AED", "riyals": "SAR", "lira": "TRY",
    "pounds": "GBP", "£": "GBP", "gbp": "GBP",
}  # fmt: skip
#: Units of quantities by what they are called.
UNITS = {
    "tonnes": "t", "tonne": "t", "tons": "t", "ton": "t", "metric tons": "t",
    "metric tonnes": "t", "mt": "Mt", "mtpa": "Mt/yr", "kg": "kg", "kilograms": "kg",
    "megawatts": "MW", "megawatt": "MW", "mw": "MW", "gigawatts": "GW", "gigawatt": "GW",
    "gw": "GW", "gwh": "GWh", "mwh": "MWh", "twh": "TWh", "kilometres": "km", "kilometers": "km",
    "kilometre": "km", "kilometer": "km", "km": "km", "bcm": "bcm", "hectares": "ha",
    "hectare": "ha", "acres": "acre", "square kilometres": "km2", "square kilometers": "km2",
    "barrels": "barrels", "percent": "%", "per cent": "%", "%": "%",
    "percentage points": "percentage points",
}  # fmt: skip


def _any(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


#: A number in figures (with thousands or Indian groups) or in words; no part of a longer one.
NUMBER = rf"(?:\d{{1,3}}(?:,\d{{2,3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:{_any(WORDS)})\b)"
#: A scale; single letters only close to the figure.
SCALE = (
    r"(?:[\s-]*(?:lakh crore|trillion|billion|million|thousand|hundred|crores?|lakhs?|trn|tn|bn|mn)"
    r"\b|[mkb](?=\W|$))"
)


def value_of(number: str, scale: str | None) -> float:
    """The value of a number with its scale.

    >>> value_of("1,00,000", None), value_of("ten", " trillion"), value_of("2.5", "bn")
    (100000.0, 10000000000000.0, 2500000000.0)
    """
    plain = number.replace(",", "").lower()
    base = float(WORDS[plain]) if plain in WORDS else float(plain)
    return base * _SCALES[(scale or "").strip(" -").lower()] if (scale or "").strip(" -") else base
