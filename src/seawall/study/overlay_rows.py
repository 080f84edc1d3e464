"""Changed cells into frames, and what changes in their rows with them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seawall.study.cells import format_number
from seawall.study.checks.measures import RANGES
from seawall.study.columns import CONFIDENCES
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

    from seawall.study.cells import Value
    from seawall.study.overlay_file import Change

__all__ = ["MAIN", "SPANS", "Cell", "apply", "by_cell"]

#: The figure of each table that the source and the confidence of a row speak of first: where
#: balancing moves one, it is that one.
MAIN = {
    "processes": "quantity",
    "facilities": "base",
    "lanes": "base",
    "passages": "capacity",
    "stocks": "start",
    "demands": "quantity",
    "series": "factor",
    "rationing": "guaranteed",
    "prices": "price",
    "contracts": "quantity",
    "hazards": "frequency",
    "published": "value",
    "assumptions": "value",
    "generators": "capacity",
    "interties": "limit",
    "loads": "energy",
    "grid_gas": "share",
    "governance": "wgi",
    "export_rules": "factor",
    "shares": "share",
    "pledges": "quantity",
    "claims": "quantity",
    "indicators": "target",
    "evidence": "value",
    "deliveries": "after",
    "rates": "per_usd",
    "terminals": "capacity",
    "sea_legs": "length",
    "seasons": "factor",
    "cargoes": "size",
    "tanks": "stock",
    "feedstocks": "gas_yield",
    "residues": "middle",
    "plant_sizes": "capital",
    "gas_places": "quantity",
    "gas_plants": "size",
    "hub_sizes": "capital",
}
#: The columns of a figure's 5th and 95th percentile. Those of a hazard's depth are not among them:
#: they say how deep events are, not how well the mean is known.
SPANS = {
    (table, figure): (low, high)
    for table, low, figure, high in RANGES
    if (table, figure) != ("hazards", "depth")
}
_DIGITS = 9  # of a scaled percentile; more would claim what scaling cannot know

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """A change, found in the study: the position of its row in the frame, and its value."""

    change: Change
    position: int
    value: Value


def by_cell(cells: Iterable[Cell]) -> dict[tuple[str, int, str], list[Cell]]:
    """Return what is wanted of each cell, by table, position and column."""
    wanted: dict[tuple[str, int, str], list[Cell]] = {}
    for cell in cells:
        key = (cell.change.table, cell.position, cell.change.column)
        wanted.setdefault(key, []).append(cell)
    return wanted


def apply(
    frames: Mapping[str, pd.DataFrame], cells: Iterable[Cell]
) -> tuple[dict[str, pd.DataFrame], tuple[Change, ...]]:
    """Put cells into copies of the frames that they change.

    Returns
    -------
    The frames, and the changes in the order of tables, rows and columns with what followed them.
    Where several changes set one cell, that with the best evidence speaks for the row.
    """
    rows: dict[Place, dict[str, list[Cell]]] = {}
    for (table, position, column), wanted in by_cell(cells).items():
        ordered = sorted(wanted, key=_standing)
        rows.setdefault((table, position), {})[column] = ordered
    changed = dict(frames)
    for table in {table for table, _ in rows}:
        changed[table] = frames[table].copy()
    known = set(frames["sources"]["id"])
    order = list(TABLES)
    made: list[Change] = []
    for table, position in sorted(rows, key=lambda place: (order.index(place[0]), place[1])):
        wanted_of = rows[table, position]
        old = {str(k): v for k, v in frames[table].iloc[position].items()}
        new = {column: wanted_of[column][0].value for column in wanted_of}
        row = _Row(table, old, new, {column: w[0].change for column, w in wanted_of.items()})
        row.follow(known)
        for column, value in new.items():
            # `at` takes tuples as they are; the stubs know only what fits a plain column.
            changed[table].at[position, column] = value  # type: ignore[assignment]
        names = TABLES[table].by_name
        for column in sorted(wanted_of, key=list(names).index):
            made += [
                replace(
                    cell.change,
                    follows=tuple(row.follows.get(column, ())),
                    note="; ".join(row.notes.get(column, ())),
                )
                for cell in wanted_of[column]
            ]
    return changed, tuple(made)


def _standing(cell: Cell) -> tuple[Any, ...]:
    """Better evidence first, then by name: never by the order of the files."""
    change = cell.change
    stated = CONFIDENCES.index(change.confidence) if change.confidence else len(CONFIDENCES)
    return stated, change.who, change.source, change.why, change.file, change.line


@dataclass
class _Row:
    """A row with changes: `new` gains what follows from them."""

    table: str
    old: dict[str, Any]
    new: dict[str, Any]
    by: dict[str, Change]

    def __post_init__(self) -> None:
        self.follows: dict[str, list[str]] = {}
        self.notes: dict[str, list[str]] = {}

    def follow(self, sources: set[str]) -> None:
        """Add what follows from each change."""
        for column in list(self.by):
            moved = not _same(self.old[column], self.new[column])
            stated = bool(self.by[column].confidence)
            if (self.table, column) in SPANS and (moved or stated):
                self._span(column)
            if MAIN.get(self.table) == column and (moved or stated):
                self._evidence(column, sources)
        figures = [c for c in ("value", "unit") if c in self.by]
        if self.table == "assumptions" and any(
            not _same(self.old[c], self.new[c]) for c in figures
        ):
            self._review(figures[0])

    def _set(self, cause: str, column: str, value: Value, note: str) -> None:
        self.new[column] = value
        self.follows.setdefault(cause, []).append(column)
        if note:
            self.notes.setdefault(cause, []).append(note)

    def _span(self, figure: str) -> None:
        """The range of a figure goes with it, or with the evidence on which it rested."""
        ends = SPANS[self.table, figure]
        left = [c for c in ends if c not in self.by and not np.isnan(self.old[c])]
        if not left:
            return
        names = " and ".join(left)
        before, after = self.old[figure], self.new[figure]
        sole = len(left) == len([c for c in ends if not np.isnan(self.old[c])])
        if self.by[figure].confidence and sole:
            words = f"{names} are those of the old figure and left out: the confidence counts"
        elif before and after / before > 0:
            for column in left:
                value = after * (self.old[column] / before)
                value = float(f"{value:.{_DIGITS}g}")
                below = column == ends[0]
                value = min(value, after) if below else max(value, after)
                note = f"{column} {format_number(self.old[column])} -> {format_number(value)}"
                self._set(figure, column, value, f"{note}, scaled with it")
            return
        else:
            words = f"{names} cannot be scaled and are left out"
        for column in left:
            self._set(figure, column, float("nan"), "")
        self.notes.setdefault(figure, []).append(words)

    def _evidence(self, figure: str, sources: set[str]) -> None:
        """The row rests on the evidence of its main figure."""
        record, change = TABLES[self.table].by_name, self.by[figure]
        for column, value in (("confidence", change.evidence), ("source", change.source)):
            if column not in record or column in self.by or self.old[column] == value:
                continue
            if column == "confidence":
                self._set(figure, column, value, f"confidence {self.old[column]} -> {value}")
            elif value in sources:
                self._set(figure, column, value, f"source {self.old[column]} -> {value}")

    def _review(self, figure: str) -> None:
        """What was agreed was the old value."""
        if self.old["review"] != "agreed" or "review" in self.by:
            return
        who = self.old["reviewed_by"]
        self._set(figure, "review", "proposed", f"{who} agreed to the old value: now proposed")
        for column in ("reviewed_by", "reviewed_on"):
            if column not in self.by and self.old[column]:
                self._set(figure, column, "", "")


def _same(one: Any, other: Any) -> bool:
    both = isinstance(one, float) and isinstance(other, float)
    return bool(one == other or (both and np.isnan(one) and np.isnan(other)))
