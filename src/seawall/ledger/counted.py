"""What a figure may count: a unit, a currency, or any noun that is neither of them misspelt."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from seawall.errors import did_you_mean
from seawall.units import all_units

if TYPE_CHECKING:
    from collections.abc import Collection

__all__ = ["slip_in"]

_CURRENCY = re.compile(r"[A-Z]{3}")
_SCALE = r"thousand|million|billion|trillion|lakh|crore|mln|mn|bln|bn|trn|tn|cr"
_SCALED = re.compile(
    rf"(?:(?:{_SCALE})\s*|[kmMB]\s+)(?P<after>[A-Z]{{3}})\b.*"
    rf"|(?P<before>[A-Z]{{3}})(?:\s*(?:{_SCALE})|\s+[kmMB])\b.*"
)
#: Words for a unit or a currency; written out, they would be counted as things of their own.
_WORDS = {
    "tonne": "t", "ton": "t", "metric tonne": "t", "metric ton": "t", "kilogram": "kg",
    "kilotonne": "kt", "megatonne": "Mt", "kilowatt": "kW", "megawatt": "MW", "gigawatt": "GW",
    "kilowatt hour": "kWh", "megawatt hour": "MWh", "gigawatt hour": "GWh",
    "terawatt hour": "TWh", "kilometre": "km", "kilometer": "km", "barrel": "bbl",
    "dollar": "USD", "us dollar": "USD", "yen": "JPY", "euro": "EUR", "rupee": "INR",
    "won": "KRW", "yuan": "CNY", "renminbi": "CNY",
}  # fmt: skip


def slip_in(counted_in: str, currencies: Collection[str]) -> tuple[str, str] | None:
    """The rule that it breaks and what would be right; None: it counts something.

    Nouns are free. What differs from a unit or currency by letter case, spaces or the form of a
    character only (`Kt`, `t / yr`, `m³`) is a slip; so are the word for one (`tonnes`, `dollars`)
    and an amount of money that nothing converts (`XYZ`, `bn XYZ`, `$`).
    """
    if counted_in in all_units() or counted_in in currencies:
        return None
    like = {*_units_like().get(_folded(counted_in), ())}
    like |= {code for code in currencies if _folded(code) == _folded(counted_in)}
    if like:
        return "no such unit", _meant(like)
    word = _WORDS.get(" ".join(counted_in.casefold().replace("-", " ").split()).removesuffix("s"))
    if word and (word in all_units() or word in currencies):
        return "a word for a unit or a currency", _meant({word})
    if any(unicodedata.category(character) == "Sc" for character in counted_in):
        return "the sign of a currency", f"write its code: {_listed(currencies)}"
    if _CURRENCY.fullmatch(counted_in):
        return "unknown currency", _nearest(counted_in, currencies)
    scaled = _SCALED.fullmatch(counted_in)
    code = (scaled["after"] or scaled["before"]) if scaled else ""
    if not code or (code in all_units() and code not in currencies):
        return None  # a million GPU are counted, not paid
    if code in currencies:
        turned = " ".join(reversed(counted_in.split()))
        full = f"write the figure in full, in {code}"
        return "no such unit", _meant({turned}) if turned in all_units() else full
    return f"unknown currency {code}", _nearest(code, currencies)


def _meant(names: Collection[str]) -> str:
    quoted = (f'"{name}"' for name in sorted(names))
    return f"did you mean {' or '.join(quoted)}?"


def _nearest(code: str, currencies: Collection[str]) -> str:
    return did_you_mean(code, currencies) or f"known: {_listed(currencies)}"


def _listed(currencies: Collection[str]) -> str:
    return ", ".join(sorted(currencies))


def _folded(text: str) -> str:
    """The text without what slips most easily: letter case, spaces, forms of characters."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


@cache
def _units_like() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name in all_units():
        found[_folded(name)] = (*found.get(_folded(name), ()), name)
    return found
