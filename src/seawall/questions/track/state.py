"""What is known of the promises as of a day: the rows of the study and those of a ledger.

Nothing that was said or recorded later is in it, and nothing that has been replaced by then.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Protocol
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from seawall.errors import IntegrityError
from seawall.questions.track.days import last_days

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

    from seawall.study import Study

__all__ = ["Kept", "State", "once", "state_of"]

#: What a row of a ledger has beyond its kind's columns, and a row of the study has blank.
RECORDED = ("recorded", "who")


class Kept(Protocol):
    """Where rows were recorded after the study was made: a book of a ledger."""

    def frame(self, kind: str, as_of: date | None = None) -> pd.DataFrame:
        """The newest row per key as of the end of a day, with `recorded` and `who`."""


@dataclass(frozen=True, eq=False)
class State:
    """What is known as of the end of a day.

    Frames have the columns of the study's tables of that name, and `recorded` (when a ledger took
    the row up) and `who`, both "" in rows of the study.  Text, ids and dates are str, "" where
    absent; numbers are float64, NaN where absent.  A date may be a year or a month: a row counts
    from the last day that its date can mean, so that no past day is shown what it could not know.

    Attributes
    ----------
    study
        The study whose rows these are.
    as_of
        The day.
    sources, rates
        All of the study's and the ledger's: they hold for whoever cites them.
    claims
        Those whose source was published by then, or bears no date.
    pledges
        Those made by then, or without a date.
    indicators, milestones
        Those of the pledges.
    evidence
        Published by then, of the indicators and milestones, less what other evidence supersedes.
    """

    study: Study
    as_of: date
    sources: pd.DataFrame
    claims: pd.DataFrame
    pledges: pd.DataFrame
    indicators: pd.DataFrame
    milestones: pd.DataFrame
    evidence: pd.DataFrame
    rates: pd.DataFrame


def once(work_out: Callable[[State], pd.DataFrame]) -> Callable[[State], pd.DataFrame]:
    """A table that several others rest on, worked out once per state; each call has its own copy
    (which pandas makes when it is written to)."""
    known: WeakKeyDictionary[State, pd.DataFrame] = WeakKeyDictionary()

    @wraps(work_out)
    def found(state: State) -> pd.DataFrame:
        if state not in known:
            known[state] = work_out(state)
        return known[state].copy(deep=False)

    return found


def state_of(study: Study, book: Kept | None, as_of: date) -> State:
    """Lay the rows of `study` and of `book` together as they stood at the end of `as_of`.

    A row of the book takes the place of the study's row of the same id.

    Raises
    ------
    IntegrityError
        When evidence supersedes itself in a loop, so that none of it would count.
    """
    sources = _rows(study, book, "sources", as_of)
    published = _by_id(sources, "date")
    claims = _rows(study, book, "claims", as_of)
    claims = claims[_by_then(claims["source"].map(published).fillna(""), as_of)]
    pledges = _rows(study, book, "pledges", as_of)
    pledges = pledges[_by_then(pledges["date"], as_of)]
    indicators = _rows(study, book, "indicators", as_of)
    indicators = indicators[indicators["pledge"].isin(pledges["id"])]
    milestones = _rows(study, book, "milestones", as_of)
    milestones = milestones[milestones["pledge"].isin(pledges["id"])]
    evidence = _rows(study, book, "evidence", as_of)
    known = evidence["indicator"].isin(indicators["id"]) | evidence["milestone"].isin(
        milestones["id"]
    )
    evidence = in_force(evidence[known & _by_then(evidence["date"], as_of)])
    whole = (sources, claims, pledges, indicators, milestones, evidence, _plain(study, "rates"))
    return State(study, as_of, *(frame.reset_index(drop=True) for frame in whole))


def in_force(evidence: pd.DataFrame) -> pd.DataFrame:
    """The rows that no other row supersedes, directly or over others.

    Raises
    ------
    IntegrityError
        When rows supersede each other in a loop.
    """
    replaced = evidence["supersedes"].to_numpy(dtype=object)
    links = dict(zip(evidence["id"].to_numpy(dtype=object), replaced, strict=True))
    gone = set(replaced) - {""}
    kept = evidence[~evidence["id"].isin(gone)]
    reached: set[str] = set()
    ahead = set(kept["supersedes"].unique()) - {""}
    while ahead:
        reached |= ahead
        ahead = {links[one] for one in ahead if one in links} - {""} - reached
    if loose := sorted((gone & set(links)) - reached):
        raise IntegrityError(f"evidence that supersedes itself in a loop: {', '.join(loose)}")
    return kept


def _rows(study: Study, book: Kept | None, kind: str, as_of: date) -> pd.DataFrame:
    """The study's and the book's rows of a kind, one an id."""
    rows = _plain(study, kind)
    if book is None:
        return rows
    added = book.frame(kind, as_of)
    if added.empty:
        return rows
    added = added.assign(recorded=added["recorded"].astype(str))[list(rows.columns)]
    texts = {name: "" for name in rows if rows[name].dtype.kind != "f"}
    added = added.fillna(texts).astype(rows.dtypes.to_dict())  # a ledger may hold None for absent
    replaced = set(added["id"].tolist())  # a set: pandas would look through all of the ledger's
    kept = [key not in replaced for key in rows["id"]]
    return pd.concat([rows[kept], added], ignore_index=True)


def _plain(study: Study, kind: str) -> pd.DataFrame:
    rows = study.table(kind)
    return rows.drop(columns="row", errors="ignore").assign(**dict.fromkeys(RECORDED, ""))


def _by_id(frame: pd.DataFrame, column: str) -> dict[str, str]:
    return dict(zip(frame["id"], frame[column], strict=True))


def _by_then(dates: pd.Series[str], as_of: date) -> NDArray[np.bool_]:
    days = last_days(dates)
    return np.isnat(days) | (days <= np.datetime64(as_of, "D"))
