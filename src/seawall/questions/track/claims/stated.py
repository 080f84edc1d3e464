"""Pledges read as claims: what other sources say was agreed can contradict what articles claim."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from seawall.questions.track.days import first_days, last_days

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["with_pledges"]

_BY = re.compile(r"^(?:by )?(\d{4}(?:-\d{2}(?:-\d{2})?)?)\b")
_CLAIMED = (
    "id", "source", "subject", "predicate", "value", "quantity", "counted_in", "period", "begins",
    "ends", "quote", "kind", "event",
)  # fmt: skip


def with_pledges(claims: pd.DataFrame, pledges: pd.DataFrame) -> pd.DataFrame:
    """The claims, and below them the pledges of sources that have no claims of their own.

    Its sector is what the pledge says of itself.  It is of the meeting, by the keys of the claims,
    in whose month it was made, if there is one; where its figure is 1 it is the thing itself and
    no count of it.
    """
    claims = claims.reindex(columns=list(_CLAIMED))
    others = pledges[~pledges["source"].isin(claims["source"])]
    if others.empty:
        return claims
    meetings = _meetings(claims)
    dates = others["date"].fillna("")
    months = dates.str.slice(0, 7)
    ends = [match[1] if (match := _BY.match(str(text))) else "" for text in others["deadline"]]
    added = pd.DataFrame({
        "id": others["id"], "source": others["source"], "subject": others["what"],
        "predicate": others["sector"], "value": others["what"],
        "quantity": others["quantity"].where(others["quantity"] != 1.0),
        "counted_in": others["counted_in"].fillna(""), "period": dates, "begins": dates,
        "ends": _later(ends, dates.tolist()), "quote": "", "kind": "stated",
        "event": [meetings.get(month, "") for month in months],
    })  # fmt: skip
    return pd.concat([claims, added[list(_CLAIMED)]], ignore_index=True)


def _later(ends: Sequence[str], begins: Sequence[str]) -> list[str]:
    """Ends that do not lie before their begin; where none is told, the begin."""
    after = last_days(ends) >= first_days(begins)
    return [
        end if fits and end else begin for end, begin, fits in zip(ends, begins, after, strict=True)
    ]


def _meetings(claims: pd.DataFrame) -> dict[str, str]:
    """Key of the only meeting of a month, by month."""
    found: dict[str, set[str]] = {}
    for event in claims["event"].unique():
        for month in re.findall(r"(?<!\d)\d{4}-\d{2}(?!\d)", event):
            found.setdefault(month, set()).add(event)
    return {month: min(events) for month, events in found.items() if len(events) == 1}
