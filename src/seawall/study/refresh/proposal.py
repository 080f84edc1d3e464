"""What a refreshed figure does to the rows of a study that it covers.

A published figure is nearly always a total: the stock of a country, the imports of a pair. The
study has rows below it. Each row keeps its part of the total: new = old * figure / sum of old. Rows
of variants that are not selected change by the same factor.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seawall.errors import InputError, Problem
from seawall.study.cells import format_value
from seawall.study.keys import Keys
from seawall.study.overlay_file import Change
from seawall.study.overlay_rows import SPANS
from seawall.study.records import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from seawall.study.study import Study

__all__ = ["Figure", "Proposed", "Refreshed", "Told", "Work"]

#: A figure that moves by more than this factor is suspicious: a wrong unit, a part of a year.
JUMP = 2.0
_DIGITS = 6
_SAME = 1e-5


@dataclass(frozen=True)
class Told:
    """Something in the file that changes nothing: where it stands, what it is called, and why."""

    row: int | None
    what: str
    why: str


@dataclass(frozen=True)
class Figure:
    """A figure of the file, ready for the study.

    Attributes
    ----------
    what
        What it is, in words.
    value, unit
        In the unit in which the rows are summed.
    why
        Why rows change, for the overlay: "METI, week of 2026-11-15: 2.1 Mt".
    estimated
        Whether it, or how it is shared over rows, is an estimate. Then rows keep the width of their
        range; otherwise the range goes, as what is looked up has a narrow one.
    """

    what: str
    value: float
    unit: str
    why: str
    estimated: bool = False


@dataclass(frozen=True)
class Proposed:
    """One cell of the study with its new value."""

    table: str
    row: str
    column: str
    old: str
    value: str
    unit: str
    why: str
    confidence: str


@dataclass(frozen=True)
class Refreshed:
    """What a file changes in a study.

    Attributes
    ----------
    kind, file, source
        The recipe, the name of the file, and what the overlay gives as source.
    changes
        The cells that change.
    figures
        A row a figure: figure, rows, old, new, change (share), unit.
    told
        What of the file changes nothing, and why.
    warnings
        What a person should look at before using it.
    """

    kind: str
    file: str
    source: str
    changes: tuple[Proposed, ...]
    figures: pd.DataFrame = field(repr=False)
    told: tuple[Told, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def table(self) -> pd.DataFrame:
        """The changes as a table: table, row, column, old, new, change (share), unit."""
        rows = [
            {
                "table": c.table, "row": c.row, "column": c.column, "old": c.old, "new": c.value,
                "change": _change(c.old, c.value), "unit": c.unit,
            }
            for c in self.changes
        ]  # fmt: skip
        columns = ["table", "row", "column", "old", "new", "change", "unit"]
        return pd.DataFrame(rows, columns=columns)

    def overlay(self, who: str, on: str = "") -> tuple[Change, ...]:
        """The changes as an overlay has them, by `who` and on the day `on` (ISO 8601)."""
        return tuple(
            Change(
                table=c.table, row=c.row, column=c.column, value=c.value, why=c.why,
                source=self.source, who=who, confidence=c.confidence, date=on,
            )
            for c in self.changes
        )  # fmt: skip


def _change(old: str, new: str) -> float:
    try:
        before, after = float(old), float(new)
    except ValueError:
        return float("nan")
    return after / before - 1.0 if before else float("nan")


class Work:
    """Collects what a recipe finds: changes, figures, what is left over, and warnings."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.changes: list[Proposed] = []
        self.told: list[Told] = []
        self.warnings: list[str] = []
        self._figures: list[dict[str, object]] = []
        self._keys = Keys(study.frames)

    def tell(self, row: int | None, what: str, why: str) -> None:
        """Keep what changes nothing."""
        self.told.append(Told(row, what, why))

    def counted(self, table: str) -> NDArray[np.bool_]:
        """Which rows of `study.frames[table]` count with the selected variants."""
        frame = self.study.frames[table]
        if "variant" not in frame:
            return np.ones(len(frame), dtype=bool)
        return frame["variant"].isin(["", *self.study.selected.values()]).to_numpy(dtype=bool)

    def share(
        self,
        figure: Figure,
        table: str,
        column: str,
        rows: NDArray[np.bool_],
        *,
        weight: NDArray[np.float64] | None = None,
        per_unit: NDArray[np.float64] | None = None,
        least: str = "",
        most: str = "",
        also: Sequence[str] = (),
        counted: NDArray[np.bool_] | None = None,
    ) -> None:
        """Share a figure over rows in proportion to what stands there.

        Parameters
        ----------
        rows
            Which rows of `study.frames[table]` it covers.
        weight
            Part of each row that it covers, 1 unless given; the rest stays as it is.
        per_unit
            What one unit of each row counts in the figure (what arrives of what departs).
        least, most
            Columns that bound the new value; what does not fit goes to the other rows.
        also
            Columns that change by the same factor.
        counted
            Rows whose sum the figure replaces; None: those of the selected variants.

        Raises
        ------
        InputError
            The figure does not fit within the bounds.
        """
        frame = self.study.frames[table]
        old = frame[column].to_numpy(dtype=float)
        part = np.ones(len(frame)) if weight is None else weight
        counts = np.ones(len(frame)) if per_unit is None else per_unit
        now = rows & (self.counted(table) if counted is None else counted)
        before = float((old * part * counts)[now].sum())
        if not before > 0:
            self.tell(None, figure.what, f"the rows of {table} that it covers add up to nothing")
            return
        factor = figure.value / before
        new = old * (1.0 - part + part * factor)
        if least or most:
            low = frame[least].to_numpy(dtype=float) if least else np.zeros(len(frame))
            high = frame[most].to_numpy(dtype=float) if most else np.full(len(frame), np.inf)
            new[now] = _fitted(new[now], low[now], np.where(np.isnan(high), np.inf, high)[now])
            if not np.isclose(new[now].sum(), (old * (1 - part + part * factor))[now].sum()):
                raise self._no_room(figure, table, column, least, most)
        self._note(figure, before, int(now.sum()))
        ranges = SPANS.get((table, column), ()) if figure.estimated else ()
        for position in np.flatnonzero(rows & (old > 0)):
            at = int(position)
            self._set(figure, table, column, at, float(new[at]))
            for other in (*also, *ranges):
                value = float(frame[other].iloc[at]) * new[at] / old[at]
                if not np.isnan(value):
                    self._set(figure, table, other, at, value)

    def each(
        self, figure: Figure, table: str, column: str, rows: NDArray[np.bool_], value: str | float
    ) -> None:
        """Give every one of some rows the same new value, in the unit of the rows."""
        if isinstance(value, float):
            old = self.study.frames[table].loc[rows, column].to_numpy(dtype=float)
            if len(old):
                self._note(figure, float(np.median(old)) * figure.value / value, len(old))
        for position in np.flatnonzero(rows):
            self._set(figure, table, column, int(position), value)

    def done(self, kind: str, file: str, source: str) -> Refreshed:
        """What was found.

        Raises
        ------
        InputError
            Nothing of the file says anything about the study.
        """
        if not self._figures:
            seen = [f"{t.what}: {t.why}" for t in self.told[:10]]
            raise InputError(
                [
                    Problem(file, None, "", "; ".join(seen),
                            f'nothing in it speaks of a row of study "{self.study.name}"',
                            "see the reference of refresh: what each recipe maps")
                ]
            )  # fmt: skip
        columns = ["figure", "rows", "old", "new", "change", "unit"]
        return Refreshed(
            kind, file, source, tuple(self.changes),
            pd.DataFrame(self._figures, columns=columns), tuple(self.told), tuple(self.warnings),
        )  # fmt: skip

    def _note(self, figure: Figure, before: float, rows: int) -> None:
        change = figure.value / before - 1.0
        self._figures.append(
            {"figure": figure.what, "rows": rows, "old": before, "new": figure.value,
             "change": change, "unit": figure.unit}
        )  # fmt: skip
        if not 1 / JUMP <= figure.value / before <= JUMP:
            self.warnings.append(
                f"{figure.what}: {before:.4g} to {figure.value:.4g} {figure.unit} is more than a "
                f"factor of {JUMP:g}; check the unit and the period"
            )

    def _set(
        self, figure: Figure, table: str, column: str, position: int, value: str | float
    ) -> None:
        record = TABLES[table].by_name[column]
        row = self.study.frames[table].iloc[position]
        if isinstance(value, float):
            value = float(f"{value:.{_DIGITS}g}")
            before = float(row[column])
            if abs(value - before) <= _SAME * max(abs(before), abs(value)):
                return
        old, new = format_value(record, row[column]), format_value(record, value)
        if old == new:
            return
        unit = str(row[record.unit[1:]]) if record.unit.startswith("@") else record.unit
        key = self._keys.names(table)[position]
        confidence = "estimate" if figure.estimated else "looked-up"
        self.changes.append(Proposed(table, key, column, old, new, unit, figure.why, confidence))

    def _no_room(
        self, figure: Figure, table: str, column: str, least: str, most: str
    ) -> InputError:
        between = " and ".join(name for name in (least, most) if name)
        return InputError(
            [
                Problem(f"{table}.csv", None, column, f"{figure.value:.4g} {figure.unit}",
                        f"{figure.what} does not fit within {between} of the rows it covers",
                        f"check its unit, or change {between} first")
            ]
        )  # fmt: skip


def _fitted(
    wanted: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Values in proportion to `wanted` within bounds, with its sum if that is possible: one factor
    for all, clipped, found by bisection."""
    total = wanted.sum()
    at_most = np.where(np.isinf(high), wanted * 1e6, high)
    few, many = 0.0, 1e6
    for _ in range(200):
        factor = (few + many) / 2
        if np.clip(wanted * factor, low, at_most).sum() < total:
            few = factor
        else:
            many = factor
    if np.isclose(np.clip(wanted, low, at_most).sum(), total, rtol=1e-12):
        return np.clip(wanted, low, at_most)
    return np.clip(wanted * many, low, at_most)
