"""Numbers rounded to what is known of them.

A figure with an interval is given to two significant digits of the interval's width, both ends to
the same place: 1.9341 between 1.412 and 2.588 is "about 1.9 (1.4 to 2.6)".  More digits than the
interval bears would be noise that reads like knowledge.
"""

from __future__ import annotations

import math

from seawall.report import text

#: Units of a duration with their days, longest first, and how many of a unit an interval must be
#: wide, and its middle be long, for it to be told in that unit.
_UNITS = (("month", 30.4), ("week", 7.0), ("day", 1.0))
_WIDE = 2.0
NEVER = "never"


def rounded(value: float, low: float | None, high: float | None, unit: str = "") -> str:
    """A figure with its interval: "about 1.9 (1.4 to 2.6)".

    Parameters
    ----------
    low, high
        P10 and P90; None for both where no interval is known.
    unit
        Written after the figure: "about 1.9 Mt (1.4 to 2.6)".
    """
    tail = f"{text.NB}{unit}" if unit else ""
    if low is None or high is None:
        return f"{text.trim(text.sig(value))}{tail}"
    if not high > low:
        # Nothing moves it; if that is not the stated figure, both are told.
        same = math.isclose(value, low, rel_tol=1e-6, abs_tol=1e-12)
        ends = "" if same else f" ({text.trim(text.sig(low, 3))} in nearly every draw)"
        return f"{text.trim(text.sig(value, 3))}{tail}{ends}"
    places = digits(low, high)
    middle, least, most = (at(v, places) for v in (value, low, high))
    near = "" if middle == "0" else "about "
    return f"{near}{middle}{tail} ({least} to {most})"


def digits(low: float, high: float) -> int:
    """Decimal places of two significant digits of an interval's width; negative for tens and up."""
    width = high - low
    places = 1 - math.floor(math.log10(width))
    # 0.0996 is 0.10 in two digits: one place fewer.
    return places - 1 if round(width, places) >= 10.0 ** (2 - places) else places


def at(value: float, places: int) -> str:
    """A number rounded to a decimal place, without trailing zeros behind the point if it is 0."""
    number = round(value, places)
    if number == 0.0:
        return "0"
    return f"{number:,.{max(0, places)}f}"


def share(value: float, low: float | None, high: float | None) -> str:
    """A share of 1 as per cent: "about 29 % (27 to 31)"."""
    least, most = (None if end is None else 100.0 * end for end in (low, high))
    return rounded(100.0 * value, least, most, "%")


def duration(days: float | None, low: float | None, high: float | None) -> str:
    """Days with their interval: "about 3 weeks (2 to 5)".

    None is a day that never comes: for `high` in a tenth of the draws or more, for `low` in nine
    tenths.
    """
    if days is None:
        return NEVER if low is None else f"{NEVER} ({text.duration(low)} in the worst tenth)"
    if low is None:
        return f"{text.duration(days)} ({NEVER} in most draws)"
    name, size = _unit(days, low, high)
    middle, least = _count(days / size), _count(low / size)
    most = NEVER if high is None else _count(high / size)
    plural = "" if middle == "1" else "s"
    if least == most == middle:
        return f"about {middle} {name}{plural}"
    return f"about {middle} {name}{plural} ({least} to {most})"


def _unit(days: float, low: float, high: float | None) -> tuple[str, float]:
    """The longest unit that neither swallows the interval nor the figure."""
    width = math.inf if high is None else high - low
    fits = [
        (name, size)
        for name, size in _UNITS
        if width >= _WIDE * size and days >= _WIDE * size and (low == 0 or low >= size)
    ]
    return fits[0] if fits else _UNITS[-1]


def _count(number: float) -> str:
    return f"{round(number):,}"
