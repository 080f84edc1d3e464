"""Why a promise has its status, in plain words: the figures that the rule compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from datetime import date

__all__ = ["amount", "figures", "reason"]

_NAMED = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def amount(value: float) -> str:
    """A figure as a sentence holds it, to three digits and never fewer than its whole part.

    >>> amount(9.87e12), amount(1400.0), amount(0.25), amount(-3.25e9)
    ('9.87 trillion', '1,400', '0.25', '-3.25 billion')
    """
    for size, name in _NAMED:
        if abs(value) >= size:
            return f"{_plain(value / size)} {name}"
    return _plain(value)


def figures(evidence: pd.DataFrame) -> list[str]:
    """The figure of each row of evidence and what it counts, as a sentence ends with it; blank
    where there is none, or where it only says that a step is done."""
    return [
        f": {amount(value)} {unit}" if value == value and indicator else ""
        for value, unit, indicator in zip(
            evidence["value"], evidence["counted_in"], evidence["indicator"], strict=True
        )
    ]


def _plain(value: float) -> str:
    if abs(value) >= 100 or value == 0:
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):,.10g}"


def reason(row: Any, as_of: date) -> str:
    """One or two sentences for a row of the indicators' table of `status.standing`."""
    parts = [_against(row, as_of)]
    if row.status != "delivered" and row.evidence:
        parts += [_silence(row)]
    if row.silent:
        parts.append(f"nothing is known of {row.silent}")
    if row.unusable:
        rows = "row" if row.unusable == 1 else "rows"
        parts.append(
            f"{row.unusable} {rows} of evidence left out: no figure, or none that can be told in "
            f"{row.unit or 'its unit'}"
        )
    return "; ".join(part for part in parts if part)


def _against(row: Any, as_of: date) -> str:
    """The actual beside the target and the line."""
    passed = not pd.isna(row.ends) and row.ends < pd.Timestamp(as_of)
    deadline = f"the deadline was {row.deadline}" if passed else ""
    if not row.evidence:
        began = "" if pd.isna(row.begins) else f" since {_day(row.begins)}"
        start = _start(row) if row.measure == "level" else ""
        old = "" if pd.isna(row.newest_day) else f"the newest figure is of {_day(row.newest_day)}"
        return ", ".join(filter(None, (f"nothing shows progress{began}", start, old, deadline)))
    have = _have(row)
    if row.status == "delivered":
        return have + _delay(row)
    if passed:
        return f"{have}, {deadline}"
    if not np.isnan(row.expected):
        return f"{have}, {_line(row)}"
    if np.isnan(row.target):
        return f"{have}, no figure was promised: judged by whether it moves"
    return f"{have}, no deadline was stated: judged by whether it moves"


def _start(row: Any) -> str:
    if np.isnan(row.baseline):
        return ""
    wanted = "" if np.isnan(row.target) else f" to reach {amount(row.target)}"
    return f"from {amount(row.baseline)}{wanted} {row.unit}".rstrip()


def _have(row: Any) -> str:
    until = f" by {_day(row.until)}"
    if row.measure == "steps":
        ahead = f", next: {row.next}" if row.next else ""
        return f"{round(row.actual * row.steps)} of {row.steps} steps shown as done{until}{ahead}"
    wanted = "" if np.isnan(row.target) else f" of {amount(row.target)}"
    if row.target < row.baseline:
        wanted = f", to fall from {amount(row.baseline)} to {amount(row.target)}"
    error = f" ({amount(row.low)} to {amount(row.high)})" if row.low < row.high else ""
    return f"{amount(row.actual)}{error}{wanted} {row.unit}{until}".replace("  ", " ")


def _line(row: Any) -> str:
    if row.measure == "steps":
        return f"{amount(row.expected * row.steps)} were due"
    line = f"a straight line would be at {amount(row.expected)}"
    if row.read < row.until:
        held = f"{amount(row.held_low)} to {amount(row.held_high)}"
        held = amount(row.held_low) if row.held_low == row.held_high else held
        return f"{held} by {_day(row.read)}, to which all instruments are known, where {line}"
    return line if row.read == row.until else f"{line} on {_day(row.read)}"


def _delay(row: Any) -> str:
    if pd.isna(row.ends) or row.until <= row.ends:
        return ""
    return f", shown {(row.until - row.ends).days} days after the deadline"


def _silence(row: Any) -> str:
    """What stands still, or how old the newest evidence is."""
    if row.idle:
        last = "it began" if pd.isna(row.moved) else _day(row.moved)
        return f"nothing has moved since {last}"
    if row.stale:
        return f"stale: nothing newer than {_day(row.until)}"
    return ""


def _day(day: pd.Timestamp) -> str:
    return day.strftime("%Y-%m-%d")
