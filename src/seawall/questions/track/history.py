"""What changed between two days: status, rows that came or were replaced, cells of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from seawall.questions.track.reasons import figures
from seawall.questions.track.status import statuses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seawall.ledger.book import Book
    from seawall.questions.track.state import State

__all__ = ["COLUMNS", "changes"]

COLUMNS = ("change", "kind", "key", "column", "before", "after", "pledge", "at", "who", "why")
_KINDS = ("pledges", "claims", "indicators", "milestones", "evidence")


def changes(earlier: State, later: State, book: Book | None) -> pd.DataFrame:
    """What is otherwise at the end of the later day than at the end of the earlier.

    Of a pledge that was made in between, its own row is told and not what belongs to it.

    Returns
    -------
    DataFrame
        `change`: "status" (of a pledge), "known" (a row that came to be known), "gone" (a row that
        no longer counts: replaced or withdrawn), "recorded" (a cell that the ledger took up); with
        `kind` and `key` of the row, `column`, `before`, `after`, the `pledge` where it is of one,
        and of the ledger `at` (UTC), `who` and `why`.
    """
    rows = [*_statuses(earlier, later)]
    for kind in _KINDS:
        rows += _rows(kind, earlier, later)
    if book is not None:
        cells: Iterator[Any] = book.changes(earlier.as_of, later.as_of).itertuples(index=False)
        for row in cells:
            rows.append({
                "change": "recorded", "kind": row.kind, "key": row.key, "column": row.column,
                "before": _text(row.before), "after": _text(row.after), "at": row.at,
                "who": row.who, "why": row.why,
            })  # fmt: skip
    blank = dict.fromkeys(COLUMNS, "")
    return pd.DataFrame([blank | row for row in rows], columns=list(COLUMNS), dtype=str)


def _statuses(earlier: State, later: State) -> list[dict[str, str]]:
    before = statuses(earlier).set_index("id")["status"]
    after = statuses(later).set_index("id")["status"]
    return [
        {"change": "status", "kind": "pledges", "key": str(key), "column": "status",
         "before": str(before.get(key, "not yet made")), "after": str(now), "pledge": str(key)}
        for key, now in after.items() if before.get(key) != now
    ]  # fmt: skip


def _rows(kind: str, earlier: State, later: State) -> list[dict[str, str]]:
    one, other = getattr(earlier, kind), getattr(later, kind)
    known = set(earlier.pledges["id"])
    came = other[~other["id"].isin(one["id"])]
    gone = one[~one["id"].isin(other["id"])]
    return [
        {"change": change, "kind": kind, "key": key, end: what, "pledge": pledge}
        for change, end, part in (("known", "after", came), ("gone", "before", gone))
        for key, what, pledge in _told(kind, part, earlier, later)
        if kind in ("pledges", "claims") or pledge in known
    ]


def _told(kind: str, part: pd.DataFrame, *states: State) -> list[tuple[str, str, str]]:
    """Key, what it says, and pledge of each row."""
    if kind == "evidence":
        owner = pd.concat([f for s in states for f in (s.indicators, s.milestones)])
        of = owner.drop_duplicates("id").set_index("id")
        shows = part["indicator"].where(part["indicator"] != "", part["milestone"])
        what, pledge = shows.map(of["what"]), shows.map(of["pledge"])
        what = what + pd.Series(figures(part), index=part.index, dtype=str)
    elif kind == "claims":
        what = part["subject"] + ": " + part["predicate"] + " " + part["value"]
        pledge = pd.Series("", index=part.index)
    else:
        what, pledge = part["what"], part["id"] if kind == "pledges" else part["pledge"]
    return list(zip(part["id"], what, pledge, strict=True))


def _text(value: object) -> str:
    return "" if value is None or value != value else str(value)
